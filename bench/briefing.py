"""What a briefing costs: a full pack and one document, each in a process of its own, with the reading of the
release and the start of Python counted in.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ONE = (6.0, 700.0)
LIMITS = {"docx,pptx,xlsx,pdf": (20.0, 700.0), "docx": ONE, "pptx": ONE, "xlsx": ONE, "pdf": ONE}
BUSY = 1.5
PROVINCE, YEAR = "quang-ninh", "2023"


def one(formats: str, releases: str) -> tuple[float, float, float]:
    """Wall and processor seconds and the peak memory so far (MiB) of making some formats."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "exports", "briefing", "--province", PROVINCE, "--year", YEAR]
        command += ["--format", formats, "--out", folder, "--releases", releases]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu, after.ru_maxrss / 1024


def report(releases: str) -> bool:
    """Print every pack beside its limits; whether all were kept (by processor time on a busy machine)."""
    kept = True
    for formats, (seconds, memory) in LIMITS.items():
        wall, cpu, peak = one(formats, releases)
        busy = wall > BUSY * cpu
        held = (cpu if busy else wall) <= seconds and peak <= memory
        told = "kept" if held else "NOT KEPT"
        by = " by processor time, the machine is busy" if busy else ""
        cost = f"{formats:20} {wall:6.1f} s wall {cpu:6.1f} s cpu {peak:5.0f} MiB"
        print(f"{cost}   limit {seconds:g} s, {memory:g} MiB: {told}{by}", flush=True)
        kept = kept and held
    return kept


if __name__ == "__main__":
    sys.exit(0 if report(str(ROOT / "data" / "releases")) else 1)
