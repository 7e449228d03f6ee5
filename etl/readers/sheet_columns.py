"""One sheet of a workbook as columns, through fastexcel."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final

import fastexcel
import pyarrow as pa

from etl.readers.archive import open_archive
from etl.readers.area import Area
from etl.readers.cells import open_book, sheet_names, with_ending
from etl.readers.columns import Found, Wanted, check_names
from etl.readers.limits import SAMPLE_BYTES, Limits
from etl.readers.marks import Marks
from etl.readers.ods import check_ods, readable_ods
from etl.readers.ole import read_ole
from etl.readers.refusal import RefusedError, damaged, empty, has_password
from etl.readers.tidy_columns import named, unnamed
from etl.readers.workbook import VISIBLE
from etl.readers.xlsx import cured
from etl.readers.xlsx_book import read_frame
from etl.readers.xlsx_sheet import SheetPass

_BLANK: Final = re.compile(r"__UNNAMED__(\d+)")
_NUMBERED: Final = re.compile(r"(.+)_\d+")
# In the XML of a sheet, faster than parsing it a second time; a count for people, on which nothing depends.
_HIDDEN: Final = re.compile(rb"<row\b[^>]*\shidden=\"(?:1|true)\"")
_UNCOMPUTED: Final = re.compile(rb"</f>(?:<v/>|<v></v>)?</c>")
_PIECE_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True)
class Prepared:
    """A workbook that passed its checks, the sheet that is meant and what its columns will not show."""

    path: Path
    title: str
    notices: list[str] = field(default_factory=list)


def read_sheet(path: Path, wanted: Wanted, limits: Limits) -> Found:
    """The table of one sheet. Raises RefusedError when there is no such sheet or it cannot be read."""
    prepared = _prepared(path, wanted, limits)
    batch, errors = _loaded(prepared, wanted)
    columns = list(batch.schema.names)
    if any(_NUMBERED.sub(r"\1", name) in columns for name in columns if _NUMBERED.fullmatch(name)):
        check_names(_names_as_written(prepared, wanted.header_row))
    table = pa.Table.from_batches([batch]).rename_columns([_name(name) for name in columns])
    notices = [f"Cells with an error, read as blank: {errors:,}."] if errors else []
    return Found(table, about={"sheet": prepared.title, "notices": [*prepared.notices, *notices]})


def _loaded(prepared: Prepared, wanted: Wanted) -> tuple[pa.RecordBatch, int]:
    """The columns of the sheet and how many of its cells hold an error."""
    try:
        sheet = fastexcel.read_excel(prepared.path).load_sheet(
            prepared.title,
            header_row=wanted.header_row - 1,
            schema_sample_rows=None,
            whitespace_as_null=True,
        )
        batch, errors = sheet.to_arrow_with_errors()
    except fastexcel.FastExcelError as error:
        raise _refused(error) from error
    return batch, len(errors.errors) if errors is not None else 0


def _prepared(path: Path, wanted: Wanted, limits: Limits) -> Prepared:
    """The file after its checks, and the sheet that is meant."""
    if wanted.kind == "xlsx":
        return _prepared_xlsx(path, wanted, limits)
    if wanted.kind == "ods":
        readable = readable_ods(path, check_ods(path, limits)[1])
    else:
        read_ole(path)
        readable = with_ending(path, ".xls")
    return Prepared(readable, _title(sheet_names(open_book(readable)), wanted.sheet))


def _prepared_xlsx(path: Path, wanted: Wanted, limits: Limits) -> Prepared:
    with open_archive(path, limits) as archive:
        frame = read_frame(archive)
        title = _title([(part.name, part.state) for part in frame.sheets], wanted.sheet)
        part = next(part.part for part in frame.sheets if part.name == title)
        passed = SheetPass(Marks(Area(title, limits)), frame.percent_styles)
        with archive.open(part) as stream:
            passed.read_beginning(stream.read(SAMPLE_BYTES))
        with archive.open(part) as stream:
            notices = _unseen(stream)
        readable = cured(archive, {part}) if passed.odd else with_ending(path, ".xlsx")
    return Prepared(readable, title, notices)


def _unseen(stream: IO[bytes]) -> list[str]:
    """What cannot be seen in a column any more: hidden rows, formulas that were never computed."""
    hidden, uncomputed, rest = 0, 0, b""
    while piece := stream.read(_PIECE_BYTES):
        rows = rest + piece
        whole = max(rows.rfind(b"<row"), 0)
        hidden += len(_HIDDEN.findall(rows, 0, whole))
        uncomputed += len(_UNCOMPUTED.findall(rows, 0, whole))
        rest = rows[whole:]
    hidden += len(_HIDDEN.findall(rest))
    uncomputed += len(_UNCOMPUTED.findall(rest))
    notices = [f"Rows that are hidden, read all the same: {hidden:,}."] if hidden else []
    if uncomputed:
        notices.append(f"Formulas without a stored result, read as blank: {uncomputed:,}.")
    return notices


def _title(names: list[tuple[str, str]], asked: str) -> str:
    """The sheet that is asked for, or the first that people see."""
    if not asked:
        shown = [name for name, state in names if state == VISIBLE]
        if not shown:
            raise empty()
        return shown[0]
    if asked not in [name for name, _ in names]:
        known = ", ".join(name for name, _ in names)
        raise RefusedError("The file has no sheet of this name", found=asked, expected=f"one of {known}")
    return asked


def _refused(error: Exception) -> RefusedError:
    """What fastexcel says, as a sentence for people."""
    if isinstance(error, fastexcel.InvalidParametersError):
        hint = "tell in which row the names of the columns stand"
        return RefusedError("The row of the column names is not in the sheet", hint=hint)
    if "assword" in str(error):
        return has_password()
    return damaged(str(error).splitlines()[0])


def _names_as_written(prepared: Prepared, row: int) -> list[str]:
    """Names of the columns as the sheet has them: fastexcel numbers those that stand twice."""
    sheet = open_book(prepared.path).get_sheet_by_name(prepared.title)
    rows = sheet.to_python(skip_empty_area=False, nrows=row)
    return named([str(cell).strip() for cell in rows[-1]] if rows else [])


def _name(name: str) -> str:
    blank = _BLANK.fullmatch(name)
    return unnamed(int(blank[1]) + 1) if blank else named([name.strip()])[0]
