"""Are figures printed as precisely as before?"""

from __future__ import annotations

from collections.abc import Iterator

from etl.intake.checks.past import SHOWN
from etl.intake.checks.register import Hit, table_check
from etl.intake.checks.table import Table
from etl.intake.findings import Level

# More decimals than this are those of another form of the same figures, not another precision.
MOST = 4


@table_check("precision.lost", Level.WARNING)
def decimals_lost(table: Table) -> Iterator[Hit]:
    """A whole column has fewer decimals than in the earlier years: the figures were rounded on the way (all
    columns at once are told once)."""
    given = table.rows[table.rows["published"].notna()].groupby("component_code")["decimals"]
    now = given.max()[given.count() >= SHOWN]
    before = table.past.decimals
    pairs = {str(code): (int(n), before[str(code)]) for code, n in now.items() if str(code) in before}
    lost = {code: (n, was) for code, (n, was) in pairs.items() if n < min(was, MOST)}
    if len(lost) > 1 and len(lost) == len(pairs):
        most = max(lost.values())
        yield Hit(table.at_sheet(), f"n = {most[0]}", f"n = {most[1]}")
        return
    for code, (n, was) in lost.items():
        yield Hit(table.at_column(code), f"[{code}]: n = {n}", f"n = {was}")
