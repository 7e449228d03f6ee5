"""A release that holds the dossiers of a store: a copy of one, with its tables of dossiers replaced."""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from duckdb_sqlalchemy import insert_from_arrow

from etl.publish import serve
from etl.tables_dossiers import TABLES, dossier_tables
from etl.warehouse.connect import POINTER_NAME, Pointer, open_engine
from etl.warehouse.dossiers import dossier_cube, dossier_info
from etl.warehouse.load import to_arrow
from etl.warehouse.queries import Queries, Warehouse
from etl.warehouse.schema import SCHEMA_VERSION, metadata
from indices.dossier_cube import Cube

PROVINCE = "quang-ninh"


def with_dossiers(release: Path, store: Path, folder: Path, release_id: str = "dossiers") -> Warehouse:
    """The query layer over a copy of a release file that holds the dossiers of a store too; the copy lies in
    `folder` and is served there. Without a release the tables of dossiers stand alone."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"release_{release_id}.duckdb"
    if release.is_file():
        shutil.copyfile(release, path)
    frames = dossier_tables(store)
    engine = open_engine(path, read_only=False)
    try:
        with engine.begin() as connection:
            metadata.create_all(connection)
            if not release.is_file():
                told = {"key": "schema_version", "value": SCHEMA_VERSION}
                connection.execute(sa.insert(metadata.tables["release_info"]), told)
            for name in TABLES:
                connection.execute(sa.delete(metadata.tables[name]))
            for name in (*TABLES, "source"):
                if len(frames[name]):
                    insert_from_arrow(
                        connection, metadata.tables[name], to_arrow(frames[name], metadata.tables[name])
                    )
    finally:
        engine.dispose()
    serve(folder, Pointer(release_id, path.name, "2026-01-01T00:00:00+00:00"))
    return Warehouse(folder / POINTER_NAME)


def of_another_too(release: Warehouse, province: str) -> Warehouse:
    """The query layer over a copy of a release, in a folder beside it, whose dossiers stand for a second
    province (its slug) as well."""
    file = release.release_file()
    folder = file.parent.with_name(f"{file.parent.name}_{province}")
    folder.mkdir()
    path = folder / file.name
    shutil.copyfile(file, path)
    engine = open_engine(path, read_only=False)
    try:
        with engine.begin() as connection:
            for table in (metadata.tables[name] for name in TABLES):
                if "province" in table.c:
                    told = [sa.literal(province) if one.name == "province" else one for one in table.c]
                    connection.execute(sa.insert(table).from_select(list(table.c), sa.select(*told)))
    finally:
        engine.dispose()
    serve(folder, Pointer("two", path.name, "2026-01-01T00:00:00+00:00"))
    return Warehouse(folder / POINTER_NAME)


def frozen(store: Path, folder: Path) -> Warehouse:
    """A release of nothing but the dossiers of a store."""
    return with_dossiers(Path(), store, folder)


def cube_of(release: Queries, province: str = PROVINCE) -> Cube:
    """The counts of a province in a release."""
    info = dossier_info(release)
    assert info is not None
    return dossier_cube(release, province, info.absent)


def counted(store: Path, province: str = PROVINCE) -> Cube:
    """The counts of a province as a release made of a store now would hold them."""
    number = len(list(store.parent.glob("frozen*")))
    return cube_of(frozen(store, store.parent / f"frozen{number}"), province)
