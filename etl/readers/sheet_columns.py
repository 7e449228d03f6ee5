"""One sheet of a workbook as columns, through fastexcel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import fastexcel
import pyarrow as pa
from openpyxl import load_workbook

from etl.readers.archive import open_archive
from etl.readers.cells import open_book, sheet_names
from etl.readers.columns import Found, Wanted, check_names
from etl.readers.limits import Limits
from etl.readers.ods import check_ods
from etl.readers.ole import read_ole
from etl.readers.refusal import RefusedError, damaged, empty, has_password
from etl.readers.tidy_columns import named, unnamed
from etl.readers.workbook import VISIBLE
from etl.readers.xlsx import cured
from etl.readers.xlsx_book import read_frame
from etl.readers.xlsx_sheet import is_odd_dimension

_HEAD_BYTES: Final = 64 * 1024
_DIMENSION: Final = re.compile(rb"<(?:\w+:)?dimension\b[^>]*?\bref=\"([^\"]*)\"")
_BLANK: Final = re.compile(r"__UNNAMED__(\d+)")
_NUMBERED: Final = re.compile(r"(.+)_\d+")


def read_sheet(path: Path, wanted: Wanted, limits: Limits) -> Found:
    """The table of one sheet. Raises RefusedError when there is no such sheet or it cannot be read."""
    readable, names = _prepared(path, wanted, limits)
    title = _title(names, wanted.sheet)
    try:
        sheet = fastexcel.read_excel(readable).load_sheet(
            title, header_row=wanted.header_row - 1, schema_sample_rows=None, whitespace_as_null=True
        )
        batch, errors = sheet.to_arrow_with_errors()
    except fastexcel.FastExcelError as error:
        raise _refused(error) from error
    columns = list(batch.schema.names)
    if any(_NUMBERED.sub(r"\1", name) in columns for name in columns if _NUMBERED.fullmatch(name)):
        check_names(_names_as_written(readable, title, wanted))
    table = pa.Table.from_batches([batch]).rename_columns([_name(name) for name in columns])
    found = errors.errors if errors is not None else []
    notices = [f"Cells with an error, read as blank: {len(found):,}."] if found else []
    return Found(table, about={"sheet": title, "notices": notices})


def _prepared(path: Path, wanted: Wanted, limits: Limits) -> tuple[Path, list[tuple[str, str]]]:
    """The file after its checks, and its sheets with their states."""
    if wanted.kind == "xlsx":
        with open_archive(path, limits) as archive:
            frame = read_frame(archive)
            odd = set()
            for part in frame.sheets:
                with archive.open(part.part) as stream:
                    told = _DIMENSION.search(stream.read(_HEAD_BYTES))
                if told and is_odd_dimension(told[1].decode("ascii", "replace")):
                    odd.add(part.part)
            return cured(archive, odd) if odd else path, [(part.name, part.state) for part in frame.sheets]
    if wanted.kind == "ods":
        check_ods(path, limits)
    else:
        read_ole(path)
    return path, sheet_names(open_book(path))


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


def _names_as_written(path: Path, title: str, wanted: Wanted) -> list[str]:
    """Names of the columns as the sheet has them: fastexcel numbers those that stand twice."""
    if wanted.kind == "xlsx":
        book = load_workbook(path, read_only=True, data_only=True)
        rows = book[title].iter_rows(min_row=wanted.header_row, max_row=wanted.header_row, values_only=True)
        cells: list[object] = list(next(iter(rows), ()))
    else:
        sheet = open_book(path).get_sheet_by_name(title).to_python(skip_empty_area=False)
        cells = [*sheet[wanted.header_row - 1]] if len(sheet) >= wanted.header_row else []
    return named([str(cell or "").strip() for cell in cells])


def _name(name: str) -> str:
    blank = _BLANK.fullmatch(name)
    return unnamed(int(blank[1]) + 1) if blank else named([name.strip()])[0]
