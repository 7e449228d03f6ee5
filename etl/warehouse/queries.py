"""What the app may ask of a release. Every method returns a fresh frame, so a caller may change what it gets.

Frames keep the column names of `etl.warehouse.schema`; joined names are `unit_name_vi`, `component_name_vi`,
`leader_name_vi` and their `_en` twins. Filters take one value or a list of values.
"""

from __future__ import annotations

import logging
import threading
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, Unpack, cast

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa

from etl.warehouse import answers, selects
from etl.warehouse import schema as t
from etl.warehouse.connect import Pointer, ReleaseFile, read_pointer, without_threads
from etl.warehouse.deriving import Derivations
from etl.warehouse.selects import Value
from indices.errors import ReleaseError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ReleaseInfo:
    """What a release says of itself. `built_at`: ISO, UTC. `pack_date`: latest date of a source
    that figures come from (ISO), "" where none has one.

    `simulated`: its figures are made up, for practice. `imports`: ids of the files of people it holds.
    """

    release_id: str
    built_at: str
    sources_count: int
    pack_date: str
    simulated: bool = False
    imports: tuple[str, ...] = ()


class ScoreFilter(TypedDict, total=False):
    """Further limits on scores."""

    unit_id: Value
    component_code: Value
    series_code: Value
    level: Value
    view: Value


class EstimateFilter(TypedDict, total=False):
    """Further limits on estimates."""

    unit_id: Value
    component_code: Value
    level: Value


