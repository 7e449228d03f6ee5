"""`python -m exports`: the real command on the real release, and its place in docs/cli.md."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import typer.main

from exports.__main__ import app

ROOT = Path(__file__).resolve().parents[2]


def run(release_dir: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The command with its options, on one folder of releases."""
    command = [sys.executable, "-m", "exports", *options, "--releases", str(release_dir)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


def test_a_pack_is_made_and_not_made_again(release_dir: Path, tmp_path: Path) -> None:
    asked = ["briefing", "--province", "Quảng Ninh", "--year", "2023", "--out", str(tmp_path), "--json"]
    done = run(release_dir, *asked, "--format", "xlsx,pdf")
    files = [Path(one) for one in json.loads(done.stdout)["files"]]
    assert sorted(path.suffix for path in files) == [".pdf", ".pdf", ".xlsx"]
    before = {path: path.stat().st_mtime_ns for path in files}
    assert run(release_dir, *asked, "--format", "xlsx,pdf").returncode == 0
    assert {path: path.stat().st_mtime_ns for path in files} == before


def test_what_cannot_be_made_is_refused(release_dir: Path, tmp_path: Path) -> None:
    out = ["--out", str(tmp_path), "--json"]
    done = run(release_dir, "briefing", "--province", "Nowhere", "--year", "2023", *out)
    assert done.returncode == 7
    assert json.loads(done.stdout)["problems"][0]["found"] == "Nowhere"
    for wrong in (["--format", "odt"], ["--language", "fr"], ["--all"], ["--template", "missing.docx"]):
        assert run(release_dir, "briefing", "--province", "x", "--year", "2023", *wrong, *out).returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_every_province_gets_a_pack_or_a_reason(release_dir: Path, tmp_path: Path) -> None:
    asked = [
        "briefing",
        "--all",
        "--year",
        "2023",
        "--index",
        "PGI",
        "--format",
        "xlsx",
        "--out",
        str(tmp_path),
    ]
    told = json.loads(run(release_dir, *asked, "--json").stdout)
    assert len(told["files"]) > 10
    assert len(told["files"]) + len(told["refused"]) == 63
    assert all(told["refused"].values())
    assert len(list(tmp_path.glob("*.xlsx"))) == len(told["files"])


def test_the_style_template_is_written(release_dir: Path, tmp_path: Path) -> None:
    assert run(release_dir, "template", "--out", str(tmp_path)).returncode == 0
    assert (tmp_path / "report.docx").stat().st_size > 10_000


def test_every_command_and_option_is_documented() -> None:
    text = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    options = {option for one in commands.values() for p in one.params for option in p.opts} - {"--help"}
    assert [name for name in commands if f"python -m exports {name}" not in text] == []
    assert [option for option in sorted(options) if f"`{option}" not in text] == []
