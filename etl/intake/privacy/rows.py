"""Personal data out of what is read further: workbooks before they are shown, rows and findings of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace

import pandas as pd

from etl.intake.checks.texts import told
from etl.intake.extract import Extract
from etl.intake.findings import At, Finding, Level, finding
from etl.intake.privacy.cells import Personal, personal_of, personal_texts, without_persons
from etl.intake.privacy.words import MARK, clean_text, label_of
from etl.readers.workbook import Workbook, column_letters
from indices.errors import Problem

COLUMN, CELLS = "privacy.column", "privacy.cells"
FREE_TEXTS = ("note", "unit")


def clean_workbook(workbook: Workbook) -> tuple[Workbook, list[Finding]]:
    """The workbook without personal data, places unchanged, and what was taken out: counts by column, never
    the content. To be called before anything of a file is shown, mapped or stored."""
    found = {sheet.name: personal_of(sheet) for sheet in workbook.sheets}
    sheets = [without_persons(sheet, found[sheet.name]) for sheet in workbook.sheets]
    told_of = [item for name, mine in found.items() for item in _findings(workbook.name, name, mine)]
    return replace(workbook, sheets=sheets), told_of


def _findings(file: str, sheet: str, found: Personal) -> Iterator[Finding]:
    for (column, kind), count in sorted(found.counts.items()):
        whole = column in found.columns and found.columns[column][0] == kind
        check, level = (COLUMN, Level.WARNING) if whole else (CELLS, Level.NOTE)
        row = found.columns[column][1] if whole else 0
        yield taken_out(check, level, At(file, sheet, row, column if row else 0), (column, kind, count))


def taken_out(check: str, level: Level, at: At, what: tuple[int, str, int]) -> Finding:
    """The finding that so much was taken out (`what`: column or 0, kind, count), without any of it."""
    column, kind, count = what
    texts = told(check, "en")
    title, mend = (texts.title, texts.mend) if texts else (check, "")
    letters = f"{column_letters(column)}: " if column else ""
    return finding(check, level, at, title, found=f"{letters}{label_of(kind)} × {count}", hint=mend)


def clean_extract(extract: Extract, workbook: Workbook) -> Extract:
    """Rows and findings of a file without personal data, and findings that tell how much was taken out.

    `workbook`: the file as it was read, cleaned or not. What stood in a personal column is taken out wherever
    it was repeated: in rows (of which those of such a "unit" are dropped), notes and findings.
    """
    found = {sheet.name: personal_of(sheet) for sheet in workbook.sheets}
    secrets = {text for sheet in workbook.sheets for text in personal_texts(sheet, found[sheet.name])}
    told_of = [item for name, mine in found.items() for item in _findings(workbook.name, name, mine)]
    rows, more = _clean_rows(extract.rows, secrets)
    if more and not told_of:
        told_of = [taken_out(CELLS, Level.NOTE, At(workbook.name), (0, *each)) for each in more.items()]
    findings = [_clean_finding(each, secrets) for each in extract.findings]
    return Extract(rows, [*findings, *told_of])


def _clean_rows(rows: pd.DataFrame, secrets: set[str]) -> tuple[pd.DataFrame, Counter[str]]:
    kept = rows[~rows["unit"].isin(secrets)].copy()
    counts: Counter[str] = Counter()
    for name in FREE_TEXTS:
        cleaned = {text: _without(text, secrets, counts) for text in kept[name].unique()}
        kept[name] = kept[name].map(cleaned).astype("str")
    return kept.reset_index(drop=True)[list(rows.columns)], counts


def _without(text: str, secrets: Iterable[str], counts: Counter[str]) -> str:
    cleaned, found = clean_text(text)
    counts.update(found)
    for secret in secrets:
        cleaned = cleaned.replace(secret, MARK)
    return cleaned


def _clean_finding(found: Finding, secrets: set[str]) -> Finding:
    """A finding whose texts repeat nothing personal; figures in them stay."""
    ignored: Counter[str] = Counter()
    parts = {f.name: _without(getattr(found.problem, f.name), secrets, ignored) for f in fields(Problem)}
    return replace(found, problem=Problem(**(parts | {"place": found.problem.place})))
