"""Rows of an annex by what they are: criteria, scoring steps, totals, footnotes; the rest is skipped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from etl.intake.annex.header import MAXIMUM, NAME, NUMBER, Columns, is_index_row, spread_merges
from etl.intake.annex.labels import Label, labels_of, leading_label
from etl.intake.annex.words import begins, cased, words
from etl.intake.findings import At, Finding, Level, finding
from etl.mapping import fold
from etl.readers.workbook import Sheet, Value

CRITERION, STEP, TOTAL = "criterion", "step", "total"
BONUS, PENALTY = "bonus", "penalty"
TEXT_ROLES: Final = ("source", "how", "evidence", "note")


@dataclass
class AnnexRow:
    """One row of the table. `labels`: what its number may be. `maximum_row`: where its maximum stands.

    `shared`: its maximum stands in a cell merged with other rows. `extra`: bonus or penalty points.
    """

    row: int
    kind: str
    name: str
    labels: list[Label] = field(default_factory=list)
    printed: str = ""
    maximum: Value = None
    maximum_row: int = 0
    percent: bool = False
    shared: bool = False
    extra: str = ""
    texts: dict[str, str] = field(default_factory=dict)


class Rows:
    """Reads the rows of one sheet under its header; what was not read is told in `findings`."""

    def __init__(self, sheet: Sheet, columns: Columns, file: str) -> None:
        """Nothing is read yet."""
        self.sheet, self.columns, self.file = sheet, columns, file
        self.spread = spread_merges(sheet)
        self.findings: list[Finding] = []

    def read(self) -> list[AnnexRow]:
        """The rows that matter, in order."""
        rows: list[AnnexRow] = []
        hidden: list[int] = []
        for number in range(self.columns.last_row + 1, self.sheet.height + 1):
            if number in self.sheet.hidden_rows:
                hidden += [number] if any(self._texts(number)) else []
            elif not self._skipped(number):
                rows.append(self._row(number))
        self._tell_hidden(hidden)
        return list(self._until_notes(rows))

    def _texts(self, row: int) -> list[str]:
        return [self.sheet.text(row, column) for column in range(1, self.sheet.width + 1)]

    def _skipped(self, row: int) -> bool:
        """Blank, counting the columns, or the header once more."""
        texts = self._texts(row)
        again = fold(self.sheet.text(row, self.columns.of(NAME))) == self.columns.texts[self.columns.of(NAME)]
        return not any(texts) or is_index_row(texts) or again

    def _row(self, row: int) -> AnnexRow:
        column = self.columns.of(NUMBER)
        cell = self.sheet.at(row, column) if column and not self._is_inside_merge(row, column) else None
        name, printed, labels = self._name(row), self.sheet.text(row, column), labels_of(cell)
        across = not name
        if across and not labels:
            name, printed = printed, ""
        if not labels and not printed:
            name, printed, labels = self._number_in_name(name, across or not column)
        told = AnnexRow(row, CRITERION if labels else STEP, name, labels, printed)
        self._add_maximum(told)
        told.texts = {role: self._text(row, role) for role in TEXT_ROLES}
        return self._judged(told)

    def _number_in_name(self, name: str, anything: bool) -> tuple[str, str, list[Label]]:
        """A number at the head of the name; beside a column of numbers only a dotted one counts."""
        leading, rest = leading_label(name)
        if leading and (anything or "." in leading.strip(".")):
            return rest, leading, labels_of(leading)
        return name, "", []

    def _is_inside_merge(self, row: int, column: int) -> bool:
        return self.spread.get((row, column), (row, column)) != (row, column)

    def _name(self, row: int) -> str:
        held = [self.sheet.text(row, column) for column in self.columns.all(NAME)]
        return " ".join(dict.fromkeys(text for text in held if text))

    def _text(self, row: int, role: str) -> str:
        cells = [self.spread.get((row, column), (row, column)) for column in self.columns.all(role)]
        return " ".join(dict.fromkeys(text for cell in cells if (text := self.sheet.text(*cell))))

    def _add_maximum(self, told: AnnexRow) -> None:
        column = self.columns.of(MAXIMUM)
        first, _ = self.spread.get((told.row, column), (told.row, column))
        told.maximum, told.maximum_row = self.sheet.at(told.row, column), told.row
        told.percent = (told.row, column) in self.sheet.percent
        if first != told.row:
            told.maximum_row, told.shared = first, True
        self._check_cell(told, column)

    def _check_cell(self, told: AnnexRow, column: int) -> None:
        """Errors and formulas without a stored result hold no figure."""
        at = At(self.file, self.sheet.name, told.row, column)
        if (told.row, column) in self.sheet.uncached:
            hint = "open the file in a spreadsheet program, save it, and bring it again"
            what = "A formula has no stored result"
            self.findings.append(finding("annex.formula", Level.ERROR, at, what, hint=hint))
        elif error := self.sheet.errors.get((told.row, column)):
            what = "A cell holds an error instead of a maximum"
            self.findings.append(finding("annex.formula", Level.ERROR, at, what, found=error))

    def _judged(self, told: AnnexRow) -> AnnexRow:
        """Whether the row is a total, or gives points on top of it."""
        known = words()
        first = told.name or told.printed
        if not told.labels and begins(fold(first), known.totals):
            told.kind = TOTAL
            return told
        for extra, phrases in ((BONUS, known.bonus), (PENALTY, known.penalty)):
            if begins(cased(first), phrases):
                told.kind, told.extra = CRITERION, extra
        return told

    def _until_notes(self, rows: list[AnnexRow]) -> Iterator[AnnexRow]:
        """Rows up to the last criterion or total; what follows is footnotes and signatures."""
        last = max((i for i, row in enumerate(rows) if row.kind != STEP), default=-1)
        ends = last >= 0 and rows[last].kind == TOTAL
        rest = [row for row in rows[last + 1 :] if row.name or row.printed] if ends else []
        yield from rows[: last + 1] if ends else rows
        if rest:
            at = At(self.file, self.sheet.name, rest[0].row, self.columns.of(NAME))
            what = f"{len(rest)} rows after the total are taken as footnotes and not read"
            self.findings.append(finding("annex.footnote", Level.NOTE, at, what, found=rest[0].name[:80]))

    def _tell_hidden(self, hidden: list[int]) -> None:
        if hidden:
            at = At(self.file, self.sheet.name, hidden[0], self.columns.of(NAME))
            found = ", ".join(map(str, hidden))
            hint = "show them if they belong to the annex"
            what = "Hidden rows are not read"
            self.findings.append(finding("annex.hidden", Level.WARNING, at, what, found=found, hint=hint))
