"""What a survey costs: answers made, then all shares with design-based intervals, beside the plain sum.

`python -m bench.survey` measures one million; `python -m bench.survey 1 10 50` one, ten and fifty, and
how the time grows between them. Each size has a process of its own, so that memory is its own. Respondents
x 40 items x 63 provinces x 5 years, strata and clusters as simulated (etl/survey/plan.yaml).
"""

from __future__ import annotations

import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import ibis
import numpy as np
import pandas as pd

from bench.sizes import MILLION, PEAK, sizes
from etl.cli.respondents import provinces_of
from etl.microdata.answers import Answered, count_answers
from etl.microdata.engine import MicrodataSettings
from etl.pack import read_pack
from etl.survey.cube import answered
from etl.survey.simulated import Ask, Population, population, tables, write_parts
from etl.survey.simulated_plan import load_plan, published_shares, simulated_codebook
from indices.survey import MEAN, NET, SATISFIED, estimate, table
from indices.survey_design import make_design
from indices.survey_totals import Totals

ROOT = Path(__file__).resolve().parent.parent
PART = 5_000_000
# Processor seconds of making a million; times the plain sum from TIMES_FROM respondents on; exponent.
MAKING, TIMES, TIMES_FROM, EXPONENT = 5.0, 4.0, 10 * MILLION, 1.1
BY = ("year", "unit_id")
REPEATS = 3
Cost = dict[str, float]


def timed(work: Callable[[], Any], repeats: int = 1) -> tuple[Any, float, float]:
    """What a piece of work gives, and the wall and processor seconds of its cheapest run."""
    runs = []
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        made = work()
        runs.append((time.process_time() - cpu, time.perf_counter() - wall))
    cpu, wall = min(runs)
    return made, wall, cpu


def people(count: int) -> Population:
    """What so many simulated respondents are drawn from."""
    plan, pack = load_plan(), read_pack(ROOT / "data")
    units = provinces_of(plan, pack, 63)
    return population(plan, published_shares(plan, pack), Ask(count, units, plan.years))


def store(parts: Path, database: Path) -> None:
    """The parts as one table of DuckDB's own storage."""
    with duckdb.connect(database) as connection:
        connection.execute("SET memory_limit = '1GiB'; SET preserve_insertion_order = false")
        connection.execute(f"CREATE TABLE answers AS SELECT * FROM read_parquet('{parts}/*.parquet')")


def asked(engine: Any) -> Answered:
    """The stored answers by the simulated codebook; strata belong to a year and a province."""
    plan = load_plan()
    found = answered(engine.table("answers"), simulated_codebook(plan, plan.years[-1]))
    return Answered(found.table, found.items, within=BY)


def shares(made: Answered) -> pd.DataFrame:
    """All that the target asks for: the shares of every item, province and year with their intervals."""
    return _estimated(count_answers(made, BY), (SATISFIED,))


def everything(made: Answered) -> pd.DataFrame:
    """The same with net shares and means."""
    return _estimated(count_answers(made, BY), (SATISFIED, NET, MEAN))


def _estimated(found: Totals, measures: Sequence[Any]) -> pd.DataFrame:
    design = make_design(found.clusters)
    return pd.concat([table(estimate(found, design, measure)) for measure in measures], ignore_index=True)


def plain(made: Answered) -> Any:
    """The engine's own limit: the sum of each of the 40 columns."""
    return made.table.aggregate([made.table[name].sum() for name, _ in made.items.values()]).to_pyarrow()


def in_pandas(parts: Path, items: Sequence[str]) -> pd.DataFrame:
    """Weighted shares by plain pandas over the rows, from Parquet: no intervals, no checks."""
    rows = pd.read_parquet(parts)
    keys, weight = [rows[name] for name in BY], rows["weight"]
    given = {name: rows[name] >= 1 for name in items}
    good = pd.DataFrame({name: np.where(rows[name] >= 4, weight, 0.0) for name in items})
    asked_ = pd.DataFrame({name: np.where(given[name], weight, 0.0) for name in items})
    return good.groupby(keys).sum() / asked_.groupby(keys).sum()


