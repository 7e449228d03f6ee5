"""The score table as it is stored: in display order, with the names every view needs beside the codes."""

from __future__ import annotations

import pandas as pd

_NODE = ["framework_id", "year", "view", "component_code"]
_ORDER = ["index_code", "year", "view", "order_no", "unit_order", "unit_id"]


def named_scores(score: pd.DataFrame, component: pd.DataFrame, unit: pd.DataFrame) -> pd.DataFrame:
    """Scores with the names of component, unit and leader, sorted, and numbered in that order (`position`).

    The names are repeated in every row on purpose: joining them in each query took longer than the query.
    """
    names = _renamed(component[[*_NODE, "name_vi", "name_en"]], "component")
    rows = score.merge(names, on=_NODE, how="left", validate="many_to_one")
    rows = rows.merge(_units(unit, "unit"), on="unit_id", how="left", validate="many_to_one")
    leaders = _units(unit, "leader").drop(columns=["leader_slug", "leader_order"])
    rows = rows.merge(leaders, left_on="leader_unit_id", right_on="unit_id", how="left", suffixes=("", "_l"))
    rows = rows.sort_values(_ORDER, kind="stable", ignore_index=True)
    return rows.assign(position=range(len(rows)))


def _units(unit: pd.DataFrame, role: str) -> pd.DataFrame:
    columns = unit[["unit_id", "name_vi", "name_en", "slug", "sort_order"]]
    return _renamed(columns.rename(columns={"sort_order": "order"}), role)


def _renamed(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    own = ("name_vi", "name_en", "slug", "order")
    return frame.rename(columns={name: f"{role}_{name}" for name in own})
