"""Small turns between frames of the query layer and the plain rows that layouts draw."""

from typing import Any

import pandas as pd

from etl.warehouse.queries import Queries


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain dicts: missing values are None, numbers are Python numbers."""
    return frame.astype(object).where(frame.notna(), None).to_dict("records")


def unit_ids(warehouse: Queries, slug: str) -> pd.DataFrame:
    """The provinces a slug means, one a unit set: old and new provinces of one name stay two units."""
    units = warehouse.units()
    own = units[(units["slug"] == slug) & units["province_unit_id"].isna()]
    return own.sort_values("unit_set", ascending=False, kind="stable").reset_index(drop=True)
