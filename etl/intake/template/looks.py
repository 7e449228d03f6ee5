"""How templates look: quiet colours, one font, borders that print."""

from __future__ import annotations

import textwrap
from typing import Any, Final

from xlsxwriter import Workbook as Book
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

INK, SOFT, LINE = "#1F2937", "#6B7280", "#D1D5DB"
HEAD, INPUT, SUM, WRONG = "#EEF2F6", "#FFFBE8", "#F5F5F4", "#FBD5D0"
FONT: Final = "Calibri"
LINE_HEIGHT: Final = 13.5
A4, A3 = 9, 8
WIDE: Final = 16
# Letters for each unit of width: long lines break at better places.
_NARROW, _TIGHT, _LOOSE = 30, 1.05, 1.2

_BASE: Final[dict[str, Any]] = {"font_name": FONT, "font_size": 10, "font_color": INK, "valign": "vcenter"}
_CELL: Final = _BASE | {"border": 1, "border_color": LINE}
_HEAD: Final = _CELL | {"bg_color": HEAD, "text_wrap": True}
_STYLES: Final[dict[str, dict[str, Any]]] = {
    "title": _BASE | {"bold": True, "font_size": 14},
    "part": _BASE | {"bold": True, "font_size": 11, "valign": "top"},
    "soft": _BASE | {"font_color": SOFT},
    "text": _BASE | {"text_wrap": True, "valign": "top"},
    "head": _HEAD | {"bold": True, "align": "center"},
    "head_left": _HEAD | {"bold": True},
    "aside": _HEAD | {"italic": True, "align": "center"},
    "maximum": _HEAD | {"align": "center", "font_size": 9},
    "code": _HEAD | {"align": "center", "font_size": 8, "font_color": SOFT, "num_format": "@"},
    "unit": _CELL | {"bg_color": HEAD, "indent": 1},
    "label": _CELL | {"text_wrap": True},
    "label_inner": _CELL | {"text_wrap": True, "bold": True},
    "label_top": _HEAD | {"bold": True},
    "locked": _CELL | {"align": "center", "font_color": SOFT, "num_format": "@"},
    "locked_top": _HEAD | {"align": "center", "font_color": SOFT, "num_format": "@"},
    "points": _CELL | {"align": "center"},
    "points_top": _HEAD | {"align": "center", "bold": True},
    "input": _CELL | {"bg_color": INPUT, "locked": False},
    "sum": _CELL | {"bg_color": SUM, "locked": False, "font_color": SOFT},
    "rank": _CELL | {"bg_color": INPUT, "locked": False, "num_format": "0"},
    "words": _CELL | {"bg_color": INPUT, "locked": False, "text_wrap": True, "num_format": "@"},
    "wrong": {"bg_color": WRONG},
}
_PROTECTION: Final = {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True}


class Looks:
    """The formats of one workbook, made when first asked for."""

    def __init__(self, book: Book, decimals: int) -> None:
        """`decimals`: of the scores."""
        self._book = book
        self._numbers = f"0.{'0' * decimals}####" if decimals else "0.####"
        self._made: dict[tuple[str, int], Format] = {}

    def __call__(self, name: str, indent: int = 0) -> Format:
        """The format of that name."""
        key = (name, indent)
        if key not in self._made:
            style = dict(_STYLES[name])
            if name in ("input", "sum"):
                style["num_format"] = self._numbers
            if indent:
                style["indent"] = indent
            self._made[key] = self._book.add_format(style)
        return self._made[key]


def lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of a width (in characters), words kept whole."""
    letters = width * (_LOOSE if width > _NARROW else _TIGHT)
    return max(1, len(textwrap.wrap(text, max(6, int(letters)))))


def finish(sheet: Worksheet, title: str, wide: bool, repeat: tuple[int, int]) -> None:
    """Protect the locked cells (no password) and set the sheet up for printing.

    `repeat`: last header row and column (counted from 0) that stand on every page.
    """
    sheet.protect("", _PROTECTION)
    sheet.hide_gridlines(2)
    sheet.set_paper(A3 if wide else A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L&8{title.replace('&', '&&')}&R&8&P/&N")
    if repeat[0] >= 0:
        sheet.repeat_rows(0, repeat[0])
