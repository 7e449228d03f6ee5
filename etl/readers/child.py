"""The reading process: takes limits upon itself, reads one file, writes what it found and ends.

Started by `etl.readers.guard`; whatever a bad file does to a parser, it does here. Readers are imported by
name, so that a process loads only the libraries that its kind of file needs.
"""

from __future__ import annotations

import contextlib
import json
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

from etl.readers.limits import MIB, Limits
from etl.readers.refusal import RefusedError, empty, foreign
from etl.readers.sniff import kind_of

# Windows has no such limits: the clock of the parent and the sizes are what is left there.
if sys.platform != "win32":
    import resource

WORKBOOK: Final = "workbook"
COLUMNS: Final = "columns"
_SHEETS: Final = {
    "xlsx": ("etl.readers.xlsx", "read_xlsx"),
    "xls": ("etl.readers.xls", "read_xls"),
    "ods": ("etl.readers.ods", "read_ods"),
    "csv": ("etl.readers.texts", "read_text"),
    "parquet": ("etl.readers.parquet", "read_parquet"),
}


@dataclass(frozen=True)
class Task:
    """What the parent asks for. `action`: workbook or columns; `title`: name of the sheet of a file without
    sheets; `sheet`, `header_row`: of columns only."""

    path: str
    action: str
    limits: dict[str, int]
    title: str = ""
    sheet: str = ""
    header_row: int = 1


def main(told: str) -> None:
    """Do the task and write the answer to standard output: a line of JSON, then the content."""
    task = Task(**json.loads(told))
    limits = Limits(**task.limits)
    take_limits(limits)
    out = sys.stdout.buffer
    try:
        _answer(task, limits, out)
    except RefusedError as refusal:
        _restart(out, {"refusal": refusal.as_json()})
    except MemoryError:
        _restart(out, {"memory": True})
    out.flush()


def _answer(task: Task, limits: Limits, out: BinaryIO) -> None:
    path = Path(task.path)
    kind = kind_of(path)
    if task.action == COLUMNS:
        columns = import_module("etl.readers.columns")
        table = columns.read(path, columns.Wanted(kind, task.sheet, task.header_row), limits)
        _line(out, {"ok": True})
        columns.write(table, out)
        return
    if kind not in _SHEETS:
        raise foreign("a survey file (SPSS), which is read as a survey, not as a workbook")
    module, function = _SHEETS[kind]
    workbook = getattr(import_module(module), function)(path, limits)
    _line(out, {"ok": True})
    out.write(_finished(workbook, task.title).encode())


def _finished(workbook: Any, title: str) -> str:
    """The checks that all kinds share, then the text that travels."""
    for sheet in workbook.sheets:
        sheet.name = sheet.name or title
    import_module("etl.readers.finish").finish(workbook)
    if not any(sheet.rows for sheet in workbook.sheets):
        raise empty()
    text: str = import_module("etl.readers.wire").dump(workbook)
    return text


def take_limits(limits: Limits) -> None:
    """Bind this process: address space, processor time, size of what it writes, no core files."""
    if sys.platform == "win32":
        return
    for what, most in (
        (resource.RLIMIT_AS, limits.memory_mib * MIB),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_FSIZE, limits.answer_mib * MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # macOS refuses a limit on addresses; the sizes and the clock of the parent are what is left there.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (bound, bound))


def _line(out: BinaryIO, content: dict[str, Any]) -> None:
    out.write(json.dumps(content).encode() + b"\n")


def _restart(out: BinaryIO, content: dict[str, Any]) -> None:
    """Take back what was written and say something else."""
    out.flush()
    out.seek(0)
    out.truncate()
    _line(out, content)


if __name__ == "__main__":
    main(sys.argv[1])
