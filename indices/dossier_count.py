"""Dossiers counted over a period by the rules of QĐ 766, each count on its own, so that they can be checked.

This is the plain form for a frame in memory. Months of millions of dossiers are counted by
etl.microdata.dossiers from the same table of factors; tests hold the two to the same numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

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
        names.CARRIED: carried,
        names.OPEN: stays,
        names.OPEN_LATE: overdue,
        names.OPEN_WITHIN: stays & ~overdue,
    }
    outcome, flags = rows["outcome"].to_numpy(), rows.copy(deep=False)
    flags["online"] = (rows["channel"] == "online").to_numpy(float)
    for name, code in (("early", facts.EARLY), ("on_time", facts.ON_TIME), ("late", facts.LATE)):
        flags[name] = (outcome == code).astype(float)
    for when, told in ((came, names.AT_RECEIPT), (done, names.AT_END)):
        made |= {name: _product(flags, parts) * when for name, parts in told.items()}
    return pd.DataFrame({name: np.asarray(value, float) for name, value in made.items()}, index=rows.index)


def _product(rows: pd.DataFrame, parts: Sequence[str]) -> npt.NDArray[np.float64]:
    """The product of columns, blank ones as zero; missing for every row when there is no such column: what is
    unknown stays unknown, whenever the dossier was."""
    product = np.ones(len(rows))
    for name in parts:
        product *= rows[name].to_numpy(float, na_value=0) if name in rows else np.nan
    return product


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
    codes = catalogue["procedure"].to_numpy(object)
    online = catalogue["service"].isin(("partial", "full")).to_numpy(bool)
    fee = (catalogue["fee"] == 1).to_numpy(bool)
    whole = {
        "procedures": float(len(catalogue)),
        "procedures_online": float(online.sum()),
        "procedures_fee": float(fee.sum()),
    }
    sums = ["procedures_used", "procedures_paid"]
    flags = [
        seen["procedure"].isin(codes[able]).to_numpy() & (seen[count].to_numpy() > 0)
        for able, count in ((online, "received_online"), (fee, "paid"))
    ]
    used = pd.DataFrame(np.column_stack(flags).astype(float), columns=sums)
    if not by:
        return pd.DataFrame([dict(zip(sums, used.to_numpy().sum(axis=0), strict=True)) | whole])
    keys = [seen[name].to_numpy() for name in by]
    return used.groupby(keys).sum().rename_axis(list(by)).reset_index().assign(**whole)
