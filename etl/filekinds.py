"""The shapes of the pack's files: which paths hold what, and what each column may hold.

A new year of a known index is a new file of a known kind; only a new kind of file changes this module.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a file kind.

    `kind`: text | number | integer | year | flag (0 or 1) | choice | date (year, month or day).
    `blank`: an empty cell is allowed. `choices`: the closed list of a choice. `optional`: the column itself
    may be absent and is then blank.
    """

    name: str
    kind: str = "text"
    blank: bool = True
    choices: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True)
class FileKind:
    """One kind of file: the path inside the pack (pattern with an optional `index` group), columns."""

    name: str
    pattern: re.Pattern[str]
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns that a file must have."""
        return tuple(column.name for column in self.columns if not column.optional)

    @property
    def optional(self) -> tuple[str, ...]:
        """Names of the columns that a file may leave out."""
        return tuple(column.name for column in self.columns if column.optional)


def _text(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name) for name in names)


def _need(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, blank=False) for name in names)


def _maybe(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, optional=True) for name in names)


def _one(kind: str, *names: str, blank: bool = True, optional: bool = False) -> tuple[Column, ...]:
    return tuple(Column(name, kind, blank, optional=optional) for name in names)


def _choice(name: str, *choices: str, blank: bool = False) -> tuple[Column, ...]:
    return (Column(name, "choice", blank, choices),)


def _which_set() -> tuple[Column, ...]:
    """The set of units a name belongs to, where the first set that knows it is not meant."""
    return (Column("unit_set", "choice", choices=UNIT_SETS, optional=True),)


def _kind(name: str, path: str, *groups: tuple[Column, ...]) -> FileKind:
    return FileKind(name, re.compile(path), tuple(column for group in groups for column in group))


UNIT_SETS = ("63", "34", "units")
YEAR = _one("year", "year", blank=False)
UNIT_SET = _choice("unit_set", *UNIT_SETS)
# Rows that count: blank, and "summed": added up for the pack from published parts, so no evidence for a rule.
SUMMED = "summed"
IN_USE = ("", SUMMED)
ALTERNATIVE = "alternative"
# Given by the build to a row with nothing but a unit's score of itself: it stands beside what is published.
SELF = "self"
USE = _choice("use", SUMMED, ALTERNATIVE, "doubtful", blank=True)
SIMULATED = "simulated"
FACT_COLUMNS = (
    *YEAR,
    *UNIT_SET,
    *_need("unit", "component"),
    *_one("number", "score", "max_score"),
    *_one("integer", "rank"),
    *USE,
    *_need("source_id"),
    *_text("place", "note"),
    *_one("number", "self_score", optional=True),
    *_maybe("rank_place", "self_place"),
)
PUBLISHED_BY = ["index_code", "year", "unit_set"]
_INDEX = r"sources/(?P<index>[A-Z0-9]+)/"
_PART = r"(_[a-z0-9_]+)?\.csv"
_BY_YEAR = r"_(?P<year>\d{4})" + _PART

KINDS: tuple[FileKind, ...] = (
    _kind("scores", _INDEX + "scores" + _BY_YEAR, FACT_COLUMNS),
    _kind("indicators", _INDEX + "indicators" + _BY_YEAR, FACT_COLUMNS),
    _kind(
        "aggregates",
        _INDEX + "aggregates" + _PART,
        YEAR,
        UNIT_SET,
        _need("scope", "component"),
        _choice("statistic", "mean", "median", "published", "weighted_mean"),
        _one("number", "value", blank=False),
        USE,
        _need("source_id"),
        _text("note"),
    ),
    _kind(
        "publication",
        _INDEX + "publication" + _PART,
        YEAR,
        UNIT_SET,
        _one("integer", "n_units"),
        _one("flag", "complete", "publishes_rank", blank=False),
        _text("withheld", "note_vi", "note_en", "source_id"),
    ),
    _kind(
        "groups",
        _INDEX + "groups" + _PART,
        YEAR,
        _one("integer", "order", blank=False),
        _need("group_code"),
        _text("name_vi", "name_en"),
        _one("integer", "n_units"),
        _one("number", "score_from", "score_to"),
        _need("source_id"),
        _maybe("note"),
    ),
    _kind(
        "standard_errors",
        _INDEX + "standard_errors" + _BY_YEAR,
        YEAR,
        UNIT_SET,
        _need("unit", "component"),
        _one("number", "score", "standard_error", "ci_low", "ci_high", "ci_level", "n_respondents"),
        _need("source_id"),
        _text("note"),
    ),
    _kind(
        "breaks",
        _INDEX + "breaks" + _PART,
        _one("year", "from_year", "to_year", blank=False),
        _need("component"),
        _text("component_from"),
        _one("integer", "n_units"),
        _one("number", "mean_from", "mean_to", "shift_sd", "correlation"),
        _text("source_id", "note"),
    ),
    _kind(
        "samples",
        _INDEX + "samples" + _PART,
        YEAR,
        _need("scope"),
        _one("integer", "respondents", "districts", "communes", "villages"),
        _need("source_id"),
        _text("note"),
    ),
    _kind(
        "survey_waves",
        r"surveys/waves" + _PART,
        _need("wave_id", "index_code"),
        YEAR,
        UNIT_SET,
        _need("name_vi", "name_en"),
        _one("integer", "n_rows", "n_items", "n_units", blank=False),
        _one("flag", "weighted", "stratified", "clustered", "simulated", blank=False),
        _need("responses", "sha256", "source_id"),
    ),
    _kind(
        "provinces",
        r"reference/provinces\.csv",
        _need("unit_id"),
        _choice("unit_set", "63", "34"),
        _need("code", "name_vi", "name_en"),
        _text("short_vi", "type_vi"),
        _need("region_code"),
        _one("date", "valid_from", "valid_to"),
        _text("note"),
    ),
    _kind(
        "regions",
        r"reference/regions\.csv",
        UNIT_SET,
        _need("region_code", "name_vi", "name_en"),
        _one("integer", "order", blank=False),
    ),
    _kind("aliases", r"reference/aliases\.csv", UNIT_SET, _need("alias", "unit_id")),
    _kind("ambiguous_aliases", r"reference/ambiguous_aliases\.csv", _need("alias", "candidates")),
    _kind(
        "merger",
        r"reference/merger\.csv",
        _need("new_unit_id", "old_unit_id"),
        _one("flag", "hosts_centre", blank=False),
    ),
    _kind(
        "population",
        r"reference/population\.csv",
        _need("unit_id"),
        YEAR,
        _one("number", "population", blank=False),
        _text("basis"),
        _choice("quality", "A", "B", "C"),
        _one("flag", "use_for_weights", blank=False),
        _need("source_id"),
    ),
    _kind(
        "backcast",
        r"reference/backcast\.csv",
        _need("index_code"),
        _choice("rule", "mean", "population"),
        _one("number", "min_coverage", blank=False),
        _need("why_vi", "why_en"),
    ),
    _kind(
        "themes",
        r"reference/themes\.csv",
        _need("theme_code", "name_vi", "name_en", "index_code"),
        _text("framework_id"),
        _need("component_code"),
        _text("why_vi", "why_en"),
    ),
    _kind(
        "tiles",
        r"reference/tiles\.csv",
        UNIT_SET,
        _text("unit_id"),
        _need("label_vi", "label_en"),
        _one("integer", "row", "col", blank=False),
        _text("belongs_to"),
    ),
    _kind(
        "units",
        r"reference/units\.csv",
        _need("unit_id", "province_unit_id", "bloc", "bloc_vi", "bloc_en", "name_vi", "name_en"),
    ),
    _kind(
        "sources",
        r"sources/sources" + _PART,
        _need("source_id", "publisher"),
        _text("document", "address", "date"),
        _choice("trust", "official", "publisher_copy", "press", "derived", "doubtful", SIMULATED),
        _text("note"),
    ),
    _kind(
        "imports",
        r"import\.csv",
        _need("import_id", "file_name", "sha256"),
        _text("mapping"),
        _need("who", "imported_at"),
        _choice("kind", "scores", "indicators", "definition", "survey"),
        _one("integer", "rows", blank=False),
    ),
    _kind(
        "targets",
        r"targets/targets" + _PART,
        _need("target_id"),
        _text("document", "clause"),
        _need("unit"),
        _text("area", "name_vi", "name_en"),
        _choice("operator", ">=", ">", "<=", "rank<=", "yoy>"),
        _one("number", "value"),
        _text("measure_unit"),
        _one("year", "due_year"),
        _text("cadence"),
        _one("year", "baseline_year"),
        _text("measure", "owner", "note_vi", "note_en", "source_id"),
        _which_set(),
    ),
    _kind(
        "observations",
        r"targets/observations" + _PART,
        _need("observation_id"),
        _text("target_id"),
        _need("unit"),
        _text("name_vi", "name_en", "period"),
        _one("year", "year"),
        _one("number", "value"),
        _text("measure_unit"),
        _choice("relation", "measures", "related"),
        _choice("qualifier", "above", "about", blank=True),
        _text("note_vi", "note_en", "source_id"),
        _which_set(),
    ),
    _kind(
        "known_differences",
        r"known_differences" + _PART,
        _need("index_code"),
        YEAR,
        _need("component_code"),
        _text("unit_id"),
        _one("number", "max_abs", blank=False),
        _need("reason_vi", "reason_en"),
    ),
    _kind(
        "known_ranges",
        r"known_ranges" + _PART,
        _need("framework_id"),
        YEAR,
        _need("codes", "reason_vi", "reason_en"),
    ),
)
