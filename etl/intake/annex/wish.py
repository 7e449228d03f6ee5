"""What a person must say of an annex beside the file itself, as far as file and frameworks suggest it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from etl.intake.annex.definition import Wanted
from etl.intake.annex.header import SEARCHED, find_columns
from etl.intake.inspection import Inspection
from etl.readers.workbook import VISIBLE, Workbook
from indices.errors import DefinitionError, Problem
from indices.framework import Framework
from indices.registry import Registry

# Roles of columns that an annex without anybody's points has.
_NO_POINTS: Final = ("max_score", "note")
# A number of a decision as titles write it: digits, a slash, the kind and the ministry.
_NUMBER: Final = re.compile(r"\b\d{1,5}/\w{2,4}-\w{2,12}\b")
_YEAR_DIGITS: Final = 4
YEARS: Final = "yyyy, yyyy-yyyy or yyyy,yyyy"


@dataclass(frozen=True)
class Wish:
    """Said by a person or suggested: texts as a person writes them, blank where nothing is known.

    `like`: id of the framework before; `years` as YEARS says; `sources` as CODE=TYPE,
    separated by commas.
    """

    index: str = ""
    like: str = ""
    framework_id: str = ""
    years: str = ""
    decision: str = ""
    date: str = ""
    sheet: str = ""
    sources: str = ""

    def wanted(self) -> Wanted:
        """The wish as the definition takes it. Raises DefinitionError for years that cannot be read."""
        try:
            years = tuple(years_of(self.years))
        except ValueError as error:
            told = Problem("The years are not readable", found=str(error), expected=YEARS)
            raise DefinitionError([told]) from error
        sources = sources_of(self.sources.replace(";", ",").split(","))
        return Wanted(self.framework_id, years, self.decision, self.date, sources=sources)


def years_of(text: str) -> Iterator[int]:
    """Years as people write them, single ones and spans. Raises ValueError with the text that is none."""
    for part in text.split(","):
        first, _, last = (piece.strip() for piece in part.partition("-"))
        ends = (first, last or first)
        if not all(len(end) == _YEAR_DIGITS and end.isdecimal() for end in ends):
            raise ValueError(text)
        yield from range(int(ends[0]), int(ends[1]) + 1)


def sources_of(texts: list[str]) -> dict[str, str]:
    """Source types by code, of texts like CODE=TYPE; blank texts are left out."""
    pairs = [text.partition("=") for text in texts if text.strip()]
    return {code.strip(): kind.strip() for code, _, kind in pairs}


def annex_sheets(workbook: Workbook) -> list[str]:
    """Visible sheets that hold a column of criteria and one of their maxima."""
    return [sheet.name for sheet in workbook.sheets if sheet.state == VISIBLE and find_columns(sheet)]


def only_criteria(workbook: Workbook, inspection: Inspection) -> bool:
    """Whether the file is an annex without anybody's points: criteria and maxima, no column of scores."""
    if not annex_sheets(workbook):
        return False
    sheets = inspection.mapping.sheets if inspection.mapping else ()
    return all(column.role in _NO_POINTS for sheet in sheets for column in sheet.columns)


def suggested(
    workbook: Workbook, inspection: Inspection, registry: Registry, said: Mapping[str, str]
) -> Wish:
    """What a person has said (names of Wish's fields), the rest as file and frameworks suggest it.

    The framework before is the newest of the index; the year the one that the file states if no framework
    scores it yet, else the next one.
    """
    decided = inspection.decision("index")
    index = said.get("index") or (decided.value if decided else "")
    before = _before(index, said.get("like", ""), registry)
    year = _year(inspection, before, registry)
    first = said.get("years", "").replace("-", ",").split(",")[0] or year
    made = {
        "index": index,
        "like": before.id if before else "",
        "years": year,
        "framework_id": f"{index.lower()}_{first}" if index and first else "",
        "decision": _decision(workbook),
    }
    return Wish(**(made | {name: text for name, text in said.items() if text and name != "like"}))


def _before(index: str, like: str, registry: Registry) -> Framework | None:
    own = [framework for framework in registry.frameworks if framework.index == index]
    chosen = [framework for framework in own if framework.id == like]
    return max(chosen or own, key=lambda framework: max(framework.years), default=None)


def _year(inspection: Inspection, before: Framework | None, registry: Registry) -> str:
    if before is None:
        return ""
    scored = {year for each in registry.frameworks if each.index == before.index for year in each.years}
    stated = inspection.decision("year")
    if stated and stated.value.isdecimal() and int(stated.value) not in scored:
        return stated.value
    return str(max(scored) + 1)


def _decision(workbook: Workbook) -> str:
    """The first number of a decision above the table."""
    for sheet in workbook.sheets:
        columns = find_columns(sheet) if sheet.state == VISIBLE else None
        for row in range(1, min(columns.first_row, SEARCHED) if columns else 0):
            for column in range(1, sheet.width + 1):
                if found := _NUMBER.search(sheet.text(row, column)):
                    return found[0]
    return ""
