"""Months of kept dossiers counted, in one pass on the engine of microdata, and written month by month."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from etl.dossiers.store import KINDS, MANIFEST, Manifest, named_files, read_manifest
from etl.intake.atomic import not_written, write_whole
from etl.lock import alone
from etl.microdata.dossiers import RECEIPT, count_dossiers, late_dossiers
from etl.microdata.engine import EMBEDDED, microdata_engine, read_files
from indices.dossier_cube import month_number
from indices.errors import Problem

Parts = Mapping[str, Mapping[str, Any]]
# Dossiers that are counted at a time where one machine counts them.
AT_A_TIME: Final = 2_000_000


def part_files(month: str, name: str) -> dict[str, str]:
    """The files of a month of receipt under one name, by kind."""
    return {kind: f"{kind}/{RECEIPT}={month}/{name}.parquet" for kind in KINDS}


def tally(folder: Path, parts: Parts) -> None:
    """Count the rows of months (month -> its files by kind) and write the cube and the late ones of each.

    Raises SourceError when the engine of the settings cannot be used, ReleaseError when nothing can be
    written.
    """
    if not parts:
        return
    with microdata_engine() as engine:
        # A cluster counts all in one pass; here what is counted at a time must not grow with the store.
        for some in _runs(parts, AT_A_TIME) if engine.name == EMBEDDED else [parts]:
            rows = read_files(engine, [folder / files["rows"] for files in some.values()])
            for kind, count in (("cube", count_dossiers), ("late", late_dossiers)):
                table = count(rows).to_pyarrow()
                for month, files in some.items():
                    _write(folder / files[kind], table.filter(pc.equal(table[RECEIPT], month_number(month))))


def _runs(parts: Parts, most: int) -> Iterator[Parts]:
    """Months one after the other in runs of at most so many dossiers; a month is never split."""
    run: dict[str, Mapping[str, Any]] = {}
    for month, files in parts.items():
        if run and sum(part["count"] for part in run.values()) + files["count"] > most:
            yield run
            run = {}
        run[month] = files
    if run:
        yield run


def _write(path: Path, table: pa.Table) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, compression="zstd")
    except OSError as error:
        raise not_written(path, error) from error


def recount(folder: Path) -> Manifest:
    """Count every kept month anew, as after a change of the counting or on a cluster; what holds then.

    Outcomes of rows stay as they were worked out when they were loaded. Raises ReleaseError while a load is
    running or when nothing can be written, SourceError without an engine; the store then stays as it was.
    """
    with alone(folder, busy(folder)):
        held = read_manifest(folder)
        parts = {}
        for month, part in held.parts.items():
            name = f"{len(held.loads):05d}-{held.recounts + 1}"
            parts[month] = {**part, **part_files(month, name), "rows": part["rows"]}
        tally(folder, parts)
        fresh = replace(held, parts=parts, recounts=held.recounts + 1)
        publish(folder, fresh, held)
    return fresh


def busy(folder: Path) -> Problem:
    """What is told when something else changes the store."""
    return Problem("Dossiers are being loaded already", str(folder), hint="wait until that load is done")


def publish(folder: Path, fresh: Manifest, held: Manifest) -> None:
    """Replace the list of the store, then delete files that neither it nor the one before names: a build may
    still read those."""
    write_whole(folder / MANIFEST, json.dumps(asdict(fresh), indent=1, ensure_ascii=False) + "\n")
    named = {Path(name) for one in (fresh, held) for name in named_files(one)}
    for kind in KINDS:
        for path in (folder / kind).rglob("*.parquet"):
            if path.relative_to(folder) not in named:
                path.unlink(missing_ok=True)
