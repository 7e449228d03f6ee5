"""What dossiers cost: made, loaded and counted, frozen for a release, asked by the page; beside pandas.

`python -m bench.dossiers` measures one and ten million; `python -m bench.dossiers 1 50` other
sizes (fifty million take six minutes and 12 GB of disk), and how loading grows between them. Each size has a
process of its own, so that memory is its own.
"""

from __future__ import annotations

import gc
import json
import math
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
from plotly.io.json import to_json_plotly

from bench.sizes import MILLION, PEAK, sizes
from callbacks import warming
from callbacks.dossiers import render
from callbacks.services import Services
from callbacks.url_state import parse
from etl.build import build
from etl.dossiers import generate
from etl.dossiers.load import Ask, load, put_lists
from etl.dossiers.rules import load_rules
from etl.settings import Settings
from etl.tables_dossiers import dossier_tables
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.queries import Warehouse
from tests.dossier_release import of_another_too, with_dossiers

ROOT = Path(__file__).resolve().parent.parent
SIZES = (MILLION, 10 * MILLION)
# Processor seconds of making a million; server seconds of one view of the page; how loading may grow.
MAKING, PAGE, GROWTH = 5.0, 0.1, 1.1
# Bytes of disk that a million dossiers take on their way, at most: the file made, the rows staged and kept.
ROOM = 250_000_000
# A province with as many dossiers, which a server draws before there are readers.
OTHER = "hai-phong"
PERIODS = ("2024-05", "2024-q2", "2024", "2024-11", "2024-q4")
Cost = dict[str, float]


def timed(work: Callable[[], Any]) -> tuple[Any, float, float]:
    """What a piece of work gives, and its wall and processor seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    made = work()
    return made, time.perf_counter() - wall, time.process_time() - cpu


def drawn(services: Services, province: str, period: str) -> str:
    """One view of the page as the server sends it: counts asked, points worked out, drawn, as JSON."""
    state = parse(f"?tinh={province}&ky={period}", services.facts(), False, ("ky",))[0]
    return str(to_json_plotly(render(services, state).children))


def views(release: Warehouse, province: str) -> tuple[float, float]:
    """Seconds of a first view, with its counts read, and the median of others after it; of a province that
    is not the one a server draws at its start."""
    services = Services(release, OTHER)
    warming.read(services)
    gc.freeze()  # as a server does when it is ready
    spent = [timed(partial(drawn, services, province, period))[1] for period in PERIODS]
    return spent[0], statistics.median(spent[1:])


def views_apart(releases: Path, province: str) -> list[float]:
    """`views` in a process of its own: a server never held what loading leaves in memory."""
    command = [sys.executable, "-m", "bench.dossiers", "--views", str(releases), province]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def in_pandas(path: Path) -> pd.DataFrame:
    """The counts of a page by plain pandas over the rows: read, compare days, group; no checks, no waits."""
    rows = pd.read_parquet(path)
    finished, due = (pd.to_datetime(rows[name]) for name in ("NgayKetThucXuLy", "NgayHenTra"))
    month, late = finished.dt.to_period("M"), finished > due
    keys = [rows["DonViQuanLy"], rows["MaTTHC"], rows["KenhThucHien"], month]
    return late.groupby(keys).agg(["size", "sum"])


def one(count: int, release: Path) -> Cost:
    """Seconds of each step for so many dossiers, and the peak memory of making and loading them in MiB.

    release: the file of the release that the dossiers join, for the page.
    """
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
        _, costs["freeze"], costs["freeze_cpu"] = timed(lambda: dossier_tables(folder / "store"))
        costs["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        held = of_another_too(with_dossiers(release, folder / "store", folder / "release"), OTHER)
        costs["first_page"], costs["page"] = views_apart(held.release_file().parent, plan.province)
        if count <= MILLION:
            _, costs["pandas"], costs["pandas_cpu"] = timed(lambda: in_pandas(path))
    return costs


def apart(count: int, release: Path) -> Cost:
    """`one` in a process of its own."""
    command = [sys.executable, "-m", "bench.dossiers", "--one", str(count), str(release)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Cost = json.loads(done.stdout.splitlines()[-1])
    return found


def report(counts: tuple[int, ...] = SIZES) -> bool:
    """Print the cost of every size and how it grows; whether the limits were kept."""
    kept, before = True, None
    with tempfile.TemporaryDirectory() as folder:
        build(Settings(releases_dir=Path(folder), dossiers_dir=Path(folder) / "none"))
        release = Warehouse(Path(folder) / POINTER_NAME).release_file()
        for count in counts:
            if not room_for(count):
                print(f"{count:>12,} dossiers: not enough room on the disk, left out", flush=True)
                continue
            costs = apart(count, release)
            kept = told(count, costs) and kept
            if before:
                kept = grown(before, (count, costs)) and kept
            before = (count, costs)
    return kept


def room_for(count: int) -> bool:
    """Whether the disk of temporary files has room for so many, and half again."""
    return shutil.disk_usage(tempfile.gettempdir()).free > 1.5 * ROOM * count / MILLION


def told(count: int, costs: Cost) -> bool:
    """Print what a size cost; whether making, the page and memory kept their limits."""
    named = ", ".join(f"{name} {value:.3f}" for name, value in costs.items() if name != "peak")
    making = costs["make_cpu"] * MILLION / count
    print(f"{count:>12,} dossiers: {named} s; peak {costs['peak']:.0f} MiB (limit {PEAK:.0f})", flush=True)
    print(f"{'':12} making {making:.2f} s cpu a million (limit {MAKING:g}); a view {PAGE:g} s", flush=True)
    slowest = max(costs["first_page"], costs["page"])
    return making <= MAKING and slowest <= PAGE and costs["peak"] <= PEAK


def grown(before: tuple[int, Cost], now: tuple[int, Cost]) -> bool:
    """Print how loading grows between two sizes; whether no faster than the limit."""
    found = math.log(now[1]["load_cpu"] / before[1]["load_cpu"]) / math.log(now[0] / before[0])
    print(f"{'':12} loading grows with exponent {found:.2f} (limit {GROWTH:g})", flush=True)
    return found <= GROWTH


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(one(int(sys.argv[2]), Path(sys.argv[3]))))
    elif sys.argv[1:2] == ["--views"]:
        print(json.dumps(views(Warehouse(Path(sys.argv[2]) / POINTER_NAME), sys.argv[3])))
    else:
        sys.exit(0 if report(sizes(sys.argv[1:], SIZES)) else 1)
