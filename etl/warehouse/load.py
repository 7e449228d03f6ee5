"""Writing a release file: tables from the schema, rows in bulk, and the checks before it may be served."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from duckdb_sqlalchemy import insert_from_arrow

from etl.warehouse.connect import fetch, open_engine
from etl.warehouse.schema import metadata, release_info, score
from indices.errors import Problem, ReleaseError

_ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}


def write_release(path: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Create `path` with every table of the schema and fill it from `frames` (table name -> rows).

    A frame may hold more columns than its table; each column of the table must be there. Rows are stored in
    the order given.
    """
    engine = open_engine(path, read_only=False)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            for name, table in metadata.tables.items():
                if len(frames[name]):
                    insert_from_arrow(connection, table, to_arrow(frames[name], table))
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
    finally:
        engine.dispose()


def to_arrow(frame: pd.DataFrame, table: sa.Table) -> pa.Table:
    """The columns of `table` out of a frame, in the types of the schema; blank texts and NaN become null."""
    absent = [c.name for c in table.columns if c.name not in frame.columns]
    if absent:
        raise ReleaseError(
            [Problem("Columns are missing before loading", table.name, found=", ".join(absent))]
        )
    arrays = {c.name: _array(frame[c.name], c) for c in table.columns}
    return pa.table(arrays)


def _array(values: pd.Series, column: sa.Column[object]) -> pa.Array:
    kind = _ARROW[str(column.type)]
    if kind == pa.string():
        values = values.astype("str")
        values = values.where(values != "", None) if column.nullable else values.fillna("")
    elif kind == pa.float64():
        values = pd.to_numeric(values, errors="coerce").astype("float64")
    elif kind == pa.int32():
        values = pd.to_numeric(values, errors="coerce").astype("Int64")
    else:
        values = values.astype("boolean")
    return pa.Array.from_pandas(values, type=kind)


def verify_release(path: Path, release_id: str) -> list[Problem]:
    """Reopen a written file read-only and check it: the id, every table there, no score key twice.

    Every value is read: DuckDB keeps a checksum of each block, and only reading compares it.
    """
    engine = open_engine(path)
    try:
        with engine.connect() as connection:
            problems = _check_id(connection, path, release_id)
            for table in metadata.tables.values():
                connection.execute(sa.select(sa.func.bit_xor(sa.func.hash(*table.columns)))).scalar_one()
            return problems + _check_keys(connection, path)
    except sa.exc.DBAPIError as error:
        return [Problem("The release file does not verify", path.name, found=str(error.orig))]
    finally:
        engine.dispose()


def _check_id(connection: sa.Connection, path: Path, release_id: str) -> list[Problem]:
    query = sa.select(release_info.c.value).where(release_info.c.key == "release_id")
    found = connection.execute(query).scalar()
    if found == release_id:
        return []
    return [
        Problem("The release file names another release", path.name, "release_info", str(found), release_id)
    ]


def _check_keys(connection: sa.Connection, path: Path) -> list[Problem]:
    keys = [score.c[name] for name in ("index_code", "year", "unit_id", "view", "component_code")]
    count = sa.func.count()
    query = sa.select(*keys, count.label("n")).group_by(*keys).having(count > 1).limit(5)
    twice = fetch(connection, query)
    return [
        Problem("A score stands twice", path.name, "score", " ".join(map(str, row)))
        for row in twice.itertuples(index=False, name=None)
    ]


def vietnamese_order(names: pd.Series[str]) -> pd.Series[int]:
    """Place of each name (1 first) in Vietnamese alphabetical order: a ă â b c d đ e ê ...

    DuckDB carries ICU built in; plain sorting would put Đ after Z. Equal names keep their order.
    """
    engine = sa.create_engine("duckdb:///:memory:")
    listed = sa.table("listed", sa.column("position", sa.Integer), sa.column("name", sa.String))
    order = sa.func.row_number().over(order_by=[sa.collate(listed.c.name, "vi"), listed.c.position])
    with engine.connect() as connection:
        frame = pd.DataFrame({"position": range(len(names)), "name": names.to_numpy()})
        connection.connection.dbapi_connection.register("listed", frame)  # type: ignore[union-attr]
        places = fetch(connection, sa.select(listed.c.position, order.label("place")))
    engine.dispose()
    placed = places.sort_values("position")["place"].astype("int64").to_numpy()
    return pd.Series(placed, index=names.index, dtype="int64")