def prepare(count: int, folder: Path) -> Cost:
    """Make and store so many respondents; what that cost."""
    drawn = people(count)
    _, wall, cpu = timed(lambda: write_parts(tables(drawn), folder / "parts", PART))
    _, stored, stored_cpu = timed(partial(store, folder / "parts", folder / "answers.duckdb"))
    return {"make": wall, "make_cpu": cpu, "store": stored, "store_cpu": stored_cpu}


def one(folder: Path) -> Cost:
    """Seconds of each step over stored answers, and the peak memory of this process in MiB."""
    memory = MicrodataSettings().microdata_memory
    engine = ibis.duckdb.connect(folder / "answers.duckdb", read_only=True, memory_limit=memory)
    made, costs = asked(engine), Cost()
    for name, work in (("sum", plain), ("shares", shares), ("all", everything)):
        _, costs[name], costs[f"{name}_cpu"] = timed(partial(work, made), REPEATS)
    costs["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    engine.disconnect()
    return costs


def alone(folder: Path) -> Cost:
    """Pandas over the same rows."""
    plan = load_plan()
    book = simulated_codebook(plan, plan.years[-1])
    items = [f"item_{item.code}" for item in book.items]
    _, wall, cpu = timed(lambda: in_pandas(folder / "parts", items))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"pandas": wall, "pandas_cpu": cpu, "pandas_peak": peak}


def apart(what: str, *words: str) -> Cost:
    """A part of the measurement in a process of its own."""
    command = [sys.executable, "-m", "bench.survey", what, *words]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(count: int) -> Cost:
    """Every cost of one size."""
    with tempfile.TemporaryDirectory() as work:
        costs = apart("--prepare", str(count), work) | apart("--one", work)
        return costs | (apart("--pandas", work) if count <= MILLION else {})


def report(counts: tuple[int, ...] = (MILLION,)) -> bool:
    """Print the cost of every size and how it grows; whether the limits were kept."""
    kept, before = True, None
    for count in counts:
        costs = measure(count)
        kept = _told(count, costs) and kept
        if before:
            grown = math.log(costs["shares_cpu"] / before[1]) / math.log(count / before[0])
            kept = kept and grown <= EXPONENT
            print(f"{'':12} shares grow with exponent {grown:.2f} (limit {EXPONENT:g})", flush=True)
        before = (count, costs["shares_cpu"])
    return kept


def _told(count: int, costs: Cost) -> bool:
    """Print one size; whether its limits were kept."""
    making, times = costs["make_cpu"] * MILLION / count, costs["shares_cpu"] / costs["sum_cpu"]
    seconds = {name: value for name, value in costs.items() if "peak" not in name}
    print(f"{count:>12,} respondents: " + ", ".join(f"{name} {x:.2f}" for name, x in seconds.items()) + " s")
    whole, peak = costs["all_cpu"] / costs["sum_cpu"], costs["peak"]
    limit = f"(limit {TIMES:g} from {TIMES_FROM:,} on)"
    print(f"{'':12} shares with intervals: {times:.1f} times the plain sum of 40 columns {limit}")
    print(f"{'':12} net shares and means too: {whole:.1f} times {limit}")
    print(f"{'':12} peak {peak:.0f} MiB (limit {PEAK:.0f})")
    print(f"{'':12} making {making:.2f} s cpu a million (limit {MAKING:g})", flush=True)
    quick = max(times, whole) <= TIMES or count < TIMES_FROM
    return quick and making <= MAKING and peak <= PEAK


def main(words: Sequence[str]) -> int:
    """The measurement, or the part of it that a process of its own was asked for."""
    what, rest = (words[0], words[1:]) if words else ("", words)
    parts: dict[str, Callable[[], Cost]] = {
        "--prepare": lambda: prepare(int(rest[0]), Path(rest[1])),
        "--one": lambda: one(Path(rest[0])),
        "--pandas": lambda: alone(Path(rest[0])),
    }
    if what in parts:
        print(json.dumps(parts[what]()))
        return 0
    return 0 if report(sizes(words, (MILLION,))) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
