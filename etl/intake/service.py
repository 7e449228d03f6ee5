"""Everything one may do with files that people bring: the one door for the command line and the screens.

receive -> inspect -> stage -> look at the draft -> publish | discard; undo.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from etl.build import silent
from etl.intake.background import publish_in_background
from etl.intake.base import load_base
from etl.intake.context import context_of
from etl.intake.definition_files import write_definition
from etl.intake.diff import Diff
from etl.intake.drafts import Draft
from etl.intake.findings import Finding
from etl.intake.fitting import Fit
from etl.intake.inspection import Given, Inspection
from etl.intake.mapping_file import ImportMapping, load_mapping
from etl.intake.mappings import Mappings
from etl.intake.privacy import CleanCopy
from etl.intake.propose import propose
from etl.intake.publishing import Publishing
from etl.intake.records import Progress
from etl.intake.staging import DEFINITION, MAPPING, Staging, Write
from etl.intake.steps import Steps
from etl.intake.store import Upload
from etl.intake.template.recognise import recognise
from etl.intake.vocabulary import load_vocabulary
from etl.readers.workbook import Workbook
from etl.settings import Settings


class Intake:
    """The imports of one installation. Every method may raise a DataError that tells what is wrong."""

    def __init__(self, settings: Settings, steps: Steps | None = None) -> None:
        """`steps`: the functions that open, read and check a file; the product's own unless said."""
        self.settings = settings
        self._staging = Staging(settings, steps or Steps())
        self._records = self._staging.records
        self._publishing = Publishing(self._staging)

    def receive(self, name: str, data: bytes, who: str) -> Upload:
        """Keep a file, read-only and as it is, or a copy without what concerns persons; the same file once.

        A file that cannot be read is not kept.
        """
        return self._received(self._staging.receiving.keep(name, data), who)

    def receive_copy(self, copy: CleanCopy, sent: str, who: str) -> Upload:
        """Keep what is needed of a file that one knows how to read, instead of the file itself; once for each
        `sent`, the digest of the file and of the way it was read."""
        return self._received(self._staging.receiving.keep_copy(copy, sent), who)

    def left_out(self, file_id: str) -> list[Finding]:
        """What concerned persons in a file and was not kept, as counts."""
        return self._staging.receiving.findings(file_id)

    def _received(self, upload: Upload, who: str) -> Upload:
        about = {
            "file": upload.file_id,
            "name": upload.name,
            "known": upload.known,
            "cleaned": upload.cleaned,
        }
        self._records.journal.note("received", who, **about)
        return upload

    def file(self, file_id: str) -> Path:
        """Where a kept file lies, after making sure that it is what was sent."""
        return self._staging.store.path(file_id)

    def upload(self, file_id: str) -> Upload:
        """What is kept under an id."""
        return self._staging.store.find(file_id)

    def workbook(self, file_id: str) -> Workbook:
        """The cells of a kept file."""
        return self._staging.receiving.workbook(file_id)

    def inspect(self, file_id: str, given: Given | None = None) -> Inspection:
        """What a kept file seems to hold, and a proposed mapping; `given`: what a person has said already."""
        base = load_base(self.settings)
        context = context_of(base.registry(), base.reference, load_vocabulary(self.settings))
        return propose(self.workbook(file_id), context, given)

    def fitting(self, file_id: str) -> list[Fit]:
        """Saved and shipped mappings whose sheets and headers are those of a kept file, the best first."""
        return Mappings(self.settings).fitting(self.workbook(file_id))

    def template(self, file_id: str) -> ImportMapping | None:
        """The mapping of a kept file that is a filled template; None for any other file.

        Raises SourceError for a template that is too old or damaged.
        """
        return recognise(self.workbook(file_id), load_base(self.settings).registry())

    def stage(self, file_id: str, mapping: ImportMapping, who: str) -> Draft:
        """The draft of a kept file read by a mapping: refused when anything is certainly wrong."""
        self._records.put_right()
        return self._staging.figures(file_id, mapping, who)

    def stage_definition(self, files: Mapping[str, str], who: str, file_id: str) -> Draft:
        """The draft of a definition, such as one made of the annex that is kept under `file_id`.

        `files`: names inside the definitions ("<framework>/components.csv", "crosswalk.csv") and their texts.
        """
        written = write_definition(files)
        return self.stage_overlay(DEFINITION, file_id, who, written.index, written.write)

    def stage_overlay(self, kind: str, file_id: str, who: str, index: str, write: Write) -> Draft:
        """The draft of an overlay that `write(folder, import_id)` fills, returning what it found."""
        self._records.put_right()
        return self._staging.folder(kind, self.upload(file_id), who, index, write)

    def drafts(self) -> list[Draft]:
        """Every import from staging on, newest first, as it truly stands."""
        return self._records.look_at_all()

    def draft(self, draft_id: str) -> Draft:
        """One import as it truly stands, with the step it is at while somebody publishes it."""
        return self._records.look(draft_id)

    def findings(self, draft_id: str) -> list[Finding]:
        """Everything that was found in the file of a draft, errors that refused it included."""
        return self._staging.findings(draft_id)

    def diff(self, draft_id: str) -> Diff | None:
        """What a draft would change, as last compared; None for a refused one."""
        return self._staging.stored_diff(draft_id)

    def mapping(self, draft_id: str) -> ImportMapping:
        """The mapping that the file of a draft was read by."""
        return load_mapping(self._records.drafts.path(draft_id, MAPPING))

    def publish(self, draft_id: str, who: str, wait: float = 0.0, progress: Progress = silent) -> Draft:
        """Serve the release with a draft on top; see `Publishing.publish`."""
        return self._publishing.publish(draft_id, who, wait, progress)

    def publish_in_background(self, draft_id: str, who: str) -> Draft:
        """Start a publisher and return at once; `draft(id)` then tells how far it is."""
        return publish_in_background(self._publishing, draft_id, who)

    def discard(self, draft_id: str, who: str) -> Draft:
        """Put a draft aside that was never published."""
        return self._publishing.discard(draft_id, who)

    def undo(
        self, draft_id: str, who: str, wait: float = 0.0, progress: Callable[[str], None] = silent
    ) -> Draft:
        """Serve the release without an import; see `Publishing.undo`."""
        return self._publishing.undo(draft_id, who, wait, progress)

    def history(self) -> list[dict[str, Any]]:
        """The journal, oldest first: who did what and when."""
        return self._records.journal.entries()
