"""Whole tables of a release as files, written piece by piece so that a large one needs little memory."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any, Final

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from exports import is_formula_like, is_number
from exports.xlsx import sheet_name

Rows = Sequence[Mapping[str, Any]]
TYPES: Final = {"whole": pa.int64(), "number": pa.float64(), "flag": pa.bool_(), "text": pa.string()}


@dataclass(frozen=True)
class Whole:
    """A table to write whole: columns as (name, kind), where it comes from, and a page of words about it.

    kind: text | whole | number | flag. `about`: label and text a line (release, filters); `dictionary`: the
    header and the rows of the data dictionary of this table.
    """

    name: str
    columns: Sequence[tuple[str, str]]
    about: Mapping[str, str]
    dictionary: Sequence[Sequence[str]] = field(default_factory=tuple)


def csv_pieces(table: Whole, pieces: Iterable[Rows]) -> Iterator[bytes]:
    """The table as CSV (UTF-8 with a mark, commas, decimal points, header first), a piece at a time."""
    names = [name for name, _ in table.columns]
    yield b"\xef\xbb\xbf" + _csv_lines([names])
    for rows in pieces:
        yield _csv_lines([[_plain(row.get(name)) for name in names] for row in rows])


def _csv_lines(lines: Iterable[Sequence[Any]]) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\r\n").writerows(lines)
    return stream.getvalue().encode("utf-8")


def _plain(value: Any) -> Any:
    """A cell that no spreadsheet runs; a lone sign is a sign, not a formula."""
    if isinstance(value, str) and len(value) > 1 and is_formula_like(value):
        return f"'{value}"
    return "" if value is None else value


def write_parquet(table: Whole, pieces: Iterable[Rows], target: IO[bytes]) -> None:
    """Write the table as Parquet, a row group a piece; `about` goes into the metadata of the file."""
    fields = [pa.field(name, TYPES[kind]) for name, kind in table.columns]
    schema = pa.schema(fields, metadata={"table": table.name, **table.about})
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for rows in pieces:
            writer.write_table(pa.Table.from_pylist([dict(row) for row in rows], schema=schema))


def write_xlsx(table: Whole, pieces: Iterable[Rows], target: IO[bytes]) -> None:
    """Write the table as a workbook: the rows, then a sheet that tells the release and every column."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    sheet, bold = book.add_worksheet(sheet_name(table.name)), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for n, (name, _) in enumerate(table.columns):
        sheet.write_string(0, n, name, bold)
    for at, row in enumerate(chain.from_iterable(pieces), 1):
        for n, (name, _) in enumerate(table.columns):
            _write(sheet, (at, n), row.get(name))
    about = book.add_worksheet("about")
    lines = [*table.about.items(), (), *table.dictionary]
    for r, line in enumerate(lines):
        for c, text in enumerate(line):
            about.write_string(r, c, text)
    book.close()


def _write(sheet: Any, place: tuple[int, int], value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif is_number(value):
        sheet.write_number(*place, value)
    elif value is not None:
        sheet.write_string(*place, str(value))
