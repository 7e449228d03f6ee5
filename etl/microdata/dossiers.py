"""Counting dossiers on whatever engine holds them: rows into a cube of flows, cubes into what screens need.

Facts are flows by the month they fall in, so that every period is a sum: received at receipt, settled at the
end, and `overdue`, +1 in the month in which a dossier is first overdue at the month's end and -1 in that of
its end. What is in process at the end of a month is all that was received up to it less all that was settled.
What each count is made of stands in `indices.dossier_rules`. Months are numbers here: twelve times the year
and the month from zero.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import mul
from typing import Final

import ibis

from indices.dossier_cube import CUTS
from indices.dossier_facts import EARLY, LATE, ON_TIME, UNFINISHED
from indices.dossier_rules import AT_END, AT_RECEIPT, MEASURES, OVERDUE

DIMENSIONS: Final = ("province", "unit", "level", "field", "procedure", "service", "channel")
# The month of receipt: cubes are kept by it, as rows are.
RECEIPT, MONTH = "received_month", "month"
LATE_COLUMNS: Final = (
    "id", "province", "unit", "level", "field", "procedure", "received", "due", "finished", "overdue_from",
    "outcome", "late_days",
)  # fmt: skip
SETTLED, OPEN = "settled", "open"


def month_of(day: ibis.Value) -> ibis.Value:
    """The number of a day's month."""
    return day.year().cast("int32") * 12 + day.month().cast("int32") - 1


def count_dossiers(rows: ibis.Table) -> ibis.Table:
    """The cube of settled rows: every measure by month of receipt, the dimensions and month of the fact."""
    flags = {
        "online": rows["channel"] == "online",
        "early": rows["outcome"] == EARLY,
        "on_time": rows["outcome"] == ON_TIME,
        "late": rows["outcome"] == LATE,
    }
    told = rows.mutate(**{RECEIPT: month_of(rows["received"])}, **flags)
    done = told.filter(told["finished"].notnull())
    overdue = _overdue(told)
    ended = overdue.filter(overdue["finished"].notnull())
    flows = (
        _flow(told, told["received"], _sums(told, AT_RECEIPT)),
        _flow(done, done["finished"], _sums(done, AT_END)),
        _flow(overdue, _first(overdue), {OVERDUE: overdue.count()}),
        _flow(ended, ended["finished"], {OVERDUE: -ended.count()}),
    )
    return summed(ibis.union(*flows), (RECEIPT, *DIMENSIONS))


def _first(rows: ibis.Table) -> ibis.Value:
    """The first day on which a dossier is there and overdue."""
    return ibis.greatest(rows["received"], rows["overdue_from"])


def _overdue(rows: ibis.Table) -> ibis.Table:
    """Dossiers that are overdue at the end of some month: those there when it ends."""
    stays = rows["finished"].isnull() | (month_of(rows["finished"]) > month_of(_first(rows)))
    return rows.filter(rows["outcome"].isin([UNFINISHED, LATE]) & rows["overdue_from"].notnull() & stays)


def _sums(rows: ibis.Table, told: Mapping[str, Sequence[str]]) -> dict[str, ibis.Value]:
    return {
        name: reduce(mul, [rows[part].cast("int64").fill_null(0) for part in parts]).sum()
        if parts
        else rows.count()
        for name, parts in told.items()
    }


def _flow(rows: ibis.Table, day: ibis.Value, measures: Mapping[str, ibis.Value]) -> ibis.Table:
    """One flow by the month of a day: its own measures, zero for the others."""
    keys = [*(rows[name] for name in (RECEIPT, *DIMENSIONS)), month_of(day).name(MONTH)]
    found = rows.group_by(keys).aggregate(**measures)
    none = ibis.literal(0)
    whole = {name: (found[name] if name in measures else none).cast("int64") for name in MEASURES}
    return found.select(RECEIPT, *DIMENSIONS, MONTH, **whole)


def summed(cube: ibis.Table, dimensions: Sequence[str]) -> ibis.Table:
    """The measures of a cube by fewer dimensions and the month."""
    keys = [*dimensions, MONTH]
    sums = {name: cube[name].sum().cast("int64") for name in MEASURES}
    return cube.group_by(keys).aggregate(**sums).select(*keys, *MEASURES)


def cuts(cube: ibis.Table) -> dict[str, ibis.Table]:
    """The smaller cubes that screens are answered from: by unit, by procedure."""
    return {name: summed(cube, ("province", *dimensions)) for name, dimensions in CUTS.items()}


def late_dossiers(rows: ibis.Table) -> ibis.Table:
    """The dossiers that were settled late or are overdue, by month of receipt, without anything else."""
    open_late = (rows["outcome"] == UNFINISHED) & rows["overdue_from"].notnull()
    found = rows.filter((rows["outcome"] == LATE) | open_late)
    return found.select(month_of(found["received"]).name(RECEIPT), *LATE_COLUMNS)


def late_days(late: ibis.Table) -> ibis.Table:
    """How many dossiers were settled how many working days late, by province and month of the end."""
    found = late.filter(late["outcome"] == LATE)
    month = month_of(found["finished"]).name(MONTH)
    return found.group_by([found["province"], month, found["late_days"]]).aggregate(count=found.count())


def longest_late(late: ibis.Table, months: ibis.Table, most: int) -> ibis.Table:
    """Of every province and month the dossiers late by most: those settled in it (`state` settled) and those
    in process at its end (open), at most `most` of each. The longest of any period are among those settled in
    its months and those open at the end of its last: so lists stay as short however many dossiers there are.

    `months`: province, month, `last` (its last day), of the months to tell.
    """
    done = late.filter((late["outcome"] == LATE) & late["finished"].notnull())
    settled = done.mutate(**{MONTH: month_of(done["finished"]), "until": done["finished"]})
    waiting = late.join(
        months,
        [
            late["province"] == months["province"],
            _first(late) <= months["last"],
            late["finished"].isnull() | (late["finished"] > months["last"]),
        ],
    )
    waiting = waiting.mutate(until=waiting["last"])
    columns = (MONTH, *LATE_COLUMNS, "until")
    parts = [
        part.select(*columns).mutate(state=ibis.literal(state))
        for state, part in ((SETTLED, settled), (OPEN, waiting))
    ]
    found = ibis.union(*parts)
    found = found.mutate(days=found["until"].delta(found["overdue_from"], unit="day") + 1)
    window = ibis.window(
        group_by=["province", MONTH, "state"],
        order_by=[ibis.desc("days"), "id"],
    )
    ranked = found.mutate(place=ibis.row_number().over(window))
    return ranked.filter(ranked["place"] < most).drop("place", "until")
