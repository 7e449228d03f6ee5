"""Every odd row of a survey by its number, for a report beside the import: places, never their content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from etl.intake.atomic import not_written

REPORT: Final = "rows.csv"
REPORT_COLUMNS: Final = ("row", "column", "check", "treatment")
# Rows named in a message; the report has them all.
MOST_ROWS: Final = 5
_REFUSED: Final = "file refused"
# What is done with a row; docs/surveys.md says why.
TREATMENTS: Final[dict[str, str]] = {
    "survey.impossible_code": _REFUSED,
    "survey.weight": _REFUSED,
    "survey.no_unit": _REFUSED,
    "survey.unknown_unit": _REFUSED,
    "survey.same_respondent": _REFUSED,
    "survey.simulated": _REFUSED,
    "survey.same_answers": "kept",
    "survey.straight_line": "kept",
    "survey.no_answers": "kept: in no share",
    "survey.profile_unknown": "kept: in no class of the trait",
}


@dataclass(frozen=True)
class Listed:
    """Rows in which one check found something. `rows`: respondents, from 1; `column`: blank for the row."""

    check: str
    column: str
    rows: NDArray[Any]

    @property
    def refused(self) -> bool:
        """Whether such a row refuses the file."""
        return TREATMENTS[self.check] == _REFUSED


def named(rows: NDArray[Any]) -> str:
    """How many rows and the first of them, as numbers of the file: its header is row 1."""
    first = ", ".join(str(int(row) + 1) for row in rows[:MOST_ROWS])
    return f"n = {len(rows)}: {first}" + (" …" if len(rows) > MOST_ROWS else "")


def wrong_rows(listed: Iterable[Listed]) -> int:
    """How many different rows refuse the file."""
    rows = [one.rows for one in listed if one.refused]
    return len(np.unique(np.concatenate(rows))) if rows else 0


def write_report(path: Path, listed: Iterable[Listed]) -> int:
    """REPORT_COLUMNS of everything listed, by row; returns how many lines. Raises ReleaseError."""
    parts = [
        pd.DataFrame({"row": one.rows + 1}).assign(
            column=one.column, check=one.check, treatment=TREATMENTS[one.check]
        )
        for one in listed
    ]
    lines = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(REPORT_COLUMNS))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lines.sort_values(list(REPORT_COLUMNS)).to_csv(path, index=False, lineterminator="\n")
    except OSError as error:
        raise not_written(path, error) from error
    return len(lines)
