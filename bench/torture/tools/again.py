"""What was read is written and read once more: the same figures must come out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from etl.readers.cells import trimmed
from etl.readers.limits import WORKBOOK
from etl.readers.numbers import NotANumberError, figure, fixed
from etl.readers.texts import read_text
from etl.readers.workbook import Sheet, Value, Workbook

DOT = fixed("dot")
# The row of words is one more than the sheet had.
ROOM = replace(WORKBOOK, rows=WORKBOOK.rows + 1, cells=2 * WORKBOOK.cells)
# A row of words before the figures, as tidy tables have it: they settle separator and encoding.
HEAD = ["tỉnh", "năm", "điểm"]


def number_of(value: Value) -> str:
    """The number in a cell that holds a number, as the product writes it; "" in all others."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    try:
        return figure(value, DOT).number
    except NotANumberError:
        return ""


def numbers(sheet: Sheet) -> list[list[Value]]:
    """The figures of a sheet where they stand, as texts."""
    return trimmed([[number_of(value) or None for value in row] for row in sheet.rows])


def reread(rows: list[list[Value]], path: Path) -> Iterator[list[str]]:
    """Figures as the product reads them from a tidy text."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEAD)
        writer.writerows([["" if one is None else one for one in row] for row in rows])
    for row in read_text(path, ROOM).sheets[0].rows[1:]:
        yield ["" if one is None else figure(one, DOT).number for one in row]


def workbook_again(workbook: Workbook, folder: Path) -> bool:
    """Whether every figure of every sheet reads again as itself, in its place."""
    for sheet in workbook.sheets:
        rows = numbers(sheet)
        found = list(reread(rows, folder / "again.csv"))
        if found != [["" if one is None else str(one) for one in row] for row in rows]:
            return False
    return True
