"""The rules of a framework as spreadsheet formulas: a parent from the cells of its children."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from exports.briefing.words import has


@dataclass(frozen=True)
class Node:
    """A component of the tree in the year: rule, its numbers, its children's codes in order."""

    code: str
    rule: str
    weight: float | None
    maximum: float | None
    factor: float
    children: tuple[str, ...]


@dataclass(frozen=True)
class Sums:
    """What each inner component is worked out to be: `formula` from cells, `value` beforehand."""

    formula: str
    value: float


def nodes(tree: pd.DataFrame) -> dict[str, Node]:
    """The tree by code."""
    below: dict[str, list[str]] = {}
    for row in tree.to_dict("records"):
        if has(row["parent_code"]):
            below.setdefault(str(row["parent_code"]), []).append(str(row["component_code"]))
    return {
        str(row["component_code"]): Node(
            str(row["component_code"]),
            str(row["rule"]) if has(row["rule"]) else "",
            row["weight"] if has(row["weight"]) else None,
            row["max_score"] if has(row["max_score"]) else None,
            float(row["factor"]),
            tuple(below.get(str(row["component_code"]), ())),
        )
        for row in tree.to_dict("records")
    }


def worked_out(
    found: Mapping[str, Node], values: Mapping[str, Any], cells: Mapping[str, str]
) -> dict[str, Sums]:
    """Formula and value of every component that its parts give, leaves as they were published.

    `values`: published scores by code; `cells`: where the working column has each code. A component is left
    out where a part is missing or its rule has no formula here.
    """
    made: dict[str, Sums] = {}
    for code in _children_first(found):
        node = found[code]
        parts = [found[child] for child in node.children if child in cells]
        if not parts or len(parts) < len(node.children):
            continue
        numbers = [made[p.code].value if p.code in made else values.get(p.code) for p in parts]
        write = WRITERS.get(node.rule)
        if write is None or any(not has(number) for number in numbers):
            continue
        told = write(node, parts, [cells[p.code] for p in parts], [float(n) for n in numbers])  # type: ignore[arg-type]
        if told is not None:
            made[code] = told
    return made


def _children_first(found: Mapping[str, Node]) -> list[str]:
    order: list[str] = []

    def visit(code: str) -> None:
        for child in found[code].children:
            visit(child)
        order.append(code)

    inner = {child for node in found.values() for child in node.children}
    for code in found:
        if code not in inner:
            visit(code)
    return order


def _points(node: Node, parts: list[Node], cells: list[str], numbers: list[float]) -> Sums | None:
    return Sums(f"={'+'.join(cells)}", sum(numbers))


def _weights(parts: list[Node]) -> list[float] | None:
    return [p.weight for p in parts] if all(p.weight is not None for p in parts) else None  # type: ignore[misc]


def _weighted(node: Node, parts: list[Node], cells: list[str], numbers: list[float]) -> Sums | None:
    weights = _weights(parts)
    if weights is None:
        return None
    terms = "+".join(f"{w:.12g}*{cell}" for w, cell in zip(weights, cells, strict=True))
    return Sums(f"={terms}", sum(w * n for w, n in zip(weights, numbers, strict=True)))


def _mean(node: Node, parts: list[Node], cells: list[str], numbers: list[float]) -> Sums | None:
    inner, weights = _weighted(node, parts, cells, numbers), _weights(parts)
    if inner is None or weights is None or not sum(weights):
        return None
    whole = sum(weights)
    return Sums(f"={node.factor:.12g}*({inner.formula[1:]})/{whole:.12g}", node.factor * inner.value / whole)


def _share(node: Node, parts: list[Node], cells: list[str], numbers: list[float]) -> Sums | None:
    if node.maximum is None:
        return None
    return Sums(f"={cells[0]}/100*{node.maximum:.12g}", numbers[0] / 100 * node.maximum)


def _plain(node: Node, parts: list[Node], cells: list[str], numbers: list[float]) -> Sums | None:
    return Sums(f"={node.factor:.12g}*AVERAGE({','.join(cells)})", node.factor * sum(numbers) / len(numbers))


WRITERS: dict[str, Callable[[Node, list[Node], list[str], list[float]], Sums | None]] = {
    "sum_points": _points,
    "weighted_sum": _weighted,
    "weighted_mean": _mean,
    "share_of_max": _share,
    "arithmetic_mean": _plain,
}
