"""Proposals for tables as publishers make them: every layout, both languages, figures as they stand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from etl.intake.decisions import REASONS, SURE
from etl.intake.findings import errors_of
from etl.intake.inspection import Given, Inspection
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping, mapping_of, mapping_yaml
from etl.intake.preview import PREVIEW_COLUMNS, preview
from etl.intake.propose import propose
from etl.readers.workbook import Workbook
from tests.fixtures.guide import tables as books

Book = Callable[[], Workbook]
TABLES = [
    ("PAR", 2023),
    ("PAR", 2018),
    ("SIPAS", 2023),
    ("PCI", 2018),
    ("PCI", 2009),
    ("PAPI", 2022),
    ("DTI", 2022),
    ("PGI", 2023),
]


def told(workbook: Workbook, given: Given | None = None) -> Inspection:
    """The proposal, which must be whole: only who published it is left to confirm."""
    found = propose(workbook, books.context(), given)
    assert [d.why for d in found.missing if d.what != "source"] == []
    return found


def read(workbook: Workbook, mapping: ImportMapping | None) -> dict[tuple[str, str], float]:
    """Scores by unit id and component, read by the proposed mapping without any error."""
    assert mapping is not None
    found = extract(workbook, mapping, books.context().names)
    assert [e.problem.text() for e in errors_of(found.findings)] == []
    names = books.context().names
    rows = zip(
        found.rows["unit_set"], found.rows["unit"], found.rows["component"], found.rows["score"], strict=True
    )
    return {(str(names.lookup(s, u).unit_id), c): float(v) for s, u, c, v in rows if v}


def value(found: Inspection, what: str) -> str:
    """What was decided about the whole file."""
    return next(d.value for d in found.decisions if d.what == what)


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize(("index", "year"), TABLES)
def test_a_summary_table_is_read_whole(index: str, year: int, english: bool) -> None:
    workbook = books.wide(index, year, english)
    found = told(workbook)
    assert (value(found, "index"), value(found, "year"), value(found, "unit_set")) == (index, str(year), "63")
    assert value(found, "framework") == books.framework(index, year).id
    plan = found.mapping.sheets[0] if found.mapping else None
    assert plan is not None
    assert (plan.layout, plan.header_rows, plan.first_row, plan.last_row, plan.unit.column) == (
        "wide",
        (3,),
        5,
        67,
        "B",
    )
    assert [c.component for c in plan.columns if c.role == "score"] == [
        c.code for c in books.components(index, year)
    ]
    assert [(c.component, c.role) for c in plan.columns][-1] == (index, "rank")
    assert read(workbook, found.mapping) == books.truth(index, year)


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize(("index", "year"), [("PCI", 2014), ("PAPI", 2016)])
def test_pairs_keep_each_figure_with_its_own_unit(index: str, year: int, english: bool) -> None:
    workbook = books.pairs(index, year, english)
    found = told(workbook)
    assert [s.layout for s in found.sheets] == ["pairs"]
    assert read(workbook, found.mapping) == books.truth(index, year)


@pytest.mark.parametrize("by_code", [True, False])
@pytest.mark.parametrize(("index", "year"), [("PCI", 2019), ("SIPAS", 2023), ("PAPI", 2022)])
def test_a_long_table_tells_year_and_component_in_columns(index: str, year: int, by_code: bool) -> None:
    workbook = books.long_table(index, year, by_code)
    found = told(workbook)
    assert [s.layout for s in found.sheets] == ["long"]
    assert found.mapping is not None
    plan = found.mapping.sheets[0]
    assert plan.year_from is not None
    assert plan.component_from is not None
    assert (plan.year_from.column, plan.unit.column, plan.component_from.column) == ("A", "B", "C")
    assert bool(plan.components) != by_code
    assert read(workbook, found.mapping) == books.truth(index, year)


def test_the_public_table_of_par_leaves_ministries_out() -> None:
    workbook = books.public_par([2022, 2023])
    found = propose(workbook, books.context())
    assert found.mapping is not None
    # Whose points the parts are depends on the decision of the year, so a person is asked about both.
    assert {d.column for d in found.missing} - {""} == {"H", "I"}
    plan = found.mapping.sheets[0]
    assert [(c.column, c.component, c.role) for c in plan.columns] == [
        ("E", "PAR", "score"),
        ("F", "PAR", "rank"),
        ("H", "SRC.appraised", "score"),
        ("I", "SRC.survey_leaders", "score"),
    ]
    assert [(f.column, f.values) for f in plan.filters] == [("B", ("province",))]
    assert len(read(workbook, found.mapping)) == 63 * 3
    years = {str(y) for y in extract(workbook, found.mapping, books.context().names).rows["year"]}
    assert years == {"2022", "2023"}


def test_the_public_table_of_sipas_holds_both_systems_of_provinces() -> None:
    workbook = books.public_sipas(2024)
    found = told(workbook)
    assert found.mapping is not None
    plan = found.mapping.sheets[0]
    assert plan.unit_sets == {"63": "63", "34": "34"}
    assert [(c.column, c.component, c.role) for c in plan.columns] == [
        ("F", "SIPAS", "rank"),
        ("G", "SIPAS", "score"),
    ]
    assert len(read(workbook, found.mapping)) == 63 + 34


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize(("index", "year"), [("PAR", 2023), ("Q766", 2023), ("SIPAS", 2023)])
def test_an_annex_is_the_sheet_of_one_province(index: str, year: int, english: bool) -> None:
    workbook = books.annex(index, year, english=english)
    found = told(workbook)
    assert found.mapping is not None
    plan = found.mapping.sheets[0]
    assert (plan.layout, plan.unit_cell, plan.header_rows) == ("annex", "B2", (3,))
    assert [(c.column, c.role) for c in plan.columns] == [
        ("E", "score"),
        ("D", "self_score"),
        ("C", "max_score"),
    ]
    figures = read(workbook, found.mapping)
    assert {code for _, code in figures} == {c.code for c in books.listed(index, year)} | {index}
    assert figures["63:22", index] == 80


def test_an_annex_a_sheet_is_read_for_every_province() -> None:
    sheets = []
    for unit in ("Tỉnh Quảng Ninh", "Tỉnh Cao Bằng"):
        sheet = books.annex("PAR", 2023, unit).sheets[0]
        sheet.name = unit.removeprefix("Tỉnh ")
        sheets.append(sheet)
    workbook = Workbook("PAR 2023.xlsx", "xlsx", sheets)
    assert {unit for unit, _ in read(workbook, told(workbook).mapping)} == {"63:22", "63:04"}


@pytest.mark.parametrize("english", [False, True])
def test_blocks_of_provinces(english: bool) -> None:
    units = books.provinces()[:8]
    workbook = books.blocks("PAR", 2023, units, english)
    found = told(workbook)
    assert found.mapping is not None
    assert [s.layout for s in found.sheets] == ["blocks"]
    assert len(read(workbook, found.mapping)) == 8 * len(books.listed("PAR", 2023))


@pytest.mark.parametrize("merged", [True, False])
def test_two_rows_of_header_with_a_group_over_three_columns(merged: bool) -> None:
    workbook = books.grouped("PAR", 2023)
    workbook.sheets[0].merges = workbook.sheets[0].merges if merged else []
    found = told(workbook)
    assert found.mapping is not None
    columns = [(c.component, c.role) for c in found.mapping.sheets[0].columns]
    roles = ("self_score", "score", "rank")
    assert columns == [(str(field), role) for field in range(1, 9) for role in roles]
    rows = extract(workbook, found.mapping, books.context().names).rows
    assert (rows["self_score"] != "").all()
    assert (rows["rank"] != "").all()


def test_a_sheet_a_year_gives_every_sheet_its_year() -> None:
    made = {f"{year}_PAPI": books.wide("PAPI", year).sheets[0] for year in (2015, 2016, 2018)}
    for name, sheet in made.items():
        sheet.name, sheet.rows[0] = name, ["PAPI, published 2019"]
    workbook = Workbook("PAPI.xlsx", "xlsx", list(made.values()))
    found = told(workbook)
    assert found.mapping is not None
    assert [(s.sheet, s.year) for s in found.mapping.sheets] == [(f"{y}_PAPI", y) for y in (2015, 2016, 2018)]
    assert {d.value for d in found.decisions if d.what == "framework"} == {
        books.framework("PAPI", year).id for year in (2015, 2016, 2018)
    }


def test_percents_and_fractions_need_a_factor_of_a_hundred() -> None:
    def shares(sheet: books.Sheet) -> None:
        for row in sheet.rows[4:67]:
            row[2:-1] = [round(float(str(cell)) / 100, 6) for cell in row[2:-1]]

    fractions = books.changed(books.wide("SIPAS", 2023), shares)
    columns = books.components("SIPAS", 2023)
    percents = books.changed(fractions, lambda sheet: None)
    sheet = percents.sheets[0]
    sheet.percent = frozenset((r, c) for r in range(5, 68) for c in range(3, 3 + len(columns)))
    for workbook, flag in ((fractions, False), (percents, True)):
        found = told(workbook)
        assert found.mapping is not None
        scores = [c for c in found.mapping.sheets[0].columns if c.role == "score"]
        assert {(c.factor, c.percent) for c in scores} == {(100.0, flag)}
        assert read(workbook, found.mapping) == pytest.approx(books.truth("SIPAS", 2023))


def test_numbers_written_with_a_comma() -> None:
    def commas(sheet: books.Sheet) -> None:
        for row in sheet.rows[4:]:
            row[2:-1] = [f"{cell:.4f}".replace(".", ",") for cell in row[2:-1] if isinstance(cell, float)]

    workbook = books.changed(books.wide("PAPI", 2022), commas)
    found = told(workbook)
    assert found.mapping is not None
    assert {c.numbers for c in found.mapping.sheets[0].columns if c.role == "score"} == {"comma"}
    assert read(workbook, found.mapping) == books.truth("PAPI", 2022)


def test_blank_columns_and_lost_accents_change_nothing() -> None:
    plain = str.maketrans("ĐđÀÁẢÃẠàáảãạÔôƠơƯưÊêÂâĂă", "DdAAAAAaaaaaOoOoUuEeAaAa")

    def damage(sheet: books.Sheet) -> None:
        texts = [[c.translate(plain) if isinstance(c, str) else c for c in row] for row in sheet.rows]
        sheet.rows = [[None, None, *row] for row in texts]

    workbook = books.changed(books.wide("PAR", 2023), damage)
    assert read(workbook, told(workbook).mapping) == books.truth("PAR", 2023)


def test_units_of_a_province_by_their_own_names() -> None:
    names = [
        name.split(" › ")[1]
        for name, unit in books.context().names.all_names("units")
        if unit.startswith("u:22:")
    ]
    scores = [round(60 + i * 1.37, 2) for i in range(len(names))]
    rows: list[books.Row] = [["Kết quả DDCI Quảng Ninh năm 2023"], ["STT", "Đơn vị", "Điểm DDCI", "Xếp hạng"]]
    rows += [[i + 1, n, scores[i], books.ranks(scores)[i]] for i, n in enumerate(names)]
    workbook = books.book("DDCI 2023.xlsx", Sheet1=rows)
    found = told(workbook)
    assert found.mapping is not None
    assert (found.mapping.index, found.mapping.unit_set, found.mapping.unit_of) == (
        "DDCI",
        "units",
        "Quảng Ninh",
    )
    assert len(extract(workbook, found.mapping, books.context().names).rows) == len(names)


def test_the_summary_is_read_and_the_sheets_that_repeat_it_are_not() -> None:
    summary = books.wide("PCI", 2018)
    single = books.changed(summary, lambda sheet: None).sheets[0]
    single.name, single.rows = "Gia nhập thị trường", [row[:2] + row[3:4] for row in single.rows]
    hidden = books.changed(summary, lambda sheet: None).sheets[0]
    hidden.name, hidden.state = "Old", "hidden"
    workbook = Workbook("PCI_2018.xlsx", "xlsx", [summary.sheets[0], single, hidden])
    found = told(workbook)
    assert [(s.name, s.read) for s in found.sheets] == [
        ("Sheet1", True),
        (single.name, False),
        ("Old", False),
    ]
    assert found.sheets[1].plan is not None
    assert read(workbook, found.mapping) == books.truth("PCI", 2018)


def test_what_a_person_says_is_not_guessed_again() -> None:
    workbook = books.changed(
        books.wide("PCI", 2018, name="data.xlsx"), lambda s: s.rows.__setitem__(0, ["Data"])
    )
    found = told(workbook, Given(index="PCI", year=2018, unit_set="63"))
    assert [(d.what, d.confidence) for d in found.decisions if d.reason == "said"] == [
        ("index", 1.0),
        ("year", 1.0),
        ("unit_set", 1.0),
    ]
    assert read(workbook, found.mapping) == books.truth("PCI", 2018)


def test_indicators_are_read_when_asked_for() -> None:
    raw = [
        c
        for c in books.framework("PCI", 2018).components
        if c.level == "indicator" and (not c.years or 2018 in c.years)
    ]
    mine = [c for c in raw if c.parent == "PCI.5"]
    header: books.Row = ["Tỉnh", "Chỉ số thành phần 5: Chi phí không chính thức", *(c.name_vi for c in mine)]
    rows = [
        [u, 5 + r / 100, *(r / 100 + c / 1000 for c in range(len(mine)))]
        for r, u in enumerate(books.provinces())
    ]
    workbook = books.book("PCI 2018.xlsx", Sheet1=[header, *rows])
    found = propose(workbook, books.context(), Given(kind="indicators"))
    assert found.mapping is not None
    assert found.mapping.kind == "indicators"
    assert [c.component for c in found.mapping.sheets[0].columns] == [c.code for c in mine]
    scores = propose(workbook, books.context())
    assert scores.mapping is not None
    assert [c.component for c in scores.mapping.sheets[0].columns] == ["PCI.5"]


def test_a_proposal_is_a_mapping_file_and_plain_values() -> None:
    found = told(books.wide("PAPI", 2022))
    assert found.mapping is not None
    import yaml

    again = mapping_of(yaml.safe_load(mapping_yaml(found.mapping)), "again")
    assert again == found.mapping
    spoken = found.as_json()
    assert spoken["mapping"]["index"] == "PAPI"
    assert not spoken["ready"]
    assert {d["what"] for d in spoken["missing"]} == {"source"}
    assert all(d["why"] for d in spoken["decisions"])


def test_every_decision_has_a_reason_and_a_confidence() -> None:
    workbooks = [
        books.wide("PAR", 2023),
        books.pairs("PCI", 2014),
        books.annex("PAR", 2023),
        books.public_sipas(2024),
    ]
    for workbook in workbooks:
        for decision in propose(workbook, books.context()).decisions:
            assert decision.reason in REASONS
            assert decision.why
            assert 0 <= decision.confidence <= 1
            assert decision.sure == (bool(decision.value) and decision.confidence >= SURE)


def test_the_preview_shows_every_kind_of_figure_with_its_cell() -> None:
    workbook = books.wide("PCI", 2018)
    found = told(workbook)
    assert found.mapping is not None
    shown = preview(extract(workbook, found.mapping, books.context().names), 12)
    assert tuple(shown.columns) == PREVIEW_COLUMNS
    assert len(shown) == 12
    assert set(shown["component"]) == {c.code for c in books.components("PCI", 2018)}
    first = shown.iloc[0]
    assert (first["year"], first["unit"], first["component"], first["place"]) == (
        "2018",
        "Hà Nội",
        "PCI",
        "Sheet1!C5",
    )
    assert float(first["score"]) == books.truth("PCI", 2018)["63:01", "PCI"]
    assert first["rank"] != ""
