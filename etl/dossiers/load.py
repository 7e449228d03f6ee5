"""A file of dossiers into the store: read, checked, merged, counted; there whole or not at all.

The store is a folder: Parquet by month of receipt, cube and late dossiers beside it, and `store.json`,
which names them and is replaced last. Loading a file twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from etl.dossiers.catalogue import PROCEDURES, UNITS, load_catalogue
from etl.dossiers.check import Checked, Context, check
from etl.dossiers.read import batches
from etl.dossiers.rules import load_calendar, load_rules
from etl.dossiers.staging import Staged
from etl.dossiers.store import Manifest, read_manifest
from etl.dossiers.tally import busy, part_files, publish, tally
from etl.intake.atomic import not_written, now, write_whole
from etl.leftovers import sweep
from etl.lock import alone
from etl.microdata.engine import MicrodataSettings
from etl.warehouse.dossier_merge import Merge, Merged
from indices.dossier_cube import month_name, month_number
from indices.dossier_rules import OPTIONAL
from indices.errors import Problem, SourceError

LOADS: Final = "loads"
_READ: Final = 1 << 20


@dataclass(frozen=True)
class Ask:
    """What is loaded: the file, the slug of its province, the months it covers (YYYY-MM; blank: those in
    which something was received)."""

    path: Path
    province: str
    first: str = ""
    last: str = ""


@dataclass
class Report:
    """What a load did. The rows of the file balance: read = kept + aside + left_out + refused + twice, and
    kept = added + replaced + unchanged + older. `found`: check -> rows; `dropped`: columns left unread."""

    load: int = 0
    already: bool = False
    simulated: bool = False
    read: int = 0
    kept: int = 0
    aside: int = 0
    left_out: int = 0
    refused: int = 0
    twice: int = 0
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    older: int = 0
    found: dict[str, int] = field(default_factory=dict)
    dropped: int = 0
    months: list[str] = field(default_factory=list)
    first: str = ""
    last: str = ""
    store_id: str = ""


def load(folder: Path, ask: Ask) -> Report:
    """Load a file into the store of a folder.

    Raises SourceError for a file or a list that cannot be used, ReleaseError when the store cannot be
    written or another load is running; the store then stays as it was.
    """
    with alone(folder, busy(folder)):
        held = read_manifest(folder)
        digest = _digest(ask.path)
        if any(one["sha256"] == digest and one["province"] == ask.province for one in held.loads):
            return Report(already=True, simulated=held.simulated, store_id=held.store_id)
        sweep(folder.glob(".work-*"))
        with tempfile.TemporaryDirectory(prefix=".work-", dir=folder) as work:
            return _Load(folder, Path(work), held, ask, digest).run()


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    try:
        with path.open("rb") as handle:
            while block := handle.read(_READ):
                found.update(block)
    except OSError as error:
        raise SourceError(
            [Problem("A file of dossiers cannot be read", path.name, found=str(error))]
        ) from error
    return found.hexdigest()


class _Load:
    """One load on its way."""

    def __init__(self, folder: Path, work: Path, held: Manifest, ask: Ask, digest: str) -> None:
        self.folder, self.work, self.held, self.ask, self.digest = folder, work, held, ask, digest
        self.report = Report(load=len(held.loads) + 1)
        self.rows: dict[str, list[Any]] = {}
        self.missing: set[str] = set()
        self.rules = load_rules(folder)
        catalogue = load_catalogue(folder)
        self.context = Context(self.rules, load_calendar(self.rules, folder), catalogue, ask.province)

    def run(self) -> Report:
        staged = self._stage()
        kept = {month_number(name): self.folder / part["rows"] for name, part in self.held.parts.items()}
        merge = Merge(self.work, staged, kept, MicrodataSettings().microdata_memory)
        try:
            done = merge.settle()
            parts = self._write(merge, done)
        finally:
            merge.close()
        tally(self.folder, {name: parts[name] for name in self.report.months if name in parts})
        self._told(done)
        self._publish(parts)
        return self.report

    def _stage(self) -> dict[int, Path]:
        """All rows of the file that can be counted, in the working folder: a file a month of receipt."""
        report = self.report
        header, found = batches(self.ask.path, self.ask.path.name, self.rules)
        report.dropped = len(header.dropped)
        self.missing = {name for name in OPTIONAL if name not in header.columns}
        span: list[int] = []
        marks: set[bool] = set()
        with Staged(self.work) as staged:
            for batch in found:
                checked = check(batch, self.context)
                report.read += len(batch.numbers) + len(batch.short)
                self._add(checked, span, marks)
                staged.add(checked.facts, report.load)
        # Arrow keeps hundreds of MiB of what it read for reading more; now it is the turn of DuckDB.
        pa.default_memory_pool().release_unused()
        self._simulated(marks)
        self._span(span)
        return staged.files

    def _add(self, checked: Checked, span: list[int], marks: set[bool]) -> None:
        report = self.report
        report.kept += len(checked.facts)
        report.aside += checked.aside
        report.left_out += checked.left_out
        report.refused += checked.refused
        for name, numbers in checked.found.items():
            self.rows.setdefault(name, []).extend(numbers.tolist())
        if len(checked.facts):
            months = checked.facts["received"].to_numpy("datetime64[M]").astype(np.int64)
            span += [int(months.min()), int(months.max())]
            made_up = checked.facts["id"].str.startswith(self.rules.simulated_prefix)
            marks |= set(made_up.unique().tolist())

    def _simulated(self, marks: set[bool]) -> None:
        """Made-up dossiers never join real ones, nor the other way round."""
        now_, before = marks or {self.held.simulated}, self.held.simulated
        if len(now_) > 1 or (self.held.loads and now_ != {before}):
            words = {True: "simulated", False: "real"}
            found = " and ".join(sorted(words[one] for one in now_))
            what, hint = (
                "Simulated and real dossiers are mixed",
                "load them into a folder of their own (--store)",
            )
            held = words[before] if self.held.loads else ""
            raise SourceError([Problem(what, self.ask.path.name, found=found, expected=held, hint=hint)])
        self.report.simulated = now_ == {True}

    def _span(self, span: list[int]) -> None:
        """The months that the file covers: as told, else those of its receipts."""
        if not span:
            raise SourceError(
                [
                    Problem(
                        "The file holds no dossier that can be counted",
                        self.ask.path.name,
                        found=_counts(self.rows),
                    )
                ]
            )
        names = [str(np.datetime64(number, "M")) for number in (min(span), max(span))]
        self.report.first, self.report.last = self.ask.first or names[0], self.ask.last or names[1]

    def _write(self, merge: Merge, done: Merged) -> dict[str, dict[str, Any]]:
        """The months that changed, written beside the files they replace."""
        parts = {name: dict(part) for name, part in self.held.parts.items()}
        for number in done.months:
            name = month_name(number)
            files = part_files(name, f"{self.report.load:05d}")
            try:
                count = merge.write(number, self.folder / files["rows"])
            except OSError as error:
                raise not_written(self.folder / files["rows"], error) from error
            parts[name] = {**files, "count": count}
        self.report.months = [month_name(number) for number in done.months]
        return dict(sorted((name, part) for name, part in parts.items() if part["count"]))

    def _told(self, done: Merged) -> None:
        report = self.report
        for name, numbers in (
            ("dossier.same_row_twice", done.twice),
            ("dossier.same_id_differs", done.differing),
        ):
            if numbers:
                self.rows[name] = numbers
        report.added, report.replaced = done.added, done.replaced
        report.unchanged, report.older = done.unchanged, done.older
        merged = done.added + done.replaced + done.unchanged + done.older
        report.twice, report.kept = report.kept - merged, merged
        report.found = {name: len(numbers) for name, numbers in sorted(self.rows.items())}

    def _publish(self, parts: Mapping[str, Mapping[str, Any]]) -> None:
        """The rows that were odd, and last the list that names everything."""
        report = self.report
        self._findings(f"{report.load:05d}")
        told = {
            "number": report.load, "file": self.ask.path.suffix.lstrip("."),
            "sha256": self.digest, "at": now(), "province": self.ask.province,
            "first": report.first, "last": report.last,
            "report": {k: v for k, v in asdict(report).items() if isinstance(v, int | dict)},
        }  # fmt: skip
        fresh = Manifest(
            simulated=report.simulated,
            parts=parts,
            recounts=self.held.recounts,
            loads=(*self.held.loads, told),
            unknown=tuple(sorted({*self.held.unknown, *self.missing})),
        )
        fresh = replace(fresh, store_id=_id(fresh))
        report.store_id = fresh.store_id
        publish(self.folder, fresh, self.held)

    def _findings(self, number: str) -> None:
        """Every row with something odd: its number and what, never its content."""
        listed = [(row, name) for name, numbers in self.rows.items() for row in numbers]
        lines = [f"{row},{name}" for row, name in sorted(listed)]
        path = self.folder / LOADS / f"{number}_findings.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, "\n".join(["row,check", *lines]) + "\n")


def _counts(rows: Mapping[str, list[Any]]) -> str:
    return ", ".join(f"{name}: {len(numbers)}" for name, numbers in sorted(rows.items()))


def _id(manifest: Manifest) -> str:
    """Twelve hex digits that name what the store holds: the same loads in the same order give the same."""
    told = [[one["sha256"], one["province"], one["first"], one["last"]] for one in manifest.loads]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]


def put_lists(folder: Path, units: Path | None, procedures: Path | None) -> None:
    """Take lists of units and procedures into the folder. Raises SourceError; wrong ones are not taken."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".work-", dir=folder) as work:
        for name, path in ((UNITS, units), (PROCEDURES, procedures)):
            source = path or folder / name
            if source.is_file():
                shutil.copyfile(source, Path(work) / name)
        load_catalogue(Path(work))
        for name, path in ((UNITS, units), (PROCEDURES, procedures)):
            if path:
                shutil.copyfile(Path(work) / name, folder / name)
