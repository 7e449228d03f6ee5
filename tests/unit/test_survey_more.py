"""Roll-up, comparisons, targets, raking, drivers: by hand, and the slow way round."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from indices.errors import DataError
from indices.framework import RawDefinition, parse_framework
from indices.survey import Estimates, contrast_matrix, estimate, table
from indices.survey_compare import Pairs, benjamini_hochberg, differences, holm, of_code
from indices.survey_design import make_design
from indices.survey_drivers import drivers, moments
from indices.survey_rake import rake
from indices.survey_rollup import RollUp, estimate_tree
from indices.survey_sample import take
from indices.survey_target import Precision, gap_to_target, respondents
from indices.survey_totals import totals
from indices.tree import Tree
from tests.fixtures.survey_designs import DESIGNS, answers, scales
from tests.reference.survey import linearised_variance, regression, rows_of


def tree(rule: str, weights: tuple[str, str] = ("3", "1"), missing: str = "refuse") -> Tree:
    """An index S of two factors a and b."""
    meta = {
        "id": "demo",
        "index": "S",
        "name": {"vi": "x", "en": "x"},
        "years": [2024],
        "unit_set": "demo",
        "scale": {"min": 0, "max": 100, "unit": "percent", "decimals": 1},
        "missing": missing,
    }
    told = {"name_vi": "x", "name_en": "x", "status": "proven", "min_score": "0", "max_score": "100"}
    rows = [{"code": "S", "parent": "", "level": "index", "rule": rule, **told}]
    rows += [
        {"code": c, "parent": "S", "level": "factor", "weight": w, **told}
        for c, w in zip("ab", weights, strict=True)
    ]
    framework, problems = parse_framework(RawDefinition("demo", meta, rows))
    assert problems == []
    assert framework is not None
    return framework.tree(2024)


BELONGS = {"q1": "a", "q2": "a", "q3": "b"}


def rolled(rule: str, how: str, name: str = "province-like", by: tuple[str, ...] = ()) -> Estimates:
    """Estimates of a design, rolled up."""
    frame = answers(name)
    found = totals(take(frame, scales(frame)), by)
    return estimate_tree(found, make_design(found.clusters), RollUp(tree(rule), BELONGS, how))


def test_the_rule_of_the_definition_makes_the_index_and_its_error() -> None:
    made = rolled("weighted_mean", "mean")
    rows = table(made).set_index("code")
    share = rows["value"]
    assert share["a"] == pytest.approx((share["q1"] + share["q2"]) / 2, abs=1e-12)
    assert share["S"] == pytest.approx((3 * share["a"] + share["b"]) / 4, abs=1e-12)
    codes = made.keys["code"].to_list()
    weights = [(codes.index("q1"), 0, 3 / 8), (codes.index("q2"), 0, 3 / 8), (codes.index("q3"), 0, 1 / 4)]
    again = made.combined(pd.DataFrame({"code": ["S"]}), contrast_matrix(len(codes), weights, 1))
    assert rows["se"]["S"] == pytest.approx(again.errors()[0], rel=1e-9)
    assert math.isnan(rows["deff"]["S"])
    assert rows["n"]["S"] == rows["n"][["q1", "q2", "q3"]].min()


def test_the_error_of_a_mean_of_items_is_that_of_each_persons_own_terms() -> None:
    """With every item answered the mean of three items is the mean of each person's three."""
    frame = answers("many clusters, unequal weights").fillna({"q1": 3, "q2": 4, "q3": 2})
    found = totals(take(frame, scales(frame)))
    roll = RollUp(tree("weighted_mean", ("2", "1")), BELONGS, "mean")
    row = table(estimate_tree(found, make_design(found.clusters), roll)).set_index("code").loc["S"]
    rows = rows_of(frame.assign(y=(frame[["q1", "q2", "q3"]] >= 4).mean(axis=1)))
    assert row["se"] == pytest.approx(linearised_variance(rows, "y") ** 0.5, rel=1e-8)


