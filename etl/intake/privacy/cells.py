"""Personal data in the cells of a workbook: columns by their header or their content, and single texts."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from etl.intake.privacy.words import (
    ADDRESS,
    BIRTH,
    EMAIL,
    ID,
    LONGEST_NAME,
    NAME,
    PHONE,
    clean_text,
    is_name,
    is_number,
    is_phone,
    kind_of_header,
    vocabulary,
    whole_kind,
)
from etl.mapping import fold
from etl.readers.workbook import Place, Sheet, Value, as_text

# A column without a header is personal when so many of its texts (at least, and this share) are.
FEWEST: Final = 5
MOSTLY: Final = 0.6
# Names of people and of places look alike: more is asked of them.
NAMES_MOSTLY: Final = 0.8
# So many rows below a word of signing a name alone in its cell was signed.
SIGNED_BELOW: Final = 6
ID_DIGITS: Final = (9, 12)
# Headers stand within so many rows; so much of what is under one must look like its kind.
HEADER_ZONE: Final = 30
SOME: Final = 0.5
DECIMALS: Final = re.compile(r"^[+-]?0?[.,]\d|[.,]\d{4,}$")


@dataclass
class Personal:
    """What of a sheet concerns persons. `columns`: number -> kind and row of the header (0: known by
    content); `texts`: single cells -> their text without it; `counts`: (column, kind) -> pieces."""

    columns: dict[int, tuple[str, int]] = field(default_factory=dict)
    texts: dict[Place, Value] = field(default_factory=dict)
    counts: Counter[tuple[int, str]] = field(default_factory=Counter)


def personal_of(sheet: Sheet) -> Personal:
    """Everything of a sheet that concerns single persons."""
    found = Personal()
    for row, column, kind in _headers(sheet):
        if _is_label(sheet, row, column):
            _beside(sheet, (row, column), kind, found)
        elif _is_header_row(sheet, row):
            for covered in _covered(sheet, row, column):
                if _looks_like(sheet, kind, row, covered):
                    found.columns.setdefault(covered, (kind, row))
    for column, texts in _texts_by_column(sheet).items():
        if column not in found.columns and (kind := _kind_of_column(sheet, column, texts)):
            found.columns[column] = (kind, 0)
    _count_columns(sheet, found)
    _single_texts(sheet, found)
    return found


def _headers(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    for row in range(1, sheet.height + 1):
        for column, value in sheet.cells(row):
            if isinstance(value, str) and (kind := kind_of_header(value)):
                yield row, column, kind


def _is_label(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a word names the cell beside it and not those below: a row of one or two cells in a wider
    sheet, or with a colon, or with something personal beside it."""
    filled = [(c, value) for c, value in sheet.cells(row) if value not in (None, "")]
    if sum(len(_covered(sheet, row, c)) for c, _ in filled) > 2 or filled[0][0] != column:
        return False
    beside = as_text(filled[1][1]) if len(filled) > 1 else ""
    return sheet.width > 2 or sheet.text(row, column).endswith(":") or bool(whole_kind(beside))


def _is_header_row(sheet: Sheet, row: int) -> bool:
    """Whether a row may be a header: near the top, and without any figure."""
    texts = [value for _, value in sheet.cells(row) if value not in (None, "")]
    return row <= HEADER_ZONE and all(isinstance(v, str) and not is_number(v) for v in texts)


def _looks_like(sheet: Sheet, kind: str, row: int, column: int) -> bool:
    """Whether what stands under a header is of its kind: a column of yes and no is no column of e-mails."""
    below = [sheet.at(r, column) for r in range(row + 1, sheet.height + 1)]
    filled = [value for value in below if value not in (None, "")]
    like = sum(1 for value in filled if LOOKS[kind](value))
    return like > 0 and like >= SOME * len(filled)


def _digits(value: Value) -> bool:
    """Eight digits or more, and no decimals: phones and identity numbers are whole."""
    if isinstance(value, float) and not value.is_integer():
        return False
    text = as_text(value)
    long_enough = sum(c.isdigit() for c in text) >= 8
    return long_enough and (is_phone(text) or DECIMALS.search(text) is None)


def _letters(value: Value) -> bool:
    words = as_text(value).split()
    return 0 < len(words) <= LONGEST_NAME and all(word.replace(".", "").isalpha() for word in words)


def _date(value: Value) -> bool:
    return isinstance(value, dt.date) or sum(c.isdigit() for c in as_text(value)) >= 4


LOOKS: Final[dict[str, Callable[[Value], bool]]] = {
    NAME: _letters,
    ID: _digits,
    PHONE: _digits,
    EMAIL: lambda value: "@" in as_text(value),
    ADDRESS: lambda value: isinstance(value, str) and len(value.split()) > 1,
    BIRTH: _date,
}


def _beside(sheet: Sheet, place: Place, kind: str, found: Personal) -> None:
    row, column = place
    for other, value in sheet.cells(row):
        if other > column and value not in (None, "") and not kind_of_header(as_text(value)):
            found.texts[row, other] = None
            found.counts[other, kind] += 1


