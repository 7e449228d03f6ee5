"""What a target is measured by: an index score, a rank, observed figures, or how many components rose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from indices.continuity import MEASURED_AS
from indices.gaps import LINKED
from indices.model import MAIN_VIEW, RAW_LEVELS
from indices.weak import KEPT_FULL, NOISE

MEASURES: Final = "measures"
ABOVE: Final = "above"


@dataclass(frozen=True)
class Measurement:
    """One measured figure. `at_least`: the source only says that the figure lies above this value.

    `unit_id`: the unit it was published for, where that may be another than the target's (continuity.py).
    """

    year: int
    value: float
    at_least: bool = False
    observation_id: str | None = None
    unit_id: str | None = None


@dataclass(frozen=True)
class Series:
    """The latest measurement and the last one before it that it may be compared with."""

    latest: Measurement | None = None
    previous: Measurement | None = None
    has_related: bool = False


@dataclass(frozen=True)
class Improvement:
    """How many of the comparable components rose in the index's latest year; none that kept its maximum."""

    index_code: str
    year: int
    compared: int
    rose: int


def index_series(score: pd.DataFrame, unit_id: str, index_code: str, kind: str) -> Series:
    """Latest and previous total (`kind` "score") or rank ("rank") of a unit.

    Scores are compared with the previous year only where comparable; a rank with the last earlier rank in
    the same set of units, since a rank means the same under every framework. A published rank without a
    score counts.
    """
    rows = _of_unit(score, unit_id, index_code)
    rows = rows[rows["component_code"] == index_code].sort_values("year")
    column = "rank" if kind == "rank" else "value"
    known = rows[rows[column].notna()]
    if known.empty:
        return Series()
    last = known.iloc[-1]
    latest = Measurement(int(last["year"]), float(last[column]), unit_id=str(last.get(MEASURED_AS, unit_id)))
    if kind == "rank":
        before = known.iloc[:-1]
        before = before[before["unit_set"] == last["unit_set"]].tail(1)
        earlier = [Measurement(int(y), float(r)) for y, r in zip(before["year"], before["rank"], strict=True)]
        return Series(latest, earlier[0] if earlier else None)
    if last["comparability"] not in LINKED or pd.isna(last["change"]):
        return Series(latest)
    return Series(latest, Measurement(int(last["prev_year"]), float(last["prev_value"])))


def observed_series(
    observations: pd.DataFrame, target_id: str, shortfall: Callable[[float], float]
) -> Series:
    """Latest and previous observation that measures the target; figures only related to it do not count.

    Several figures of one period (parts of the province) must all meet the target, so the one with the
    largest `shortfall` stands for the period. A figure stated as a lower bound gives no pace.
    """
    mine = observations[(observations["target_id"] == target_id) & observations["value"].notna()]
    measuring = mine[mine["relation"] == MEASURES]
    if measuring.empty:
        return Series(has_related=not mine.empty)
    rows = measuring.assign(short=[shortfall(float(value)) for value in measuring["value"]])
    rows = rows.sort_values(["year", "period", "short"]).drop_duplicates(["year", "period"], keep="last")
    columns = [rows[name] for name in ("year", "value", "qualifier", "observation_id")]
    found = [
        Measurement(int(year), float(value), qualifier == ABOVE, str(name))
        for year, value, qualifier, name in zip(*columns, strict=True)
    ]
    earlier = [m for m in found if m.year < found[-1].year and not m.at_least]
    return Series(found[-1], earlier[-1] if earlier and not found[-1].at_least else None)


def improvements(score: pd.DataFrame, unit_id: str, indices: Sequence[str]) -> list[Improvement]:
    """For each index with a value: its latest year, how many components can be compared, how many rose."""
    found = []
    for code in indices:
        rows = _of_unit(score, unit_id, code)
        rows = rows[rows["value"].notna() & ~rows["level"].isin(RAW_LEVELS)]
        if rows.empty:
            continue
        rows = rows[rows["year"] == rows["year"].max()]
        move = rows["change"].fillna(rows["change_share"])
        move = move.mask(rows["four_way"] == KEPT_FULL).dropna()
        found.append(Improvement(code, int(rows["year"].max()), len(move), int((move > NOISE).sum())))
    return found


def _of_unit(score: pd.DataFrame, unit_id: str, index_code: str) -> pd.DataFrame:
    mine = (score["unit_id"] == unit_id) & (score["index_code"] == index_code)
    return score[mine & (score["view"] == MAIN_VIEW)]
