"""What holds for any answers: weights in any unit, strata alike, a full census, zeros outside a group."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from indices.survey import Estimates, Measure, estimate, table
from indices.survey_compare import benjamini_hochberg, holm
from indices.survey_design import make_design
from indices.survey_interval import Confidence
from indices.survey_rake import rake
from indices.survey_sample import Sample, take
from indices.survey_totals import totals
from tests.fixtures.survey_designs import FIVE

# Each example goes through the whole engine: few, and the same ones every time.
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
MEASURES: list[Measure] = ["satisfied", "mean", "net"]
respondent = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from("1234"),
    st.floats(0.1, 50.0),
    st.sampled_from([1.0, 2.0, 3.0, 4.0, 5.0, None]),
    st.sampled_from(["f", "m"]),
)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Respondents in two clusters of each stratum at least."""
    rows = draw(st.lists(respondent, min_size=4, max_size=40))
    frame = pd.DataFrame(rows, columns=["stratum", "cluster", "weight", "q1", "sex"])
    frame["q1"] = frame["q1"].astype("float64")
    assume(frame.groupby("stratum")["cluster"].nunique().min() > 1)
    assume(frame["q1"].notna().any())
    return frame


def sample(frame: pd.DataFrame) -> Sample:
    """The one item."""
    return take(frame, {"q1": FIVE})


def made(frame: pd.DataFrame, measure: Measure = "satisfied", by: tuple[str, ...] = ()) -> Estimates:
    """Estimates of the design that the frame shows."""
    found = totals(sample(frame), by)
    return estimate(found, make_design(found.clusters), measure)


@pytest.mark.parametrize("measure", MEASURES)
@FEW
@given(frames(), st.floats(0.001, 1000.0))
def test_weights_in_another_unit_change_nothing(measure: Measure, frame: pd.DataFrame, factor: float) -> None:
    one, two = made(frame, measure), made(frame.assign(weight=frame["weight"] * factor), measure)
    assert one.value == pytest.approx(two.value, rel=1e-9, abs=1e-12)
    assert one.errors() == pytest.approx(two.errors(), rel=1e-6, abs=1e-9, nan_ok=True)


@FEW
@given(frames(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(frame: pd.DataFrame, random: object) -> None:
    mixed = frame.sample(frac=1.0, random_state=random.randrange(1000))  # type: ignore[attr-defined]
    renamed = mixed.assign(stratum=mixed["stratum"].map({"a": "z", "b": "y", "c": "x"}))
    assert made(frame).errors() == pytest.approx(made(renamed).errors(), rel=1e-6, abs=1e-9, nan_ok=True)


@FEW
@given(frames())
def test_a_full_census_has_no_error(frame: pd.DataFrame) -> None:
    found = totals(sample(frame))
    there = {str(k): float(v) for k, v in found.clusters.groupby("stratum").size().items()}
    rows = table(estimate(found, make_design(found.clusters, there)))
    assert (rows["se"] == 0.0).all()


@FEW
@given(frames(), st.floats(1.0, 20.0))
def test_a_smaller_population_never_makes_the_error_larger(frame: pd.DataFrame, times: float) -> None:
    found = totals(sample(frame))
    there = {str(k): float(v) * times for k, v in found.clusters.groupby("stratum").size().items()}
    with_it = estimate(found, make_design(found.clusters, there)).errors()
    without = estimate(found, make_design(found.clusters)).errors()
    assert (with_it <= without + 1e-12)[~np.isnan(with_it) & ~np.isnan(without)].all()


@FEW
@given(frames())
def test_copying_everybody_with_half_the_weight_changes_no_error(frame: pd.DataFrame) -> None:
    """Two half respondents in one cluster are one: clusters count, not rows."""
    twice = pd.concat([frame, frame]).assign(weight=lambda f: f["weight"] / 2.0)
    one, two = made(frame), made(twice)
    assert one.value == pytest.approx(two.value, rel=1e-9, abs=1e-12)
    assert one.errors() == pytest.approx(two.errors(), rel=1e-6, abs=1e-9, nan_ok=True)


@FEW
@given(frames(), st.integers(2, 6))
def test_merging_strata_that_are_alike_changes_the_error_only_by_the_count(
    frame: pd.DataFrame, k: int
) -> None:
    """k copies of a stratum, kept apart or merged: V differs by n / (n − 1) against kn / (kn − 1)."""
    one = frame.assign(stratum="s", cluster=frame["stratum"] + frame["cluster"])
    n = one["cluster"].nunique()
    copies = [one.assign(stratum=f"s{i}") for i in range(k)]
    apart = pd.concat(copies)
    merged = apart.assign(cluster=apart["stratum"] + apart["cluster"], stratum="all")
    squares = made(apart).errors() ** 2 * (n - 1) / n, made(merged).errors() ** 2 * (k * n - 1) / (k * n)
    assert squares[0] == pytest.approx(squares[1], rel=1e-6, abs=1e-15, nan_ok=True)


@FEW
@given(frames())
def test_a_group_is_the_same_as_weights_of_zero_outside_of_it(frame: pd.DataFrame) -> None:
    assume((frame["sex"].eq("f") & frame["q1"].notna()).any())
    groups = table(made(frame, by=("sex",))).query("sex == 'f'").iloc[0]
    zeroed = frame.assign(weight=frame["weight"].where(frame["sex"] == "f", 0.0))
    alone = table(made(zeroed)).iloc[0]
    assert groups["value"] == pytest.approx(alone["value"], abs=1e-12)
    assert groups["se"] == pytest.approx(alone["se"], rel=1e-9, abs=1e-12, nan_ok=True)
    assert groups["df"] == alone["df"]


@FEW
@given(frames(), st.sampled_from(["auto", "logit", "wilson"]))
def test_intervals_of_shares_hold_the_share_and_stay_inside(frame: pd.DataFrame, method: str) -> None:
    rows = table(made(frame), Confidence(method=method))  # type: ignore[arg-type]
    rows = rows[rows["method"].isin(["logit", "wilson"])]
    assert ((rows["low"] >= 0.0) & (rows["low"] <= rows["value"] + 1e-12)).all()
    assert ((rows["high"] <= 1.0) & (rows["high"] >= rows["value"] - 1e-12)).all()


@FEW
@given(frames(), st.lists(st.sampled_from([0.0, -1.0, None, float("inf")]), max_size=5))
def test_rows_balance_whatever_the_weights(frame: pd.DataFrame, bad: list[float | None]) -> None:
    odd = frame.copy()
    odd.loc[: len(bad) - 1, "weight"] = pd.Series(bad, dtype="float64")
    found = sample(odd)
    told = found.odd[found.odd["kind"] == "weight"]
    assert found.used + len(told) == len(odd)
    assert len(totals(found).clusters) == len(totals(sample(frame)).clusters)


@FEW
@given(frames(), st.floats(10.0, 1e5), st.floats(10.0, 1e5))
def test_raking_meets_one_margin_exactly(frame: pd.DataFrame, female: float, male: float) -> None:
    assume(frame["sex"].nunique() == 2)
    raked = rake(frame["weight"], frame, {"sex": {"f": female, "m": male}})
    sums = raked.weights.groupby(frame["sex"]).sum()
    assert sums.to_list() == pytest.approx([female, male], rel=1e-9)


@FEW
@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_adjusted_p_are_in_order_and_holm_is_the_stricter(p: list[float]) -> None:
    strict, loose = holm(p), benjamini_hochberg(p)
    assert (strict >= loose - 1e-12).all()
    assert (loose >= np.array(p) - 1e-12).all()
    assert (strict <= 1.0).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(strict[order]) >= -1e-12).all()
