"""Checks of how the children of a node are brought to a scale: what each named way needs and cannot use."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from indices.errors import Problem
from indices.normalise import NORMALISATIONS
from indices.rollup import Rule
from indices.scale import parse_reference
from indices.tree import Node, Tree

Told = Iterator[tuple[str, str, str]]
STORED: Final = "min_max"
NO_LOG: Final = frozenset({"bands", "percentile_bands", "threshold"})
SETTINGS: Final = ("cap", "threshold", "floor", "reference", "bands")
EXTRAS: Final = ("log", "target", *SETTINGS, "range_min", "range_max")
ABOVE_ZERO: Final = frozenset({"ratio_to_reference"})
NOT_ZERO: Final = frozenset({"difference_to_reference"})


def scale_told(rule: Rule, node: Node, children: list[Node]) -> Told:
    """(what, found, expected) of everything wrong with the scales of the children of one node."""
    for child in children:
        for check in (_unused, _unread, _needs, _range, _log, _direction, _reference, _room):
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


def _unread(rule: Rule, child: Node) -> Told:
    """Settings that the named way does not look at. A target may stand as a fact of the component."""
    way = NORMALISATIONS.get(child.normalise)
    for name in SETTINGS if way else ():
        if way and getattr(child, name) not in (None, "") and name not in way.needs | way.takes:
            yield f"{name} is not used by {way.name}", child.code, "blank, or another normalisation"


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


def _direction(rule: Rule, child: Node) -> Told:
    """A way that does not turn less is better round would give worse units more."""
    way = NORMALISATIONS.get(child.normalise)
    if way and child.direction == "-" and not way.turns:
        expected = "more is better, or another normalisation"
        yield f"{way.name} does not turn less is better round", child.code, expected
    if way and child.direction == "-" and child.log and way.name == "scaled":
        yield "scaled turns the sign of a logarithm", child.code, "min_max, with a range"


def _reference(rule: Rule, child: Node) -> Told:
    """A reference from which nothing can be measured."""
    if "reference" not in NORMALISATIONS[child.normalise or STORED].needs or not child.reference:
        return
    found, given = f"{child.code}: {child.reference}", parse_reference(child.reference)
    if given == "worst" and child.normalise == "distance_to_reference":
        yield "there is no distance to the worst", found, "another reference"
    if isinstance(given, str):
        return
    if given <= 0 and (child.log or child.normalise in ABOVE_ZERO):
        yield "reference is not above 0", found, "a number above 0"
    elif given == 0 and child.normalise in NOT_ZERO:
        yield "reference is 0", found, "another number"


def _room(rule: Rule, child: Node) -> Told:
    """A threshold or a target no better than where counting begins."""
    goal = {"threshold": child.threshold, "distance_to_target": child.target}.get(child.normalise)
    if goal is None:
        return
    name, less = child.normalise.removeprefix("distance_to_"), child.direction == "-"
    start = child.ref_max if less else child.ref_min
    if name == "threshold" and start is None and less:
        yield "threshold where less is better needs ref_max", f"{child.code}: blank", "where points reach 0"
    start = 0.0 if name == "threshold" and start is None and not less else start
    if start is not None and (goal >= start if less else goal <= start):
        found = f"{child.code}: {start:g} to {goal:g}"
        yield f"{name} leaves no room below it", found, f"a {name} better than where points begin"


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
