"""What may be stored of a file that holds personal data: the same cells without it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path, PurePath

import pyarrow.parquet as pq

from etl.intake.findings import Finding
from etl.intake.privacy.rows import clean_workbook
from etl.intake.privacy.tables import clean_table
from etl.intake.rewrite import to_bytes, values_book
from etl.readers.files import open_workbook, read_columns
from indices.errors import SourceError


@dataclass(frozen=True)
class CleanCopy:
    """A file without personal data: its name (the ending may be another), its bytes, what was taken out."""

    name: str
    data: bytes
    findings: list[Finding]


def clean_copy(path: Path, name: str) -> CleanCopy | None:
    """A copy of a file that may be stored; None when it holds no personal data and may be stored as it is.

    Places stay. A workbook becomes an .xlsx of values (formulas, notes on cells and pictures are left
    behind, since they may repeat what was taken out), a table too large for a workbook a .parquet. Raises
    SourceError when the file cannot be read: then nothing of it should be stored.
    """
    try:
        workbook = open_workbook(path, name)
    except SourceError:
        return _large_table(path, name)
    cleaned, found = clean_workbook(workbook)
    if not found:
        return None
    return CleanCopy(_renamed(name, ".xlsx"), to_bytes(values_book(cleaned)), found)


def _large_table(path: Path, name: str) -> CleanCopy | None:
    cleaned, found = clean_table(read_columns(path, name), name)
    if not found:
        return None
    stream = io.BytesIO()
    pq.write_table(cleaned, stream)
    return CleanCopy(_renamed(name, ".parquet"), stream.getvalue(), found)


def _renamed(name: str, ending: str) -> str:
    return PurePath(name).stem + ending
