"""The province's table of responsibilities: which body leads on which component of an index.

A file of the province (.xlsx, .ods, .csv ...), opened safely like every file of people. Columns by their
headers, in any order: index, code, lead body; a blank lead leaves the component to what stands over it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Final

import yaml

from etl.readers.files import open_workbook
from etl.readers.workbook import Sheet
from indices.errors import Problem, SourceError

COLUMNS: Final = ("index", "code", "lead")
LOOKED_AT: Final = 20  # rows in which the header is looked for
SHOWN: Final = 20  # problems told at once
NEAR: Final = 4  # codes named that look like an unknown one
# What can be wrong, in the words that a screen translates.
NO_COLUMNS: Final = "No sheet has the columns of a table of responsibilities"
NO_ROWS: Final = "The table names no lead body"
NO_INDEX: Final = "Unknown index"
NO_COMPONENT: Final = "Unknown component"
TWO_LEADS: Final = "Two lead bodies for one component"
Row = tuple[str, str, str]


@cache
def headers() -> Mapping[str, str]:
    """Column by header."""
    told = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {str(header): name for name, every in told.items() for header in every}


@dataclass(frozen=True)
class Known:
    """What a table may name. `codes`: components by code of the index, of all years; `indices`: code of the
    index by each name that people call it by, lower case.
    """

    codes: Mapping[str, frozenset[str]]
    indices: Mapping[str, str]


def read_duties(path: Path, known: Known) -> list[Row]:
    """(index, code, lead body) of every row of the first sheet that has the columns.

    Raises SourceError with every row that names an unknown index or component or a second body for one
    component, and when no sheet has the columns.
    """
    book = open_workbook(path)
    for sheet in book.sheets:
        found = _header(sheet)
        if found is not None:
            return _rows(sheet, found, known, path.name)
    expected = "; ".join(f"{name}: {', '.join(_of(name))}" for name in COLUMNS)
    raise SourceError([Problem(NO_COLUMNS, path.name, expected=expected)])


def duties_csv(rows: Iterable[Row]) -> bytes:
    """Rows as the file that `read_duties` reads, whatever file they came from."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([_of(name)[0] for name in COLUMNS])
    writer.writerows(rows)
    return stream.getvalue().encode()


def _of(column: str) -> list[str]:
    return [header for header, name in headers().items() if name == column]


def _header(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """(row, column by name) of the first row that has every column; None without one."""
    for row in range(1, min(sheet.height, LOOKED_AT) + 1):
        at: dict[str, int] = {}
        for column in range(1, sheet.width + 1):
            name = headers().get(sheet.text(row, column).casefold())
            if name is not None:
                at.setdefault(name, column)
        if set(COLUMNS) <= set(at):
            return row, at
    return None


def _rows(sheet: Sheet, header: tuple[int, dict[str, int]], known: Known, file: str) -> list[Row]:
    first, at = header
    found: dict[tuple[str, str], str] = {}
    problems: list[Problem] = []
    for n in range(first + 1, sheet.height + 1):
        index, code, lead = (sheet.text(n, at[name]) for name in COLUMNS)
        if not lead or not (index or code):
            continue
        place, key = f"{sheet.name}, row {n}", (known.indices.get(index.casefold(), ""), code)
        if not key[0]:
            problems.append(Problem(NO_INDEX, file, place, found=index, expected=", ".join(known.codes)))
        elif code not in known.codes[key[0]]:
            near = ", ".join(get_close_matches(code, sorted(known.codes[key[0]]), NEAR))
            problems.append(Problem(NO_COMPONENT, file, place, found=f"{index} {code}", expected=near))
        elif found.get(key, lead) != lead:
            problems.append(Problem(TWO_LEADS, file, place, found=lead, expected=found[key]))
        else:
            found[key] = lead
    if not found and not problems:
        expected = "at least one row with an index, a code and a lead body"
        problems.append(Problem(NO_ROWS, file, sheet.name, expected=expected))
    if problems:
        raise SourceError(problems[:SHOWN])
    return [(index, code, lead) for (index, code), lead in found.items()]
