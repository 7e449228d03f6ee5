"""How a file becomes rows: the parts of the intake that staging calls, each a plain function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.intake.base import Base
from etl.intake.extract import Extract
from etl.intake.findings import Finding
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping
from etl.intake.store import Upload
from etl.mapping import UnitNames
from etl.readers.files import open_workbook
from etl.readers.workbook import Workbook
from indices.registry import Registry


@dataclass(frozen=True)
class Held:
    """What the checks may know beside the rows: the release in service, the frameworks with those that the
    draft brings, the mapping, the file and its workbook."""

    base: Base
    registry: Registry
    mapping: ImportMapping
    upload: Upload
    workbook: Workbook


def _as_they_are(extracted: Extract, workbook: Workbook) -> Extract:
    return extracted


def _no_checks(extracted: Extract, held: Held) -> list[Finding]:
    return []


@dataclass(frozen=True)
class Steps:
    """`open`: bytes to cells, raises SourceError. `extract`: cells to rows. `clean`: drops what concerns
    persons. `check`: what is wrong or odd about the rows."""

    open: Callable[[Path, str], Workbook] = open_workbook
    extract: Callable[[Workbook, ImportMapping, UnitNames], Extract] = extract
    clean: Callable[[Extract, Workbook], Extract] = _as_they_are
    check: Callable[[Extract, Held], list[Finding]] = _no_checks
