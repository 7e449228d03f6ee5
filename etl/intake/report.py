"""A report that can be sent back: the same workbook, a comment on every cell in question, and a summary."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook as Book
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from etl.intake.checks.run import CHECKS
from etl.intake.checks.texts import told, words
from etl.intake.findings import Finding, Level
from etl.intake.rewrite import free_name, put, same_book, to_bytes, values_book
from etl.readers.files import open_workbook
from etl.readers.workbook import Workbook

ORDER: Final = (Level.ERROR, Level.WARNING, Level.NOTE)
# So many findings are written out on one cell, so many cells get a comment, so many findings are listed.
MOST_ON_A_CELL: Final = 5
MOST_COMMENTS: Final = 3_000
MOST_LISTED: Final = 3_000
LONGEST: Final = 400
# Larger workbooks come back as the summary alone.
MOST_CELLS: Final = 500_000
HEADINGS: Final = ("level", "what", "where", "found", "expected", "mend", "check")
WIDTHS: Final = (11, 42, 22, 44, 30, 48, 24)
LINE: Final = 16
_DECIMAL: Final = re.compile(r"(?<![\[\w.,])(-?\d+)\.(\d+)(?![\w.\]])")
_OWN: Final = frozenset(check.id for check in CHECKS)


def report(path: Path, findings: Sequence[Finding], language: str = "vi", name: str = "") -> bytes:
    """The workbook of a file with its findings, as .xlsx bytes.

    An .xlsx file keeps its sheets and styles (not its macros, links, charts and pictures); of other kinds a
    new workbook with the same values is made. `language`: vi or en; `name`: what people call the file.
    Raises SourceError when the file cannot be read.
    """
    workbook = open_workbook(path, name)
    book, titles = _book(path, workbook)
    _comment(book, titles, findings, language)
    _summarise(book, titles, (workbook.name, list(findings)), language)
    return to_bytes(book)


def _book(path: Path, workbook: Workbook) -> tuple[Book, dict[str, str]]:
    """The workbook to write on, and how each sheet of the file is called there."""
    if sum(sheet.height * sheet.width for sheet in workbook.sheets) > MOST_CELLS:
        return values_book(Workbook(workbook.name, workbook.kind, [])), {}
    same = same_book(path) if workbook.kind == "xlsx" else None
    if same is not None:
        return same, {sheet.title: sheet.title for sheet in same.worksheets}
    new = values_book(workbook)
    titles = zip(workbook.sheets, new.worksheets, strict=True)
    return new, {sheet.name: written.title for sheet, written in titles}


def sentence(found: Finding, language: str) -> str:
    """A finding in words, a line each for what is wrong, what was found, what was expected and what to do."""
    label, texts = words(language), told(found.check, language)
    title = texts.title if texts else found.problem.what
    mend = texts.mend if texts and texts.mend else found.problem.hint
    parts = [
        ("found", _numbers(found, found.problem.found, language)),
        ("expected", _numbers(found, found.problem.expected, language)),
        ("mend", mend),
    ]
    lines = [f"{label[name]}: {text[:LONGEST]}" for name, text in parts if text]
    return "\n".join([f"{label[found.level]}: {title}", *lines])


def _numbers(found: Finding, text: str, language: str) -> str:
    """Figures as the language writes them. Codes stand in square brackets and stay as they are."""
    plain = language != "vi" or found.check not in _OWN
    return text if plain else _DECIMAL.sub(r"\1,\2", text)


def _comment(book: Book, titles: dict[str, str], findings: Iterable[Finding], language: str) -> None:
    by_cell: defaultdict[tuple[str, int, int], list[Finding]] = defaultdict(list)
    for found in sorted(findings, key=lambda found: ORDER.index(found.level)):
        if found.sheet in titles and found.row > 0 and found.column > 0:
            by_cell[titles[found.sheet], found.row, found.column].append(found)
    for (title, row, column), mine in list(by_cell.items())[:MOST_COMMENTS]:
        _write_comment(book[title], (row, column), mine, language)


def _write_comment(sheet: Worksheet, place: tuple[int, int], mine: list[Finding], language: str) -> None:
    texts = list(dict.fromkeys(sentence(found, language) for found in mine))
    if len(texts) > MOST_ON_A_CELL:
        more = {"n": len(texts) - MOST_ON_A_CELL, "sheet": words(language)["summary"]}
        texts = [*texts[:MOST_ON_A_CELL], words(language)["more"].format(**more)]
    cell = _anchor(sheet, *place)
    if cell.comment is not None:
        texts.insert(0, cell.comment.text)
    text = "\n\n".join(texts)
    lines = sum(1 + len(line) // 45 for line in text.splitlines())
    cell.comment = Comment(text, words(language)["summary"], height=LINE * (lines + 1), width=340)


def _anchor(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell that can carry a comment: of a merged area the first one."""
    cell = sheet.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    for area in sheet.merged_cells.ranges:
        if cell.coordinate in area:
            return _anchor(sheet, area.min_row, area.min_col)
    raise KeyError(cell.coordinate)


