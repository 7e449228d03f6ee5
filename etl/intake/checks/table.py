"""One table of figures: one index, year and unit set, with its framework and its past beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.intake.checks.context import CheckContext, Limits
from etl.intake.checks.past import Past, Wanted, past_of
from etl.intake.findings import At
from indices.framework import Framework
from indices.tree import Node, Tree

# Spreads below this are none.
NOTHING = 1e-9
Places = dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Figure:
    """A row of a table: whose, what, the score as printed, the self-scored points, the row's own maximum and
    the given rank; NaN where the file has none."""

    unit: str
    code: str
    published: float
    own: float
    own_max: float
    rank: float


@dataclass(frozen=True)
class Pairs:
    """The columns of a file beside their past: units that both have x components that are filled and vary in
    both; single blanks are filled with the column's mean. Empty when there is too little."""

    units: list[str]
    codes: list[str]
    now: NDArray[np.float64]
    before: NDArray[np.float64]


# Compared by identity, so that what was worked out of a table can be kept.
@dataclass(frozen=True, eq=False)
class Table:
    """`rows`: one a unit and component: those of the file with `value`, `half_unit`, `row_max`.
    `nodes`: every component of the year."""

    index: str
    unit_set: str
    framework: Framework
    year: int
    nodes: dict[str, Node]
    rows: pd.DataFrame
    context: CheckContext

    @property
    def limits(self) -> Limits:
        """The settings of the checks."""
        return self.context.limits

    @cached_property
    def trees(self) -> list[Tree]:
        """The main tree and the views of the year."""
        return self.framework.trees(self.year)

    @cached_property
    def units(self) -> list[str]:
        """Unit ids in the order of the file."""
        return list(dict.fromkeys(self.rows["unit_id"]))

    @cached_property
    def codes(self) -> list[str]:
        """Components that the file has, in the order of the definition."""
        held = set(self.rows["component_code"])
        return [code for code in self.nodes if code in held]

    @cached_property
    def _cells(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Places of the rows in a table of units x components."""
        units = {unit: place for place, unit in enumerate(self.units)}
        codes = {code: place for place, code in enumerate(self.codes)}
        return (
            np.array([units[unit] for unit in self.rows["unit_id"]], dtype=np.int64),
            np.array([codes[code] for code in self.rows["component_code"]], dtype=np.int64),
        )

    def wide(self, name: str) -> pd.DataFrame:
        """A column of numbers of the rows as units x components; NaN where there is no row or no number."""
        matrix = np.full((len(self.units), len(self.codes)), np.nan)
        matrix[self._cells] = self.rows[name].to_numpy(dtype="float64", na_value=np.nan)
        return pd.DataFrame(matrix, index=self.units, columns=self.codes)

    def figures(self, wanted: pd.Series[bool]) -> Iterator[Figure]:
        """The rows that are marked."""
        rows = self.rows[wanted.to_numpy(dtype=bool, na_value=False)]
        numbers = rows[["published", "own", "own_max", "given_rank"]].to_numpy(
            dtype="float64", na_value=np.nan
        )
        for unit, code, held in zip(rows["unit_id"], rows["component_code"], numbers.tolist(), strict=True):
            yield Figure(unit, code, *held)

    @cached_property
    def values(self) -> pd.DataFrame:
        """Units x components, on the components' own scale; NaN = blank."""
        return self.wide("value")

    @cached_property
    def half_units(self) -> pd.DataFrame:
        """Units x components: half of the last printed decimal."""
        return self.wide("half_unit")

    @cached_property
    def past(self) -> Past:
        """The comparable earlier figures of the same units and components."""
        facts = self.context.facts[self.context.facts["unit_set"] == self.unit_set]
        wanted = Wanted(self.framework, self.year, self.units, self.codes)
        return past_of(self.context.registry, facts, wanted, self.limits.years_back)

    @cached_property
    def pairs(self) -> Pairs:
        """The figures beside the usual ones of earlier years."""
        now, before = self.values.to_numpy(), self.past.usual.to_numpy()
        both = ~np.isnan(now).all(axis=1) & ~np.isnan(before).all(axis=1)
        now, before = now[both], before[both]
        if len(now) < self.limits.units:
            return Pairs([], [], now[:0, :0], before[:0, :0])
        full = (1.0 - np.isnan(now).mean(axis=0) >= self.limits.full) & (
            1.0 - np.isnan(before).mean(axis=0) >= self.limits.full
        )
        now, before = _filled(now[:, full]), _filled(before[:, full])
        varied = (now.std(axis=0) > NOTHING) & (before.std(axis=0) > NOTHING)
        codes = [code for code, kept in zip(self.codes, full, strict=True) if kept]
        return Pairs(
            [unit for unit, kept in zip(self.units, both, strict=True) if kept],
            [code for code, kept in zip(codes, varied, strict=True) if kept],
            now[:, varied],
            before[:, varied],
        )

    def columns(self, least: int = 0) -> Iterator[tuple[str, pd.Series[float]]]:
        """Components with at least so many figures, and their columns."""
        for code, count in zip(self.codes, self.values.count().to_numpy(), strict=True):
            if count >= least:
                yield code, self.values[code]

    @cached_property
    def leaves(self) -> list[str]:
        """Components of the main tree without a part in the file: all others would only repeat them."""
        held, tree = set(self.codes), self.trees[0]
        return [c for c in self.codes if c in tree.nodes and not held & set(tree.nodes[c].children)]

    @cached_property
    def names(self) -> dict[str, str]:
        """How the file calls each unit."""
        return dict(zip(self.rows["unit_id"], self.rows["unit"], strict=True))

    @cached_property
    def blocs(self) -> dict[str, str]:
        """The bloc of each internal unit, with its province; blank for provinces."""
        units = self.context.units
        bloc = units["bloc"].fillna("")
        told = (units["unit_id"].str.rpartition(":")[0] + ":" + bloc).where(bloc != "", "")
        return dict(zip(units["unit_id"], told, strict=True))

    @cached_property
    def _places(self) -> dict[tuple[str, str], tuple[str, Places]]:
        numbers = ["row", "column", "rank_row", "rank_column", "self_row", "self_column"]
        keys = zip(self.rows["unit_id"], self.rows["component_code"], self.rows["sheet"], strict=True)
        cells = self.rows[numbers].to_numpy(dtype="int64").tolist()
        return {
            (unit, code): (sheet, {"": (r, c), "rank": (rr, rc), "self": (sr, sc)})
            for (unit, code, sheet), (r, c, rr, rc, sr, sc) in zip(keys, cells, strict=True)
        }

    def at(self, unit: str, code: str, figure: str = "") -> At:
        """The cell of a unit's figure (or of its `rank` or `self` score); where it holds none, where it would
        stand: the row of the unit and the column of the component."""
        if (unit, code) in self._places:
            sheet, cells = self._places[unit, code]
            return At(self.context.file, sheet, *(cells[figure] if all(cells[figure]) else cells[""]))
        mine = self.rows[self.rows["unit_id"] == unit]
        column = self.rows.loc[self.rows["component_code"] == code, "column"]
        if mine.empty or mine["row"].nunique() > 1 or column.nunique() != 1:
            return self.at_unit(unit)
        row = int(mine["row"].iloc[0])
        return At(self.context.file, str(mine["sheet"].iloc[0]), row, int(column.iloc[0]))

    def at_unit(self, unit: str) -> At:
        """The cell that names a unit; the sheet alone when the file has no such unit."""
        mine = self.rows[self.rows["unit_id"] == unit]
        if mine.empty:
            return self.at_sheet()
        row, column = (int(mine[name].iloc[0]) for name in ("unit_row", "unit_column"))
        return At(self.context.file, str(mine["sheet"].iloc[0]), row, column)

    def at_column(self, code: str) -> At:
        """The first cell of a component's figures."""
        mine = self.rows[self.rows["component_code"] == code].sort_values(["row", "column"])
        row, column = (int(mine[name].iloc[0]) for name in ("row", "column"))
        return At(self.context.file, str(mine["sheet"].iloc[0]), row, column)

    def at_sheet(self) -> At:
        """The sheet, without a cell."""
        return At(self.context.file, str(self.rows["sheet"].iloc[0]))

    def label(self, unit: str, *codes: str) -> str:
        """A unit and components as findings name them: "Name [1.2] [1.3]"."""
        return " ".join([self.names.get(unit, ""), *(f"[{code}]" for code in codes)]).strip()


def _filled(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(np.isnan(matrix), np.nanmean(matrix, axis=0), matrix)


def shown(value: float) -> str:
    """A figure as findings write it: without noise, without needless zeros."""
    return f"{value:.8g}"


def marked(wrong: pd.Series[bool]) -> list[str]:
    """The units that are marked, in order."""
    return [str(unit) for unit in wrong.index[wrong.to_numpy(dtype=bool)]]
