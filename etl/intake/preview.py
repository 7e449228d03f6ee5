"""The first rows of an import as they will be stored, for a person to look at before anything is kept."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd

from etl.intake.extract import Extract
from etl.readers.workbook import cell_place

PREVIEW_COLUMNS: Final = (
    "year", "unit_set", "unit", "component", "score", "max_score", "rank", "self_score", "place", "note",
)  # fmt: skip


def preview(extract: Extract, n: int = 10) -> pd.DataFrame:
    """At most `n` rows with PREVIEW_COLUMNS, texts as the pack stores them; `place` is the cell of the score.

    The rows are spread over the components, so that every kind of figure is seen.
    """
    rows = extract.rows
    turn = rows.groupby(["sheet", "component"], sort=False).cumcount()
    first = rows.loc[turn.sort_values(kind="stable").index].head(max(n, 0))
    return first.assign(place=_places(first))[list(PREVIEW_COLUMNS)].reset_index(drop=True)


def _places(rows: pd.DataFrame) -> list[str]:
    """The cell of the score, or of the rank or self-score where there is no score."""
    return [_place(record) for record in rows.to_dict("records")]


def _place(record: Mapping[Hashable, Any]) -> str:
    for row, column in (("row", "column"), ("rank_row", "rank_column"), ("self_row", "self_column")):
        at = int(str(record[row])), int(str(record[column]))
        if all(at):
            return cell_place(str(record["sheet"]), *at)
    return str(record["sheet"])
