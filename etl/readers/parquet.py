"""Read a Parquet file: as a sheet of cells, or as the columns it is made of."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from etl.readers.area import Area, Budget
from etl.readers.cells import plain, trimmed
from etl.readers.limits import MIB, Limits
from etl.readers.refusal import RefusedError, damaged, size, too_much
from etl.readers.workbook import Sheet, Value, Workbook

_PLAIN = (str, float, int, bool, dt.datetime, dt.date, dt.time, dt.timedelta)


def read_parquet(path: Path, limits: Limits) -> Workbook:
    """The table as a workbook of one sheet, its column names in row 1. Raises RefusedError."""
    table = parquet_table(path, limits)
    columns = [[_cell(value) for value in column.to_pylist()] for column in table.columns]
    rows: list[list[Value]] = [list(table.column_names)]
    rows += [list(row) for row in zip(*columns, strict=True)]
    return Workbook("", "parquet", [Sheet("", trimmed(rows))])


def parquet_table(path: Path, limits: Limits) -> pa.Table:
    """The columns of the file. Raises RefusedError when it is damaged or says that it passes a limit."""
    try:
        with pq.ParquetFile(path) as file:
            about = file.metadata
            _check(about, limits)
            table = _texts(file.read(use_threads=False))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OSError) as error:
        raise damaged("a Parquet file that breaks off") from error
    nested = [field.name for field in table.schema if pa.types.is_nested(field.type)]
    if nested:
        raise RefusedError(
            "A column holds lists or structures, not values",
            place=f"column {nested[0]}",
            expected="one value a cell",
            hint="leave the column out, or make columns of its parts",
        )
    return table


def _texts(table: pa.Table) -> pa.Table:
    """Columns of bytes, as old programs write texts, as texts; those of a dictionary as what it says."""
    for at, field in enumerate(table.schema):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            kind = pa.string()
        if kind != field.type:
            table = table.set_column(at, field.name, table.column(at).cast(kind))
    return table


def _check(about: pq.FileMetaData, limits: Limits) -> None:
    """What the file says of itself."""
    if about.num_rows and about.num_columns:
        Area("", limits).grow(about.num_rows, about.num_columns)
    Budget(limits).take("", about.num_rows, about.num_columns)
    real = sum(about.row_group(at).total_byte_size for at in range(about.num_row_groups))
    if real > limits.expanded_mib * MIB:
        hint = "bring fewer columns or rows"
        raise too_much("The file unpacks to too much", size(real), f"{limits.expanded_mib:,} MiB", hint)


def _cell(value: object) -> Value:
    """A value in the neutral form: decimals as the exact text, points in time with a zone as text."""
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.isoformat(" ")
    if value is None or isinstance(value, _PLAIN):
        return plain(value)
    return str(value) if isinstance(value, Decimal) else None
