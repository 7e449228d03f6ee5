"""What the comparison page shows: data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from layouts.subject import Subject

UNIT, BENCHMARK = "unit", "benchmark"


@dataclass(frozen=True)
class Side:
    """One column of the comparison: a province, or a benchmark (mean of the region, of the country, best
    ever); `key` is a slug or the benchmark's word in the address."""

    key: str
    name: str
    kind: str = UNIT
    unit_id: str = ""


@dataclass(frozen=True)
class Likeness:
    """A province like ours: its distance and the address that adds it to the comparison."""

    name: str
    distance: float
    parts: Mapping[str, float]
    href: str
    chosen: bool


@dataclass(frozen=True)
class CompareView:
    """One index in one year, ours beside others.

    `rows`: one a component, the total first: component_code, name_vi, name_en, max_score, and a column a
    side (its key) with the value; `ranks`: the same with ranks; `before`: key -> (year, value) of the total
    before; `hrefs`: the page that tells all of a component, by code.
    """

    subject: Subject
    sides: tuple[Side, ...]
    rows: pd.DataFrame
    ranks: pd.DataFrame
    before: Mapping[str, tuple[int, float]]
    likes: tuple[Likeness, ...]
    choices: tuple[tuple[str, str], ...]
    benchmarks: tuple[tuple[str, str, bool], ...]
    radar_href: str
    radar: bool
    hrefs: Mapping[str, str] = field(default_factory=dict)

    @property
    def own(self) -> Side:
        """Our province."""
        return self.sides[0]

    @cached_property
    def others(self) -> tuple[Side, ...]:
        """The other provinces."""
        return tuple(side for side in self.sides[1:] if side.kind == UNIT)

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The components without the total."""
        return self.rows[self.rows["component_code"] != self.root]

    @property
    def root(self) -> str:
        """Code of the total."""
        return str(self.subject.index["index_code"])

    @cached_property
    def total(self) -> Mapping[str, Any]:
        """The row of the total; empty when nobody has one."""
        rows = self.rows[self.rows["component_code"] == self.root]
        return rows.iloc[0].to_dict() if len(rows) else {}

    @cached_property
    def by_share(self) -> bool:
        """Whether components are drawn as shares of their maxima (they differ, and all are known)."""
        most = self.parts["max_score"]
        return bool(most.nunique() > 1 and most.notna().all())
