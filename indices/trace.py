"""The whole derivation of one cell as data: from a published or computed value down to the source cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
import pandas as pd

from indices.arrays import Array
from indices.contributions import NOT_SPLIT, Contributions, contributions, weights_used
from indices.normalise import normalise
from indices.prepare import IMPUTED
from indices.registry import Registry
from indices.rules import RULES
from indices.scoring import denominate, is_computable, recompute, scale_of
from indices.trace_formula import Formula, Terms, formula
from indices.trace_inputs import PREPARED, Cell, TraceInputs, trace_inputs
from indices.tree import Node

PUBLISHED, RECOMPUTED, MISSING = "published", "recomputed", "missing"
NAN: Final = float("nan")
FLAT_LEFT_OUT: Final = ("children", "source", "formula")


@dataclass(frozen=True)
class Source:
    """Where a published figure stands: source, file and row of the pack, place in it, printed decimals."""

    source_id: str = ""
    file: str = ""
    row: int | None = None
    place: str = ""
    note: str = ""
    decimals: int | None = None


@dataclass(frozen=True)
class Step:
    """One node of a derivation; numbers in the component's own unit, NaN = not known.

    `value` is what counts upwards: published, else recomputed, else imputed (`kind`). base + Σ contribution
    of the children + remainder = recomputed. `entered`, `treatment`: the figure after denominator, filling
    and treatment, where the framework prepares its leaves (NaN: as it stands), and what was done to it.
    `entering`: what the parent's rule sees (after denominator and `normalisation`);
    `contribution`: what it brings to the parent's recomputed value, in the parent's unit; `weight_used`: its
    weight once those of missing siblings are spread. `manner`: how the contributions were found.
    """

    code: str
    name_vi: str
    name_en: str
    level: str
    depth: int
    kind: str
    value: float
    published: float = NAN
    recomputed: float = NAN
    residual: float = NAN
    max_score: float = NAN
    entered: float = NAN
    treatment: str = ""
    normalisation: str = ""
    entering: float = NAN
    weight: float = NAN
    weight_used: float = NAN
    contribution: float = NAN
    rule: str = ""
    base: float = NAN
    remainder: float = NAN
    manner: str = ""
    source: Source | None = None
    formula: Formula | None = None
    children: tuple[Step, ...] = ()

    def walk(self) -> Iterator[Step]:
        """This step and all below it, parents first, in display order."""
        yield self
        for child in self.children:
            yield from child.walk()

    def leaves(self) -> list[Step]:
        """The steps that have nothing below them."""
        return [step for step in self.walk() if not step.children]


def trace_cell(
    registry: Registry, facts: pd.DataFrame, cell: Cell, prepared: pd.DataFrame | None = None
) -> Step:
    """The derivation of a cell of published facts, down to its leaves; see `trace_inputs`."""
    return trace(trace_inputs(registry, facts, cell, prepared), cell.unit_id, cell.component_code)


def trace(inputs: TraceInputs, unit_id: str, code: str) -> Step:
    """The derivation of `code` for `unit_id`. Raises KeyError where the tree or the figures lack either."""
    if code not in inputs.tree.nodes or unit_id not in inputs.values.index:
        raise KeyError(f"{inputs.tree.index} {inputs.tree.year} has no {code} for {unit_id}")
    return _Tracer(inputs, unit_id).step(code, 0)


def to_frame(step: Step) -> pd.DataFrame:
    """A derivation as a table: path (codes from the top), the fields of Step, its source and formula."""
    rows = list(_rows(step, ""))
    return pd.DataFrame.from_records(rows)


def _rows(step: Step, above: str) -> Iterator[dict[str, object]]:
    path = f"{above} › {step.code}" if above else step.code
    own = {f.name: getattr(step, f.name) for f in fields(step) if f.name not in FLAT_LEFT_OUT}
    source, text = step.source or Source(), step.formula or Formula("", "", "", "")
    place = {_column(f.name): getattr(source, f.name) for f in fields(source)}
    yield {
        "path": path,
        **own,
        **place,
        "formula": text.symbols,
        "numbers": text.numbers,
        "words": text.words,
    }
    for child in step.children:
        yield from _rows(child, path)


def _column(name: str) -> str:
    return name if name.startswith("source") else f"source_{name}"


class _Tracer:
    """Derivations of one unit; roll-up and scales need all units, so they are done once for everyone."""

    def __init__(self, inputs: TraceInputs, unit_id: str) -> None:
        self.tree, self.unit = inputs.tree, unit_id
        self.published = pd.Series(inputs.values.loc[unit_id])
        counted = inputs.values if inputs.counted is None else inputs.counted
        self.rolled_up = recompute(inputs.tree, counted, inputs.maxima)
        self.recomputed = pd.Series(self.rolled_up.loc[unit_id])
        whole = counted.reindex(columns=list(inputs.tree.nodes)).astype("float64")
        self.counting = denominate(inputs.tree, whole).fillna(self.rolled_up)
        known = unit_id in inputs.maxima.index
        self.maxima = pd.Series(inputs.maxima.loc[unit_id] if known else {}, dtype=float)
        self.sources = inputs.sources[inputs.sources["unit_id"] == unit_id].set_index("component_code")
        cells = pd.DataFrame(columns=["unit_id", "component_code", *PREPARED])
        cells = cells if inputs.prepared is None else inputs.prepared
        self.prepared = cells[cells["unit_id"] == unit_id].set_index("component_code")

    def step(self, code: str, depth: int) -> Step:
        """The derivation of one node, without its part in its parent."""
        node = self.tree.nodes[code]
        published, recomputed = _of(self.published, code), _of(self.recomputed, code)
        known = not np.isnan(published)
        step = Step(
            code, node.name_vi, node.name_en, node.level, depth,
            kind=PUBLISHED if known else MISSING if np.isnan(recomputed) else RECOMPUTED,
            value=published if known else recomputed,
            published=published,
            recomputed=recomputed,
            residual=published - recomputed,
            max_score=self._maximum(node),
            source=self._source(code) if known else None,
        )  # fmt: skip
        return self._with_children(step, node) if node.children else self._as_prepared(step)

    def _as_prepared(self, leaf: Step) -> Step:
        """A leaf with what the framework made of it before it was scored."""
        if leaf.code not in self.prepared.index:
            return leaf
        row = pd.Series(self.prepared.loc[leaf.code])
        found = replace(leaf, entered=float(row["entered"]), treatment=_text(row["treatment"]))
        if leaf.kind != MISSING:
            return found
        return replace(found, kind=IMPUTED, value=float(row["imputed"]))

    def _with_children(self, step: Step, node: Node) -> Step:
        steps = [self.step(child, step.depth + 1) for child in node.children]
        children = self.tree.children(node.code)
        weights = [NAN if child.weight is None else float(child.weight) for child in children]
        if not is_computable(self.tree, node.code):
            pairs = zip(steps, weights, strict=True)
            return replace(step, children=tuple(replace(one, weight=weight) for one, weight in pairs))
        scaled = RULES[node.rule].normalises
        entering = np.array([self._entering(child, scaled) for child in children])
        maxima = np.array([self._maximum(child) for child in children])
        found = self._split(node, entering, maxima)
        used = weights_used(self.tree, node.code, entering)
        parts = zip(steps, children, entering, weights, used, found.parts, strict=True)
        told = [
            replace(
                one, normalisation=child.normalise if scaled else "", entering=float(enters),
                weight=weight, weight_used=float(counted), contribution=float(part),
            )
            for one, child, enters, weight, counted, part in parts
        ]  # fmt: skip
        return replace(
            step, rule=node.rule, base=found.base, remainder=found.remainder, manner=found.manner,
            formula=self._formula(node, told, maxima, found), children=tuple(told),
        )  # fmt: skip

    def _split(self, node: Node, entering: Array, maxima: Array) -> Contributions:
        """Contributions; a rule that compares units is not split and its value is what all units gave it."""
        if RULES[node.rule].relative:
            value = _of(self.recomputed, node.code)
            return Contributions(np.full(len(entering), np.nan), 0.0, value, NOT_SPLIT)
        return contributions(self.tree, node.code, entering, maxima)

    def _entering(self, child: Node, scaled: bool) -> float:
        column = self.counting[child.code].to_numpy(dtype=np.float64)
        if scaled and child.normalise:
            column = normalise(column, scale_of(child))
        return float(column[self.counting.index.get_loc(self.unit)])

    def _formula(self, node: Node, steps: list[Step], maxima: Array, found: Contributions) -> Formula | None:
        """Written with the children that count: present, and of a weight or slope other than zero."""
        if np.isnan(_of(self.recomputed, node.code)):
            return None
        children = self.tree.children(node.code)
        triples = list(zip(steps, children, maxima, strict=True))
        shown = [(s, c, m) for s, c, m in triples if not np.isnan(s.entering) and _counts(s, c, node)]
        terms = Terms(
            node=node,
            names=[f"z({s.code})" if s.normalisation else s.code for s, _, _ in shown],
            figures=[s.entering for s, _, _ in shown],
            weights=[s.weight_used for s, _, _ in shown],
            slopes=[NAN if c.slope is None else c.slope for _, c, _ in shown],
            maxima=[float(m) for _, _, m in shown],
        )
        partly = len(shown) < len(children) and node.rule == "sum_points" and self.tree.missing != "refuse"
        return formula(terms, [s.contribution for s, _, _ in shown], (found.base, found.remainder), partly)

    def _maximum(self, node: Node) -> float:
        own = _of(self.maxima, node.code)
        return own if not np.isnan(own) else NAN if node.max_score is None else float(node.max_score)

    def _source(self, code: str) -> Source | None:
        if code not in self.sources.index:
            return None
        row = pd.Series(self.sources.loc[code])
        texts = [_text(row.get(name)) for name in ("source_id", "file", "place", "note")]
        line, decimals = (_whole(row.get(name)) for name in ("row", "decimals"))
        return Source(texts[0], texts[1], line, texts[2], texts[3], decimals)


def _text(cell: Any) -> str:
    return "" if cell is None or pd.isna(cell) else str(cell)


def _whole(cell: Any) -> int | None:
    return None if cell is None or pd.isna(cell) else int(str(cell))


def _counts(step: Step, child: Node, node: Node) -> bool:
    needs = RULES[node.rule].needs
    return not ("weight" in needs and child.weight == 0) and not ("slope" in needs and not child.slope)


def _of(row: pd.Series, code: str) -> float:
    return float(row[code]) if code in row.index else NAN
