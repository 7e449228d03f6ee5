"""Publishing in a process of its own, so that a web request returns at once and may die without harm."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from etl.intake.drafts import Draft
from etl.intake.publishing import Publishing
from etl.settings import ROOT, Settings
from indices.errors import Problem, ReleaseError

LOG = "publish.log"
# A publisher waits so long for another build to end.
WAIT_SECONDS = 600


def publish_in_background(publishing: Publishing, draft_id: str, who: str) -> Draft:
    """Start a publisher and return at once: the draft tells by its `work` how far it is.

    Raises a DataError when the draft may not be published or no process can be started.
    """
    draft = publishing.begin(draft_id, who)
    words = ["-m", "etl", "imports", "publish", draft_id, "--who", who, "--wait", str(WAIT_SECONDS)]
    log = publishing.drafts.path(draft_id, LOG)
    try:
        child = _started([sys.executable, *words, *_places(publishing.settings)], log)
    except OSError as error:
        publishing.ended(draft_id, str(error))
        raise ReleaseError([Problem("No publisher could be started", draft_id, found=str(error))]) from error
    threading.Thread(target=_watch, args=(child, publishing, draft_id), daemon=True).start()
    return draft


def _started(words: list[str], log: Path) -> subprocess.Popen[bytes]:
    with log.open("wb") as output:
        return subprocess.Popen(
            words,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _places(settings: Settings) -> list[str]:
    folders = ("data", "definitions", "releases", "imports")
    return [
        word for name in folders for word in (f"--{name}", str(getattr(settings, f"{name}_dir").resolve()))
    ]


def _watch(child: subprocess.Popen[bytes], publishing: Publishing, draft_id: str) -> None:
    """Wait for the publisher, so that none stays behind as a dead entry, and record its end if it did not."""
    code = child.wait()
    if code:
        publishing.ended(draft_id, f"exit code {code}")
