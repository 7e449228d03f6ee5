"""How far the values of a sheet may reach, watched while its cells go by."""

from __future__ import annotations

from dataclasses import dataclass

from etl.readers.limits import Limits
from etl.readers.refusal import RefusedError, too_much
from etl.readers.workbook import cell_name, cell_place, column_letters


@dataclass
class Budget:
    """What is left of the cells of a workbook while its sheets are read one by one."""

    limits: Limits
    cells: int = 0

    def take(self, sheet: str, height: int, width: int) -> None:
        """Count a sheet of that size. Raises RefusedError when the workbook has more cells than are read."""
        self.cells += height * width
        if self.cells > self.limits.cells:
            raise too_much(
                "The file has more cells than are read at once",
                f"{self.cells:,} cells up to this sheet",
                f"{self.limits.cells:,} cells",
                "keep one table in the file, or bring a large survey as CSV or Parquet",
                sheet,
            )


def check_sheets(count: int, limits: Limits) -> None:
    """Raises RefusedError when a workbook has more sheets than are read."""
    if count > limits.sheets:
        most, hint = f"{limits.sheets:,} sheets", "keep the sheets that are to be read"
        raise too_much("The file has too many sheets", f"{count:,} sheets", most, hint)


@dataclass
class Area:
    """The area of one sheet that holds values: it grows with every value seen and refuses to pass a limit."""

    sheet: str
    limits: Limits
    height: int = 0
    width: int = 0

    def grow(self, row: int, column: int) -> None:
        """A value stands in this cell, from 1. Raises RefusedError beyond the last row or column."""
        if row > self.height:
            if row > self.limits.rows:
                raise self._rows(row, column)
            self.height = row
        if column > self.width:
            if column > self.limits.columns:
                raise self._columns(row, column)
            self.width = column

    def _rows(self, row: int, column: int) -> RefusedError:
        return too_much(
            "A sheet reaches further down than is read",
            f"a value in row {row:,}",
            f"{self.limits.rows:,} rows",
            "delete what stands below the table",
            _place(self.sheet, row, column),
        )

    def _columns(self, row: int, column: int) -> RefusedError:
        return too_much(
            "A sheet reaches further to the right than is read",
            f"a value in column {column_letters(column)} (column {column:,})",
            f"{self.limits.columns:,} columns",
            "delete what stands to the right of the table",
            _place(self.sheet, row, column),
        )


def _place(sheet: str, row: int, column: int) -> str:
    """The cell, with its sheet where there is one by name."""
    return cell_place(sheet, row, column) if sheet else cell_name(row, column)
