"""Maxima as annexes write them: 0,5 · "tối đa 2 điểm" · 0 - 1 · −2."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from etl.intake.annex.words import words
from etl.mapping import fold
from etl.readers.workbook import Value

NUMBER: Final = r"\d+(?:[.,]\d+)?"
_ONE: Final = re.compile(rf"(?P<sign>[-−–+±]?)\s*(?P<number>{NUMBER})")
_RANGE: Final = re.compile(rf"(?:tu\s+)?(?P<low>{NUMBER})\s*(?:-|–|−|den)\s*(?P<high>{NUMBER})")
_GROUPED: Final = re.compile(r"\d{1,3}[.,]\d{3}")
_LESS: Final = ("-", "−", "–")


@dataclass(frozen=True)
class Points:
    """The points a criterion gives: up to `high`, down to `low` (below 0: points are taken off)."""

    high: float
    low: float = 0.0


def is_day(value: Value) -> bool:
    """Whether a spreadsheet turned the points into a day: 1.5 into the first of May."""
    return isinstance(value, dt.date | dt.time)


def points_of(value: Value, percent: bool = False) -> Points | None:
    """The points of a cell, a percentage as the number shown; None for a blank one.

    `percent`: the cell shows its number as a percentage. Raises ValueError for a text without one clear
    number.
    """
    if value is None or isinstance(value, bool) or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, int | float):
        return _signed(round(float(value) * (100.0 if percent else 1.0), 10))
    return _of_text(fold(str(value)))


def _of_text(text: str) -> Points:
    bare = text
    for word in words().maximum_words:
        bare = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)|(?<=\d){re.escape(word)}(?!\w)", " ", bare)
    bare = bare.strip(" ()[]≤<=:.;%")
    # 1.000 is a thousand to one writer and one to another.
    if _GROUPED.fullmatch(bare):
        raise ValueError(text)
    if found := _RANGE.fullmatch(bare):
        low, high = _number(found["low"]), _number(found["high"])
        if low == 0 < high:
            return Points(high)
        raise ValueError(text)
    found = _ONE.fullmatch(bare)
    if found is None or found["sign"] == "±":
        raise ValueError(text)
    number = _number(found["number"])
    return _signed(-number if found["sign"] in _LESS else number)


def _signed(number: float) -> Points:
    return Points(0.0, number) if number < 0 else Points(number)


def _number(text: str) -> float:
    return float(text.replace(",", "."))
