"""`python -m people`: accounts made and changed, passwords never an argument, the log; all documented."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from people import accounts
from people.__main__ import app
from people.settings import Settings
from tests.people.conftest import GOOD, settings
from tests.people.serving import workspace_in

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the workspace lies."""
    return tmp_path


def run(folder: Path, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """The command on the workspace of a folder, with what is typed into it."""
    environ = {**os.environ, "CCHC_WORKSPACE_PATH": str(folder / "workspace.sqlite"), "PYTHONUTF8": "1"}
    return subprocess.run(
        [sys.executable, "-m", "people", *arguments],
        cwd=ROOT, env=environ, input=typed, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_an_administrator_is_made_and_gets_in(folder: Path) -> None:
    done = run(folder, "add", "Hoa", "--name", "Trần Hoa", "--role", "administrator", typed=GOOD + "\n")
    assert done.returncode == 0, done.stderr
    assert run(folder, "list").stdout == "hoa\tadministrator\topen\tTrần Hoa\t\n"
    held = workspace_in(folder)
    found = accounts.sign_in(held, "hoa", GOOD, settings())
    held.close()
    assert found is not None
    assert found[0].role == "administrator"


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (["add", "hoa", "--name", "Hoa"], "short\n", "12 characters"),
        (["add", "hoa", "--name", "Hoa", "--role", "king"], GOOD, "no such role"),
        (["role", "nobody", "reader"], "", "Nobody signs in"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_kept(
    folder: Path, arguments: list[str], typed: str, told: str
) -> None:
    done = run(folder, *arguments, typed=typed)
    assert done.returncode == 9
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert run(folder, "list").stdout == ""


def test_a_life_of_an_account_is_in_the_log(folder: Path) -> None:
    run(folder, "add", "hoa", "--name", "Hoa", "--no-password", "--department", "Sở Y tế")
    for arguments in (["role", "hoa", "editor"], ["disable", "hoa"], ["enable", "hoa"], ["unlock", "hoa"]):
        assert run(folder, *arguments).returncode == 0
    assert run(folder, "password", "hoa", typed=GOOD).returncode == 0
    assert run(folder, "list").stdout == "hoa\teditor\topen\tHoa\tSở Y tế\n"
    file = folder / "log.csv"
    assert run(folder, "audit", "--csv", str(file), "--action", "people", "--prune").returncode == 0
    assert run(folder, "audit", "--csv", str(file)).returncode == 9
    rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["what"] for row in rows][::-1] == [
        "added as reader hoa", "role editor hoa", "disabled hoa", "enabled hoa", "unlocked hoa",
        "password set hoa",
    ]  # fmt: skip
    assert all(row["who"].endswith("(command line)") for row in rows)


def test_every_command_option_and_setting_is_documented() -> None:
    text = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    names = [f"CCHC_{name}".upper() for name in Settings.model_fields]
    assert [name for name in names if f"| `{name}` |" not in text] == []
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert len(commands) == 8
    assert [name for name in commands if f"python -m people {name}" not in text] == []
    options = {o for c in commands.values() for p in c.params for o in p.opts if o.startswith("--")}
    assert [o for o in sorted(options) if f"`{o}`" not in text and f"{o} " not in text] == []
