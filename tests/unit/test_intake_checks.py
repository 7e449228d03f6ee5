"""Every check on figures brought in: silent on a clean card, and on its bad example the cell is named."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from etl.intake.checks import CHECKS, Banner, CheckContext, Limits, check
from etl.intake.checks.texts import LANGUAGES, catalogue
from etl.intake.extract import Extract
from etl.intake.findings import Finding, Level
from etl.intake.mapping_file import ImportMapping, Publication, SheetMap, SourceOfFile
from etl.readers.workbook import cell_place
from etl.settings import ROOT
from tests.fixtures.intake import cards
from tests.fixtures.intake.cards import INDEX, UNITS, YEAR, YEARS, Card, card, context, scores


@dataclass
class Bad:
    """A bad example: what comes in, what is known, and the cells (or sheet) a finding must name."""

    extract: Extract
    context: CheckContext
    places: set[str]


def cell(at: Card, place: int, code: str) -> str:
    """The name of a figure's cell."""
    return cell_place("Bang", at.row(place), at.column(code))


def own_cell(place: int, code: str) -> str:
    """The name of the cell of self-scored points."""
    return cell_place("Bang", card().row(place), card().column(code) + 40)


def bad(at: Card, places: set[str], **known: object) -> Bad:
    """A bad example of a card."""
    return Bad(at.extract(), context(**known), places)


def one_year_before() -> pd.DataFrame:
    """What is held when only the year before was imported."""
    return cards.held_facts(YEARS[-2:-1])


def self_scored(extra: float = 0.1) -> Card:
    """A card with self-scored points a little over the appraised ones, still under the maxima."""
    clean = card()
    own = scores()[YEAR].copy()
    own[list(cards.MAXIMA)] = np.minimum(own[list(cards.MAXIMA)] + extra, list(cards.MAXIMA.values())).round(
        2
    )
    for code, parts in cards.FIELDS.items():
        own[code] = own[list(parts)].sum(axis=1)
    for source, of in cards.SOURCES.items():
        own[source] = own[list(of)].sum(axis=1)
    own[INDEX] = own[list(cards.FIELDS)].sum(axis=1)
    return replace(clean, own=cards.as_texts(own))


def mapping(complete: bool = True) -> ImportMapping:
    """A mapping that says whether its publisher gave all units."""
    return ImportMapping(
        name="card",
        index=INDEX,
        source=SourceOfFile(publisher="x"),
        publication=Publication(complete=complete),
        sheets=(SheetMap(sheet="Bang"),),
    )


def house(rows: list[tuple[str, str, str]], maxima: list[str] | None = None) -> Card:
    """Internal units with points, result and rank; maxima of the points."""
    frame = pd.DataFrame({"POINTS": [points for _, points, _ in rows], UNITS: [r for _, _, r in rows]})
    limits = pd.DataFrame({"POINTS": maxima or ["100"] * len(rows)})
    return Card(frame, [name for name, _, _ in rows], maxima=limits, index=UNITS, unit_set="units")


def change(code: str, edit: Callable[[pd.Series], pd.Series], base: Card | None = None) -> Card:
    """The card with a whole column changed."""
    at = base or card()
    edited = at.scores.copy()
    edited[code] = edit(edited[code].astype(float)).map(lambda v: "" if pd.isna(v) else f"{v:.2f}")
    return replace(at, scores=edited)


def without(at: Card, places: list[int]) -> Card:
    """The card without some of its rows."""
    kept = [place for place in range(len(at.names)) if place not in places]
    tables = {
        name: getattr(at, name).iloc[kept].reset_index(drop=True)
        for name in ("scores", "ranks", "own")
        if len(getattr(at, name))
    }
    return replace(at, names=[at.names[place] for place in kept], **tables)


def exchange_columns() -> Bad:
    at = card()
    edited = at.scores.copy()
    edited["2.1"], edited["2.4"] = at.scores["2.4"].clip(upper="8.00"), at.scores["2.1"]
    edited = edited.assign(**{"2.1": at.scores["2.4"], "2.4": at.scores["2.1"]})
    return bad(replace(at, scores=edited), {cell(at, 0, "2.1"), cell(at, 0, "2.4")})


