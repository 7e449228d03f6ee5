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
_COUNTED: Final = [*_FLOWS, names.CARRIED, names.OPEN, names.OPEN_LATE, names.OPEN_WITHIN]
Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class _Sums:
    """A cut summed to some dimensions, the oldest month first: `months`, the place of its group and `values`
    (every flow, what is added to the stock in process and to the overdue) of each row; of each group `keys`,
    in their order, a column a dimension."""

    months: NDArray[np.str_]
    places: Numbers
    values: Numbers
    keys: pd.DataFrame

    def counts(self, first: str, last: str) -> Numbers:
        """The columns `_COUNTED` of every group in the months from `first` to `last`."""
        start, end = np.searchsorted(self.months, first), np.searchsorted(self.months, last, side="right")
        before, past = self._until(int(start)), self._until(int(end))
        carried, open_, late = before[:, -2], past[:, -2], past[:, -1]
        return np.column_stack((past[:, :-2] - before[:, :-2], carried, open_, late, open_ - late))

    def _until(self, end: int) -> Numbers:
        return _summed(self.places[:end], self.values[:end], len(self.keys))


def _summed(places: Numbers, values: Numbers, groups: int) -> Numbers:
    """Sums of rows by the place of their group, zeros where a group has none."""
    found = np.zeros((groups, values.shape[1]), np.int64)
    if len(places):
        order = np.argsort(places, kind="stable")
        held, starts = np.unique(places[order], return_index=True)
        found[held] = np.add.reduceat(values[order], starts, axis=0)
    return found


def _ranked(column: pd.Series[str]) -> tuple[NDArray[np.object_], Numbers]:
    """The texts of a column in their order, and the place of each of its rows among them."""
    held = pd.Categorical(column)
    told = held.categories.to_numpy(object)
    order = np.argsort(told)
    return told[order], np.argsort(order)[held.codes]


@dataclass(frozen=True)
class _Plain:
    """A cut as arrays, a row a cell: of each dimension and the month its texts with their places; `values` as
    those of `_Sums`."""

    texts: Mapping[str, tuple[NDArray[np.object_], Numbers]]
    values: Numbers

    def summed(self, by: Sequence[str]) -> _Sums:
        """The cut by the dimensions `by` (or `month`) alone."""
        sizes = [len(self.texts[name][0]) for name in (MONTH, *by)]
        codes = [self.texts[name][1] for name in (MONTH, *by)]
        cells, places = np.unique(np.ravel_multi_index(codes, sizes), return_inverse=True)
        month, *rest = np.unravel_index(cells, sizes)
        groups, mine = np.unique(_joined(rest, sizes[1:], len(cells)), return_inverse=True)
        keys = zip(by, np.unravel_index(groups, sizes[1:]), strict=True) if by else ()
        told = {name: self.texts[name][0][place] for name, place in keys}
        return _Sums(
            self.texts[MONTH][0].astype(str)[month],
            mine,
            _summed(places, self.values, len(cells)),
            pd.DataFrame(told, range(len(groups)), dtype=object),
        )


def _joined(codes: Sequence[Numbers], sizes: Sequence[int], count: int) -> Numbers:
    """One number for the places of several dimensions; zeros where there are no dimensions."""
    return np.ravel_multi_index(codes, sizes) if codes else np.zeros(count, np.int64)


def _plain(cut: pd.DataFrame) -> _Plain:
    texts = {name: _ranked(cut[name]) for name in cut.columns if name not in MEASURES}
    flows = np.column_stack([cut[name].to_numpy(np.int64) for name in (*_FLOWS, OVERDUE)])
    stock = flows[:, _FLOWS.index(names.RECEIVED)] - flows[:, _FLOWS.index(names.SETTLED)]
    return _Plain(texts, np.insert(flows, -1, stock, axis=1))


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
        sums = self._summed(tuple(by))
        known, places = self._known
        counted = pd.DataFrame(sums.counts(first, last)[:, places], columns=known)
        for place, name in enumerate(by):
            counted.insert(place, name, sums.keys[name])
        return counted

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

    @cached_property
    def _sums(self) -> dict[tuple[str, ...], _Sums]:
        return {}

    def _summed(self, by: tuple[str, ...]) -> _Sums:
        """The sums of some dimensions, made once: pages ask for the same few of every period."""
        if by not in self._sums:
            self._sums[by] = self._cut(by).summed(by)
        return self._sums[by]

    def _cut(self, by: Iterable[str]) -> _Plain:
        wanted = set(by) - {MONTH}
        for name, known in CUTS.items():
            if wanted <= set(known):
                return self._plain[name]
        raise ValueError(f"no cut tells {sorted(wanted)} apart")

    @cached_property
    def _known(self) -> tuple[list[str], list[int]]:
        """The counts that are known, and their places among all."""
        unknown = names.unknown_counts(self.absent)
        places = [place for place, name in enumerate(_COUNTED) if name not in unknown]
        return [_COUNTED[place] for place in places], places


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
