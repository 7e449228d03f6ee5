"""What the engine's analyses cost: seconds and peak memory of each, with sizes, and how both grow.

`report()` runs every measurement in a process of its own, so one's memory is not another's. By hand:
`python -m bench.engine simulate 51 49`.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from indices.draws import Sampling, Uncertain
from indices.ledger import Case, Falls, ledger, make_case, recovered_together
from indices.path import Effort, Goal, least_effort
from indices.plan import Plan, make_plan
from indices.rank_range import rank_range
from indices.scenario import make_engine
from indices.sobol import sensitivity
from indices.standing import Field
from indices.uncertainty import Observed, simulate
from tests.composites import four_levels, generated, half_units, means_tree

ROOT = Path(__file__).resolve().parent.parent
EVERYTHING = Uncertain(
    weights="uniform",
    normalise=("defined", "min_max", "z_score", "rank"),
    aggregate=("defined", "geometric"),
    missing=("renormalise", "median"),
)
GROWTH = (1, 2, 4, 8)
Spent = tuple[float, float]
DRAWS = 10_000


def _made(units: int, inputs: int) -> tuple[Plan, pd.DataFrame]:
    """A four-level tree of two halves and a pillar for every six inputs, with values."""
    tree = four_levels(inputs, max(2, inputs // 6))
    return make_plan(tree), generated(tree, units)


def _observed(values: pd.DataFrame, gaps: float = 0.02) -> Observed:
    """Published with one decimal, a standard error of 0.1 everywhere, one cell in fifty missing."""
    hidden = np.random.default_rng(2).random(values.shape) < gaps
    return Observed(values.mask(hidden), half_units(values, 1), values * 0.0 + 0.1)


def _capped(units: int, inputs: int) -> tuple[Case, dict[str, float]]:
    """The last unit of a made year and the best end of every input."""
    plan, values = _made(units, inputs)
    totals = pd.Series(plan.run(plan.array(values))[:, plan.root], index=values.index)
    nodes = [plan.tree.nodes[code] for code in plan.inputs]
    ends = {n.code: (0.0 if n.direction == "-" else float(n.ref_max or 0.0)) for n in nodes}
    return make_case(plan, values, str(totals.idxmin()), Field(totals)), ends


def _timed(work: Callable[[], object], repeats: int = 1) -> Spent:
    """Wall and processor seconds of one go; the second is what a quiet machine would need."""
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(repeats):
        work()
    return (time.perf_counter() - wall) / repeats, (time.process_time() - cpu) / repeats


def weights_only(units: int, inputs: int) -> Spent:
    """10,000 draws of the weights alone, with the bands."""
    plan, values = _made(units, inputs)
    what = Uncertain(weights="uniform")
    return _timed(lambda: simulate(plan, Observed(values), what, Sampling(DRAWS)).bands())


def everything(units: int, inputs: int) -> Spent:
    """10,000 draws of weights, four normalisations, two means, two missing policies, rounding, sampling."""
    plan, values = _made(units, inputs)
    return _timed(lambda: simulate(plan, _observed(values), EVERYTHING, Sampling(DRAWS)).bands())


def pairs(units: int, inputs: int) -> Spent:
    """Whether any two units differ, from 10,000 draws already made."""
    plan, values = _made(units, inputs)
    simulation = simulate(plan, Observed(values), Uncertain(weights="uniform"), Sampling(DRAWS))
    return _timed(simulation.beats)


def sobol(units: int, inputs: int) -> Spent:
    """Sobol indices of five factors from 512 base points (3,584 runs), with bootstrap."""
    plan, values = _made(units, inputs)
    return _timed(lambda: sensitivity(plan, _observed(values), EVERYTHING, None, Sampling(512)))


def ledger_of_a_unit(units: int, inputs: int) -> Spent:
    """Ledger of one unit with falls, and the greedy order of all inputs."""
    case, _ = _capped(units, inputs)
    known = dict(zip(case.plan.inputs, case.row, strict=False))
    falls = Falls(last=pd.Series(known) * 0.9)
    return _timed(lambda: (ledger(case, falls), recovered_together(case)), 3)


def path(units: int, inputs: int) -> Spent:
    """Path of the last unit to rank 1, any amounts."""
    case, ends = _capped(units, inputs)
    cost = dict(zip(ends, np.random.default_rng(1).uniform(0.5, 2.0, len(ends)), strict=True))
    return _timed(lambda: least_effort(case, Goal(rank=1), Effort(caps=ends, cost=cost)), 3)


def path_in_steps(units: int, inputs: int) -> Spent:
    """Path of the last unit to rank 1 where every second input moves in half points."""
    case, ends = _capped(units, inputs)
    cost = dict(zip(ends, np.random.default_rng(1).uniform(0.5, 2.0, len(ends)), strict=True))
    effort = Effort(caps=ends, cost=cost, steps=dict.fromkeys(list(ends)[::2], 0.5))
    return _timed(lambda: least_effort(case, Goal(rank=1), effort))


def what_if(units: int, inputs: int) -> Spent:
    """One changed input and one changed weight: everybody's total, rank and band from 1,000 draws."""
    plan, values = _made(units, inputs)
    simulation = simulate(plan, Observed(values), Uncertain(weights="uniform"), Sampling(1000))
    engine = make_engine(plan, values, simulation)
    changed = {(values.index[3], plan.inputs[2]): 5.0}
    return _timed(lambda: engine.run(changed, {plan.inputs[5]: 0.3}), 20)


