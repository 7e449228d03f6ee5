"""What killed processes left half done: removed when somebody works in the same place an hour later or more.

Whatever is written beside its place lives for seconds. Age alone decides: processes of another container that
share the folder have numbers of their own, so a number that nobody has here says nothing.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

LASTING: Final = 3600.0


def sweep(paths: Iterable[Path]) -> None:
    """Remove those files and folders that nobody has touched for an hour; what cannot be removed stays."""
    for path in paths:
        with suppress(OSError):
            if time.time() - path.lstat().st_mtime < LASTING:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextmanager
def workplace(purpose: str) -> Iterator[Path]:
    """A folder of one's own for temporary files, gone afterwards; those of killed processes go first.

    They may hold files of people as these were sent.
    """
    prefix = f"cchc-{purpose}-"
    sweep(Path(tempfile.gettempdir()).glob(f"{prefix}*"))
    with tempfile.TemporaryDirectory(prefix=prefix) as folder:
        yield Path(folder)
