"""What a briefing is: plain frozen values between the frames of a release and the documents.

Tables hold the numbers as they are in the release; words and decimals come when a document is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from exports.briefing.rows import records
from indices.errors import DataError

Row = Mapping[str, Any]
OF_ROW = -1  # decimals of a column whose every row has its own, under `_decimals`


class NothingToBriefError(DataError):
    """Refused, with the reason: the province, year or index asked for has nothing that could be said."""

    exit_code = 7


@dataclass(frozen=True)
class Wish:
    """What was asked for. `indices` empty: all that leaders look at. `compare`: leaders, region, or slugs of
    provinces joined by commas. `department`: only components whose lead body this is (`scope`).
    """

    province: str
    year: int
    indices: tuple[str, ...] = ()
    lang: str = "vi"
    compare: str = "leaders"
    department: str = ""


@dataclass(frozen=True)
class Cause:
    """Why a criterion lost points, as a person wrote it. `kind`: objective | subjective. `year`: the earlier
    year of a cause that stands in; 0 for the year of the briefing.
    """

    index: str
    code: str
    kind: str
    text: str
    year: int = 0


@dataclass(frozen=True)
class Duty:
    """A row of the province's table of responsibilities: who leads on a component and all under it."""

    index: str
    code: str
    lead: str


@dataclass(frozen=True)
class Assignment:
    """One task of the plan, the "6 rõ", as people wrote it; blank where they left it blank. The
    deadline is an ISO date.
    """

    index: str
    code: str
    task: str = ""
    target: str = ""
    lead: str = ""
    partners: str = ""
    deadline: str = ""
    product: str = ""
    authority: str = ""


@dataclass(frozen=True)
class Written:
    """What people wrote for the conference. Empty: the documents leave lines to be filled in by hand.

    `duties`: the table of responsibilities, where the province has one.
    """

    causes: tuple[Cause, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True)
class Frames:
    """The rows of one release that a briefing is made of, as `etl.warehouse.briefing` reads them.

    `history`: the province's own rows to the year; `everyone`: all units in the year; `by_source`: own rows
    of the roll-up by source; `years`: those with any own score; `trees`: components by index; `factors`:
    factor, offset and span of their rules.
    """

    release: Row
    unit: Row | None
    year: int
    units: pd.DataFrame
    indices: pd.DataFrame
    frameworks: pd.DataFrame
    publication: pd.DataFrame
    groups: pd.DataFrame
    comparability: pd.DataFrame
    sources: pd.DataFrame
    history: pd.DataFrame = field(default_factory=pd.DataFrame)
    everyone: pd.DataFrame = field(default_factory=pd.DataFrame)
    by_source: pd.DataFrame = field(default_factory=pd.DataFrame)
    trees: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    factors: Mapping[str, Mapping[str, tuple[float, float, float]]] = field(default_factory=dict)
    estimates: pd.DataFrame = field(default_factory=pd.DataFrame)
    targets: pd.DataFrame = field(default_factory=pd.DataFrame)
    themes: pd.DataFrame = field(default_factory=pd.DataFrame)
    theme_names: pd.DataFrame = field(default_factory=pd.DataFrame)
    index_names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    years: tuple[int, ...] = ()

    @cached_property
    def _known(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        return {}

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of one of its frames, made once. Never change what comes back."""
        return self.of(name, "")

    def of(self, name: str, index: str) -> list[dict[str, Any]]:
        """The rows of one index of a frame, made once; all of them for "". Never change what comes back."""
        if (name, "") not in self._known:
            self._known[name, ""] = records(getattr(self, name))
            for row in self._known[name, ""]:
                if row.get("index_code"):
                    self._known.setdefault((name, str(row["index_code"])), []).append(row)
        return self._known.get((name, index), [])


@dataclass(frozen=True)
class Col:
    """A column. kind: text | number | short (no needless zeros) | signed | share | whole | rank ("1/63") |
    blank (for people to fill in); `width`: its part of the table's width.
    """

    key: str
    label: str
    kind: str = "text"
    decimals: int = 2
    width: float = 1.0

    @property
    def right(self) -> bool:
        """Whether the column is set to the right, as numbers are."""
        return self.kind in ("number", "short", "signed", "share", "whole", "rank")

    def places(self, row: Row) -> int:
        """Decimals of its number in a row."""
        return int(row["_decimals"]) if self.decimals == OF_ROW else self.decimals


@dataclass(frozen=True)
class Table:
    """A table of a document. `rows`: values by column key, None where nothing is published; a row with
    `_strong` is set bold. `key` names it among the tables of its chapter.
    """

    key: str
    title: str
    cols: tuple[Col, ...]
    rows: tuple[Row, ...]
    note: str = ""


@dataclass(frozen=True)
class Series:
    """One row of marks in a chart; `tone`: own | other | faint | up | down."""

    name: str
    values: tuple[float | None, ...]
    tone: str = "own"


@dataclass(frozen=True)
class Chart:
    """A chart. kind: bars (horizontal) | columns (clustered) | lines. The title is the finding; `alt` tells
    it to those who cannot see it. `decimals` of its numbers; `percent`: shares of 1; `reverse`: 1 on top.
    """

    key: str
    kind: str
    title: str
    subtitle: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    decimals: int = 2
    percent: bool = False
    reverse: bool = False
    alt: str = ""


@dataclass(frozen=True)
class Evidence:
    """What the data hold about one weak criterion: lines of fact, no cause. `name`: with its number."""

    index: str
    index_name: str
    code: str
    name: str
    lines: tuple[str, ...]
    value: float | None
    maximum: float | None
    lost: float | None


@dataclass(frozen=True)
class Chapter:
    """One index. status: published | rank_only | estimate | withheld | absent. `total`: its own score row.

    `tables` and `charts` by key; `sentences` by slot: position, change, gap, fourway, lost, sources ...
    """

    code: str
    short: str
    name: str
    publisher: str
    status: str
    decimals: int
    maximum: float | None
    unit: str
    total: Row
    sentences: Mapping[str, str] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    charts: Mapping[str, Chart] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def scored(self) -> bool:
        """Whether there is a score of the year, published or estimated."""
        return self.status in ("published", "estimate")


@dataclass(frozen=True)
class Pin:
    """The frozen set of figures: its id, the day it was built, its latest source, whether it is simulated."""

    release_id: str
    built: str
    pack_date: str
    sources_count: int
    simulated: bool


@dataclass(frozen=True)
class Briefing:
    """Everything the documents say. `tables` and `charts` over all indices: overview, compare, years, weak,
    targets, causes, assignments, sources."""

    wish: Wish
    pin: Pin
    province: str
    province_kind: str
    region: str
    chapters: tuple[Chapter, ...]
    headlines: tuple[str, ...]
    tables: Mapping[str, Table]
    charts: Mapping[str, Chart]
    evidence: tuple[Evidence, ...] = ()
    trees: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    written: Written = field(default_factory=Written)

    @property
    def scored(self) -> tuple[Chapter, ...]:
        """The chapters with a score or a rank of the year."""
        return tuple(c for c in self.chapters if c.status not in ("withheld", "absent"))
