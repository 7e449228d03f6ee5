"""Reading a criteria annex: one sheet of a workbook in, criteria and findings out."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.intake.annex.criteria import Builder, Criterion
from etl.intake.annex.header import NUMBER, Columns, find_columns, header_findings
from etl.intake.annex.rows import Rows
from etl.intake.annex.sums import Sums
from etl.intake.findings import At, Finding, Level, finding
from etl.readers.workbook import VISIBLE, Sheet, Workbook
from indices.errors import Problem, SourceError


@dataclass
class Annex:
    """What an annex holds: the criteria in order, the total it states (None: none), what was found."""

    file: str
    sheet: str
    criteria: list[Criterion]
    total: float | None
    columns: Columns
    findings: list[Finding] = field(default_factory=list)


def read_annex(workbook: Workbook, scale: float, sheet: str = "") -> Annex:
    """The annex of a workbook: of the sheet named, else of the only one that has such a table.

    `scale`: what the criteria must add up to. What is wrong inside the table is among the findings. Raises
    SourceError where no sheet, or more than one, has a column of criteria and one of maxima.
    """
    chosen, columns = _chosen(workbook, sheet)
    at = At(workbook.name, chosen.name)
    rows = Rows(chosen, columns, workbook.name)
    builder = Builder(columns, at)
    for row in rows.read():
        builder.add(row)
    found = [
        *_hidden(workbook, chosen),
        *header_findings(columns, at),
        *rows.findings,
        *builder.findings,
        *_steps(builder.criteria, columns, at),
        *_codes(builder, columns, at),
        *Sums(builder.criteria, columns, at).findings(builder.total, scale),
    ]
    if not builder.criteria:
        raise SourceError([Problem("The table of criteria is empty", workbook.name, chosen.name)])
    return Annex(workbook.name, chosen.name, builder.criteria, builder.total, columns, found)


def _chosen(workbook: Workbook, name: str) -> tuple[Sheet, Columns]:
    if name and workbook.sheet(name) is None:
        known = ", ".join(sheet.name for sheet in workbook.sheets)
        raise SourceError([Problem("There is no such sheet", workbook.name, found=name, expected=known)])
    asked = [s for s in workbook.sheets if (s.name == name if name else s.state == VISIBLE)]
    found = [(sheet, columns) for sheet in asked if (columns := find_columns(sheet))]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(sheet.name for sheet, _ in found)
        hint = "say which with --sheet"
        what = "Several sheets hold a table of criteria"
        raise SourceError([Problem(what, workbook.name, found=names, expected="one", hint=hint)])
    searched = ", ".join(sheet.name for sheet in asked)
    expected = "a header row with a column of criteria and one of their maximum points"
    what = "No table of criteria was found"
    raise SourceError([Problem(what, workbook.name, found=f"sheets searched: {searched}", expected=expected)])


def _hidden(workbook: Workbook, chosen: Sheet) -> list[Finding]:
    """Hidden sheets and columns are not read, and that is said."""
    sheets = [sheet.name for sheet in workbook.sheets if sheet.state != VISIBLE and sheet is not chosen]
    found = [
        finding("annex.hidden", Level.NOTE, At(workbook.name, name), "A hidden sheet is not read", found=name)
        for name in sheets
    ]
    columns = sorted(chosen.hidden_columns & set(range(1, chosen.width + 1)))
    if columns:
        at = At(workbook.name, chosen.name, 1, columns[0])
        told = ", ".join(map(str, columns))
        found.append(finding("annex.hidden", Level.WARNING, at, "Hidden columns are not read", found=told))
    return found


def _steps(criteria: list[Criterion], columns: Columns, at: At) -> list[Finding]:
    """Rows without a number are said once, with the first of them."""
    rows = [row for criterion in criteria for row, _ in criterion.steps]
    if not rows:
        return []
    place = At(at.file, at.sheet, min(rows), columns.of(NUMBER))
    what = f"{len(rows)} rows without a number are taken as scoring steps of the criterion above"
    return [finding("annex.steps", Level.NOTE, place, what)]


def _codes(builder: Builder, columns: Columns, at: At) -> list[Finding]:
    """Codes that two rows would get although their numbers went up."""
    told = {one.row for one in builder.findings if one.check == "annex.duplicate"}
    seen: set[str] = set()
    found = []
    for criterion in builder.criteria:
        if criterion.code in seen and criterion.row not in told:
            place = At(at.file, at.sheet, criterion.row, columns.of(NUMBER))
            what = "A code stands twice"
            found.append(finding("annex.duplicate", Level.ERROR, place, what, found=criterion.code))
        seen.add(criterion.code)
    return found
