"""Published against recomputed: what the printed decimals explain, and the class of what is left."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

EXACT: Final = "exact"
WITHIN_ROUNDING: Final = "within_rounding"
WITHIN_TOLERANCE: Final = "within_tolerance"
APPROXIMATE: Final = "approximate"
DIFFERS: Final = "differs"
NOT_COMPUTABLE: Final = "not_computable"
NOT_PUBLISHED: Final = "not_published"
SUMMED: Final = "summed"

EXACT_LIMIT: Final = 1e-6
FLOAT_NOISE: Final = 1e-9
MOST_DECIMALS: Final = 6
LOOSE_STATUSES: Final = ("approximate", "inferred")


def half_units(decimals: pd.Series) -> pd.Series:
    """Half a unit of the last published decimal; 0 for full precision (more than six decimals) or unknown."""
    places = decimals.astype("Float64").astype(float)
    return (0.5 * 10.0**-places).where(places <= MOST_DECIMALS, 0.0)


def residual_classes(rows: pd.DataFrame) -> pd.Series:
    """Class of every row from `published`, `recomputed`, `bound` (rounding), `tolerance` and `status`.

    summed: the value was itself added up from published parts (`summed`, may be left out), so agreement
    proves nothing; exact: within 1e-6; within_rounding: explained by the printed decimals of the value and of
    its children;
    within_tolerance: accepted by the definition; approximate: beyond that under a rule known to be inferred
    or approximate; differs: beyond that under a proven rule.
    """
    size = (rows["published"] - rows["recomputed"]).abs()
    none = pd.Series(False, index=rows.index, dtype="bool")
    summed: pd.Series[bool] = rows.get("summed", none)
    tests = [
        (rows["published"].isna(), NOT_PUBLISHED),
        (rows["recomputed"].isna(), NOT_COMPUTABLE),
        (summed, SUMMED),
        (size <= EXACT_LIMIT, EXACT),
        (size <= rows["bound"] + FLOAT_NOISE, WITHIN_ROUNDING),
        (size <= rows["tolerance"] + FLOAT_NOISE, WITHIN_TOLERANCE),
        (rows["status"].isin(LOOSE_STATUSES), APPROXIMATE),
    ]
    found = np.select([test.to_numpy() for test, _ in tests], [name for _, name in tests], DIFFERS)
    return pd.Series(found, index=rows.index, dtype="str")
