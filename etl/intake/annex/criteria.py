"""From rows to criteria: numbers placed in a tree, scoring steps put to the criterion above them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from etl.intake.annex.header import MAXIMUM, NUMBER, Columns
from etl.intake.annex.labels import Label
from etl.intake.annex.maxima import Points, is_day, points_of
from etl.intake.annex.numbering import DOUBLE, FITS, GAP, LOST, Open, Placing
from etl.intake.annex.rows import BONUS, PENALTY, STEP, TOTAL, AnnexRow
from etl.intake.findings import At, Finding, Level, finding
from etl.readers.workbook import Value

EXTRA_CODES = {BONUS: "BONUS", PENALTY: "PENALTY"}


@dataclass
class Criterion:
    """One criterion: `code` and `parent` (blank: directly under the total), `depth` from 1, its points.

    `maximum` None: not known. `extra`: bonus or penalty, outside the total. `steps`: rows under it that have
    no number and say how it is scored, each with the cell of its points. `texts`: cells of the columns
    source, how, evidence, note.
    """

    code: str
    parent: str
    depth: int
    name: str
    printed: str
    row: int
    maximum: float | None = None
    minimum: float = 0.0
    extra: str = ""
    steps: list[tuple[int, Value]] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)


class Builder:
    """Puts rows together; `criteria`, the stated `total` and `findings` are the result."""

    def __init__(self, columns: Columns, at: At) -> None:
        """Begin with nothing read; `at` names file and sheet."""
        self.columns, self.at = columns, at
        self.criteria: list[Criterion] = []
        self.findings: list[Finding] = []
        self.total: float | None = None
        self.total_row = 0
        self._open = Open()
        self._known: dict[str, Criterion] = {}

    def add(self, row: AnnexRow) -> None:
        """Read one more row."""
        if row.kind == TOTAL:
            self._add_total(row)
        elif row.kind == STEP:
            self._add_step(row)
        else:
            self._add_criterion(row)

    def _add_total(self, row: AnnexRow) -> None:
        points = self._points(row)
        if points is not None and self.total is not None and points.high != self.total:
            told, first = f"{points.high:g}", f"{self.total:g} in row {self.total_row}"
            self._tell("annex.total", Level.WARNING, row, "Two totals are stated", found=told, expected=first)
        elif points is not None:
            self.total, self.total_row = points.high, row.row

    def _add_step(self, row: AnnexRow) -> None:
        """A row without a number goes on with the one above: its name, its maximum, or how it scores."""
        if not self.criteria:
            return
        last = self.criteria[-1]
        goes_on = row.name[:1].islower() and (row.maximum is None or last.maximum is None)
        if goes_on and not last.steps:
            last.name = f"{last.name} {row.name}"
            if last.maximum is None and not row.shared:
                self._set_points(last, row)
        else:
            last.steps.append((row.row, row.maximum))

    def _add_criterion(self, row: AnnexRow) -> None:
        placing = self._placing(row)
        if placing is None:
            return
        code = self._open.enter(placing)
        depth = len(self._open.codes)
        parent = self._open.codes[-2] if depth > 1 else ""
        above = self._known[parent].extra if parent in self._known else ""
        made = Criterion(code, parent, depth, row.name, row.printed, row.row, extra=row.extra or above)
        made.texts = dict(row.texts)
        if not row.name:
            self._tell("annex.name", Level.ERROR, row, "A criterion has no name", found=row.printed)
        self._set_points(made, row)
        self.criteria.append(made)
        self._known[code] = made

    def _placing(self, row: AnnexRow) -> Placing | None:
        """Where the row goes; None, and told, where that cannot be said."""
        if not row.labels:
            return self._unnumbered_extra(row)
        found = self._open.place(row.labels)
        if len(found) > 1:
            told = " or ".join(_written(placing.label) for placing in found)
            self._tell("annex.number", Level.ERROR, row, "A number can be read in two ways", found=told)
            return None
        placing = found[0]
        self._tell_placing(row, placing)
        return placing

    def _unnumbered_extra(self, row: AnnexRow) -> Placing:
        """Bonus or penalty points without a number stand at the top, under a code of their own."""
        self._open.labels.clear()
        self._open.codes.clear()
        return Placing(Label(row.extra, (1,), word=EXTRA_CODES[row.extra]), 0, FITS)

    def _tell_placing(self, row: AnnexRow, placing: Placing) -> None:
        found, sure = _written(placing.label), placing.label.typed
        if placing.how == FITS and not sure:
            what = "A spreadsheet changed the number; its place says which it was"
            self._tell("annex.changed_number", Level.NOTE, row, what, found=row.printed, expected=found)
        elif placing.how == GAP and sure:
            hint = "is a row missing, or does a row above have no number?"
            what = "Numbers are missing before this one"
            self._tell("annex.gap", Level.WARNING, row, what, found, placing.expected, hint)
        elif placing.how == LOST:
            what = "The criterion that this one belongs to is missing"
            self._tell("annex.parent", Level.ERROR, row, what, found, f"{placing.expected} above it")
        elif placing.how == DOUBLE:
            what = "A number stands twice or goes back"
            self._tell("annex.duplicate", Level.ERROR, row, what, found, placing.expected)
        elif placing.how != FITS:
            what = "The number does not go on with those above"
            self._tell("annex.number", Level.ERROR, row, what, row.printed, placing.expected)

    def _set_points(self, made: Criterion, row: AnnexRow) -> None:
        """Its points; a maximum that stands in one cell for several criteria is not known of any."""
        if row.shared and row.maximum is None:
            self._shared(made, row)
            return
        points = self._points(row)
        if points is None:
            return
        made.maximum, made.minimum = points.high, points.low
        if made.extra == PENALTY and points.low == 0:
            made.maximum, made.minimum = 0.0, -points.high

    def _shared(self, made: Criterion, row: AnnexRow) -> None:
        """The cell above also covers this row: no news inside the criterion it belongs to."""
        owner = next((c for c in self.criteria if c.row == row.maximum_row), None)
        if owner is None or _is_below(made.code, owner.code):
            return
        owner_row = f"row {owner.row}"
        what = "One maximum stands for several criteria; it is taken as not known"
        self._tell("annex.shared_maximum", Level.WARNING, row, what, found=owner_row)
        owner.maximum = None

    def _points(self, row: AnnexRow) -> Points | None:
        if is_day(row.maximum):
            what, hint = "A day stands where points were expected", "type the points again, as text"
            self._tell("annex.day", Level.ERROR, row, what, found=str(row.maximum), hint=hint, at=MAXIMUM)
            return None
        try:
            return points_of(row.maximum, row.percent)
        except ValueError:
            what = "A maximum is not a number; it is taken as not known"
            self._tell("annex.maximum", Level.WARNING, row, what, found=str(row.maximum)[:80], at=MAXIMUM)
            return None

    def _tell(self, check: str, level: Level, row: AnnexRow, what: str, *details: str, **more: str) -> None:
        """A finding at the row's number, or at the column of the role `at`."""
        column = self.columns.of(more.pop("at", NUMBER)) or self.columns.of(MAXIMUM)
        at = At(self.at.file, self.at.sheet, row.row, column)
        told = dict(zip(("found", "expected", "hint"), details, strict=False)) | more
        self.findings.append(finding(check, level, at, what, **told))


def _written(label: Label) -> str:
    return ".".join(map(str, label.parts)) if len(label.parts) > 1 else label.step


def _is_below(code: str, other: str) -> bool:
    return code.startswith(f"{other}.")


def leaves(criteria: list[Criterion]) -> Iterator[Criterion]:
    """Criteria that no other one is a part of."""
    parents = {criterion.parent for criterion in criteria}
    yield from (criterion for criterion in criteria if criterion.code not in parents)
