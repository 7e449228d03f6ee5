"""The commands as a person or a script runs them: words, JSON, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from etl.__main__ import app
from etl.settings import ROOT, Settings
from etl.yielding import LESS
from tests.fixtures.etl.packs import SCORES, set_cell, small_pack


@pytest.fixture
def pack(tmp_path: Path) -> Settings:
    return small_pack(tmp_path)


def run(pack: Settings, *words: str) -> Result:
    folders = [
        "--data",
        pack.data_dir,
        "--definitions",
        pack.definitions_dir,
        "--releases",
        pack.releases_dir,
    ]
    return CliRunner().invoke(app, [*words, *map(str, folders)])


def told(result: Result) -> dict | list:
    return json.loads(result.stdout)


def test_build_list_reconcile_releases(pack: Settings) -> None:
    done = run(pack, "build")
    assert done.exit_code == 0, done.output
    assert "built and served" in done.stdout
    assert "up to date" in run(pack, "build").stdout
    assert "up to date" in run(pack, "build", "--if-changed").stdout
    listed = run(pack, "list")
    assert "PCI" in listed.stdout
    assert "63" in listed.stdout
    assert run(pack, "reconcile").exit_code == 0
    assert "served" in run(pack, "releases").stdout


def test_every_command_speaks_json(pack: Settings) -> None:
    built = told(run(pack, "build", "--json"))
    assert isinstance(built, dict)
    assert built["ok"]
    assert built["changed"]
    release = built["pointer"]["release_id"]
    assert told(run(pack, "check", "--json"))["release_id"] == release  # type: ignore[call-overload]
    assert {row["index_code"] for row in told(run(pack, "list", "--json"))} == {"PCI"}
    verdict = told(run(pack, "reconcile", "--json"))
    assert isinstance(verdict, dict)
    assert verdict["ok"]
    assert {row["year"] for row in verdict["table"]} == {2018, 2019}
    assert [r["release_id"] for r in told(run(pack, "releases", "--json"))] == [release]
    assert [f["framework"] for f in told(run(pack, "frameworks", "--json"))] == ["pci_2017_2021"]


def test_check_writes_nothing(pack: Settings) -> None:
    done = run(pack, "check")
    assert done.exit_code == 0
    assert "No problems" in done.stdout
    assert not pack.releases_dir.exists()


def test_problems_are_listed_without_a_traceback(pack: Settings) -> None:
    set_cell(pack, 3, "score", "64,41")
    set_cell(pack, 4, "unit", "QN")
    done = run(pack, "build")
    assert done.exit_code == 4
    for words in (SCORES, "row 3, column score", "64.41", "ambiguous", "nothing was changed"):
        assert words in done.output
    assert "Traceback" not in done.output
    found = told(run(pack, "check", "--json"))
    assert isinstance(found, dict)
    assert (found["ok"], found["error"], found["exit_code"]) == (False, "SourceError", 4)
    assert {p["file"] for p in found["problems"]} == {SCORES}


def test_many_alike_problems_are_counted_for_people_and_listed_for_machines(pack: Settings) -> None:
    path = pack.data_dir / SCORES
    path.write_text(path.read_text(encoding="utf-8").replace(".", ","), encoding="utf-8")
    done = run(pack, "check")
    assert "more of the same" in done.output
    assert len(told(run(pack, "check", "--json"))["problems"]) > 500  # type: ignore[call-overload]


def test_exit_codes_by_class(pack: Settings) -> None:
    assert run(pack, "reconcile").exit_code == 6
    assert run(pack, "rollback").exit_code == 6
    assert run(pack, "nonsense").exit_code == 2
    assert run(pack, "frameworks", "diff", "pci_2017_2021", "nothing").exit_code == 3
    (pack.definitions_dir / "pci_2017_2021/framework.yaml").write_text("a: [", encoding="utf-8")
    assert run(pack, "build").exit_code == 3
    assert run(pack, "frameworks").exit_code == 3


def test_missing_folders_are_told(pack: Settings) -> None:
    away = pack.model_copy(
        update={"definitions_dir": pack.data_dir / "none", "data_dir": pack.data_dir / "none"}
    )
    done = run(away, "check")
    assert done.exit_code == 3
    assert "no folder of definitions" in done.output
    assert "provinces" in done.output


def test_an_unlisted_difference_is_red(pack: Settings) -> None:
    line = 2
    set_cell(pack, line, "score", "99.5")
    set_cell(pack, line, "component", "PCI")
    run(pack, "build")
    red = run(pack, "reconcile")
    assert red.exit_code == 5
    assert "known_differences.csv" in red.output
    found = run(pack, "reconcile", "--json")
    assert found.exit_code == 5
    assert not told(found)["ok"]  # type: ignore[call-overload]
    header = "index_code,year,component_code,unit_id,max_abs,reason_vi,reason_en\n"
    known = pack.data_dir / "known_differences.csv"
    known.write_text(header + "PCI,2019,PCI,,60,thử,a test\n", encoding="utf-8")
    run(pack, "build")
    assert run(pack, "reconcile").exit_code == 0
    known.write_text(header + "PCI,2019,PCI,,0.5,thử,a test\n", encoding="utf-8")
    run(pack, "build")
    assert run(pack, "reconcile").exit_code == 5


def test_rollback_and_back(pack: Settings) -> None:
    run(pack, "build")
    set_cell(pack, 2, "note", "mended")
    second = told(run(pack, "build", "--json"))["pointer"]["release_id"]  # type: ignore[call-overload]
    assert "is served" in run(pack, "rollback").stdout
    assert "was rolled back" in run(pack, "build", "--if-changed").stdout
    assert run(pack, "rollback", second).exit_code == 0
    assert run(pack, "rollback", "unknown").exit_code == 6


def test_frameworks_and_their_differences() -> None:
    runner = CliRunner()
    listed = runner.invoke(app, ["frameworks"])
    assert listed.exit_code == 0
    assert "pci_2013_2016" in listed.stdout
    diff = runner.invoke(app, ["frameworks", "diff", "pci_2006_2008", "pci_2009_2012", "--json"])
    rows = json.loads(diff.stdout)
    assert {"dropped", "changed"} <= {row["change"] for row in rows}
    assert any(row["what"] == "weight" for row in rows)
    same = runner.invoke(app, ["frameworks", "diff", "ddci", "ddci"])
    assert "No changes" in same.stdout


def test_the_program_starts_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "etl", "frameworks", "--json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)) > 20


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DATA_DIR", str(tmp_path))
    assert Settings().releases_dir == tmp_path / "releases"
    monkeypatch.setenv("CCHC_RELEASES_DIR", str(tmp_path / "elsewhere"))
    assert Settings().releases_dir == tmp_path / "elsewhere"
    monkeypatch.setenv("CCHC_KEEP_RELEASES", "1")
    assert CliRunner().invoke(app, ["releases"]).exit_code == 2


@pytest.mark.skipif(not hasattr(os, "nice"), reason="no orders of processes on this system")
def test_commands_leave_the_processor_to_those_who_read() -> None:
    code = (
        "import atexit, os, runpy, sys; atexit.register(lambda: print('order', os.nice(0)));"
        "sys.argv = ['etl', '--help']; runpy.run_module('etl', run_name='__main__')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"order {min(os.nice(0) + LESS, 19)}"
