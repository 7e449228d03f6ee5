"""Real commands in processes forked from one with everything imported, and killed at a chosen moment.

The process `python -m bench.torture.tools.warm` imports and never works itself, so that forking it is safe;
what a child then spends its time on is work, not the start of Python, and a random moment falls into work.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from etl.__main__ import app as etl_app
from exports.__main__ import app as exports_app

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = {"etl": etl_app, "exports": exports_app}
STEP = 0.002
KILLED = "killed"


@dataclass(frozen=True)
class Task:
    """A command to run. after: seconds until it is killed, None for never; temporary: its TMPDIR.

    file_limit: no file may grow beyond so many bytes, None for any size.
    """

    program: str
    words: tuple[str, ...]
    temporary: str
    after: float | None = None
    file_limit: int | None = None


@dataclass(frozen=True)
class Ended:
    """How a command ended: "killed" or its exit code as text; how long it ran; what it printed last."""

    how: str
    seconds: float
    told: str


class Warm:
    """The process that forks; use it in a `with` block."""

    def __enter__(self) -> Warm:
        words = [sys.executable, "-m", "bench.torture.tools.warm"]
        self._process = subprocess.Popen(
            words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def run(self, task: Task) -> Ended:
        """Run one command to its end, or to the moment it is killed."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(task)) + "\n")
        self._process.stdin.flush()
        return Ended(**json.loads(self._process.stdout.readline()))


def _child(task: Task, log: Path) -> None:
    """Become the command; never returns."""
    with log.open("wb") as output:
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ["TMPDIR"] = task.temporary
    if task.file_limit is not None:
        limit_files(task.file_limit)
    code: Any = 1
    try:
        PROGRAMS[task.program](list(task.words))
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException as error:  # noqa: BLE001 - the child tells and ends here whatever happens
        os.write(2, repr(error).encode())
    os._exit(code if isinstance(code, int) else 0 if code is None else 1)


def limit_files(most: int) -> None:
    """Let no file of this process grow beyond so many bytes: writing then fails as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def _done(task: Task) -> Ended:
    log = Path(task.temporary).with_name("command.log")
    log.touch()  # the child may be killed before it opens it
    start = time.monotonic()
    child = os.fork()
    if not child:
        _child(task, log)
    status = _waited(child, start, task.after)
    seconds = time.monotonic() - start
    told = log.read_text(encoding="utf-8", errors="replace")[-800:]
    return Ended(KILLED if os.WIFSIGNALED(status) else str(os.waitstatus_to_exitcode(status)), seconds, told)


def _waited(child: int, start: float, after: float | None) -> int:
    """Wait for a child, which is killed when its time has come; its status."""
    while after is not None:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status
        if time.monotonic() - start >= after:
            os.kill(child, signal.SIGKILL)
            break
        time.sleep(STEP)
    return os.waitpid(child, 0)[1]


def main() -> None:
    """One command a line of standard input, until it ends."""
    for line in sys.stdin:
        told = json.loads(line)
        ended = _done(Task(**{**told, "words": tuple(told["words"])}))
        sys.stdout.write(json.dumps(asdict(ended)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
