"""Scores within what the definition allows, and maxima that rows bring along."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.scale import has_own_maximum
from etl.intake.checks.table import Table, shown
from etl.intake.findings import Level

SLACK = 1e-9
PERCENT = 100.0
# How near the ratio of two scales the middle ratio of a column must be to speak of that scale.
NEAR = 0.08
# Scales nearer to each other than this are not told apart by their level.
FAR = 0.2
SUM = "sum_points"


def _bounds(table: Table, name: str) -> pd.Series[float]:
    given = {code: getattr(node, name) for code, node in table.nodes.items()}
    return table.rows["component_code"].map(given).astype("float64")


@table_check("range.over_maximum", Level.ERROR)
def over_maximum(table: Table) -> Iterator[Hit]:
    """The score is larger than the maximum of its component (of its row, where the row states one)."""
    # `value` is on the component's scale, so that a percentage with its 100 beside it is compared rightly.
    limits = table.rows["row_max"].fillna(_bounds(table, "max_score")).astype("float64")
    score = table.rows["value"].fillna(table.rows["published"]).astype("float64")
    yield from _outside(table, score > limits + SLACK, limits, "≤")


@table_check("range.under_minimum", Level.ERROR)
def under_minimum(table: Table) -> Iterator[Hit]:
    """The score is smaller than the minimum of its component."""
    limits = _bounds(table, "min_score")
    yield from _outside(table, table.rows["value"] < limits - SLACK, limits, "≥")


def _outside(table: Table, outside: pd.Series[bool], limits: pd.Series[float], sign: str) -> Iterator[Hit]:
    for figure, limit in zip(table.figures(outside), limits[outside], strict=True):
        found = f"{table.label(figure.unit, figure.code)}: {shown(figure.published)}"
        yield Hit(table.at(figure.unit, figure.code), found, f"{sign} {shown(limit)}")


@table_check("self.over_maximum", Level.ERROR)
def self_over_maximum(table: Table) -> Iterator[Hit]:
    """The self-scored points are more than the maximum of the component or of the row."""
    limits = table.rows["own_max"].fillna(_bounds(table, "max_score")).astype("float64")
    outside = table.rows["own"] > limits + SLACK
    for figure, limit in zip(table.figures(outside), limits[outside], strict=True):
        found = f"{table.label(figure.unit, figure.code)}: {shown(figure.own)}"
        yield Hit(table.at(figure.unit, figure.code, "self"), found, f"≤ {shown(limit)}")


@table_check("range.percent_or_points", Level.WARNING)
def percent_or_points(table: Table) -> Iterator[Hit]:
    """A whole column looks like percent where its component is in points, or the other way round: most of it
    is over the maximum but not over 100, or it is to the usual figures as the maximum is to 100."""
    for code, column in table.columns(1):
        most = table.nodes[code].max_score
        if most is None or most == PERCENT or most <= 0:
            continue
        over = (column.dropna() > most + SLACK).mean() > 0.5 and column.max() <= PERCENT
        if over or _other_scale(table, code, PERCENT / most):
            yield Hit(
                table.at_column(code), f"[{code}] ~ {shown(float(column.median()))}", f"0 … {shown(most)}"
            )


def _other_scale(table: Table, code: str, factor: float) -> bool:
    usual = table.past.usual[code]
    ratio = (table.values[code] / usual.where(usual > 0)).dropna()
    if len(ratio) < table.limits.units or abs(factor - 1.0) < FAR:
        return False
    middle = float(ratio.median())
    return any(abs(middle / scale - 1.0) < NEAR for scale in (factor, 1.0 / factor))


@table_check("maxima.too_large", Level.ERROR)
def maximum_too_large(table: Table) -> Iterator[Hit]:
    """The row states a maximum that is larger than its component's, and is not the 100 of a percentage; or
    one that is not above zero."""
    own, most = table.rows["own_max"], _bounds(table, "max_score")
    yield from _maxima(table, ((own > most + SLACK) & (own != PERCENT)) | (own <= 0), "0 < max ≤")


@table_check("maxima.lowered", Level.WARNING)
def maximum_lowered(table: Table) -> Iterator[Hit]:
    """The row states a maximum below its component's although the definition knows no maximum of its own for
    single units there: the score would be read as a share of that smaller maximum."""
    own, most = table.rows["own_max"], _bounds(table, "max_score")
    free = {code for code, node in table.nodes.items() if has_own_maximum(node, table.nodes)}
    fixed = ~table.rows["component_code"].isin(free)
    yield from _maxima(table, (own < most - SLACK) & (own > 0) & (own != PERCENT) & fixed, "max =")


def _maxima(table: Table, wrong: pd.Series[bool], sign: str) -> Iterator[Hit]:
    most = _bounds(table, "max_score")[wrong]
    for figure, limit in zip(table.figures(wrong), most, strict=True):
        found = f"{table.label(figure.unit, figure.code)}: max = {shown(figure.own_max)}"
        yield Hit(table.at(figure.unit, figure.code), found, f"{sign} {shown(limit)}")


@table_check("maxima.sum", Level.ERROR)
def maxima_add_up(table: Table) -> Iterator[Hit]:
    """Where rows state the maxima of a component and of all its parts, those of the parts add up to it."""
    wide = table.wide("own_max").astype("float64")
    for code in table.trees[0].inner():
        node = table.trees[0].nodes[code]
        if node.rule != SUM or not {code, *node.children} <= set(table.codes):
            continue
        total = wide[list(node.children)].sum(axis=1, skipna=False)
        for unit in wide.index[(total - wide[code]).abs() > 1e-6]:
            found = f"{table.label(unit, code)}: max = {shown(float(wide[code][unit]))}"
            yield Hit(table.at(unit, code), found, f"Σ max = {shown(float(total[unit]))}")
