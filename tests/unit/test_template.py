"""Templates of every framework: filled in, they give back the figures without any mapping, or a refusal."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook as Book

from etl.facts import unit_names
from etl.intake.extract import Extract
from etl.intake.findings import errors_of
from etl.intake.layouts import extract
from etl.intake.template.columns import (
    CODE_ROW,
    CRITERIA_FIRST,
    CRITERIA_ROLES,
    FIRST_ROW,
    data_columns,
)
from etl.intake.template.plan import Wish, plan_template
from etl.intake.template.recognise import recognise
from etl.intake.template.spec import Part, Spec
from etl.intake.template.write import template_bytes
from etl.mapping import UnitNames
from etl.pack import Pack, read_pack
from etl.readers.files import open_workbook
from etl.readers.finish import finish
from etl.readers.limits import WORKBOOK
from etl.readers.workbook import Workbook
from etl.readers.xlsx import read_xlsx
from indices.errors import DataError, DefinitionError, SourceError
from indices.framework import Framework
from indices.registry import Registry
from tests.unit.packdata import ROOT, registry

FRAMEWORKS = sorted(registry().frameworks, key=lambda framework: framework.id)
Figures = dict[tuple[str, str, str], float]
DATA, SOURCE, MARK = "Số liệu", "Nguồn", "_template"


@cache
def pack() -> Pack:
    """The shipped pack."""
    return read_pack(ROOT / "data")


@cache
def names() -> UnitNames:
    """Every name of a unit."""
    return unit_names(pack())


def planned(wish: Wish, units: int = 3) -> Spec:
    """The template of a wish, for its first units only."""
    spec = plan_template(wish, registry(), pack())
    return replace(spec, units=spec.units[:units])


def written(path: Path, spec: Spec, edit: Callable[[Book], object] = lambda book: None) -> Path:
    """The template as a file, after a person's edit."""
    info = next(info for info in registry().indices if info.index_code == spec.framework.index)
    path.write_bytes(template_bytes(spec, info))
    book = load_workbook(path)
    edit(book)
    book.save(path)
    return path


def opened(path: Path) -> Workbook:
    """The cells of a file, read in this process."""
    workbook = read_xlsx(path, WORKBOOK)
    workbook.name = path.name
    finish(workbook)
    return workbook


def read(path: Path, known: Registry | None = None) -> Extract:
    """The figures of a filled template."""
    workbook = opened(path)
    mapping = recognise(workbook, known or registry())
    assert mapping is not None
    return extract(workbook, mapping, names())


def found(done: Extract) -> Figures:
    """Figures by (unit, component, role)."""
    columns = ("score", "rank", "self_score", "max_score")
    return {
        (row["unit"], row["component"], role): float(row[role])
        for row in done.rows.to_dict("records")
        for role in columns
        if row[role] != ""
    }


def figure(part: Part, draw: random.Random) -> float:
    """A figure that the component may have."""
    low, high = part.node.min_score or 0.0, part.node.max_score
    return round(draw.uniform(low, 100.0 if high is None else high), 3)


def fill_scores(spec: Spec, sheet: Any, draw: random.Random) -> Figures:
    """Fill most inputs, and type over the sums of the first unit."""
    told: Figures = {}
    for column in data_columns(spec):
        for place, unit in enumerate(spec.units):
            if (column.part.parts and column.role == "score" and place) or draw.random() < 0.1:
                continue
            value = place + 1.0 if column.role == "rank" else figure(column.part, draw)
            sheet.cell(FIRST_ROW + place, column.number).value = value
            told[unit, column.part.node.code, column.role] = value
    return told


def fill_criteria(spec: Spec, sheet: Any, draw: random.Random) -> Figures:
    """Fill both scores of the criteria; of sums only that of the total, as a ministry publishes it."""
    told: Figures = {}
    for place, part in enumerate(spec.parts()):
        roles = ["score"] if place == 0 else [] if part.parts else ["self_score", "score"]
        for role in roles:
            value = figure(part, draw)
            sheet.cell(CRITERIA_FIRST + place, CRITERIA_ROLES[role]).value = value  # type: ignore[index]
            told[spec.unit, part.node.code, role] = value
    return told


