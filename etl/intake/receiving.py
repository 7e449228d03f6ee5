"""A file at the door: opened once, kept only when it can be read, and never with what concerns persons."""

from __future__ import annotations

import hashlib

from etl.intake.findings import Finding
from etl.intake.privacy import CleanCopy
from etl.intake.steps import Steps
from etl.intake.store import Store, Upload, safe_name
from etl.leftovers import workplace
from etl.readers.workbook import Workbook
from indices.errors import Problem, SourceError


class Receiving:
    """Takes files in and opens kept ones. The file opened last is remembered: it is asked for again soon."""

    def __init__(self, store: Store, steps: Steps) -> None:
        """Keep files in `store`; `steps` open and clean them."""
        self.store = store
        self.steps = steps
        self._last: tuple[str, Workbook] | None = None

    def keep(self, name: str, data: bytes) -> Upload:
        """Keep a file, or a copy of it without what concerns persons.

        Raises SourceError when it cannot be read: then nothing of it stays.
        """
        self.store.tidy()
        called = safe_name(name)
        if not data:
            raise SourceError([Problem("The file is empty", called, hint="send it again")])
        sent = hashlib.sha256(data).hexdigest()
        known = self.store.sent_before(sent)
        if known is not None:
            return known
        workbook, copy = self._looked_at(called, data)
        if copy is not None:
            return self.store.keep(copy.name, copy.data, sent, copy.findings)
        upload = self.store.keep(called, data, sent)
        if workbook is not None:
            self._last = (upload.file_id, workbook)
        return upload

    def keep_copy(self, copy: CleanCopy, sent: str) -> Upload:
        """Keep what somebody else made of a file; `sent`: what names the file that it was made of."""
        self.store.tidy()
        return self.store.sent_before(sent) or self.store.keep(copy.name, copy.data, sent, copy.findings)

    def _looked_at(self, name: str, data: bytes) -> tuple[Workbook | None, CleanCopy | None]:
        """The cells of a file, and the copy to keep instead of it where it tells of persons."""
        with workplace("received") as folder:
            path = folder / name
            path.write_bytes(data)
            try:
                workbook = self.steps.open(path, name)
            except SourceError:
                # A table too large for a workbook is read column by column; else this raises again.
                return None, self.steps.copy(path, name)
            return workbook, self.steps.copy(path, name) if self.steps.personal(workbook) else None

    def workbook(self, file_id: str) -> Workbook:
        """The cells of a kept file. Raises SourceError."""
        path = self.store.path(file_id)
        if self._last is None or self._last[0] != file_id:
            self._last = (file_id, self.steps.open(path, self.store.find(file_id).name))
        return self._last[1]

    def findings(self, file_id: str) -> list[Finding]:
        """What was left out of a file when it was taken in."""
        return self.store.left_out(file_id)
