"""A filled template is read without a mapping: its mark says what it is, its headers that it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from openpyxl.utils import get_column_letter

from etl.intake.mapping_file import ColumnMap, ImportMapping, KeyColumn, SheetMap
from etl.intake.template.columns import (
    CODE_COLUMN,
    CODE_ROW,
    CRITERIA_FIRST,
    CRITERIA_HEADER,
    CRITERIA_ROLES,
    FIRST_ROW,
    UNIT_COLUMN,
    criteria_headers,
    data_columns,
    unit_header,
)
from etl.intake.template.mark import Mark, read_mark
from etl.intake.template.source_sheet import read_source
from etl.intake.template.spec import FORM, KINDS, Spec
from etl.intake.template.texts import say
from etl.mapping import fold
from etl.readers.workbook import Sheet, Workbook, cell_place
from indices.errors import Problem, SourceError
from indices.registry import Registry

_AGAIN: Final = "make a new template (python -m etl template) and move the figures into it"


def recognise(workbook: Workbook, registry: Registry) -> ImportMapping | None:
    """The mapping by which a filled template is read; None when the workbook is no template.

    Sums that nobody typed over are left out: they are computed again anyway. Raises SourceError for a
    template of another version of the program or the framework, or one whose headers were changed.
    """
    mark = read_mark(workbook)
    if mark is None:
        return None
    spec = _spec(workbook, mark, registry)
    sheet = workbook.sheet(say("sheets.data"))
    if sheet is None:
        expected = say("sheets.data")
        found = ", ".join(one.name for one in workbook.sheets)
        raise SourceError(
            [Problem("A sheet of the template is missing", workbook.name, "", found, expected, _AGAIN)]
        )
    problems = list(_header_problems(workbook.name, sheet, spec))
    if problems:
        raise SourceError(problems)
    source, publication = read_source(workbook)
    plan = _scores_map(spec) if spec.kind == "scores" else _criteria_map(spec)
    return ImportMapping(
        name=f"template-{fold(mark.index)}-{mark.year}-{mark.kind}",
        index=mark.index,
        year=spec.year,
        unit_set=spec.unit_set,
        source=source,
        publication=publication,
        sheets=(plan,),
    )


def _spec(workbook: Workbook, mark: Mark, registry: Registry) -> Spec:
    """What the mark describes, if it is still so."""
    frameworks = {framework.id: framework for framework in registry.frameworks}
    framework = frameworks.get(mark.framework)
    named = f"{mark.framework} {mark.year}"
    if mark.form != str(FORM) or mark.kind not in KINDS or not mark.year.isdecimal():
        raise _refused(workbook, "The template is of another version of this program", mark.form, str(FORM))
    if framework is None or int(mark.year) not in framework.years:
        owners = [f.id for f in registry.frameworks if f.index == mark.index and int(mark.year) in f.years]
        what = "The framework of the template no longer scores its year"
        raise _refused(workbook, what, named, ", ".join(owners) or "no framework does")
    kind = next(kind for kind in KINDS if kind == mark.kind)
    spec = Spec(kind, framework, int(mark.year), mark.unit_set, mark.unit)
    if spec.stamp != mark.stamp:
        what = "The template is of an older version of its framework"
        raise _refused(workbook, what, f"{named}, {mark.stamp}", f"{named}, {spec.stamp}")
    return spec


def _refused(workbook: Workbook, what: str, found: str, expected: str) -> SourceError:
    return SourceError([Problem(what, workbook.name, say("mark"), found, expected, _AGAIN)])


def _header_problems(file: str, sheet: Sheet, spec: Spec) -> Iterator[Problem]:
    """Headers that are not where, or what, the template put them."""
    if spec.kind == "scores":
        row = CODE_ROW
        wanted = {UNIT_COLUMN: unit_header()} | {c.number: c.header for c in data_columns(spec)}
    else:
        row, wanted = CRITERIA_HEADER, criteria_headers()
    for column, expected in wanted.items():
        found = sheet.text(row, column)
        if fold(found) != fold(expected):
            place = cell_place(sheet.name, row, column)
            yield Problem("A header of the template was changed", file, place, found, expected, _AGAIN)


def _scores_map(spec: Spec) -> SheetMap:
    """The rows of units."""
    return SheetMap(
        sheet=say("sheets.data"),
        layout="wide",
        year=spec.year,
        header_rows=(CODE_ROW,),
        first_row=FIRST_ROW,
        unit=KeyColumn(column=get_column_letter(UNIT_COLUMN), header=unit_header()),
        columns=tuple(
            ColumnMap(column=c.letter, header=c.header, component=c.part.node.code, role=c.role)
            for c in data_columns(spec)
        ),
        formulas="skip",
    )


def _criteria_map(spec: Spec) -> SheetMap:
    """The rows of criteria."""
    headers = criteria_headers()
    return SheetMap(
        sheet=say("sheets.data"),
        layout="annex",
        year=spec.year,
        header_rows=(CRITERIA_HEADER,),
        first_row=CRITERIA_FIRST,
        unit_name=spec.unit,
        component_from=KeyColumn(column=get_column_letter(CODE_COLUMN), header=headers[CODE_COLUMN]),
        columns=tuple(
            ColumnMap(column=get_column_letter(at), header=headers[at], role=role)
            for role, at in CRITERIA_ROLES.items()
        ),
        components={part.node.code: part.node.code for part in spec.parts()},
        formulas="skip",
    )
