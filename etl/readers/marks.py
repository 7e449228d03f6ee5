"""What a file says of a sheet beside its values, gathered while its cells go by."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from etl.readers.area import Area
from etl.readers.cells import trimmed
from etl.readers.workbook import Merge, Place, Sheet

# Said of a workbook in `notices`, in the same words for every kind.
MACROS: Final = "The file holds macros; they were not run."
LINKS: Final = "Formulas refer to other files; their stored results were read, no file was opened."
# Error values, also where a file holds them as texts (a CSV saved from a spreadsheet).
_ERROR: Final = re.compile(
    r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!)|Err:5\d\d"
)


@dataclass
class Marks:
    """Marks of one sheet; `area` grows with its values. `results`: formulas with a result worth its name."""

    area: Area
    hidden_rows: set[int] = field(default_factory=set)
    hidden_spans: list[tuple[int, int]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    percent: set[Place] = field(default_factory=set)
    errors: dict[Place, str] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    uncached: set[Place] = field(default_factory=set)
    results: int = 0

    def put_on(self, sheet: Sheet) -> None:
        """Give a sheet its marks, as far as its values reach."""
        spans = [range(first, min(last, self.area.width) + 1) for first, last in self.hidden_spans]
        sheet.hidden_rows = frozenset(row for row in self.hidden_rows if row <= self.area.height)
        sheet.hidden_columns = frozenset(column for span in spans for column in span)
        sheet.merges = self.merges or sheet.merges
        sheet.percent = frozenset(self.percent)
        sheet.errors = self.errors
        sheet.formulas = frozenset(self.formulas)
        sheet.uncached = frozenset(self.uncached)


def distrust_formulas(marks: Iterable[Marks]) -> None:
    """Count the formulas of a workbook as never computed when not one of them has a result.

    Programs that write formulas without computing them store nothing, or the same nought or blank, in each.
    """
    listed = list(marks)
    if not any(found.results for found in listed):
        for found in listed:
            found.uncached |= found.formulas


def blank_unusable(sheet: Sheet) -> None:
    """Take away what stands in cells with an error or without a result, so that none is read as a figure."""
    for at, row in enumerate(sheet.rows, start=1):
        for column, value in enumerate(row, start=1):
            if type(value) is str and _ERROR.fullmatch(value):
                sheet.errors.setdefault((at, column), value)
    for row_number, column in {*sheet.errors, *sheet.uncached}:
        if row_number <= sheet.height and column <= len(sheet.rows[row_number - 1]):
            sheet.rows[row_number - 1][column - 1] = None
    sheet.rows = trimmed(sheet.rows)
