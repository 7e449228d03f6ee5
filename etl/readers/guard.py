"""Run the reading process and understand how it ended: an answer, a refusal, a limit, or a crash."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Final, TypeVar

from etl.leftovers import workplace
from etl.readers.child import Task
from etl.readers.limits import AT_ONCE, MIB, Limits
from etl.readers.refusal import RefusedError, damaged, empty, size, too_much
from indices.errors import SourceError

ROOT: Final = Path(__file__).resolve().parents[2]
_SLOTS: Final = threading.BoundedSemaphore(AT_ONCE)
_SMALLER: Final = "keep one table in the file, delete formats and pictures, or save it as CSV"
# Of the environment, only what a process needs to start; nothing that it could give away.
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV")
# Few threads and one plain allocator: reserved but unused addresses count against the limit on memory.
_QUIET: Final = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "2",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "1",
    "RAYON_NUM_THREADS": "2",
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
}
_OUT_OF_TIME: Final = {-getattr(signal, name) for name in ("SIGXCPU", "SIGKILL") if hasattr(signal, name)}
# What Rust, Python, C++ and the system say when there is no more room, in memory or for the answer.
_OUT_OF_MEMORY: Final = ("memory allocation", "MemoryError", "bad_alloc", "File too large")
_STDERR_BYTES: Final = 4096
Result = TypeVar("Result")


def read_safely(task: Task, name: str, read: Callable[[IO[bytes]], Result]) -> Result:
    """Have the task done in a process of its own and `read` its answer.

    Raises SourceError with one problem when the file is refused, passes a limit or breaks its reader.
    """
    limits = Limits(**task.limits)
    try:
        check_size(Path(task.path), limits)
        with (
            _SLOTS,
            workplace("reading") as folder,
            (folder / "answer").open("w+b") as answer,
        ):
            _run(task, limits, answer, str(folder))
            return _result(answer, limits, read)
    except RefusedError as refusal:
        raise SourceError([refusal.problem(name)]) from refusal


def check_size(path: Path, limits: Limits) -> None:
    """Raises RefusedError when the file is no plain file, empty or larger than is read."""
    try:
        about = path.stat()
    except OSError as error:
        raise RefusedError("The file cannot be opened", found=str(error.strerror)) from error
    if not stat.S_ISREG(about.st_mode):
        raise RefusedError("The file cannot be opened", found="a folder or device", expected="a file")
    found = about.st_size
    if found == 0:
        raise empty()
    if found > limits.file_mib * MIB:
        raise too_much("The file is too large", size(found), f"{limits.file_mib:,} MiB", _SMALLER)


def command(task: Task) -> list[str]:
    """What is run: this Python, the reading process, its task."""
    return [sys.executable, "-P", "-m", "etl.readers.child", json.dumps(asdict(task))]


def _run(task: Task, limits: Limits, answer: IO[bytes], folder: str) -> None:
    """Start the process and wait for it; what it may still hold is gone when this returns."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    path = str(Path(task.path).resolve())
    with (Path(folder) / "errors").open("w+b") as errors:
        process = subprocess.Popen(
            command(Task(**{**asdict(task), "path": path})),
            cwd=folder,
            env={**kept, **_QUIET, "TMPDIR": folder, "TEMP": folder},
            stdin=subprocess.DEVNULL,
            stdout=answer,
            stderr=errors,
        )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired as error:
            raise _no_answer(limits) from error
        finally:
            process.kill()
            process.wait()
        if code:
            errors.seek(0)
            raise _broken(code, errors.read(_STDERR_BYTES).decode("utf-8", "replace"), limits)


def _result(answer: IO[bytes], limits: Limits, read: Callable[[IO[bytes]], Result]) -> Result:
    """What the answer says: its first line, then the content for `read`."""
    answer.seek(0)
    try:
        told = json.loads(answer.readline())
    except ValueError as error:
        raise damaged("its reader gave no answer") from error
    if "refusal" in told:
        raise RefusedError(told["refusal"]["what"], **told["refusal"]["details"])
    if "memory" in told:
        raise _too_large(limits)
    try:
        return read(answer)
    except (ValueError, TypeError, LookupError, OSError) as error:
        raise damaged("its reader gave no answer") from error


def _broken(code: int, errors: str, limits: Limits) -> RefusedError:
    """Why a process ended without an answer."""
    if code in _OUT_OF_TIME:
        return _too_slow(limits)
    if any(sign in errors for sign in _OUT_OF_MEMORY):
        return _too_large(limits)
    return damaged("its reader broke down")


def _too_slow(limits: Limits) -> RefusedError:
    """Stopped by the system."""
    found = f"more than {limits.cpu_seconds} s of processor time"
    return too_much("The file takes too long to read", found, f"{limits.cpu_seconds} s", _SMALLER)


def _no_answer(limits: Limits) -> RefusedError:
    """Stopped by the clock of this process."""
    hint = f"try again when the computer is less busy; if that does not help, {_SMALLER}"
    found = f"no answer after {limits.seconds} s"
    return too_much("The file takes too long to read", found, f"{limits.seconds} s", hint)


def _too_large(limits: Limits) -> RefusedError:
    most = f"{limits.memory_mib:,} MiB"
    return too_much("The file needs too much memory to read", f"more than {most}", most, _SMALLER)
