"""Does a figure fit its own past: jumps, moved levels, decimals that slipped."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.stats import Floats, robust_sd
from etl.intake.checks.table import Table, marked, shown
from etl.intake.findings import Level

# How near a figure must be to ten (a hundred) times the usual one: from 1 / TEN_NEAR to TEN_NEAR of it.
TEN_NEAR = 1.18
POWERS = (10.0, 100.0, 1000.0)
# Others of a column within this factor of usual are taken to be right.
PLAIN = 3.0
# Nothing within these times the usual can be a slip of decimals.
NEAR_USUAL = (0.2, 5.0)
PEERS = 20


@table_check("history.jump", Level.WARNING)
def jump(table: Table) -> Iterator[Hit]:
    """The figure moved by many times the usual yearly change of this very unit and component, after taking
    off what all units moved by; only where enough comparable years are held."""
    if len(table.past.years) < table.limits.jump_years:
        return
    usual, change = _usual_change(table), _changes(table)
    for code in table.codes:
        limit = table.limits.jump_sd * usual[code]
        wrong = (change[code].abs() > limit) & (limit > 0)
        for unit in marked(wrong):
            yield _moved(table, unit, code, float(limit[unit]))


def _usual_change(table: Table) -> pd.DataFrame:
    """Units x components: the usual yearly change (root mean square), less what all units moved by; missing
    where too few years are held. A unit that stood still by chance is no surer than the others."""
    steps = np.diff(table.past.cube, axis=0)
    with np.errstate(all="ignore"):
        steps = steps - _middle(steps, axis=1)
        own = np.sqrt(_mean(steps**2, axis=0))
        own = np.maximum(own, _middle(own, axis=0))
    held = (~np.isnan(table.past.cube)).sum(axis=0)
    return table.past.frame(np.where(held >= table.limits.jump_years, own, np.nan))


def _middle(values: Floats, axis: int) -> Floats:
    """Medians along an axis, kept as an axis; 0 where nothing is held."""
    filled = np.where(np.isnan(values).all(axis=axis, keepdims=True), 0.0, values)
    return np.asarray(np.nanmedian(filled, axis=axis, keepdims=True))


def _mean(values: Floats, axis: int) -> Floats:
    count = (~np.isnan(values)).sum(axis=axis)
    return np.asarray(np.nansum(values, axis=axis) / np.where(count, count, np.nan))


def _changes(table: Table) -> pd.DataFrame:
    """Units x components: change against the latest earlier figure, less the middle change of all units."""
    change = table.values - table.past.last
    return change - change.median()


@table_check("history.apart", Level.WARNING)
def apart(table: Table) -> Iterator[Hit]:
    """The figure moved since the last comparable year quite unlike those of the other units in the column;
    only where too few years are held to know the unit's own changes."""
    if len(table.past.years) >= table.limits.jump_years:
        return
    changes = _changes(table)
    for code in table.codes:
        known = changes[code].dropna()
        spread = robust_sd(known.to_numpy()) if len(known) >= PEERS else 0.0
        limit = table.limits.apart_sd * spread
        for unit in marked(known.abs() > limit) if spread > 0 else ():
            yield _moved(table, unit, code, limit)


def _moved(table: Table, unit: str, code: str, most: float) -> Hit:
    before, now = (float(frame[code][unit]) for frame in (table.past.last, table.values))
    found = f"{table.label(unit, code)}: {shown(before)} → {shown(now)}"
    return Hit(table.at(unit, code), found, f"± {most:.2g}")


@table_check("history.level", Level.WARNING)
def level(table: Table) -> Iterator[Hit]:
    """The mean of a whole column moved by several times the spread between the units, since the last year."""
    change = table.values - table.past.last
    before = table.past.last.where(change.notna())
    for code in table.codes:
        spread, moved = float(before[code].std()), float(change[code].mean())
        limit = table.limits.level_sd * spread
        if change[code].count() >= table.limits.units and spread > 1e-9 and abs(moved) > limit:
            yield Hit(table.at_column(code), f"[{code}] Δ = {moved:+.3g}", f"± {limit:.3g}")


@table_check("digits.column", Level.WARNING)
def digits_of_a_column(table: Table) -> Iterator[Hit]:
    """A whole column is ten, a hundred or a thousand times as large or small as in earlier years."""
    ratios = _ratios(table)
    for code in table.codes:
        power = _power(float(ratios[code].median()))
        if ratios[code].count() >= table.limits.units and power:
            yield Hit(table.at_column(code), f"[{code}] × {shown(power)}", f"[{code}] × 1")


@table_check("digits.cell", Level.WARNING)
def digits_of_a_cell(table: Table) -> Iterator[Hit]:
    """A single figure is ten (a hundred, a thousand) times as large or small as usual for this unit, or as in
    the middle of its column: its decimals have probably slipped."""
    ratios = _ratios(table)
    for code, column in table.columns(table.limits.units):
        own = (ratios[code] / ratios[code].median()).fillna(column / column.median())
        if not (own.between(1 / PLAIN, PLAIN) | own.isna()).mean() >= table.limits.full:
            continue
        for unit in marked(own.notna() & ~own.between(*NEAR_USUAL)):
            power, held = _power(float(own[unit])), float(column[unit])
            if power:
                found = f"{table.label(unit, code)}: {shown(held)}"
                yield Hit(table.at(unit, code), found, f"~ {shown(held / power)}")


def _ratios(table: Table) -> pd.DataFrame:
    """Units x components: the figure over the usual one; missing where one of them is not above 0."""
    now, usual = (frame.where(frame > 0) for frame in (table.values, table.past.usual))
    return now / usual


def _power(ratio: float) -> float:
    """The power of ten that a ratio is near to; 0 when it is near to none (or to one)."""
    for power in POWERS:
        for factor in (power, 1.0 / power):
            if factor / TEN_NEAR <= ratio <= factor * TEN_NEAR:
                return factor
    return 0.0
