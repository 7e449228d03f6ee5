"""Small cells are not shown, nor cells from which they could be worked out (Willenborg and de Waal 2001, 4).

A table of cells by one or more traits stands beside its totals over each trait and over several. A cell of
few respondents is hidden; then others, until no hidden cell follows from what is shown by adding and taking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, TypeAlias

import numpy as np
import pandas as pd

from indices.arrays import Array, Mask
from indices.errors import DataError, Problem
from indices.ranking import Integers

Line: TypeAlias = tuple[str, str, Integers]
SHOWN, SMALL, COMPLEMENT = "", "small", "complement"
TOLERANCE: Final = 1e-8


@dataclass(frozen=True)
class Hidden:
    """`cells`: as given, with `hidden` ("" shown | small | complement). `totals`: trait, line, hidden - the
    totals over a trait that may not be shown either, since they would give a hidden cell away."""

    cells: pd.DataFrame
    totals: pd.DataFrame

    def shown(self, figures: Sequence[str]) -> pd.DataFrame:
        """The cells with `figures` missing where they are hidden: name every column that tells of the cell,
        its number of respondents among them."""
        at = self.cells["hidden"] != SHOWN
        return self.cells.assign(**{name: self.cells[name].astype("float64").mask(at) for name in figures})


def hide(cells: pd.DataFrame, traits: Sequence[str], least: int, n: str = "n") -> Hidden:
    """Hide cells of fewer than `least` respondents (column `n`), and what would give them away.

    `cells`: one row for each combination of `traits`, whose totals over any of them are shown too. Nobody at
    all is no secret: empty cells stay, and hide no other. In each line hidden cells are two or more and hold
    `least` respondents together; a line that cannot do that loses its total. Raises DataError for two rows of
    one cell, missing or negative numbers, `least` below 1.
    """
    _check(cells, traits, least, n)
    made = _Hiding(cells.reset_index(drop=True), tuple(traits), least, n)
    made.run()
    return Hidden(made.cells.assign(hidden=made.reasons()), made.closed())


def _check(cells: pd.DataFrame, traits: Sequence[str], least: int, n: str) -> None:
    problems = []
    numbers = cells[n].to_numpy(dtype=np.float64, na_value=np.nan)
    if cells.duplicated(list(traits)).any():
        problems.append(Problem("A cell stands twice", place=", ".join(traits)))
    if not (np.isfinite(numbers) & (numbers >= 0)).all():
        problems.append(Problem("A cell has no number of respondents", place=n, expected="0 or more"))
    if least < 1:
        problems.append(Problem("A least number of respondents", found=str(least), expected="1 or more"))
    if problems:
        raise DataError(problems)


class _Hiding:
    def __init__(self, cells: pd.DataFrame, traits: tuple[str, ...], least: int, n: str) -> None:
        self.cells, self.least = cells, least
        self.n = cells[n].to_numpy(dtype=np.float64)
        self.small: Mask = (self.n > 0) & (self.n < least)
        self.hidden: Mask = self.small.copy()
        sizes = range(1, len(traits) + 1)
        over = [added for size in sizes for added in combinations(traits, size)]
        self.lines = [line for added in over for line in _lines(cells, traits, added)]
        self.without_total: set[int] = set()

    def run(self) -> None:
        """Until nothing changes: lines first, then whatever still follows from all the totals together."""
        while self._lines_changed() or self._worked_out():
            pass

    def _lines_changed(self) -> bool:
        changed = False
        for at, (_, _, places) in enumerate(self.lines):
            if at not in self.without_total:
                changed |= self._safe_line(at, places)
        return changed

    def _safe_line(self, at: int, places: Integers) -> bool:
        hidden = places[self.hidden[places]]
        if not len(hidden) or (len(hidden) > 1 and self.n[hidden].sum() >= self.least):
            return False
        self._hide_more(at, places)
        return True

    def _hide_more(self, at: int, places: Integers) -> None:
        """Hide the smallest cell of a line that is still shown; without one, its total."""
        open_cells = places[~self.hidden[places] & (self.n[places] > 0)]
        if len(open_cells):
            self.hidden[open_cells[np.argmin(self.n[open_cells])]] = True
        else:
            self.without_total.add(at)

    def _worked_out(self) -> bool:
        """Hide more where a hidden cell follows from the shown totals; whether that was so."""
        unknown = np.flatnonzero(self.hidden)
        lines = [at for at in range(len(self.lines)) if at not in self.without_total]
        told = [at for at in lines if self.hidden[self.lines[at][2]].any()]
        if not len(unknown) or not told:
            return False
        rows = np.array([np.isin(unknown, self.lines[at][2]) for at in told], dtype=np.float64)
        known = unknown[_determined(rows)]
        if not len(known):
            return False
        of_cell = [at for at in told if known[0] in self.lines[at][2]]
        free = [at for at in of_cell if (~self.hidden & (self.n > 0))[self.lines[at][2]].any()]
        at = (free or of_cell)[0]
        self._hide_more(at, self.lines[at][2])
        return True

    def reasons(self) -> Array:
        """Why each cell is hidden."""
        return np.select([self.small, self.hidden], [SMALL, COMPLEMENT], SHOWN)

    def closed(self) -> pd.DataFrame:
        """Totals that may not be shown."""
        rows = [self.lines[at][:2] for at in sorted(self.without_total)]
        return pd.DataFrame(rows, columns=["trait", "line"])


def _lines(cells: pd.DataFrame, traits: tuple[str, ...], added: tuple[str, ...]) -> list[Line]:
    """The lines added up over some traits: those traits, the values of the others, places of the cells."""
    others, over = [name for name in traits if name not in added], ", ".join(added)
    if not others:
        return [(over, "", np.arange(len(cells)))]
    groups = cells.groupby(others, sort=True).indices
    return [(over, _named(name), np.asarray(places)) for name, places in groups.items()]


def _named(name: object) -> str:
    return ", ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _determined(rows: Array) -> Mask:
    """Which unknowns the equations `rows` (equations x unknowns) fix: no move along the free directions."""
    _, sizes, directions = np.linalg.svd(rows)
    rank = int((sizes > TOLERANCE).sum())
    free = directions[rank:]
    return np.asarray((np.abs(free) < TOLERANCE).all(axis=0))
