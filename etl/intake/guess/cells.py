"""What the cells of a column look like: numbers or texts, whole or not, from where to where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from etl.intake.layouts.words import is_not_published
from etl.readers.workbook import Place, Sheet, Value, as_text

_NUMBER_LIKE: Final = re.compile(r"[+-]?\d[\d.,\s]*%?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def number_like(text: str) -> bool:
    """Whether a text could be a number, in whatever style."""
    return bool(_NUMBER_LIKE.fullmatch(text))


def about(value: Value) -> float | None:
    """Roughly the number a cell holds: enough to see its scale, never to store. None: no number."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return float(value)
    text = as_text(value)
    if not number_like(text):
        return None
    digits = text.rstrip("%").replace(" ", "")
    last = max(digits.rfind(","), digits.rfind("."))
    whole, part = (digits, "") if last < 0 else (digits[:last], digits[last + 1 :])
    number = float(re.sub(r"[.,]", "", whole) + ("." + part if part else ""))
    return number / 100 if text.endswith("%") else number


@dataclass(frozen=True)
class Figures:
    """The figures of a column. `texts`: those written as text. `percents`: shown as percent or with the sign.

    `others`: cells that are filled and no figure.
    """

    values: tuple[float, ...] = ()
    texts: tuple[str, ...] = ()
    percents: int = 0
    others: tuple[str, ...] = ()

    @property
    def filled(self) -> int:
        """Number of cells that are not blank."""
        return len(self.values) + len(self.others)

    @property
    def numeric(self) -> bool:
        """Whether the column is one of figures: most of what is filled is a number."""
        return len(self.values) > 0 and len(self.values) >= 0.7 * self.filled

    @property
    def low(self) -> float:
        """The least value."""
        return min(self.values, default=0.0)

    @property
    def high(self) -> float:
        """The greatest value."""
        return max(self.values, default=0.0)

    @property
    def whole(self) -> bool:
        """Whether all values are whole numbers."""
        return all(value.is_integer() for value in self.values)

    @property
    def like_years(self) -> bool:
        """Whether every cell is a year."""
        years = [v for v in self.values if v.is_integer() and _YEAR.fullmatch(str(int(v)))]
        return bool(self.values) and not self.others and len(years) == len(self.values)


def figures(sheet: Sheet, rows: Iterable[int], column: int) -> Figures:
    """What stands in a column, over some rows; zeros made by formulas, often sums of blanks, are left out."""
    values, texts, others, percents = [], [], [], 0
    for row in rows:
        value = sheet.at(row, column)
        text = as_text(value)
        if not text or (isinstance(value, str) and is_not_published(text)):
            continue
        number = about(value)
        if number == 0 and (row, column) in sheet.formulas:
            continue
        if number is None:
            others.append(text)
            continue
        values.append(number)
        percents += _is_percent(sheet, (row, column))
        if isinstance(value, str):
            texts.append(text)
    return Figures(tuple(values), tuple(texts), percents, tuple(others))


def _is_percent(sheet: Sheet, place: Place) -> bool:
    value = sheet.at(*place)
    return place in sheet.percent or (isinstance(value, str) and as_text(value).endswith("%"))
