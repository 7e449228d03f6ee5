"""Packs made beside the app: each in a process of its own, so that no reader waits; found again by a token.

All that is known of a job lies in its folder, so that any worker of the server may tell of it. Folders are
cleaned up when the next job starts.
"""

import json
import logging
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT_SECONDS = 3600
LONGEST_SECONDS = 300
AT_ONCE = 2
ENDED, TOLD, LOG = "ended", "told.json", "log"
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
FILES = {".docx", ".pptx", ".xlsx", ".pdf"}
MEDIA = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class JobView:
    """How far a job is. state: unknown | running | done | refused | failed. files: (name, bytes) so far."""

    state: str
    files: tuple[tuple[str, int], ...] = ()
    wanted: int = 0
    problems: tuple[str, ...] = ()


@dataclass
class Jobs:
    """Starts jobs over one folder of releases and tells how far they are."""

    releases: Path
    folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "cchc-briefings")

    def start(self, options: Sequence[str], wanted: int) -> str:
        """Start a job with the options of `python -m exports briefing`; its token, "" when too many run."""
        self._clean()
        if sum(self.look(place.name).state == "running" for place in self._places()) >= AT_ONCE:
            return ""
        token = secrets.token_urlsafe(24)
        place = self.folder / token
        place.mkdir(parents=True, mode=0o700)
        (place / "wanted").write_text(str(wanted), encoding="ascii")
        command = [sys.executable, "-m", "exports", "briefing", *options]
        command += ["--releases", str(self.releases.resolve()), "--out", str(place.resolve()), "--json"]
        threading.Thread(target=_run, args=(command, place), daemon=True).start()
        return token

    def look(self, token: str) -> JobView:
        """How far the job of a token is."""
        place = self._place(token)
        if place is None:
            return JobView("unknown")
        found = sorted(p for p in place.iterdir() if p.suffix in FILES and not p.name.startswith("."))
        files = tuple((path.name, path.stat().st_size) for path in found)
        wanted = int((place / "wanted").read_text(encoding="ascii"))
        ended = place / ENDED
        if not ended.exists():
            stuck = time.time() - place.stat().st_ctime > LONGEST_SECONDS
            return JobView("failed" if stuck else "running", files, wanted)
        code = ended.read_text(encoding="ascii")
        if code == "0":
            return JobView("done", files, wanted)
        return JobView(*_refusal(place), problems=_problems(place), wanted=wanted)

    def file(self, token: str, name: str) -> Path | None:
        """A finished file of a job; None when there is none of that name."""
        place = self._place(token)
        listed = {file for file, _ in self.look(token).files} if place else set()
        return place / name if place and name in listed else None

    def states(self) -> list[str]:
        """The state of every job whose folder is still there."""
        return [self.look(place.name).state for place in self._places()]

    def _place(self, token: str) -> Path | None:
        if not TOKEN.fullmatch(token):
            return None
        place = self.folder / token
        return place if (place / "wanted").is_file() else None

    def _places(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.is_dir() else []

    def _clean(self) -> None:
        """Take away the folders of jobs that began long ago."""
        for place in self._places():
            if time.time() - place.stat().st_mtime > KEPT_SECONDS:
                shutil.rmtree(place, ignore_errors=True)


def _run(command: list[str], place: Path) -> None:
    """Run one job to its end and write down how it ended."""
    code = "1"
    try:
        with (place / TOLD).open("wb") as told, (place / LOG).open("wb") as log:
            done = subprocess.run(
                command, cwd=ROOT, stdout=told, stderr=log, timeout=LONGEST_SECONDS, check=False
            )
        code = str(done.returncode)
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("a briefing was not made: %s", type(error).__name__)
    finally:
        (place / ENDED).write_text(code, encoding="ascii")


def _refusal(place: Path) -> tuple[str]:
    return ("refused" if _problems(place) else "failed",)


def _problems(place: Path) -> tuple[str, ...]:
    """What a refused job told, as lines."""
    try:
        told = json.loads((place / TOLD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ()
    problems = told.get("problems") or () if isinstance(told, dict) else ()
    return tuple(". ".join(filter(None, (p.get("what"), p.get("hint")))) for p in problems)
