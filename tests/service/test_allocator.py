"""What a server lets go goes back to the system: the allocators it starts with."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import ROOT

BEGINNINGS = ("import runpy; runpy.run_path('gunicorn.conf.py')", "import service.start")
ASKED = """
import pandas as pd
import pyarrow
kept = pd.Series(["x" * 1000] * 1000)
print(pyarrow.default_memory_pool().backend_name)
"""


def _pool(beginning: str, measures: Path, **more: str) -> str:
    """The allocator of Arrow in a process that starts as a server does; it keeps its measures in a folder."""
    more |= {"PROMETHEUS_MULTIPROC_DIR": str(measures)}
    environment = {name: told for name, told in os.environ.items() if name != "ARROW_DEFAULT_MEMORY_POOL"}
    words = [sys.executable, "-c", beginning + ASKED]
    done = subprocess.run(words, cwd=ROOT, env=environment | more, capture_output=True, text=True, check=True)
    return done.stdout.strip().splitlines()[-1]


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_texts_lie_in_memory_of_the_system(beginning: str, tmp_path: Path) -> None:
    assert _pool(beginning, tmp_path) == "system"


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_another_allocator_may_be_asked_for(beginning: str, tmp_path: Path) -> None:
    assert _pool(beginning, tmp_path, ARROW_DEFAULT_MEMORY_POOL="mimalloc") == "mimalloc"
