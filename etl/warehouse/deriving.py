"""What is worked out from a release when it is asked for: definitions as objects, derivations of cells.

Everything comes out of the release, so that a figure of an old release is told by the rules it was made with.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from etl.warehouse import schema as t
from etl.warehouse import selects
from indices.decompose import Decomposition, YearPair, decompose, year_values
from indices.framework import Framework
from indices.registry import IndexInfo, Registry, Verdict
from indices.trace import Step, trace_cell
from indices.trace_inputs import Cell, needs_everyone


@lru_cache(maxsize=128)
def _framework_of(text: str) -> Framework:
    """A framework from its JSON: it never changes, so that all who ask share one."""
    return Framework.model_validate_json(text)


class Derivations(ABC):
    """Questions whose answers are computed by the engine from rows of one release."""

    @abstractmethod
    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """Run one statement of `etl.warehouse.selects`."""

    @abstractmethod
    def columns(self, statement: sa.Select[Any]) -> pa.Table:
        """The rows of a statement as they come, without making a frame; they are not kept."""

    def registry(self, index_code: str) -> Registry:
        """Frameworks and comparability of one index as the engine takes them: for what-if, trend, ledger.

        The same objects as those the release was built with; a definition is read once in a process.
        """
        infos = self.frame(selects.whole(t.index_info, "order_no", index_code=index_code))
        texts = self.frame(selects.definitions(index_code))["definition"]
        written = self.frame(selects.whole(t.comparability, "from_year,to_year", index_code=index_code))
        frameworks = tuple(_framework_of(text) for text in texts)
        return Registry(tuple(_info(row) for row in _plain(infos)), frameworks, _verdicts(written))

    def trace(
        self, index_code: str, year: int, unit_id: str, component_code: str, view: str = "main"
    ) -> Step:
        """The whole derivation of one cell, down to the cells of its sources (see `indices.trace.Step`).

        `step.walk()` goes through it, `indices.trace.to_frame(step)` makes it a table. Its value is that of
        the score table. Raises KeyError for an index, year, view, component or unit that the release lacks.
        """
        framework = self.framework(index_code, year)
        registry, tree = Registry((), (framework,)), framework.tree(year, view)
        facts = self.frame(selects.used_facts(index_code, year, unit_id, not needs_everyone(tree)))
        cell = Cell(index_code, year, unit_id, component_code, view)
        asked = framework.prepare.asked
        prepared = self.frame(selects.prepared(index_code, year, view)) if asked else None
        return trace_cell(registry, facts, cell, prepared)

    def decomposition(self, index_code: str, from_year: int, to_year: int) -> Decomposition:
        """The change of every unit between two years, split into performance and change of framework.

        Where it cannot be split, `status` and `reason` say so. Raises KeyError for a year without framework.
        """
        pair = YearPair(index_code, from_year, to_year)
        before, after = (
            year_values(self.frame(selects.values(index_code, year)), index_code, year)
            for year in (from_year, to_year)
        )
        return decompose(self.registry(index_code), pair, before, after)

    def framework(self, index_code: str, year: int) -> Framework:
        """The framework of an index in a year. Raises KeyError where there is none."""
        ids = self.frame(selects.framework_of(index_code, year))["framework_id"]
        if ids.empty:
            raise KeyError(f"no framework of {index_code} for {year}")
        text = self.frame(selects.definitions(index_code, str(ids.iloc[0])))["definition"].iloc[0]
        return _framework_of(text)


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with missing texts as blanks and missing numbers as None."""
    texts = [str(name) for name in frame.columns if frame[name].dtype == "str"]
    told = frame.assign(**{name: frame[name].fillna("") for name in texts}).astype(object)
    return [{str(k): v for k, v in row.items()} for row in told.where(told.notna(), None).to_dict("records")]


def _info(row: dict[str, Any]) -> IndexInfo:
    fields = {name: row[name] for name in IndexInfo.__dataclass_fields__ if name in row}
    return IndexInfo(**fields, order=row["order_no"])


def _verdicts(written: pd.DataFrame) -> dict[tuple[str, int, int, str], Verdict]:
    return {
        (row["index_code"], row["from_year"], row["to_year"], row["component_code"]): Verdict(
            row["class"], row["reason_vi"], row["reason_en"]
        )
        for row in _plain(written)
    }
