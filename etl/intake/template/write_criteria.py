"""The sheet of criteria: a row a criterion of one unit, with its own and its appraised score and a note."""

from __future__ import annotations

from xlsxwriter import Workbook as Book
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from etl.intake.template.columns import (
    CODE_COLUMN,
    CRITERIA_FIRST,
    CRITERIA_HEADER,
    CRITERIA_ROLES,
    MAXIMUM_COLUMN,
    NAME_COLUMN,
    SOURCE_COLUMN,
    criteria_headers,
)
from etl.intake.template.inputs import check_numbers, sum_formula
from etl.intake.template.looks import LINE_HEIGHT, Looks, finish, lines
from etl.intake.template.spec import Part, Spec
from etl.intake.template.texts import say, texts
from indices.registry import IndexInfo

_WIDTHS = {1: 11.0, 2: 62.0, 3: 10.0, 4: 17.0, 5: 12.0, 6: 12.0, 7: 40.0}
# Rows of the total and of the criteria right under it stand out.
_TOP = 2
_FIGURES = ("self_score", "score")


def write_criteria(book: Book, looks: Looks, spec: Spec, info: IndexInfo) -> None:
    """Add the sheet to the workbook."""
    sheet = book.add_worksheet(say("sheets.data"))
    title = say("data.title_one", index=info.short_name_vi, year=spec.year, unit=spec.unit)
    sheet.write_string(0, 0, title, looks("title"))
    sheet.write_string(
        1, 0, say("data.about", framework=spec.framework.name.vi, stamp=spec.stamp), looks("soft")
    )
    sheet.write_string(2, 0, say("data.hint_one"), looks("soft"))
    for column, width in _WIDTHS.items():
        sheet.set_column(column - 1, column - 1, width)
    for column, text in criteria_headers().items():
        sheet.write_string(CRITERIA_HEADER - 1, column - 1, text, looks("head"))
    sheet.set_row(CRITERIA_HEADER - 1, 2 * LINE_HEIGHT + 4)
    parts = spec.parts()
    rows = {part.node.code: CRITERIA_FIRST - 1 + place for place, part in enumerate(parts)}
    for part in parts:
        _write_row(sheet, looks, part, rows)
    sheet.freeze_panes(CRITERIA_HEADER, NAME_COLUMN)
    finish(sheet, title, False, (CRITERIA_HEADER - 1, 0))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_row(sheet: Worksheet, looks: Looks, part: Part, rows: dict[str, int]) -> None:
    node, row = part.node, rows[part.node.code]
    depth = min(node.depth, 5)
    top = "_top" if node.children and node.depth < _TOP else ""
    label = f"label{top}" if top or not node.children else "label_inner"
    sheet.write_string(row, CODE_COLUMN - 1, node.code, looks(f"locked{top}"))
    sheet.write_string(row, NAME_COLUMN - 1, node.name_vi, looks(label, depth))
    most = say("criteria.unknown") if node.max_score is None else node.max_score
    sheet.write(row, MAXIMUM_COLUMN - 1, most, looks(f"points{top}"))
    told = texts()["criteria"]["sources"].get(node.source_type, "")
    sheet.write_string(row, SOURCE_COLUMN - 1, told, looks(f"locked{top}"))
    sheet.set_row(row, LINE_HEIGHT * lines(node.name_vi, _WIDTHS[NAME_COLUMN] - 2 * depth) + 3)
    for role, column in CRITERIA_ROLES.items():
        if role in _FIGURES:
            _write_figure(sheet, looks, part, rows, column - 1)
        else:
            sheet.write_blank(row, column - 1, None, looks("words"))


def _write_figure(sheet: Worksheet, looks: Looks, part: Part, rows: dict[str, int], column: int) -> None:
    row = rows[part.node.code]
    if part.parts:
        cells = [xl_rowcol_to_cell(rows[child], column) for child in part.parts]
        sheet.write_formula(row, column, sum_formula(cells), looks("sum"), "")
    else:
        sheet.write_blank(row, column, None, looks("input"))
    high = None if part.own_maximum else part.node.max_score
    check_numbers(sheet, looks, (row, column, row, column), part.node.min_score, high)
