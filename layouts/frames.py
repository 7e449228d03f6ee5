"""From frames to the plain rows that pages are drawn from."""

from typing import Any

import pandas as pd


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame as dicts: missing numbers and texts are NaN, missing whole numbers and flags None.

    The same as `frame.to_dict("records")`, column by column: pandas turns every row into a tuple and looks
    at every cell by itself, which was a third of what drawing a page costs.
    """
    columns = [_values(column) for _, column in frame.items()]
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def first_row(frame: pd.DataFrame) -> dict[str, Any] | None:
    """The first row of a frame as a dict; None where it has no rows."""
    return as_rows(frame.head(1))[0] if len(frame) else None


def _values(column: pd.Series) -> list[Any]:
    nullable = getattr(column.dtype, "na_value", None) is pd.NA
    return column.to_numpy(dtype=object, na_value=None).tolist() if nullable else column.tolist()