class _Page:
    """A sheet that is written line by line."""

    def __init__(self, sheet: Worksheet) -> None:
        self.sheet = sheet
        self.row = 0

    def line(self, *values: str | int) -> None:
        """Write one row; `append` of openpyxl would make formulas of texts."""
        self.row += 1
        for column, value in enumerate(values, start=1):
            put(self.sheet.cell(self.row, column), value)


def _summarise(book: Book, titles: dict[str, str], told_of: tuple[str, list[Finding]], language: str) -> None:
    """A first sheet with the counts and a list that leads to the cells."""
    file, findings = told_of
    label = words(language)
    sheet = book.create_sheet(free_name(book, label["summary"]), 0)
    book.active = 0
    page, counts = _Page(sheet), Counter(found.level for found in findings)
    page.line(label["summary"])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    page.line(label["file"], file)
    page.line(label["legend"])
    for level in ORDER:
        page.line(label[level], counts[level])
    page.line()
    if not findings:
        page.line(label["clean"])
        return
    page.line(*(label[name] for name in HEADINGS))
    header = page.row
    ordered = sorted(findings, key=lambda found: ORDER.index(found.level))
    for found in ordered[:MOST_LISTED]:
        page.line(*_listed(found, language))
        _lead_to(sheet, page.row, titles.get(found.sheet, ""), found)
    if len(ordered) > MOST_LISTED:
        page.line(label["cut"].format(n=len(ordered) - MOST_LISTED))
    _dress(sheet, header)


def _listed(found: Finding, language: str) -> list[str]:
    """A finding as a row under HEADINGS."""
    texts = told(found.check, language)
    return [
        words(language)[found.level],
        texts.title if texts else found.problem.what,
        found.problem.place,
        _numbers(found, found.problem.found, language),
        _numbers(found, found.problem.expected, language),
        texts.mend if texts and texts.mend else found.problem.hint,
        found.check,
    ]


def _lead_to(sheet: Worksheet, row: int, title: str, found: Finding) -> None:
    """Make the place of a listed finding a link within the workbook."""
    if not title:
        return
    cell, quoted = sheet.cell(row, HEADINGS.index("where") + 1), title.replace("'", "''")
    target = f"{get_column_letter(max(found.column, 1))}{max(found.row, 1)}"
    link = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{target}")
    if isinstance(cell, Cell):
        cell.hyperlink = link
        cell.font = Font(underline="single", color="1F4E9E")


def _dress(sheet: Worksheet, header: int) -> None:
    for column, width in enumerate(WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.cell(header, column).font = Font(bold=True)
    wrapped = Alignment(wrap_text=True, vertical="top")
    for row in sheet.iter_rows(min_row=header + 1):
        for cell in row:
            cell.alignment = wrapped
    sheet.freeze_panes = f"A{header + 1}"
    sheet.auto_filter.ref = f"A{header}:{get_column_letter(len(HEADINGS))}{sheet.max_row}"