def round_trip(path: Path, spec: Spec) -> None:
    """Fill a template, read it, compare."""
    told: Figures = {}
    fill = fill_scores if spec.kind == "scores" else fill_criteria

    def edit(book: Book) -> None:
        told.update(fill(spec, book[DATA], random.Random(spec.stamp)))

    done = read(written(path, spec, edit))
    assert [one.problem.text() for one in errors_of(done.findings)] == []
    # A maximum or a rank comes along only beside a score.
    scored = {key[:2] for key in told if key[2] in ("score", "self_score", "rank")}
    assert found(done) == {key: value for key, value in told.items() if key[:2] in scored}
    assert set(done.rows["index_code"]) == {spec.framework.index}
    assert set(done.rows["year"]) == {str(spec.year)}


def wishes(framework: Framework, kind: str) -> Wish:
    """A template of the framework's last year."""
    year = max(framework.years)
    if kind == "scores":
        return Wish(framework.index, year)
    if framework.unit_set == "units":
        return Wish(framework.index, year, "criteria", "Quảng Ninh", "Cục Thuế tỉnh")
    return Wish(framework.index, year, "criteria", "Quảng Ninh")


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
@pytest.mark.parametrize("kind", ["scores", "criteria"])
def test_every_definition_comes_back_as_it_was_filled_in(
    framework: Framework, kind: str, tmp_path: Path
) -> None:
    spec = planned(wishes(framework, kind))
    assert spec.framework is framework
    round_trip(tmp_path / "filled.xlsx", spec)


def test_there_are_as_many_frameworks_as_are_shipped() -> None:
    shipped = list((ROOT / "indices" / "definitions").glob("*/framework.yaml"))
    assert len(FRAMEWORKS) == len(shipped) >= 29


def test_the_provinces_after_the_merger(tmp_path: Path) -> None:
    spec = plan_template(Wish("DTI", 2024, unit_set="34"), registry(), pack())
    assert (spec.unit_set, len(spec.units)) == ("34", 34)
    round_trip(tmp_path / "filled.xlsx", spec)


def test_all_provinces_of_a_large_index_through_the_guarded_reader(tmp_path: Path) -> None:
    spec = plan_template(Wish("PAR", 2023), registry(), pack())
    assert len(spec.units) == 63
    told: Figures = {}
    path = written(
        tmp_path / "filled.xlsx",
        spec,
        lambda book: told.update(fill_scores(spec, book[DATA], random.Random(1))),
    )
    workbook = open_workbook(path)
    mapping = recognise(workbook, registry())
    assert mapping is not None
    done = extract(workbook, mapping, names())
    assert found(done) == told
    assert errors_of(done.findings) == []


def test_the_rows_are_the_units_of_the_year() -> None:
    assert "Hà Tây" in plan_template(Wish("PCI", 2007), registry(), pack()).units
    assert "Hà Tây" not in plan_template(Wish("PCI", 2024), registry(), pack()).units
    assert plan_template(Wish("PAR", 2024, province="quang ninh"), registry(), pack()).units == (
        "Quảng Ninh",
    )
    own = plan_template(Wish("IPAR", 2024, province="Tây Ninh"), registry(), pack()).units
    assert len(own) > 3
    assert all(unit.startswith("Tây Ninh › ") for unit in own)


def later(year: int) -> Registry:
    """The registry with one more year of the last framework of an index."""
    frameworks = [
        f.model_copy(update={"years": (*f.years, year)}) if f.id == "par_892" else f
        for f in registry().frameworks
    ]
    return replace(registry(), frameworks=tuple(frameworks))


def test_after_the_merger_the_provinces_are_those_there_are() -> None:
    spec = plan_template(Wish("PAR", 2026), later(2026), pack())
    assert (spec.unit_set, len(spec.units)) == ("34", 34)


NO_PLAN = [
    (Wish("PAR", 2026), DefinitionError, "No framework of PAR covers 2026", "par_892/framework.yaml"),
    (Wish("PAX", 2024), DefinitionError, "There is no such index", "nearest known: PAR"),
    (Wish("PAR", 2024, "criteria"), SourceError, "A template of criteria is for one unit", "--province NAME"),
    (
        Wish("IPAR", 2024, "criteria", "Tây Ninh"),
        SourceError,
        "A template of criteria is for one unit",
        "--unit NAME",
    ),
    (Wish("PAR", 2024, province="Quảng Nin"), SourceError, "The unit is not known", ""),
    (Wish("PAR", 2024, "table"), SourceError, "Unknown kind of template", ""),  # type: ignore[arg-type]
    (Wish("PAR", 2024, unit_set="99"), SourceError, "No unit is left for the template", ""),
]


