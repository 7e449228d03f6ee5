"""Personal data out of large tables, column by column: those of surveys."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from etl.intake.findings import At, Finding, Level
from etl.intake.privacy.cells import LOOKS, SOME, are_citizen_ids, kind_of_content
from etl.intake.privacy.rows import CELLS, COLUMN, taken_out
from etl.intake.privacy.words import ID, SUSPECT, clean_text, kind_of_header

# So many values of a column are looked at to tell what it holds.
SAMPLE: Final = 2_000
# Texts up to this length hold nothing personal.
SHORT: Final = 5


def clean_table(table: pa.Table, file: str, sheet: str = "", labels: dict[str, str] | None = None) -> tuple[
    pa.Table, list[Finding]
]:  # fmt: skip
    """The table without personal data, and what was taken out: counts by column, never the content.

    A personal column is dropped; in the texts of others the personal part is replaced. `labels`: what a
    column is called beside its name (questions of a .sav file), looked at like a header.
    """
    found: list[Finding] = []
    kept: dict[str, Any] = {}
    for place, name in enumerate(table.column_names, start=1):
        column = table[name]
        kind = _kind(column, [name, (labels or {}).get(name, "")])
        if kind:
            count = len(column) - column.null_count
            found.append(taken_out(COLUMN, Level.WARNING, At(file, sheet, 1, place), (place, kind, count)))
            continue
        kept[name], counts = _cleaned(column)
        for each, count in sorted(counts.items()):
            found.append(taken_out(CELLS, Level.NOTE, At(file, sheet), (place, each, count)))
    return pa.table(kept).replace_schema_metadata(table.schema.metadata), found


def _is_text(column: Any) -> bool:
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _sample(column: Any) -> list[Any]:
    """Values that are there, spread over the column."""
    filled = column.drop_null()
    step = max(1, len(filled) // SAMPLE)
    return list(filled.take(pa.array(range(0, len(filled), step))).to_pylist())


def _kind(column: Any, headers: Iterable[str]) -> str:
    """The kind of a personal column, by what it is called or by its content; blank for none."""
    sample = _sample(column)
    for kind in filter(None, map(kind_of_header, headers)):
        like = sum(1 for value in sample if LOOKS[kind](value))
        if like and like >= SOME * len(sample):
            return kind
    if _is_text(column):
        return kind_of_content([value for value in sample if value.strip()])
    whole = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    return ID if whole and are_citizen_ids(sample) else ""


def _cleaned(column: Any) -> tuple[Any, Counter[str]]:
    """The column with personal parts of its texts replaced; most columns are not even looked at by row."""
    counts: Counter[str] = Counter()
    if not _is_text(column):
        return column, counts
    texts = column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
    longest = pc.max(pc.utf8_length(texts)).as_py() or 0
    if longest <= SHORT:
        return column, counts
    suspect = pc.fill_null(pc.match_substring_regex(texts, SUSPECT), fill_value=False)
    hits = texts.filter(suspect)
    if not len(hits):
        return column, counts
    cleaned: list[str] = []
    for text in hits.to_pylist():
        without, found = clean_text(text)
        counts.update(found)
        cleaned.append(without)
    if not counts:
        return column, counts
    whole = texts.combine_chunks()
    mask = suspect.combine_chunks()
    return pc.replace_with_mask(whole, mask, pa.array(cleaned, type=texts.type)), counts