def exchange_units() -> Bad:
    at = card()
    called, total = list(at.names), at.scores[INDEX].astype(float)
    best, worst = int(total.idxmax()), int(total.idxmin())
    called[best], called[worst] = called[worst], called[best]
    return bad(replace(at, names=called), {f"Bang!A{at.row(best)}", f"Bang!A{at.row(worst)}"})


def slip_units() -> Bad:
    at = card()
    called = [*at.names[:20], *at.names[21:], at.names[20]]
    return bad(replace(at, names=called), {f"Bang!A{at.row(place)}" for place in (25, 40, 60)})


def slip_column() -> Bad:
    at = replace(card(), ranks=pd.DataFrame())
    part = at.scores[["3.2"]].copy()
    part["3.2"] = np.roll(part["3.2"].to_numpy(), 1)
    alone = replace(at, scores=part)
    return bad(alone, {cell(alone, 0, "3.2")})


def sort_column() -> Bad:
    at = replace(card(), ranks=pd.DataFrame())
    part = at.scores[["3.2", "3.3", "2.2"]].copy()
    part["3.2"] = sorted(part["3.2"], key=float)
    alone = replace(at, scores=part)
    return bad(alone, {cell(alone, 0, "3.2")})


def double_row() -> Bad:
    at = card()
    tables = {n: pd.concat([getattr(at, n), getattr(at, n).iloc[[7]]]) for n in ("scores", "ranks")}
    again = replace(at, names=[*at.names, at.names[7]], **tables)
    return bad(again, {cell(at, 63, INDEX), cell(at, 63, "1.1"), cell(at, 63, "3.4")})


def other_set() -> Bad:
    at = card()
    new = set(cards.units().query("unit_set == '34'")["name_vi"])
    called = [cards.names().find("34", name).unit_id for name in at.names]
    gone = [place for place, unit in enumerate(called) if unit is None]
    assert len(new) == 34
    assert 34 <= 63 - len(gone) <= 40
    return bad(without(at, gone), {"Bang"})


def copied_row() -> Bad:
    at = card()
    edited = at.scores.copy()
    edited.iloc[30] = edited.iloc[29]
    return bad(replace(at, scores=edited, ranks=pd.DataFrame()), {f"Bang!A{at.row(30)}"})


def mixed_years(places: list[int]) -> Bad:
    at, before = card(), cards.as_texts(scores()[YEARS[-2]])
    mixed = at.scores.copy()
    mixed.iloc[places] = before.iloc[places]
    changed = replace(at, scores=mixed, ranks=pd.DataFrame())
    return bad(changed, {f"Bang!A{at.row(place)}" for place in places}, facts=one_year_before())


def same_file() -> Bad:
    known = context(sha256="ab" * 32, held_files={"ab" * 32: "import 7, 2023-01-02"})
    return Bad(card().extract(), known, {""})


def same_year() -> Bad:
    held = pd.concat([cards.held_facts(), cards.held_facts((YEAR,))], ignore_index=True)
    return Bad(card().extract(), context(facts=held), {"Bang"})


def banner() -> Bad:
    told = Banner("Bang", 1, 1, "KẾT QUẢ CHỈ SỐ CẢI CÁCH HÀNH CHÍNH NĂM 2019")
    return Bad(card().extract(), context(banners=(told,)), {"Bang!A1"})


def wrong_maxima(text: str, code: str = "1.1") -> Bad:
    at = card()
    limits = pd.DataFrame({c: [f"{m:g}"] * 63 for c, m in cards.MAXIMA.items()})
    at = replace(at, maxima=limits).with_text(5, code, text, "maxima")
    return bad(at, {cell(at, 5, code)})


def maxima_do_not_add_up() -> Bad:
    at = card()
    limits = {c: [f"{m:g}"] * 63 for c, m in cards.MAXIMA.items()}
    limits |= {code: [f"{sum(parts.values()):g}"] * 63 for code, parts in cards.FIELDS.items()}
    at = replace(at, maxima=pd.DataFrame(limits)).with_text(5, "1.1", "3", "maxima")
    return bad(at, {cell(at, 5, "1")})


