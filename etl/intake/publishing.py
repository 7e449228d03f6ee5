"""Publishing a draft and undoing it: a whole build, then one move of the pointer, and a record of it.

A crash at any moment leaves either the old release or the new one in service; see `records` for what becomes
of the draft.
"""

from __future__ import annotations

from etl.build import Built, build_with, silent
from etl.intake.atomic import now
from etl.intake.base import load_base
from etl.intake.builds import recorded
from etl.intake.diff import Diff
from etl.intake.drafts import Draft, State, Task, Work, settled
from etl.intake.records import MovedError, Progress, Working
from etl.intake.staging import Staging
from etl.intake.waves import DIFFERS, TWICE, loaded_before, waves_of
from etl.layers import OVERLAY, imports_in_force
from etl.lock import only_builder
from indices.errors import DataError, Problem, ReleaseError

# Steps of publishing around those of the build itself.
WAITING, COMPARING, RECORDING = "waiting", "comparing", "recording"
MAY_PUBLISH = (State.STAGED, State.FAILED, State.UNDONE, State.PUBLISHED)
MAY_DISCARD = (State.STAGED, State.REFUSED, State.FAILED)


class Publishing:
    """What may be done to a staged draft."""

    def __init__(self, staging: Staging) -> None:
        """Work on the drafts of one imports folder."""
        self.staging = staging
        self.settings = staging.settings
        self.records = staging.records
        self.drafts = staging.records.drafts

    def publish(self, draft_id: str, who: str, wait: float = 0.0, progress: Progress = silent) -> Draft:
        """Build the release with the draft on top and serve it; returns the published draft.

        `wait`: seconds to wait for another build to end. Raises a DataError, and what is served is then
        untouched; `MovedError` when the draft has to be looked at again. A draft that is published already is
        returned as it is.
        """
        self.records.put_right()
        with self.drafts.holding(draft_id):
            draft = self.records.may(draft_id, MAY_PUBLISH, "published")
            if draft.served:
                return draft
            with self.records.working(draft, Work.PUBLISH, who, progress) as under_way:
                under_way.step(WAITING)
                with only_builder(self.settings.releases_dir, wait):
                    under_way.step(COMPARING)
                    self._not_twice(under_way.draft)
                    under_way.draft = self._compared_again(under_way.draft, who)
                    imports = (*under_way.draft.base_imports, draft_id)
                    with recorded(self.settings.releases_dir):
                        built = build_with(self.settings, imports, progress=under_way.step)
                    done = {"published_by": who, "published_release": built.pointer.release_id}
                    return self._closed(under_way, State.PUBLISHED, published_at=now(), **done)

    def _not_twice(self, draft: Draft) -> None:
        """Raises ReleaseError, and tells it among the draft's findings, when what the draft brings came into
        service after it was staged. Once that was undone, the draft may be published after all."""
        waves = waves_of(self.drafts.path(draft.id, OVERLAY), draft.id)
        if not waves:
            return
        held = load_base(self.settings).view.survey_waves(draft.index)
        found = [one for wave in waves for one in loaded_before(held, wave, draft.id, draft.file_name)]
        others = [one for one in self.staging.findings(draft.id) if one.check not in (TWICE, DIFFERS)]
        self.staging.save_findings(draft, [*others, *found])
        if found:
            raise ReleaseError([one.problem for one in found])

    def _compared_again(self, draft: Draft, who: str) -> Draft:
        """The draft against the release in service now. Raises MovedError when its changes are others."""
        base = load_base(self.settings)
        if base.info.release_id == draft.base_release:
            return draft
        diff, seen = self.staging.diff(base, draft), self._seen(draft)
        self.staging.save_diff(draft, diff)
        before, after = draft.base_release, base.info.release_id
        self.records.journal.note("compared again", who, import_id=draft.id, release=after, before=before)
        draft = draft.but(base_release=after, base_imports=base.info.imports, summary=diff.summary)
        if seen is not None and diff.same_as(seen):
            return draft
        self.drafts.save(draft.but(state=State.STAGED, reason=""))
        what = "The release in service has moved, and the import now changes other things than were shown"
        hint = "it was compared again: look at the changes, then publish"
        raise MovedError([Problem(what, draft.id, found=after, expected=before, hint=hint)])

    def _seen(self, draft: Draft) -> Diff | None:
        """The diff that a person could look at; a crash may have left one of another release untold."""
        diff = self.staging.stored_diff(draft.id)
        return diff if diff is not None and diff.base_release == draft.base_release else None

    def undo(self, draft_id: str, who: str, wait: float = 0.0, progress: Progress = silent) -> Draft:
        """Serve the release without an import, also when others were published after it.

        Raises a DataError, and what is served is then untouched, when it is not in service or when what was
        published later cannot stand without it.
        """
        self.records.put_right()
        with self.drafts.holding(draft_id):
            draft = self.records.may(draft_id, (State.PUBLISHED,), "undone")
            with self.records.working(draft, Work.UNDO, who, progress) as under_way:
                under_way.step(WAITING)
                with only_builder(self.settings.releases_dir, wait):
                    self._built_without(draft_id, under_way.step)
                    return self._closed(under_way, State.UNDONE, undone_by=who, undone_at=now())

    def _built_without(self, draft_id: str, step: Progress) -> Built:
        in_force = imports_in_force(self.settings)
        if draft_id not in in_force:
            what, hint = "The release in service does not hold this import", "it may have been rolled back"
            raise ReleaseError([Problem(what, draft_id, hint=hint)])
        left = [name for name in in_force if name != draft_id]
        try:
            with recorded(self.settings.releases_dir):
                return build_with(self.settings, left, progress=step)
        except DataError as error:
            resting = [name for name in left if any(f"imports/{name}/" in p.text() for p in error.problems)]
            if not resting:
                raise
            what, hint = "Later imports rest on this one", "undo these first"
            told = Problem(what, draft_id, found=", ".join(resting), hint=hint)
            raise type(error)([told, *error.problems]) from error

    def _closed(self, under_way: Working, state: State, **fields: str) -> Draft:
        """The record of what is in service already; a disk that does not take it changes nothing in that."""
        served = state is State.PUBLISHED
        done = under_way.draft.but(state=state, work=None, reason="", served=served, **fields)
        try:
            under_way.step(RECORDING)
            self.records.close(done, under_way.task, release=fields.get("published_release", ""))
        except ReleaseError as error:
            return done.but(reason=error.problems[0].text())
        return done

    def discard(self, draft_id: str, who: str) -> Draft:
        """Put a draft aside that was never published; its file and its record stay."""
        with self.drafts.holding(draft_id):
            draft = self.records.may(draft_id, MAY_DISCARD, "discarded")
            under_way = Working(self.drafts, draft, Task(work=Work.DISCARD, who=who, since=now()))
            under_way.step(RECORDING)
            done = settled(draft.but(work=under_way.task), served=False, alive=False)
            return self.records.close(done, under_way.task)

    def begin(self, draft_id: str, who: str) -> Draft:
        """Announce that a publisher is being started; it takes over from there."""
        with self.drafts.holding(draft_id):
            draft = self.records.may(draft_id, MAY_PUBLISH, "published")
            task = Task(work=Work.PUBLISH, who=who, since=now())
            return self.drafts.save(draft.but(state=State.PUBLISHING, work=task, reason=""))

    def ended(self, draft_id: str, how: str) -> None:
        """Record the end of a publisher that could not do so itself."""
        with self.drafts.holding(draft_id):
            recorded = self.drafts.load(draft_id)
            if recorded.work is not None:
                seen = settled(recorded, draft_id in self.records.in_force(), alive=False)
                reason = f"{seen.reason}; {how}" if seen.state is State.FAILED else seen.reason
                self.records.close(seen.but(reason=reason), recorded.work, reason=reason)
