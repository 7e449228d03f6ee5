"""Survey estimates: figures that others published, and the slow way round on six designs."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from indices.errors import DataError
from indices.survey import Measure, estimate, table
from indices.survey_design import Design, Lone, make_design, oddities
from indices.survey_interval import Confidence, Measured, interval
from indices.survey_sample import ItemScale, take
from indices.survey_totals import Totals, merge, pooled, totals
from tests.fixtures.survey_designs import DESIGNS, FIVE, answers, scales
from tests.reference.survey import jackknife_variance, linearised_variance, ratio, rows_of


def measured(values: list[float], **design: list[object]) -> tuple[Totals, Design]:
    """Sums of one item `x` whose codes are any numbers."""
    frame = pd.DataFrame({"x": values, **design})
    found = totals(take(frame, {"x": ItemScale(tuple(sorted(set(values))), ())}))
    return found, make_design(found.clusters)


# Data `fpc` of R's package survey, with the figures of its help page (r-survey.r-forge.r-project.org,
# reference/fpc): svymean 5.4481, SE 0.7413 with replacement, 0.616 with the finite population correction.
FPC = {"stratum": ["1"] * 5 + ["2"] * 3, "cluster": list("12345123"), "weight": [3] * 5 + [4] * 3}
FPC_X = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2]


@pytest.mark.parametrize(("population", "se"), [(None, 0.7413), ({"1": 15, "2": 12}, 0.616)])
def test_strata_as_in_the_help_page_of_r_survey(population: dict[str, float] | None, se: float) -> None:
    found, _ = measured(FPC_X, **FPC)
    row = table(estimate(found, make_design(found.clusters, population), "mean")).iloc[0]
    assert row["value"] == pytest.approx(5.4481, abs=5e-5)
    assert row["se"] == pytest.approx(se, abs=5e-5)
    assert (row["n"], row["df"]) == (8, 6)


# Unemployment example of R's survey (faculty.washington.edu/tlumley/old-survey/exmample-lonely.html): the
# first unit is sampled with certainty (a stratum of one), the others from 31. svymean 445.18, SE 132.39.
UE91 = [4123.0, 1623, 760, 767, 568, 331, 187, 129]
UE = {
    "stratum": ["2"] + ["1"] * 7,
    "cluster": ["1", "10", "4", "7", "32", "26", "18", "13"],
    "weight": [1, 1.004, 1.893, 2.173, 2.971, 4.762, 6.335, 13.730],
}


@pytest.mark.parametrize("lone", ["centre", "certain"])
def test_a_unit_taken_with_certainty_adds_no_error_as_in_r_survey(lone: Lone) -> None:
    found, _ = measured(UE91, **UE)
    design = make_design(found.clusters, {"2": 1, "1": 31}, lone)
    row = table(estimate(found, design, "mean")).iloc[0]
    assert row["value"] == pytest.approx(445.18, abs=0.005)
    assert row["se"] == pytest.approx(132.39, abs=0.005)
    assert not design.alone.any()


def test_interval_as_in_stata() -> None:
    """Levy and Lemeshow, Sampling of Populations, p. 106, as run in Stata by stats.oarc.ucla.edu."""
    found, _ = measured([5, 4.33, 4, 3.33, 7, 3.33], weight=[9] * 6)
    row = table(estimate(found, make_design(found.clusters, {"": 54}), "mean")).iloc[0]
    assert row[["value", "se", "low", "high"]].to_list() == pytest.approx(
        [4.498333, 0.5310139, 3.133318, 5.863348], abs=1e-6
    )


DOMAINS = {"everyone": {}, "women": {"sex": "female"}, "women of A": {"sex": "female", "unit": "A"}}
AS_NUMBER = {
    "satisfied": lambda q: float(q >= 4),
    "mean": float,
    "net": lambda q: float(q >= 4) - float(q <= 2),
}


@pytest.mark.parametrize("measure", list(AS_NUMBER))
@pytest.mark.parametrize("domain", list(DOMAINS))
@pytest.mark.parametrize("name", list(DESIGNS))
def test_the_slow_way_round_gives_the_same(name: str, domain: str, measure: Measure) -> None:
    frame, where = answers(name), DOMAINS[domain]
    turned = frame["q1"].map(lambda q: math.nan if math.isnan(q) else AS_NUMBER[measure](q))
    rows = rows_of(frame.assign(y=turned))
    found = totals(take(frame, scales(frame)), list(where))
    there = table(estimate(found, make_design(found.clusters), measure)).query("code == 'q1'")
    row = there[[all(r[k] == v for k, v in where.items()) for _, r in there.iterrows()]].iloc[0]

    def inside(r: object) -> bool:
        return all(r[k] == v for k, v in where.items())

    assert row["value"] == pytest.approx(ratio(rows, "y", inside), abs=1e-9)
    assert row["se"] == pytest.approx(linearised_variance(rows, "y", inside) ** 0.5, rel=1e-9)
    assert row["n"] == sum(inside(r) and not math.isnan(r["y"]) for r in rows)


@pytest.mark.parametrize("name", list(DESIGNS))
def test_finite_populations_the_slow_way_round(name: str) -> None:
    frame = answers(name)
    rows = rows_of(frame.assign(y=frame["q2"]))
    found = totals(take(frame, scales(frame)))
    population = {h: 40.0 + place for place, h in enumerate(sorted(set(frame["stratum"])))}
    row = (
        table(estimate(found, make_design(found.clusters, population), "mean")).query("code == 'q2'").iloc[0]
    )
    assert row["se"] == pytest.approx(linearised_variance(rows, "y", population=population) ** 0.5, rel=1e-9)


def even_design(strata: int) -> pd.DataFrame:
    """Clusters of one size and weight, all answered: the mean is a straight line of the cluster sums."""
    rng = np.random.default_rng(3)
    rows = [(f"h{h}", f"c{c}", 2.0) for h in range(strata) for c in range(6) for _ in range(5)]
    frame = pd.DataFrame(rows, columns=["stratum", "cluster", "weight"])
    return frame.assign(q1=rng.integers(1, 6, len(frame)).astype(float))


@pytest.mark.parametrize("strata", [1, 5])
def test_jackknife_is_the_same_where_the_mean_is_a_straight_line(strata: int) -> None:
    frame = even_design(strata)
    found = totals(take(frame, {"q1": FIVE}))
    se = table(estimate(found, make_design(found.clusters), "mean"))["se"].iloc[0]
    again = jackknife_variance(rows_of(frame), lambda rows: ratio(rows, "q1", lambda _: True))
    assert se == pytest.approx(again**0.5, rel=1e-9)


def test_jackknife_is_near_where_cluster_sizes_differ() -> None:
    frame = answers("many clusters, unequal weights")
    found = totals(take(frame, scales(frame)))
    se = table(estimate(found, make_design(found.clusters), "mean")).query("code == 'q1'")["se"].iloc[0]
    again = jackknife_variance(rows_of(frame), lambda rows: ratio(rows, "q1", lambda _: True))
    assert se == pytest.approx(again**0.5, rel=0.03)


def test_parts_of_a_file_add_up_to_the_whole() -> None:
    frame = answers("province-like")
    whole = totals(take(frame, scales(frame)), ["sex"])
    halves = [totals(take(part, scales(frame)), ["sex"]) for part in (frame.iloc[:333], frame.iloc[333:])]
    again = merge(halves)
    order = whole.keys
    assert again.table[order].equals(whole.table.sort_values(order, ignore_index=True)[order])
    left, right = (t.table.sort_values(order, ignore_index=True)["score"] for t in (whole, again))
    assert np.allclose(left, right, rtol=1e-12)
    assert again.clusters.equals(whole.clusters)
    with pytest.raises(ValueError, match="one survey"):
        merge([whole, totals(take(frame, scales(frame)))])


def test_answers_thrown_together_are_one_mean_of_answers() -> None:
    frame = answers("province-like")
    found = pooled(totals(take(frame, scales(frame))), {"all": ["q1", "q2", "q3"]})
    row = table(estimate(found, make_design(found.clusters), "satisfied")).query("code == 'all'").iloc[0]
    long = frame.melt(["stratum", "cluster", "weight"], ["q1", "q2", "q3"], value_name="q")
    rows = rows_of(long.assign(y=(long["q"] >= 4).astype(float).where(long["q"].notna())))
    assert row["value"] == pytest.approx(ratio(rows, "y", lambda _: True), abs=1e-12)
    assert row["se"] == pytest.approx(linearised_variance(rows, "y") ** 0.5, rel=1e-9)


def test_every_odd_thing_is_counted_listed_and_treated() -> None:
    frame = pd.DataFrame(
        {
            "row": [11, 12, 13, 14, 15, 16],
            "stratum": ["a", "a", "a", "b", None, "b"],
            "cluster": ["1", "2", "2", "1", "1", None],
            "weight": [1.0, 0.0, -2.0, 1.0, 1.0, 2.0],
            "q1": [5, 4, 4, 7, -1, 2],
        }
    )
    sample = take(frame, {"q1": FIVE})
    told = {(kind, int(row)) for kind, row in zip(sample.odd["kind"], sample.odd["row"], strict=True)}
    silent = {("silent", 14), ("silent", 15)}
    assert told == {
        ("weight", 12),
        ("weight", 13),
        ("code", 14),
        ("no_stratum", 15),
        ("no_cluster", 16),
        *silent,
    }
    assert sample.counts() == {"weight": 2, "code": 1, "no_stratum": 1, "no_cluster": 1, "silent": 2}
    assert sample.odd["treatment"].ne("").all()
    assert (len(sample.frame), sample.used) == (6, 4)
    found = totals(sample)
    assert found.table["n"].sum() == 2
    assert len(found.clusters) == 5, "a cluster of people who do not count is still a cluster of the design"
    design = make_design(found.clusters)
    odd = oddities(design, set(found.table["stratum"]), {"a": 9, "b": 9, "c": 9})
    assert sorted(zip(odd["kind"], odd["stratum"], strict=True)) == [
        ("empty_stratum", "(blank)"),
        ("empty_stratum", "c"),
        ("lone_stratum", "(blank)"),
    ]


@pytest.mark.parametrize(("lone", "expected"), [("certain", 1.0), ("average", 3 / 2)])
def test_lone_clusters_count_by_the_rule_that_was_chosen(lone: Lone, expected: float) -> None:
    frame = answers("one stratum, clusters")
    more = pd.concat([frame, frame.assign(stratum="h1"), frame.iloc[:1].assign(stratum="lone")])
    found = totals(take(more, scales(frame)))
    certain = estimate(found, make_design(found.clusters, lone="certain"), "mean").errors()
    chosen = estimate(found, make_design(found.clusters, lone=lone), "mean").errors()
    assert chosen**2 == pytest.approx(certain**2 * expected, rel=1e-9)


def test_a_lone_cluster_counts_its_distance_from_the_whole_and_can_be_refused() -> None:
    frame = pd.DataFrame({"stratum": list("aab"), "cluster": list("121"), "q1": [1.0, 3.0, 5.0]})
    found = totals(take(frame, {"q1": FIVE}))
    se = estimate(found, make_design(found.clusters), "mean").errors()[0]
    # z = (q − 3) / 3 is −2/3 and 0 in stratum a, around −1/3: 2/1 × ((1/3)² + (1/3)²); the lone one (2/3)².
    assert se**2 == pytest.approx(2 * (1 / 9 + 1 / 9) + 4 / 9, abs=1e-12)
    with pytest.raises(DataError, match="one cluster"):
        make_design(found.clusters, lone="refuse")
    with pytest.raises(DataError, match="More clusters"):
        make_design(found.clusters, {"a": 1})


def one(value: float, se: float, n: float = 400, effect: float = 1.0) -> Measured:
    """One estimate with fifty degrees of freedom."""
    return Measured(*(np.array([x], dtype=float) for x in (value, se, n, 50, effect)))


@pytest.mark.parametrize(
    ("value", "method"),
    [(0.0, "wilson"), (0.099, "logit"), (0.1, "t"), (0.9, "t"), (0.901, "logit"), (1.0, "wilson")],
)
def test_shares_near_the_ends_have_intervals_that_stay_inside(value: float, method: str) -> None:
    se = (value * (1 - value) / 400) ** 0.5
    low, high, used = interval(one(value, se), Confidence(), True)
    assert used[0] == method
    assert 0.0 <= low[0] <= value <= high[0] <= 1.0
    assert low[0] < high[0]


def test_wilson_is_the_textbook_interval_on_the_effective_number() -> None:
    """Newcombe 1998, table I: 81 of 263, Wilson's 95% interval 0.2553 to 0.3662."""
    many = Measured(*(np.array([x]) for x in (81 / 263, 0.03, 263.0 * 2, 1e9, 2.0)))
    low, high, _ = interval(many, Confidence(method="wilson"), True)
    assert (low[0], high[0]) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_no_degree_of_freedom_no_interval() -> None:
    found, design = measured([1.0, 2.0], cluster=["1", "1"])
    row = table(estimate(found, design, "mean")).iloc[0]
    assert math.isnan(row["se"])
    assert math.isnan(row["low"])
    assert row["method"] == ""
    with pytest.raises(DataError):
        Confidence(level=95)
