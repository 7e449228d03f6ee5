"""Dossiers out of a file, in batches, only columns that the rules name: persons never leave the parser."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from etl.readers.files import read_columns
from indices.dossier_rules import DossierRules
from indices.errors import Problem, SourceError

BLOCK = 16 * 1024 * 1024
BATCH = 250_000
NEEDED = ("id", "unit", "procedure", "received")
_TEXTS = {".csv", ".tsv", ".txt"}


@dataclass
class Batch:
    """Rows as texts under the names of the rules, and their numbers in the file (the header is row 1).

    `short`: numbers of rows with too few or too many cells, which are in no batch.
    """

    rows: pa.Table
    numbers: npt.NDArray[np.int64]
    short: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Header:
    """Which column of the file holds what: name of the rules -> name in the file, and which are dropped."""

    columns: dict[str, str]
    dropped: tuple[str, ...]


def header_of(found: Sequence[str], rules: DossierRules, file: str) -> Header:
    """The columns of a file that are read. Raises SourceError when one that is needed is not there."""
    folded = {name.strip().lower(): name for name in found}
    columns = {}
    for name, called in rules.columns.items():
        match = next((folded[one.lower()] for one in called if one.lower() in folded), None)
        if match is not None:
            columns[name] = match
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        expected = ", ".join("/".join(rules.columns[name]) for name in missing)
        raise SourceError([Problem("A file of dossiers lacks columns", file, "row 1", expected=expected)])
    return Header(columns, tuple(name for name in found if name not in columns.values()))


def batches(path: Path, name: str, rules: DossierRules) -> tuple[Header, Iterator[Batch]]:
    """The columns of a CSV, Parquet or workbook file and its rows. Raises SourceError, also on the way."""
    if path.suffix.lower() in _TEXTS:
        return _csv(path, name, rules)
    if path.suffix.lower() == ".parquet":
        return _parquet(path, name, rules)
    table = read_columns(path, name)
    header = header_of(table.column_names, rules, name)
    return header, _renamed([table.select(list(header.columns.values()))], header)


def _unreadable(file: str, error: Exception) -> SourceError:
    hint = "export it again; a file that was cut off in the middle may end like this"
    # Not what the parser says: it quotes rows, and rows name persons.
    return SourceError(
        [Problem("A file of dossiers cannot be read", file, found=type(error).__name__, hint=hint)]
    )


def _parquet(path: Path, name: str, rules: DossierRules) -> tuple[Header, Iterator[Batch]]:
    try:
        file = pq.ParquetFile(path)
    except (OSError, pa.ArrowInvalid) as error:
        raise _unreadable(name, error) from error
    header = header_of(file.schema_arrow.names, rules, name)
    wanted = list(header.columns.values())

    def tables() -> Iterator[pa.Table]:
        try:
            for batch in file.iter_batches(BATCH, columns=wanted):
                yield pa.Table.from_batches([batch])
        except (OSError, pa.ArrowInvalid) as error:
            raise _unreadable(name, error) from error

    return header, _renamed(tables(), header)


def _renamed(tables: Any, header: Header) -> Iterator[Batch]:
    """Batches of tables whose rows follow one another from row 2."""
    start = 2
    for table in tables:
        rows = pa.table({own: _text(table[there]) for own, there in header.columns.items()})
        yield Batch(rows, np.arange(start, start + len(rows), dtype=np.int64))
        start += len(rows)


def _text(column: Any) -> Any:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.string())


def _csv(path: Path, name: str, rules: DossierRules) -> tuple[Header, Iterator[Batch]]:
    first = _first_line(path, name)
    delimiter = max(",;\t|", key=first.count)
    header = header_of(next(csv.reader([first], delimiter=delimiter)), rules, name)
    return header, _csv_batches(path, name, header, delimiter)


def _first_line(path: Path, name: str) -> str:
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            return handle.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(name, error) from error


def _csv_batches(path: Path, name: str, header: Header, delimiter: str) -> Iterator[Batch]:
    short: list[int] = []

    def skip(row: Any) -> str:
        short.append(int(row.number))
        return "skip"

    wanted = list(header.columns.values())
    options = {
        "read_options": pacsv.ReadOptions(use_threads=False, block_size=BLOCK),
        "parse_options": pacsv.ParseOptions(
            delimiter=delimiter, newlines_in_values=True, invalid_row_handler=skip
        ),
        "convert_options": pacsv.ConvertOptions(
            include_columns=wanted,
            column_types=dict.fromkeys(wanted, pa.string()),
            strings_can_be_null=True,
            null_values=[""],
        ),
    }
    following = 2
    try:
        with pacsv.open_csv(path, **options) as reader:
            for batch in reader:
                numbers, following = _numbers(following, batch.num_rows, short)
                rows = pa.table({own: batch[there] for own, there in header.columns.items()})
                told = [number for number in short if number < following]
                short[:] = short[len(told) :]
                yield Batch(rows, numbers, told)
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _unreadable(name, error) from error
    if short:
        empty = pa.table({own: pa.array([], pa.string()) for own in header.columns})
        yield Batch(empty, np.array([], np.int64), short)


def _numbers(start: int, count: int, short: Sequence[int]) -> tuple[npt.NDArray[np.int64], int]:
    """Row numbers of the next good rows, past those that were skipped; and the number after them."""
    span = np.arange(start, start + count + len(short), dtype=np.int64)
    good = span[~np.isin(span, short)][:count]
    return good, int(good[-1]) + 1 if count else start
