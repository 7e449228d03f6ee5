"""Fixtures that every kind of test shares: the real release, built once from the shipped pack."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl.lock import alone
from indices.errors import Problem

ROOT = Path(__file__).resolve().parent.parent
# Servers that tests start draw nothing ahead, unless a test asks for it.
os.environ.setdefault("CCHC_WARM", "false")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture(scope="session")
def release_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding one release built by the real command from the real pack, and its pointer.

    CCHC_TEST_RELEASES names a folder that is kept from run to run: the same pack is then built once only.
    Workers that run side by side share one: the first builds, the others wait and find it up to date.
    """
    kept = os.environ.get("CCHC_TEST_RELEASES")
    base = tmp_path_factory.getbasetemp()
    common = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = Path(kept) if kept else common / "shipped-releases"
    # Without what somebody imported into this checkout: only the shipped pack is tested.
    places = ["--releases", str(folder), "--imports", str(folder / "imports")]
    busy = Problem("another worker still builds the release of the tests", str(folder))
    with alone(folder.with_name(f"{folder.name}-being-built"), busy, wait=900):
        done = subprocess.run(
            [sys.executable, "-m", "etl", "build", *places],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
    assert done.returncode == 0, f"the shipped pack does not build:\n{done.stdout}\n{done.stderr}"
    return folder


@pytest.fixture(scope="session")
def warehouse(release_dir: Path) -> object:
    """The query layer over that release."""
    from etl.warehouse.queries import Warehouse

    return Warehouse(release_dir / "current.json")
