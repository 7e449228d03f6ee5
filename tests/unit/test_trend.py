"""Trends: classes, paces, comparable years, forecasts with their back-test, performance against framework."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indices.decompose import YearPair, decompose
from indices.forecast import METHODS, ForecastSettings, forecast
from indices.registry import REWEIGHTED
from indices.trend import TrendSettings, classify, comparable_run, pace, slope
from tests.unit.packdata import registry, wide

YEARS = list(range(2015, 2025))
CLASSES = [
    ("flat", [5, 5, 5, 5, 5, 5]),
    ("rising", [1, 2, 3, 4, 5, 6]),
    ("rising_faster", [1, 2, 3, 4, 8, 12]),
    ("rising_slower", [1, 4, 7, 10, 10.5, 11]),
    ("levelled_off", [1, 4, 7, 10, 10, 10]),
    ("turned_down", [1, 4, 7, 12, 11, 10]),
    ("falling", [6, 5, 4, 3, 2, 1]),
    ("falling_faster", [12, 11, 10, 9, 5, 1]),
    ("falling_slower", [11, 8, 5, 2, 1.5, 1]),
    ("bottomed_out", [11, 8, 5, 2, 2, 2]),
    ("turned_up", [12, 8, 4, 1, 2, 3]),
    ("too_short", [1, 2, 3]),
]


@pytest.mark.parametrize(("kind", "values"), CLASSES)
def test_trend_within_the_trend(kind: str, values: list[float]) -> None:
    assert classify(YEARS[: len(values)], values).kind == kind


@pytest.mark.parametrize(("kind", "values"), CLASSES)
def test_turned_round_where_less_is_better(kind: str, values: list[float]) -> None:
    found = classify(YEARS[: len(values)], [-v for v in values], less_is_better=True)
    assert found.kind == kind


def test_small_moves_count_as_flat() -> None:
    found = classify(YEARS[:5], [5.0, 5.01, 5.0, 5.02, 5.01], TrendSettings(flat=0.05))
    assert (found.kind, found.points) == ("flat", 5)
    picking = classify(YEARS[:6], [5, 5, 5, 5, 6, 7], TrendSettings(flat=0.5))
    assert picking.kind == "picking_up"


def test_median_slope_resists_one_odd_year() -> None:
    assert slope(YEARS[:6], [1, 2, 3, 40, 5, 6]) == pytest.approx(1.0)
    assert np.isnan(slope([2020], [1.0]))


def test_required_pace() -> None:
    found = pace([2021, 2023], [80.0, 84.0], (90.0, 2026))
    assert (found.needed, found.years_left, found.required, found.recent) == (6.0, 3, 2.0, 2.0)
    assert found.years_at_recent == pytest.approx(3.0)
    late = pace([2021, 2023], [84.0, 80.0], (90.0, 2023))
    assert (late.required, late.years_at_recent) == (None, None)
    reached = pace([2023], [91.0], (90.0, 2026))
    assert (reached.needed, reached.required, reached.recent) == (0.0, 0.0, None)
    rank = pace([2022, 2023], [8.0, 6.0], (3.0, 2026), less_is_better=True)
    assert (rank.needed, rank.required, rank.recent) == (3.0, 1.0, 2.0)


def test_comparable_run_stops_at_a_change_of_framework() -> None:
    years = list(range(2005, 2025))
    assert comparable_run(registry(), ("PCI", "PCI"), years) == [2022, 2023, 2024]
    assert comparable_run(registry(), ("PCI", "PCI"), years[:17])[0] == 2017
    assert comparable_run(registry(), ("PCI", "PCI.2"), years, ("comparable", REWEIGHTED))[0] <= 2022


def test_no_forecast_for_a_short_series() -> None:
    found = forecast(YEARS[:5], [1, 2, 3, 4, 5], 2020)
    assert (found.reason, found.value, found.low, found.points) == ("too_short", None, None, 5)


def test_no_forecast_beyond_what_was_tried() -> None:
    assert forecast(YEARS[:6], [1, 2, 3, 4, 5, 6], 2022).reason == "too_few_tests"
    assert forecast(YEARS[:6], [1, 2, 3, 4, 5, 6], 2020).reason == "years_not_rising"


def test_a_straight_series_is_continued_without_error() -> None:
    found = forecast(YEARS[:6], [1, 2, 3, 4, 5, 6], 2021)
    assert found.value == pytest.approx(7.0)
    assert found.method == "median_line"
    assert found.error == pytest.approx(0.0, abs=1e-9)
    assert (found.tests, found.coverage) == (3, pytest.approx(0.75))


def test_a_series_that_jumps_about_keeps_its_last_value() -> None:
    found = forecast(YEARS[:8], [5, 5, 5, 5, 5, 5, 9, 9], 2023)
    errors = dict(found.errors)
    assert set(errors) == set(METHODS)
    assert found.method == min(errors, key=lambda name: round(errors[name], 12))
    assert found.method == "last_value"


def test_back_test_by_hand() -> None:
    values = [1.0, 3.0, 2.0, 4.0, 3.0, 5.0]
    found = forecast(YEARS[:6], values, 2021)
    by_hand = np.mean([abs(values[i] - values[i - 1]) for i in (3, 4, 5)])
    assert dict(found.errors)["last_value"] == pytest.approx(by_hand)


def test_the_interval_stays_on_the_scale() -> None:
    found = forecast(YEARS[:7], [90, 95, 92, 97, 96, 99, 98], 2022, ForecastSettings(low=0, high=100))
    assert found.high is not None
    assert found.high <= 100


@settings(deadline=None, max_examples=60)
@given(st.lists(st.floats(0, 100), min_size=6, max_size=10))
def test_the_interval_holds_the_value_and_widens_with_the_error(values: list[float]) -> None:
    found = forecast(YEARS[: len(values)], values, YEARS[len(values) - 1] + 1)
    assert found.low is not None
    assert found.value is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert found.high - found.low >= 0
    assert found.error == min(error for _, error in found.errors) or found.error == pytest.approx(
        min(error for _, error in found.errors), abs=1e-9
    )


def split(index: str, start: int, end: int):  # type: ignore[no-untyped-def]
    """The decomposition of the shipped figures."""
    return decompose(registry(), YearPair(index, start, end), wide(index, start), wide(index, end))


@pytest.mark.parametrize(("start", "end"), [(2013, 2014), (2014, 2015), (2020, 2021), (2021, 2022)])
def test_performance_and_framework_add_up(start: int, end: int) -> None:
    found = split("PCI", start, end)
    table = found.table
    assert found.status == "decomposed"
    assert (table["performance"] + table["framework"] - table["total"]).abs().max() < 1e-9
    assert (table["after"] - table["before"] - table["total"]).abs().max() < 1e-9


def test_new_weights_alone_are_the_framework() -> None:
    """Sub-indices carry over, the weights changed: by hand from both years' weights."""
    found = split("PCI", 2021, 2022)
    after, trees = wide("PCI", 2022), [registry().framework("PCI", y).tree(y) for y in (2021, 2022)]
    weights = [{child.code: child.weight or 0.0 for child in tree.children("PCI")} for tree in trees]
    totals = [10 * sum(w[code] * after[code] for code in w) / sum(w.values()) for w in weights]
    wanted = (totals[1] - totals[0])[found.table.index]
    assert (found.table["framework"] - wanted).abs().max() < 1e-9
    assert found.table["framework"].abs().max() > 1.0


def test_one_framework_with_one_set_of_numbers_has_no_framework_effect() -> None:
    for index, start, end in (("PCI", 2020, 2021), ("Q766", 2023, 2024), ("PAPI", 2022, 2023)):
        assert split(index, start, end).table["framework"].abs().max() < 1e-9
    same = split("PAR", 2022, 2023)
    assert (same.status, same.reason) == ("decomposed", "same_tree")


def test_what_cannot_be_split_says_why() -> None:
    assert split("DTI", 2023, 2024).reason == "inputs_not_comparable"
    assert split("PGI", 2022, 2023).reason == "inputs_not_comparable"
    assert split("DTI", 2022, 2023).reason == "inputs_not_held"
    assert split("PAPI", 2017, 2018).status == "not_decomposable"
    assert split("PAPI", 2017, 2018).table.empty
