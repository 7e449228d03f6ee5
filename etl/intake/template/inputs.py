"""Cells of a template that people fill in: what they may hold, and sums of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from etl.intake.template.looks import Looks
from etl.intake.template.texts import say

Area = tuple[int, int, int, int]
# A number that spreadsheets take for "any": validation needs a bound.
_HUGE = 1e12
_MOST_LETTERS = 255


def range_words(low: float | None, high: float | None) -> str:
    """A range in words, for messages and headers; blank where it is open."""
    if high is None:
        return ""
    return say("check.between", low=_shown(low or 0.0), high=_shown(high))


def header_words(low: float | None, high: float | None, raw: bool) -> str:
    """What stands in the row of maxima. `raw`: an indicator in a unit of its own, which has none."""
    if high is None:
        return say("data.any_number" if raw else "data.unknown")
    if low:
        return say("data.from_to", low=_shown(low), high=_shown(high))
    return say("data.up_to", high=_shown(high))


def _shown(value: float) -> str:
    return f"{value:.10g}".replace(".", ",")


def check_numbers(sheet: Worksheet, looks: Looks, area: Area, low: float | None, high: float | None) -> None:
    """Only numbers of the range may be typed; what was pasted beyond it is marked."""
    least, most = -_HUGE if low is None else low, _HUGE if high is None else high
    message = say("check.number", range=range_words(low, high)).replace("  ", " ").replace(" .", ".")
    _check(sheet, area, {"validate": "decimal", "minimum": least, "maximum": most}, message)
    outside = {"type": "cell", "criteria": "not between", "minimum": least, "maximum": most}
    first = f"{xl_col_to_name(area[1])}{area[0] + 1}"
    blank = {"type": "formula", "criteria": f'={first}=""', "stop_if_true": True}
    sheet.conditional_format(*area, blank)
    sheet.conditional_format(*area, outside | {"format": looks("wrong")})


def check_ranks(sheet: Worksheet, area: Area, most: int) -> None:
    """Only whole numbers from 1 to the number of units."""
    rule = {"validate": "integer", "minimum": 1, "maximum": most}
    _check(sheet, area, rule, say("check.rank", high=most))


def check_list(sheet: Worksheet, area: Area, choices: Sequence[str]) -> None:
    """Only what the list offers."""
    options = {"validate": "list", "source": list(choices), "ignore_blank": True}
    told = {"error_title": say("check.title"), "error_message": say("check.list")}
    sheet.data_validation(*area, options | told)


def _check(sheet: Worksheet, area: Area, rule: dict[str, Any], message: str) -> None:
    told = {"error_title": say("check.title"), "error_message": message[:_MOST_LETTERS]}
    sheet.data_validation(*area, rule | {"criteria": "between", "ignore_blank": True} | told)


def sum_formula(cells: Sequence[str]) -> str:
    """The sum of cells once all of them are filled, else blank; rounded so that no binary dust shows."""
    listed = ",".join(cells)
    return f'=IF(COUNT({listed})={len(cells)},ROUND(SUM({listed}),6),"")'
