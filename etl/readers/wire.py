"""How a workbook travels from the reading process: JSON, which carries plain values and nothing that acts."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any, Final

from etl.readers.workbook import Merge, Place, Sheet, Workbook

_DAY: Final = "date"
_MOMENT: Final = "datetime"
_TIME: Final = "time"
_SPAN: Final = "seconds"


def dump(workbook: Workbook) -> str:
    """The workbook as text."""
    told = {
        "kind": workbook.kind,
        "encoding": workbook.encoding,
        "separator": workbook.separator,
        "notices": workbook.notices,
        "sheets": [_sheet_told(sheet) for sheet in workbook.sheets],
    }
    return json.dumps(told, default=_value_told)


def load(text: str, name: str) -> Workbook:
    """The workbook that `dump` wrote, under the name that people call it."""
    told = json.loads(text, object_hook=_value)
    sheets = [_sheet(sheet) for sheet in told["sheets"]]
    return Workbook(name, told["kind"], sheets, told["encoding"], told["separator"], told["notices"])


def _sheet_told(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "state": sheet.state,
        "rows": sheet.rows,
        "merges": [[m.first_row, m.first_column, m.last_row, m.last_column] for m in sheet.merges],
        "hidden_rows": sorted(sheet.hidden_rows),
        "hidden_columns": sorted(sheet.hidden_columns),
        "percent": sorted(sheet.percent),
        "errors": [[*place, text] for place, text in sorted(sheet.errors.items())],
        "formulas": sorted(sheet.formulas),
        "uncached": sorted(sheet.uncached),
    }


def _sheet(told: dict[str, Any]) -> Sheet:
    return Sheet(
        told["name"],
        told["rows"],
        told["state"],
        [Merge(*edges) for edges in told["merges"]],
        frozenset(told["hidden_rows"]),
        frozenset(told["hidden_columns"]),
        _places(told["percent"]),
        {(row, column): text for row, column, text in told["errors"]},
        _places(told["formulas"]),
        _places(told["uncached"]),
    )


def _places(told: Iterable[list[int]]) -> frozenset[Place]:
    return frozenset((row, column) for row, column in told)


def _value_told(value: object) -> dict[str, str | float]:
    """A value that JSON does not know."""
    if isinstance(value, dt.datetime):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, dt.date):
        return {_DAY: value.isoformat()}
    if isinstance(value, dt.time):
        return {_TIME: value.isoformat()}
    if isinstance(value, dt.timedelta):
        return {_SPAN: value.total_seconds()}
    raise TypeError(f"a cell of type {type(value).__name__}")


def _value(told: dict[str, Any]) -> Any:
    """The value behind `_value_told`; any other object as it is."""
    if len(told) != 1:
        return told
    ((kind, value),) = told.items()
    if kind == _MOMENT:
        return dt.datetime.fromisoformat(value)
    if kind == _DAY:
        return dt.date.fromisoformat(value)
    if kind == _TIME:
        return dt.time.fromisoformat(value)
    return dt.timedelta(seconds=value) if kind == _SPAN else told