def test_errors_go_up_through_a_rule_that_is_no_straight_line() -> None:
    rows = table(rolled("geometric_mean", "mean")).set_index("code")
    a, b = rows["value"]["a"], rows["value"]["b"]
    assert rows["value"]["S"] == pytest.approx(a**0.75 * b**0.25, rel=1e-9)
    made = rolled("geometric_mean", "mean")
    codes = made.keys["code"].to_list()
    slope_a, slope_b = 0.75 * rows["value"]["S"] / a, 0.25 * rows["value"]["S"] / b
    weights = [(codes.index("a"), 0, slope_a), (codes.index("b"), 0, slope_b)]
    again = made.combined(pd.DataFrame({"code": ["S"]}), contrast_matrix(len(codes), weights, 1))
    assert rows["se"]["S"] == pytest.approx(again.errors()[0], rel=1e-7)


def test_without_a_rule_nothing_is_guessed() -> None:
    assert set(rolled("", "").keys["code"]) == {"q1", "q2", "q3"}
    mean, pooled = (table(rolled("", how)).set_index("code")["value"] for how in ("mean", "pooled"))
    assert mean["S"] == pytest.approx((mean["a"] + mean["b"]) / 2)
    assert pooled["S"] != pytest.approx(mean["S"], abs=1e-6)
    frame = answers("province-like")
    found = totals(take(frame, scales(frame)))
    roll, design = RollUp(tree(""), {"q1": "nowhere"}, "mean"), make_design(found.clusters)
    with pytest.raises(DataError, match="no component"):
        estimate_tree(found, design, roll)


def test_a_group_that_lacks_an_item_has_no_index_unless_the_others_stand_for_it() -> None:
    frame = answers("province-like")
    frame.loc[frame["sex"] == "male", "q3"] = np.nan
    found = totals(take(frame, scales(frame)), ["sex"])
    design = make_design(found.clusters)
    strict = estimate_tree(found, design, RollUp(tree("weighted_mean"), BELONGS, "mean"))
    assert of_code(table(strict), "S")["sex"].to_list() == ["female"]
    roll = RollUp(replace(tree("weighted_mean"), missing="renormalise"), BELONGS, "mean")
    loose = of_code(table(estimate_tree(found, design, roll)), "S")
    assert loose["sex"].to_list() == ["female", "male"]
    assert loose["se"].gt(0).all()


@pytest.mark.parametrize("name", list(DESIGNS))
def test_differences_between_groups_of_one_design_know_that_they_share_clusters(name: str) -> None:
    frame = answers(name)
    found = totals(take(frame, scales(frame)), ["sex"])
    row = of_code(differences(estimate(found, make_design(found.clusters)), Pairs("sex")), "q1").iloc[0]
    assert (row["a"], row["b"]) == ("female", "male")
    # The difference of two domain means is a mean over both with signed, scaled terms.
    y = (frame["q1"] >= 4).astype(float).where(frame["q1"].notna())
    means = {
        s: np.average(y[k], weights=frame["weight"][k])
        for s in ("female", "male")
        for k in [(frame["sex"] == s) & y.notna()]
    }
    sums = {s: frame["weight"][(frame["sex"] == s) & y.notna()].sum() for s in means}
    sign = frame["sex"].map({"female": 1.0, "male": -1.0})
    u = (sign * frame["weight"] * (y - frame["sex"].map(means)) / frame["sex"].map(sums)).fillna(0.0)
    by_cluster = u.groupby([frame["stratum"], frame["cluster"]]).sum()
    variance = sum(len(g) * g.var(ddof=1) for _, g in by_cluster.groupby(level=0))
    assert row["difference"] == pytest.approx(means["female"] - means["male"], abs=1e-12)
    assert row["se"] == pytest.approx(variance**0.5, rel=1e-9)


def test_years_are_samples_of_their_own() -> None:
    frames = [answers("province-like", seed=seed).assign(year=year) for year, seed in ((1, 4), (2, 5))]
    both = pd.concat([f.assign(stratum=f["year"].astype(str) + f["stratum"]) for f in frames])
    found = totals(take(both, scales(both)), ["year"])
    made = estimate(found, make_design(found.clusters))
    row = of_code(differences(made, Pairs("year", against="1")), "q1").iloc[0]
    one = of_code(table(made), "q1").set_index("year")["se"]
    assert (row["a"], row["b"]) == ("2", "1")
    assert row["se"] == pytest.approx((one["1"] ** 2 + one["2"] ** 2) ** 0.5, rel=1e-9)


