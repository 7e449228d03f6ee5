"""Are figures printed as precisely as before?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.scale import SHOWN
from etl.intake.checks.table import Table
from etl.intake.findings import Level

# More decimals than this are those of another form of the same figures, not another precision.
MOST = 4


@table_check("precision.lost", Level.WARNING)
def decimals_lost(table: Table) -> Iterator[Hit]:
    """A whole column (or the whole table) has fewer decimals than in the earlier years: the figures were
    rounded on the way. All columns at once are told once."""
    given = table.rows[table.rows["published"].notna()]
    whole, before = given["decimals"].max(), min(table.past.longest, MOST)
    if len(given) >= SHOWN and pd.notna(whole) and whole < before:
        yield Hit(table.at_sheet(), f"n = {int(whole)}", f"n = {table.past.longest}")
        return
    columns = given.groupby("component_code")["decimals"]
    now = columns.max()[columns.count() >= SHOWN]
    for code, n in zip(now.index.astype("str"), now.astype(int), strict=True):
        was = table.past.decimals.get(code, 0)
        if n < min(was, MOST):
            yield Hit(table.at_column(code), f"[{code}]: n = {n}", f"n = {was}")
