"""A table as Parquet: columns by their short names, typed, with words, units and origin in its metadata."""

from __future__ import annotations

import io
import json
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from exports import Column, Labels, Table, as_text, is_number
from exports.csv import provenance


def to_parquet(table: Table, labels: Labels) -> bytes:
    """`table` as Parquet bytes: numbers as doubles, all else as text, missing as null.

    Every column has its header and unit as metadata; the file has title, release, sources, filters, time and
    notes, and `provenance` with the same lines as the other kinds of file.
    """
    arrays = [_array(table, column) for column in table.columns]
    fields = [_field(column, array) for column, array in zip(table.columns, arrays, strict=True)]
    made = pa.Table.from_arrays(arrays, schema=pa.schema(fields, metadata=_about(table, labels)))
    stream = io.BytesIO()
    pq.write_table(made, stream, compression="zstd")
    return stream.getvalue()


def _about(table: Table, labels: Labels) -> dict[str, str]:
    told = {
        "title": table.title,
        "release_id": table.release_id,
        "unit": table.unit,
        "time": table.time,
        "sources": json.dumps(table.sources, ensure_ascii=False),
        "filters": json.dumps(table.filters, ensure_ascii=False),
        "notes": json.dumps(table.notes, ensure_ascii=False),
        "provenance": json.dumps(provenance(table, labels), ensure_ascii=False),
    }
    return {name: text for name, text in told.items() if text}


def _array(table: Table, column: Column) -> pa.Array:
    values = [row.get(column.field) for row in table.rows]
    numbers = [value for value in values if value is not None]
    if column.decimals is not None and all(is_number(value) for value in numbers):
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    return pa.array([_text(value) for value in values], pa.string())


def _text(value: Any) -> str | None:
    return None if value is None else as_text(value)


def _field(column: Column, array: pa.Array) -> pa.Field:
    told = {"label": column.header, "unit": column.unit}
    return pa.field(column.field, array.type, metadata={name: text for name, text in told.items() if text})
