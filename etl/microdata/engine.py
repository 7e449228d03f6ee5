"""Which engine goes over microdata: DuckDB inside this process, or a Spark cluster."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import ibis
from pydantic_settings import SettingsConfigDict

from configuration.sources import Configured
from indices.errors import Problem, SourceError

EMBEDDED = "duckdb"
SPARK = ("spark://", "local")


class MicrodataSettings(Configured):
    """Settings of the microdata engine, read from the environment.

    `microdata_engine` (MICRODATA_ENGINE): `duckdb`, or the address of a Spark master (spark://host:7077).
    `microdata_memory` (MICRODATA_MEMORY): how much memory DuckDB takes before it uses the disk.
    """

    model_config = SettingsConfigDict(env_prefix="", frozen=True)

    microdata_engine: str = EMBEDDED
    microdata_memory: str = "1GiB"


@contextmanager
def microdata_engine(settings: MicrodataSettings | None = None) -> Iterator[ibis.BaseBackend]:
    """The engine, connected, closed at the end. Raises SourceError for an address that is none, or
    when Spark is asked for and not installed."""
    settings = settings or MicrodataSettings()
    name = settings.microdata_engine
    if name == EMBEDDED:
        connection = ibis.duckdb.connect(memory_limit=settings.microdata_memory)
        try:
            yield connection
        finally:
            connection.disconnect()
        return
    if not name.startswith(SPARK):
        expected = f"{EMBEDDED}, or the address of a Spark master"
        problem = Problem("No such microdata engine", "MICRODATA_ENGINE", found=name, expected=expected)
        raise SourceError([problem])
    session = _spark(name)
    try:
        yield ibis.pyspark.connect(session)
    finally:
        session.stop()


def read_files(engine: ibis.BaseBackend, paths: Sequence[Path]) -> ibis.Table:
    """Parquet files of one schema as one table; the names of their folders add no columns."""
    if engine.name == EMBEDDED:
        return engine.read_parquet([str(path) for path in paths], hive_partitioning=False)
    # One pattern for all of them: a table a file would be a scan a file.
    root = os.path.commonpath([path.parent for path in paths])
    return engine.read_parquet(f"{root}/{{{','.join(os.path.relpath(path, root) for path in paths)}}}")


def _spark(master: str) -> Any:
    """A session on a cluster; its workers must see the files under the same paths."""
    try:
        sql = importlib.import_module("pyspark.sql")
    except ImportError as error:
        hint = "pip install -r requirements-cluster.txt, and Java 17 or later"
        problem = Problem("Spark is not installed", "MICRODATA_ENGINE", found=master, hint=hint)
        raise SourceError([problem]) from error
    builder = sql.SparkSession.builder.master(master).appName("microdata")
    return (
        builder.config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC").getOrCreate()
    )
