"""SQL of dossiers: rows into a cube of facts in one statement, cubes into what screens ask.

Facts are flows by the month they fall in, so that every period is a sum: received at receipt, settled at the
end, and `overdue`, +1 in the month in which a dossier is first overdue at the month's end and -1 in that of
its end. What is in process at the end of a month is all that was received up to it less all that was settled.

Only sums of CASE and counts over plain columns are used, so that the same statements run on Spark SQL; the
one place that differs, the number of a month, is `month_of` (docs/dossiers.md, "More than one machine").
"""

from __future__ import annotations

from typing import Final

DIMENSIONS: Final = ("province", "unit", "level", "field", "procedure", "service", "channel")
# Screens look at units or at procedures, seldom at both at once: two smaller cubes for them.
ROLLUPS: Final = {
    "units": ("province", "unit", "level", "service", "channel"),
    "procedures": ("province", "level", "field", "procedure", "service", "channel"),
}
OVERDUE: Final = "overdue"
_FLAG = "sum(coalesce({0}, 0))"
_ONLINE = "sum(CASE WHEN channel = 'online' THEN {0} ELSE 0 END)"
AT_RECEIPT: Final = {
    "received": "count(*)",
    "received_online": _ONLINE.format(1),
    "online_counted": _ONLINE.format("coalesce(online_ok, 0)"),
    "synced": _FLAG.format("synced"),
    "reused": _FLAG.format("reused"),
    "shared": _FLAG.format("shared"),
    "identified": _FLAG.format("identified"),
    "complaints": _FLAG.format("complaint"),
    "fee_base": _FLAG.format("fee"),
    "paid": _FLAG.format("fee * paid"),
}
AT_END: Final = {
    "settled": "count(*)",
    "settled_early": "sum(CASE WHEN outcome = 1 THEN 1 ELSE 0 END)",
    "settled_on_time": "sum(CASE WHEN outcome = 2 THEN 1 ELSE 0 END)",
    "settled_late": "sum(CASE WHEN outcome = 3 THEN 1 ELSE 0 END)",
    "days_sum": _FLAG.format("taken_days"),
    "late_days_sum": _FLAG.format("late_days"),
    "result_base": _FLAG.format("needs_result"),
    "result_e": _FLAG.format("needs_result * e_result"),
    "digitised": _FLAG.format("digitised * e_result"),
}
MEASURES: Final = (*AT_RECEIPT, *AT_END, OVERDUE)
# Which column of rows each count needs; without it the count is unknown.
NEEDS: Final = {
    "online_counted": ("e_result",),
    "synced": ("synced",),
    "reused": ("reused",),
    "shared": ("shared",),
    "identified": ("identified",),
    "complaints": ("complaint",),
    "paid": ("paid",),
    "result_e": ("e_result",),
    "digitised": ("digitised", "e_result"),
}
# Overdue at the end of some month: from the month of the first such day until the month of the end.
_FIRST = "greatest(received, overdue_from)"


def month_of(day: str) -> str:
    """The number of a day's month: twelve times the year and the month from zero."""
    return f"(year({day}) * 12 + month({day}) - 1)"


def month_number(month: str) -> int:
    """The number of a month written YYYY-MM."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """The month of a number, as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def cube(source: str) -> str:
    """The statement that makes the cube of the rows of `source`: dimensions, month and every measure."""
    overdue = f"outcome IN (0, 3) AND overdue_from IS NOT NULL AND {_stays()}"
    parts = (
        _part(source, "received", AT_RECEIPT, "true"),
        _part(source, "finished", AT_END, "finished IS NOT NULL"),
        _part(source, _FIRST, {OVERDUE: "count(*)"}, overdue),
        _part(source, "finished", {OVERDUE: "-count(*)"}, f"finished IS NOT NULL AND {overdue}"),
    )
    return summed(f"({' UNION ALL '.join(parts)})", DIMENSIONS)


def _stays() -> str:
    """Whether a dossier is still there at the end of the month in which it is overdue first."""
    return f"(finished IS NULL OR {month_of('finished')} > {month_of(_FIRST)})"


def _part(source: str, day: str, measures: dict[str, str], where: str) -> str:
    """One flow: its own measures, zero for the others."""
    told = ", ".join(f"CAST({measures.get(name, '0')} AS BIGINT) AS {name}" for name in MEASURES)
    keys = ", ".join(DIMENSIONS)
    month = month_of(day)
    return f"SELECT {keys}, {month} AS month, {told} FROM {source} WHERE {where} GROUP BY {keys}, {month}"


def summed(source: str, dimensions: tuple[str, ...]) -> str:
    """The measures of a cube by fewer dimensions and the month."""
    keys = ", ".join((*dimensions, "month"))
    sums = ", ".join(f"CAST(sum({name}) AS BIGINT) AS {name}" for name in MEASURES)
    return f"SELECT {keys}, {sums} FROM {source} AS c GROUP BY {keys}"


def late(source: str) -> str:
    """The dossiers that were settled late or are overdue, without anything else."""
    columns = (
        "id, province, unit, level, field, procedure, "
        "received, due, finished, overdue_from, outcome, late_days"
    )
    where = "outcome = 3 OR (outcome = 0 AND overdue_from IS NOT NULL)"
    return f"SELECT {columns} FROM {source} WHERE {where} ORDER BY province, finished, unit"


def period_counts(source: str, by: tuple[str, ...], where: str) -> str:
    """Counts of the months from $first to $last by some dimensions, stocks and what was carried over too."""
    keys = "".join(f"{name}, " for name in by)
    inside = "FILTER (WHERE month BETWEEN $first AND $last)"
    flows = ", ".join(f"coalesce(sum({name}) {inside}, 0) AS {name}" for name in MEASURES if name != OVERDUE)
    stock = "coalesce(sum(received - settled) FILTER (WHERE month < $first), 0) AS carried"
    open_ = "coalesce(sum(received - settled) FILTER (WHERE month <= $last), 0) AS open"
    late_ = f"coalesce(sum({OVERDUE}) FILTER (WHERE month <= $last), 0) AS open_late"
    group = f"GROUP BY {', '.join(by)}" if by else ""
    return f"SELECT {keys}{flows}, {stock}, {open_}, {late_} FROM {source} WHERE {where} {group}"
