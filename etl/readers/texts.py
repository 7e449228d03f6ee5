"""Read a text table (.csv, .tsv and the like): every cell a text, its encoding and separator told."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Final

from etl.readers.area import Area, Budget
from etl.readers.cells import plain, trimmed
from etl.readers.encodings import NAMES, encoding_of, separator_of
from etl.readers.limits import SAMPLE_BYTES, Limits
from etl.readers.refusal import RefusedError
from etl.readers.workbook import Sheet, Value, Workbook

_FEW: Final = 3


def read_text(path: Path, limits: Limits) -> Workbook:
    """The table as a workbook of one sheet, names left blank. Raises RefusedError when it cannot be read."""
    with path.open("rb") as stream:
        head = stream.read(SAMPLE_BYTES)
    codec = encoding_of(head, whole=len(head) == path.stat().st_size)
    sample = head.decode(codec, "ignore")
    separator = separator_of(sample)
    rows = _rows(path, codec, separator, limits)
    if rows and sample.lower().startswith("sep="):
        rows[0] = []
    notices = _ragged([len(row) for row in rows])
    name = NAMES.get(codec, codec.upper())
    return Workbook("", "csv", [Sheet("", trimmed(rows))], name, separator, notices)


def _rows(path: Path, codec: str, separator: str, limits: Limits) -> list[list[Value]]:
    """Cells by row, read in pieces. Raises RefusedError where a row cannot be cut or decoded."""
    rows: list[list[Value]] = []
    area, budget = Area("", limits), Budget(limits)
    try:
        with path.open(encoding=codec, newline="") as stream:
            for record in csv.reader(stream, delimiter=separator, strict=True):
                row = [plain(cell.strip()) for cell in record]
                rows.append(row)
                if any(row):
                    area.grow(len(rows), len(row))
                budget.take("", 1, len(row))
    except csv.Error as error:
        raise RefusedError(
            "The text cannot be cut into cells",
            place=f"row {len(rows) + 1}",
            found=str(error),
            expected="cells in quotes only where quotes close again, quotes inside them doubled",
            hint="look at the quotes in this row and the ones before it",
        ) from error
    except UnicodeError as error:
        raise RefusedError(
            "The text changes its encoding within the file",
            place=f"after row {len(rows)}",
            found=str(getattr(error, "reason", error)),
            expected=NAMES.get(codec, codec.upper()),
            hint="save it as CSV UTF-8 (Excel: Save As > CSV UTF-8)",
        ) from error
    return rows


def _ragged(widths: list[int]) -> list[str]:
    """A word on rows with more or fewer cells than most have: one inside a text, or one lost."""
    several = [width for width in widths if width > 1]
    usual = Counter(several).most_common(1)[0][0] if several else 1
    more = [number for number, width in enumerate(widths, start=1) if width > usual]
    fewer = [number for number, width in enumerate(widths, start=1) if 1 < width < usual]
    told = ((more, "more"), (fewer, "fewer"))
    return [_told(rows, word, usual) for rows, word in told if rows]


def _told(rows: list[int], word: str, usual: int) -> str:
    named = ", ".join(str(number) for number in rows[:_FEW]) + (" ..." if len(rows) > _FEW else "")
    return f"Rows with {word} cells than the {usual} that most rows have: {len(rows):,} (row {named})."