class Queries(Derivations):
    """The questions, apart from where they are put: to one release (`ReleaseView`) or to the served one."""

    @abstractmethod
    def score_rows(self, limits: Mapping[str, Value], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Score rows within limits, from memory where the release is held there; all columns, or some."""

    def release(self) -> ReleaseInfo:
        """Identity of the release."""
        pairs = self.frame(selects.facts_about_release())
        told = dict(zip(pairs["key"], pairs["value"], strict=True))
        count = int(self.frame(selects.count_sources())["n"].iloc[0])
        return ReleaseInfo(
            told["release_id"],
            told["built_at"],
            count,
            told.get("pack_date", ""),
            told.get("simulated") == "1",
            t.listed_imports(told),
        )

    def page(self, name: str, filters: Mapping[str, Value], window: answers.Window) -> answers.Page:
        """Some rows of one of `answers.ANSWERS`, limited by its columns, and how many there are in all."""
        total = int(self.frame(answers.counted(name, filters))["n"].iloc[0])
        return answers.Page(self.frame(answers.paged(name, filters, window)), total)

    def table(
        self,
        name: str,
        index_code: Value = None,
        year: Value = None,
        window: answers.Window | None = None,
    ) -> pd.DataFrame:
        """A table as it stands in the release, or some rows of it; limits hold where it has index or year.

        Raises KeyError for a table that releases do not have.
        """
        statement = answers.whole_table(name, {"index_code": index_code, "year": year})
        if window is not None:
            statement = statement.limit(window.limit).offset(window.offset)
        return self.frame(statement)

    def table_size(self, name: str, index_code: Value = None, year: Value = None) -> int:
        """How many rows `table` would give."""
        statement = answers.whole_table(name, {"index_code": index_code, "year": year})
        return int(self.frame(answers.size_of(statement))["n"].iloc[0])

    def table_sizes(self, limits: Mapping[str, Mapping[str, Value]]) -> dict[str, int]:
        """The same of several tables, each within its own limits, asked at once."""
        found = self.frame(answers.sizes_of({n: answers.whole_table(n, own) for n, own in limits.items()}))
        sizes = dict(zip(found["name"], found["n"], strict=True))
        return {name: int(sizes[name]) for name in limits}

    def indices(self) -> pd.DataFrame:
        """The indices in display order."""
        return self.frame(selects.whole(t.index_info, "order_no"))

    def frameworks(self) -> pd.DataFrame:
        """The frameworks with the years each covers ("2013;2014")."""
        return self.frame(selects.frameworks())

    def units(self, unit_set: Value = None) -> pd.DataFrame:
        """Provinces and internal units in Vietnamese alphabetical order."""
        return self.frame(selects.whole(t.unit, "unit_set,sort_order", unit_set=unit_set))

    def aliases(self, unit_set: Value = None) -> pd.DataFrame:
        """Every accepted name of every unit."""
        return self.frame(selects.whole(t.unit_alias, "unit_set,unit_id,alias", unit_set=unit_set))

    def years(self, index_code: str) -> pd.DataFrame:
        """Years with anything of an index, earliest first: year, unit_set, framework_id."""
        return self.frame(selects.years(index_code))

    def coverage(self) -> pd.DataFrame:
        """What is held of each index, year and unit set: counts of totals, ranks, components, cells."""
        return self.frame(selects.coverage())

    def scores(
        self,
        index_code: Value = None,
        year: Value = None,
        columns: Sequence[str] | None = None,
        **more: Unpack[ScoreFilter],
    ) -> pd.DataFrame:
        """Rows of the score table with the names of component, unit and leader, in display order.

        columns: only these of the seventy. A frame of a few is cut and grouped in a tenth of the time.
        """
        limits = {"index_code": index_code, "year": year, **cast("dict[str, Value]", more)}
        return self.score_rows(limits, columns)

    def heat(self, index_code: str, year: int, level: str) -> pd.DataFrame:
        """One row a unit and component of one level: value, share of the maximum, rank, lost points."""
        return self.frame(selects.heat(index_code, year, level))

    def unit_history(self, unit_id: str, index_code: Value = None) -> pd.DataFrame:
        """Totals of one unit over the years, all indices or one."""
        history = self.scores(index_code, unit_id=unit_id, level="index", view="main")
        return history[history["component_code"] == history["index_code"]].reset_index(drop=True)

    def components(self, index_code: str, year: int | list[int], view: str = "main") -> pd.DataFrame:
        """The tree of an index in a year or several, in display order: weights, maxima, rules, formulas."""
        query = selects.whole(t.component, "order_no", index_code=index_code, year=year, view=view)
        return self.frame(query)

    def component_words(self) -> pd.DataFrame:
        """Every pair of view and level that components have, over all indices and years."""
        return self.frame(selects.component_words())

    def component_statuses(self, view: str) -> pd.DataFrame:
        """framework_id, year, status and the number of components of one roll-up that have it."""
        return self.frame(selects.component_statuses(view))

    def aggregates(self, index_code: str, year: Value = None) -> pd.DataFrame:
        """Published or known national and regional figures; `use` is blank for those in use."""
        order = "year,component_code,scope,statistic"
        return self.frame(selects.whole(t.aggregate, order, index_code=index_code, year=year))

    def groups(self, index_code: str, year: Value = None) -> pd.DataFrame:
        """The groups of an index, best first: the publisher's, else those its definition cuts (no source)."""
        return self.frame(selects.whole(t.score_group, "year,order_no", index_code=index_code, year=year))

    def publication(self, index_code: Value = None) -> pd.DataFrame:
        """How many units the publisher scored each year, whom it withheld, whether it publishes ranks."""
        return self.frame(selects.whole(t.publication, "index_code,year,unit_set", index_code=index_code))

    def comparability(self, index_code: Value = None) -> pd.DataFrame:
        """Written judgements on pairs of years; what is not written follows the default of the registry."""
        order = "index_code,from_year,to_year,component_code"
        return self.frame(selects.whole(t.comparability, order, index_code=index_code))

    def targets(self, unit_id: str | None = None) -> pd.DataFrame:
        """Targets with status, measured value, gap, pace and the line of arithmetic."""
        return self.frame(selects.targets(unit_id))

    def observations(self, target_id: Value = None) -> pd.DataFrame:
        """Dated measured figures for targets."""
        return self.frame(selects.whole(t.observation, "target_id,year,observation_id", target_id=target_id))

    def sources(self) -> pd.DataFrame:
        """Every source: publisher, document, address, date, trust."""
        return self.frame(selects.whole(t.source, "source_id"))

    def facts(
        self, index_code: str, year: Value = None, unit_id: Value = None, component_code: Value = None
    ) -> pd.DataFrame:
        """Every value found, with file, row, place and source; `use` is blank for the one in use."""
        limits = {"year": year, "unit_id": unit_id, "component_code": component_code}
        return self.frame(selects.facts({"index_code": index_code, **limits}))

    def imports(self) -> pd.DataFrame:
        """Files of people in the release: which, by whom, when, how many rows; `fact.import_id` names one."""
        return self.frame(selects.whole(t.import_record, "imported_at,import_id"))

    def conflicts(self) -> pd.DataFrame:
        """Keys with more than one value: the one used, the other, and why it is not used."""
        return self.frame(selects.conflicts())

    def reconciliation(self, index_code: Value = None) -> pd.DataFrame:
        """Published against recomputed: counts by class for each index, year and component."""
        order = "index_code,year,view,component_code"
        return self.frame(selects.whole(t.reconciliation, order, index_code=index_code))

    def standard_errors(self, index_code: str, year: Value = None, unit_id: Value = None) -> pd.DataFrame:
        """Published sampling errors; `ci_level` is the true two-sided level of the interval."""
        order = "year,component_code,unit_id"
        limits = {"index_code": index_code, "year": year, "unit_id": unit_id}
        return self.frame(selects.whole(t.standard_error, order, **limits))

    def series_breaks(self, index_code: str) -> pd.DataFrame:
        """Pairs of years between which a component's level shifted."""
        order = "component_code,from_year,to_year"
        return self.frame(selects.whole(t.series_break, order, index_code=index_code))

    def survey_samples(self, index_code: str) -> pd.DataFrame:
        """How many people were asked, by year."""
        return self.frame(selects.whole(t.survey_sample, "year,scope", index_code=index_code))

    def survey_waves(self, index_code: Value = None) -> pd.DataFrame:
        """Surveys whose answers were imported, with the path of the answers inside the imports folder."""
        return self.frame(selects.whole(t.survey_wave, "index_code,year,wave_id", index_code=index_code))

    def survey_items(self, wave_id: Value) -> pd.DataFrame:
        """The questions of a survey, in their order, and the component each counts for."""
        return self.frame(selects.whole(t.survey_item, "order_no", wave_id=wave_id))

    def survey_estimates(self, wave_id: Value, **limits: Value) -> pd.DataFrame:
        """Shares (percent) and means of a survey with their errors; limits by unit_id, trait, measure, code.

        Unit "" is everybody asked, trait "" all of a unit; `hidden` says why a figure is not shown.
        """
        order = "unit_id,trait,class,code,measure"
        return self.frame(selects.whole(t.survey_estimate, order, wave_id=wave_id, **limits))

    def survey_differences(self, wave_id: Value, unit_id: Value = None) -> pd.DataFrame:
        """Satisfied shares of two classes of a trait, a less b, in percentage points, p by Holm."""
        order = "unit_id,trait,code,a,b"
        return self.frame(selects.whole(t.survey_difference, order, wave_id=wave_id, unit_id=unit_id))

    def survey_drivers(self, wave_id: Value, unit_id: Value = None) -> pd.DataFrame:
        """How much each question goes with overall satisfaction; unit "" is everybody asked."""
        return self.frame(selects.whole(t.survey_driver, "unit_id,code", wave_id=wave_id, unit_id=unit_id))

    def known_differences(self) -> pd.DataFrame:
        """Differences beyond tolerance that are accepted as findings, with the reason."""
        return self.frame(selects.whole(t.known_difference, "index_code,year,component_code"))

    def tiles(self, unit_set: str) -> pd.DataFrame:
        """Tile map: row and column of every unit and archipelago."""
        return self.frame(selects.whole(t.tile, "row,col", unit_set=unit_set))

    def merger(self) -> pd.DataFrame:
        """Which old provinces make up each new one."""
        return self.frame(selects.whole(t.merger, "new_unit_id,old_unit_id"))

    def themes(self) -> pd.DataFrame:
        """The crosswalk: which component of which index (and framework) speaks of which theme, and why."""
        return self.frame(selects.whole(t.theme, "order_no"))

    def theme_weaknesses(self, unit_id: Value = None, as_of_year: Value = None) -> pd.DataFrame:
        """Weaknesses by theme, one row a unit, year and theme: `flagged` where several indices see it.

        As seen at the end of `as_of_year`, from the newest figures of at most three years before; only years
        in which the unit has a figure of its own. `weak_indices` of `seen_indices`, codes joined by ";".
        """
        return self.frame(selects.theme_weaknesses({"unit_id": unit_id, "as_of_year": as_of_year}))

    def theme_evidence(
        self, unit_id: Value = None, as_of_year: Value = None, theme_code: Value = None
    ) -> pd.DataFrame:
        """The components behind `theme_weaknesses` with their score rows; `year` is that of the figure."""
        limits = {"unit_id": unit_id, "as_of_year": as_of_year, "theme_code": theme_code}
        return self.frame(selects.theme_evidence(limits))

    def backcast(
        self, index_code: Value = None, year: Value = None, **more: Unpack[EstimateFilter]
    ) -> pd.DataFrame:
        """Estimates for new provinces before the merger: `kind` is always estimate, never a published figure.

        `rule` and `rule_why_*` say how the old provinces (`constituents`) were put together, `coverage` how
        much of them has a figure; without enough of it `value` is missing and `reason` says so. `rank` is
        among the new provinces, where all of them have an estimate.
        """
        limits = {"index_code": index_code, "year": year, **cast("dict[str, Value]", more)}
        return self.frame(selects.backcast(limits))

    def backcast_rules(self) -> pd.DataFrame:
        """How figures of merged provinces are estimated for each index, and why so."""
        return self.frame(selects.whole(t.backcast_rule, "index_code"))

    def population(self) -> pd.DataFrame:
        """Population figures with their quality; those of quality C serve as weights only."""
        return self.frame(selects.whole(t.population, "unit_id,year"))


class ReleaseView(Queries):
    """One release, pinned: a page that asks twice gets answers from the same figures."""

    def __init__(self, file: ReleaseFile) -> None:
        self._file = file

    @property
    def path(self) -> Path:
        """Where its file lies."""
        return self._file.path

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """Run one statement of `etl.warehouse.selects`."""
        return self._file.frame(statement)

    def columns(self, statement: sa.Select[Any]) -> pa.Table:
        """The rows of a statement as they come."""
        return self._file.columns(statement)

    def score_rows(self, limits: Mapping[str, Value], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Score rows of this release within limits."""
        return self._file.scores(limits, columns)


class Warehouse(Queries):
    """The served release; notices when the pointer moves and reopens. Safe to share between threads."""

    def __init__(self, pointer_path: Path | str, hold: bool = False) -> None:
        """Nothing is opened until the first question; a missing release raises ReleaseError then.

        hold: keep the score table of the served release in memory, for a server.
        """
        self._path, self._hold = Path(pointer_path), hold
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._pointer: Pointer | None = None
        self._file: ReleaseFile | None = None
        self._steady = threading.local()

    @contextmanager
    def steady(self) -> Iterator[None]:
        """One release for all questions of this thread inside the block, although the pointer may move.

        Raises ReleaseError when none can be opened. The pointer is looked at once, not for every question.
        """
        if getattr(self._steady, "held", None) is not None:
            yield
            return
        file = self._current()
        self._steady.held = (file, self._pointer.release_id if self._pointer else "")
        try:
            yield
        finally:
            self._steady.held = None

    def frame(self, statement: sa.Select[Any]) -> pd.DataFrame:
        """Run one statement of `etl.warehouse.selects` on the served release."""
        return self._current().frame(statement)

    def columns(self, statement: sa.Select[Any]) -> pa.Table:
        """The rows of a statement on the served release as they come."""
        return self._current().columns(statement)

    def score_rows(self, limits: Mapping[str, Value], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Score rows of the served release within limits."""
        return self._current().scores(limits, columns)

    def pinned(self) -> ReleaseView:
        """The release served now, kept for several questions although the pointer may move meanwhile."""
        return ReleaseView(self._current())

    def folder(self) -> Path:
        """Where releases are kept."""
        return self._path.parent

    def release_file(self) -> Path:
        """Where the file of the served release lies, for whoever takes it away whole."""
        return self._current().path

    def release_id(self) -> str:
        """Id of the served release, without opening its file again."""
        held: tuple[ReleaseFile, str] | None = getattr(self._steady, "held", None)
        if held is not None:
            return held[1]
        self._current()
        return self._pointer.release_id if self._pointer else ""

    def rest(self) -> None:
        """Close idle connections, before a server divides into workers; what is held in memory stays."""
        without_threads()
        if self._file is not None:
            self._file.close()

    def published(self) -> bool:
        """Whether anything was ever published here; what is published may still not open."""
        return self._stamp() is not None

    def _current(self) -> ReleaseFile:
        held: tuple[ReleaseFile, str] | None = getattr(self._steady, "held", None)
        if held is not None:
            return held[0]
        stamp = self._stamp()
        if self._file is not None and stamp == self._seen:
            return self._file
        with self._lock:
            if self._file is None or stamp != self._seen:
                self._reopen(stamp)
            return self._opened()

    def _opened(self) -> ReleaseFile:
        if self._file is None:
            raise AssertionError("a release is open after reopening")
        return self._file

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _reopen(self, stamp: tuple[int, int, int] | None) -> None:
        """Open what the pointer names; with a damaged pointer, an open release stays in service."""
        try:
            pointer = read_pointer(self._path)
            if self._pointer is None or pointer.release_id != self._pointer.release_id:
                fresh, old = ReleaseFile(self._path.parent / pointer.file, self._hold), self._file
                self._file, self._pointer = fresh, pointer
                if old is not None:
                    old.close()
        except ReleaseError as error:
            if self._file is None:
                raise
            log.warning("keeping release %s: %s", self._pointer and self._pointer.release_id, error)
        self._seen = stamp
