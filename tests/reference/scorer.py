"""The scorer a second time: slow, one number at a time, in plain Python. Nothing of the fast one is used.

A tree is a dict of plain dicts: code -> {parent, rule, weight, direction, normalise, ref_min, ...}; figures
are {unit: {code: number or None}}. None is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

Number = float | None
Nodes = Mapping[str, Mapping[str, Any]]
Figures = dict[str, dict[str, Number]]


def score(nodes: Nodes, figures: Figures, missing: str = "refuse", coverage: float = 0.0) -> Figures:
    """Every inner node of every unit: {unit: {code: value}}, from children as published or else computed."""
    table = {unit: dict(row) for unit, row in divided(nodes, figures).items()}
    found: Figures = {unit: {} for unit in figures}
    for code in post_order(nodes):
        kids = [kid for kid in nodes if nodes[kid]["parent"] == code]
        if kids:
            column = one_node(nodes, code, kids, table, (missing, coverage))
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


def one_node(
    nodes: Nodes, code: str, kids: list[str], table: Figures, policy: tuple[str, float]
) -> dict[str, Number]:
    """One node of every unit: children brought to their scales over all units, then the rule unit by unit."""
    rule = nodes[code]["rule"]
    entered: dict[str, dict[str, Number]] = {}
    for kid in kids:
        column = {unit: row.get(kid) for unit, row in table.items()}
        entered[kid] = on_scale(nodes[kid], column) if rule in NORMALISING else column
    if rule == "copeland":
        return duels([nodes[kid] for kid in kids], [entered[kid] for kid in kids], nodes[code], policy)
    out: dict[str, Number] = {}
    for unit in table:
        values = [entered[kid][unit] for kid in kids]
        out[unit] = by_rule(nodes[code], [nodes[kid] for kid in kids], values, policy)
    return out


NORMALISING = {
    "rescaled_sum",
    "arithmetic_mean",
    "geometric_mean",
    "harmonic_mean",
    "copeland",
    "scaled_points",
}


def by_rule(
    node: Mapping[str, Any], kids: list[Any], values: list[Number], policy: tuple[str, float]
) -> Number:
    rule, factor = node["rule"], float(node.get("factor") or 1.0)
    if rule == "sum_points":
        return points(kids, values, policy)
    if rule == "ratio":
        top, below = values
        return None if top is None or not below else factor * top / below
    if rule == "share_satisfied":
        if any(value is None for value in values) or sum(v or 0.0 for v in values) == 0:
            return None
        good = sum(float(kid["weight"]) * (v or 0.0) for kid, v in zip(kids, values, strict=True))
        return factor * good / sum(v or 0.0 for v in values)
    if rule == "scaled_points":
        return None if values[0] is None else values[0] * float(node["max_score"])
    pairs = [
        (float(kid["weight"]), v) for kid, v in zip(kids, values, strict=True) if float(kid["weight"]) != 0
    ]
    shared = share_out(pairs, policy)
    if shared is None:
        return None
    whole = sum(weight for weight, _ in pairs)
    return MEANS[rule](shared, whole, node, factor)


def points(kids: list[Any], values: list[Number], policy: tuple[str, float]) -> Number:
    if policy[0] == "refuse":
        return None if any(v is None for v in values) else math.fsum(v for v in values if v is not None)
    pairs = [
        (float(kid["max_score"]), None if v is None else v / float(kid["max_score"]))
        for kid, v in zip(kids, values, strict=True)
    ]
    shared = share_out(pairs, policy)
    return None if shared is None else sum(weight * part for weight, part in shared)


def share_out(
    pairs: list[tuple[float, Number]], policy: tuple[str, float]
) -> list[tuple[float, float]] | None:
    """Weights over what is present; None where the policy leaves nothing to work with."""
    present = [(weight, value) for weight, value in pairs if value is not None]
    if not present or (policy[0] == "refuse" and len(present) < len(pairs)):
        return None
    whole, held = sum(weight for weight, _ in pairs), sum(weight for weight, _ in present)
    if held == 0 or held / whole < policy[1] - 1e-12:
        return None
    return [(weight * whole / held, value) for weight, value in present]


def _arithmetic(pairs: list[tuple[float, float]], whole: float, node: Any, factor: float) -> Number:
    return factor * sum(w * v for w, v in pairs) / whole


def _geometric(pairs: list[tuple[float, float]], whole: float, node: Any, factor: float) -> Number:
    if any(v < 0 for _, v in pairs):
        return None
    if any(v == 0 for _, v in pairs):
        return 0.0
    product = 1.0
    for weight, value in pairs:
        product *= value ** (weight / whole)
    return factor * product


def _harmonic(pairs: list[tuple[float, float]], whole: float, node: Any, factor: float) -> Number:
    if any(v < 0 for _, v in pairs):
        return None
    if any(v == 0 for _, v in pairs):
        return 0.0
    return factor * whole / sum(w / v for w, v in pairs)


def _sum(pairs: list[tuple[float, float]], whole: float, node: Any, factor: float) -> Number:
    return sum(w * v for w, v in pairs)


def _rescaled(pairs: list[tuple[float, float]], whole: float, node: Any, factor: float) -> Number:
    return factor * (float(node["offset"]) + float(node["span"]) * sum(w * v for w, v in pairs))


MEANS: dict[str, Callable[[list[tuple[float, float]], float, Any, float], Number]] = {
    "weighted_mean": _arithmetic,
    "weighted_sum": _sum,
    "rescaled_sum": _rescaled,
    "arithmetic_mean": _arithmetic,
    "geometric_mean": _geometric,
    "harmonic_mean": _harmonic,
}


def duels(
    kids: list[Any], columns: list[dict[str, Number]], node: Any, policy: tuple[str, float]
) -> dict[str, Number]:
    """Duels won less duels lost; who can meet nobody has no score."""
    used = [(kid, column) for kid, column in zip(kids, columns, strict=True) if float(kid["weight"]) != 0]
    units = list(columns[0])
    out: dict[str, Number] = dict.fromkeys(units)
    for unit in units if used else []:
        met = [duel(used, unit, other, policy[0]) for other in units if other != unit]
        results = [result for result in met if result is not None]
        if results:
            out[unit] = float(node.get("factor") or 1.0) * sum(results)
    return out


def duel(used: list[Any], one: str, other: str, missing: str) -> int | None:
    """1, 0 or -1; None where the two cannot be compared."""
    for_one = for_other = 0.0
    both = [(kid, column) for kid, column in used if column[one] is not None and column[other] is not None]
    if not both or (missing == "refuse" and len(both) < len(used)):
        return None
    for kid, column in both:
        sign = -1.0 if kid["direction"] == "-" and not kid["normalise"] else 1.0
        off = sign * (column[one] - column[other])
        for_one += float(kid["weight"]) * (off > 1e-9)
        for_other += float(kid["weight"]) * (off < -1e-9)
    return 0 if abs(for_one - for_other) < 1e-9 else (1 if for_one > for_other else -1)


def on_scale(node: Mapping[str, Any], column: dict[str, Number]) -> dict[str, Number]:
    """One indicator over all units on the scale its definition names."""
    way = node["normalise"]
    if not way:
        return column
    sign = -1.0 if node["direction"] == "-" else 1.0
    logged = bool(node.get("log"))
    figures = {unit: maybe_log(value, logged) for unit, value in column.items()}
    low, high, target = (maybe_log(node.get(name), logged) for name in ("ref_min", "ref_max", "target"))
    known = [value for value in figures.values() if value is not None]
    out: dict[str, Number] = {}
    for unit, value in figures.items():
        z = None if value is None else WAYS[way](value, known, sign, (low, high, target, node))
        out[unit] = None if z is None else to_range(z, node)
    return out


def maybe_log(value: Any, logged: bool) -> Number:
    if value is None or value == "":
        return None
    number = float(value)
    if not logged:
        return number
    return math.log(number) if number > 0 else None


def to_range(z: float, node: Mapping[str, Any]) -> float:
    if node.get("range_min") in (None, ""):
        return z
    low, high = float(node["range_min"]), float(node["range_max"])
    return low + (high - low) * z


def capped(z: float, cap: str) -> float:
    if cap in ("low", "both") and z < 0:
        return 0.0
    return 1.0 if cap in ("high", "both") and z > 1 else z


def _between(value: float, low: Number, high: Number, sign: float) -> Number:
    if low is None or high is None or low == high:
        return None
    z = (value - low) / (high - low)
    return 1.0 - z if sign < 0 else z


def _stored(value: float, known: list[float], sign: float, own: Any) -> Number:
    z = _between(value, own[0], own[1], sign)
    return None if z is None else capped(z, own[3].get("cap") or "none")


def _posts(value: float, known: list[float], sign: float, own: Any) -> Number:
    z = _between(value, own[0], own[1], sign)
    return None if z is None else capped(z, own[3].get("cap") or "both")


def _year(value: float, known: list[float], sign: float, own: Any) -> Number:
    z = _between(value, min(known), max(known), sign)
    return None if z is None else capped(z, own[3].get("cap") or "none")


def _deviations(value: float, known: list[float], sign: float, divisor: int) -> Number:
    if divisor < 1:
        return None
    mean = math.fsum(known) / len(known)
    variance = math.fsum((v - mean) ** 2 for v in known) / divisor
    return None if variance == 0 else sign * (value - mean) / math.sqrt(variance)


def _worse(value: float, known: list[float], sign: float, own: Any) -> Number:
    return float(sum(sign * v < sign * value for v in known))


def _to_target(value: float, known: list[float], sign: float, own: Any) -> Number:
    stored = own[1] if sign < 0 else own[0]
    worst = stored if stored is not None else (max(known) if sign < 0 else min(known))
    if own[2] is None or own[2] == worst:
        return None
    return capped(1.0 - (own[2] - value) / (own[2] - worst), own[3].get("cap") or "none")


def _threshold(value: float, known: list[float], sign: float, own: Any) -> Number:
    full, floor = float(own[3]["threshold"]), own[3].get("floor")
    start = own[1] if sign < 0 else (own[0] or 0.0)
    if floor not in (None, "") and sign * value < sign * float(floor):
        return 0.0
    return min(1.0, max(0.0, (value - start) / (full - start)))


WAYS: dict[str, Callable[[float, list[float], float, Any], Number]] = {
    "min_max": _stored,
    "goalposts": _posts,
    "min_max_year": _year,
    "distance_to_best": _year,
    "z_score": lambda v, known, sign, own: _deviations(v, known, sign, len(known) - 1),
    "z_score_population": lambda v, known, sign, own: _deviations(v, known, sign, len(known)),
    "borda": _worse,
    "rank": lambda v, known, sign, own: (_worse(v, known, sign, own) or 0.0) + 1.0,
    "rank_share": lambda v, known, sign, own: ((_worse(v, known, sign, own) or 0.0) + 1.0) / len(known),
    "percentile_rank": lambda v, known, sign, own: (
        None if len(known) < 2 else (_worse(v, known, sign, own) or 0.0) / (len(known) - 1)
    ),
    "distance_to_target": _to_target,
    "threshold": _threshold,
}
