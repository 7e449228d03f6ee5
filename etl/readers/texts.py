"""Read a text table (.csv, .tsv and the like): every cell a text, its encoding and separator told."""

from __future__ import annotations

import csv
import io
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
    raw = path.read_bytes()
    head = raw[:SAMPLE_BYTES]
    codec = encoding_of(head, whole=len(head) == len(raw))
    text = decoded(raw, codec)
    separator = separator_of(text[:SAMPLE_BYTES])
    rows = _rows(text, separator, limits)
    notices = _ragged([len(row) for row in rows])
    return Workbook(
        "", "csv", [Sheet("", trimmed(rows))], NAMES.get(codec, codec.upper()), separator, notices
    )


def decoded(raw: bytes, codec: str) -> str:
    """The text of a file. Raises RefusedError when a letter beyond the sample does not fit the encoding."""
    try:
        return raw.decode(codec)
    except UnicodeError as error:
        at = getattr(error, "start", 0)
        raise RefusedError(
            "The text changes its encoding within the file",
            place=f"row {raw.count(10, 0, at) + 1}",
            found=f"byte 0x{raw[at]:02X}",
            expected=NAMES.get(codec, codec.upper()),
            hint="save it as CSV UTF-8 (Excel: Save As > CSV UTF-8)",
        ) from error


def _rows(text: str, separator: str, limits: Limits) -> list[list[Value]]:
    """Cells by row; a first line "sep=;", which only tells the separator, stays as a blank row."""
    rows: list[list[Value]] = []
    area, budget = Area("", limits), Budget(limits)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, record in enumerate(reader, start=1):
            row = [plain(cell.strip()) for cell in record]
            if number == 1 and text.lower().startswith("sep="):
                row = []
            if any(row):
                area.grow(number, len(row))
            budget.take("", 1, len(row))
            rows.append(row)
    except csv.Error as error:
        raise RefusedError(
            "The text cannot be cut into cells",
            place=f"row {len(rows) + 1}",
            found=str(error),
            expected="cells in quotes only where quotes close again, quotes inside them doubled",
            hint="look at the quotes in this row and the ones before it",
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
