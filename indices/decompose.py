"""A change between two years, split into what units did and what the change of framework did.

This year's inputs are scored under last year's tree: what moves against last year is performance, what is
left to this year's own score is the framework (weights, reference ranges, maxima, parts added or dropped).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from indices.framework import Framework
from indices.gaps import LINKED
from indices.model import MAIN_VIEW
from indices.ranking import rank_values
from indices.registry import COMPARABLE, Registry
from indices.scoring import is_computable, recompute
from indices.tree import Node, Tree

DECOMPOSED, NOT_DECOMPOSABLE = "decomposed", "not_decomposable"
SAME_TREE: Final = "same_tree"
REASONS: Final = (
    "", "no_rule_before", "inputs_not_comparable", "inputs_not_held", "no_common_unit", "no_total_after",
    SAME_TREE,
)  # fmt: skip
SPLIT_COLUMNS: Final = (
    "before", "old_framework", "after", "performance", "framework", "total",
    "rank_before", "rank_old_framework", "rank_after",
)  # fmt: skip


@dataclass(frozen=True)
class YearPair:
    """Two measured years of one index, the earlier first."""

    index: str
    from_year: int
    to_year: int


@dataclass(frozen=True)
class Decomposition:
    """The split of a change. `status` decomposed | not_decomposable, `reason` one of REASONS.

    `inputs`: codes that carry this year's values into last year's tree; `rescaled`: those whose maximum
    changed and which go in by their share of it. `blocked`: codes that stood in the way. `table`: units x
    SPLIT_COLUMNS in points of the index; performance + framework = total = after − before. All three totals
    are recomputed from the inputs, so `total` may miss the published change by the published residuals.
    """

    status: str
    reason: str = ""
    inputs: tuple[str, ...] = ()
    rescaled: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    table: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(SPLIT_COLUMNS)))


def year_values(score: pd.DataFrame, index: str, year: int) -> pd.DataFrame:
    """Values of one index and year in the main tree, units x codes, from the `score` table."""
    mine = (score["index_code"] == index) & (score["year"] == year) & (score["view"] == MAIN_VIEW)
    rows = score[mine & score["value"].notna()]
    return rows.pivot(index="unit_id", columns="component_code", values="value")


def decompose(registry: Registry, pair: YearPair, before: pd.DataFrame, after: pd.DataFrame) -> Decomposition:
    """Split the change of every unit between two years; `before` and `after` are units x codes.

    Inputs are the deepest codes that both trees have, that may be compared (fully or by their share of the
    maximum) and that both frames hold; a part that cannot be compared is replaced by its parent. A code that
    the later framework renumbered counts under its old name (see crosswalk.py). Where last
    year's total cannot be reached that way, totals of two comparable years with the very same tree differ by
    performance alone (reason same_tree); else nothing is split and the reason is said. Raises KeyError for
    a year without framework.
    """
    old = registry.framework(pair.index, pair.from_year)
    new = registry.framework(pair.index, pair.to_year)
    trees = old.tree(pair.from_year), new.tree(pair.to_year)
    bridge = _Bridge(registry, pair, trees, (before, after))
    inputs = bridge.below(trees[0].root)
    if inputs is not None:
        return _split(bridge, inputs, old, new)
    if bridge.same_tree():
        return _same_tree(bridge, old)
    return Decomposition(NOT_DECOMPOSABLE, bridge.reason(), blocked=tuple(dict.fromkeys(bridge.blocked)))


class _Bridge:
    """Which codes of last year's tree can be filled with this year's values."""

    def __init__(
        self,
        registry: Registry,
        pair: YearPair,
        trees: tuple[Tree, Tree],
        frames: tuple[pd.DataFrame, pd.DataFrame],
    ) -> None:
        self.registry, self.pair = registry, pair
        self.old, self.new = trees
        self.before, self.after = frames
        # The code of each component of last year's tree in this year's; left out where it has none.
        self.now = {code: now for now in self.new.nodes if (code := self._code_before(now))}
        self.blocked: list[str] = []

    def _code_before(self, code: str) -> str:
        pair = self.pair
        return self.registry.code_in(pair.index, pair.to_year, code, pair.from_year)

    def below(self, code: str) -> list[str] | None:
        """Inputs that make up a node from its children; None when a child that counts cannot be filled."""
        if not is_computable(self.old, code):
            return None
        found: list[str] = []
        for child in self.old.children(code):
            if child.weight == 0:
                continue
            inputs = self.of(child.code)
            if inputs is None:
                return None
            found += inputs
        return found

    def of(self, code: str) -> list[str] | None:
        """Inputs that make up a node: from below where possible, else the node itself."""
        deeper = self.below(code) if self.old.nodes[code].children else None
        if deeper is not None:
            return deeper
        if self.linked(code) and self.held(code):
            return [code]
        self.blocked.append(code)
        return None

    def linked(self, code: str) -> bool:
        """Both trees have the code and its values of the two years may be compared."""
        years, now = (self.pair.from_year, self.pair.to_year), self.now.get(code)
        known = now is not None and code in self.old.nodes
        return known and self.registry.comparability(self.pair.index, *years, now or "").kind in LINKED

    def held(self, code: str) -> bool:
        """Both years have values of the code."""
        pairs = ((self.before, code), (self.after, self.now.get(code, "")))
        return all(name in frame and frame[name].notna().any() for frame, name in pairs)

    def same_tree(self) -> bool:
        """The two years have one tree with one set of numbers, and their totals may be fully compared."""
        root, years = self.old.root, (self.pair.from_year, self.pair.to_year)
        verdict = self.registry.comparability(self.pair.index, *years, root).kind
        return self.old.nodes == self.new.nodes and verdict == COMPARABLE and self.held(root)

    def reason(self) -> str:
        """Why nothing could be split: no rule, values that are missing, or that may not be compared."""
        if not is_computable(self.old, self.old.root):
            return REASONS[1]
        return REASONS[3] if all(self.linked(code) for code in self.blocked) else REASONS[2]


def _split(bridge: _Bridge, inputs: list[str], old: Framework, new: Framework) -> Decomposition:
    factors = {code: _factor(bridge.old.nodes[code], bridge.new.nodes[bridge.now[code]]) for code in inputs}
    moved = bridge.after[[bridge.now[code] for code in inputs]].set_axis(inputs, axis="columns")
    moved = moved * pd.Series(factors)
    root = bridge.old.root
    totals = {
        "before": recompute(bridge.old, bridge.before[inputs])[root],
        "old_framework": recompute(bridge.old, moved)[root],
        "after": _total_after(bridge),
    }
    rescaled = tuple(code for code, factor in factors.items() if factor != 1.0)
    told = Decomposition(NOT_DECOMPOSABLE, inputs=tuple(inputs), rescaled=rescaled)
    if totals["after"].isna().all():
        return replace(told, reason=REASONS[5])
    table = pd.DataFrame(totals).dropna()
    if table.empty:
        return replace(told, reason=REASONS[4])
    return replace(told, status=DECOMPOSED, table=_differences(table, {"before": old, "after": new}))


def _same_tree(bridge: _Bridge, framework: Framework) -> Decomposition:
    """Published totals of two years that one tree scores: all of the change is performance."""
    root = bridge.old.root
    after = bridge.after[root]
    table = pd.DataFrame({"before": bridge.before[root], "old_framework": after, "after": after}).dropna()
    if table.empty:
        return Decomposition(NOT_DECOMPOSABLE, REASONS[4])
    found = _differences(table, {"before": framework, "after": framework})
    return Decomposition(DECOMPOSED, SAME_TREE, (root,), table=found)


def _factor(before: Node, after: Node) -> float:
    """What puts a value of this year on last year's scale: the ratio of the maxima where both are known."""
    if before.max_score is None or after.max_score is None or not after.max_score:
        return 1.0
    return before.max_score / after.max_score