def believed() -> Bad:
    framework = cards.registry().frameworks[0]
    loose = [replace(c, status="inferred") if c.code == "2" else c for c in framework.components]
    changed = framework.model_copy(update={"components": tuple(loose)})
    known = replace(cards.registry(), frameworks=(changed, *cards.registry().frameworks[1:]))
    at = card().with_text(5, "2.2", "4.00")
    return bad(at, {cell(at, 5, "2")}, registry=known)


def blocs() -> Bad:
    rows = cards.units().query("unit_set == 'units'")
    owner = {u: u.rpartition(":")[0] for u in rows["unit_id"]}
    mine = rows[rows["unit_id"].map(owner) == "u:22"]
    provinces = dict(zip(cards.units()["unit_id"], cards.units()["name_vi"], strict=True))
    few = pd.concat([mine[mine["bloc"] == "so"].head(8), mine[mine["bloc"] == "huyen"].head(1)])
    named = [(f"{provinces['63:22']} › {name}", "80", "80") for name in few["name_vi"]]
    return bad(house(named), {"Bang!A13"})


def half_the_decimals() -> Bad:
    at = card()
    return bad(replace(at, scores=at.scores.map(lambda t: f"{float(t):.1f}"), ranks=pd.DataFrame()), {"Bang"})


def exchanged_self_scores() -> Bad:
    at = self_scored()
    return bad(replace(at, scores=at.own, own=at.scores, ranks=pd.DataFrame()), {cell(at, 0, INDEX)})


def old_year() -> Bad:
    facts = cards.held_facts((YEARS[0],))
    at = replace(card(), year=YEARS[1])
    old = pd.concat([cards.units(), cards.units().tail(0)])
    ended = old.assign(valid_to=old["valid_to"].mask(old["unit_id"] == "63:22", "2018-12-31"))
    place = at.names.index("Quảng Ninh")
    return bad(at, {f"Bang!A{at.row(place)}"}, units=ended, facts=facts)


def unknown_year() -> Bad:
    at = replace(card(), year=1999)
    return bad(at, {"Bang!C5"})


def unknown_code() -> Bad:
    at = card()
    at = replace(at, scores=at.scores.rename(columns={"1.1": "1.9"}))
    return bad(at, {cell(at, 0, "1.9")})


def no_part() -> Bad:
    at = card()
    at = replace(at, scores=at.scores.drop(columns="1.2"))
    return bad(at, {cell(at, 0, "1")})


def blank_unit() -> Bad:
    at = card()
    edited = at.scores.copy()
    edited.iloc[9] = ""
    ranks = at.ranks.copy()
    ranks.iloc[9] = ""
    return bad(replace(at, scores=edited, ranks=ranks), {"Bang!A14"})


def typo_rank() -> Bad:
    at = card()
    place = list(at.ranks[INDEX]).index("32")
    return bad(at.with_text(place, INDEX, "3", "ranks"), {f"Bang!B{at.row(place)}"})


def shared_rank() -> Bad:
    at = card()
    place = list(at.ranks[INDEX]).index("32")
    other = list(at.ranks[INDEX]).index("35")
    assert float(at.scores[INDEX][place]) > float(at.scores[INDEX][other]) + 0.02
    return bad(at.with_text(other, INDEX, "32", "ranks"), {f"Bang!B{at.row(other)}"})


def rank_of(text: str) -> Bad:
    at = card()
    place = list(at.ranks[INDEX]).index("63")
    return bad(at.with_text(place, INDEX, text, "ranks"), {f"Bang!B{at.row(place)}"})


def lost_ranks() -> Bad:
    at = card()
    gone = [place for place, rank in enumerate(at.ranks[INDEX]) if rank in {"20", "21"}]
    fewer = without(at, gone)
    first = list(fewer.ranks[INDEX]).index("1")
    return bad(fewer, {f"Bang!B{fewer.row(first)}"}, mapping=mapping(complete=False))


