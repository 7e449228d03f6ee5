"""The sheet of scores: a row a unit, a column a component, maxima and codes in the header."""

from __future__ import annotations

from xlsxwriter import Workbook as Book
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.intake.template.columns import (
    CODE_ROW,
    FIRST_ROW,
    MAXIMUM_ROW,
    NAME_ROW,
    UNIT_COLUMN,
    DataColumn,
    data_columns,
    unit_header,
)
from etl.intake.template.inputs import Area, check_numbers, check_ranks, header_words, sum_formula
from etl.intake.template.looks import LINE_HEIGHT, WIDE, Looks, finish, lines
from etl.intake.template.spec import Spec
from etl.intake.template.texts import say
from indices.model import RAW_LEVELS
from indices.registry import IndexInfo

_WIDTH, _UNIT_WIDTH = 15.0, 30.0
_MOST_LINES = 12


def write_scores(book: Book, looks: Looks, spec: Spec, info: IndexInfo) -> None:
    """Add the sheet to the workbook."""
    sheet = book.add_worksheet(say("sheets.data"))
    columns = data_columns(spec)
    title = say("data.title", index=info.short_name_vi, year=spec.year)
    sheet.write_string(0, 0, title, looks("title"))
    sheet.write_string(
        1, 0, say("data.about", framework=spec.framework.name.vi, stamp=spec.stamp), looks("soft")
    )
    sheet.write_string(2, 0, say("data.hint"), looks("soft"))
    sheet.set_column(0, 0, _UNIT_WIDTH)
    sheet.set_column(1, len(columns), _WIDTH)
    _write_header(sheet, looks, columns)
    for place, unit in enumerate(spec.units):
        sheet.write_string(FIRST_ROW - 1 + place, UNIT_COLUMN - 1, unit, looks("unit"))
    for column in columns:
        _write_inputs(sheet, looks, spec, column)
    _write_sums(sheet, looks, spec, columns)
    sheet.freeze_panes(FIRST_ROW - 1, UNIT_COLUMN)
    finish(sheet, title, len(columns) > WIDE // 2, (CODE_ROW - 1, 0))
    sheet.repeat_columns(0, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1 if len(columns) <= WIDE else 0, 0)


def _write_header(sheet: Worksheet, looks: Looks, columns: list[DataColumn]) -> None:
    rows = ((NAME_ROW, "names"), (MAXIMUM_ROW, "maxima"), (CODE_ROW, "codes"))
    for row, name in rows:
        text = unit_header() if row == CODE_ROW else say(f"data.{name}")
        sheet.write_string(row - 1, UNIT_COLUMN - 1, text, looks("head_left"))
    for column in columns:
        at = column.number - 1
        name = _name(column)
        sheet.write_string(NAME_ROW - 1, at, name, looks("aside" if column.part.aside else "head"))
        sheet.write_string(MAXIMUM_ROW - 1, at, _maximum(column), looks("maximum"))
        sheet.write_string(CODE_ROW - 1, at, column.header, looks("code"))
    most = max(lines(_name(column), _WIDTH) for column in columns)
    sheet.set_row(NAME_ROW - 1, LINE_HEIGHT * min(most, _MOST_LINES) + 4)


def _name(column: DataColumn) -> str:
    name = column.part.node.name_vi
    if column.role == "rank":
        return say("data.rank", name=column.part.node.code)
    return say("data.own_maximum", name=name) if column.role == "max_score" else name


def _maximum(column: DataColumn) -> str:
    node = column.part.node
    if column.role != "score":
        return ""
    return header_words(node.min_score, node.max_score, node.level in RAW_LEVELS)


def _area(spec: Spec, column: DataColumn) -> Area:
    at = column.number - 1
    return FIRST_ROW - 1, at, FIRST_ROW - 2 + len(spec.units), at


def _write_inputs(sheet: Worksheet, looks: Looks, spec: Spec, column: DataColumn) -> None:
    area, node = _area(spec, column), column.part.node
    style = looks("rank" if column.role == "rank" else "input")
    for row in range(area[0], area[2] + 1):
        sheet.write_blank(row, area[1], None, style)
    if column.role == "rank":
        check_ranks(sheet, area, len(spec.units))
    elif column.role == "max_score":
        check_numbers(sheet, looks, area, 0.0, node.max_score)
    else:
        check_numbers(sheet, looks, area, node.min_score, None if column.part.own_maximum else node.max_score)


def _write_sums(sheet: Worksheet, looks: Looks, spec: Spec, columns: list[DataColumn]) -> None:
    """Sums stand as formulas with a blank result: what nobody filled in adds up to nothing."""
    at = {column.part.node.code: column.number - 1 for column in columns if column.role == "score"}
    for code, column in at.items():
        part = next(c.part for c in columns if c.part.node.code == code)
        if not part.parts:
            continue
        for row in range(FIRST_ROW - 1, FIRST_ROW - 1 + len(spec.units)):
            cells = [xl_rowcol_to_cell(row, at[child]) for child in part.parts]
            sheet.write_formula(row, column, sum_formula(cells), looks("sum"), "")
