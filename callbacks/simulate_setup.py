"""What the simulation of one province, index and year works with: engine, levers, names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil, log10
from typing import Final

import numpy as np
import pandas as pd

from callbacks.engine import IndexYear, read_case, read_engine, read_year
from callbacks.services import Services
from callbacks.subject import known, read_subject, source_lines
from callbacks.url_state import ViewState
from indices.ledger import Case
from indices.plan import Plan
from indices.scenario import Engine
from indices.tree import Node
from layouts import text
from layouts.frames import as_rows
from layouts.pages.simulate_view import Lever
from layouts.subject import Subject

NEED: Final = "weight"
MOST_PLACES: Final = 4
TIMES_WEIGHT: Final = 2  # a weight can be moved up to this many times the largest among its siblings


@dataclass(frozen=True)
class Setup:
    """Our case among all units: `levers` of its components, `weights` of those that can be reweighted."""

    subject: Subject
    year: IndexYear
    case: Case
    engine: Engine
    levers: Mapping[str, Lever]
    weights: Mapping[str, Lever]
    names: Mapping[str, str]
    known: int

    @property
    def root(self) -> str:
        """Code of the total."""
        return self.case.plan.tree.root

    @property
    def parts(self) -> bool:
        """Whether components are held; else the total is the only lever."""
        return self.root not in self.levers


def read_setup(services: Services, state: ViewState) -> tuple[Setup | None, Subject | None]:
    """The setup of a state; without one, the subject to say why (None: the index has no figure at all)."""
    key = ("simulate", state.province, state.index, state.year, state.lang)
    found: tuple[Setup | None, Subject | None] = services.kept(key, lambda: _read(services, state))
    return found


def _read(services: Services, state: ViewState) -> tuple[Setup | None, Subject | None]:
    subject = read_subject(services, state)
    if subject is None or subject.own is None or subject.internal:
        return None, subject
    year = read_year(services, state.index, subject.year)
    case = read_case(services, state.index, subject.year, subject.own_id)
    everyone = read_engine(services, state.index, subject.year)
    if year is None or case is None or everyone is None or year.framework.unit_set != subject.unit_set:
        return None, subject
    engine = _deepest(everyone, case, year)
    units = known(services, "units", subject.unit_set)
    rows = services.warehouse.scores(state.index, subject.year, unit_id=subject.own_id)
    return Setup(
        subject=replace(subject, sources=source_lines(services, rows["source_id"])),
        year=year,
        case=case,
        engine=engine,
        levers=levers_of(engine, case, year.values),
        weights=weights_of(everyone.plan),
        names={row["unit_id"]: text.name(row, state.lang) for row in as_rows(units)},
        known=int(year.totals.notna().sum()),
    ), subject


def _deepest(everyone: Engine, case: Case, year: IndexYear) -> Engine:
    """The engine over our own tree, which may reach deeper than that of nearly all units.

    Where a rule compares units, everybody's parts are needed: then the tree is the common one.
    """
    relative = any(step.relative for step in everyone.plan.steps)
    own = year.plan(case.unit)
    if relative or own.codes == everyone.plan.codes:
        return everyone
    return replace(everyone, plan=own, base=own.standing(own.array(year.values)))


def levers_of(engine: Engine, case: Case, values: pd.DataFrame) -> dict[str, Lever]:
    """The components of our tree that have a figure, in display order; the total where there is no other."""
    plan, tree = engine.plan, engine.plan.tree
    row = engine.base[engine.units.get_loc(case.unit)]
    root_alone = len(plan.codes) == 1
    order = [code for code in _display(plan) if root_alone or code != tree.root]
    found = {}
    for code in order:
        base = float(row[plan.place[code]])
        if not np.isnan(base):
            seen = values[code].dropna() if code in values else pd.Series([base])
            found[code] = _lever(tree.nodes[code], base, seen)
    return found


def _display(plan: Plan) -> list[str]:
    """Codes from the top down, siblings in their order."""
    kids = {plan.codes[step.own]: [plan.codes[kid] for kid in step.kids] for step in plan.steps}

    def walk(code: str) -> list[str]:
        return [code, *(below for kid in kids.get(code, ()) for below in walk(kid))]

    return walk(plan.tree.root)


def _lever(node: Node, base: float, seen: pd.Series) -> Lever:
    """The lever of a component: to its maximum, or over the range of all provinces where it has none."""
    capped = node.max_score is not None
    low = float(seen.min()) if not capped else node.min_score or 0.0
    high = float(seen.max()) if not capped else float(node.max_score or 0.0)
    low, high = min(low, base), max(high, base)
    places = max(2, places_of(high - low)) if capped else places_of(high - low)
    less = node.direction == "-"
    best = float(seen.min() if less else seen.max())
    names = {"vi": node.name_vi, "en": node.name_en}
    return Lever(
        node.code, names, node.parent, node.depth, base, low, high, places, min(best, high), capped, less
    )


def places_of(span: float) -> int:
    """Decimals that cut a range into some hundreds of steps."""
    return min(MOST_PLACES, max(0, 3 - ceil(log10(span)))) if span > 0 else 2


def weights_of(plan: Plan) -> dict[str, Lever]:
    """Levers of the weights of all codes whose parent's rule has weights, in display order."""
    found = {}
    for step in plan.steps:
        if NEED not in step.rule.needs:
            continue
        high = TIMES_WEIGHT * float(np.nanmax(step.template.weights))
        for kid, weight in zip(step.kids, step.template.weights, strict=True):
            node = plan.tree.nodes[plan.codes[kid]]
            names = {"vi": node.name_vi, "en": node.name_en}
            found[node.code] = Lever(
                node.code, names, node.parent, node.depth, float(weight), 0.0, high, places_of(high)
            )
    order = _display(plan)
    return {code: found[code] for code in order if code in found}
