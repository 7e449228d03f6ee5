"""The scorer a second time: slow, one number at a time, in plain Python. Nothing of the fast one is used.

A tree is a dict of plain dicts: code -> {parent, rule, weight, direction, normalise, ref_min, ...}; figures
are {unit: {code: number or None}}. None is missing. Scales are in scales.py; what is done before and after
scoring is in table.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.reference.scales import Number, on_scale

Node = Mapping[str, Any]
Nodes = Mapping[str, Node]
Figures = dict[str, dict[str, Number]]
NORMALISING = {
    "rescaled_sum", "arithmetic_mean", "geometric_mean", "harmonic_mean", "copeland", "scaled_points",
}  # fmt: skip


@dataclass(frozen=True)
class Policy:
    """What a missing child does; `maxima`: those that applied to a unit, where not the usual ones."""

    missing: str = "refuse"
    coverage: float = 0.0
    maxima: Figures = field(default_factory=dict)

    def maximum(self, unit: str, code: str, node: Node) -> Number:
        own = self.maxima.get(unit, {}).get(code)
        given = node.get("max_score") if own is None else own
        return None if given in (None, "") else float(given)


def score(nodes: Nodes, figures: Figures, policy: Policy = Policy()) -> Figures:
    """Every inner node of every unit: {unit: {code: value}}, from children as published or else computed."""
    table = {unit: dict(row) for unit, row in divided(nodes, figures).items()}
    found: Figures = {unit: {} for unit in figures}
    for code in post_order(nodes):
        kids = [kid for kid in nodes if nodes[kid]["parent"] == code]
        if kids:
            column = one_node(nodes, code, kids, table, policy)
            for unit, value in column.items():
                found[unit][code] = value
                if table[unit].get(code) is None:
                    table[unit][code] = value
    return found


def divided(nodes: Nodes, figures: Figures) -> Figures:
    out: Figures = {}
    for unit, row in figures.items():
        out[unit] = {}
        for code, value in row.items():
            other = nodes[code].get("denominator") if code in nodes else None
            if other:
                below = row.get(other)
                value = None if value is None or not below else value / below
            out[unit][code] = value
    return out


def post_order(nodes: Nodes) -> list[str]:
    order: list[str] = []

    def visit(code: str) -> None:
        for kid in nodes:
            if nodes[kid]["parent"] == code:
                visit(kid)
        order.append(code)

    for code in nodes:
        if not nodes[code]["parent"]:
            visit(code)
    return order


def one_node(nodes: Nodes, code: str, kids: list[str], table: Figures, policy: Policy) -> dict[str, Number]:
    """One node of every unit: children brought to their scales over all units, then the rule unit by unit."""
    rule, node = nodes[code]["rule"], nodes[code]
    used = [kid for kid in kids if rule not in WEIGHED or float(nodes[kid]["weight"]) != 0]
    if rule == "linear":
        used = [kid for kid in kids if float(nodes[kid]["slope"]) != 0]
    entered: dict[str, dict[str, Number]] = {}
    for kid in used:
        column = {unit: row.get(kid) for unit, row in table.items()}
        entered[kid] = on_scale(nodes[kid], column) if rule in NORMALISING else column
    if not used:
        return dict.fromkeys(table)
    if rule == "copeland":
        return duels([nodes[kid] for kid in used], [entered[kid] for kid in used], node, policy)
    out: dict[str, Number] = {}
    for unit in table:
        kin = [Kid(nodes[kid], entered[kid][unit], policy.maximum(unit, kid, nodes[kid])) for kid in used]
        out[unit] = RULES[rule](node, kin, policy)
    return out


@dataclass(frozen=True)
class Kid:
    """A child of one unit: its row, its figure as it enters, and the maximum that applied."""

    node: Node
    value: Number
    maximum: Number

    @property
    def weight(self) -> float:
        return float(self.node["weight"])


Rule = Callable[[Node, list[Kid], Policy], Number]
WEIGHED = {
    "weighted_mean", "weighted_sum", "rescaled_sum", "arithmetic_mean", "geometric_mean", "harmonic_mean",
    "copeland",
}  # fmt: skip


def factor(node: Node) -> float:
    return float(node.get("factor") or 1.0)


def _points(node: Node, kids: list[Kid], policy: Policy) -> Number:
    """Points added up; renormalised, the share reached of what applied to the unit counts for the whole."""
    if policy.missing == "refuse":
        return None if any(k.value is None for k in kids) else math.fsum(k.value or 0.0 for k in kids)
    if any(k.maximum is None or (k.maximum == 0 and k.value) for k in kids):
        return None
    pairs = [
        (k.maximum or 0.0, None if k.value is None or not k.maximum else k.value / k.maximum) for k in kids
    ]
    shared = share_out(pairs, policy)
    return None if shared is None else sum(weight * part for weight, part in shared)


def _ratio(node: Node, kids: list[Kid], policy: Policy) -> Number:
    top, below = kids
    return None if top.value is None or not below.value else factor(node) * top.value / below.value


def _share_satisfied(node: Node, kids: list[Kid], policy: Policy) -> Number:
    answers = [k.value for k in kids if k.value is not None]
    if len(answers) < len(kids) or math.fsum(answers) == 0:
        return None
    good = math.fsum(k.weight * (k.value or 0.0) for k in kids)
    return factor(node) * good / math.fsum(answers)


def _linear(node: Node, kids: list[Kid], policy: Policy) -> Number:
    if any(k.value is None for k in kids):
        return None
    parts = (float(k.node["slope"]) * (k.value or 0.0) for k in kids)
    return float(node["intercept"]) + math.fsum(parts)


def _share_of_max(node: Node, kids: list[Kid], policy: Policy) -> Number:
    value = kids[0].value
    return None if value is None else value / 100 * float(node["max_score"])


def _applicable(node: Node, kids: list[Kid], policy: Policy) -> Number:
    value, most = kids[0].value, kids[0].maximum
    return None if value is None or not most else 100 * value / most


def _scaled_points(node: Node, kids: list[Kid], policy: Policy) -> Number:
    value = kids[0].value
    return None if value is None else value * float(node["max_score"])


Mean = Callable[[list[tuple[float, float]], float, Node], Number]


def weighed(mean: Mean) -> Rule:
    """A rule over weights and values, shared out as the missing policy says."""

    def rule(node: Node, kids: list[Kid], policy: Policy) -> Number:
        shared = share_out([(k.weight, k.value) for k in kids], policy)
        return None if shared is None else mean(shared, sum(k.weight for k in kids), node)

    return rule


def share_out(pairs: list[tuple[float, Number]], policy: Policy) -> list[tuple[float, float]] | None:
    """Weights over what is present; None where the policy leaves nothing to work with."""
    present = [(weight, value) for weight, value in pairs if value is not None]
    if not present or (policy.missing == "refuse" and len(present) < len(pairs)):
        return None
    whole, held = sum(weight for weight, _ in pairs), sum(weight for weight, _ in present)
    if held == 0 or held / whole < policy.coverage - 1e-12:
        return None
    return [(weight * whole / held, value) for weight, value in present]


def _arithmetic(pairs: list[tuple[float, float]], whole: float, node: Node) -> Number:
    return factor(node) * sum(w * v for w, v in pairs) / whole


NOTHING = 1e-12


def _geometric(pairs: list[tuple[float, float]], whole: float, node: Node) -> Number:
    if any(v < -NOTHING for _, v in pairs):
        return None
    if any(v <= NOTHING for _, v in pairs):
        return 0.0
    product = 1.0
    for weight, value in pairs:
        product *= value ** (weight / whole)
    return factor(node) * product


def _harmonic(pairs: list[tuple[float, float]], whole: float, node: Node) -> Number:
    if any(v < -NOTHING for _, v in pairs):
        return None
    if any(v <= NOTHING for _, v in pairs):
        return 0.0
    return factor(node) * whole / sum(w / v for w, v in pairs)


def _sum(pairs: list[tuple[float, float]], whole: float, node: Node) -> Number:
    return sum(w * v for w, v in pairs)


def _rescaled(pairs: list[tuple[float, float]], whole: float, node: Node) -> Number:
    return factor(node) * (float(node["offset"]) + float(node["span"]) * sum(w * v for w, v in pairs))


RULES: dict[str, Rule] = {
    "sum_points": _points,
    "weighted_mean": weighed(_arithmetic),
    "weighted_sum": weighed(_sum),
    "rescaled_sum": weighed(_rescaled),
    "linear": _linear,
    "share_of_max": _share_of_max,
    "applicable_ratio": _applicable,
    "arithmetic_mean": weighed(_arithmetic),
    "geometric_mean": weighed(_geometric),
    "harmonic_mean": weighed(_harmonic),
    "ratio": _ratio,
    "share_satisfied": _share_satisfied,
    "scaled_points": _scaled_points,
}


def duels(
    kids: list[Node], columns: list[dict[str, Number]], node: Node, policy: Policy
) -> dict[str, Number]:
    """Duels won less duels lost; who can meet nobody has no score."""
    used = list(zip(kids, columns, strict=True))
    units = list(columns[0])
    out: dict[str, Number] = dict.fromkeys(units)
    for unit in units:
        met = [duel(used, unit, other, policy.missing) for other in units if other != unit]
        results = [result for result in met if result is not None]
        if results:
            out[unit] = factor(node) * sum(results)
    return out


def duel(used: list[tuple[Node, dict[str, Number]]], one: str, other: str, missing: str) -> int | None:
    """1, 0 or -1; None where the two cannot be compared."""
    for_one = for_other = 0.0
    both = [(kid, column) for kid, column in used if column[one] is not None and column[other] is not None]
    if not both or (missing == "refuse" and len(both) < len(used)):
        return None
    for kid, column in both:
        sign = -1.0 if kid["direction"] == "-" and not kid["normalise"] else 1.0
        off = sign * ((column[one] or 0.0) - (column[other] or 0.0))
        for_one += float(kid["weight"]) * (off > 1e-9)
        for_other += float(kid["weight"]) * (off < -1e-9)
    return 0 if abs(for_one - for_other) < 1e-9 else (1 if for_one > for_other else -1)


TWINS = {*RULES, "copeland"}
