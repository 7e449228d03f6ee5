"""How a file becomes rows: the parts of the intake that staging calls, each a plain function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from etl.filekinds import IN_USE
from etl.intake.base import Base
from etl.intake.checks import CheckContext, check
from etl.intake.checks.context import DIFFERENCE_COLUMNS, FACT_COLUMNS
from etl.intake.checks.held import known_units, wanted_indices
from etl.intake.checks.years import banners_of
from etl.intake.extract import Extract
from etl.intake.findings import Finding
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping
from etl.intake.privacy import CleanCopy, clean_copy, clean_extract, clean_workbook
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


def checked(extracted: Extract, held: Held) -> list[Finding]:
    """What the checks have to say of an extract, beside the figures in service."""
    base, mapping = held.base, held.mapping
    facts = base.facts_of(sorted(wanted_indices(held.registry, mapping.index)))
    records = base.view.imports()
    differences = base.view.known_differences().fillna({"unit_id": ""})
    context = CheckContext(
        registry=held.registry,
        names=base.names,
        units=known_units(base.reference),
        facts=facts.loc[facts["use"].isin(IN_USE), list(FACT_COLUMNS)],
        differences=differences[list(DIFFERENCE_COLUMNS)],
        file=held.upload.name,
        sha256=held.upload.file_id,
        held_files=dict(zip(records["sha256"], records["file_name"], strict=True)),
        banners=banners_of(held.workbook, mapping),
        mapping=mapping,
    )
    return check(extracted, context)


def tells_of_persons(workbook: Workbook) -> bool:
    """Does a file hold names, numbers of identity cards, phones and the like?"""
    return bool(clean_workbook(workbook)[1])


@dataclass(frozen=True)
class Steps:
    """`open`: bytes to cells, raises SourceError. `personal`: whether the cells tell of persons. `copy`: what
    may be kept of a file that does, None when it does not. `extract`: cells to rows. `clean`: drops what
    concerns persons from the rows. `check`: what is wrong or odd about the rows."""

    open: Callable[[Path, str], Workbook] = open_workbook
    personal: Callable[[Workbook], bool] = tells_of_persons
    copy: Callable[[Path, str], CleanCopy | None] = clean_copy
    extract: Callable[[Workbook, ImportMapping, UnitNames], Extract] = extract
    clean: Callable[[Extract, Workbook], Extract] = clean_extract
    check: Callable[[Extract, Held], list[Finding]] = checked
