"""How `make run` starts: what is up to date is served, what is not is built first, what fails is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from etl import publish
from etl.settings import ROOT, Settings
from tests.browser.conftest import wait_for
from tests.fixtures.etl.packs import copy_of, set_cell
from tests.ports import free_port


@pytest.fixture
def pack(built_pack: Settings, tmp_path: Path) -> Settings:
    return copy_of(built_pack, tmp_path / "pack")


def _started(pack: Settings, port: int) -> subprocess.Popen[bytes]:
    """`python -m service.start` as the Makefile calls it, over a pack."""
    names = ("data_dir", "definitions_dir", "releases_dir", "imports_dir")
    places = {f"CCHC_{name.upper()}": str(getattr(pack, name)) for name in names}
    words = ("--bind", f"127.0.0.1:{port}", "--workers", "1", "--preload", "--no-control-socket")
    return subprocess.Popen(
        [sys.executable, "-m", "service.start", *words, "app:server"],
        cwd=ROOT, env=os.environ | places | {"CCHC_WARM": "false"}, stdout=subprocess.PIPE,
    )  # fmt: skip


def _served(pack: Settings) -> tuple[str, str]:
    """(the release that a server tells of, all it wrote)."""
    port = free_port()
    process = _started(pack, port)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=60) as answer:
            release = json.load(answer)["release"]
    finally:
        process.terminate()
        said = process.communicate(timeout=60)[0].decode()
    return release, said


def test_what_is_up_to_date_is_served_and_nothing_is_built(pack: Settings) -> None:
    held = publish.releases(pack.releases_dir)
    release, said = _served(pack)
    assert held == publish.releases(pack.releases_dir)
    assert len(held) == 1
    assert f"Release {release} is up to date; nothing to build." in said


def test_what_changed_is_built_before_it_is_served(pack: Settings) -> None:
    before = [one.release_id for one in publish.releases(pack.releases_dir)]
    set_cell(pack, 2, "note", "mended")
    release, said = _served(pack)
    assert release not in before
    assert "nothing to build" not in said


def test_a_build_that_fails_is_not_followed_by_a_server(pack: Settings) -> None:
    set_cell(pack, 3, "score", "64,41")
    process = _started(pack, free_port())
    assert process.wait(timeout=120) != 0
    process.communicate()
