"""Cells of figures into number texts: the column decides how texts and percents are read, or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from etl.intake.layouts.cells import Kind, Raw, read_cell
from etl.intake.layouts.numerals import Style, decide, is_doubtful, number_of, tidy
from etl.intake.layouts.percents import one_measure, scaled
from etl.intake.layouts.table import Column, Figure, Table, Wanted
from etl.readers.workbook import as_text, cell_name

_STYLES: Final = {"comma": Style.COMMA, "dot": Style.DOT}
_SHOWN: Final = 60
# Cells that a finding lists.
_LISTED: Final = 6
# A blank in a column so full asks for a look.
_NEARLY_FULL: Final = 0.9


@dataclass(frozen=True)
class Written:
    """A number of the column: its text (of a percent: the fraction), whether it was a percent, its cell."""

    wanted: Wanted
    text: str
    percent: bool


def figures_of(table: Table, wanted: Iterable[Wanted]) -> Iterator[Figure]:
    """The figures of all wanted cells of a table, column by column."""
    by_column: dict[Column, list[Wanted]] = {}
    for cell in wanted:
        by_column.setdefault(cell.column, []).append(cell)
    for column, cells in by_column.items():
        if column.plan.role == "note":
            yield from _notes(table, column, cells)
        else:
            yield from _numbers(table, column, cells)


def _notes(table: Table, column: Column, cells: list[Wanted]) -> Iterator[Figure]:
    for cell in cells:
        if text := as_text(table.sheet.at(*table.anchor(cell.row, column.at))):
            yield _figure(table, cell, text)


def _figure(table: Table, cell: Wanted, text: str) -> Figure:
    plan = cell.column.plan
    return Figure(cell.keys, plan.role, text, table.sheet.name, cell.row, cell.column.at)


def _numbers(table: Table, column: Column, cells: list[Wanted]) -> Iterator[Figure]:
    raws = [(cell, read_cell(table, cell.row, column.at)) for cell in cells]
    _tell_blanks(table, column, raws)
    written = list(_written(table, column, raws))
    if not one_measure(table, column, [(w.wanted.row, w.text, w.percent) for w in written]):
        return
    for number in written:
        text = scaled(number.text, column.plan.factor)
        if column.plan.role != "rank" or _is_rank(table, column, number, text):
            yield _figure(table, number.wanted, text)


def _tell_blanks(table: Table, column: Column, raws: list[tuple[Wanted, Raw]]) -> None:
    """Blank cells and words for "not published" are told once a column."""
    blank = [cell.row for cell, raw in raws if raw.kind is Kind.BLANK]
    if blank and len(blank) < len(raws):
        what = f"{len(blank)} cells of the column are blank: not published"
        tell = table.warn if len(blank) <= (1 - _NEARLY_FULL) * len(raws) else table.note
        tell("blank_figure", (blank[0], column.at), what, found=_cells(column, blank))
    words = [(cell.row, raw.text) for cell, raw in raws if raw.kind is Kind.PLACEHOLDER]
    if words:
        rows, texts = [row for row, _ in words], sorted({text for _, text in words})
        what = (
            f"{len(words)} cells hold a word instead of a figure: not published ({', '.join(texts)[:_SHOWN]})"
        )
        table.note("placeholder", (rows[0], column.at), what, found=_cells(column, rows))


def _cells(column: Column, rows: list[int]) -> str:
    more = f" and {len(rows) - _LISTED} more" if len(rows) > _LISTED else ""
    return ", ".join(cell_name(row, column.at) for row in rows[:_LISTED]) + more


def _written(table: Table, column: Column, raws: list[tuple[Wanted, Raw]]) -> Iterator[Written]:
    """The numbers of a column: real ones as they are, texts by the column's style."""
    texts = [tidy(raw.text).removesuffix("%").strip() for _, raw in raws if raw.kind is Kind.TEXT]
    style = _style(table, column, raws, texts)
    for cell, raw in raws:
        if raw.kind is Kind.NUMBER:
            yield Written(cell, raw.text, raw.percent)
        elif raw.kind is Kind.TEXT and style:
            text = tidy(raw.text)
            bare = text.removesuffix("%").strip()
            if number := _of_text(table, (cell.row, column.at), bare, style, texts):
                percent = text.endswith("%")
                yield Written(cell, scaled(number, 0.01) if percent else number, percent)


def _style(table: Table, column: Column, raws: list[tuple[Wanted, Raw]], texts: list[str]) -> Style | None:
    """How texts of the column are read; None after telling that it cannot be decided."""
    if column.plan.numbers != "auto":
        return _STYLES[column.plan.numbers]
    style = decide(texts)
    if style not in (Style.BOTH, Style.AMBIGUOUS):
        return style
    signed = [(cell.row, raw.text) for cell, raw in raws if raw.kind is Kind.TEXT and not raw.text.isdigit()]
    row, text = next((pair for pair in signed if number_of(tidy(pair[1]), Style.COMMA)), signed[0])
    told = {
        Style.AMBIGUOUS: "The numbers of the column can be read two ways",
        Style.BOTH: "Some numbers of the column have a comma before the decimals, some a dot",
    }
    hint = "say in the mapping which sign stands before the decimals, or write them all one way"
    table.error("ambiguous_number", (row, column.at), told[style], found=text[:_SHOWN], hint=hint)
    return None


def _of_text(table: Table, cell: tuple[int, int], text: str, style: Style, texts: list[str]) -> str:
    number = number_of(text, style)
    if number and not is_doubtful(text, style, texts):
        return number
    check = "ambiguous_number" if number else "not_a_number"
    what = "The number may have decimals or thousands" if number else "The cell holds no number"
    table.error(check, cell, what, found=text[:_SHOWN], hint="write the figure alone, as a number")
    return ""


def _is_rank(table: Table, column: Column, number: Written, text: str) -> bool:
    whole = Decimal(text) == int(Decimal(text)) and Decimal(text) > 0 and not number.percent
    if not whole:
        cell = (number.wanted.row, column.at)
        table.error("rank_not_whole", cell, "Not a rank", found=text, expected="a whole number from 1")
    return whole
