"""Small turns between frames of the query layer and the plain rows that layouts draw."""

from typing import Any

import numpy as np
import pandas as pd

from etl.warehouse.queries import Queries


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dicts: missing values are None, numbers are Python numbers.

    Column by column: turning a frame of many kinds of columns into objects as a whole costs three times that.
    """
    names = [str(name) for name in frame.columns]
    columns = [_plain(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(column: pd.Series) -> list[Any]:
    kind = column.dtype.kind
    if kind in "iub" and isinstance(column.dtype, np.dtype):
        return column.tolist()
    if kind != "f" and column.dtype != "str":
        return column.to_numpy(dtype=object, na_value=None).tolist()
    return [None if value != value else value for value in column.tolist()]


def unit_ids(warehouse: Queries, slug: str) -> pd.DataFrame:
    """The provinces a slug means, one a unit set: old and new provinces of one name stay two units."""
    units = warehouse.units()
    own = units[(units["slug"] == slug) & units["province_unit_id"].isna()]
    return own.sort_values("unit_set", ascending=False, kind="stable").reset_index(drop=True)
