"""The formula of a component as a short line of text, from its rule and the numbers of its year."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from indices.rules import RULES
from indices.scoring import is_plain
from indices.tree import Node, Tree

MOST_TERMS = 8
_NAMED = ("target", "threshold", "floor")


def formula(tree: Tree, code: str) -> str:
    """How `code` comes from its children in this tree, e.g. "10 × (5·A + 20·B) / 25"; blank when it does not.

    A line of more than eight terms is cut and says how many there are. Blank too where the year has no
    coefficients.
    """
    node, children = tree.nodes[code], tree.children(code)
    if not node.rule or not children:
        return ""
    write = _WRITERS.get(node.rule)
    return write(node, children) if write else RULES[node.rule].formula


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.6g}"


def _joined(terms: Iterable[str]) -> str:
    listed = list(terms)
    shown = " + ".join(listed[:MOST_TERMS])
    cut = f" + … ({len(listed)} terms)" if len(listed) > MOST_TERMS else ""
    return (shown + cut).replace("+ -", "− ")


def _weighted(children: list[Node], each: Callable[[Node], str]) -> list[str]:
    return [f"{_number(child.weight)}·{each(child)}" for child in children if child.weight != 0]


def _code(child: Node) -> str:
    return child.code


def _scaled(child: Node) -> str:
    """The normalised child, as its rule sees it."""
    if not child.normalise:
        return child.code
    if not is_plain(child):
        return f"{child.normalise}({_settings(child)})"
    low, high = _number(child.ref_min), _number(child.ref_max)
    z = f"({child.code} − {low})/({high} − {low})"
    return f"(1 − {z})" if child.direction == "-" else z


def _settings(child: Node) -> str:
    """The figure and what its scale is set to, as in "log A, 100 to 10000"."""
    figure = f"log {child.code}" if child.log else child.code
    figure += f" / {child.denominator}" if child.denominator else ""
    stored = f"{_number(child.ref_min)} to {_number(child.ref_max)}" if child.ref_max is not None else ""
    named = [f"{name} {_number(getattr(child, name))}" for name in _NAMED if getattr(child, name) is not None]
    turned = "less is better" if child.direction == "-" else ""
    return ", ".join(text for text in (figure, stored, child.reference, child.bands, *named, turned) if text)


def _times(node: Node) -> str:
    return "" if node.factor in (None, 1.0) else f"{_number(node.factor)} × "


def _sum_points(node: Node, children: list[Node]) -> str:
    return _joined(child.code for child in children)


def _weighted_mean(node: Node, children: list[Node]) -> str:
    weights = [child.weight for child in children if child.weight is not None]
    return (
        f"{_times(node)}({_joined(_weighted(children, _code))}) / {_number(sum(weights))}" if weights else ""
    )


def _weighted_sum(node: Node, children: list[Node]) -> str:
    return _joined(_weighted(children, _code))


def _rescaled_sum(node: Node, children: list[Node]) -> str:
    if all(child.weight is None for child in children):
        return ""
    inner = _joined(_weighted(children, _scaled))
    return f"{_times(node)}({_number(node.offset)} + {_number(node.span)} × ({inner}))"


def _linear(node: Node, children: list[Node]) -> str:
    sloped = [child for child in children if child.slope]
    terms = [f"{_number(child.slope)}·{child.code}" for child in sloped]
    return _joined([_number(node.intercept), *terms]) if sloped else ""


def _share_of_max(node: Node, children: list[Node]) -> str:
    return f"{children[0].code} / 100 × {_number(node.max_score)}"


def _applicable_ratio(node: Node, children: list[Node]) -> str:
    return f"100 × {children[0].code} / applicable maximum"


def _mean(node: Node, children: list[Node]) -> str:
    """A mean of children on their scales; the rule's name tells which."""
    name = node.rule.removesuffix("_mean")
    return f"{_times(node)}{name} mean({'; '.join(_capped(_weighted(children, _scaled)))})"


def _duels(node: Node, children: list[Node]) -> str:
    return f"{_times(node)}duels({'; '.join(_capped(_weighted(children, _scaled)))})"


def _capped(terms: list[str]) -> list[str]:
    cut = [f"… ({len(terms)} terms)"] if len(terms) > MOST_TERMS else []
    return terms[:MOST_TERMS] + cut


def _ratio(node: Node, children: list[Node]) -> str:
    return f"{_times(node)}{children[0].code} / {children[1].code}"


def _share_satisfied(node: Node, children: list[Node]) -> str:
    counted = _joined(_weighted(children, _code))
    return f"{_times(node)}({counted}) / ({_joined(child.code for child in children)})"


def _scaled_points(node: Node, children: list[Node]) -> str:
    return f"{_scaled(children[0])} × {_number(node.max_score)}"


_WRITERS: dict[str, Callable[[Node, list[Node]], str]] = {
    "sum_points": _sum_points,
    "weighted_mean": _weighted_mean,
    "weighted_sum": _weighted_sum,
    "rescaled_sum": _rescaled_sum,
    "linear": _linear,
    "share_of_max": _share_of_max,
    "applicable_ratio": _applicable_ratio,
    "arithmetic_mean": _mean,
    "geometric_mean": _mean,
    "harmonic_mean": _mean,
    "copeland": _duels,
    "ratio": _ratio,
    "share_satisfied": _share_satisfied,
    "scaled_points": _scaled_points,
}
