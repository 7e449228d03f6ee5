"""Published against recomputed: counts by class, and the differences that nobody has written down."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

# Classes of the engine in which both a published and a recomputed value exist.
COMPARED = ("exact", "within_rounding", "within_tolerance", "approximate", "differs")
# Computable, but the "published" value was itself added up from its parts: no evidence either way.
NOT_COMPARED = ("summed", "not_computable")
KEYS = ["index_code", "year", "component_code", "level", "view"]
_SLACK = 1e-12


def summarise(score: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Counts by class for each index, year, component and view.

    `cells` are those compared; `differs` counts all beyond tolerance, `listed` those of them that the known
    differences (index_code, year, component_code, unit_id or blank for all, max_abs) cover.
    """
    rows = score[score["residual_class"].isin([*COMPARED, *NOT_COMPARED])]
    rows = rows.assign(listed=is_listed(rows, known), size=rows["residual"].abs())
    counts = rows.pivot_table(
        index=KEYS, columns="residual_class", values="unit_id", aggfunc="count", fill_value=0
    )
    counts = counts.reindex(columns=[*COMPARED, *NOT_COMPARED], fill_value=0)
    counts["cells"] = counts[list(COMPARED)].sum(axis=1)
    groups = rows.assign(size=rows["size"].where(rows["residual_class"].isin(COMPARED))).groupby(KEYS)
    counts["listed"] = groups["listed"].sum()
    counts["max_abs_residual"] = groups["size"].max()
    return counts.reset_index()


def is_listed(rows: pd.DataFrame, known: pd.DataFrame) -> pd.Series[bool]:
    """Which differing rows a known difference covers: same key, and no larger than its `max_abs`."""
    keys = ["index_code", "year", "component_code"]
    limits = pd.Series(float("nan"), index=rows.index, dtype="float64")
    for unit_keys, listed in ((["unit_id"], known["unit_id"] != ""), ([], known["unit_id"] == "")):
        on = keys + unit_keys
        table = known[listed].groupby(on, as_index=False)["max_abs"].max()
        found = rows[on].merge(table, on=on, how="left")["max_abs"].to_numpy()
        limits = limits.fillna(pd.Series(found, index=rows.index))
    within = rows["residual"].abs() <= limits + _SLACK
    return (rows["residual_class"] == "differs") & within


@dataclass(frozen=True)
class Verdict:
    """Reconciliation of a release. `table`: one row an index and year. `unlisted`: keys that make it red."""

    table: pd.DataFrame
    unlisted: pd.DataFrame

    @property
    def green(self) -> bool:
        """No difference beyond tolerance that nobody has written down."""
        return self.unlisted.empty


def judge(reconciliation: pd.DataFrame) -> Verdict:
    """Sum the component counts up by index and year, and pick out what is not listed."""
    counts = [*COMPARED, "cells", "listed", *NOT_COMPARED]
    groups = reconciliation.groupby(["index_code", "year"], as_index=False)
    table = groups.agg({**dict.fromkeys(counts, "sum"), "max_abs_residual": "max"})
    table["within"] = table["within_rounding"] + table["within_tolerance"]
    table["unlisted"] = table["differs"] - table["listed"]
    open_cells = reconciliation.assign(unlisted=reconciliation["differs"] - reconciliation["listed"])
    unlisted = open_cells[open_cells["unlisted"] > 0]
    return Verdict(table, unlisted.reset_index(drop=True))
