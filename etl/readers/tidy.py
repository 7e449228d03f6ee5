"""Reader of the pack's own layout: UTF-8 CSV, one header line, one fact a line, every cell a text."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import pyarrow as pa

from etl.mapping import nearest
from indices.errors import Problem

BOM = b"\xef\xbb\xbf"


@dataclass
class TidyTable:
    """What was read of one file: a frame of texts with `file` and `line` (in the file), and its problems.

    `frame` is None when the file as a whole could not be read; rows with a wrong number of cells are left out
    of it and reported.
    """

    file: str
    frame: pd.DataFrame | None = None
    problems: list[Problem] = field(default_factory=list)


def read_tidy(path: Path, name: str, header: Sequence[str], optional: Sequence[str] = ()) -> TidyTable:
    """Read one tidy file.

    `name` is how the file is called in problems; `header` are the column names it must have, in any order;
    those of `optional` may be absent and come out blank.
    Texts come out stripped and in NFC. Never raises on bad content: everything wrong is in `problems`.
    """
    table = TidyTable(name)
    text = _decode(path.read_bytes(), table)
    if text is None:
        return table
    first = text.split("\n", 1)[0]
    records = _records(unicodedata.normalize("NFC", text), table)
    if records is None:
        return table
    found = records[0][1] if records else []
    table.problems += _header_problems(name, found, [*header, *optional], first)
    if missing := _missing_columns(name, found, header):
        table.problems += missing
        return table
    table.problems += _empty_problem(name, len(records) - 1)
    rows = _whole_rows(records[1:], len(found), table)
    table.frame = _frame(rows, found, [*header, *optional], name)
    return table


def _decode(raw: bytes, table: TidyTable) -> str | None:
    if not raw.strip():
        table.problems.append(
            Problem("The file is empty", table.file, hint="delete the file or fill it from its source")
        )
        return None
    if raw.startswith(BOM):
        table.problems.append(
            Problem(
                "The file starts with a byte order mark",
                table.file,
                "first bytes",
                "EF BB BF",
                "plain UTF-8",
                "save it as UTF-8 without BOM",
            )
        )
        raw = raw[len(BOM) :]
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        table.problems.append(
            Problem(
                "The file is not UTF-8",
                table.file,
                f"row {line}",
                f"byte 0x{raw[error.start]:02X}",
                "UTF-8 text",
                "save it again as UTF-8 (it may be Windows-1258 or UTF-16)",
            )
        )
        return None


def _records(text: str, table: TidyTable) -> list[tuple[int, list[str]]] | None:
    """Lines of the file with the number of the line each begins on; None when it is no CSV at all."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records, start = [], 1
    try:
        for record in reader:
            if any(cells := [cell.strip() for cell in record]):
                records.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        table.problems.append(
            Problem(
                "The file is not readable as CSV",
                table.file,
                f"row {start}",
                str(error),
                "comma separated cells, quotes doubled inside quotes",
                "check the quotes near this row",
            )
        )
        return None
    return records


def _header_problems(name: str, found: list[str], known: Sequence[str], first: str) -> list[Problem]:
    """What is wrong with the header but leaves the rows readable."""
    problems = []
    if not unicodedata.is_normalized("NFC", first):
        problems.append(
            Problem(
                "A column header is not in NFC form",
                name,
                "row 1",
                first.strip(),
                "composed letters (NFC)",
                "type the header again or save the file in NFC",
            )
        )
    for column in dict.fromkeys(c for c in found if found.count(c) > 1):
        problems.append(Problem("A column stands twice", name, f"row 1, column {column}", column, "once"))
    for column in dict.fromkeys(c for c in found if c not in known):
        place, expected = f"row 1, column {column or '(blank)'}", ", ".join(known)
        problems.append(Problem("A column is not known", name, place, column, expected))
    return problems


def _missing_columns(name: str, found: list[str], header: Sequence[str]) -> list[Problem]:
    problems = []
    for column in (c for c in header if c not in found):
        near = nearest(column, [c for c in found if c not in header], limit=1)
        hint = f"perhaps it is called {near[0]!r} here" if near else ""
        problems.append(Problem("A column is missing", name, f"row 1, column {column}", "", column, hint))
    return problems


def _empty_problem(name: str, count: int) -> list[Problem]:
    if count > 0:
        return []
    hint = "delete the file or fill it from its source"
    return [Problem("The file has a header and no rows", name, "row 2", "", "one row or more", hint)]


def _whole_rows(
    records: list[tuple[int, list[str]]], width: int, table: TidyTable
) -> list[tuple[int, list[str]]]:
    """The rows with a cell for every column; the others are reported."""
    for line, cells in records:
        if len(cells) != width:
            hint = "put quotes around a text that holds a comma"
            found, expected = f"{len(cells)} cells", f"{width} cells"
            what = "A row has the wrong number of cells"
            table.problems.append(Problem(what, table.file, f"row {line}", found, expected, hint))
    return [record for record in records if len(record[1]) == width]


def _frame(
    rows: list[tuple[int, list[str]]], found: list[str], columns: Sequence[str], name: str
) -> pd.DataFrame:
    cells = list(zip(*(cells for _, cells in rows), strict=True)) or [()] * len(found)
    blank = [""] * len(rows)
    arrays = {c: pa.array(cells[found.index(c)] if c in found else blank, pa.string()) for c in columns}
    frame: pd.DataFrame = pa.table(arrays).to_pandas()
    frame["file"] = pd.Series([name] * len(rows), dtype="str")
    frame["line"] = [line for line, _ in rows]
    return frame
