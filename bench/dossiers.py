"""What dossiers cost: made, loaded, counted into cubes, asked by a page, beside pandas in the same run.

`python -m bench.dossiers` measures one million; `python -m bench.dossiers 1000000 10000000 50000000` more,
and the growth exponent between them. Each size has a process of its own, so that memory is its own.
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from etl.dossiers import generate
from etl.dossiers.counting import Basis, Span, load_basis, monthly, scored
from etl.dossiers.load import Ask, load, put_lists
from etl.dossiers.rules import load_rules
from etl.warehouse.dossiers import DossierStore
from indices.dossier_score import improved

ROOT = Path(__file__).resolve().parent.parent
MILLION = 1_000_000
# Processor seconds of making a million, and server seconds of all that one page asks for.
MAKING, PAGE = 5.0, 0.1
Cost = dict[str, float]


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a piece of work gives, and its wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - cpu


def page_queries(store: DossierStore, basis: Basis, province: str) -> None:
    """Everything the page asks for of one month; rules, lists and months of the year are kept there."""
    first = last = "2024-05"
    scored(store, Span(province, first, last), basis)
    improved(store.counts(province, first, last, ("unit",)), basis.rules)
    store.counts(province, first, last, ("level", "field"))
    store.late(province, first, last, 200)
    store.late_days(province, first, last)


def in_pandas(path: Path) -> pd.DataFrame:
    """The counts of a page by plain pandas over the rows: read, compare days, group; no checks, no waits."""
    rows = pd.read_parquet(path)
    finished, due = (pd.to_datetime(rows[name]) for name in ("NgayKetThucXuLy", "NgayHenTra"))
    month, late = finished.dt.to_period("M"), finished > due
    keys = [rows["DonViQuanLy"], rows["MaTTHC"], rows["KenhThucHien"], month]
    return late.groupby(keys).agg(["size", "sum"])


def one(count: int) -> Cost:
    """Seconds of each step for so many dossiers, and the peak memory of this process in MiB."""
    plan, rules = generate.load_plan(), load_rules()
    made = generate.lists(plan, 1)
    costs: Cost = {}
    with tempfile.TemporaryDirectory() as work:
        folder, path = Path(work), Path(work) / "made.parquet"
        put_lists(folder / "store", *generate.write_lists(made, folder / "lists"))
        _, costs["make"], costs["make_cpu"] = timed(
            lambda: generate.write(generate.tables(plan, made, rules, count, 1), path)
        )
        _, costs["load"], costs["load_cpu"] = timed(lambda: load(folder / "store", Ask(path, plan.province)))
        store = DossierStore(folder / "store")
        basis = load_basis(store.folder)
        year = Span(plan.province, "2024-01", "2024-12")
        _, costs["year"], _ = timed(lambda: monthly(store, year, basis))
        _, costs["first_page"], _ = timed(lambda: page_queries(store, basis, plan.province))
        _, costs["page"], costs["page_cpu"] = timed(lambda: page_queries(store, basis, plan.province))
        costs["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if count <= MILLION:
            _, costs["pandas"], costs["pandas_cpu"] = timed(lambda: in_pandas(path))
    return costs


def apart(count: int) -> Cost:
    """`one` in a process of its own."""
    command = [sys.executable, "-m", "bench.dossiers", "--one", str(count)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def report(counts: tuple[int, ...] = (MILLION,)) -> bool:
    """Print the cost of every size and how it grows; whether the limits were kept."""
    kept, before = True, None
    for count in counts:
        costs = apart(count)
        told = ", ".join(f"{name} {value:.3f}" for name, value in costs.items() if name != "peak")
        print(f"{count:>12,} dossiers: {told} s; peak {costs['peak']:.0f} MiB", flush=True)
        making = costs["make_cpu"] * MILLION / count
        kept = kept and making <= MAKING and min(costs["page"], costs["page_cpu"]) <= PAGE
        print(
            f"{'':12} making {making:.2f} s cpu a million (limit {MAKING:g}); page limit {PAGE:g} s",
            flush=True,
        )
        if before:
            grown = math.log(costs["load_cpu"] / before[1]) / math.log(count / before[0])
            print(f"{'':12} load grows with exponent {grown:.2f}", flush=True)
        before = (count, costs["load_cpu"])
    return kept


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(int(sys.argv[2]))))
    else:
        sys.exit(0 if report(tuple(map(int, sys.argv[1:])) or (MILLION,)) else 1)
