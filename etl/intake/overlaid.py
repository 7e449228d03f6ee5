"""The release as it would be with a draft: the index concerned analysed again, without building anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from etl.build import engine_inputs
from etl.crosschecks import Context, check_facts, make_context
from etl.crossrefs import check_references
from etl.facts import imported_files, settled, typed_facts
from etl.filekinds import PUBLISHED_BY
from etl.intake.base import Base
from etl.intake.findings import At, Finding, Level
from etl.layers import DEFINITIONS
from etl.pack import Pack
from etl.tables_reference import typed
from etl.validate import check_cells
from indices.analysis import analyse
from indices.errors import Problem
from indices.registry import Registry

CHECK = "staging.pack"
_LINE = re.compile(r"row (\d+)(?:, column (\w+))?.*")
_FIGURE_PLACES = {"rank": "rank_place", "self_score": "self_place"}


@dataclass(frozen=True)
class Overlaid:
    """A draft's overlay over the served release. `rows`: its fact rows as texts, with unit ids."""

    base: Base
    pack: Pack
    registry: Registry
    context: Context

    @property
    def rows(self) -> pd.DataFrame:
        """The fact rows of the overlay, with unit ids."""
        return self.context.rows

    def problems(self) -> list[Problem]:
        """What the checks of the pack, which every build runs, have to say of the overlay."""
        found = [*self.pack.problems, *check_cells(self.pack)]
        return [*found, *check_facts(self.context), *check_references(self.context)]

    def facts(self, index: str) -> pd.DataFrame:
        """Every fact of an index, those of the overlay on top."""
        own = typed_facts(self.rows[self.rows["index_code"] == index])
        own = imported_files(own, self.pack["imports"])
        held = self.base.facts(index)[own.columns]
        parts = [part for part in (held, own) if len(part)]
        return settled(pd.concat(parts, ignore_index=True)) if parts else held

    def analysed(self, index: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Facts and score table of an index as a build with the overlay would make them."""
        facts, view = self.facts(index), self.base.view
        frames = {
            "publication": self._publication(index),
            "aggregate": view.aggregates(index),
            "score_group": view.groups(index).assign(order=lambda f: f["order_no"]),
            "unit": self.base.units,
        }
        return facts, analyse(self.registry, engine_inputs(facts, frames))

    def _publication(self, index: str) -> pd.DataFrame:
        held, own = self.base.view.publication(index), typed(self.pack, "publication")
        last = len(self.base.layers.data)
        own = own[(own["layer"] == last) & (own["index_code"] == index)][list(held.columns)]
        if own.empty:
            return held
        replaced = pd.MultiIndex.from_frame(held[PUBLISHED_BY]).isin(
            pd.MultiIndex.from_frame(own[PUBLISHED_BY])
        )
        return pd.concat([held[~replaced], own.astype({"n_units": "Int64"})], ignore_index=True)


def overlaid(base: Base, overlay: Path) -> Overlaid:
    """A draft's overlay over the release. Raises DefinitionError when the frameworks are wrong with it."""
    pack = base.pack_with(overlay)
    registry = base.registry(overlay / DEFINITIONS)
    return Overlaid(base, pack, registry, make_context(pack, registry))


def as_finding(problem: Problem, rows: pd.DataFrame, file: str) -> Finding:
    """A problem of an overlay's row as a finding at the cell of the file that the row came from."""
    at = _cell(problem, rows, file)
    told = Problem(
        problem.what, file, at.place or problem.place, problem.found, problem.expected, problem.hint
    )
    return Finding(CHECK, Level.ERROR, told, at.sheet, at.row, at.column)


def _cell(problem: Problem, rows: pd.DataFrame, file: str) -> At:
    match = _LINE.fullmatch(problem.place)
    same = rows[(rows["file"] == problem.file) & (rows["line"] == int(match[1]))] if match else rows.iloc[:0]
    if match is None or same.empty:
        return At(file)
    sheet, _, cell = str(same[_FIGURE_PLACES.get(match[2] or "", "place")].iloc[0]).rpartition("!")
    if not cell:
        return At(file)
    column, row = coordinate_from_string(cell)
    return At(file, sheet, row, column_index_from_string(column))
