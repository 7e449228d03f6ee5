"""How builds ended, a line each beside the releases: for those who watch the server."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from etl.intake.atomic import now
from indices.errors import DataError

NAME: Final = ".builds.jsonl"
DONE, FAILED = "done", "failed"
RESULTS: Final = (DONE, FAILED)
MOST: Final = 1000  # lines that are read, the last ones


@dataclass(frozen=True)
class End:
    """When a build ended (ISO, UTC), how, and of which kind of error with how many problems."""

    at: str
    result: str
    error: str = ""
    problems: int = 0


@contextmanager
def recorded(releases_dir: Path) -> Iterator[None]:
    """Write down how the build inside ended; a disk that does not take it changes nothing in that."""
    try:
        yield
    except DataError as error:
        _note(releases_dir, End(now(), FAILED, type(error).__name__, len(error.problems)))
        raise
    except Exception as error:
        _note(releases_dir, End(now(), FAILED, type(error).__name__))
        raise
    _note(releases_dir, End(now(), DONE))


def _note(releases_dir: Path, end: End) -> None:
    with contextlib.suppress(OSError):
        handle = os.open(releases_dir / NAME, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(handle, f"{json.dumps(asdict(end))}\n".encode())
        finally:
            os.close(handle)


def ends(releases_dir: Path) -> list[End]:
    """How the last builds ended, oldest first; a line that a crash cut short is left out."""
    found = []
    with contextlib.suppress(OSError):
        for line in (releases_dir / NAME).read_bytes().split(b"\n")[-MOST:]:
            with contextlib.suppress(ValueError, TypeError):
                found.append(End(**json.loads(line)))
    return found
