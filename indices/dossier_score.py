"""From counts to the indicators, groups and total of QĐ 766, with what is not known kept apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from indices import dossier_rules as names
from indices.dossier_rules import DossierRules, Group, Indicator, Link, Ratio

Frame = pd.DataFrame


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
    told = given or {}
    share: dict[str, pd.Series[float]] = {}
    for one in rules.indicators:
        share[one.code] = _share(one, counts, told)
    for one in rules.indicators:
        if one.times:
            share[one.code] = share[one.code] * share[one.times]
    points = {one.code: _points(one, share[one.code], rules.maximum(one.code)) for one in rules.indicators}
    unknown: dict[str, pd.Series[float]] = {}
    for group in rules.tops():
        _add(group, rules, points, unknown)
    tops = [group.code for group in rules.tops()]
    points[rules.index] = sum((points[code] for code in tops), _zero(counts))
    unknown[rules.index] = sum((unknown[code] for code in tops), _zero(counts))
    return Scored(Frame(share), Frame(points), Frame(unknown), rules.index)


def _zero(counts: Frame) -> pd.Series[float]:
    return pd.Series(0.0, index=counts.index)


def _share(one: Indicator, counts: Frame, told: Mapping[str, float]) -> pd.Series[float]:
    if one.code in told:
        return pd.Series(float(told[one.code]), index=counts.index)
    if one.source == "given":
        return pd.Series(np.nan, index=counts.index)
    if one.share:
        return _ratio(one.share, counts)
    off = sum((_ratio(ratio, counts) for ratio in one.less), _zero(counts))
    return (1 - off).clip(lower=0)


def _ratio(ratio: Ratio, counts: Frame) -> pd.Series[float]:
    of, base = (_sum(group, counts) for group in (ratio.of, ratio.base))
    return of.where(base > 0) / base.where(base > 0)


def _sum(columns: tuple[str, ...], counts: Frame) -> pd.Series[float]:
    found = _zero(counts)
    for name in columns:
        found = found + (counts[name].astype(float) if name in counts else np.nan)
    return found


def _points(one: Indicator, share: pd.Series[float], maximum: float | None) -> pd.Series[float]:
    """Full points from the threshold on, pro rata below."""
    if not one.scored or maximum is None:
        return share * np.nan
    return (share * 100 / one.full_from).clip(0, 1) * maximum


def _add(
    group: Group,
    rules: DossierRules,
    points: dict[str, pd.Series[float]],
    unknown: dict[str, pd.Series[float]],
) -> None:
    """Points of a group and what is not known of it; inner groups first."""
    for part in group.parts:
        inner = rules.group(part)
        if inner:
            _add(inner, rules, points, unknown)
    known = [points[part] for part in group.parts]
    told = [_known(part, rules, points[part], unknown) for part in group.parts]
    nothing = pd.Series(0.0, index=known[0].index)
    points[group.code] = sum((one.fillna(0.0) for one in known), nothing)
    unknown[group.code] = group.maximum - sum(told, nothing)


def _known(
    part: str, rules: DossierRules, points: pd.Series[float], unknown: Mapping[str, pd.Series[float]]
) -> pd.Series[float]:
    """How much of the maximum of a part has points."""
    if part in unknown:
        return (rules.maximum(part) or 0.0) - unknown[part]
    return points.notna().astype(float) * (rules.maximum(part) or 0.0)


def improved(counts: Frame, rules: DossierRules, given: Mapping[str, float] | None = None) -> Frame:
    """What the province would gain if one unit after the other met its limits, a row a unit.

    `counts`: one row a unit, which together are the province; counts over procedures are left out, since a
    unit's limits do not change them. Columns: `late` (dossiers settled late or overdue), the gain in the
    total and in every top group, and `share` (of dossiers in time) before and after.
    """
    whole = counts.select_dtypes("number").sum(min_count=1)
    frame = Frame([whole] * len(counts), index=counts.index)
    better = frame.copy()
    for late, well in ((names.LATE, names.ON_TIME), (names.OPEN_LATE, names.OPEN_WITHIN)):
        better[late] = frame[late] - counts[late]
        better[well] = frame[well] + counts[late]
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
    return _ratio(ratio, counts)


def linked(share: pd.Series[float], link: Link) -> pd.Series[float]:
    """Points of a criterion of another index that follows the share of dossiers in time."""
    points = (share * 100 / link.full_from).clip(0, 1) * link.maximum
    return points.where(share * 100 >= link.none_below, 0.0).where(share.notna())
