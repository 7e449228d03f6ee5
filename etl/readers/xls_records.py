"""One pass over the records of an old .xls workbook (BIFF8): what it says beside the values of its cells."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from etl.readers.area import Area, Budget, check_sheets
from etl.readers.limits import Limits
from etl.readers.marks import Marks
from etl.readers.refusal import damaged, has_password
from etl.readers.workbook import Place
from etl.readers.xlsx_book import shows_percent

_BOF, _EOF, _SHEET, _PASSWORD = 0x08 << 8 | 0x09, 0x000A, 0x0085, 0x002F
_FORMAT, _STYLE, _OTHER_BOOK = 0x041E, 0x00E0, 0x01AE
_ROW, _COLUMN, _FORMULA = 0x0208, 0x007D, 0x0006
_NUMBER, _PACKED, _MANY_PACKED, _TEXT, _LABEL, _FLAG = 0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x0205
_VALUES: Final = {_NUMBER, _PACKED, _TEXT, _LABEL, _FLAG}
_NEW_FORM: Final = 0x0600
_CELLS: Final = 0
_THIS_BOOK: Final = (b"\x01\x04", b"\x01\x3a")
_PERCENT_FORMATS: Final = {9, 10}
_ERRORS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!",
    0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
_HIDDEN_ROW: Final = 0x20
_HIDDEN_COLUMN: Final = 0x01
_LAST_COLUMN: Final = 256

Record = tuple[int, bytes]


class BookRecords:
    """What the records of a workbook say: `sheets`, their marks by name, and `links` to other files."""

    def __init__(self, stream: bytes, limits: Limits) -> None:
        """`stream`: of the workbook. Raises RefusedError when it is damaged, locked or passes a limit."""
        self.links = False
        self.sheets: dict[str, Marks] = {}
        self._percent_formats = set(_PERCENT_FORMATS)
        self._percent_styles: set[int] = set()
        self._styles = 0
        self._starts: dict[str, int] = {}
        try:
            for kind, data in records(stream, 0):
                self._take(kind, data)
            check_sheets(len(self._starts), limits)
            budget = Budget(limits)
            for name, start in self._starts.items():
                marks = Marks(Area(name, limits))
                _SheetRecords(marks, self._percent_styles).read(stream, start)
                budget.take(name, marks.area.height, marks.area.width)
                self.sheets[name] = marks
        except (IndexError, struct.error) as error:
            raise damaged("records that break off") from error

    def _take(self, kind: int, data: bytes) -> None:
        """One record before the sheets."""
        if kind == _PASSWORD:
            raise has_password()
        if kind == _SHEET and data[5] == _CELLS:
            self._starts[_text(data[7:], data[6])] = struct.unpack_from("<I", data)[0]
        elif kind == _FORMAT:
            change = self._percent_formats.add if _is_percent(data) else self._percent_formats.discard
            change(_number(data, 0))
        elif kind == _STYLE:
            if _number(data, 2) in self._percent_formats:
                self._percent_styles.add(self._styles)
            self._styles += 1
        elif kind == _OTHER_BOOK and data[2:4] not in _THIS_BOOK:
            self.links = True


class _SheetRecords:
    """The records of one sheet, into its marks."""

    def __init__(self, marks: Marks, percent_styles: set[int]) -> None:
        self.marks = marks
        self._percent_styles = percent_styles

    def read(self, stream: bytes, start: int) -> None:
        """All records of the sheet that begins there."""
        for kind, data in records(stream, start):
            if kind in _VALUES:
                self._plain(kind, data)
            elif kind == _FORMULA:
                self._formula(self._value(_number(data, 0), _number(data, 2), _number(data, 4)), data[6:14])
            elif kind == _MANY_PACKED:
                for at in range(4, len(data) - 2, 6):
                    self._value(_number(data, 0), _number(data, 2) + (at - 4) // 6, _number(data, at))
            elif kind == _ROW and data[12] & _HIDDEN_ROW:
                self.marks.hidden_rows.add(_number(data, 0) + 1)
            elif kind == _COLUMN and data[8] & _HIDDEN_COLUMN:
                span = (_number(data, 0) + 1, min(_number(data, 2) + 1, _LAST_COLUMN))
                self.marks.hidden_spans.append(span)

    def _plain(self, kind: int, data: bytes) -> None:
        place = self._value(_number(data, 0), _number(data, 2), _number(data, 4))
        if kind == _FLAG and data[7]:
            self.marks.errors[place] = _ERRORS.get(data[6], "#ERROR!")

    def _value(self, row: int, column: int, style: int) -> Place:
        """A value stands in this cell, from 0: its place from 1."""
        place = (row + 1, column + 1)
        self.marks.area.grow(*place)
        if style in self._percent_styles:
            self.marks.percent.add(place)
        return place

    def _formula(self, place: Place, result: bytes) -> None:
        """A formula and its stored result; the last two bytes 0xFFFF say that it is no number, 3 that it is
        blank, which a program that does not compute writes too."""
        self.marks.formulas.add(place)
        special = result[6:8] == b"\xff\xff"
        if special and result[0] == 2:
            self.marks.errors[place] = _ERRORS.get(result[2], "#ERROR!")
        self.marks.results += not (special and result[0] == 3)


def is_biff8(stream: bytes) -> bool:
    """Whether the workbook is of the form written since 1997; older ones say less in other records."""
    return len(stream) >= 8 and _number(stream, 0) == _BOF and _number(stream, 4) == _NEW_FORM


def records(stream: bytes, start: int) -> Iterator[Record]:
    """Kind and content of the records from a BOF to its EOF; those of charts inside are passed over."""
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + length]
        at += 4 + length
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, data
    raise damaged("records that break off")


def _number(data: bytes, at: int) -> int:
    """Two bytes of a record as a number."""
    value: int = struct.unpack_from("<H", data, at)[0]
    return value


def _text(data: bytes, count: int) -> str:
    """So many letters, after a byte that says whether each takes two bytes."""
    wide = data[0] & 1
    return data[1 : 1 + count * (1 + wide)].decode("utf-16-le" if wide else "latin-1", "replace")


def _is_percent(data: bytes) -> bool:
    """Whether a number format, after its number and length, shows percents."""
    return shows_percent(_text(data[4:], _number(data, 2)))
