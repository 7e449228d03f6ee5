"""Renumbered criteria: series that go on under a new code where a person has confirmed it."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.decompose import YearPair, decompose
from indices.errors import DefinitionError
from indices.model import RawDefinition
from indices.registry import Registry, build_registry
from indices.trend import comparable_run
from tests.spec.samples import (
    INDEX,
    Cell,
    component,
    facts,
    index_row,
    inputs,
    meta,
    points_tree,
    raw,
    registry,
)  # fmt: skip

OLD, NEW, NEXT = "idx_first", "idx_second", "idx_third"


def framework(name: str, years: list[int], rows: list[dict[str, str]] | None = None) -> RawDefinition:
    """A framework of the test index."""
    return RawDefinition(name, meta(id=name, years=years), points_tree() if rows is None else rows)


def renumbered(a2: int = 2) -> list[dict[str, str]]:
    """The points tree of which A.1 became A.2 and A.2 became A.3; A.1 is something new of 0 points."""
    return [
        component(INDEX, "", "index", max_score=10, rule="sum_points"),
        component("A", INDEX, max_score=6, rule="sum_points"),
        component("A.1", "A", "criterion", max_score=2 - a2),
        component("A.2", "A", "criterion", max_score=4),
        component("A.3", "A", "criterion", max_score=a2),
        component("B", INDEX, max_score=4),
    ]


def link(old: str, new: str, kind: str = "same", who: str = "Someone", **ends: str) -> dict[str, str]:
    """A row of crosswalk.csv from the first framework to the second."""
    row = {"from_framework": OLD, "from_code": old, "to_framework": NEW, "to_code": new}
    return row | {"kind": kind, "confirmed_by": who, "note": ""} | ends


def two(*links: dict[str, str], rows: list[dict[str, str]] | None = None, **more: object) -> Registry:
    """Years 1 and 2 by the old numbers, 3 and 4 by the new ones."""
    later = renumbered() if rows is None else rows
    return registry(framework(OLD, [1, 2]), framework(NEW, [3, 4], later), crosswalk=links, **more)  # type: ignore[arg-type]


def table(found: Registry, cells: list[Cell]) -> pd.DataFrame:
    """The score table by (component, year)."""
    rows = analyse(found, inputs(facts(cells), n_units=1))
    return rows.set_index(["component_code", "year"]).sort_index()


CELLS: list[Cell] = [
    (2, "01", "A.1", 3.0),
    (2, "01", "A.2", 2.0),
    (3, "01", "A.2", 3.5),
    (3, "01", "A.3", 1.5),
]
CONFIRMED = (link("A.1", "A.2"), link("A.2", "A.3", "renamed"))
ANY_YEARS = {
    "index_code": INDEX,
    "from_year": "2",
    "to_year": "3",
    "component_code": "",
    "class": "comparable",
}


def test_a_confirmed_link_takes_the_value_before_from_the_old_code() -> None:
    found = table(two(*CONFIRMED), CELLS)
    for code, before, value, change, kind in (
        ("A.2", "A.1", 3.0, 0.5, "same"),
        ("A.3", "A.2", 2.0, -0.5, "renamed"),
    ):
        row = found.loc[(code, 3)]
        assert (row["prev_code"], row["prev_year"], row["prev_value"], row["prev_link"]) == (
            before,
            2,
            value,
            kind,
        )
        assert (row["change"], row["comparability"], row["series_code"]) == (change, "comparable", before)


def test_without_a_link_equal_codes_of_two_decisions_have_no_change() -> None:
    row = table(two(), CELLS).loc[("A.2", 3)]
    assert (row["prev_code"], row["comparability"], row["prev_link"]) == ("A.2", "not_comparable", "")
    assert pd.isna(row["change"])


def test_a_proposal_that_nobody_confirmed_carries_nothing_on() -> None:
    found = table(two(link("A.1", "A.2", who=""), CONFIRMED[1]), CELLS)
    row = found.loc[("A.2", 3)]
    assert (row["comparability"], row["prev_link"], row["prev_code"]) == (
        "not_comparable",
        "unconfirmed",
        "A.1",
    )
    assert row[["prev_value", "change", "change_share", "rank_change"]].isna().all()
    assert found.loc[("A.3", 3), "change"] == -0.5


def test_a_code_that_took_another_meaning_is_not_its_old_self_even_where_the_years_are_comparable() -> None:
    cells = [*CELLS, (3, "01", "A.1", 0.0), (4, "01", "A.1", 0.0)]
    found = two(*CONFIRMED, comparability=[ANY_YEARS])
    rows = table(found, cells)
    assert rows.loc[("A.1", 3), "comparability"] == "no_previous"
    assert rows.loc[("A.1", 4), "prev_year"] == 3
    assert found.comparability(INDEX, 2, 3, "A.1").kind == "not_comparable"
    assert found.comparability(INDEX, 2, 3, "A.2").kind == "comparable"
    assert found.comparability(INDEX, 2, 3, "B").kind == "comparable"


@pytest.mark.parametrize("kind", ["merged", "split"])
def test_parts_that_were_merged_or_split_are_said_and_not_compared(kind: str) -> None:
    pairs = [("A.1", "A.2"), ("A.2", "A.2")] if kind == "merged" else [("A.1", "A.2"), ("A.1", "A.3")]
    row = table(two(*(link(*pair, kind) for pair in pairs)), CELLS).loc[("A.2", 3)]
    codes = "A.1;A.2" if kind == "merged" else "A.1"
    assert (row["prev_year"], row["prev_code"], row["prev_link"]) == (2, codes, kind)
    assert row["comparability"] == "not_comparable"
    assert row[["prev_value", "change", "change_share", "prev_rank"]].isna().all()


def test_a_new_maximum_is_compared_by_share_and_an_unknown_one_not_at_all() -> None:
    rows = renumbered(a2=1)
    assert two(*CONFIRMED, rows=rows).comparability(INDEX, 2, 3, "A.3").kind == "reweighted"
    row = table(two(*CONFIRMED, rows=rows), [(2, "01", "A.2", 1.0), (3, "01", "A.3", 0.75)]).loc[("A.3", 3)]
    assert pd.isna(row["change"])
    assert row["change_share"] == pytest.approx(0.25)
    rows[4]["max_score"] = ""
    assert two(*CONFIRMED, rows=rows).comparability(INDEX, 2, 3, "A.3").kind == "not_comparable"


def test_a_written_judgement_on_the_component_beats_the_link() -> None:
    told = ANY_YEARS | {
        "component_code": "A.2",
        "class": "not_comparable",
        "reason_vi": "vì",
        "reason_en": "as",
    }
    assert two(*CONFIRMED, comparability=[told]).comparability(INDEX, 2, 3, "A.2") == (
        "not_comparable",
        "vì",
        "as",
    )


def three() -> Registry:
    """A third framework gives A.2 (once A.1) the number B and B the number A.2."""
    rows = [row for row in renumbered() if row["code"] not in {"A.2", "B"}]
    rows += [component("A.2", INDEX, max_score=4), component("B", "A", "criterion", max_score=4)]
    ends = {"from_framework": NEW, "to_framework": NEXT}
    links = [*CONFIRMED, link("A.2", "B", **ends), link("B", "A.2", **ends)]
    definitions = framework(OLD, [1, 2]), framework(NEW, [3]), framework(NEXT, [4], rows)
    return registry(definitions[0], framework(NEW, [3], renumbered()), definitions[2], crosswalk=links)


def test_a_series_is_followed_through_several_decisions() -> None:
    found = three()
    assert [found.code_in(INDEX, 4, "B", year) for year in (4, 3, 2)] == ["B", "A.2", "A.1"]
    assert found.code_in(INDEX, 2, "A.2", 4) == "A.3"
    assert found.code_in(INDEX, 4, "A.2", 3) == "B"
    assert found.comparability(INDEX, 1, 4, "B").kind == "comparable"
    assert comparable_run(found, (INDEX, "B"), [1, 2, 3, 4]) == [1, 2, 3, 4]
    assert comparable_run(found, (INDEX, "A.2"), [1, 2, 3, 4]) == [3, 4]
    row = table(found, [(2, "01", "A.1", 3.0), (4, "01", "B", 3.5)]).loc[("B", 4)]
    assert (row["prev_year"], row["prev_code"], row["change"]) == (2, "A.1", 0.5)


def test_low_years_are_counted_through_a_renumbering() -> None:
    cells = [
        (year, f"{unit:02}", code, 4.0 - unit)
        for year, code in ((2, "A.1"), (3, "A.2"))
        for unit in (1, 2, 3)
    ]
    rows = analyse(two(*CONFIRMED), inputs(facts(cells)))
    last = rows[(rows["unit_id"] == "63:03") & (rows["component_code"] == "A.2")]
    assert last["low_years"].tolist() == [2]


def test_performance_and_framework_are_split_through_a_renumbering() -> None:
    before = pd.DataFrame({"A.1": [3.0], "A.2": [2.0], "B": [4.0]}, index=["u"])
    after = pd.DataFrame({"A.1": [0.0], "A.2": [3.5], "A.3": [1.5], "B": [3.0]}, index=["u"])
    found = decompose(two(*CONFIRMED, link("B", "B")), YearPair(INDEX, 2, 3), before, after)
    assert (found.status, found.inputs) == ("decomposed", ("A.1", "A.2", "B"))
    row = found.table.loc["u"]
    assert (row["before"], row["after"], row["performance"], row["framework"]) == (9.0, 8.0, -1.0, 0.0)
    blocked = decompose(two(link("B", "B")), YearPair(INDEX, 2, 3), before, after)
    assert blocked.blocked == ("A.1", "A")


WRONG = [
    ("unknown kind of link", [link("A.1", "A.2", "alike")]),
    ("to_code is missing", [link("A.1", "")]),
    ("unknown framework", [link("A.1", "A.2", to_framework="idx_nowhere")]),
    ("unknown component", [link("A.9", "A.2")]),
    ("the frameworks are not in order of time", [link("A.2", "A.1", from_framework=NEW, to_framework=OLD)]),
    ("a link stands twice", [link("A.1", "A.2"), link("A.1", "A.2")]),
    ("one old code goes to several new ones", [link("A.1", "A.2"), link("A.1", "A.3")]),
    ("several old codes go to one new one", [link("A.1", "A.2"), link("A.2", "A.2")]),
]


@pytest.mark.parametrize(("what", "links"), WRONG)
def test_wrong_rows_are_refused(what: str, links: list[dict[str, str]]) -> None:
    with pytest.raises(DefinitionError) as caught:
        two(*links)
    assert {problem.what for problem in caught.value.problems} == {what}


def test_two_codes_cannot_go_on_with_one_series() -> None:
    links = [link("A.1", "A.2"), link("A.2", "B", from_framework=NEW, to_framework=NEXT)]
    links.append(link("A.1", "A.3", to_framework=NEXT))
    definitions = framework(OLD, [1]), framework(NEW, [2], renumbered()), framework(NEXT, [3], renumbered())
    with pytest.raises(DefinitionError) as caught:
        registry(*definitions, crosswalk=links)
    assert {problem.what for problem in caught.value.problems} == {"two codes go on with one series"}


def test_frameworks_of_two_indices_are_not_linked() -> None:
    rows = [row | {"code": "OTHER"} if row["code"] == INDEX else row for row in points_tree()]
    rows = [row | {"parent": "OTHER"} if row["parent"] == INDEX else row for row in rows]
    one, other = raw(years=[1]), RawDefinition("o", meta(id="o", index="OTHER", years=[2]), rows)
    indices = [index_row(), index_row(index_code="OTHER")]
    with pytest.raises(DefinitionError) as caught:
        build_registry([one, other], indices, [], [link("A", "A", to_framework="o")])
    assert [problem.what for problem in caught.value.problems] == ["the frameworks are of different indices"]
