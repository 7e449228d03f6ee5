"""What changed from one framework to another, component by component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from etl.framework_pairs import propose_pairs
from indices.crosswalk import Link
from indices.framework import Framework
from indices.tree import Node, Tree

COLUMNS = ("change", "component", "name", "what", "before", "after", "confidence")
COMPARED = ("name_vi", "parent", "level", "min_score", "max_score", "weight", "direction", "rule", "factor")
_SURE = "confirmed"


def compare(first: Framework, second: Framework, links: Iterable[Link] = ()) -> pd.DataFrame:
    """Differences of the main trees: the last year of `first` against the first year of `second`.

    One row a difference: `change` is added, dropped, renumbered, merged, split or changed; `what` names the
    attribute that changed. Components are paired by the confirmed `links` of a crosswalk, else by name and
    place; `confidence` (0 to 1, or confirmed) says how sure the pair of a renumbered or renamed one is. The
    parent changed when it is not the pair of the old parent.
    """
    trees = first.tree(max(first.years)), second.tree(min(second.years))
    own = [link for link in links if (link.from_framework, link.to_framework) == (first.id, second.id)]
    confirmed = [link for link in own if link.confirmed_by]
    pairs = _pairs(*trees, confirmed)
    ended = [link for link in confirmed if not link.continues]
    gone = {code for code, _ in pairs.values()} | {link.from_code for link in ended}
    come = set(pairs) | {link.to_code for link in ended}
    rows = [
        *_whole("dropped", trees[0], gone),
        *_whole("added", trees[1], come),
        *_ended(ended, trees[1]),
        *_changed(*trees, pairs),
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _pairs(first: Tree, second: Tree, confirmed: Iterable[Link]) -> dict[str, tuple[str, str]]:
    """Old code and how sure, by new code."""
    sure = {link.to_code: (link.from_code, _SURE) for link in confirmed if link.continues}
    told = {link.from_code for link in confirmed}, {link.to_code for link in confirmed}
    proposed = {
        pair.new: (pair.old, f"{pair.confidence:.2f}")
        for pair in propose_pairs(first, second)
        if pair.old not in told[0] and pair.new not in told[1]
    }
    return {code: pair for code, pair in (proposed | sure).items() if code in second.nodes}


def _whole(change: str, tree: Tree, others: set[str]) -> Iterator[tuple[str, ...]]:
    for code, node in tree.nodes.items():
        if code not in others:
            yield change, code, node.name_vi, "", "", "", ""


def _ended(links: Iterable[Link], second: Tree) -> Iterator[tuple[str, ...]]:
    for link in links:
        name = second.nodes[link.to_code].name_vi if link.to_code in second.nodes else ""
        yield link.kind, link.to_code, name, "code", link.from_code, link.to_code, _SURE


def _changed(first: Tree, second: Tree, pairs: dict[str, tuple[str, str]]) -> Iterator[tuple[str, ...]]:
    names = {old: new for new, (old, _) in pairs.items()}
    for code, node in second.nodes.items():
        if code not in pairs or pairs[code][0] not in first.nodes:
            continue
        old, sure = pairs[code]
        if old != code:
            yield "renumbered", code, node.name_vi, "code", old, code, sure
        yield from _attributes(first.nodes[old], node, names, sure)


def _attributes(old: Node, new: Node, names: dict[str, str], sure: str) -> Iterator[tuple[str, ...]]:
    for what in COMPARED:
        before, after = getattr(old, what), getattr(new, what)
        moved = names.get(old.parent, old.parent) != new.parent
        if moved if what == "parent" else before != after:
            told = sure if what == "name_vi" else ""
            yield "changed", new.code, new.name_vi, what, _told(before), _told(after), told


def _told(value: object) -> str:
    if value is None:
        return "not known"
    return f"{value:g}" if isinstance(value, float) else str(value)
