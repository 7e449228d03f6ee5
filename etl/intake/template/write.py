"""Writing a template: a workbook with locked headers, checked inputs, sums, source, help and version mark."""

from __future__ import annotations

import io
from datetime import UTC, datetime

from xlsxwriter import Workbook as Book

from etl.intake.template.looks import LINE_HEIGHT, Looks, finish, lines
from etl.intake.template.mark import mark_of, mark_rows
from etl.intake.template.source_sheet import write_source
from etl.intake.template.spec import Spec
from etl.intake.template.texts import say, texts
from etl.intake.template.write_criteria import write_criteria
from etl.intake.template.write_scores import write_scores
from indices.registry import IndexInfo

_HELP_WIDTH = 92.0
# A clock in its properties would make another file of the same template with each request.
_FIXED_DATE = datetime.fromtimestamp(0, UTC).replace(tzinfo=None)


def template_bytes(spec: Spec, info: IndexInfo) -> bytes:
    """The template as the bytes of an .xlsx file."""
    buffer = io.BytesIO()
    book = Book(buffer, {"in_memory": True, "strings_to_urls": False})
    title = say("data.title", index=info.short_name_vi, year=spec.year)
    book.set_properties({"title": title, "comments": spec.stamp, "created": _FIXED_DATE})
    looks = Looks(book, spec.framework.scale.decimals)
    (write_scores if spec.kind == "scores" else write_criteria)(book, looks, spec, info)
    write_source(book, looks, spec, info)
    _write_help(book, looks, spec, info)
    _write_mark(book, spec)
    book.close()
    return buffer.getvalue()


def _write_help(book: Book, looks: Looks, spec: Spec, info: IndexInfo) -> None:
    sheet = book.add_worksheet(say("sheets.help"))
    told = texts()["help"]
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, _HELP_WIDTH)
    sheet.write_string(0, 0, told["title"], looks("title"))
    row = 2
    for name, value in _facts(spec, info).items():
        sheet.write_string(row, 0, told["facts"][name], looks("soft"))
        sheet.write_string(row, 1, value, looks("text"))
        row += 1
    for language, label in told["languages"].items():
        row += 1
        sheet.write_string(row, 0, label, looks("part"))
        for number, text in enumerate(told[language], start=1):
            sheet.set_row(row, LINE_HEIGHT * lines(text, _HELP_WIDTH) + 4)
            sheet.write_string(row, 1, f"{number}. {text}", looks("text"))
            row += 1
    finish(sheet, say("sheets.help"), False, (-1, 0))
    sheet.fit_to_pages(1, 0)


def _facts(spec: Spec, info: IndexInfo) -> dict[str, str]:
    framework = spec.framework
    return {
        "index": f"{info.short_name_vi}: {info.name_vi} · {info.name_en}",
        "framework": f"{framework.id}: " + " · ".join(dict.fromkeys((framework.name.vi, framework.name.en))),
        "decision": framework.decision.number,
        "year": str(spec.year),
        "units": spec.unit or str(len(spec.units)),
        "stamp": spec.stamp,
    }


def _write_mark(book: Book, spec: Spec) -> None:
    sheet = book.add_worksheet(say("mark"))
    for row, (name, value) in enumerate(mark_rows(mark_of(spec))):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    sheet.protect()
    sheet.very_hidden()