def jump(years: tuple[int, ...]) -> Bad:
    at = change(
        "3.2", lambda column: column.where(column.index != 8, 1.9), replace(card(), ranks=pd.DataFrame())
    )
    return bad(at, {cell(at, 8, "3.2")}, facts=cards.held_facts(years))


def column_over(other: pd.DataFrame) -> Bad:
    at = replace(card(), ranks=pd.DataFrame())
    edited = at.scores.copy()
    edited["2.2"] = other["2.2"]
    at = replace(at, scores=edited)
    return bad(at, {cell(at, 0, "2.2")}, facts=one_year_before())


def simple(place: int, code: str, text: str, at: Card | None = None) -> Bad:
    changed = (at or card()).with_text(place, code, text)
    return bad(changed, {cell(changed, place, code)})


def column(code: str, edit: Callable[[pd.Series], pd.Series]) -> Bad:
    at = change(code, edit, replace(card(), ranks=pd.DataFrame()))
    return bad(at, {cell(at, 0, code)})


def claimed(text: str) -> Bad:
    return bad(self_scored().with_text(12, "2.3", text, "own"), {own_cell(12, "2.3")})


EXAMPLES: dict[str, Callable[[], Bad]] = {
    "components.no_figures": lambda: bad(
        replace(card(), scores=card().scores.map(lambda _: ""), ranks=pd.DataFrame()), {""}
    ),
    "components.not_a_number": lambda: simple(3, "1.2", "năm"),
    "components.no_framework": unknown_year,
    "components.unknown": unknown_code,
    "components.missing": no_part,
    "components.fewer": lambda: bad(
        replace(card(), scores=card().scores.drop(columns=["2.1", "2.2", "2.3", "2.4"])), {"Bang"}
    ),
    "units.unknown": lambda: bad(replace(card(), names=["Hà Nọi Mới", *card().names[1:]]), {"Bang!A5"}),
    "units.missing": lambda: bad(without(card(), [4, 5]), {"Bang"}),
    "units.partial": lambda: bad(without(card(), [4, 5]), {"Bang"}, mapping=mapping(complete=False)),
    "units.other_set": other_set,
    "units.abolished": old_year,
    "units.bloc": blocs,
    "units.slipped": slip_units,
    "units.exchanged": exchange_units,
    "units.blank": blank_unit,
    "blanks.hole": lambda: simple(12, "2.3", ""),
    "blanks.zero": lambda: simple(12, "2.3", "0"),
    "range.over_maximum": lambda: simple(12, "2.3", "6.01"),
    "range.under_minimum": lambda: simple(12, "2.3", "-1.00"),
    "range.percent_or_points": lambda: column("2.3", lambda c: c / 6.0 * 100.0),
    "maxima.too_large": lambda: wrong_maxima("4.5"),
    "maxima.lowered": lambda: wrong_maxima("3.9"),
    "maxima.sum": maxima_do_not_add_up,
    "rollup.parts": lambda: simple(12, "2.2", f"{float(card().scores['2.2'][12]) / 10:.3f}"),
    "rollup.parts_believed": believed,
    "rollup.views": lambda: bad(card().with_text(12, "S.a", "12.34"), {cell(card(), 12, INDEX)}),
    "rollup.self": lambda: bad(self_scored().with_text(12, "2", "20.50", "own"), {own_cell(12, "2")}),
    "rank.order": typo_rank,
    "rank.tie": shared_rank,
    "rank.range": lambda: rank_of("65"),
    "rank.gaps": lost_ranks,
    "columns.exchanged": exchange_columns,
    "columns.slipped": slip_column,
    "columns.estranged": sort_column,
    "columns.identical": lambda: column("2.4", lambda _: card().scores["2.1"].astype(float)),
    "columns.constant": lambda: column("2.4", lambda c: c * 0 + 7.25),
    "history.jump": lambda: jump(YEARS[:-1]),
    "history.apart": lambda: jump(YEARS[-2:-1]),
    "history.level": lambda: column("2.2", lambda c: c * 0.2),
    "digits.column": lambda: column("2.2", lambda c: c / 10.0),
    "digits.cell": lambda: column("2.2", lambda c: c.where(c.index != 0, c / 10.0)),
    "precision.lost": half_the_decimals,
    "duplicates.rows": double_row,
    "duplicates.file": same_file,
    "duplicates.same_year": same_year,
    "duplicates.units_alike": copied_row,
    "duplicates.other_year": lambda: bad(replace(card(YEARS[-2]), year=YEAR), {"Bang"}),
    "duplicates.units": lambda: mixed_years([2, 33, 60]),
    "duplicates.column": lambda: column_over(cards.as_texts(scores()[YEARS[-2]])),
    "feeds.disagree": lambda: simple(12, "3.1", f"{float(card().scores['3.1'][12]) - 0.2:.2f}"),
    "self.over_maximum": lambda: claimed("6.20"),
    "self.claimed_more": lambda: bad(self_scored(), {own_cell(12, "2.3")}),
    "self.claimed_less": lambda: claimed("1.20"),
    "self.exchanged": exchanged_self_scores,
    "self.missing": lambda: bad(self_scored().with_text(12, "2.3", "", "own"), {cell(card(), 12, "2.3")}),
    "years.banner": banner,
    "years.file_name": lambda: Bad(card().extract(), context(file="Bang diem 2019 (ban cuoi).xlsx"), {""}),
}


