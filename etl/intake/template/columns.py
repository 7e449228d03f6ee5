"""Where the parts of a template stand: the writer and the reader take it from here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from openpyxl.utils import get_column_letter

from etl.intake.mapping_file import Role
from etl.intake.template.spec import Part, Spec
from etl.intake.template.texts import say

# Rows of the sheet of scores, from 1.
NAME_ROW, MAXIMUM_ROW, CODE_ROW, FIRST_ROW = 5, 6, 7, 8
# Rows of the sheet of criteria.
CRITERIA_HEADER, CRITERIA_FIRST = 5, 6
UNIT_COLUMN: Final = 1
CODE_COLUMN, NAME_COLUMN, MAXIMUM_COLUMN, SOURCE_COLUMN = 1, 2, 3, 4
CRITERIA_ROLES: Final[dict[Role, int]] = {"self_score": 5, "score": 6, "note": 7}


@dataclass(frozen=True)
class DataColumn:
    """A column of the sheet of scores: the header that identifies it, what it holds."""

    number: int
    header: str
    part: Part
    role: Role

    @property
    def letter(self) -> str:
        """The column as spreadsheets name it."""
        return get_column_letter(self.number)


def data_columns(spec: Spec) -> list[DataColumn]:
    """Columns of a template of scores after that of the units: each component, the total with its rank."""
    found: list[DataColumn] = []

    def add(part: Part, role: Role, header: str) -> None:
        found.append(DataColumn(UNIT_COLUMN + 1 + len(found), header, part, role))

    for part in spec.parts():
        add(part, "score", part.node.code)
        if part.node.code == spec.root:
            add(part, "rank", f"{part.node.code}:rank")
        if part.own_maximum:
            add(part, "max_score", f"{part.node.code}:max")
    return found


def unit_header() -> str:
    """What stands over the names of the units."""
    return say("data.unit")


def criteria_headers() -> dict[int, str]:
    """Headers of a template of criteria by column."""
    held = {
        CODE_COLUMN: "code",
        NAME_COLUMN: "name",
        MAXIMUM_COLUMN: "maximum",
        SOURCE_COLUMN: "source",
        **{column: role for role, column in CRITERIA_ROLES.items()},
    }
    return {column: say(f"criteria.{name}") for column, name in held.items()}
