"""Open a file that somebody brought: sheets of plain cells or columns, or one clear sentence.

Nothing of the file is parsed in this process: see `guard` and docs/security.md.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import IO

import pyarrow as pa

from etl.readers.child import COLUMNS, WORKBOOK, Task
from etl.readers.guard import read_safely
from etl.readers.limits import TABLE
from etl.readers.limits import WORKBOOK as SHEETS
from etl.readers.wire import load
from etl.readers.workbook import Workbook


def open_workbook(path: Path, name: str = "") -> Workbook:
    """The sheets of an .xlsx, .xlsm, .xls, .ods, .csv, .tsv or .parquet file, the kind told by its content.

    `name` is how people call the file (the path's own name when blank); a table without sheets gets one sheet
    of that name without its ending. Raises SourceError with one problem when the file is not read.
    """
    called = name or path.name
    task = Task(str(path), WORKBOOK, SHEETS.as_json(), PurePath(called).stem)
    return read_safely(task, called, lambda answer: load(answer.read().decode(), called))


def read_columns(path: Path, name: str = "", sheet: str = "", header_row: int = 1) -> pa.Table:
    """One large table, column by column, from .xlsx, .xls, .ods, .csv, .tsv, .parquet or .sav.

    `sheet`: its name (the first that is shown when blank); `header_row`: the row of the column names, from 1;
    neither counts for .parquet and .sav. Columns are whole numbers, numbers, truth values, points in time or
    texts (composed letters, outer blanks cut, blank cells null); one that mixes kinds is text, and so is one
    of a text file with any cell that is not a plain number ("007", "1,5"). What stood beside the values is in
    the metadata of the schema: `kind`, `encoding`, `separator`, `notices` (JSON), and for .sav the `labels`
    and `value_labels` (JSON). Raises SourceError with one problem when the file is not read.
    """
    task = Task(str(path), COLUMNS, TABLE.as_json(), sheet=sheet, header_row=header_row)
    return read_safely(task, name or path.name, _table)


def _table(answer: IO[bytes]) -> pa.Table:
    with pa.ipc.open_stream(answer) as stream:
        return stream.read_all()
