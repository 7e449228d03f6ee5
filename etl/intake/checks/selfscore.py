"""Points that a unit gave itself beside those it was given."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.table import Table, shown
from etl.intake.findings import Level

SLACK = 1e-9
# From so many (differing) pairs on, their direction says something.
ENOUGH = 10
MOSTLY = 0.8


def _over(table: Table) -> pd.Series[float]:
    """How much more each row claims than it was given; missing where it has not both."""
    return (table.rows["own"] - table.rows["published"]).astype("float64")


def _told(table: Table, wanted: pd.Series[bool]) -> Iterator[Hit]:
    for figure in table.figures(wanted):
        told = f"{shown(figure.own)} → {shown(figure.published)}"
        at = table.at(figure.unit, figure.code, "self")
        yield Hit(
            at,
            f"{table.label(figure.unit, figure.code)}: {told}",
            f"Δ = {figure.published - figure.own:+.4g}",
        )


@table_check("self.claimed_more", Level.NOTE)
def claimed_more(table: Table) -> Iterator[Hit]:
    """The unit gave itself more points than it was given: over-claimed, or evidence was lacking."""
    yield from _told(table, _over(table) > SLACK)


@table_check("self.claimed_less", Level.NOTE)
def claimed_less(table: Table) -> Iterator[Hit]:
    """The unit gave itself fewer points than it was given, which is rare: worth a look."""
    yield from _told(table, _over(table) < -SLACK)


@table_check("self.exchanged", Level.WARNING)
def columns_exchanged(table: Table) -> Iterator[Hit]:
    """Nearly wherever the two differ, the self-scored points are the fewer ones: the columns of self-scored
    and appraised points are probably exchanged."""
    over = _over(table)
    apart = over[over.abs() > SLACK]
    fewer = int((apart < 0).sum())
    if len(apart) >= ENOUGH and fewer >= MOSTLY * len(apart):
        code = str(table.rows["component_code"].loc[apart.index[0]])
        yield Hit(table.at_column(code), f"{fewer} / {len(apart)}: < 0")


@table_check("self.missing", Level.WARNING)
def self_missing(table: Table) -> Iterator[Hit]:
    """A criterion has appraised points but no self-scored ones, although nearly all others have both."""
    given = table.rows["published"].notna()
    blank = given & table.rows["own"].isna()
    if given.sum() >= ENOUGH and 0 < blank.sum() <= (1.0 - MOSTLY) * given.sum():
        for figure in table.figures(blank):
            found = f"{table.label(figure.unit, figure.code)}: ∅ → {shown(figure.published)}"
            yield Hit(table.at(figure.unit, figure.code), found)
