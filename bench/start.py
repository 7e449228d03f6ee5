"""The second start of `make run`, when nothing changed: seconds from the command to the first byte of a page.

The command itself is run, over a release that was built before; packages are installed already. By hand:
`python -m bench.start` (builds a release in a temporary folder first).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from bench.web import Limit
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
MOST_S, PATIENCE = 5.0, 120.0
TIMES = 3


def second_start(releases: Path) -> float:
    """Seconds until the first byte, from a folder of releases that hold what the sources say."""
    port, venv = free_port(), sys.prefix
    # -o: these are up to date, whatever the clock says of them (a checkout may borrow its environment).
    done = [word for name in (".installed", ".charts") for word in ("-o", f"{venv}/{name}")]
    command = ["make", "run", *done, f"VENV={venv}", f"PORT={port}"]
    begun = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {"CCHC_RELEASES_DIR": str(releases)},
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        while time.perf_counter() - begun < PATIENCE and process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
                    answer.read(1)
                    return time.perf_counter() - begun
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("make run does not answer")
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=60)


def report(releases: Path) -> bool:
    """Print the second start beside its limit, the best of three; whether it was kept."""
    found = min(second_start(releases) for _ in range(TIMES))
    limit = Limit(f"second start of make run, best of {TIMES}", found, MOST_S, "s")
    print(limit.line(), flush=True)
    return limit.kept


def main() -> bool:
    """Build a release, then measure."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "etl", "build", "--releases", folder]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return report(Path(folder))


if __name__ == "__main__":
    sys.exit(not main())
