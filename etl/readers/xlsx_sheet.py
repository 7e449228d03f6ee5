"""One pass over the XML of an .xlsx sheet: what it says of rows, columns and cells beside their values.

Written for speed: two calls a cell. A cell is finished when the next one begins, and text is listened to only
inside a formula's result or an error.
"""

from __future__ import annotations

import re
from typing import IO, Final
from xml.parsers import expat

from etl.readers.marks import Marks
from etl.readers.refusal import damaged
from etl.readers.workbook import Merge
from etl.readers.xmlparts import feed, make_parser

_REFERENCE: Final = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_AREA: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?")
_WHOLE_ROWS: Final = re.compile(r"\$?([0-9]{1,7}):\$?([0-9]{1,7})")
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
_TRUE: Final = ("1", "true")
# Results that a program writes which did not compute: none, or a nought in every formula.
_NO_RESULT: Final = ("", "0")


def column_number(letters: str) -> int:
    """A column by its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def is_odd_dimension(reference: str) -> bool:
    """Whether the used area of a sheet is told in a way that calamine cannot read, as whole rows ("1:69")."""
    return _AREA.fullmatch(reference) is None


class SheetPass:
    """What one sheet says beside its values, in `marks`; `read` does it.

    `odd`: the sheet holds a reference to whole rows, which calamine cannot read. `rows_told`: rows in the
    XML, with values or without.
    """

    def __init__(self, marks: Marks, percent_styles: frozenset[str]) -> None:
        """`marks` are filled; `percent_styles` are the cell styles that show percents."""
        self.marks = marks
        self.odd = False
        self.rows_told = 0
        self._percent_styles = percent_styles
        self._named = False
        self._columns: dict[str, int] = {}
        self._row = self._column = 0
        self._row_digits = ""
        self._kind = self._style = ""
        self._formula = self._has_value = False
        self._text: list[str] = []
        self._parser = make_parser()
        self._starts = {
            "c": self._cell,
            "v": self._value,
            "t": self._value,
            "f": self._start_formula,
            "row": self._start_row,
            "col": self._column_told,
            "mergeCell": self._merge,
            "dimension": self._dimension,
        }

    def read(self, stream: IO[bytes]) -> None:
        """Parse the sheet. Raises RefusedError when it is not well-formed or passes a limit."""
        self._parser.StartElementHandler = self._start
        feed(self._parser, stream)
        self._finish_cell()

    def read_beginning(self, beginning: bytes) -> None:
        """Parse only so much of the sheet: what is wrong with it mostly shows in its first rows."""
        self._parser.StartElementHandler = self._start
        try:
            self._parser.Parse(beginning, False)
        except expat.ExpatError as error:
            raise damaged(f"XML that breaks off: {error}") from error
        self._finish_cell()

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        does = self._starts.get(name)
        if does is not None:
            does(attributes)
        elif not self._named:
            self._name_elements(name)

    def _name_elements(self, root: str) -> None:
        """Names of the elements carry the prefix of the root, where it has one."""
        self._named = True
        prefix, colon, _ = root.rpartition(":")
        self._starts = {f"{prefix}{colon}{name}": does for name, does in self._starts.items()}

    def _cell(self, attributes: dict[str, str]) -> None:
        if self._has_value or self._formula:
            self._finish_cell()
        reference = attributes.get("r")
        if reference is None:
            self._column += 1
        else:
            letters = reference.rstrip("0123456789")
            if reference[len(letters) :] != self._row_digits:
                self._move(reference)
            self._column = self._columns.get(letters) or self._new_column(letters)
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")

    def _value(self, _: dict[str, str]) -> None:
        self._has_value = True
        if self._formula or self._kind == "e":
            self._text.clear()
            self._parser.CharacterDataHandler = self._text.append

    def _start_formula(self, _: dict[str, str]) -> None:
        self._formula = True

    def _finish_cell(self) -> None:
        """The cell that began last has ended; it has a value, a formula or nothing."""
        marks, place = self.marks, (self._row, self._column)
        text = self._heard() if self._formula or self._kind == "e" else ""
        if self._has_value or self._formula:
            marks.area.grow(*place)
            if self._style in self._percent_styles:
                marks.percent.add(place)
        if self._formula:
            marks.formulas.add(place)
            if not text and self._kind != "str":
                marks.uncached.add(place)
            marks.results += text not in _NO_RESULT or self._kind == "str"
        if self._kind == "e" and text:
            marks.errors[place] = text
        self._formula = self._has_value = False
        self._kind = ""

    def _heard(self) -> str:
        """The text listened to; listening ends."""
        self._parser.CharacterDataHandler = None
        text = "".join(self._text).strip() if self._has_value else ""
        self._text.clear()
        return text

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._has_value or self._formula:
            self._finish_cell()
        told = attributes.get("r")
        try:
            self._row = int(told) if told else self._row + 1
        except ValueError as error:
            raise damaged(f"a sheet with a row {told!r}") from error
        self._row_digits = told or str(self._row)
        self._column = 0
        self.rows_told += 1
        if not 0 < self._row <= _MOST_ROWS or self.rows_told > _MOST_ROWS:
            raise damaged(f"a sheet with a row {self._row:,}")
        if "hidden" in attributes or "ht" in attributes:
            self._row_shown(attributes)

    def _row_shown(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or _is_zero(attributes.get("ht", "")):
            self.marks.hidden_rows.add(self._row)

    def _new_column(self, letters: str) -> int:
        """The number of a column seen for the first time."""
        number = column_number(letters) if letters.isascii() and letters.isalpha() else 0
        if not 0 < number <= _MOST_COLUMNS:
            raise damaged(f"a sheet with a column {letters!r}")
        self._columns[letters] = number
        return number

    def _move(self, reference: str) -> None:
        """The cell names another row than the one it stands in: its own name counts."""
        match = _REFERENCE.fullmatch(reference)
        if not match or not 0 < int(match[2]) <= _MOST_ROWS:
            raise damaged(f"a sheet with a cell {reference!r}")
        self._row, self._row_digits = int(match[2]), match[2]

    def _column_told(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in _TRUE or _is_zero(attributes.get("width", "")):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isascii() and first.isdigit() and last.isascii() and last.isdigit():
                self.marks.hidden_spans.append((int(first), int(last)))

    def _merge(self, attributes: dict[str, str]) -> None:
        reference = attributes.get("ref", "")
        match = _AREA.fullmatch(reference)
        if match is None:
            self.odd = True
            if rows := _WHOLE_ROWS.fullmatch(reference):
                self.marks.merges.append(Merge(int(rows[1]), 1, int(rows[2]), _MOST_COLUMNS))
            return
        first_row, first_column = int(match[2]), column_number(match[1])
        last_row = int(match[4]) if match[4] else first_row
        last_column = column_number(match[3]) if match[3] else first_column
        self.marks.merges.append(Merge(first_row, first_column, last_row, last_column))

    def _dimension(self, attributes: dict[str, str]) -> None:
        self.odd |= is_odd_dimension(attributes.get("ref", "A1"))


def _is_zero(measure: str) -> bool:
    """Whether a height or width is told and is nought."""
    return measure.startswith("0") and not measure.strip("0.")
