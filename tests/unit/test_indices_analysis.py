"""The score table as a whole: its shape, scales that travel with values, views, refused facts."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from indices.analysis import SCORE_COLUMNS, analyse
from indices.errors import SourceError
from tests.spec.samples import INDEX, Cell, component, facts, inputs, points_tree, raw, registry

WHOLE: list[Cell] = [
    (1, "01", INDEX, 7.0), (1, "01", "A", 4.5), (1, "01", "A.1", 3.0), (1, "01", "A.2", 1.5),
    (1, "01", "B", 2.5),
]  # fmt: skip


def one(code: str, frame: pd.DataFrame, view: str = "main") -> pd.Series:
    """The only row of a component in a view."""
    rows = frame[(frame["component_code"] == code) & (frame["view"] == view)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_the_table_has_the_agreed_columns_and_one_row_a_cell() -> None:
    table = analyse(registry(), inputs(facts(WHOLE), n_units=1))
    assert tuple(table.columns) == SCORE_COLUMNS
    assert not table.duplicated(["index_code", "year", "unit_id", "view", "component_code"]).any()
    assert table.set_index("component_code")["order_no"].to_dict() == {
        INDEX: 0,
        "A": 1,
        "A.1": 2,
        "A.2": 3,
        "B": 4,
    }
    assert one("A.1", table)[["parent_code", "level", "depth", "framework_id"]].tolist() == [
        "A", "criterion", 2, "idx_first",
    ]  # fmt: skip


def test_published_and_recomputed_stand_side_by_side() -> None:
    row = one("A", analyse(registry(), inputs(facts(WHOLE), n_units=1)))
    assert (row["published"], row["recomputed"], row["residual"], row["residual_class"]) == (
        4.5,
        4.5,
        0.0,
        "exact",
    )
    assert (row["value"], row["value_kind"], row["source_id"]) == (4.5, "published", "S1")


def test_what_was_not_published_is_recomputed_where_it_can_be() -> None:
    table = analyse(registry(), inputs(facts(WHOLE[2:]), n_units=1))
    row = one("A", table)
    assert (row["value"], row["value_kind"], row["residual_class"]) == (4.5, "recomputed", "not_published")
    assert row["unit_set"] == "63"
    assert pd.isna(row["source_id"])
    assert one(INDEX, table)["value"] == 7.0


def test_no_facts_give_an_empty_table() -> None:
    table = analyse(registry(), inputs(facts(WHOLE).iloc[:0]))
    assert table.empty
    assert tuple(table.columns) == SCORE_COLUMNS


def with_maximum(code: str, value: float, maximum: float, decimals: int = 1) -> pd.DataFrame:
    """One fact printed on a maximum of its own."""
    return facts([(1, "01", code, value)]).assign(max_score=maximum, decimals=decimals)


def test_a_percentage_of_a_field_becomes_points_of_the_field() -> None:
    row = one("A", analyse(registry(), inputs(with_maximum("A", 90.0, 100.0), n_units=1)))
    assert (row["published"], row["max_score"], row["share"], row["decimals"]) == (5.4, 6.0, 0.9, 2)


def test_where_the_maximum_is_not_known_the_printed_one_travels_with_the_value() -> None:
    rows = points_tree()
    rows[-1]["max_score"] = ""
    row = one("B", analyse(registry(raw(rows)), inputs(with_maximum("B", 90.0, 100.0), n_units=1)))
    assert (row["published"], row["max_score"], row["share"]) == (90.0, 100.0, 0.9)


def test_the_rounding_of_a_percentage_is_turned_with_it() -> None:
    """90.0% of 6 points is known to 0.003 points; A.1 and A.2 add 0.01: 0.013 of difference is rounding."""
    frame = pd.concat(
        [with_maximum("A", 90.0, 100.0), facts([(1, "01", "A.1", 3.9), (1, "01", "A.2", 1.513)])]
    )
    row = one("A", analyse(registry(raw(tolerance={})), inputs(frame, n_units=1)))
    assert row["residual_class"] == "within_rounding"


def test_the_applicable_maximum_is_the_units_own() -> None:
    rows = [
        component(INDEX, "", "index", max_score=100, rule="applicable_ratio"),
        component("O", INDEX, "part", max_score=100),
    ]
    table = analyse(registry(raw(rows)), inputs(with_maximum("O", 69.25, 71.5, decimals=2), n_units=1))
    row = one("O", table)
    assert (row["published"], row["max_score"], row["share"]) == (69.25, 71.5, pytest.approx(0.968531))
    assert one(INDEX, table)["value"] == pytest.approx(96.853147)


def viewed() -> pd.DataFrame:
    """A view that adds up the total from A.1, A.2 and B, and a second total W of its own."""
    rows = [*points_tree(), component("W", "", "pillar", rule="weighted_sum", max_score=10)]
    edges = [
        ("other", INDEX, "A.1", ""),
        ("other", INDEX, "A.2", ""),
        ("other", INDEX, "B", ""),
        ("w", "W", "B", "2"),
    ]
    views = [dict(zip(("view", "parent", "code", "weight"), edge, strict=True)) for edge in edges]
    return analyse(registry(raw(rows, views=views)), inputs(facts(WHOLE), n_units=1))


def test_views_stand_beside_the_main_tree() -> None:
    table = viewed()
    assert set(table["view"]) == {"main", "other", "w"}
    main, other = one(INDEX, table), one(INDEX, table, "other")
    assert (main["recomputed"], other["recomputed"], other["value"]) == (7.0, 7.0, 7.0)
    assert one("B", table, "other")["parent_code"] == INDEX
    assert one("W", table, "w")["value"] == 5.0
    assert "A" not in set(table.loc[table["view"] == "other", "component_code"])


REFUSED = [
    ("unknown component", [(1, "01", "Z", 1.0)]),
    ("no framework of IDX for 9", [(9, "01", INDEX, 1.0)]),
    ("two used values for one cell", [(1, "01", INDEX, 1.0), (1, "01", INDEX, 2.0)]),
]


@pytest.mark.parametrize(("what", "cells"), REFUSED)
def test_facts_that_no_framework_can_take_are_refused(what: str, cells: list[Cell]) -> None:
    with pytest.raises(SourceError) as caught:
        analyse(registry(), inputs(facts(cells), n_units=1))
    assert [problem.what for problem in caught.value.problems] == [what]


def test_all_refusals_are_told_together() -> None:
    cells = [cell for _, some in REFUSED for cell in some]
    with pytest.raises(SourceError) as caught:
        analyse(registry(), inputs(facts(cells), n_units=1))
    assert {problem.what for problem in caught.value.problems} == {what for what, _ in REFUSED}


def test_a_year_without_publication_row_has_values_but_no_ranks() -> None:
    given = inputs(facts(WHOLE), n_units=1)
    given = replace(given, publication=given.publication.iloc[:0])
    row = one(INDEX, analyse(registry(), given))
    assert row["value"] == 7.0
    assert pd.isna(row["rank"])
    assert pd.isna(row["n_ranked"])


def test_a_value_left_on_another_scale_enters_no_rule_no_mean_and_no_share_of_loss() -> None:
    """B in percent and A in points cannot be added, nor B in percent compared with B in points."""
    rows = points_tree()
    rows[-1]["max_score"] = ""
    frame = pd.concat(
        [
            with_maximum("B", 90.0, 100.0),
            facts([(1, "01", "A", 4.0), (1, "01", INDEX, 7.0), (1, "02", "B", 3.0)]),
        ],
        ignore_index=True,
    )
    table = analyse(registry(raw(rows)), inputs(frame, n_units=2))
    assert pd.isna(table.loc[table["component_code"] == INDEX, "recomputed"]).all()
    mine = table[(table["component_code"] == "B") & (table["unit_id"] == "63:01")].iloc[0]
    assert (mine["lost"], mine["n_values"], mine["mean"]) == (10.0, 2, 90.0)
    assert mine[["lost_share", "rank", "leader_unit_id"]].isna().all()
