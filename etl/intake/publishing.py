"""Publishing a draft and undoing it: a whole build, then one move of the pointer, and a record of it.

The pointer is the truth: what it names is in service, whatever the record of a draft says. So a crash at any
moment leaves either the old release or the new one in service, and the record is put right when the draft is
looked at next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from etl import publish
from etl.build import Built, build_with, silent
from etl.intake.atomic import now
from etl.intake.base import load_base
from etl.intake.drafts import Draft, Drafts, State, Task, Work, settled
from etl.intake.staging import Staging
from etl.layers import imports_in_force
from etl.lock import only_builder
from indices.errors import DataError, Problem, ReleaseError

# Steps of publishing around those of the build itself.
BEGINNING, WAITING, COMPARING, RECORDING, NOTING = (
    "beginning", "waiting", "comparing", "recording", "noting",
)  # fmt: skip
MAY_PUBLISH = (State.STAGED, State.FAILED, State.UNDONE, State.PUBLISHED)
MAY_DISCARD = (State.STAGED, State.REFUSED, State.FAILED)
Progress = Callable[[str], None]


class MovedError(ReleaseError):
    """The release in service is another than the draft was compared with, and the draft now changes other
    things than a person saw."""


class Publishing:
    """What may be done to a staged draft."""

    def __init__(self, staging: Staging) -> None:
        """Work on the drafts of one imports folder."""
        self.staging = staging
        self.settings = staging.settings
        self.drafts = staging.drafts
        self.journal = staging.journal

    def look(self, draft_id: str) -> Draft:
        """The draft as it truly stands."""
        return self._look(self.drafts.load(draft_id), self._in_force())

    def look_at_all(self) -> list[Draft]:
        """Every draft as it truly stands, newest first."""
        in_force = self._in_force()
        return [self._look(draft, in_force) for draft in self.drafts.all()]

    def _look(self, draft: Draft, in_force: Sequence[str]) -> Draft:
        return settled(draft, draft.id in in_force, self.drafts.is_alive(draft))

    def _in_force(self) -> tuple[str, ...]:
        pointer = publish.served_or_none(self.settings.releases_dir)
        return pointer.imports if pointer is not None else ()

    def publish(self, draft_id: str, who: str, wait: float = 0.0, progress: Progress = silent) -> Draft:
        """Build the release with the draft on top and serve it; returns the published draft.

        `wait`: seconds to wait for another build to end. Raises a DataError, and what is served is then
        untouched; `MovedError` when the draft has to be looked at again. A draft that is published already is
        returned as it is.
        """
        self.put_right()
        with self.drafts.holding(draft_id):
            draft = self._may(draft_id, MAY_PUBLISH, "published")
            if draft.served:
                return draft
            with self._working(draft, Work.PUBLISH, who, progress) as work:
                work.step(WAITING)
                with only_builder(self.settings.releases_dir, wait):
                    work.step(COMPARING)
                    work.draft = self._compared_again(work.draft, who)
                    imports = (*work.draft.base_imports, draft_id)
                    built = build_with(self.settings, imports, progress=work.step)
                    done = {"published_by": who, "published_release": built.pointer.release_id}
                    return self._recorded(work, State.PUBLISHED, published_at=now(), **done)

    def _compared_again(self, draft: Draft, who: str) -> Draft:
        """The draft against the release in service now. Raises MovedError when its changes are others."""
        base = load_base(self.settings)
        if base.info.release_id == draft.base_release:
            return draft
        diff, seen = self.staging.diff(base, draft), self.staging.stored_diff(draft.id)
        self.staging.save_diff(draft, diff)
        before, after = draft.base_release, base.info.release_id
        self.journal.note("compared again", who, import_id=draft.id, release=after, before=before)
        draft = draft.but(base_release=after, base_imports=base.info.imports, summary=diff.summary)
        if seen is not None and diff.same_as(seen):
            return draft
        self.drafts.save(draft.but(state=State.STAGED, reason=""))
        what = "The release in service has moved, and the import now changes other things than were shown"
        hint = "it was compared again: look at the changes, then publish"
        raise MovedError([Problem(what, draft.id, found=after, expected=before, hint=hint)])

    def undo(self, draft_id: str, who: str, wait: float = 0.0, progress: Progress = silent) -> Draft:
        """Serve the release without an import, also when others were published after it.

        Raises a DataError, and what is served is then untouched, when it is not in service or when what was
        published later cannot stand without it.
        """
        self.put_right()
        with self.drafts.holding(draft_id):
            draft = self._may(draft_id, (State.PUBLISHED,), "undone")
            with self._working(draft, Work.UNDO, who, progress) as work:
                work.step(WAITING)
                with only_builder(self.settings.releases_dir, wait):
                    self._built_without(draft_id, work.step)
                    return self._recorded(work, State.UNDONE, undone_by=who, undone_at=now())

    def _built_without(self, draft_id: str, step: Progress) -> Built:
        in_force = imports_in_force(self.settings)
        if draft_id not in in_force:
            what, hint = "The release in service does not hold this import", "it may have been rolled back"
            raise ReleaseError([Problem(what, draft_id, hint=hint)])
        left = [name for name in in_force if name != draft_id]
        try:
            return build_with(self.settings, left, progress=step)
        except DataError as error:
            resting = [name for name in left if any(f"imports/{name}/" in p.text() for p in error.problems)]
            if not resting:
                raise
            what, hint = "Later imports rest on this one", "undo these first"
            told = Problem(what, draft_id, found=", ".join(resting), hint=hint)
            raise type(error)([told, *error.problems]) from error

    def _recorded(self, work: _Work, state: State, **fields: str) -> Draft:
        """The record of what is in service already; a disk that does not take it changes nothing in that."""
        served = state is State.PUBLISHED
        done = work.draft.but(state=state, work=None, reason="", served=served, **fields)
        try:
            work.step(RECORDING)
            self.drafts.save(done)
            work.progress(NOTING)
            self.journal.note(state, work.task.who, import_id=done.id, release=done.published_release)
        except ReleaseError as error:
            return done.but(reason=error.problems[0].text())
        return done

    def discard(self, draft_id: str, who: str) -> Draft:
        """Put a draft aside that was never published; its file and its record stay."""
        with self.drafts.holding(draft_id):
            draft = self._may(draft_id, MAY_DISCARD, "discarded")
            done = draft.but(state=State.DISCARDED, work=None, discarded_by=who, discarded_at=now())
            self.drafts.save(done)
            self.journal.note("discarded", who, import_id=draft.id)
            return done

    def begin(self, draft_id: str, who: str) -> Draft:
        """Record that a publisher is being started; it takes over from there."""
        with self.drafts.holding(draft_id):
            draft = self._may(draft_id, MAY_PUBLISH, "published")
            task = Task(work=Work.PUBLISH, who=who, since=now())
            return self.drafts.save(draft.but(state=State.PUBLISHING, work=task, reason=""))

    def failed(self, draft_id: str, reason: str) -> Draft:
        """Record that a publisher ended without a word, unless it did its work."""
        with self.drafts.holding(draft_id):
            draft = self.drafts.load(draft_id)
            seen = settled(draft, draft.id in self._in_force(), alive=False)
            if seen.state is State.FAILED and draft.state is State.PUBLISHING:
                seen = seen.but(reason=f"{seen.reason}; {reason}")
            return self.drafts.save(seen)

    def put_right(self) -> None:
        """Finish the records of work that a crash, a kill or a full disk cut short."""
        for draft in self.drafts.all():
            if draft.work is not None and not self.drafts.is_alive(draft):
                with suppress(ReleaseError), self.drafts.holding(draft.id):
                    self._put_right(draft.id)

    def _put_right(self, draft_id: str) -> Draft:
        """The draft as it stands, put right on disk where need be; the caller holds its lock."""
        recorded = self.drafts.load(draft_id)
        draft = settled(recorded, draft_id in self._in_force(), alive=False)
        if recorded.work is not None and recorded.work.step:
            self.drafts.save(draft)
            about = {"import_id": draft.id, "reason": draft.reason, "found_later": True}
            self.journal.note(draft.state, recorded.work.who, **about)
        return draft

    def _may(self, draft_id: str, states: tuple[State, ...], what: str) -> Draft:
        draft = self._put_right(draft_id)
        if draft.state not in states:
            found, expected = str(draft.state), " or ".join(states)
            told = Problem(f"The import cannot be {what}", draft_id, found=found, expected=expected)
            raise ReleaseError([told])
        return draft

    @contextmanager
    def _working(self, draft: Draft, what: Work, who: str, progress: Progress) -> Iterator[_Work]:
        """Record every step of some work on a draft; when it fails, that and why. What stops it is raised."""
        task = Task(work=what, who=who, since=now())
        work = _Work(self.drafts, draft, task, progress)
        work.step(BEGINNING)
        try:
            self.journal.note(f"{what} begun", who, import_id=draft.id)
            yield work
        except MovedError:
            raise
        except BaseException as error:
            self._stopped(work, error)
            raise

    def _stopped(self, work: _Work, error: BaseException) -> None:
        """Record a failure. On a disk that takes no record the work stays unfinished, which tells as much."""
        reason = error.problems[0].text() if isinstance(error, DataError) and error.problems else repr(error)
        begun = work.draft.but(work=work.task)
        seen = settled(begun, begun.id in self._in_force(), alive=False).but(reason=reason)
        try:
            self.drafts.save(seen)
            self.journal.note(f"{work.task.work} failed", work.task.who, import_id=seen.id, reason=reason)
        except ReleaseError as again:
            error.add_note(str(again))


@dataclass
class _Work:
    """Work under way on a draft, recorded step by step."""

    drafts: Drafts
    draft: Draft
    task: Task
    progress: Progress

    def step(self, name: str) -> None:
        """Come to a step."""
        state = State.PUBLISHING if self.task.work is Work.PUBLISH else self.draft.state
        self.task = self.task.but(step=name)
        self.drafts.save(self.draft.but(state=state, work=self.task, reason=""))
        self.progress(name)