def _covered(sheet: Sheet, row: int, column: int) -> range:
    """The columns under a header: those of its merged area."""
    for area in sheet.merges:
        if (area.first_row, area.first_column) == (row, column):
            return range(column, area.last_column + 1)
    return range(column, column + 1)


def _texts_by_column(sheet: Sheet) -> dict[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    for row in range(1, sheet.height + 1):
        for column, value in sheet.cells(row):
            if isinstance(value, str) and value.strip():
                found[column].append(value)
    return dict(found)


def _kind_of_column(sheet: Sheet, column: int, texts: list[str]) -> str:
    """The kind of a column that is told by its content alone; blank for none."""
    numbers = [v for row in range(1, sheet.height + 1) if isinstance(v := sheet.at(row, column), int | float)]
    return kind_of_content(texts) or (ID if are_citizen_ids(numbers) and len(texts) < FEWEST else "")


def kind_of_content(texts: list[str]) -> str:
    """The kind that most of many texts are nothing but one piece of; blank for none.

    Nine or twelve digits that all texts consist of are identity numbers; figures differ in length.
    """
    if len(texts) < FEWEST:
        return ""
    counts = Counter(whole_kind(text) for text in texts)
    counts.pop("", None)
    for kind, count in counts.most_common(1):
        distinct = len({text for text in texts if whole_kind(text) == kind})
        if count >= (NAMES_MOSTLY if kind == NAME else MOSTLY) * len(texts) and distinct >= FEWEST:
            return kind
    digits = [text.strip() for text in texts if text.strip().isdigit()]
    same = Counter(len(text) for text in digits if len(text) in ID_DIGITS)
    even = bool(same) and max(same.values()) >= 0.9 * len(digits) and len(set(digits)) == len(digits)
    return ID if even and len(digits) >= max(FEWEST, MOSTLY * len(texts)) else ""


def are_citizen_ids(numbers: list[int | float]) -> bool:
    """Whether numbers are twelve-digit identity numbers that lost their leading zero: province (001-096),
    sex and century (0-3), year of birth, six digits; no two alike. Chance makes one in 26 of them."""
    whole = [int(number) for number in numbers if float(number).is_integer()]
    if len(whole) < FEWEST or len(whole) < len(numbers) or len(set(whole)) < len(whole):
        return False
    padded = [f"{number:012d}" for number in whole if number > 0]
    return all(
        len(p) == 12 and p[0] == "0" and 1 <= int(p[:3]) <= 96 and p[3] in "0123" for p in padded
    ) and len(padded) == len(whole)


def _count_columns(sheet: Sheet, found: Personal) -> None:
    for column, (kind, header) in found.columns.items():
        for row in range(header + 1, sheet.height + 1):
            value = sheet.at(row, column)
            if value not in (None, "") and not (isinstance(value, str) and kind_of_header(value)):
                found.counts[column, kind] += 1


def _single_texts(sheet: Sheet, found: Personal) -> None:
    """Personal data inside texts, and names that were signed."""
    signed: dict[int, int] = {}
    words = [fold(word) for word in vocabulary()["signatures"]]
    for row in range(1, sheet.height + 1):
        for column, value in sheet.cells(row):
            if not isinstance(value, str) or len(value) < 6 or (row, column) in found.texts:
                continue
            cleaned, counts = clean_text(value)
            if is_name(value) and row - signed.get(column, -SIGNED_BELOW - 1) <= SIGNED_BELOW:
                cleaned, counts = "", Counter({NAME: 1})
            if counts and not _in_personal_column(found, row, column):
                found.texts[row, column] = cleaned
                found.counts.update({(column, kind): count for kind, count in counts.items()})
            if any(word in fold(value) for word in words):
                for covered in _covered(sheet, row, column):
                    signed[covered] = row


def _in_personal_column(found: Personal, row: int, column: int) -> bool:
    return column in found.columns and row > found.columns[column][1]


def without_persons(sheet: Sheet, found: Personal) -> Sheet:
    """The sheet with those cells blank or without the personal part of their text; places stay the same."""
    if not found.columns and not found.texts:
        return sheet
    rows = [list(row) for row in sheet.rows]
    for (row, column), value in found.texts.items():
        rows[row - 1][column - 1] = value
    for column, (_, header) in found.columns.items():
        for cells in rows[header:]:
            if column <= len(cells) and not _is_header(cells[column - 1]):
                cells[column - 1] = None
    return replace(sheet, rows=rows)


def _is_header(value: Value) -> bool:
    return isinstance(value, str) and bool(kind_of_header(value))


def personal_texts(sheet: Sheet, found: Personal) -> set[str]:
    """The texts that were taken out as a whole, to find them again where they were repeated."""
    taken = {as_text(sheet.at(*place)) for place, left in found.texts.items() if left in (None, "")}
    for column, (_, header) in found.columns.items():
        taken |= {as_text(sheet.at(row, column)) for row in range(header + 1, sheet.height + 1)}
    return {
        text for text in taken if len(text) >= FEWEST and not is_number(text) and not kind_of_header(text)
    }
