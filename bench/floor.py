"""The floor under a first view: the bare question of its figures and their JSON, with nothing drawn of them.

For one province, index and year: every figure of the main tree of that year of all units, and the totals of
all years, as the JSON interface would give them. DuckDB as it comes (one connection, the release already in
the computer's memory), no web server, no compression: nobody can show these figures in less.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qsl

import duckdb

YEAR = """SELECT * FROM score WHERE index_code = $index AND view = 'main'
AND year = (SELECT max(year) FROM score WHERE index_code = $index)"""
TOTALS = """SELECT year, unit_id, value, rank FROM score
WHERE index_code = $index AND view = 'main' AND component_code = $index"""


def floor(releases: Path, views: Sequence[tuple[str, str]]) -> list[float]:
    """Milliseconds of the bare question and its JSON for every (path, query), each asked once before."""
    current = json.loads((releases / "current.json").read_text("utf-8"))
    with duckdb.connect(releases / current["file"], read_only=True) as connection:
        indices = [dict(parse_qsl(query.removeprefix("?")))["cs"] for _, query in views]
        for index in set(indices):
            _asked(connection, index)  # blocks of the file are read and checked once
        return [_asked(connection, index) for index in indices]


def _asked(connection: duckdb.DuckDBPyConnection, index: str) -> float:
    """Milliseconds of one question."""
    start = time.perf_counter()
    for statement in (YEAR, TOTALS):
        answer = connection.execute(statement, {"index": index})
        names = [column[0] for column in answer.description or ()]
        json.dumps([dict(zip(names, row, strict=True)) for row in answer.fetchall()], default=str)
    return 1000 * (time.perf_counter() - start)
