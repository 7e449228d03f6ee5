"""What each part of an index really weighs: nominal, effective, by variance, left out, and optimised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy import optimize

from indices.normalise import NORMALISATIONS
from indices.ranking import rank_values
from indices.rules import RULES, Array
from indices.scoring import influence, recompute
from indices.tree import Node, Tree

RENORMALISE: Final = "renormalise"
REMOVED, NOT_REMOVABLE = "removed", "not_removable"


def effective_weights(tree: Tree) -> pd.DataFrame:
    """Nominal and effective weight of every node: code, parent, depth, weight, nominal, effective.

    `nominal`: the stated weight over those of its siblings. `effective`: share of the range of the index that
    the node can move, |d index / d node| × range of the node / range of the index; siblings add up to their
    parent where the rules are straight lines. NaN where a rule, weight or range is not known.
    """
    pull = influence(tree)
    whole = _reach(tree.nodes[tree.root])
    rows = [
        (code, node.parent, node.depth, node.weight, _nominal(tree, node), pull[code] * _reach(node) / whole)
        for code, node in tree.nodes.items()
    ]
    frame = pd.DataFrame(rows, columns=["code", "parent", "depth", "weight", "nominal", "effective"])
    return frame.astype({"weight": "float64", "nominal": "float64", "effective": "float64"})


def _reach(node: Node) -> float:
    """How far a value can move: its reference range where it is normalised by one, else its score range."""
    low, high = (node.ref_min, node.ref_max) if node.normalise else (node.min_score or 0.0, node.max_score)
    return float("nan") if low is None or high is None else high - low


def _nominal(tree: Tree, node: Node) -> float:
    if not node.parent:
        return 1.0
    weights = tree.nodes[node.parent].child_weights
    whole = sum(weight for weight in weights if weight is not None)
    known = node.weight is not None and None not in weights and whole
    return node.weight / whole if known and node.weight is not None else float("nan")


def variance_shares(tree: Tree, values: pd.DataFrame) -> pd.DataFrame:
    """`effective_weights` with `importance`: the share of the variance of the index that a node accounts for.

    importance = b × cov(node, index) / var(index), b = d index / d node with its sign: what an effective
    weight becomes once spread and correlation count (below 0: it works against the index). At each depth
    they add up to 1 where the rules are straight lines. `values`: units x codes, leaves and index included.
    """
    frame = effective_weights(tree)
    pull = influence(tree)
    index = values[tree.root].astype("float64")
    found = {}
    for code, node in tree.nodes.items():
        sign = -1.0 if node.direction == "-" else 1.0
        shared = values[code].astype("float64").cov(index) if code in values else float("nan")
        found[code] = sign * pull[code] * shared / index.var()
    return frame.assign(importance=frame["code"].map(found).astype("float64"))


def leave_one_out(tree: Tree, values: pd.DataFrame, tolerance: float = 1e-9) -> pd.DataFrame:
    """How the ranking changes when one leaf is left out and its weight goes to its siblings; a row a leaf.

    `values`: units x leaf codes; inner nodes are recomputed. Columns: code, status (removed | not_removable:
    the index has no value without it), mean_shift and max_shift of ranks (places), moved (units whose rank
    changes), spearman with the ranking by all leaves, most_moved (unit). Only units with a total count.
    """
    leaves = [code for code in tree.leaves() if code in values]
    given = values[leaves].astype("float64")
    full = recompute(tree, given)[tree.root]
    base = rank_values(full, tolerance=tolerance).astype("Float64").astype(float)
    totals = _totals_without(tree, given, leaves)
    rows = [_shift(code, base, totals[code].where(full.notna()), tolerance) for code in leaves]
    names = ["code", "status", "mean_shift", "max_shift", "moved", "spearman", "most_moved"]
    return pd.DataFrame(rows, columns=names)


def _totals_without(tree: Tree, given: pd.DataFrame, leaves: Sequence[str]) -> pd.DataFrame:
    """Totals, units x the leaf left out. All variants are rolled up at once under each other, unless
    the units are compared with each other somewhere in the tree.
    """
    lenient = replace(tree, missing=RENORMALISE)
    if compares_units(tree):
        found = {code: recompute(lenient, given.assign(**{code: np.nan}))[tree.root] for code in leaves}
        return pd.DataFrame(found)
    blocks = np.tile(given.to_numpy(), (len(leaves), 1, 1))
    places = np.arange(len(leaves))
    blocks[places, :, places] = np.nan
    stacked = pd.DataFrame(blocks.reshape(-1, len(leaves)), columns=list(leaves))
    totals = recompute(lenient, stacked)[tree.root].to_numpy()
    return pd.DataFrame(totals.reshape(len(leaves), -1).T, index=given.index, columns=list(leaves))


def compares_units(tree: Tree) -> bool:
    """Whether a unit's score depends on the other units: by a scale over them, or by a rule that compares."""
    rules = (node.rule for node in tree.nodes.values() if node.rule)
    scales = (node.normalise for node in tree.nodes.values() if node.normalise)
    return any(RULES[rule].relative for rule in rules) or any(NORMALISATIONS[s].relative for s in scales)


