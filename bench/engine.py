"""What the engine's analyses cost: seconds and peak memory of each, at its size, and how both grow.

`report()` runs every measurement in a process of its own, so one's memory is not another's. By hand:
`python -m bench.engine everything 51 49`, or `python -m bench.engine` for all of them.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

from bench.figures import FIGURES, Figure

ROOT = Path(__file__).resolve().parent.parent
GROWTH = (2, 4, 8)
BUSY = 1.5
Cost = dict[str, float]


def one(name: str, units: int, inputs: int) -> Cost:
    """Wall and processor seconds of one figure at one size, and this process's peak memory in MiB."""
    wall, cpu = FIGURES[name].work(units, inputs)
    return {"wall": wall, "cpu": cpu, "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(name: str, units: int, inputs: int) -> Cost:
    """`one` in a process of its own."""
    command = [sys.executable, "-m", "bench.engine", name, str(units), str(inputs)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def report(growth: tuple[int, ...] = GROWTH) -> bool:
    """Print every figure at its size and what 2, 4, 8 times the units and the indicators cost; whether all
    limits were kept.
    """
    kept = [_figure(name, figure, growth) for name, figure in FIGURES.items()]
    return all(kept)


def _figure(name: str, figure: Figure, growth: tuple[int, ...]) -> bool:
    base = apart(name, figure.units, figure.inputs)
    busy = base["wall"] > BUSY * base["cpu"]
    kept = base["cpu" if busy else "wall"] <= figure.seconds and base["peak"] <= figure.peak
    size = f"{figure.units} units × {figure.inputs} indicators"
    print(f"{figure.label:40} {size:27} {_cost(base)}{_limit(figure, kept, busy)}", flush=True)
    for what, units, inputs in (("units", 1, 0), ("indicators", 0, 1)):
        costs = [
            apart(name, figure.units * (k if units else 1), figure.inputs * (k if inputs else 1))
            for k in growth
        ]
        told = "   ".join(
            f"×{k}: {_cost(cost)} = {cost['cpu'] / max(base['cpu'], 1e-9):5.1f}×"
            for k, cost in zip(growth, costs, strict=True)
        )
        print(f"    {what:10} {told}", flush=True)
    return kept


def _cost(cost: Cost) -> str:
    return f"{cost['wall']:7.3f} s {cost['cpu']:7.3f} s cpu {cost['peak']:5.0f} MiB"


def _limit(figure: Figure, kept: bool, busy: bool) -> str:
    """What was promised, and whether it was kept; where others had the processor, by what it used itself."""
    seconds = "" if figure.seconds == float("inf") else f"{figure.seconds:g} s"
    peak = "" if figure.peak == float("inf") else f"{figure.peak:g} MiB"
    told = ", ".join(text for text in (seconds, peak) if text)
    by = " by processor time, the machine is busy" if busy else ""
    return f"   limit {told}: {'kept' if kept else 'NOT KEPT'}{by}" if told else ""


if __name__ == "__main__":
    if len(sys.argv) == 4:
        print(json.dumps(one(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
    else:
        sys.exit(0 if report() else 1)
