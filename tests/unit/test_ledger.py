"""The points-to-rank ledger: counted by hand on five units, and on the 63 provinces of one real year."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.ledger import Falls, ledger, make_case, recovered_together, risks
from indices.plan import make_plan
from indices.standing import Field
from tests.composites import ROOT, component, points_tree, tree_of
from tests.unit.packdata import registry, wide

INDEX, YEAR = "PCI", 2019
TREE = points_tree({"x": 10.0, "y": 5.0, "z": 5.0})
VALUES = pd.DataFrame(
    {"x": [9.0, 8.0, 6.0, 5.0, 1.0], "y": [5.0, 4.0, 4.0, 4.0, 1.0], "z": [4.0, 4.0, 5.0, 3.0, 1.0]},
    index=list("abcde"),
)
TOTALS = VALUES.sum(axis=1)


def case(unit: str, **field: object):  # type: ignore[no-untyped-def]
    """A unit of the hand-made five; totals 18, 16, 15, 12, 3."""
    return make_case(make_plan(TREE), VALUES, unit, Field(TOTALS, **field))  # type: ignore[arg-type]


def test_points_and_places_by_hand() -> None:
    """c has 6/10, 4/5, 5/5: total 15, rank 3. All of x gives 19 and rank 1, all of y 16 and a shared 2."""
    found = ledger(case("c"))
    assert found["code"].tolist() == ["x", "y"]
    assert found["room"].tolist() == [4.0, 1.0]
    assert found["gain"].tolist() == [4.0, 1.0]
    assert found["rank_after"].tolist() == [1, 2]
    assert found["places_gained"].tolist() == [2, 1]
    np.testing.assert_allclose(found["need"], [1.0, 1.0], atol=2e-9)
    assert found["known"].tolist() == [5, 5]


def test_a_component_that_cannot_reach_the_next_place_says_nothing_of_need() -> None:
    """d has 12; the next is 15. z alone gives 2: no place. x alone gives 5: 17, rank 2."""
    found = ledger(case("d")).set_index("code")
    assert np.isnan(found.loc["z", "need"])
    assert found.loc["z", "places_gained"] == 0
    assert found.loc["x", "need"] == pytest.approx(3.0)
    assert found.loc["x", "rank_after"] == 2


def test_ranks_on_the_published_rounding() -> None:
    """Ranked on whole points, b with 16 needs 17.5 for rank 1 (18 when rounded): 1.5 more, not 2."""
    found = ledger(case("b", precision=0)).set_index("code")
    assert found.loc["x", "need"] == pytest.approx(1.5, abs=1e-6)


def test_places_at_risk() -> None:
    """b fell back to x = 4 gives 12 (rank 3, shared with d); y last year was better than now: nothing to
    lose.
    """
    falls = Falls(last=pd.Series({"x": 4.0, "y": 5.0}), region=pd.Series({"x": 7.0}))
    found = ledger(case("b"), falls).set_index("code")
    assert found.loc["x", "fall_last"] == 4.0
    assert found.loc["x", "places_last"] == 1.0
    assert found.loc["y", ["fall_last", "places_last"]].tolist() == [0.0, 0.0]
    assert np.isnan(found.loc["z", "fall_last"])
    assert found.loc["x", ["fall_region", "places_region"]].tolist() == [1.0, 0.0]
    at_risk = risks(case("a"), Falls(last=pd.Series({"y": 1.0})))
    assert at_risk.iloc[0][["code", "fall_last", "places_last"]].tolist() == ["y", 4.0, 2.0]


def test_greedy_order_adds_up_to_the_maximum() -> None:
    found = recovered_together(case("d"))
    assert found["code"].tolist() == ["x", "z", "y"]
    assert found["total"].tolist() == [17.0, 19.0, 20.0]
    assert found["rank"].tolist() == [2, 1, 1]
    assert found["gain"].sum() == 8.0


def test_a_unit_at_its_maximum_has_an_empty_ledger() -> None:
    values = pd.DataFrame({"x": [10.0], "y": [5.0], "z": [5.0]}, index=["a"])
    full = make_case(make_plan(TREE), values, "a", Field(pd.Series({"a": 20.0})))
    assert ledger(full).empty
    assert recovered_together(full).empty
    assert "rank_after" in ledger(full).columns


def test_neighbours_without_a_total_are_not_counted_and_that_is_said() -> None:
    totals = TOTALS.copy()
    totals["a"] = np.nan
    found = ledger(make_case(make_plan(TREE), VALUES, "c", Field(totals, ranked=63)))
    assert found["rank"].unique().tolist() == [2]
    assert found[["known", "ranked"]].iloc[0].tolist() == [4, 63]


def test_a_published_total_keeps_its_distance() -> None:
    """The parts of c add up to 15, published is 15.05: all of y gives 16.05."""
    values = VALUES.assign(**{ROOT: [18.0, 16.0, 15.05, 12.0, 3.0]})
    found = ledger(make_case(make_plan(TREE), values, "c", Field(values[ROOT]))).set_index("code")
    assert found.loc["y", "gain"] == pytest.approx(1.0)
    assert found.loc["y", "rank_after"] == 2


def test_less_is_better_and_nested_components() -> None:
    """T = 10 (P + Q), P = 1 - days / 20: 5 days fewer are 2.5 index points; P itself has the same room."""
    one, low = {"factor": 1.0, "offset": 0.0, "span": 1.0}, {"ref_min": 0.0, "min_score": 0.0}
    rows = [
        component(ROOT, rule="weighted_sum"),
        component("P", ROOT, weight=10.0, rule="rescaled_sum", min_score=0.0, max_score=1.0, **one),
        component("Q", ROOT, weight=10.0, min_score=0.0, max_score=1.0),
        component("days", "P", weight=1.0, normalise="min_max", ref_max=20.0, direction="-", **low),
    ]
    values = pd.DataFrame({"days": [5.0, 4.0], "Q": [1.0, 1.0]}, index=["a", "b"])
    own = make_case(make_plan(tree_of(rows)), values, "a", Field(pd.Series({"a": 17.5, "b": 18.0})))
    found = ledger(own).set_index("code")
    assert found.loc["days", "gain"] == pytest.approx(2.5)
    assert found.loc["days", "need"] == pytest.approx(1.0)
    assert found.loc["P", "gain"] == pytest.approx(2.5)
    assert len(recovered_together(own, ["P", "days"])) == 1


def test_the_real_year_every_sub_index_gives_ten_times_its_weight() -> None:
    """PCI of 63 provinces: x more in a sub-index is 10 × w × x points, places as counted among the
    published.
    """
    tree, values = registry().framework(INDEX, YEAR).tree(YEAR), wide(INDEX, YEAR)
    plan = make_plan(tree, stop=tree.nodes[INDEX].children)
    weights = pd.Series({c.code: c.weight for c in tree.children(INDEX)})
    totals = values[INDEX]
    field = Field(totals)
    for unit in values.index:
        own = make_case(plan, values, unit, field)
        found = ledger(own).set_index("code")
        share = weights[found.index] / weights.sum()
        room = 10.0 - values.loc[unit, found.index].to_numpy(dtype=float)
        np.testing.assert_allclose(found["gain"], 10.0 * share * room, rtol=0, atol=1e-9)
        others = totals.drop(unit).to_numpy()
        raised = totals[unit] + found["gain"].to_numpy()
        counted = 1 + (others[None, :] > raised[:, None] + 1e-9).sum(axis=1)
        assert found["rank_after"].tolist() == counted.tolist()
        assert own.rank == 1 + int((others > totals[unit]).sum())
    assert plan.n_inputs == 10
    assert len(totals.dropna()) == 63


def test_where_a_part_is_missing_nobody_can_say_what_a_rise_does() -> None:
    """B was published but q was not: a rise of p has no effect that is known, and does not stop the rest."""
    rows = [component(ROOT, rule="weighted_mean"), component("B", ROOT, weight=1.0, rule="sum_points")]
    ends = {"min_score": 0.0, "max_score": 10.0}
    rows += [
        component("A", ROOT, weight=1.0, **ends),
        component("p", "B", **ends),
        component("q", "B", **ends),
    ]
    frame = pd.DataFrame({"A": 4.0, "p": 2.0, ROOT: 5.0, "B": 6.0}, index=["a"])
    held = make_case(make_plan(tree_of(rows)), frame, "a", Field(pd.Series({"a": 5.0, "b": 6.0})))
    found = ledger(held).set_index("code")
    assert found.loc["A", "places_gained"] == 1
    assert found.loc["p", ["gain", "rank_after", "places_gained", "need"]].isna().all()
    assert recovered_together(held)["code"].tolist() == ["A"]


@pytest.mark.parametrize("missing", ["refuse", "renormalise"])
def test_a_reference_that_is_not_known_is_no_fall(missing: str) -> None:
    """Whatever the framework does without a part: nobody can say that a component fell to nothing known."""
    ends = {"min_score": 0.0, "max_score": 10.0, "weight": 1.0}
    rows = [component(ROOT, rule="weighted_mean"), component("p", ROOT, **ends), component("q", ROOT, **ends)]
    frame = pd.DataFrame({"p": [4.0, 3.0], "q": [6.0, 3.0], ROOT: [5.0, 3.0]}, index=["a", "b"])
    held = make_case(make_plan(tree_of(rows, missing)), frame, "a", Field(frame[ROOT]))
    found = risks(held, Falls(last=pd.Series({"q": 2.0}))).set_index("code")
    assert found.loc["p", ["fall_last", "places_last"]].isna().all()
    assert found.loc["q", "fall_last"] == pytest.approx(2.0)
