"""The cube of dossiers of one province: counts of any months by any of its dimensions, stocks from flows.

A cube holds flows by month (what was received, settled, became overdue in it), so that a period is a sum, and
what is in process at the end of a month is all that came before less all that was settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from indices import dossier_rules as names
from indices.dossier_rules import MEASURES, OVERDUE

# Screens look at units or at procedures, never at both at once: two small cubes instead of a large one.
CUTS: Final[Mapping[str, tuple[str, ...]]] = {
    "unit": ("unit", "level", "service", "channel"),
    "procedure": ("level", "field", "procedure", "service", "channel"),
}
MONTH: Final = "month"
_FLOWS: Final = tuple(name for name in MEASURES if name != OVERDUE)
_COUNTED: Final = [*_FLOWS, names.CARRIED, names.OPEN, names.OPEN_LATE]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class _Plain:
    """A cut as arrays, a place a cell: its month (text), its flows (a column each), how much it adds to what
    is in process and to what is overdue."""

    months: NDArray[np.object_]
    flows: Numbers
    stock: Numbers
    overdue: Numbers


def _plain(cut: pd.DataFrame) -> _Plain:
    stock = (cut[names.RECEIVED] - cut[names.SETTLED]).to_numpy(np.int64)
    months = cut[MONTH].to_numpy(object)
    return _Plain(months, cut[list(_FLOWS)].to_numpy(np.int64), stock, cut[OVERDUE].to_numpy(np.int64))


@dataclass(frozen=True)
class Cube:
    """The cuts of one province by name: dimensions, `month` (YYYY-MM) and every measure, a row a cell.

    `absent`: columns that some load did not have; the counts made of them are unknown and left out.
    """

    cuts: Mapping[str, pd.DataFrame]
    absent: frozenset[str] = frozenset()

    def counts(self, first: str, last: str, by: Sequence[str] = ()) -> pd.DataFrame:
        """Counts of the months from `first` to `last` (YYYY-MM), a row by the dimensions `by` (or `month`).

        ValueError for dimensions that no cut tells apart.
        """
        cut, plain = self._cut(by)
        past, before = plain.months <= last, plain.months < first
        inside = plain.flows * (past & ~before)[:, None]
        stocks = (plain.stock * before, plain.stock * past, plain.overdue * past)
        # One block of numbers: pandas groups it in one go, and a page asks for many small counts.
        made = pd.DataFrame(np.column_stack((inside, *stocks)), columns=_COUNTED, index=cut.index)
        if not by:
            return self._known(made.sum().to_frame().T)
        return self._known(made.groupby([cut[name] for name in by], observed=True).sum().reset_index())

    def monthly(self, first: str, last: str) -> pd.DataFrame:
        """Counts of every month from `first` to `last`, a row a month (`month`: YYYY-MM)."""
        found = self.counts("", last, (MONTH,)).set_index(MONTH)
        shown = months_between(first, last)
        found = found.reindex(sorted({*found.index, *shown}), fill_value=0)
        # By month the stocks are changes of the month: their sums are the stocks.
        for name in (names.OPEN, names.OPEN_LATE):
            found[name] = found[name].cumsum()
        found[names.CARRIED] = found[names.OPEN].shift(1, fill_value=0)
        found[names.OPEN_WITHIN] = found[names.OPEN] - found[names.OPEN_LATE]
        return found.loc[shown].rename_axis(MONTH).reset_index()

    @cached_property
    def _plain(self) -> Mapping[str, _Plain]:
        return {name: _plain(cut) for name, cut in self.cuts.items()}

    def _cut(self, by: Iterable[str]) -> tuple[pd.DataFrame, _Plain]:
        wanted = set(by) - {MONTH}
        for name, known in CUTS.items():
            if wanted <= set(known):
                return self.cuts[name], self._plain[name]
        raise ValueError(f"no cut tells {sorted(wanted)} apart")

    def _known(self, found: pd.DataFrame) -> pd.DataFrame:
        told = found.drop(columns=names.unknown_counts(self.absent))
        return told.assign(**{names.OPEN_WITHIN: told[names.OPEN] - told[names.OPEN_LATE]})


def month_number(month: str) -> int:
    """The number of a month written YYYY-MM: twelve times its year and the month from zero."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def month_name(number: int) -> str:
    """The month of a number, as YYYY-MM."""
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def months_between(first: str, last: str) -> list[str]:
    """Every month from one to another, both written YYYY-MM."""
    return [str(month) for month in np.arange(np.datetime64(first, "M"), np.datetime64(last, "M") + 1)]


def months_of(spans: Iterable[tuple[str, str]]) -> list[str]:
    """Every month that spans of months cover, each from its first to its last, ascending."""
    return sorted({month for first, last in spans for month in months_between(first, last)})
