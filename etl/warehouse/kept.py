"""The releases kept on disk: which there are, and what changed from one to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import sqlalchemy as sa

from etl.intake.diff import Diff, compare
from etl.publish import release_path, releases
from etl.warehouse import schema as t
from etl.warehouse.connect import ReleaseFile
from etl.warehouse.queries import Queries, ReleaseView
from indices.errors import Problem, ReleaseError

COMPARED: Final = (
    "index_code", "year", "unit_set", "unit_id", "component_code", "view", "value", "value_kind",
    "self_score", "rank", "published", "recomputed", "residual", "residual_class", "place", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A release on disk: when it was built (ISO, UTC) and its size in bytes."""

    release_id: str
    built_at: str
    size: int


def signature(releases_dir: Path) -> tuple[tuple[str, int, int], ...]:
    """What lies in the folder of releases, without opening it: names, times and sizes of its files."""
    files = [(path.name, path.stat()) for path in sorted(releases_dir.glob("*.duckdb"))]
    return tuple((name, told.st_mtime_ns, told.st_size) for name, told in files)


def kept(releases_dir: Path) -> list[Kept]:
    """Every readable release on disk, newest first."""
    return [Kept(r.release_id, r.built_at, r.size) for r in releases(releases_dir)]


def differences(releases_dir: Path, old: str, new: str) -> Diff:
    """What the release `new` has that `old` has not, and the other way round, over all indices.

    Raises ReleaseError where one is gone, or was made with other tables.
    """
    files = [ReleaseFile(release_path(releases_dir, name)) for name in (old, new)]
    try:
        before, after = (ReleaseView(file) for file in files)
        return compare(old, _scores(before), _scores(after), after.known_differences())
    except sa.exc.DBAPIError as error:
        expected = "two releases with the same tables"
        raise ReleaseError(
            [Problem("Releases cannot be compared", old, new, str(error.orig), expected)]
        ) from error
    finally:
        for file in files:
            file.close()


def _scores(view: Queries) -> pd.DataFrame:
    columns = [t.score.c[name] for name in COMPARED]
    return view.frame(sa.select(*columns).order_by(t.score.c.position))
