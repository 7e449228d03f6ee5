"""The formula of one node written out twice: with the codes of its children, and with this unit's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from indices.rules import RULES
from indices.tree import Node


@dataclass(frozen=True)
class Formula:
    """`words`: the rule's title; `rule`: its general formula; `symbols`: with codes; `numbers`: this unit's.

    × + − / ^ and brackets only, so that `numbers` can be worked out by hand; six significant digits.
    """

    words: str
    rule: str
    symbols: str
    numbers: str


@dataclass(frozen=True)
class Terms:
    """What a formula is written from: one item a child that counts, in `names` as in `figures`."""

    node: Node
    names: Sequence[str]
    figures: Sequence[float]
    weights: Sequence[float]
    slopes: Sequence[float]
    maxima: Sequence[float]


Write = Callable[[Terms, Sequence[str]], str]


def number(value: float | None) -> str:
    """Six significant digits, no exponent, a true minus sign and brackets where negative; "?": not known."""
    if value is None or np.isnan(value):
        return "?"
    text = np.format_float_positional(abs(value), precision=6, fractional=False, trim="-")
    return f"(−{text})" if value < 0 and text.strip("0.") else text


def formula(
    terms: Terms, parts: Sequence[float], rest: tuple[float, float], by_parts: bool = False
) -> Formula:
    """The formula of a node. A rule without its own way of writing, or one asked for `by_parts`, is told by
    what each child brings: base + Σ parts + remainder (`rest`: base, remainder).
    """
    rule = RULES[terms.node.rule]
    write = None if by_parts else _WRITERS.get(rule.name)
    if write is None:
        told = [part for part in [rest[0], *parts, rest[1]] if abs(part) > 1e-9]
        numbers = _sum([number(part) for part in told])
        return Formula(rule.title, rule.formula, rule.formula, numbers)
    figures = [number(figure) for figure in terms.figures]
    return Formula(rule.title, rule.formula, write(terms, terms.names), write(terms, figures))


def _sum(terms: Sequence[str]) -> str:
    return " + ".join(terms) if terms else "0"


def _products(numbers: Sequence[float], shown: Sequence[str]) -> str:
    return _sum([f"{number(one)} × {text}" for one, text in zip(numbers, shown, strict=True)])


def _factor(terms: Terms) -> str:
    return "" if terms.node.factor in (None, 1.0) else f"{number(terms.node.factor)} × "


def _points(terms: Terms, shown: Sequence[str]) -> str:
    return _sum(list(shown))


def _mean(terms: Terms, shown: Sequence[str]) -> str:
    return f"{_factor(terms)}({_products(terms.weights, shown)}) / {number(sum(terms.weights))}"


def _weighted(terms: Terms, shown: Sequence[str]) -> str:
    return _products(terms.weights, shown)


def _rescaled(terms: Terms, shown: Sequence[str]) -> str:
    offset, span = number(terms.node.offset), number(terms.node.span)
    inner = f"{offset} + {span} × ({_products(terms.weights, shown)})"
    return f"{_factor(terms)}({inner})" if _factor(terms) else inner


def _line(terms: Terms, shown: Sequence[str]) -> str:
    return f"{number(terms.node.intercept)} + {_products(terms.slopes, shown)}"


def _share(terms: Terms, shown: Sequence[str]) -> str:
    return f"{shown[0]} / 100 × {number(terms.node.max_score)}"


def _applicable(terms: Terms, shown: Sequence[str]) -> str:
    return f"100 × {shown[0]} / {number(terms.maxima[0])}"


def _scaled(terms: Terms, shown: Sequence[str]) -> str:
    return f"{shown[0]} × {number(terms.node.max_score)}"


def _geometric(terms: Terms, shown: Sequence[str]) -> str:
    whole = number(sum(terms.weights))
    pairs = zip(terms.weights, shown, strict=True)
    return _factor(terms) + " × ".join(f"{text} ^ ({number(weight)} / {whole})" for weight, text in pairs)


def _harmonic(terms: Terms, shown: Sequence[str]) -> str:
    below = _sum([f"{number(w)} / {text}" for w, text in zip(terms.weights, shown, strict=True)])
    return f"{_factor(terms)}{number(sum(terms.weights))} / ({below})"


def _ratio(terms: Terms, shown: Sequence[str]) -> str:
    return f"{_factor(terms)}{shown[0]} / {shown[1]}"


_WRITERS: Final[dict[str, Write]] = {
    "sum_points": _points,
    "weighted_mean": _mean,
    "arithmetic_mean": _mean,
    "weighted_sum": _weighted,
    "rescaled_sum": _rescaled,
    "linear": _line,
    "share_of_max": _share,
    "applicable_ratio": _applicable,
    "scaled_points": _scaled,
    "geometric_mean": _geometric,
    "harmonic_mean": _harmonic,
    "ratio": _ratio,
}