def test_p_values_are_adjusted_as_in_the_textbooks() -> None:
    """The values of p.adjust in R for these p: Holm and BH by their definitions."""
    p = [0.01, 0.02, 0.03, 0.04, math.nan]
    assert holm(p)[:4].tolist() == pytest.approx([0.04, 0.06, 0.06, 0.06])
    assert benjamini_hochberg(p)[:4].tolist() == pytest.approx([0.04, 0.04, 0.04, 0.04])
    assert math.isnan(holm(p)[4])
    assert holm([0.5, 0.6]).tolist() == [1.0, 1.0]


def test_the_gap_to_a_target_says_what_is_certain_and_how_many_answers_would_tell() -> None:
    rows = pd.DataFrame(
        {
            "value": [0.94, 0.985, 0.995],
            "low": [0.93, 0.97, 0.991],
            "high": [0.95, 0.995, 0.998],
            "deff": [2.0, 2, np.nan],
        }
    )
    found = gap_to_target(rows, 0.99)
    assert found["verdict"].to_list() == ["missed", "cannot_say", "met"]
    assert found["gap"].to_list() == pytest.approx([-0.05, -0.005, 0.005])
    assert found["n_margin"][0] == math.ceil(2 * 1.959964**2 * 0.94 * 0.06 / 0.01**2)
    assert found["n_tell"][1] == math.ceil(2 * (1.959964 + 0.841621) ** 2 * 0.985 * 0.015 / 0.005**2)
    assert math.isnan(found["n_tell"][2])


def test_required_sample_is_the_textbook_number_and_the_finite_one_smaller() -> None:
    """Cochran: ± 5 points around one half need 385 people, of a population of 1,000 only 278."""
    assert respondents(0.5, 0.05, 1.0, Precision()) == 385
    assert respondents(0.5, 0.05, 1.0, Precision(population=1000)) == 278
    assert respondents(0.5, 0.0, 1.0, Precision()) == math.inf


def test_raking_meets_every_margin_and_refuses_what_cannot_be_met() -> None:
    frame = answers("province-like")
    margins = {"sex": {"female": 510.0, "male": 490.0}, "unit": {"A": 700.0, "B": 300.0}}
    raked = rake(frame["weight"], frame, margins)
    for trait, wanted in margins.items():
        assert raked.weights.groupby(frame[trait]).sum().to_dict() == pytest.approx(wanted, rel=1e-9)
    odds = raked.weights / frame["weight"]
    cells = odds.groupby([frame["sex"], frame["unit"]])
    assert cells.std().max() < 1e-9, "raking multiplies by one factor a cell"
    factor = cells.mean().unstack()
    assert factor.loc["female", "A"] * factor.loc["male", "B"] == pytest.approx(
        factor.loc["female", "B"] * factor.loc["male", "A"], rel=1e-8
    )
    wrong = {"sex": {"female": 500.0, "other": 500.0}, "unit": {"A": 700.0, "B": 200.0}}
    with pytest.raises(DataError) as told:
        rake(frame["weight"], frame, wrong)
    whats = {problem.what for problem in told.value.problems}
    assert len(whats) == 3
    assert len(told.value.problems) == 3


@pytest.mark.parametrize("name", list(DESIGNS))
def test_drivers_the_slow_way_round(name: str) -> None:
    frame = answers(name, items=4)
    sample = take(frame, scales(frame))
    design = make_design(totals(sample).clusters)
    found = drivers(moments(sample, "q4", ["q1", "q2", "q3"], design), design)
    slopes, covariance = regression(rows_of(frame), "q4", ["q1", "q2", "q3"])
    assert found.table["slope"].to_list() == pytest.approx(slopes[1:].tolist(), rel=1e-7)
    assert found.table["se"].to_list() == pytest.approx((np.diag(covariance)[1:] ** 0.5).tolist(), rel=1e-7)
    assert found.n + found.left_out == len(frame)
    assert 0.0 < found.explained < 1.0


def test_items_that_tell_nothing_of_their_own_are_left_out_and_named() -> None:
    frame = answers("province-like", items=4).assign(q5=lambda f: f["q1"], q6=3.0)
    sample = take(frame, scales(frame))
    design = make_design(totals(sample).clusters)
    found = drivers(moments(sample, "q4", ["q1", "q2", "q5", "q6"], design), design)
    assert found.dropped == ("q5", "q6")
    assert found.table["code"].to_list() == ["q1", "q2"]
    with pytest.raises(ValueError, match="does not vary"):
        drivers(moments(sample, "q6", ["q1"], design), design)