def test_every_check_has_a_bad_example_and_texts_in_both_languages() -> None:
    ids = [each.id for each in CHECKS]
    assert len(ids) == len(set(ids)) > 50
    assert set(EXAMPLES) == set(ids)
    for language in LANGUAGES:
        told = catalogue(language)
        assert [i for i in ids if not (told[i].title and told[i].why and told[i].mend)] == []
    assert set(catalogue("vi")) == set(catalogue("en"))
    assert [each.id for each in CHECKS if len(each.meaning) < 40] == []


@pytest.mark.parametrize(
    ("family", "files"),
    [("survey", ("survey/*.py", "intake/waves.py")), ("annex", ("intake/annex/*.py",))],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_findings_of_surveys_and_annexes_are_told_in_both_languages(
    family: str, files: tuple[str, ...]
) -> None:
    """Every id that the code uses has its texts, and no text speaks of an id that is not there."""
    found = [path for pattern in files for path in (ROOT / "etl").glob(pattern)]
    code = "".join(path.read_text(encoding="utf-8") for path in found)
    used = set(re.findall(rf'"({family}\.[a-z_]+)"', code))
    assert len(used) > 10
    for language in LANGUAGES:
        told = {name: texts for name, texts in catalogue(language).items() if name.startswith(f"{family}.")}
        assert set(told) == used
        assert [name for name, texts in told.items() if not (texts.title and texts.why and texts.mend)] == []


@pytest.mark.parametrize("years", [YEARS[:-1], YEARS[-2:-1], ()])
def test_a_clean_card_has_no_finding(years: tuple[int, ...]) -> None:
    assert check(card().extract(), context(facts=cards.held_facts(years) if years else no_facts())) == []


def no_facts() -> pd.DataFrame:
    """Nothing is held yet."""
    return cards.held_facts().iloc[:0]


def test_a_clean_self_scored_card_has_notes_only() -> None:
    found = check(self_scored().extract(), context())
    assert {f.check for f in found} == {"self.claimed_more"}
    assert {f.level for f in found} == {Level.NOTE}


def found_by(example: Bad, name: str) -> list[Finding]:
    """What one check says of an example, nothing cut off."""
    known = replace(example.context, limits=Limits(alike=1000))
    return [f for f in check(example.extract, known) if f.check == name]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_bad_example_is_found_and_its_cell_named(name: str) -> None:
    example = EXAMPLES[name]()
    found = found_by(example, name)
    level = next(each.level for each in CHECKS if each.id == name)
    assert {f.level for f in found} == {level}
    assert example.places <= {f.problem.place for f in found}
    assert all(f.problem.what == catalogue("en")[name].title for f in found)
