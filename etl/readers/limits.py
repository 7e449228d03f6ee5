"""How large a file that somebody brought may be, and how much its reading may cost: every number.

docs/security.md lists them; a test compares the two.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

MIB: Final = 1024 * 1024
# Small parts of a workbook may compress as well as they like; only beyond this size does the ratio count.
RATIO_FROM: Final = 10 * MIB
# Readers at work at the same time in one process of the app; others wait their turn.
AT_ONCE: Final = 2
# So much of a file is looked at to tell its encoding and its separator.
SAMPLE_BYTES: Final = 1 * MIB


@dataclass(frozen=True)
class Limits:
    """Limits of one kind of reading.

    `file_mib`: size of the file; `expanded_mib`: of everything inside it, unpacked; `ratio`: unpacked size of
    a part over its packed size; `entries`: parts in the archive; `sheets`; `rows`, `columns`: of a sheet, up
    to its last value; `cells`: rows x columns, over all sheets; `memory_mib`: address space of the reading
    process; `cpu_seconds`: its processor time, which stops a hostile file; `seconds`: until it is stopped
    even if it only waits, generous so that a busy machine refuses no good file; `answer_mib`: what it writes.
    """

    file_mib: int
    expanded_mib: int
    ratio: int
    entries: int
    sheets: int
    rows: int
    columns: int
    cells: int
    memory_mib: int
    cpu_seconds: int
    seconds: int
    answer_mib: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, for the reading process."""
        return asdict(self)


# A workbook of scores or of criteria, all of its sheets with all that is said of them.
WORKBOOK: Final = Limits(
    file_mib=50,
    expanded_mib=150,
    ratio=100,
    entries=1_500,
    sheets=200,
    rows=100_000,
    columns=1_500,
    cells=1_000_000,
    memory_mib=512,
    cpu_seconds=8,
    seconds=30,
    answer_mib=200,
)
# One table of a survey, column by column.
TABLE: Final = Limits(
    file_mib=300,
    expanded_mib=1_500,
    ratio=100,
    entries=1_500,
    sheets=200,
    rows=1_000_000,
    columns=1_500,
    cells=20_000_000,
    memory_mib=1_200,
    cpu_seconds=60,
    seconds=180,
    answer_mib=1_000,
)
