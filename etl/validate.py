"""Is every cell of the pack what its column may hold? Pandera schemas of the file kinds, run lazily."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pandas as pd
import pandera.pandas as pandera

from etl.filekinds import KINDS, Column, FileKind
from etl.mapping import nearest
from etl.numbers import INTEGER, NUMBER, integer_hint, number_hint
from etl.pack import Pack
from indices.errors import Problem

_YEAR = re.compile(r"(19|20)\d\d")
_DATE = re.compile(r"(19|20)\d\d(-\d\d(-\d\d)?)?")
_PATTERNS = {"number": NUMBER, "integer": INTEGER, "year": _YEAR, "flag": re.compile("[01]"), "date": _DATE}
_WHAT = {
    "number": "Not a number",
    "integer": "Not a whole number",
    "year": "Not a year",
    "flag": "Neither 0 nor 1",
    "date": "Not a date",
    "choice": "Not one of the allowed words",
}
_EXPECTED = {
    "number": "digits with a dot before the decimals",
    "integer": "a whole number",
    "year": "four digits",
    "flag": "0 or 1",
    "date": "yyyy, yyyy-mm or yyyy-mm-dd",
}
_HINTS: dict[str, Callable[[str], str]] = {"number": number_hint, "integer": integer_hint}
_BLANK = "blank"


def check_cells(pack: Pack) -> list[Problem]:
    """Every cell that its column does not allow, in all files."""
    return [problem for kind in KINDS for problem in _check_kind(kind, pack[kind.name])]


def _check_kind(kind: FileKind, frame: pd.DataFrame) -> Iterator[Problem]:
    if frame.empty:
        return
    try:
        _schema(kind).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases[["column", "check", "index"]]
        columns = {column.name: column for column in kind.columns}
        for name, check, index in cases.itertuples(index=False, name=None):
            yield _cell_problem(columns[name], check, frame.iloc[int(index)])


def _schema(kind: FileKind) -> pandera.DataFrameSchema:
    columns = {column.name: pandera.Column(checks=_checks(column), nullable=True) for column in kind.columns}
    return pandera.DataFrameSchema(columns)


def _checks(column: Column) -> list[pandera.Check]:
    checks = [] if column.blank else [pandera.Check(_filled, error=_BLANK)]
    if column.kind == "choice":
        allowed = {*column.choices, ""}
        return [*checks, pandera.Check(lambda texts: texts.isin(allowed), error=column.kind)]
    if column.kind == "text":
        return checks
    pattern = _PATTERNS[column.kind].pattern
    return [*checks, pandera.Check(lambda texts: _fits(texts, pattern), error=column.kind)]


def _filled(texts: pd.Series[str]) -> pd.Series[bool]:
    return texts != ""


def _fits(texts: pd.Series[str], pattern: str) -> pd.Series[bool]:
    return (texts == "") | texts.str.fullmatch(pattern)


def _cell_problem(column: Column, check: str, row: pd.Series[str]) -> Problem:
    place, found = f"row {row['line']}, column {column.name}", str(row[column.name])
    if check == _BLANK:
        return Problem("A cell that must be filled is blank", str(row["file"]), place, "", f"a {column.name}")
    expected = " | ".join(column.choices) if column.kind == "choice" else _EXPECTED[column.kind]
    return Problem(_WHAT[column.kind], str(row["file"]), place, found, expected, _hint(column, found))


def _hint(column: Column, found: str) -> str:
    if column.kind == "choice":
        near = nearest(found, column.choices, limit=1)
        return f"did you mean {near[0]}?" if near else ""
    hint = _HINTS.get(column.kind)
    return hint(found) if hint else ""


def rows_place(rows: pd.DataFrame, column: str) -> str:
    """Where a problem stands that many rows of one file share: "row 7, column unit (and 62 more rows)"."""
    more = f" (and {len(rows) - 1} more rows)" if len(rows) > 1 else ""
    return f"row {rows['line'].iloc[0]}, column {column}{more}"


def grouped(rows: pd.DataFrame, column: str, tell: Callable[[str, str, str], Problem]) -> Iterator[Problem]:
    """One problem for each file and distinct value of `column` among faulty `rows`.

    `tell` gets file, place and the value found.
    """
    for key, group in rows.groupby(["file", column], sort=False):
        file, value = map(str, key)
        yield tell(file, rows_place(group, column), value)
