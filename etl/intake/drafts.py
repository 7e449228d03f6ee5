"""Drafts: what a file would change, until somebody publishes or discards it, and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from etl.intake.atomic import not_written, write_whole
from etl.layers import DRAFTS, OVERLAY, RECORD
from etl.leftovers import sweep
from etl.lock import LOCK_NAME, alone, is_held
from indices.errors import Problem, ReleaseError, SourceError

_ID = re.compile(r"[a-z0-9_]{1,64}")
_LOCK_WAIT = 1.0
# A publisher that was started has so long to take the draft's lock before it counts as dead.
_START_SECONDS = 30.0


class State(StrEnum):
    """Where a draft stands. Published, undone and failed ones may be published (again)."""

    STAGED = "staged"
    REFUSED = "refused"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    DISCARDED = "discarded"
    UNDONE = "undone"
    FAILED = "failed"


class Work(StrEnum):
    """What is being done to a draft."""

    STAGE = "stage"
    PUBLISH = "publish"
    UNDO = "undo"
    DISCARD = "discard"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Task(_Record):
    """Work on a draft: what, by whom, since when (ISO, UTC), and the step it has come to."""

    work: Work
    who: str
    since: str
    step: str = ""

    def but(self, **changes: object) -> Task:
        """The same work with some fields changed."""
        return self.model_copy(update=changes)


class Draft(_Record):
    """One import, from staging on. Times are ISO, UTC; blank: has not happened.

    `kind`: scores, indicators, definition or survey. `file_id`: SHA-256 of the file. `base_release`: the
    release it was compared with, which held `base_imports`. `findings`: how many errors, warnings and notes;
    `summary`: counts of what would change. `reason`: why it was refused or failed. `served`: the release in
    service holds it (told when it is read, not stored). `work`: under way, or interrupted.
    """

    id: str
    state: State
    kind: str
    who: str
    staged_at: str
    index: str = ""
    years: tuple[int, ...] = ()
    file_id: str = ""
    file_name: str = ""
    mapping: str = ""
    rows: int = 0
    simulated: bool = False
    base_release: str = ""
    base_imports: tuple[str, ...] = ()
    findings: dict[str, int] = {}
    summary: dict[str, int] = {}
    reason: str = ""
    work: Task | None = None
    published_by: str = ""
    published_at: str = ""
    published_release: str = ""
    undone_by: str = ""
    undone_at: str = ""
    discarded_by: str = ""
    discarded_at: str = ""
    served: bool = False

    def but(self, **changes: object) -> Draft:
        """The same draft with some fields changed."""
        return self.model_copy(update=changes)


class Drafts:
    """The drafts of an imports folder: drafts/<id>/draft.json and what goes with it."""

    def __init__(self, imports_dir: Path) -> None:
        """Keep the place."""
        self.folder = imports_dir / DRAFTS

    def tidy(self, in_force: Sequence[str]) -> None:
        """Remove what killed processes left an hour ago or more: drafts without a record, unfinished files.

        `in_force`: imports of the release in service, which stay whatever became of their records.
        """
        drafts = (path for path in self.folder.glob("*") if path.name not in in_force)
        sweep(path for path in drafts if path.is_dir() and not (path / RECORD).is_file())
        sweep(path for path in self.folder.glob("*/.*") if path.name != LOCK_NAME)

    def make(self, file_id: str) -> str:
        """A folder for a new draft; returns its id: the time, then the beginning of the file's hash."""
        stem = datetime.now(UTC).strftime("%Y%m%dt%H%M%S") + f"_{file_id[:6]}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for suffix in ("", *(f"_{number}" for number in range(2, 100))):
                if self._made(stem + suffix):
                    return stem + suffix
        except OSError as error:
            raise not_written(self.folder / stem, error) from error
        raise ReleaseError([Problem("Too many drafts of one file at once", stem, hint="try again")])

    def _made(self, name: str) -> bool:
        try:
            (self.folder / name / OVERLAY).mkdir(parents=True)
        except FileExistsError:
            return False
        return True

    def path(self, draft_id: str, *parts: str) -> Path:
        """A file of a draft. Raises SourceError for an id of none."""
        folder = self.folder / draft_id
        if not _ID.fullmatch(draft_id) or not folder.is_dir():
            raise SourceError(
                [Problem("There is no such import", found=draft_id, hint="python -m etl imports")]
            )
        return folder.joinpath(*parts)

    def load(self, draft_id: str) -> Draft:
        """The record of a draft as it was last written. Raises SourceError."""
        path = self.path(draft_id, RECORD)
        try:
            return Draft.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            what = "The record of an import cannot be read"
            raise SourceError([Problem(what, f"{draft_id}/{RECORD}", found=str(error)[:200])]) from error

    def save(self, draft: Draft) -> Draft:
        """Write the record of a draft, whole or not at all."""
        told = draft.model_dump_json(indent=1, exclude={"served"}, exclude_defaults=True)
        write_whole(self.path(draft.id, RECORD), told + "\n")
        return draft

    def all(self) -> Iterator[Draft]:
        """Every draft with a record, newest first; folders that a crash left without one are no drafts."""
        if not self.folder.is_dir():
            return
        for path in sorted(self.folder.iterdir(), reverse=True):
            if (path / RECORD).is_file():
                yield self.load(path.name)

    @contextmanager
    def holding(self, draft_id: str) -> Iterator[None]:
        """Work on a draft alone; raises ReleaseError when somebody else does."""
        hint = "wait until it has ended, then look at the import again"
        busy = Problem("Somebody is at work on this import", draft_id, hint=hint)
        with alone(self.path(draft_id), busy, _LOCK_WAIT):
            yield

    def is_alive(self, draft: Draft) -> bool:
        """Is the work that the draft records still going on?"""
        if draft.work is None:
            return False
        if is_held(self.path(draft.id)):
            return True
        since = datetime.fromisoformat(draft.work.since)
        return not draft.work.step and (datetime.now(UTC) - since).total_seconds() < _START_SECONDS


def settled(draft: Draft, served: bool, alive: bool) -> Draft:
    """The draft as it truly stands: what is in service decides, whatever a crash left in the record."""
    draft = draft.but(served=served)
    if alive:
        return draft
    if draft.work is None:
        return draft.but(state=State.PUBLISHED) if served else draft
    work, over = draft.work, draft.but(work=None)
    interrupted = f"{work.work} was interrupted: {work.step or 'starting'}"
    if work.work is Work.STAGE:
        return over
    if work.work is Work.DISCARD:
        return over.but(state=State.DISCARDED, discarded_by=work.who, discarded_at=work.since)
    if work.work is Work.UNDO and not served:
        return over.but(state=State.UNDONE, undone_by=work.who, undone_at=work.since)
    if work.work is Work.UNDO:
        return over.but(state=State.PUBLISHED, reason=interrupted)
    if served:
        return over.but(state=State.PUBLISHED, published_by=work.who, published_at=work.since, reason="")
    return over.but(state=State.FAILED, reason=interrupted)
