"""Percents and factors: a column holds the one measure that the mapping expects, or is refused."""

from __future__ import annotations

from decimal import Decimal

from etl.intake.layouts.table import Column, Table

Number = tuple[int, str, bool]


def one_measure(table: Table, column: Column, numbers: list[Number]) -> bool:
    """Whether the numbers (row, text, is a percent) of a column are all percents or none, as expected.

    Zero is the same in both, so it decides nothing. What may be a hundred times too much or too little though
    it is allowed is a warning.
    """
    percents = [row for row, text, percent in numbers if percent and Decimal(text)]
    plain = [row for row, text, percent in numbers if not percent and Decimal(text)]
    expected = column.plan.percent
    if percents and plain:
        row, what = min(percents, plain, key=len)[0], "The column mixes percents and plain numbers"
    elif expected is True and plain:
        row, what = plain[0], "The mapping expects percents, the column holds plain numbers"
    elif expected is False and percents:
        row, what = percents[0], "The mapping expects plain numbers, the column holds percents"
    else:
        _tell_doubt(table, column, percents, plain)
        return True
    hint = "show all cells of the column the same way"
    table.error("mixed_percent", (row, column.at), what, found=table.sheet.text(row, column.at), hint=hint)
    return False


def _tell_doubt(table: Table, column: Column, percents: list[int], plain: list[int]) -> None:
    if column.plan.percent is not None:
        return
    factor = column.plan.factor
    hint = "say in the mapping whether the column holds percents"
    if percents and factor == 1:
        what = "The column holds percents; they are kept as fractions, 94% as 0.94"
        table.warn("percent_as_fraction", (percents[0], column.at), what, hint=hint)
    if plain and factor != 1:
        what = f"Plain numbers of the column are multiplied by {factor:g}"
        table.warn("factor_on_plain", (plain[0], column.at), what, hint=hint)
