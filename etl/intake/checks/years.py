"""Is it the year that the file itself speaks of?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from etl.intake.checks.context import Banner
from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check
from etl.intake.findings import At, Level
from etl.intake.mapping_file import ImportMapping, SheetMap
from etl.mapping import fold
from etl.readers.workbook import Sheet, Workbook

WORDS = Path(__file__).with_name("years.yaml")
_SPAN = re.compile(r"(?<!\d)((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)(?!\d)")
_YEAR = re.compile(r"(?<![\d/.])((?:19|20)\d\d)(?![\d/]|\.\d)")
# Most rows above a table that are looked at when the mapping names no header row.
_TOP_ROWS = 5


@cache
def _words() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return content


def banners_of(workbook: Workbook, mapping: ImportMapping) -> tuple[Banner, ...]:
    """Names of the mapped sheets and the texts above their headers."""
    found: list[Banner] = []
    for sheet in workbook.sheets:
        for how in mapping.sheets:
            if how.sheet == sheet.name or (how.pattern and re.search(how.pattern, sheet.name)):
                found += [Banner(sheet.name, 0, 0, sheet.name), *_above(sheet, how)]
                break
    return tuple(found)


def _above(sheet: Sheet, how: SheetMap) -> Iterator[Banner]:
    last = min(how.header_rows, default=_TOP_ROWS)
    for row in range(1, last):
        for column, value in sheet.cells(row):
            if isinstance(value, str) and value.strip():
                yield Banner(sheet.name, row, column, value)


def measured_years(text: str) -> set[int]:
    """Years that a text may speak of as measured; those of decisions and dates are left out."""
    bare = fold(text.replace("_", " "))
    found: set[int] = set()
    for match in _SPAN.finditer(bare):
        found |= set(range(int(match[1]), int(match[2]) + 1))
    words, reach = _words()["other"], int(_words()["reach"])
    for match in _YEAR.finditer(bare):
        before = bare[max(0, match.start() - reach) : match.start()]
        if not any(re.search(rf"\b{re.escape(word)}\b", before) for word in words):
            found.add(int(match[1]))
    return found


@file_check("years.banner", Level.WARNING)
def banner_of_another_year(seen: Incoming) -> Iterator[Hit]:
    """A title above the table, or the name of its sheet, speaks of another year than that of the figures."""
    for banner in seen.context.banners:
        mine = seen.rows.loc[seen.rows["sheet"] == banner.sheet, "year"]
        yield from _compare(
            banner.text, set(mine), At(seen.context.file, banner.sheet, banner.row, banner.column)
        )


@file_check("years.file_name", Level.WARNING)
def file_of_another_year(seen: Incoming) -> Iterator[Hit]:
    """The name of the file speaks of another year than that of the figures."""
    stem = Path(seen.context.file).stem
    yield from _compare(stem, set(seen.rows["year"]), At(seen.context.file))


def _compare(text: str, years: set[str], at: At) -> Iterator[Hit]:
    told = measured_years(text)
    if told and years and not told & {int(year) for year in years if year.isdecimal()}:
        yield Hit(at, ", ".join(map(str, sorted(told))), ", ".join(sorted(years)))
