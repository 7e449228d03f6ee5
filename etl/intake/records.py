"""Records of work on drafts: what is begun is written down first, what is done is journaled, then closed.

The pointer is the truth: what it names is in service, whatever the record of a draft says. Work that a crash,
a kill or a full disk cut short stays in the record, tells how it ended when it is looked at, and is closed by
the next person who works on an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from etl import publish
from etl.build import silent
from etl.intake.atomic import now
from etl.intake.drafts import Draft, Drafts, State, Task, Work, settled
from etl.intake.journal import Journal
from etl.settings import Settings
from indices.errors import DataError, Problem, ReleaseError

BEGINNING, CLOSING = "beginning", "closing"
Progress = Callable[[str], None]
_ENDS = {Work.PUBLISH: State.PUBLISHED, Work.UNDO: State.UNDONE, Work.DISCARD: State.DISCARDED}


class MovedError(ReleaseError):
    """The release in service is another than the draft was compared with, and the draft now changes other
    things than a person saw."""


@dataclass
class Working:
    """Work under way on a draft, recorded step by step."""

    drafts: Drafts
    draft: Draft
    task: Task
    progress: Progress = silent

    def step(self, name: str) -> None:
        """Come to a step."""
        state = State.PUBLISHING if self.task.work is Work.PUBLISH else self.draft.state
        self.task = self.task.but(step=name)
        self.drafts.save(self.draft.but(state=state, work=self.task, reason=""))
        self.progress(name)


class Records:
    """Drafts and journal of one imports folder, kept in step with each other and with the pointer."""

    def __init__(self, settings: Settings) -> None:
        """Keep the places."""
        self.settings = settings
        self.drafts = Drafts(settings.imports_dir)
        self.journal = Journal(settings.imports_dir)

    def look(self, draft_id: str) -> Draft:
        """The draft as it truly stands."""
        return self._look(self.drafts.load(draft_id), self.in_force())

    def look_at_all(self) -> list[Draft]:
        """Every draft as it truly stands, newest first."""
        in_force = self.in_force()
        return [self._look(draft, in_force) for draft in self.drafts.all()]

    def _look(self, draft: Draft, in_force: Sequence[str]) -> Draft:
        return settled(draft, draft.id in in_force, self.drafts.is_alive(draft))

    def in_force(self) -> tuple[str, ...]:
        """Imports that the release in service holds."""
        pointer = publish.served_or_none(self.settings.releases_dir)
        return pointer.imports if pointer is not None else ()

    def tidy(self) -> None:
        """Remove what killed processes left half written."""
        self.drafts.tidy(self.in_force())

    def put_right(self) -> None:
        """Close the records of all work that was cut short, and remove what it left half written."""
        self.tidy()
        for draft in self.drafts.all():
            if draft.work is not None and not self.drafts.is_alive(draft):
                with suppress(ReleaseError), self.drafts.holding(draft.id):
                    self._put_right(draft.id)

    def _put_right(self, draft_id: str) -> Draft:
        """The draft as it stands; the caller holds its lock, so that nobody else is at work on it."""
        recorded = self.drafts.load(draft_id)
        draft = settled(recorded, draft_id in self.in_force(), alive=False)
        # Without a step, somebody only announced the work, and the caller may be the one to do it.
        if recorded.work is not None and recorded.work.step:
            self.close(draft, recorded.work, reason=draft.reason, found_later=True)
        return draft

    def may(self, draft_id: str, states: Sequence[State], what: str) -> Draft:
        """The draft, put right, when it is in one of these states; the caller holds its lock.

        Raises ReleaseError.
        """
        draft = self._put_right(draft_id)
        if draft.state not in states:
            found, expected = str(draft.state), " or ".join(states)
            told = Problem(f"The import cannot be {what}", draft_id, found=found, expected=expected)
            raise ReleaseError([told])
        return draft

    @contextmanager
    def working(self, draft: Draft, work: Work, who: str, progress: Progress) -> Iterator[Working]:
        """Record work on a draft; when it fails, that and why. What stops it is raised again."""
        under_way = Working(self.drafts, draft, Task(work=work, who=who, since=now()), progress)
        under_way.step(BEGINNING)
        try:
            self.journal.note(f"{work} begun", who, import_id=draft.id)
            yield under_way
        except MovedError:
            raise
        except BaseException as error:
            self._stopped(under_way, error)
            raise

    def _stopped(self, under_way: Working, error: BaseException) -> None:
        """Record a failure. On a disk that takes no record the work stays unfinished, which tells as much."""
        reason = error.problems[0].text() if isinstance(error, DataError) and error.problems else repr(error)
        begun = under_way.draft.but(work=under_way.task)
        seen = settled(begun, begun.id in self.in_force(), alive=False).but(reason=reason)
        try:
            self.close(seen, under_way.task, reason=reason)
        except ReleaseError as again:
            error.add_note(str(again))

    def close(self, draft: Draft, task: Task, **about: object) -> Draft:
        """Journal how work ended, once, then write the draft's record without it. Raises ReleaseError."""
        expected = _ENDS.get(task.work, draft.state)
        did = str(draft.state) if draft.state is expected else f"{task.work} failed"
        if not self.journal.tells(did, draft.id, task.since):
            self.journal.note(did, task.who, import_id=draft.id, **about)
        return self.drafts.save(draft.but(work=None))
