"""Whole tables of a release as files, written piece by piece so that a large one needs little memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from exports import FORMULA_STARTS, is_number
from exports.xlsx import FIXED_DATE, sheet_name

TYPES: Final = {"whole": pa.int64(), "number": pa.float64(), "flag": pa.bool_(), "text": pa.string()}
MARK: Final = b"\xef\xbb\xbf"


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

    def header(self) -> list[str]:
        """Names of the columns."""
        return [name for name, _ in self.columns]


def csv_pieces(table: Whole, pieces: Iterable[pd.DataFrame]) -> Iterator[bytes]:
    """The table as CSV (UTF-8 with a mark, commas, decimal points, header first), a piece at a time."""
    yield MARK + (",".join(table.header()) + "\r\n").encode()
    for frame in pieces:
        safe = frame.assign(
            **{name: safe_texts(frame[name]) for name, kind in table.columns if kind == "text"}
        )
        yield safe.to_csv(index=False, header=False, lineterminator="\r\n").encode("utf-8")


def safe_texts(texts: pd.Series) -> pd.Series:
    """Texts that no spreadsheet runs: an apostrophe before a formula; a lone sign is no formula."""
    risky = (texts.str.startswith(FORMULA_STARTS) & (texts.str.len() > 1)).fillna(False).astype(bool)
    return texts.mask(risky, "'" + texts.fillna(""))


def write_parquet(table: Whole, pieces: Iterable[pd.DataFrame], target: IO[bytes]) -> None:
    """Write the table as Parquet, a row group a piece; `about` goes into the metadata of the file."""
    fields = [pa.field(name, TYPES[kind]) for name, kind in table.columns]
    schema = pa.schema(fields, metadata={"table": table.name, **table.about})
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for frame in pieces:
            writer.write_table(pa.Table.from_pandas(frame, schema=schema, preserve_index=False))


def write_xlsx(table: Whole, pieces: Iterable[pd.DataFrame], target: IO[bytes]) -> None:
    """Write the table as a workbook: the rows, then a sheet that tells the release and every column."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(target, options)
    book.set_properties({"title": table.name, "created": FIXED_DATE})
    sheet, bold = book.add_worksheet(sheet_name(table.name)), book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for n, name in enumerate(table.header()):
        sheet.write_string(0, n, name, bold)
    rows = chain.from_iterable(frame.itertuples(index=False, name=None) for frame in pieces)
    for at, row in enumerate(rows, 1):
        for n, value in enumerate(row):
            _write(sheet, (at, n), value)
    about = book.add_worksheet("about")
    for r, line in enumerate([*table.about.items(), (), *table.dictionary]):
        for c, text in enumerate(line):
            about.write_string(r, c, text)
    book.close()


def _write(sheet: Any, place: tuple[int, int], value: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(*place, value)
    elif is_number(value):
        sheet.write_number(*place, value)
    elif isinstance(value, str):
        sheet.write_string(*place, value)
