"""The parameters of a framework on disk: only the rows that change are written anew, the file in one step."""

from __future__ import annotations

import contextlib
import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

from etl.definitions import TABLES
from indices.errors import Problem, ReleaseError

Ranges = Mapping[tuple[int, str], tuple[float, float]]
_HEADER = TABLES["parameters"]
_DRAFT = ".writing"


def with_ranges(text: str, ranges: Ranges) -> str:
    """The text of a parameters file with `ref_min` and `ref_max` of each (year, code) set.

    Lines of other rows stay as they are, byte for byte. A row that is not there yet follows the last one of
    its year, or of the years before. A blank text gets the header first.
    """
    text = text or ",".join(_HEADER) + "\n"
    end = "\r\n" if "\r\n" in text else "\n"
    lines = _records(text)
    header = lines[0][1]
    left = dict(ranges)
    found: list[tuple[int, str]] = [(-1, lines[0][0])]
    for line, cells in lines[1:]:
        row = dict(zip(header, cells, strict=True))
        new = left.pop((int(row["year"]), row["code"]), None)
        found.append((int(row["year"]), line if new is None else _line(header, row | _ends(new), end)))
    for (year, code), new in left.items():
        row = dict.fromkeys(header, "") | {"year": str(year), "code": code} | _ends(new)
        place = max(i for i, (when, _) in enumerate(found) if when <= year) + 1
        found.insert(place, (year, _line(header, row, end)))
    return "".join(line for _, line in found)


def _records(text: str) -> list[tuple[str, list[str]]]:
    """Each record with its own text, line end included; blank lines are dropped."""
    raw = text.splitlines(keepends=True)
    reader, start, found = csv.reader(io.StringIO(text, newline="")), 0, []
    for cells in reader:
        line = "".join(raw[start : reader.line_num])
        start = reader.line_num
        if any(cells):
            found.append((line if line.endswith("\n") else f"{line}\n", [cell.strip() for cell in cells]))
    return found


def _ends(ends: tuple[float, float]) -> dict[str, str]:
    return {"ref_min": _number(ends[0]), "ref_max": _number(ends[1])}


def _number(value: float) -> str:
    """The shortest text that gives the very same number back; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _line(header: list[str], row: dict[str, str], end: str) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator=end).writerow([row[name] for name in header])
    return buffer.getvalue()


def write_ranges(path: Path, ranges: Ranges) -> None:
    """Set ranges in the file at `path`, which is replaced in one step or not at all. Raises ReleaseError."""
    draft = path.with_name(f".{path.name}{_DRAFT}")
    try:
        old = path.read_bytes().decode("utf-8") if path.exists() else ""
        draft.write_bytes(with_ranges(old, ranges).encode("utf-8"))
        with draft.open("rb+") as handle:
            os.fsync(handle.fileno())
        os.replace(draft, path)
    except OSError as error:
        problem = Problem("The parameters cannot be written", path.name, str(path.parent), str(error))
        raise ReleaseError([problem]) from error
    finally:
        with contextlib.suppress(OSError):
            draft.unlink(missing_ok=True)
