"""Tables of a release for the years before the merger: estimates for new units, never among the scores."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.pack import Pack
from etl.tables_reference import typed
from indices.backcast import BackcastRule, backcast, backcast_ranks, population_weights
from indices.errors import Problem
from indices.model import MAIN_VIEW, RAW_LEVELS

_CELL = ["index_code", "year", "component_code"]
# Values that stand for a measurement; a filled figure would make an estimate out of an estimate.
_MEASURED = ("published", "recomputed")


def backcast_tables(pack: Pack, score: pd.DataFrame, component: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Frames of the tables backcast_rule and backcast.

    Raw indicators are left out: each has a unit of its own, and a mean of counts or of medians means nothing.
    Ranks are among the new units, where every one of them has an estimate and more is better.
    """
    rules, merger = typed(pack, "backcast"), typed(pack, "merger")
    pairs = zip(rules["rule"], rules["min_coverage"].astype("float64"), strict=True)
    given = {str(code): BackcastRule(*pair) for code, pair in zip(rules["index_code"], pairs, strict=True)}
    known = score["value_kind"].isin(_MEASURED) & (score["view"] == MAIN_VIEW)
    rows = score[known & ~score["level"].isin(RAW_LEVELS)]
    weights = population_weights(typed(pack, "population"))
    found = backcast(rows[[*_CELL, "unit_id", "value"]], merger, weights, given)
    ranks = backcast_ranks(found, merger["new_unit_id"].nunique())
    main = component[component["view"] == MAIN_VIEW]
    nodes = found[_CELL].merge(main[[*_CELL, "level", "order_no", "direction"]], on=_CELL, how="left")
    found = found.assign(level=nodes["level"], order_no=nodes["order_no"])
    return {"backcast_rule": rules, "backcast": found.assign(rank=ranks.where(nodes["direction"] != "-"))}


def backcast_problems(pack: Pack) -> Iterator[Problem]:
    """Rules that stand twice for an index, and shares outside 0 to 1."""
    rows = pack["backcast"]
    for row in rows[rows.duplicated("index_code")].itertuples():
        place = f"row {row.line}, column index_code"
        yield Problem("An index has two back-casts", str(row.file), place, str(row.index_code), "one row")
    shares = typed(pack, "backcast")["min_coverage"]
    for row in rows[(shares <= 0) | (shares > 1)].itertuples():
        place, expected = f"row {row.line}, column min_coverage", "above 0 and at most 1"
        yield Problem("The share is out of range", str(row.file), place, str(row.min_coverage), expected)