def _shift(code: str, base: pd.Series, total: pd.Series, tolerance: float) -> tuple[object, ...]:
    if total.isna().all():
        return code, NOT_REMOVABLE, np.nan, np.nan, 0, np.nan, None
    ranks = rank_values(total, tolerance=tolerance).astype("Float64").astype(float)
    shift = (ranks - base).abs()
    likeness = ranks.rank().corr(base.rank())
    most = shift.idxmax() if shift.gt(0).any() else None
    return code, REMOVED, float(shift.mean()), float(shift.max()), int(shift.gt(0).sum()), likeness, most


@dataclass(frozen=True)
class Balance:
    """Weights that bring shares of correlation nearest to the wished ones.

    `table`: code, wished, before, reached (shares of the sum of correlations with the index), weight (shares
    of one). `distance_before` and `distance`: sum of squared differences between reached and wished.
    """

    table: pd.DataFrame
    distance_before: float
    distance: float


def correlation_shares(tree: Tree, values: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Each part's share in the sum of correlations with the index, when the parts have these weights.

    `weights` by code; `values`: units x codes with every part in them. Shares add up to one.
    """
    parts = values[list(weights.index)].astype("float64")
    total = recompute(_reweighted(_above(tree, list(weights.index)), weights), parts)[tree.root]
    r = _correlations_with(parts.to_numpy(), total.to_numpy(dtype=np.float64))
    return pd.Series(r / r.sum(), index=weights.index)


def _correlations_with(parts: Array, total: Array) -> Array:
    """Pearson correlations (k) of the columns of `parts` (n x k) with `total` (n), of the rows with both."""
    known = ~np.isnan(parts) & ~np.isnan(total)[:, None]
    count = known.sum(axis=0)
    x, y = np.where(known, parts, 0.0), np.where(known, total[:, None], 0.0)
    x = np.where(known, x - x.sum(axis=0) / count, 0.0)
    y = np.where(known, y - y.sum(axis=0) / count, 0.0)
    return np.asarray((x * y).sum(axis=0) / np.sqrt((x**2).sum(axis=0) * (y**2).sum(axis=0)))


def _above(tree: Tree, parts: Sequence[str]) -> Tree:
    """The tree down to the parts; what hangs below them is cut off."""
    kept: dict[str, Node] = {}
    for code in reversed(tree.post_order()):
        node = tree.nodes[code]
        if code == tree.root or (node.parent in kept and node.parent not in parts):
            kept[code] = replace(node, children=(), child_weights=()) if code in parts else node
    return replace(tree, nodes={code: kept[code] for code in tree.nodes if code in kept})


def _reweighted(tree: Tree, weights: pd.Series) -> Tree:
    nodes = {
        code: replace(node, child_weights=tuple(_weights_of(node, weights))) if node.children else node
        for code, node in tree.nodes.items()
    }
    return replace(tree, nodes=nodes)


def _weights_of(node: Node, weights: pd.Series) -> list[float | None]:
    pairs = zip(node.children, node.child_weights, strict=True)
    return [float(weights[child]) if child in weights.index else weight for child, weight in pairs]


def balance_weights(tree: Tree, values: pd.DataFrame, wished: pd.Series) -> Balance:
    """Weights for the parts named in `wished` that bring their shares of correlation nearest to it.

    `wished`: shares by code (need not add up to one). `values`: units x codes. Starts from equal weights and
    minimises the sum of squares by Nelder and Mead on the logarithms, so that weights stay above zero. A
    part that hardly goes with the index cannot reach a large share: the distance left says how far it gets.
    """
    goal = wished / wished.sum()
    above = _above(tree, list(goal.index))

    def distance(logs: Array) -> float:
        shares = correlation_shares(above, values, pd.Series(np.exp(logs), index=goal.index))
        return float(((shares - goal) ** 2).sum())

    start = np.zeros(len(goal))
    options = {"maxiter": 75 * len(goal), "xatol": 1e-4, "fatol": 1e-9, "adaptive": True}
    best = optimize.minimize(distance, start, method="Nelder-Mead", options=options)
    weights = pd.Series(np.exp(best.x), index=goal.index)
    table = pd.DataFrame(
        {
            "wished": goal,
            "before": correlation_shares(tree, values, pd.Series(1.0, index=goal.index)),
            "reached": correlation_shares(tree, values, weights),
            "weight": weights / weights.sum(),
        }
    )
    return Balance(table.rename_axis("code").reset_index(), distance(start), float(best.fun))