def weight_ranges(units: int, children: int) -> Spent:
    """Best and worst rank of a middle unit with every weight of the total free by a fifth."""
    codes = {f"c{number}": 1.0 + number % 4 for number in range(children)}
    tree = means_tree(codes, 10.0)
    values = generated(tree, units)
    engine = make_engine(make_plan(tree), values)
    unit = engine.run().sort_values("rank_before").index[units // 2]
    ranges = {code: (0.8 * weight, 1.2 * weight) for code, weight in codes.items()}
    return _timed(lambda: rank_range(engine, str(unit), ranges))


FIGURES: dict[str, tuple[Callable[[int, int], Spent], int, int, str]] = {
    "weights_only": (weights_only, 51, 49, "10,000 draws, weights"),
    "everything": (everything, 51, 49, "10,000 draws, all sources (limit 3 s, 1024 MiB)"),
    "pairs": (pairs, 51, 49, "do any two differ"),
    "sobol": (sobol, 51, 49, "Sobol indices, 3,584 runs"),
    "ledger": (ledger_of_a_unit, 63, 150, "ledger of one unit"),
    "path": (path, 63, 150, "path to rank 1 (limit 0.5 s)"),
    "path_in_steps": (path_in_steps, 63, 150, "path in whole steps (limit 0.5 s)"),
    "what_if": (what_if, 63, 150, "what-if of everybody (limit 0.05 s)"),
    "weight_ranges": (weight_ranges, 63, 10, "best and worst rank"),
}


def one(name: str, units: int, inputs: int) -> dict[str, float]:
    """Wall and processor seconds of one figure at one size, and this process's peak memory in MiB."""
    wall, cpu = FIGURES[name][0](units, inputs)
    return {"wall": wall, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(name: str, units: int, inputs: int) -> dict[str, float]:
    """`one` in a process of its own."""
    command = [sys.executable, "-m", "bench.engine", name, str(units), str(inputs)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def report(growth: tuple[int, ...] = GROWTH) -> None:
    """Print every figure at its size, then with 2, 4, 8 times the units, and the same of indicators."""
    for name, (_, units, inputs, label) in FIGURES.items():
        for factor in growth:
            _line(label, apart(name, units * factor, inputs), (units * factor, inputs))
        for factor in growth[1:]:
            _line(label, apart(name, units, inputs * factor), (units, inputs * factor))


def _line(label: str, cost: dict[str, float], size: tuple[int, int]) -> None:
    told = f"{size[0]:4} units × {size[1]:4} indicators"
    print(
        f"{label:48} {told}  {cost['wall']:8.3f} s  {cost['cpu']:8.3f} s cpu  {cost['peak']:6.0f} MiB",
        flush=True,
    )


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(one(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        report()
