"""A mapping: how one kind of workbook is read. What differs between years is such a file, not code.

Stored as YAML: shipped ones in data/mappings/, those that people save beside their imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from etl.plain_yaml import loaded
from indices.errors import Problem, SourceError

SUFFIX = ".yaml"
NAME = r"^[a-z0-9][a-z0-9_\-]{0,63}$"
Layout = Literal["wide", "long", "pairs", "blocks", "annex"]
Role = Literal["score", "rank", "self_score", "max_score", "note"]
Numbers = Literal["auto", "comma", "dot"]
Hidden = Literal["refuse", "read", "skip"]
Merged = Literal["refuse", "repeat"]
Formulas = Literal["read", "skip"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ColumnMap(_Strict):
    """One column of figures (wide, pairs, annex) or of attributes (long).

    The column is named by letter (`column`) or by header text (`header`: accent- and case-free, header rows
    joined by " / ", "*" for any text); where both stand, the header must be found in that column or the file
    is refused: so a shifted table is never read. `component`: code of the framework (blocks: of the figure
    that stands beside the unit's own name). `factor`: what the figure is multiplied by. A percent (a cell
    shown as percent, or a text with the sign) counts as the fraction it stands for, so 94,17% needs the
    factor 100 to become 94.17; a column that mixes percents and plain numbers is refused. `percent` says what
    is expected: true only percents, false none, not said: either. `unit_column`: pairs only, the column of
    unit names that goes with the figures.
    """

    column: str = ""
    header: str = ""
    component: str = ""
    role: Role = "score"
    factor: float = 1.0
    numbers: Numbers = "auto"
    percent: bool | None = None
    unit_column: str = ""


class KeyColumn(_Strict):
    """A column that says whose or what a row is: unit, year, component, unit set, or a filter."""

    column: str = ""
    header: str = ""


class Filter(_Strict):
    """Keep only the rows whose cell in the column is one of `values` (accent- and case-free)."""

    column: str = ""
    header: str = ""
    values: tuple[str, ...]


class SheetMap(_Strict):
    """How one sheet (or every sheet of a pattern) is read.

    `sheet`: name; `pattern`: a regular expression over whole names, whose groups `year` and `unit` give the
    year and the unit; neither: the only sheet of the file. `header_rows`: the rows of the header, joined top
    down; `first_row`, `last_row`: of the data (0: after the header, to the end). `unit`: column of unit
    names, or for a sheet of one unit `unit_name`, or `unit_cell`: the cell with its name (after a colon, if
    there is one). `unit_codes`: further columns that say which unit a row is, by a code or another name; they
    are checked, so that names sorted apart from their figures are found out. `year_from`, `component_from`,
    `unit_set_from`: columns with these keys. `columns`: the figures. `skip`: texts ("*" for any text) that
    mark rows which are no data (totals, medians), compared accent-free with the unit's cell or the first
    filled one. `components`, `unit_sets`: text in the column to code. `hidden`: what to do about a hidden
    sheet, and about hidden rows and columns with figures; `merged`: about merged cells of figures (repeat:
    the figure counts for every cell of the area). `formulas`: skip where cells with a formula are sums of the
    table itself, so that only typed figures count. `optional`: the sheet may be absent, or its filters may
    leave no row.
    """

    sheet: str = ""
    pattern: str = ""
    layout: Layout = "wide"
    year: int | None = None
    header_rows: tuple[int, ...] = ()
    first_row: int = 0
    last_row: int = 0
    unit: KeyColumn = KeyColumn()
    unit_name: str = ""
    unit_cell: str = ""
    unit_codes: tuple[KeyColumn, ...] = ()
    year_from: KeyColumn | None = None
    component_from: KeyColumn | None = None
    unit_set_from: KeyColumn | None = None
    columns: tuple[ColumnMap, ...] = ()
    filters: tuple[Filter, ...] = ()
    skip: tuple[str, ...] = ()
    components: dict[str, str] = Field(default_factory=dict)
    unit_sets: dict[str, str] = Field(default_factory=dict)
    hidden: Hidden = "refuse"
    merged: Merged = "refuse"
    formulas: Formulas = "read"
    optional: bool = False


class SourceOfFile(_Strict):
    """Who published the figures; becomes a row of the sources."""

    publisher: str
    document: str = ""
    address: str = ""
    date: str = ""
    trust: Literal["official", "publisher_copy", "press", "derived", "doubtful", "simulated"] = "official"
    note: str = ""


class Publication(_Strict):
    """What the publisher did in the year: how many units it scored (0: as many as the file holds)."""

    n_units: int = 0
    complete: bool = True
    publishes_rank: bool = True


class ImportMapping(_Strict):
    """A whole mapping. `kind`: scores (of the framework's nodes) or indicators (raw figures of leaves).

    `use`: summed when the file's author added the figures up himself, so that they prove nothing. `unit_of`:
    the province whose internal units the names are (unit set `units`). `version`: of this form.
    """

    name: str = Field(pattern=NAME)
    title_vi: str = ""
    title_en: str = ""
    index: str
    year: int | None = None
    unit_set: str = "63"
    unit_of: str = ""
    kind: Literal["scores", "indicators"] = "scores"
    use: Literal["", "summed"] = ""
    source: SourceOfFile
    publication: Publication = Publication()
    sheets: tuple[SheetMap, ...]
    version: int = 1


def load_mapping(path: Path) -> ImportMapping:
    """The mapping of a file. Raises SourceError that names every field that is wrong."""
    try:
        content = loaded(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError([Problem("The mapping cannot be read", path.name, found=str(error))]) from error
    return mapping_of(content, path.name)


def mapping_of(content: object, name: str) -> ImportMapping:
    """The mapping that plain values describe; `name` is how problems call it. Raises SourceError."""
    try:
        return ImportMapping.model_validate(content)
    except ValidationError as error:
        raise SourceError([_problem(name, told) for told in error.errors()]) from error


def _problem(name: str, told: object) -> Problem:
    details = told if isinstance(told, dict) else {}
    place = ".".join(str(part) for part in details.get("loc", ()))
    found = str(details.get("input", ""))[:80]
    return Problem("The mapping is wrong", name, place, found, str(details.get("msg", "")))


def mapping_yaml(mapping: ImportMapping) -> str:
    """The mapping as the text of its file: only what differs from the usual."""
    content = mapping.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=110)
