"""Does a score that another index feeds agree with that index?"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from etl.intake.checks.incoming import Incoming
from etl.intake.checks.register import Hit, file_check
from etl.intake.checks.table import Table, shown
from etl.intake.findings import Level
from indices.reconcile import FLOAT_NOISE, half_units


@file_check("feeds.disagree", Level.WARNING)
def feed_disagrees(seen: Incoming) -> Iterator[Hit]:
    """The definition says that a score is the same share of its maximum as the total of another index of the
    same year; held or in the same file, that total gives another score, beyond rounding and tolerance."""
    for table in seen.tables:
        for code in table.codes:
            if table.nodes[code].feed:
                yield from _differences(seen, table, code)


def _differences(seen: Incoming, table: Table, code: str) -> Iterator[Hit]:
    node = table.nodes[code]
    most = node.max_score or float("nan")
    totals = _totals(seen, node.feed, table)
    for unit, held in table.values[code].dropna().items():
        if str(unit) not in totals:
            continue
        share, half = totals[str(unit)]
        own = float(table.half_units.fillna(0.0)[code][str(unit)])
        slack = max(half * most + own, table.framework.tolerated(node.level)) + FLOAT_NOISE
        if abs(float(held) - share * most) > slack:
            found = f"{table.label(str(unit), code)}: {shown(float(held))}"
            yield Hit(table.at(str(unit), code), found, f"{node.feed} → {shown(share * most)}")


def _totals(seen: Incoming, index: str, table: Table) -> dict[str, tuple[float, float]]:
    """The totals of an index by unit as shares of its maximum, with half their last decimal likewise.

    Those of the same file count before those held.
    """
    wanted = (index, table.year, table.unit_set)
    here = [t.rows for t in seen.tables if (t.index, t.year, t.unit_set) == wanted]
    facts = seen.context.facts
    same = (facts["index_code"] == index) & (facts["unit_set"] == table.unit_set)
    held = facts[same & (facts["year"].astype("str") == str(table.year))]
    columns = ["unit_id", "component_code", "published", "decimals"]
    rows = pd.concat([frame[columns] for frame in (*here, held)], ignore_index=True)
    rows = rows[(rows["component_code"] == index) & rows["published"].notna()].drop_duplicates("unit_id")
    try:
        most = seen.context.registry.framework(index, table.year).scale.max
    except KeyError:
        return {}
    numbers = zip(rows["published"] / most, half_units(rows["decimals"]) / most, strict=True)
    return dict(zip(rows["unit_id"], numbers, strict=True))
