"""The workspace as a workbook: written for people to read and edit, and taken back, all of it or nothing."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook
from sqlalchemy.orm import Session
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook as Book
from xlsxwriter.worksheet import Worksheet

from indices.errors import Problem
from workspace import store
from workspace.errors import Fault, InvalidError, WorkspaceError
from workspace.models import Row
from workspace.records import RECORDS, Record
from workspace.store import Ref
from workspace.words import FIELDS, LANGS, SHEETS, VALUES, meant, word

FONT = "Times New Roman"  # what administrative documents are set in
KEYS, TOLD = ("id", "version"), ("updated_by", "updated_at")
LEFT_OUT = {"content"}  # the snapshot of a briefing: longer than a cell holds
CHOICES = {"kind", "status"}
WIDE, NARROW = 40, 16
MIB = 1024 * 1024
MOST_PACKED, MOST_UNPACKED, MOST_ROWS = 16 * MIB, 128 * MIB, 50_000
STYLES: dict[object, str] = {int: "number", date: "date"}
DECIMALS = {"target_value"}
ROW_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Line:
    """A row of a sheet: kind, where it stands, id and version ("" and 0 for a new row), values by field,
    and which fields its sheet has at all: what it lacks (a sheet of an older program) stays as it is."""

    kind: str
    place: str
    id: str
    version: int
    values: dict[str, Any]
    told: frozenset[str]


@dataclass(frozen=True)
class Taken:
    """What taking a workbook did: rows added, changed, the same; sheets that were not looked at."""

    added: int
    changed: int
    same: int
    ignored: tuple[str, ...]


def columns(record: type[Record]) -> tuple[str, ...]:
    """Fields of a kind of row as its sheet has them."""
    return (*KEYS, *(name for name in record.model_fields if name not in LEFT_OUT), *TOLD)


def to_xlsx(session: Session, lang: str = LANGS[0]) -> bytes:
    """Every live row as XLSX bytes, a sheet for each kind. What people typed stays text: Excel is told so
    in each cell (the mark that an apostrophe sets), so that "=1+1" is not run, not even after editing."""
    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(stream, {**options, "strings_to_numbers": False})
    styles = _styles(book)
    for kind, record in RECORDS.items():
        sheet = book.add_worksheet(word(SHEETS, kind, lang))
        _write(sheet, record, _cells(store.listed(session, record.ROW), record, lang), styles, lang)
    book.close()
    return stream.getvalue()


def _styles(book: Book) -> dict[str, Format]:
    base = {"font_name": FONT, "valign": "top"}
    styles = {
        "head": book.add_format({**base, "bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({**base, "num_format": "@", "text_wrap": True}),
        "number": book.add_format({**base, "num_format": "0"}),
        "decimal": book.add_format({**base, "num_format": "General"}),
        "date": book.add_format({**base, "num_format": "dd/mm/yyyy"}),
    }
    styles["text"].set_quote_prefix()
    return styles


def _cells(rows: Sequence[Row], record: type[Record], lang: str) -> Iterator[list[Any]]:
    for row in rows:
        values = {name: getattr(row, name) for name in columns(record)}
        for name in CHOICES & values.keys():
            values[name] = word(VALUES, values[name], lang)
        yield list(values.values())


def _write(
    sheet: Worksheet, record: type[Record], rows: Iterator[list[Any]], styles: dict[str, Format], lang: str
) -> None:
    names = columns(record)
    for at, name in enumerate(names):
        sheet.write_string(0, at, word(FIELDS, name, lang), styles["head"])
        field = record.model_fields.get(name)
        style = STYLES.get(field.annotation, "text") if field else "text"
        style = "decimal" if name in DECIMALS else style
        sheet.set_column(at, at, WIDE if style == "text" and name not in KEYS else NARROW, styles[style])
    last = 0
    for last, cells in enumerate(rows, start=1):
        for at, value in enumerate(cells):
            _write_cell(sheet, last, at, value, styles)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, last, len(names) - 1)


def _write_cell(sheet: Worksheet, row: int, at: int, value: Any, styles: dict[str, Format]) -> None:
    if isinstance(value, datetime):
        sheet.write_string(row, at, f"{value:%Y-%m-%d %H:%M:%S}", styles["text"])
    elif isinstance(value, date):
        sheet.write_datetime(row, at, value, styles["date"])
    elif isinstance(value, int | float):
        sheet.write_number(row, at, value, styles["decimal" if isinstance(value, float) else "number"])
    elif value:
        sheet.write_string(row, at, value, styles["text"])


def take(session: Session, content: bytes, by: str) -> Taken:
    """Rows of a workbook added or changed. A row without an id is new; one that is not in the workbook stays.

    Raises WorkspaceError with every problem of every row; the caller's transaction then keeps nothing.
    """
    lines, ignored = read(content)
    done: Counter[str] = Counter()
    problems: list[Problem] = []
    for line in lines:
        try:
            done[_take(session, line, by)] += 1
        except WorkspaceError as error:
            problems += [replace(problem, file=line.place) for problem in error.problems]
    if problems:
        raise WorkspaceError(problems)
    return Taken(done["added"], done["changed"], done["same"], ignored)


def _take(session: Session, line: Line, by: str) -> str:
    record_type = RECORDS[line.kind]
    if line.id and not ROW_ID.fullmatch(line.id):
        raise InvalidError(line.kind, [Fault("id", "form", line.id)])
    row = session.get(record_type.ROW, line.id) if line.id else None
    if row is not None and record_type.FROZEN:
        return "same"
    lacking = [name for name in record_type.model_fields if name not in line.told]
    kept = {} if row is None else {name: getattr(row, name) for name in lacking}
    record = record_type.checked({**kept, **line.values})
    if row is None:
        store.add(session, record, by, line.id)
        return "added"
    if row.deleted_at is None and record_type.of(row).values() == record.values():
        return "same"
    store.change(session, Ref(line.kind, line.id, line.version), record, by)
    return "changed"


def read(content: bytes) -> tuple[list[Line], tuple[str, ...]]:
    """Lines of the sheets of a workbook, parents before what is about them, and the sheets not looked at.

    Raises WorkspaceError for a file that is no workbook, is too large, or has a column nobody knows.
    """
    _refuse_large(content)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = {
            name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names
        }
    except (CalamineError, OSError, ValueError) as error:
        raise _unread(str(error)) from error
    kinds = {name: meant(SHEETS, name) for name in sheets}
    order = [kind for kind, record in RECORDS.items() if not record.FROZEN]
    known = sorted((n for n in sheets if kinds[n] in order), key=lambda n: order.index(kinds[n]))
    ignored = tuple(name for name in sheets if kinds[name] not in RECORDS)
    return [line for name in known for line in _lines(kinds[name], name, sheets[name])], ignored


def _refuse_large(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
    except zipfile.BadZipFile as error:
        raise _unread(str(error)) from error
    if len(content) > MOST_PACKED or unpacked > MOST_UNPACKED:
        raise _unread(f"{len(content)} bytes, {unpacked} unpacked")


def _unread(found: str) -> WorkspaceError:
    hint = "Export a workbook here and write into that"
    return WorkspaceError([Problem("This is no workbook of the workspace", found=found, hint=hint)])


def _lines(kind: str, sheet: str, rows: list[list[Any]]) -> Iterator[Line]:
    if len(rows) > MOST_ROWS:
        raise WorkspaceError([Problem("Too many rows", place=sheet, expected=f"at most {MOST_ROWS}")])
    names = _header(kind, sheet, rows[0]) if rows else []
    for number, cells in enumerate(rows[1:], start=2):
        told = {name: _plain(value) for name, value in zip(names, cells, strict=False) if name}
        if not any(value != "" for value in told.values()):
            continue
        fields = RECORDS[kind].model_fields
        values = {name: _value(name, value) for name, value in told.items() if name in fields}
        version = str(told.get("version", ""))
        seen = int(version) if version.isdecimal() else 0
        place = f"{sheet}!{number}"
        filled = {n: v for n, v in values.items() if v != "" or fields[n].annotation is str}
        yield Line(kind, place, str(told.get("id", "")).strip(), seen, filled, frozenset(names))


def _header(kind: str, sheet: str, cells: list[Any]) -> list[str]:
    known = set(columns(RECORDS[kind]))
    names = [meant(FIELDS, str(cell)) if cell != "" else "" for cell in cells]
    problems = [
        Problem("Nobody knows this column", place=f"{sheet}!1", found=str(cell))
        for cell, name in zip(cells, names, strict=True)
        if name and name not in known
    ]
    problems += [
        Problem("This column stands there twice", place=f"{sheet}!1", found=name)
        for name, count in Counter(filter(None, names)).items()
        if count > 1
    ]
    if problems:
        raise WorkspaceError(problems)
    return names


def _plain(value: Any) -> Any:
    """A cell as Python has it: whole numbers as int, moments as days. Other numbers stay and are refused
    where text belongs: nobody can tell whether 1.1 was typed as 1.1 or 1.10."""
    if isinstance(value, datetime):
        return value.date()
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _value(name: str, value: Any) -> Any:
    """A cell as its field takes it: words of choices as their keys, whole numbers as text where text
    belongs (the record says otherwise for the rest)."""
    if isinstance(value, str):
        return meant(VALUES, value) if name in CHOICES else value
    texts = name not in {"year", "percent", "deadline", "day", "target_value"}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and texts else value
