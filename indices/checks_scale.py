"""Checks of how the children of a node are brought to a scale: what each named way needs and cannot use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from indices.errors import Problem
from indices.normalise import NORMALISATIONS
from indices.rollup import Rule
from indices.tree import Node, Tree

Told = Iterator[tuple[str, str, str]]
STORED: Final = "min_max"
NO_LOG: Final = frozenset({"bands", "percentile_bands", "threshold"})
EXTRAS: Final = (
    "log", "cap", "target", "threshold", "floor", "reference", "bands", "range_min", "range_max",
)  # fmt: skip


def scale_told(rule: Rule, node: Node, children: list[Node]) -> Told:
    """(what, found, expected) of everything wrong with the scales of the children of one node."""
    for child in children:
        for check in (_unused, _needs, _range, _log, _reversed_threshold):
            yield from check(rule, child)


def _unused(rule: Rule, child: Node) -> Told:
    """Settings that nobody would read: the figure would enter as it is, in silence."""
    extras = [name for name in EXTRAS if getattr(child, name) not in (None, "")]
    if not child.normalise and extras:
        yield f"{', '.join(extras)} without a normalisation", child.code, "a name in normalise"
    if (child.normalise not in ("", STORED) or (child.normalise and extras)) and not rule.normalises:
        yield (
            f"{rule.name} does not normalise its children",
            f"{child.code}: {child.normalise}",
            "another rule",
        )


def _needs(rule: Rule, child: Node) -> Told:
    if child.normalise in ("", STORED):
        return
    for name in sorted(NORMALISATIONS[child.normalise].needs):
        if getattr(child, name) in (None, ""):
            yield f"{child.normalise} needs {name}", f"{child.code}: blank", f"a value in {name}"


def _range(rule: Rule, child: Node) -> Told:
    low, high = child.range_min, child.range_max
    if (low is None) != (high is None):
        yield "range_min and range_max go together", child.code, "both or neither"
    elif low is not None and high is not None and low >= high:
        yield "range is empty", f"{child.code}: {low:g} to {high:g}", "range_min below range_max"


def _log(rule: Rule, child: Node) -> Told:
    if not child.log:
        return
    if child.normalise in NO_LOG:
        yield f"log is not used by {child.normalise}", child.code, "blank"
    for name in ("ref_min", "ref_max", "target"):
        value = getattr(child, name)
        if value is not None and value <= 0:
            yield f"{name} has no logarithm", f"{child.code}: {value:g}", "a number above 0"


def _reversed_threshold(rule: Rule, child: Node) -> Told:
    if child.normalise != "threshold" or child.threshold is None:
        return
    start = child.ref_max if child.direction == "-" else (child.ref_min or 0.0)
    if start is None:
        yield "threshold where less is better needs ref_max", f"{child.code}: blank", "where points reach 0"
    elif (start - child.threshold) * (1 if child.direction == "-" else -1) <= 0:
        found = f"{child.code}: {start:g} to {child.threshold:g}"
        yield "threshold leaves no room below it", found, "a threshold better than where points begin"


def denominator_problems(file: str, tree: Tree) -> Iterator[Problem]:
    """Denominators of a tree that are no other leaf of it."""
    for node in tree.nodes.values():
        found = f"{node.code} / {node.denominator}"
        other = tree.nodes.get(node.denominator)
        if not node.denominator:
            continue
        if node.children:
            yield Problem("only a leaf has a denominator", file, node.code, found, "blank")
        if other is node:
            yield Problem("a component is its own denominator", file, node.code, found, "another leaf")
        elif other is None or other.children:
            yield Problem("denominator is not in the tree", file, node.code, found, "the code of a leaf")


def treatment_problems(folder: str, trees: Sequence[Tree]) -> list[Problem]:
    """Leaves on a stored scale where outliers are treated: a logged figure would not fit the range."""
    stored = {
        (node.code, node.normalise): None
        for tree in trees
        for node in tree.nodes.values()
        if not node.children and node.normalise and not NORMALISATIONS[node.normalise].relative
    }
    what, expected = "outliers are treated on a stored scale", "a normalisation relative to the units"
    return [Problem(what, f"{folder}/components.csv", code, way, expected) for code, way in stored]