@pytest.mark.parametrize(("wish", "kind", "what", "hint"), NO_PLAN)
def test_what_cannot_be_planned_is_said(wish: Wish, kind: type[DataError], what: str, hint: str) -> None:
    with pytest.raises(kind) as caught:
        plan_template(wish, registry(), pack())
    assert caught.value.problems[0].what == what
    assert hint in caught.value.problems[0].hint


SPEC = Wish("PAR", 2023)


def refused(path: Path, edit: Callable[[Book], object], known: Registry | None = None) -> list[Any]:
    """The problems for which an edited template is refused."""
    with pytest.raises(SourceError) as caught:
        read(written(path, planned(SPEC), edit), known)
    return list(caught.value.problems)


def set_cell(sheet: str, place: str, value: object) -> Callable[[Book], object]:
    """An edit of one cell."""
    return lambda book: book[sheet].__setitem__(place, value)


def test_a_changed_header_is_named(tmp_path: Path) -> None:
    problems = refused(tmp_path / "a.xlsx", set_cell(DATA, f"D{CODE_ROW}", "1.x"))
    assert [(p.place, p.found, p.expected) for p in problems] == [(f"{DATA}!D{CODE_ROW}", "1.x", "1")]
    shifted = refused(tmp_path / "b.xlsx", lambda book: book[DATA].insert_cols(3))
    assert len(shifted) > 5


def test_a_lost_sheet_is_named(tmp_path: Path) -> None:
    def rename(book: Book) -> None:
        book[DATA].title = "Sheet1"

    assert refused(tmp_path / "a.xlsx", rename)[0].expected == DATA
    problems = refused(tmp_path / "b.xlsx", lambda book: book.remove(book[SOURCE]))
    assert problems[0].what == "A sheet of the template is missing"


def changed(**update: Any) -> Registry:
    """The registry in which the framework of the template has changed."""
    frameworks = [f.model_copy(update=update) if f.id == "par_876" else f for f in registry().frameworks]
    return replace(registry(), frameworks=tuple(frameworks))


def test_a_template_of_an_older_framework_is_refused(tmp_path: Path) -> None:
    par = next(f for f in FRAMEWORKS if f.id == "par_876")
    components = tuple(replace(c, max_score=9.0) if c.code == "1" else c for c in par.components)
    problems = refused(tmp_path / "a.xlsx", lambda book: None, changed(components=components))
    assert problems[0].what == "The template is of an older version of its framework"
    assert "python -m etl template" in problems[0].hint
    moved = refused(tmp_path / "b.xlsx", lambda book: None, changed(years=(2022,)))
    assert moved[0].what == "The framework of the template no longer scores its year"
    other = refused(tmp_path / "c.xlsx", set_cell(MARK, "B2", "99"))
    assert other[0].what == "The template is of another version of this program"


def test_another_workbook_is_no_template(tmp_path: Path) -> None:
    book = Book()
    book.save(tmp_path / "plain.xlsx")
    assert recognise(Workbook("plain.xlsx", "xlsx", []), registry()) is None
    unmarked = written(tmp_path / "a.xlsx", planned(SPEC), set_cell(MARK, "B1", "something else"))
    assert recognise(opened(unmarked), registry()) is None


def mapping_of(path: Path, edit: Callable[[Book], object]) -> Any:
    """The mapping of an edited template."""
    return recognise(opened(written(path, planned(SPEC), edit)), registry())


def test_the_source_is_taken_from_its_sheet(tmp_path: Path) -> None:
    def edit(book: Book) -> None:
        for place, value in (
            ("B5", "QĐ 1/QĐ-BNV"),
            ("B7", "2024-04-15"),
            ("B8", "Báo chí"),
            ("B11", "không"),
        ):
            book[SOURCE][place] = value

    mapping = mapping_of(tmp_path / "a.xlsx", edit)
    source = mapping.source
    assert (source.publisher, source.document, source.date, source.trust) == (
        "Bộ Nội vụ",
        "QĐ 1/QĐ-BNV",
        "2024-04-15",
        "press",
    )
    assert (mapping.publication.complete, mapping.publication.publishes_rank) == (True, False)
    assert (mapping.index, mapping.year, mapping.unit_set, mapping.name) == (
        "PAR",
        2023,
        "63",
        "template-par-2023-scores",
    )


