"""Turns the text cells of definition tables into records, collecting every problem on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from difflib import get_close_matches
from typing import Any, Final, TypeVar, get_type_hints

from indices.errors import Problem
from indices.model import (
    DIRECTIONS,
    LEVELS,
    SOURCE_TYPES,
    STATUSES,
    YES_OR_BLANK,
    Component,
    Parameter,
    Row,
    ViewEdge,
)
from indices.normalise import NORMALISATIONS
from indices.rules import RULES
from indices.scale import CAPS, REFERENCES, parse_bands, parse_reference

HEADER_ROWS: Final = 1
CLOSED_LISTS: Final[dict[str, tuple[str, ...]]] = {
    "level": LEVELS,
    "direction": DIRECTIONS,
    "normalise": ("", *NORMALISATIONS),
    "log": YES_OR_BLANK,
    "cap": CAPS,
    "rule": ("", *RULES),
    "source_type": SOURCE_TYPES,
    "status": STATUSES,
    "proof": ("", *STATUSES),
}
WRITTEN: Final[dict[str, tuple[Callable[[str], object], str]]] = {
    "bands": (parse_bands, "start:score pairs from the lowest up, as in 0:0;50:0.5;80:1"),
    "reference": (parse_reference, "a dot decimal, or one of " + ", ".join(REFERENCES)),
}
DEFAULTS: Final = {"direction": "+", "status": "unknown"}
REQUIRED: Final = {
    Component: ("code", "level", "name_vi", "name_en"),
    Parameter: ("year", "code"),
    ViewEdge: ("view", "parent", "code"),
}
# The columns of each table and what their cells are, in the order of the file.
COLUMNS: Final[dict[type[Row], dict[str, Any]]] = {
    record: {
        field.name: get_type_hints(record)[field.name] for field in fields(record) if field.name != "row"
    }
    for record in (Component, Parameter, ViewEdge)
}
R = TypeVar("R", bound=Row)


def read_rows(
    record: type[R], rows: Sequence[Mapping[str, str]], file: str, problems: list[Problem]
) -> list[R]:
    """Records of the rows that can be read; what is wrong with the others is added to `problems`."""
    found = [_read_row(record, row, index, file, problems) for index, row in enumerate(rows)]
    return [item for item in found if item is not None]


def row_place(index: int) -> str:
    """The place of a data row as a person counts it in the file: the header is row 1."""
    return f"row {index + HEADER_ROWS + 1}"


def number(text: str) -> float | None:
    """The finite number a cell holds; None for blank. Raises ValueError for anything else."""
    if not text.strip():
        return None
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def years(text: str) -> tuple[int, ...]:
    """Years written "2001;2002"; blank gives none. Raises ValueError for anything else."""
    return tuple(int(part) for part in text.split(";") if part.strip())


def nearest(found: str, known: Sequence[str]) -> str:
    """A hint naming the nearest known word, or nothing."""
    close = get_close_matches(found, list(known), n=1)
    return f"did you mean {close[0]}?" if close else ""


def _read_row(
    record: type[R], row: Mapping[str, str], index: int, file: str, problems: list[Problem]
) -> R | None:
    place, before = row_place(index), len(problems)
    cells = {str(name): (text or "").strip() for name, text in row.items()}
    problems += _shape_problems(record, cells, file, place)
    values: dict[str, Any] = {"row": index + HEADER_ROWS + 1}
    for name in COLUMNS[record]:
        if name in cells:
            try:
                values[name] = _cell(record, name, cells[name])
            except CellError as error:
                problems.append(Problem(error.what, file, place, cells[name], error.expected, error.hint))
    for name in REQUIRED.get(record, ()):
        if not cells.get(name):
            problems.append(Problem(f"{name} is missing", file, place, expected=f"a value in {name}"))
    return record(**values) if len(problems) == before else None


def _shape_problems(record: type[Row], cells: Mapping[str, str], file: str, place: str) -> list[Problem]:
    """A cell outside the named columns, or a column nobody knows, is a misspelling, not a comment."""
    known = list(COLUMNS[record])
    return [
        Problem("unknown column", file, place, name, ", ".join(known), nearest(name, known))
        for name in cells
        if name not in known
    ]


class CellError(ValueError):
    """One cell that cannot be read: what is wrong, and what was expected."""

    def __init__(self, what: str, expected: str, hint: str = "") -> None:
        """Keep the parts of the message."""
        super().__init__(what)
        self.what, self.expected, self.hint = what, expected, hint


def _cell(record: type[Row], name: str, text: str) -> Any:
    text = text or DEFAULTS.get(name, "")
    allowed = CLOSED_LISTS.get(name)
    if allowed is not None and text not in allowed:
        expected = "one of " + ", ".join(item or "(blank)" for item in allowed)
        raise CellError(f"unknown {name}", expected, nearest(text, allowed))
    if text and name in WRITTEN:
        _check_written(name, text)
    try:
        return _convert(COLUMNS[record][name], text)
    except ValueError as error:
        raise CellError(f"{name} is not a number", "a dot decimal") from error


def _check_written(name: str, text: str) -> None:
    parse, expected = WRITTEN[name]
    try:
        parse(text)
    except ValueError as error:
        raise CellError(f"{name} cannot be read", expected) from error


def _convert(annotation: Any, text: str) -> Any:
    if annotation == float | None:
        return number(text)
    if annotation is int:
        return int(text)
    return years(text) if annotation == tuple[int, ...] else text
