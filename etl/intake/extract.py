"""What a layout reads out of a workbook: rows in the pack's own form, each with its cell, and findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from etl.intake.findings import Finding

# Texts, as in the pack's score files; `measure` tells which figure of the component a row holds.
TEXT_COLUMNS: Final = (
    "index_code", "year", "unit_set", "unit", "component", "score", "max_score", "rank", "self_score",
    "note", "sheet",
)  # fmt: skip
# Cells the figures stand in, from 1; 0 where a row has no such figure.
CELL_COLUMNS: Final = (
    "row", "column", "rank_row", "rank_column", "self_row", "self_column", "unit_row", "unit_column",
)  # fmt: skip
ROW_COLUMNS: Final = (*TEXT_COLUMNS, *CELL_COLUMNS)
_BLANKS: Final = {**dict.fromkeys(TEXT_COLUMNS, ""), **dict.fromkeys(CELL_COLUMNS, 0)}


@dataclass
class Extract:
    """Rows read of one file and all that was found on the way.

    `rows`: ROW_COLUMNS, one row a unit, year and component, figures as number texts with a dot before the
    decimals, blank = not published. `row`, `column` are the cell of the score. `findings`: errors, warnings
    and notes of reading (hidden rows, skipped rows, footnotes, numbers that could be read two ways ...).
    """

    rows: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)


def rows_frame(rows: Iterable[dict[str, object]]) -> pd.DataFrame:
    """Rows as a frame with all of ROW_COLUMNS: texts blank and cells 0 where a row does not name them."""
    return records_frame([r.get(name, blank) for name, blank in _BLANKS.items()] for r in rows)


def records_frame(records: Iterable[Sequence[object]]) -> pd.DataFrame:
    """Rows given in the order of ROW_COLUMNS as a frame: texts, and cells as whole numbers."""
    columns = list(zip(*records, strict=True)) or [()] * len(ROW_COLUMNS)
    dtypes = {name: "str" if name in TEXT_COLUMNS else "int64" for name in ROW_COLUMNS}
    return pd.DataFrame(
        {
            name: pd.Series(values, dtype=dtypes[name])
            for name, values in zip(ROW_COLUMNS, columns, strict=True)
        }
    )
