"""Commands killed (SIGKILL) at random moments of their work, and what is looked at after each.

After every kill the served release must be one of the two it may be, whole and answering; the same command,
run again an hour later, must end well; and the folders must then hold no file that a run without a kill does
not leave.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile, ZipFile

import xlsxwriter

from bench.torture.tools.warm import KILLED, Ended, Task, Warm
from etl import publish
from etl.build import build
from etl.intake.mapping_file import ColumnMap, ImportMapping, KeyColumn, SheetMap, SourceOfFile, mapping_yaml
from etl.intake.service import Intake
from etl.lock import LOCK_NAME
from etl.settings import Settings
from etl.warehouse.connect import read_pointer
from etl.warehouse.load import verify_release
from etl.warehouse.queries import Warehouse
from tests.fixtures.etl.packs import INDEX, SCORES, copy_of, read_rows, set_cell, small_pack

YEAR = 2019
LATER = 2 * 3600.0
MOST_TRIES = 4
# Names differ from run to run in these only.
CHANGING = re.compile(r"[0-9a-f]{6,}|\d+")
HEADER, UNIT, SHEET = "Tổng điểm", "Tỉnh, thành phố", "Bảng điểm"


@dataclass
class Tally:
    """What became of the kills of one kind of command. through: tries in which the command was faster.

    left: files and folders that lay there right after the kills beyond what a whole run leaves; strays: those
    that still did an hour and one run later.
    """

    kills: int = 0
    through: int = 0
    left: int = 0
    broken: list[str] = field(default_factory=list)
    not_recovered: list[str] = field(default_factory=list)
    strays: Counter[str] = field(default_factory=Counter)

    @property
    def tried(self) -> int:
        """Runs, whether the kill came in time or the command was faster."""
        return self.kills + self.through


@dataclass(frozen=True)
class Place:
    """One installation and the folder that its processes take for temporary files."""

    settings: Settings

    @property
    def root(self) -> Path:
        """The folder of all of it."""
        return self.settings.data_dir.parent

    @property
    def temporary(self) -> Path:
        """The folder for temporary files."""
        folder = self.root / "tmp"
        folder.mkdir(exist_ok=True)
        return folder

    def words(self) -> tuple[str, ...]:
        """The options of `python -m etl` that name the folders of this installation."""
        names = ("data", "definitions", "releases", "imports")
        return tuple(f"--{name}={getattr(self.settings, f'{name}_dir')}" for name in names)

    def names(self) -> Counter[str]:
        """What lies here, without what differs from run to run: relative names, how often each."""
        found = (p.relative_to(self.root) for p in self.root.rglob("*") if not self._recorded(p))
        return Counter(CHANGING.sub("#", name.as_posix()) for name in found if name.name != "command.log")

    def _recorded(self, path: Path) -> bool:
        """Is it part of an import that the list of imports shows? A person decides what becomes of these."""
        drafts = self.settings.imports_dir / "drafts"
        if path == drafts or not path.is_relative_to(drafts):
            return False
        draft = drafts / path.relative_to(drafts).parts[0]
        half_written = path.name.startswith(".") and path.name != LOCK_NAME
        return (draft / "draft.json").is_file() and not half_written

    def served(self) -> str:
        """Id of the served release after making sure that it is whole and answers; raises what is wrong."""
        pointer = read_pointer(self.settings.releases_dir / "current.json")
        path = publish.release_path(self.settings.releases_dir, pointer.release_id)
        if problems := verify_release(path, pointer.release_id):
            raise AssertionError(problems)
        scores = Warehouse(path.with_name("current.json")).scores(INDEX, YEAR, component_code=INDEX)
        assert len(scores) >= 63
        assert scores["published"].notna().all()
        return pointer.release_id

    def an_hour_later(self) -> None:
        """Make everything that lies here two hours old, as it is when somebody comes back."""
        past = time.time() - LATER
        for path in [self.root, *self.root.rglob("*")]:
            os.utime(path, (past, past))


@dataclass(frozen=True)
class Work:
    """One command: what to do before each try, its words, and what to look at when it was killed."""

    name: str
    command: Callable[[Place], tuple[str, tuple[str, ...]]]
    prepare: Callable[[Place, random.Random], object] = lambda _, __: None
    look: Callable[[Place], object] = lambda _: None


class Killing:
    """Tries of one kind of work over copies of one installation."""

    def __init__(self, warm: Warm, first: Settings, work: Work, seed: int) -> None:
        """`first`: the installation that every try starts from."""
        self.warm, self.first, self.work = warm, first, work
        self.draw = random.Random(f"{work.name} {seed}")
        self.tally = Tally()
        self.lasted: list[float] = []
        self.before, self.clean = "", Counter[str]()

    def run(self, folder: Path, count: int) -> Tally:
        """Kill `count` times, in folders under `folder`."""
        self._undisturbed(folder / f"{self.work.name}_whole")
        while self.tally.kills < count and self.tally.tried < MOST_TRIES * count:
            number = self.tally.tried
            place = self._place(folder / f"{self.work.name}_{number}", number)
            self._tried(place, number)
            shutil.rmtree(place.root)
        return self.tally

    def _place(self, folder: Path, number: int) -> Place:
        place = Place(copy_of(self.first, folder))
        self.work.prepare(place, random.Random(number))
        return place

    def _undisturbed(self, folder: Path) -> None:
        """The same work without a kill: how long it takes, and what then lies there."""
        place = self._place(folder, 0)
        self.before = place.served()
        ended = self._run(place, None)
        assert ended.how == "0", ended.told
        self.lasted.append(ended.seconds)
        self.clean = place.names()
        shutil.rmtree(place.root)

    def _run(self, place: Place, after: float | None) -> Ended:
        program, words = self.work.command(place)
        return self.warm.run(Task(program, words, str(place.temporary), after))

    def _tried(self, place: Place, number: int) -> None:
        after = self.draw.random() * statistics.median(self.lasted)
        ended = self._run(place, after)
        if ended.how != KILLED:
            self.tally.through += 1
            self.lasted.append(ended.seconds)
            return
        self.tally.kills += 1
        left = self._looked(place, f"kill {number} after {after:.3f} s")
        self.tally.left += sum((place.names() - self.clean).values())
        place.an_hour_later()
        again = self._run(place, None)
        after_all = self._looked(place, f"recovery {number}")
        if again.how != "0":
            self.tally.not_recovered.append(f"{number}: {again.how}: {again.told[-300:]}")
        if left not in (self.before, after_all):
            self.tally.broken.append(f"{number}: served {left}, neither {self.before} nor {after_all}")
        self.tally.strays.update(place.names() - self.clean)

    def _looked(self, place: Place, moment: str) -> str:
        try:
            self.work.look(place)
            return place.served()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with what is served is the finding
            self.tally.broken.append(f"{moment}: {error!r}"[:300])
            return ""


def installation(folder: Path) -> Settings:
    """A small real pack, built, with a workbook to bring and how it is read beside it."""
    settings = small_pack(folder)
    rows = [row for row in read_rows(settings.data_dir / SCORES) if row["component"] == INDEX]
    with xlsxwriter.Workbook(str(folder / "brought.xlsx")) as book:
        sheet = book.add_worksheet(SHEET)
        sheet.write_row(0, 0, ["STT", UNIT, HEADER])
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, [number, row["unit"], float(row["score"]) + (number % 3) / 100])
    columns = (ColumnMap(header=HEADER, component=INDEX),)
    read = SheetMap(sheet=SHEET, header_rows=(1,), unit=KeyColumn(header=UNIT), columns=columns)
    source = SourceOfFile(publisher="x", date="2026-01-02")
    mapping = ImportMapping(name="own", index=INDEX, year=YEAR, source=source, sheets=(read,))
    (folder / "own.yaml").write_text(mapping_yaml(mapping), encoding="utf-8")
    build(settings)
    return settings


def _changed(place: Place, draw: random.Random) -> None:
    """Another figure in the pack, so that the next build makes another release."""
    set_cell(place.settings, 2, "note", f"corrected {draw.random()}")


def _building(place: Place) -> tuple[str, tuple[str, ...]]:
    return "etl", ("build", *place.words())


def _bringing(place: Place) -> tuple[str, tuple[str, ...]]:
    file, mapping = place.root / "brought.xlsx", place.root / "own.yaml"
    return "etl", ("import", str(file), f"--mapping={mapping}", "--who=An", *place.words())


def _publishing(place: Place) -> tuple[str, tuple[str, ...]]:
    draft = Intake(place.settings).drafts()[-1].id
    return "etl", ("imports", "publish", draft, "--who=An", *place.words())


def _exporting(place: Place) -> tuple[str, tuple[str, ...]]:
    words = ("briefing", "--province=quang-ninh", f"--year={YEAR}", f"--index={INDEX}", "--format=xlsx,pdf")
    releases = f"--releases={place.settings.releases_dir}"
    return "exports", (*words, releases, f"--out={place.root / 'out'}")


def whole_documents(folder: Path) -> None:
    """Raise AssertionError for a document that has its name but not its end."""
    for path in folder.glob("[!.]*"):
        if path.suffix == ".pdf":
            assert path.read_bytes().rstrip().endswith(b"%%EOF"), path.name
        else:
            try:
                assert ZipFile(path).testzip() is None, path.name
            except BadZipFile as error:
                raise AssertionError(path.name) from error


BUILD = Work("build", _building, _changed)
IMPORT = Work("import", _bringing)
PUBLISH = Work("publish", _publishing)
EXPORT = Work("export", _exporting, look=lambda place: whole_documents(place.root / "out"))
WORKS = (BUILD, IMPORT, PUBLISH, EXPORT)


def staged(settings: Settings, warm: Warm) -> None:
    """Bring the workbook by the command itself, so that there is a draft to publish."""
    place = Place(settings)
    program, words = _bringing(place)
    ended = warm.run(Task(program, words, str(place.temporary)))
    assert ended.how == "0", ended.told


def killed(folder: Path, counts: dict[str, int], seed: int) -> dict[str, Tally]:
    """Every kind of work killed so many times; the tally of each."""
    first = installation(folder / "first")
    found = {}
    with Warm() as warm:
        for work in WORKS:
            if work is PUBLISH:
                staged(first, warm)
            if counts.get(work.name):
                found[work.name] = Killing(warm, first, work, seed).run(folder, counts[work.name])
    return found


def told(tallies: Iterable[Tally]) -> str:
    """The tallies as JSON, for a look by hand."""
    return json.dumps([vars(tally) for tally in tallies], indent=1, default=str, ensure_ascii=False)