def _total_after(bridge: _Bridge) -> pd.Series:
    """This year's total by its own tree from its deepest inputs, as the others are; else as published."""
    root = bridge.new.root
    published = bridge.after.get(root, pd.Series(float("nan"), index=bridge.after.index))
    inputs = _deepest(bridge.new, root, bridge.after)
    if inputs is None or inputs == [root]:
        return published
    return recompute(bridge.new, bridge.after[inputs])[root].fillna(published)


def _deepest(tree: Tree, code: str, values: pd.DataFrame) -> list[str] | None:
    """The deepest codes with values that make up a node; None where it cannot be filled."""
    if is_computable(tree, code):
        parts = [_deepest(tree, child.code, values) for child in tree.children(code) if child.weight != 0]
        if None not in parts:
            return [one for part in parts if part is not None for one in part]
    return [code] if code in values and values[code].notna().any() else None


def _differences(table: pd.DataFrame, frameworks: Mapping[str, Framework]) -> pd.DataFrame:
    """Effects and ranks among the units that have all three totals; the middle one by last year's ways."""
    ways = {"before": "before", "old_framework": "before", "after": "after"}
    ranks = {f"rank_{name}": _ranks(table[name], frameworks[way]) for name, way in ways.items()}
    found = table.assign(
        performance=table["old_framework"] - table["before"],
        framework=table["after"] - table["old_framework"],
        total=table["after"] - table["before"],
        **ranks,
    )
    return found[list(SPLIT_COLUMNS)]


def _ranks(values: pd.Series, framework: Framework) -> pd.Series:
    ranking = framework.ranking
    return rank_values(values, ranking.precision, ranking.tolerance, ties=ranking.ties)
