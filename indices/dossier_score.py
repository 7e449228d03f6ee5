"""From counts to the indicators, groups and total of QĐ 766, with what is not known kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from indices import dossier_rules as names
from indices.dossier_rules import DossierRules, Group, Indicator, Link, Ratio

Frame = pd.DataFrame
Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Scored:
    """Scores of the rows of a frame of counts, a column an indicator, group or the total.

    `share`: 0-1 (2.2: days). `points`: missing where the share or the maximum is unknown; of a group the sum
    of what is known. `open`: points of the maximum of a group of which nothing is known. A group lies between
    points and points + open.
    """

    share: Frame
    points: Frame
    open: Frame
    total: str


def score(counts: Frame, rules: DossierRules, given: Mapping[str, float] | None = None) -> Scored:
    """The scores of every row of counts. `given`: shares (0-1) of indicators that dossiers do not tell.

    A count that is missing, or a base of zero, leaves the indicator unknown: it is neither zero nor full.
    """
    told, columns = given or {}, _Columns(counts)
    share = {one.code: _share(one, columns, told) for one in rules.indicators}
    for one in rules.indicators:
        if one.times:
            share[one.code] = share[one.code] * share[one.times]
    points = {one.code: _points(one, share[one.code], rules.maximum(one.code)) for one in rules.indicators}
    unknown: dict[str, Values] = {}
    for group in rules.tops():
        _add(group, rules, points, unknown)
    tops = [group.code for group in rules.tops()]
    points[rules.index] = columns.zero + sum(points[code] for code in tops)
    unknown[rules.index] = columns.zero + sum(unknown[code] for code in tops)
    frames = [
        Frame(np.column_stack(list(values.values())), counts.index, list(values))
        for values in (share, points, unknown)
    ]
    return Scored(frames[0], frames[1], frames[2], rules.index)


class _Columns:
    """Counts as plain arrays: a thousand small sums of a page are not worth a frame each."""

    def __init__(self, counts: Frame) -> None:
        self.zero = np.zeros(len(counts))
        self._missing = np.full(len(counts), np.nan)
        numbers = counts.select_dtypes("number")
        columns = numbers.to_numpy(float, na_value=np.nan).T
        self._values = dict(zip(map(str, numbers.columns), columns, strict=True))

    def sum(self, names: tuple[str, ...]) -> Values:
        """The sum of columns; missing where one is."""
        return np.asarray(self.zero + sum(self._values.get(name, self._missing) for name in names))

    def ratio(self, ratio: Ratio) -> Values:
        """A share; missing where there is nothing to take it of."""
        of, base = self.sum(ratio.of), self.sum(ratio.base)
        return np.asarray(np.divide(of, base, out=self._missing.copy(), where=base > 0))

    def constant(self, value: float) -> Values:
        """One value in every row."""
        return self.zero + value


def _share(one: Indicator, columns: _Columns, told: Mapping[str, float]) -> Values:
    if one.code in told:
        return columns.constant(told[one.code])
    if one.source == "given":
        return columns.constant(np.nan)
    if one.share:
        return columns.ratio(one.share)
    off = columns.zero + sum(columns.ratio(ratio) for ratio in one.less)
    return np.maximum(1 - off, 0)


def _points(one: Indicator, share: Values, maximum: float | None) -> Values:
    """Full points from the threshold on, pro rata below."""
    if not one.scored or maximum is None:
        return share * np.nan
    return np.clip(share * 100 / one.full_from, 0, 1) * maximum


def _add(group: Group, rules: DossierRules, points: dict[str, Values], unknown: dict[str, Values]) -> None:
    """Points of a group and what is not known of it; inner groups first."""
    for part in group.parts:
        inner = rules.group(part)
        if inner:
            _add(inner, rules, points, unknown)
    told = [_known(part, rules, points[part], unknown) for part in group.parts]
    points[group.code] = np.asarray(sum(np.nan_to_num(points[part]) for part in group.parts))
    unknown[group.code] = group.maximum - np.asarray(sum(told))


def _known(part: str, rules: DossierRules, points: Values, unknown: Mapping[str, Values]) -> Values:
    """How much of the maximum of a part has points."""
    maximum = rules.maximum(part) or 0.0
    return maximum - unknown[part] if part in unknown else ~np.isnan(points) * maximum


def improved(counts: Frame, rules: DossierRules, given: Mapping[str, float] | None = None) -> Frame:
    """What the province would gain if one unit after the other met its limits, a row a unit.

    `counts`: one row a unit, which together are the province; counts over procedures are left out, since a
    unit's limits do not change them. Columns: `late` (dossiers settled late or overdue), the gain in the
    total and in every top group, and `share` (of dossiers in time) before and after.
    """
    whole = counts.select_dtypes("number").sum(min_count=1)
    frame = Frame(np.tile(whole.to_numpy(), (len(counts), 1)), counts.index, whole.index)
    turned = ((names.LATE, names.ON_TIME), (names.OPEN_LATE, names.OPEN_WITHIN))
    better = frame.assign(
        **{late: frame[late] - counts[late] for late, _ in turned},
        **{well: frame[well] + counts[late] for late, well in turned},
    )
    before, after = score(frame, rules, given), score(better, rules, given)
    gains = after.points - before.points
    made = Frame({"late": counts[names.LATE] + counts[names.OPEN_LATE], "gain": gains[rules.index]})
    for group in rules.tops():
        made[f"gain_{group.code}"] = gains[group.code]
    for link in rules.links:
        made[f"gain_{link.index}"] = linked(in_time(better), link) - linked(in_time(frame), link)
    return made.assign(share=in_time(frame), share_after=in_time(better))


def in_time(counts: Frame) -> pd.Series[float]:
    """Share of dossiers settled in time or still within their limit, 0-1; missing where there are none."""
    ratio = Ratio(of=(names.EARLY, names.ON_TIME, names.OPEN_WITHIN), base=(names.SETTLED, names.OPEN))
    return pd.Series(_Columns(counts).ratio(ratio), index=counts.index)


def linked(share: pd.Series[float], link: Link) -> pd.Series[float]:
    """Points of a criterion of another index that follows the share of dossiers in time."""
    points = (share * 100 / link.full_from).clip(0, 1) * link.maximum
    return points.where(share * 100 >= link.none_below, 0.0).where(share.notna())
