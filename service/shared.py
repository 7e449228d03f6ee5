"""The folder in which the workers of a server add up what they measured, and its end."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from etl import leftovers
from etl.lock import alone, is_held
from indices.errors import Problem

PREFIX: Final = "cchc-metrics-"


class Shared:
    """A folder that lasts as long as the server: its workers hold the lock with it, so that the folder of one
    that was killed is known as nobody's, and removed by a later start (an hour after, as all leftovers)."""

    def __init__(self) -> None:
        others = Path(tempfile.gettempdir()).glob(f"{PREFIX}*")
        leftovers.sweep(other for other in others if not is_held(other))
        self.folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        self._held = ExitStack()
        self._held.enter_context(alone(self.folder, Problem("The folder is another's", str(self.folder))))

    def leave(self) -> None:
        """A worker ends: it lets go of the lock, which the others and the server hold on to."""
        self._held.close()

    def remove(self) -> None:
        """Take the folder away, with the server that made it."""
        self._held.close()
        shutil.rmtree(self.folder, ignore_errors=True)
