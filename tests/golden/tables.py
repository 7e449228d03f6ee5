"""Reads the tidy golden files, and makes a tree of component rows written in the columns of a definition."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from indices.framework import Framework, RawDefinition, parse_framework

DATA = Path(__file__).parent / "data"
TEXT = dict.fromkeys(("unit", "code", "group", "stage", "row", "case"), str)


@cache
def table(folder: str, name: str) -> pd.DataFrame:
    """One golden file; blanks are missing numbers."""
    path = DATA / folder / f"{name}.csv"
    return pd.read_csv(path, dtype=TEXT, keep_default_na=False, na_values=[""])


def stage(folder: str, name: str) -> pd.DataFrame:
    """Units x codes of one stage of `values.csv`."""
    rows = table(folder, "values")
    return rows[rows["stage"] == name].pivot(index="unit", columns="code", values="value")


def framework(folder: str, index: str, missing: str = "refuse") -> Framework:
    """The framework of `components.csv`, which must be sound; names are the codes."""
    rows = pd.read_csv(DATA / folder / "components.csv", dtype=str, keep_default_na=False)
    rows = rows.assign(name_vi=rows["code"], name_en=rows["code"], status="proven")
    meta = {
        "id": folder,
        "index": index,
        "name": {"vi": index, "en": index},
        "years": [1],
        "unit_set": "any",
        "scale": {"min": 0, "max": 100, "unit": "points", "decimals": 2},
        "missing": missing,
    }
    found, problems = parse_framework(RawDefinition(folder, meta, rows.to_dict("records")))
    assert not problems, [problem.text() for problem in problems]
    assert found is not None
    return found
