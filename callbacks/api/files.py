"""Whole tables and the whole release as files, read and written piece by piece."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import pandas as pd
from flask import Response, send_file

from callbacks.api.asking import Question
from callbacks.api.problems import ApiError, Told
from etl.warehouse.answers import Window
from etl.warehouse.dictionary import fields
from etl.warehouse.queries import Queries, ReleaseInfo
from exports.whole import Whole, csv_pieces, write_parquet, write_xlsx

PIECE: Final = 5_000
MOST_XLSX_CELLS: Final = 1_500_000
SPOOLED: Final = 8 * 1024 * 1024
CSV, XLSX, PARQUET = "csv", "xlsx", "parquet"
MEDIA: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    PARQUET: "application/vnd.apache.parquet",
}
DUCKDB: Final = "application/vnd.duckdb"


def release_file(path: Path, release: ReleaseInfo) -> Response:
    """The file of the whole release, named by its id."""
    name = f"release_{release.release_id}{_made_up(release)}.duckdb"
    return send_file(path, DUCKDB, as_attachment=True, download_name=name, etag=False, max_age=0)


def table_file(asked: Question, view: Queries, release: ReleaseInfo) -> Response:
    """A whole table, limited by index and year where it has them. Raises ApiError when too large for XLSX."""
    limits = dict(asked.filters)
    name, fmt = limits.pop("table")[0], limits.pop("format")[0]
    size = view.table_size(name, **limits)
    table = whole(name, limits, release)
    if fmt == XLSX and size * len(table.columns) > MOST_XLSX_CELLS:
        most = MOST_XLSX_CELLS // len(table.columns)
        told = Told(
            "format", f"{size} rows", f"at most {most} rows of this table as XLSX", "limit by index and year"
        )
        raise ApiError("too_large", told)
    made = _body(fmt, table, pieces(view, name, limits, size))
    parts = [name, *(str(v) for values in limits.values() for v in values), release.release_id]
    file = "_".join(parts)[:120] + f"{_made_up(release)}.{fmt}"
    if isinstance(made, Iterator):
        response = Response(made, mimetype=MEDIA[fmt])
        response.headers["Content-Disposition"] = f'attachment; filename="{file}"'
        return response
    return send_file(made, MEDIA[fmt], as_attachment=True, download_name=file, etag=False, max_age=0)


def _body(fmt: str, table: Whole, rows: Iterator[pd.DataFrame]) -> Iterator[bytes] | IO[bytes]:
    if fmt == CSV:
        return csv_pieces(table, rows)
    spool: Any = tempfile.SpooledTemporaryFile(SPOOLED)  # noqa: SIM115 - closed with the response
    (write_xlsx if fmt == XLSX else write_parquet)(table, rows, spool)
    spool.seek(0)
    return spool


def pieces(view: Queries, name: str, limits: dict[str, Any], size: int) -> Iterator[pd.DataFrame]:
    """The rows of a table, some thousands at a time."""
    for start in range(0, size, PIECE):
        yield view.table(name, **limits, window=Window(PIECE, start))


def whole(name: str, limits: dict[str, Any], release: ReleaseInfo) -> Whole:
    """What is told of a table in its file: its columns, the release, the limits, the dictionary."""
    told = fields(name)
    about = {
        "release_id": release.release_id,
        "built_at": release.built_at,
        "latest_source": release.pack_date,
        "simulated": str(release.simulated).lower(),
        **{column: ", ".join(map(str, values)) for column, values in limits.items()},
    }
    rows = [(f.name, f.kind, f.meaning.unit, f.meaning.vi, f.meaning.en) for f in told]
    return Whole(
        name, [(f.name, f.kind) for f in told], about, [("column", "type", "unit", "vi", "en"), *rows]
    )


def _made_up(release: ReleaseInfo) -> str:
    return "_simulated" if release.simulated else ""