WRONG_SOURCE = [
    ("B4", None, "A cell of the source is blank"),
    ("B8", "nghe nói", "Not one of the list"),
    ("B9", "sáu mươi", "Not a whole number"),
    ("A4", "Ai", "A label of the template was changed"),
]


@pytest.mark.parametrize(("place", "value", "what"), WRONG_SOURCE)
def test_a_wrong_source_is_named(place: str, value: object, what: str, tmp_path: Path) -> None:
    problems = refused(tmp_path / "a.xlsx", set_cell(SOURCE, place, value))
    assert [p.what for p in problems] == [what]
    assert problems[0].place == f"{SOURCE}!{place}"


def test_sums_add_up_and_are_read_only_where_typed_over(tmp_path: Path) -> None:
    spec = planned(SPEC, units=2)
    at = {column.header: column.letter for column in data_columns(spec)}

    def edit(book: Book) -> None:
        sheet = book[DATA]
        assert sheet[f"{at['8']}{FIRST_ROW}"].value.startswith("=IF(COUNT(")
        for place, value in (("8.1", 9.0), ("8.2", 5.0)):
            sheet[f"{at[place]}{FIRST_ROW}"] = value
        sheet[f"{at['8']}{FIRST_ROW + 1}"] = 14.5

    assert found(read(written(tmp_path / "a.xlsx", spec, edit))) == {
        (spec.units[0], "8.1", "score"): 9.0,
        (spec.units[0], "8.2", "score"): 5.0,
        (spec.units[1], "8", "score"): 14.5,
    }


def cells(book: Book, name: str) -> Iterator[Any]:
    """Every cell of a sheet."""
    for row in book[name].iter_rows():
        yield from row


def test_headers_are_locked_and_inputs_are_not(tmp_path: Path) -> None:
    spec = planned(SPEC)
    path = written(tmp_path / "a.xlsx", spec)
    book = load_workbook(path)
    sheet = book[DATA]
    assert sheet.protection.sheet
    assert not sheet.protection.password
    assert sheet.freeze_panes == f"B{FIRST_ROW}"
    assert book[MARK].sheet_state == "veryHidden"
    last = FIRST_ROW + len(spec.units) - 1
    for cell in cells(book, DATA):
        inside = FIRST_ROW <= cell.row <= last and 1 < cell.column <= 1 + len(data_columns(spec))
        assert cell.protection.locked is not inside, cell.coordinate


def test_inputs_take_only_numbers_of_their_range(tmp_path: Path) -> None:
    spec = planned(SPEC)
    sheet = load_workbook(written(tmp_path / "a.xlsx", spec))[DATA]
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    at = {column.header: f"{column.letter}{FIRST_ROW}" for column in data_columns(spec)}
    first, rank = rules[at["1"]], rules[at["PAR:rank"]]
    assert (first.type, float(first.formula1), float(first.formula2)) == ("decimal", 0, 9.5)
    assert (rank.type, rank.formula2) == ("whole", "3")
    assert "9,5" in first.error
    lists = load_workbook(tmp_path / "a.xlsx")[SOURCE].data_validations.dataValidation
    assert {rule.type for rule in lists} == {"list"}


def test_internal_units_have_a_maximum_of_their_own(tmp_path: Path) -> None:
    spec = planned(Wish("IPAR", 2024, province="Quảng Ninh"))
    headers = [column.header for column in data_columns(spec)]
    assert headers == ["IPAR", "IPAR:rank", "IPAR.POINTS", "IPAR.POINTS:max"]

    def edit(book: Book) -> None:
        for column, value in zip("BCDE", (91.5, 1, 65.4, 71.5), strict=True):
            book[DATA][f"{column}{FIRST_ROW}"] = value

    rows = read(written(tmp_path / "a.xlsx", spec, edit)).rows.set_index("component")
    assert (rows.loc["IPAR.POINTS", "score"], rows.loc["IPAR.POINTS", "max_score"]) == ("65.4", "71.5")
    assert rows.loc["IPAR", "rank"] == "1"


def test_help_is_there_in_both_languages(tmp_path: Path) -> None:
    book = load_workbook(written(tmp_path / "a.xlsx", planned(SPEC)))
    told = [str(cell.value) for cell in cells(book, "Hướng dẫn") if cell.value]
    assert {"Tiếng Việt", "English"} <= set(told)
    assert sum(text.startswith("9. ") for text in told) == 2
