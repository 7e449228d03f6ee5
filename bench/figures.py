"""What is measured of the engine: one function an analysis, each at a size of units x indicators.

A function makes its material, then times the analysis alone; what it returns are wall and processor seconds
of one go. `FIGURES` lists them with the size that counts and the limits that were promised.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from indices.audit import alphas, correlation_flags
from indices.audit_pca import principal_components
from indices.audit_weights import leave_one_out, variance_shares
from indices.backcast import BackcastRule, backcast
from indices.benefit import benefit_of_the_doubt
from indices.decompose import YearPair, decompose
from indices.draws import Sampling, Uncertain
from indices.forecast import forecast
from indices.framework import RawDefinition, parse_framework
from indices.held import held_case
from indices.ledger import Case, Falls, ledger, make_case, recovered_together
from indices.outliers import Shape
from indices.outrank import copeland_scores, outranking
from indices.path import Effort, Goal, least_effort
from indices.pipeline import Processing, run
from indices.plan import Plan, make_plan
from indices.rank_range import rank_range
from indices.registry import Registry, Verdict
from indices.scenario import make_engine
from indices.scoring import recompute
from indices.sobol import sensitivity
from indices.standing import Field
from indices.trace import TraceInputs, trace
from indices.tree import Tree
from indices.trend import classify
from indices.uncertainty import Observed, simulate
from tests.composites import bent_levels, four_levels, generated, half_units, means_tree

EVERYTHING = Uncertain(
    weights="uniform",
    normalise=("defined", "min_max", "z_score", "rank"),
    aggregate=("defined", "geometric"),
    missing=("renormalise", "median"),
)
DRAWS = 10_000
YEARS = tuple(range(1, 13))
Spent = tuple[float, float]


def timed(work: Callable[[], object], repeats: int = 1) -> Spent:
    """Wall and processor seconds of one go, the quickest of a few: what else the machine does is not ours."""
    found = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        found.append((time.perf_counter() - wall, time.process_time() - cpu))
    return min(found)


def pillars(inputs: int) -> int:
    """A pillar for every six indicators."""
    return max(2, inputs // 6)


def made(units: int, inputs: int) -> tuple[Plan, pd.DataFrame]:
    """A four-level tree of two halves and pillars, with values."""
    tree = four_levels(inputs, pillars(inputs))
    return make_plan(tree), generated(tree, units)


def observed(values: pd.DataFrame, gaps: float = 0.02) -> Observed:
    """Published with one decimal, a standard error of 0.1 everywhere, one cell in fifty missing."""
    hidden = np.random.default_rng(2).random(values.shape) < gaps
    return Observed(values.mask(hidden), half_units(values, 1), values * 0.0 + 0.1)


def last_unit(tree: Tree, units: int) -> tuple[Case, Effort]:
    """The last unit of a made year, with caps at every input's best end and drawn costs."""
    plan, values = make_plan(tree), generated(tree, units)
    totals = pd.Series(plan.run(plan.array(values))[:, plan.root], index=values.index)
    return make_case(plan, values, str(totals.idxmin()), Field(totals)), capped(plan)


def capped(plan: Plan, stepped: bool = False) -> Effort:
    """Caps at every input's best end, drawn costs, and steps of a half for every second input if asked."""
    nodes = [plan.tree.nodes[code] for code in plan.inputs]
    ends = {n.code: float((n.min_score if n.direction == "-" else n.max_score) or 0.0) for n in nodes}
    cost = dict(zip(ends, np.random.default_rng(1).uniform(0.5, 2.0, len(ends)), strict=True))
    return Effort(cost, ends, dict.fromkeys(list(ends)[::2], 0.5) if stepped else {})


def scored(units: int, inputs: int) -> Spent:
    """Every inner node of every unit, from a frame."""
    plan, values = made(units, inputs)
    return timed(lambda: recompute(plan.tree, values), 3)


def pipeline(units: int, inputs: int) -> Spent:
    """From raw figures: gaps filled, outliers treated, normalised over the year, aggregated."""
    tree = four_levels(inputs, pillars(inputs))
    values = observed(generated(tree, units)).values
    return timed(lambda: run(tree, values, Processing("median", Shape())), 3)


def weights_only(units: int, inputs: int) -> Spent:
    """10,000 draws of the weights alone, with the bands."""
    plan, values = made(units, inputs)
    what = Uncertain(weights="uniform")
    return timed(lambda: simulate(plan, Observed(values), what, Sampling(DRAWS)).bands(), 2)


def everything(units: int, inputs: int) -> Spent:
    """10,000 draws of weights, four normalisations, two means, two missing policies, rounding, sampling."""
    plan, values = made(units, inputs)
    return timed(lambda: simulate(plan, observed(values), EVERYTHING, Sampling(DRAWS)).bands(), 2)


def pairs(units: int, inputs: int) -> Spent:
    """Whether any two units differ, from 10,000 draws already made."""
    plan, values = made(units, inputs)
    simulation = simulate(plan, Observed(values), Uncertain(weights="uniform"), Sampling(DRAWS))
    return timed(simulation.beats)


