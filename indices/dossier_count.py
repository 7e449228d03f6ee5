"""Dossiers counted over a period by the rules of QĐ 766, each count on its own, so that they can be checked.

This is the plain form for a frame in memory. Months of millions of dossiers are counted by
etl.warehouse.dossier_cube; tests hold the two to the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from indices import dossier_facts as facts
from indices import dossier_rules as names
from indices.dossier_facts import days_of

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Period:
    """From the first to the last day, both in it."""

    start: np.datetime64
    end: np.datetime64


def months(first: str, last: str) -> Iterator[tuple[str, Period]]:
    """Every month from one to another, written YYYY-MM."""
    for month in np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1):
        yield str(month), month_period(str(month), str(month))


def month_period(first: str, last: str) -> Period:
    """The days of the months from one to another: a month, a quarter, a year."""
    end = (np.datetime64(last, "M") + 1).astype("datetime64[D]") - facts.DAY
    return Period(np.datetime64(first, "M").astype("datetime64[D]"), end)


def count(rows: pd.DataFrame, period: Period, by: Sequence[str] = ()) -> pd.DataFrame:
    """Counts of a period by the columns `by` (one row when there are none), from settled dossiers.

    `rows`: what `dossier_facts.settle` gives, with the channel (`direct`, `online`, `post`) and a 0/1 column
    for each of synced, online_ok, reused, shared, identified, complaint, fee, paid, needs_result, e_result,
    digitised. A column that is not there leaves its counts missing: unknown is not zero.
    """
    parts = counted(rows, period)
    if not by:
        return parts.sum(min_count=1).to_frame().T
    return parts.groupby([rows[name] for name in by], observed=True).sum(min_count=1).reset_index()


def counted(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What each dossier adds to each count: the columns of `dossier_rules`, a row a dossier."""
    received, finished = days_of(rows["received"]), days_of(rows["finished"])
    came = (received >= period.start) & (received <= period.end)
    done = (finished >= period.start) & (finished <= period.end)
    carried = (received < period.start) & (np.isnat(finished) | (finished >= period.start))
    stays = (received <= period.end) & (np.isnat(finished) | (finished > period.end))
    overdue = stays & (days_of(rows["overdue_from"]) <= period.end)
    made: dict[str, npt.NDArray[np.float64] | Flags] = {
        names.RECEIVED: came,
        names.CARRIED: carried,
        names.SETTLED: done,
        names.OPEN: stays,
        names.OPEN_LATE: overdue,
        names.OPEN_WITHIN: stays & ~overdue,
    }
    outcome = rows["outcome"].to_numpy()
    for name, code in zip(names.OUTCOMES, (facts.EARLY, facts.ON_TIME, facts.LATE), strict=True):
        made[name] = done & (outcome == code)
    made |= _at_receipt(rows, came) | _at_end(rows, done)
    return pd.DataFrame({name: np.asarray(value, float) for name, value in made.items()}, index=rows.index)


def _flag(rows: pd.DataFrame, *flags: str) -> npt.NDArray[np.float64]:
    """1 where all flags are set; missing for every row when the file has no such column."""
    product = np.ones(len(rows))
    for name in flags:
        product *= rows[name].to_numpy(float, na_value=0) if name in rows else np.nan
    return product


def _at(when: Flags, flag: npt.NDArray[Any]) -> npt.NDArray[np.float64]:
    """The flag of the dossiers of the period; an unknown flag stays unknown, whenever the dossier was."""
    return np.asarray(flag * when)


def _at_receipt(rows: pd.DataFrame, came: Flags) -> dict[str, npt.NDArray[np.float64]]:
    online = (rows["channel"] == "online").to_numpy(float)
    return {
        "received_online": _at(came, online),
        "online_counted": _at(came, online * _flag(rows, "online_ok")),
        "synced": _at(came, _flag(rows, "synced")),
        "reused": _at(came, _flag(rows, "reused")),
        "shared": _at(came, _flag(rows, "shared")),
        "identified": _at(came, _flag(rows, "identified")),
        "complaints": _at(came, _flag(rows, "complaint")),
        "fee_base": _at(came, _flag(rows, "fee")),
        "paid": _at(came, _flag(rows, "fee", "paid")),
    }


def _at_end(rows: pd.DataFrame, done: Flags) -> dict[str, npt.NDArray[np.float64]]:
    return {
        "days_sum": np.where(done, rows["taken_days"], 0),
        "late_days_sum": np.where(done, rows["late_days"], 0),
        "result_base": _at(done, _flag(rows, "needs_result")),
        "result_e": _at(done, _flag(rows, "needs_result", "e_result")),
        "digitised": _at(done, _flag(rows, "digitised", "e_result")),
    }


def unbalanced(counts: pd.DataFrame) -> pd.DataFrame:
    """The rows of counts in which received and carried over do not make settled and in process."""
    gone = counts[names.SETTLED] + counts[names.OPEN]
    off = counts[names.RECEIVED] + counts[names.CARRIED] != gone
    kinds = sum(counts[name] for name in names.OUTCOMES) != counts[names.SETTLED]
    return counts[off | kinds]


def breaking(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The dossiers that break the balance of a period: settled in it or before it, and received later."""
    parts = counted(rows, period)
    into, out = parts[names.RECEIVED] + parts[names.CARRIED], parts[names.SETTLED] + parts[names.OPEN]
    return rows[(into != out).to_numpy()]


def procedures(catalogue: pd.DataFrame, seen: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
    """Sums over procedures, to go beside the counts of dossiers.

    `catalogue`: procedure, service (none, partial, full), 0/1 fee, citizen, identified. `seen`: counts of the
    period by procedure (and `by`). An online service counts as used when a dossier came online, a fee as
    paid online when one was.
    """
    online = catalogue["service"].isin(("partial", "full"))
    whole = {
        "procedures": float(len(catalogue)),
        "procedures_online": float(online.sum()),
        "procedures_fee": float((catalogue["fee"] == 1).sum()),
    }
    kept = seen.merge(catalogue.assign(is_online=online)[["procedure", "is_online", "fee"]], on="procedure")
    kept["procedures_used"] = (kept["is_online"] & (kept["received_online"] > 0)).astype(float)
    kept["procedures_paid"] = ((kept["fee"] == 1) & (kept["paid"] > 0)).astype(float)
    sums = ["procedures_used", "procedures_paid"]
    if not by:
        return kept[sums].sum().to_frame().T.assign(**whole)
    return kept.groupby(list(by), observed=True)[sums].sum().reset_index().assign(**whole)
