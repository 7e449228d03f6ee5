"""The sheet that says where the figures of a template come from: written, and read back."""

from __future__ import annotations

from typing import Final

from xlsxwriter import Workbook as Book

from etl.intake.mapping_file import Publication, SourceOfFile
from etl.intake.template.inputs import check_list
from etl.intake.template.looks import LINE_HEIGHT, Looks, finish
from etl.intake.template.spec import Spec
from etl.intake.template.texts import say, texts
from etl.mapping import fold, nearest
from etl.readers.workbook import Sheet, Workbook, cell_place
from indices.errors import Problem, SourceError
from indices.registry import IndexInfo

FIELDS: Final = ("publisher", "document", "address", "date", "trust", "n_units", "complete", "publishes_rank")
LISTS: Final = {"trust": "trust", "complete": "flag", "publishes_rank": "flag"}
REQUIRED: Final = ("publisher", "trust", "complete", "publishes_rank")
FIRST_ROW: Final = 4
_LABELS, _VALUES = 1, 2


def write_source(book: Book, looks: Looks, spec: Spec, info: IndexInfo) -> None:
    """Add the sheet to the workbook, with what is known already filled in."""
    sheet = book.add_worksheet(say("sheets.source"))
    sheet.set_column(0, 0, 52)
    sheet.set_column(1, 1, 60)
    sheet.write_string(0, 0, say("source.title"), looks("title"))
    sheet.write_string(1, 0, say("source.hint"), looks("soft"))
    known = _known(spec, info)
    for place, name in enumerate(FIELDS):
        row = FIRST_ROW - 1 + place
        sheet.set_row(row, 1.4 * LINE_HEIGHT)
        sheet.write_string(row, 0, say(f"source.{name}"), looks("label", 1))
        sheet.write_string(row, 1, known.get(name, ""), looks("words"))
        if name in LISTS:
            check_list(sheet, (row, 1, row, 1), list(_choices(name)))
    finish(sheet, say("source.title"), False, (-1, 0))
    sheet.fit_to_pages(1, 0)


def _choices(name: str) -> dict[str, str]:
    """The value that each entry of a list stands for."""
    listed = texts()["source"]["choices"][LISTS[name]]
    return {str(label): str(value) for value, label in listed.items()}


def _known(spec: Spec, info: IndexInfo) -> dict[str, str]:
    whole = spec.kind == "scores" and spec.unit_set != "units"
    trust, yes, no = (next(iter(texts()["source"]["choices"]["trust"].values())), *_yes_no())
    return {
        "publisher": info.publisher_vi,
        "trust": trust,
        "n_units": str(len(spec.units)) if whole else "",
        "complete": yes if whole else no,
        "publishes_rank": yes if whole else no,
    }


def _yes_no() -> tuple[str, str]:
    flags = texts()["source"]["choices"]["flag"]
    return str(flags["1"]), str(flags["0"])


def read_source(workbook: Workbook) -> tuple[SourceOfFile, Publication]:
    """What the sheet says. Raises SourceError that names every cell that is wrong."""
    name = say("sheets.source")
    sheet = workbook.sheet(name)
    if sheet is None:
        raise SourceError([Problem("A sheet of the template is missing", workbook.name, name, expected=name)])
    problems: list[Problem] = []
    held = {field: _cell(workbook.name, sheet, field, problems) for field in FIELDS}
    if problems:
        raise SourceError(problems)
    source = SourceOfFile.model_validate({field: held[field] for field in FIELDS[:5]})
    flags = {field: held[field] == "1" for field in ("complete", "publishes_rank")}
    return source, Publication(n_units=int(held["n_units"] or 0), **flags)


def _cell(file: str, sheet: Sheet, field: str, problems: list[Problem]) -> str:
    row = FIRST_ROW + FIELDS.index(field)
    label, text = sheet.text(row, _LABELS), sheet.text(row, _VALUES)
    place = cell_place(sheet.name, row, _VALUES)
    expected = say(f"source.{field}")
    if fold(label) != fold(expected):
        where = cell_place(sheet.name, row, _LABELS)
        problems.append(Problem("A label of the template was changed", file, where, label, expected))
    elif not text and field in REQUIRED:
        problems.append(Problem("A cell of the source is blank", file, place, "", expected))
    elif field in LISTS:
        return _chosen(file, place, field, text, problems)
    elif field == "n_units" and text and not text.isdecimal():
        problems.append(Problem("Not a whole number", file, place, text, "a whole number, or nothing"))
    return text


def _chosen(file: str, place: str, field: str, text: str, problems: list[Problem]) -> str:
    choices = {fold(label): value for label, value in _choices(field).items()}
    if fold(text) in choices:
        return choices[fold(text)]
    near = nearest(text, _choices(field), limit=1)
    hint = f"did you mean {near[0]}?" if near else ""
    problems.append(Problem("Not one of the list", file, place, text, " | ".join(_choices(field)), hint))
    return ""
