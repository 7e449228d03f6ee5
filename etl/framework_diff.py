"""What changed from one framework to another, component by component."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from indices.framework import Framework
from indices.tree import Node

COLUMNS = ("change", "component", "name", "what", "before", "after")
COMPARED = ("name_vi", "parent", "level", "min_score", "max_score", "weight", "direction", "rule", "factor")


def compare(first: Framework, second: Framework) -> pd.DataFrame:
    """Differences of the main trees: the last year of `first` against the first year of `second`.

    One row a difference: `change` is added, dropped or changed; `what` names the attribute that changed.
    """
    before = first.tree(max(first.years)).nodes
    after = second.tree(min(second.years)).nodes
    rows = [*_whole("dropped", before, after), *_whole("added", after, before), *_changed(before, after)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _whole(change: str, nodes: dict[str, Node], others: dict[str, Node]) -> Iterator[tuple[str, ...]]:
    for code, node in nodes.items():
        if code not in others:
            yield change, code, node.name_vi, "", "", ""


def _changed(before: dict[str, Node], after: dict[str, Node]) -> Iterator[tuple[str, ...]]:
    for code, node in after.items():
        for what in COMPARED if code in before else ():
            old, new = getattr(before[code], what), getattr(node, what)
            if old != new:
                yield "changed", code, node.name_vi, what, _told(old), _told(new)


def _told(value: object) -> str:
    if value is None:
        return "not known"
    return f"{value:g}" if isinstance(value, float) else str(value)