def sobol(units: int, inputs: int) -> Spent:
    """Sobol indices of five factors from 512 base points (3,584 runs), with bootstrap."""
    plan, values = made(units, inputs)
    return timed(lambda: sensitivity(plan, observed(values), EVERYTHING, None, Sampling(512)))


def ledger_of_a_unit(units: int, inputs: int) -> Spent:
    """What every component of one unit still holds, and could lose."""
    case, _ = last_unit(four_levels(inputs, pillars(inputs)), units)
    falls = Falls(last=pd.Series(dict(zip(case.plan.inputs, case.row, strict=False))) * 0.9)
    return timed(lambda: ledger(case, falls), 3)


def greedy(units: int, inputs: int) -> Spent:
    """The greedy order in which all inputs of one unit are best recovered."""
    case, _ = last_unit(four_levels(inputs, pillars(inputs)), units)
    return timed(lambda: recovered_together(case))


def path(units: int, inputs: int) -> Spent:
    """Path of the last unit to rank 1, any amounts."""
    case, effort = last_unit(four_levels(inputs, pillars(inputs)), units)
    return timed(lambda: least_effort(case, Goal(rank=1), effort), 3)


def path_in_steps(units: int, inputs: int) -> Spent:
    """The same where every second input moves in half points."""
    case, _ = last_unit(four_levels(inputs, pillars(inputs)), units)
    return timed(lambda: least_effort(case, Goal(rank=1), capped(case.plan, stepped=True)), 3)


def path_bent(units: int, inputs: int) -> Spent:
    """Path on a geometric mean of arithmetic means: goalposts, logarithms, caps, bands in turn."""
    case, effort = last_unit(bent_levels(inputs, pillars(inputs)), units)
    return timed(lambda: least_effort(case, Goal(rank=1), effort), 3)


def path_bent_in_steps(units: int, inputs: int) -> Spent:
    """The same where every second input moves in half points."""
    case, _ = last_unit(bent_levels(inputs, pillars(inputs)), units)
    return timed(lambda: least_effort(case, Goal(rank=1), capped(case.plan, stepped=True)), 2)


