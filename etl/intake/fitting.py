"""How well a mapping fits a file: whether its sheets are there, and its headers where it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from openpyxl.utils import column_index_from_string

from etl.intake.guess.header import JOIN, header_parts
from etl.intake.layouts.words import like
from etl.intake.mapping_file import ImportMapping, SheetMap
from etl.mapping import fold
from etl.readers.workbook import Sheet, Workbook

_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_MOVED: Final = 0.5
# A sheet found by its name alone, without any header to compare.
_NAME_ONLY: Final = 0.5
_SHOWN: Final = 5


@dataclass(frozen=True)
class Fit:
    """How a mapping fits a file. `share` of its anchors found, 0 to 1 (a header that moved counts half);
    `matched` of `anchors`; `other_year`: names or headers say another year, so that a copy for that year is
    needed; `lost`: the first anchors that are not there."""

    name: str
    saved: bool
    share: float
    matched: int
    anchors: int
    other_year: bool
    lost: tuple[str, ...] = ()


@dataclass
class _Count:
    points: float = 0.0
    found: int = 0
    anchors: int = 0
    exact: bool = True

    def add(self, points: float, exact: bool) -> None:
        """One anchor: 1 where it should be, less elsewhere, 0 nowhere."""
        self.points += points
        self.found += points > 0
        self.anchors += 1
        self.exact = self.exact and (exact or not points)


def fit_of(mapping: ImportMapping, workbook: Workbook, saved: bool) -> Fit:
    """Compare every sheet and header of a mapping with a file; years in texts may differ."""
    count, lost = _Count(), list[str]()
    for plan in mapping.sheets:
        sheets = list(_sheets(plan, workbook))
        if not sheets:
            if not plan.optional:
                count.anchors += max(1, len(list(_anchors(plan))))
                lost.append(plan.sheet or plan.pattern)
            continue
        for sheet in sheets:
            _compare(plan, sheet, count, lost)
    share = count.points / count.anchors if count.anchors else 0.0
    other = not count.exact
    return Fit(mapping.name, saved, share, count.found, count.anchors, other, tuple(lost[:_SHOWN]))


def _sheets(plan: SheetMap, workbook: Workbook) -> Iterator[Sheet]:
    if not plan.sheet and not plan.pattern:
        yield from workbook.sheets if len(workbook.sheets) == 1 else []
        return
    if plan.pattern:
        yield from (s for s in workbook.sheets if re.fullmatch(plan.pattern, s.name))
        return
    same = [s for s in workbook.sheets if fold(s.name) == fold(plan.sheet)]
    alike = [s for s in workbook.sheets if _masked(s.name) == _masked(plan.sheet)]
    yield from (same or alike)[:1]


def _masked(text: str) -> str:
    return _YEAR.sub("0000", fold(text))


def _anchors(plan: SheetMap) -> Iterator[tuple[str, str]]:
    """Column letter and header of everything that the plan names by a header."""
    keys = (plan.unit, plan.year_from, plan.component_from, plan.unit_set_from, *plan.filters, *plan.columns)
    for key in keys:
        if key is not None and key.header:
            yield key.column, key.header


def _compare(plan: SheetMap, sheet: Sheet, count: _Count, lost: list[str]) -> None:
    texts = {at: JOIN.join(header_parts(sheet, plan.header_rows, at)) for at in range(1, sheet.width + 1)}
    exact_name = not plan.sheet or fold(plan.sheet) == fold(sheet.name)
    anchors = list(_anchors(plan))
    if not anchors:
        count.add(_NAME_ONLY, exact_name)
    for letters, header in anchors:
        found = [at for at, text in texts.items() if text and like(_masked(text), (_masked(header),))]
        at = column_index_from_string(letters) if letters else 0
        points = 0.0 if not found else 1.0 if not at or at in found else _MOVED
        exact = exact_name and any(like(texts[one], (header,)) for one in found)
        count.add(points, exact)
        if not found:
            lost.append(header)
