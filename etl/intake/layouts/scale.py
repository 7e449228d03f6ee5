"""Figures out of scale: one that is ten times every other in its column may have lost its decimal sign."""

from __future__ import annotations

from typing import Final

from etl.intake.layouts.table import Column, Table

# Of fewer figures nothing can be said.
_ENOUGH: Final = 8
_TIMES: Final = 10


def tell_out_of_scale(table: Table, column: Column, numbers: list[tuple[int, str]]) -> None:
    """Warn of a figure (row, text) that is ten times the largest other of its column, or a tenth of the
    smallest where the others lie close together."""
    if column.plan.role == "rank" or len(numbers) < _ENOUGH:
        return
    sizes = sorted((abs(float(text)), row) for row, text in numbers)
    (least, least_row), (second, _) = sizes[:2]
    (below, _), (most, most_row) = sizes[-2:]
    if below and most > _TIMES * below:
        _tell(table, most_row, column, f"more than {_TIMES} times every other figure of its column")
    elif second and most < _TIMES * second and least * _TIMES < second and least:
        _tell(table, least_row, column, "less than a tenth of every other figure of its column")


def _tell(table: Table, row: int, column: Column, what: str) -> None:
    hint = "has it lost its decimal sign, or a nought?"
    found = table.sheet.text(row, column.at)
    table.warn("out_of_scale", (row, column.at), f"The figure is {what}", found=found, hint=hint)
