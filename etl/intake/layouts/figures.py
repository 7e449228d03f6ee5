"""Cells of figures into number texts: the column decides how texts and percents are read, or is refused."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from etl.intake.layouts.cells import Kind, Raw, read_cell
from etl.intake.layouts.percents import one_measure
from etl.intake.layouts.scale import tell_out_of_scale
from etl.intake.layouts.table import Column, Figure, Table, Wanted
from etl.readers.numbers import Decision, NotANumberError, Style, decide, figure, fixed, scaled
from etl.readers.workbook import as_text, cell_name

_SHOWN: Final = 60
# Cells that a finding lists.
_LISTED: Final = 6
# A blank in a column so full asks for a look.
_NEARLY_FULL: Final = 0.9
_PERCENT: Final = 0.01
_GROUPS: Final = {Style.COMMA: ".", Style.DOT: ","}


@dataclass(frozen=True)
class Written:
    """A number of the column: its text (of a percent: the fraction), whether it was a percent, its cell."""

    wanted: Wanted
    text: str
    percent: bool


@dataclass(frozen=True)
class Texts:
    """How the texts of a column are read. `doubtful`: those that would be thousands (91.234 among 92,18),
    though no other text of the column has thousands and some have decimals: they may be decimals mistyped."""

    decision: Decision
    doubtful: frozenset[str]


def figures_of(table: Table, wanted: Iterable[Wanted]) -> Iterator[Figure]:
    """The figures of all wanted cells of a table, column by column."""
    by_column: dict[int, list[Wanted]] = {}
    for cell in wanted:
        by_column.setdefault(cell.column.at, []).append(cell)
    for cells in by_column.values():
        column = cells[0].column
        yield from (_notes if column.plan.role == "note" else _numbers)(table, column, cells)


def _notes(table: Table, column: Column, cells: list[Wanted]) -> Iterator[Figure]:
    for cell in cells:
        if text := as_text(table.sheet.at(*table.anchor(cell.row, column.at))):
            yield _figure(table, cell, text)


def _figure(table: Table, cell: Wanted, text: str) -> Figure:
    role = cell.column.plan.role
    return Figure(cell.keys, cell.component, role, text, table.sheet.name, cell.row, cell.column.at)


def _numbers(table: Table, column: Column, cells: list[Wanted]) -> Iterator[Figure]:
    raws = [(cell, read_cell(table, cell.row, column.at)) for cell in cells]
    _tell_blanks(table, column, raws)
    written = list(_written(table, column, raws))
    if not one_measure(table, column, [(w.wanted.row, w.text, w.percent) for w in written]):
        return
    tell_out_of_scale(table, column, [(w.wanted.row, w.text) for w in written])
    for number in written:
        text = number.text if column.plan.factor == 1 else scaled(number.text, column.plan.factor)
        if column.plan.role != "rank" or _is_rank(table, column, number, text):
            yield _figure(table, number.wanted, text)


def _tell_blanks(table: Table, column: Column, raws: list[tuple[Wanted, Raw]]) -> None:
    """Blank cells and words for "not published" are told once a column."""
    blank = [cell.row for cell, raw in raws if raw.kind is Kind.BLANK]
    words = [(cell.row, raw.text) for cell, raw in raws if raw.kind is Kind.PLACEHOLDER]
    few = len(blank) + len(words) <= (1 - _NEARLY_FULL) * len(raws)
    tell = table.warn if few else table.note
    if blank and len(blank) < len(raws):
        what = f"{len(blank)} cells of the column are blank: not published"
        tell("blank_figure", (blank[0], column.at), what, found=_cells(column, blank))
    if words:
        rows, texts = [row for row, _ in words], sorted({text for _, text in words})
        what = f"{len(words)} cells hold a word for not published"
        found = f"{', '.join(texts)[:_SHOWN]}: {_cells(column, rows)}"
        tell("placeholder", (rows[0], column.at), what, found=found)


def _cells(column: Column, rows: list[int]) -> str:
    more = f" and {len(rows) - _LISTED} more" if len(rows) > _LISTED else ""
    return ", ".join(cell_name(row, column.at) for row in rows[:_LISTED]) + more


def _written(table: Table, column: Column, raws: list[tuple[Wanted, Raw]]) -> Iterator[Written]:
    """The numbers of a column: real ones as they are, texts as the column decides."""
    texts = _texts(table, column, raws)
    for cell, raw in raws:
        if raw.kind is Kind.NUMBER:
            yield Written(cell, raw.text, raw.percent)
        elif raw.kind is Kind.TEXT and texts and (number := _of_text(table, cell, raw.text, texts)):
            yield number


def _texts(table: Table, column: Column, raws: list[tuple[Wanted, Raw]]) -> Texts | None:
    """How the texts of the column are read; None after telling that it cannot be decided."""
    texts: dict[str, int] = {}
    for cell, raw in raws:
        if raw.kind is Kind.TEXT:
            texts.setdefault(raw.text, cell.row)
    found = decide(texts)
    if column.plan.numbers == "auto" and not found.usable:
        shown = found.open[0] if found.style is Style.AMBIGUOUS else found.dot
        what = "The numbers of the column can be read two ways"
        hint = "say in the mapping which sign stands before the decimals, or write them all one way"
        place = (texts[shown], column.at)
        table.error("ambiguous_number", place, f"{what}: {found.why}", found=shown[:_SHOWN], hint=hint)
        return None
    decision = found if column.plan.numbers == "auto" else fixed(column.plan.numbers)
    return Texts(decision, _doubtful(found, decision.style, texts))


def _doubtful(found: Decision, style: Style, texts: Iterable[str]) -> frozenset[str]:
    group = _GROUPS.get(style, "")
    if not group or found.style is Style.AMBIGUOUS or any("," in text and "." in text for text in texts):
        return frozenset()
    return frozenset(text for text in found.open if group in text)


def _of_text(table: Table, cell: Wanted, text: str, texts: Texts) -> Written | None:
    place = (cell.row, cell.column.at)
    if text in texts.doubtful:
        what = "The number may have thousands or decimals"
        table.error("ambiguous_number", place, what, found=text[:_SHOWN], hint="write it like the others")
        return None
    try:
        read = figure(text, texts.decision)
    except NotANumberError as error:
        what = f"The cell holds {error}"
        table.error("not_a_number", place, what, found=text[:_SHOWN], hint="write the figure alone")
        return None
    if read.mark:
        table.note("footnote_mark", place, "The mark of a footnote is left out", found=text[:_SHOWN])
    return Written(cell, scaled(read.number, _PERCENT) if read.percent else read.number, read.percent)


def _is_rank(table: Table, column: Column, number: Written, text: str) -> bool:
    whole = Decimal(text) == int(Decimal(text)) and Decimal(text) > 0 and not number.percent
    if not whole:
        cell = (number.wanted.row, column.at)
        table.error("rank_not_whole", cell, "Not a rank", found=text, expected="1, 2, 3 ...")
    return whole
