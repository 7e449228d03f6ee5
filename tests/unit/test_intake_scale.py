"""The scale of the checks is the scale of the engine."""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.crosschecks import nodes_of
from etl.intake.checks.scale import on_scale
from indices.assemble import node_table, on_component_scale, trees_of
from tests.unit.packdata import facts, registry


def test_the_checks_put_figures_on_the_same_scale_as_the_engine() -> None:
    seen = 0
    for index, rows in facts().groupby("index_code"):
        years = {
            int(year): nodes_of(registry().framework(str(index), int(year)), int(year))
            for year in rows["year"].unique()
        }
        rows = rows.drop(columns=["self_score"], errors="ignore")
        engine = on_component_scale(rows, node_table(registry(), trees_of(registry(), rows)))
        mine = on_scale(rows, years)
        value = engine["published"].mask(engine["foreign"])
        pd.testing.assert_series_equal(
            mine["value"].reset_index(drop=True), value.reset_index(drop=True), check_names=False
        )
        np.testing.assert_allclose(mine["row_max"].to_numpy(), engine["row_max"].to_numpy())
        seen += int(engine["row_max"].notna().sum() + (engine["max_score"].notna()).sum())
    assert seen > 50