def path_held(units: int, inputs: int) -> Spent:
    """Path where every input enters by the year's own range, confirmed with everybody moving."""
    tree = four_levels(inputs, pillars(inputs), normalise="min_max_year")
    plan, values = make_plan(tree), generated(tree, units)
    totals = recompute(tree, values)[tree.root]
    case = held_case(plan, values, str(totals.idxmin()), Field(totals))
    return timed(lambda: least_effort(case, Goal(rank=units // 4), capped(plan)), 2)


def what_if(units: int, inputs: int) -> Spent:
    """One changed input and one changed weight: everybody's total, rank and band from 1,000 draws."""
    plan, values = made(units, inputs)
    simulation = simulate(plan, Observed(values), Uncertain(weights="uniform"), Sampling(1000))
    engine = make_engine(plan, values, simulation)
    changed = {(values.index[3], plan.inputs[2]): 5.0}
    return timed(lambda: engine.run(changed, {plan.inputs[5]: 0.3}), 10)


def weight_ranges(units: int, children: int) -> Spent:
    """Best and worst rank of a middle unit with every weight of the total free by a fifth."""
    codes = {f"c{number}": 1.0 + number % 4 for number in range(children)}
    tree = means_tree(codes, 10.0)
    values = generated(tree, units)
    engine = make_engine(make_plan(tree), values)
    unit = engine.run().sort_values("rank_before").index[units // 2]
    ranges = {code: (0.8 * weight, 1.2 * weight) for code, weight in codes.items()}
    return timed(lambda: rank_range(engine, str(unit), ranges))


def audit(units: int, inputs: int) -> Spent:
    """Correlations and flags, alphas, principal components, importance and the leaving out of each leaf."""
    tree = four_levels(inputs, pillars(inputs))
    leaves = generated(tree, units)
    values = leaves.join(recompute(tree, leaves))

    def all_of_it() -> None:
        correlation_flags(tree, values)
        alphas(tree, values)
        principal_components(leaves)
        variance_shares(tree, values)
        leave_one_out(tree, leaves)

    return timed(all_of_it)


def traced(units: int, inputs: int) -> Spent:
    """The derivation of one total down to every leaf."""
    plan, values = made(units, inputs)
    facts = pd.DataFrame({"unit_id": [], "component_code": []})
    told = TraceInputs(plan.tree, values, pd.DataFrame(index=values.index), facts)
    return timed(lambda: trace(told, str(values.index[0]), plan.tree.root))


def two_years(units: int, inputs: int) -> Spent:
    """A change between two frameworks split into performance and framework, all units."""

    def framework(name: str, year: int, tilt: float) -> Any:
        weights = {f"c{k}": 1.0 + tilt * (k % 3) for k in range(inputs)}
        names = {"level": "index", "name_vi": "x", "name_en": "x", "status": "proven", "max_score": "100"}
        rows = [{"code": "X", "parent": "", "rule": "weighted_mean", **names}]
        rows += [
            {"code": c, "parent": "X", "weight": str(w), **names, "level": "criterion"}
            for c, w in weights.items()
        ]
        meta = {"id": name, "index": "X", "name": {"vi": "x", "en": "x"}, "years": [year], "unit_set": "x"}
        meta |= {"scale": {"min": 0, "max": 100, "unit": "points", "decimals": 1}}
        return parse_framework(RawDefinition(name, meta, rows))[0]

    frameworks = (framework("one", 1, 0.0), framework("two", 2, 0.5))
    registry = Registry((), frameworks, {("X", 1, 2, ""): Verdict("reweighted")})
    table = np.random.default_rng(1).uniform(20, 90, (units, inputs))
    before = pd.DataFrame(table, columns=[f"c{k}" for k in range(inputs)])
    return timed(lambda: decompose(registry, YearPair("X", 1, 2), before, before + 1.0))


def trends(units: int, inputs: int) -> Spent:
    """Trend within the trend and a forecast for every series of 12 years."""
    table = np.random.default_rng(1).normal(size=(units * inputs, len(YEARS))).cumsum(axis=1)
    return timed(lambda: [(classify(YEARS, row), forecast(YEARS, row, YEARS[-1] + 1)) for row in table])


def merged(units: int, inputs: int) -> Spent:
    """Every component of one year estimated for new units that two old ones went to."""
    old = [f"o:{k}" for k in range(units)]
    merger = pd.DataFrame({"new_unit_id": [f"n:{k // 2}" for k in range(units)], "old_unit_id": old})
    values = pd.DataFrame(
        {
            "index_code": "X",
            "year": 1,
            "component_code": np.repeat([f"c{k}" for k in range(inputs)], units),
            "unit_id": old * inputs,
            "value": np.random.default_rng(1).random(units * inputs),
        }
    )
    people, rules = pd.Series(1.0 + np.arange(units), index=old), {"X": BackcastRule("population")}
    return timed(lambda: backcast(values, merger, people, rules))


def duels(units: int, inputs: int) -> Spent:
    """Every unit compared with every other over all indicators (Copeland)."""
    table = np.random.default_rng(1).random((units, inputs))
    return timed(lambda: copeland_scores(outranking(table, np.ones(inputs))), 3)


def best_weights(units: int, inputs: int) -> Spent:
    """Benefit of the doubt: one linear programme a unit."""
    table = pd.DataFrame(np.random.default_rng(1).random((units, inputs)))
    return timed(lambda: benefit_of_the_doubt(table))


@dataclass(frozen=True)
class Figure:
    """An analysis to measure: its size, and the seconds and MiB it was promised to stay under."""

    work: Callable[[int, int], Spent]
    units: int
    inputs: int
    label: str
    seconds: float = float("inf")
    peak: float = float("inf")


FIGURES: dict[str, Figure] = {
    "score": Figure(scored, 63, 150, "score a year"),
    "pipeline": Figure(pipeline, 63, 150, "impute, treat, normalise, aggregate"),
    "weights_only": Figure(weights_only, 51, 49, "10,000 draws, weights alone"),
    "everything": Figure(everything, 51, 49, "10,000 draws, all sources", 3.0, 1024.0),
    "pairs": Figure(pairs, 51, 49, "whether any two differ"),
    "sobol": Figure(sobol, 51, 49, "Sobol indices, 3,584 runs"),
    "ledger": Figure(ledger_of_a_unit, 63, 150, "ledger of one unit"),
    "greedy": Figure(greedy, 63, 150, "greedy order of one unit"),
    "path": Figure(path, 63, 150, "path to rank 1", 0.5),
    "path_in_steps": Figure(path_in_steps, 63, 150, "path, half the inputs in steps", 0.5),
    "path_bent": Figure(path_bent, 63, 150, "path on a bent tree", 0.5),
    "path_bent_in_steps": Figure(path_bent_in_steps, 63, 150, "path on a bent tree, in steps", 0.5),
    "path_held": Figure(path_held, 63, 150, "path, the year's ranges held", 0.5),
    "what_if": Figure(what_if, 63, 150, "what-if of everybody, with bands", 0.05),
    "weight_ranges": Figure(weight_ranges, 63, 10, "best and worst rank in weight ranges"),
    "audit": Figure(audit, 63, 49, "audit of an index"),
    "trace": Figure(traced, 63, 150, "trace of one total"),
    "decompose": Figure(two_years, 63, 150, "performance and framework"),
    "trends": Figure(trends, 63, 10, "trend and forecast of all series"),
    "backcast": Figure(merged, 63, 150, "back-cast of a year"),
    "duels": Figure(duels, 63, 49, "duels of all units (Copeland)"),
    "benefit": Figure(best_weights, 63, 10, "benefit of the doubt"),
}
