"""A cautious look ahead: the simplest method that did best on the series' own past, with its error shown."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from indices.rules import Array
from indices.trend import slope

Predict = Callable[[Array, Array, int], float]
TOO_SHORT, TOO_FEW_TESTS, NOT_RISING = "too_short", "too_few_tests", "years_not_rising"


@dataclass(frozen=True)
class ForecastSettings:
    """`least`: comparable points needed. `train`: points before the first back-test. `tests`: how many.

    `level`: share of cases that the interval should hold. `low` and `high`: ends of the scale, if any.
    """

    least: int = 6
    train: int = 3
    tests: int = 3
    level: float = 0.8
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Forecast:
    """A forecast for `year` with its interval, in the unit of the series; all None when `reason` is set.

    `coverage`: the share of cases that an interval from so few back-tests can promise, tests / (tests + 1) at
    most. `error`: mean absolute back-test error of the method; `errors`: of every method; `tests`: how many
    back-tests at this distance stand behind them. `points`: length of the series.
    """

    year: int
    points: int
    reason: str = ""
    method: str | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    error: float | None = None
    errors: tuple[tuple[str, float], ...] = ()
    tests: int = 0


def last_value(years: Array, values: Array, year: int) -> float:
    """Nothing changes: the last value."""
    return float(values[-1])


def straight_line(years: Array, values: Array, year: int) -> float:
    """Least-squares line through all points."""
    lean, start = np.polyfit(years - years[-1], values, 1)
    return float(start + lean * (year - years[-1]))


def median_line(years: Array, values: Array, year: int) -> float:
    """Theil and Sen's line: the median slope of all pairs, through the median of what it leaves."""
    lean = slope(years.tolist(), values.tolist())
    return float(np.median(values - lean * years) + lean * year)


# In order of simplicity: a later method must beat an earlier one to be chosen.
METHODS: Final[dict[str, Predict]] = {
    "last_value": last_value,
    "median_line": median_line,
    "straight_line": straight_line,
}


def forecast(
    years: Sequence[int], values: Sequence[float], year: int, settings: ForecastSettings | None = None
) -> Forecast:
    """Forecast a comparable series (`years` rising, `values` without gaps) for a later `year`.

    Every method is tried from each origin in the past over the same distance; the one with the smallest mean
    absolute error is used. The interval is value ± the back-test error of the rank that `level` asks for
    (the largest one where there are too few): no distribution is assumed. Reasons for none: too_short (fewer
    than `least` points), too_few_tests (the distance is too far for the series), years_not_rising.
    """
    chosen = settings or ForecastSettings()
    when, what = np.asarray(years, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if len(what) < chosen.least:
        return Forecast(year, len(what), TOO_SHORT)
    if np.any(np.diff(when) <= 0) or year <= when[-1] or np.isnan(what).any():
        return Forecast(year, len(what), NOT_RISING)
    errors = {name: _back_test(predict, when, what, year, chosen.train) for name, predict in METHODS.items()}
    if min(len(found) for found in errors.values()) < chosen.tests:
        return Forecast(year, len(what), TOO_FEW_TESTS)
    means = {name: float(np.mean(found)) for name, found in errors.items()}
    best = min(means, key=lambda name: round(means[name], 12))
    return _told(best, METHODS[best](when, what, year), errors, (year, len(what)), chosen)


def _back_test(predict: Predict, years: Array, values: Array, year: int, train: int) -> list[float]:
    """Absolute errors from every origin that has a value at the same distance ahead."""
    distance = year - years[-1]
    found = []
    for origin in range(train, len(years)):
        ahead = np.flatnonzero(np.isclose(years, years[origin - 1] + distance))
        if len(ahead):
            guess = predict(years[:origin], values[:origin], int(years[ahead[0]]))
            found.append(abs(guess - float(values[ahead[0]])))
    return found


def _told(
    method: str,
    value: float,
    errors: dict[str, list[float]],
    place: tuple[int, int],
    settings: ForecastSettings,
) -> Forecast:
    own = sorted(errors[method])
    count = len(own)
    wanted = min(math.ceil((count + 1) * settings.level), count)
    half = own[wanted - 1]
    return Forecast(
        *place,
        method=method,
        value=_inside(value, settings),
        low=_inside(value - half, settings),
        high=_inside(value + half, settings),
        coverage=min(settings.level, wanted / (count + 1)),
        error=float(np.mean(own)),
        errors=tuple((name, float(np.mean(found))) for name, found in errors.items()),
        tests=count,
    )


def _inside(value: float, settings: ForecastSettings) -> float:
    """The value, kept on the scale."""
    low = -math.inf if settings.low is None else settings.low
    high = math.inf if settings.high is None else settings.high
    return float(min(max(value, low), high))
