"""`python -m workspace` on a real file, and the settings it reads; all of it documented."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main

from tests.workspace import samples
from tests.workspace.conftest import ROOT
from workspace import store
from workspace.__main__ import app
from workspace.database import Workspace, sqlite_url
from workspace.models import Base, Cause
from workspace.post import MailSettings
from workspace.settings import Settings


def ran(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """The command with settings in its environment."""
    command = [sys.executable, "-m", "workspace", *words]
    around = {**os.environ, "PYTHONIOENCODING": "utf-8", **settings}
    return subprocess.run(command, cwd=ROOT, env=around, capture_output=True, text=True, check=False)


def test_rows_go_out_as_a_workbook_into_another_workspace_and_a_copy_is_made(tmp_path: Path) -> None:
    here = {"CCHC_WORKSPACE_PATH": str(tmp_path / "here" / "w.sqlite"), "CCHC_DATABASE_URL": ""}
    there = {"CCHC_WORKSPACE_PATH": str(tmp_path / "there.sqlite"), "CCHC_DATABASE_URL": ""}
    book, copy = str(tmp_path / "out.xlsx"), tmp_path / "copy.sqlite"
    assert ran("upgrade", **here).returncode == 0
    workspace = Workspace(sqlite_url(tmp_path / "here" / "w.sqlite"))
    with workspace.writing() as session:
        store.add(session, samples.cause(), "An")
    assert ran("export", book, **here).returncode == 0
    assert ran("backup", str(copy), **here).returncode == 0
    done = ran("import", book, "--by", "Bình", **there)
    assert (done.returncode, done.stdout) == (0, "added 1, changed 0, the same 0\n")
    other = Workspace(sqlite_url(tmp_path / "there.sqlite"))
    with other.reading() as session:
        assert [(row.text, row.created_by) for row in store.listed(session, Cause)] == [
            (samples.cause().text, "Bình")
        ]
    again = ran("export", book, **here)
    assert (again.returncode, "there already" in again.stderr) == (8, True)
    workspace.close()
    other.close()


def test_the_calendar_and_the_letter_of_a_week_are_written(tmp_path: Path) -> None:
    here = {
        "CCHC_WORKSPACE_PATH": str(tmp_path / "w.sqlite"),
        "CCHC_DATABASE_URL": "",
        "CCHC_TODAY": "2024-07-03",
    }
    workspace = Workspace(sqlite_url(tmp_path / "w.sqlite"))
    workspace.upgrade()
    with workspace.writing() as session:
        store.add(session, samples.assignment(), "An")
        store.add(session, samples.assignment(unit_id="63:01"), "An")
    workspace.close()
    ics = tmp_path / "out.ics"
    done = ran("calendar", str(ics), "--unit", "63:01", "--language", "en", **here)
    assert (done.returncode, ics.read_bytes().count(b"BEGIN:VEVENT")) == (0, 1)
    done = ran("digest", "--out", str(tmp_path / "letters"), **here)
    assert done.returncode == 0
    assert "quá 3 ngày" in (tmp_path / "letters" / "digest_2024-W27_vi.txt").read_text("utf-8")
    assert (tmp_path / "letters" / "digest_2024-W27_vi.html").is_file()
    refused = ran("digest", "--week", "2024-W99", "--out", str(tmp_path), **here)
    assert (refused.returncode, "no week" in refused.stderr) == (8, True)
    refused = ran("digest", "--send", "--out", str(tmp_path), **here, CCHC_SMTP_HOST="")
    assert (refused.returncode, "E-mail is off" in refused.stderr) == (8, True)


def test_a_wrong_workbook_or_address_ends_with_the_code_of_the_workspace(tmp_path: Path) -> None:
    (tmp_path / "wrong.xlsx").write_bytes(b"no workbook")
    done = ran("import", str(tmp_path / "wrong.xlsx"), CCHC_WORKSPACE_PATH=str(tmp_path / "w.sqlite"))
    assert (done.returncode, "no workbook" in done.stderr) == (8, True)
    done = ran("upgrade", CCHC_DATABASE_URL="mysql://u:secret@h/d")
    assert (done.returncode, "secret" in done.stderr + done.stdout) == (8, False)


def test_the_settings_name_the_file_or_the_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("CCHC_DATABASE_URL", raising=False)
    monkeypatch.setenv("CCHC_WORKSPACE_PATH", str(tmp_path / "x.sqlite"))
    workspace = Settings().opened()
    assert (tmp_path / "x.sqlite").is_file()
    assert workspace.engine.dialect.name == "sqlite"
    assert "cause" in Base.metadata.tables
    workspace.close()
    monkeypatch.setenv("CCHC_DATABASE_URL", "postgresql://u:secret@h/d")
    assert Settings().url() == "postgresql://u:secret@h/d"
    assert "secret" not in repr(Settings())


def test_every_command_option_and_setting_is_documented() -> None:
    command = typer.main.get_command(app)
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    children = getattr(command, "commands", {})
    assert {"upgrade", "export", "import"} <= set(children)
    assert [name for name in children if f"python -m workspace {name}" not in text] == []
    options = {o for child in children.values() for p in child.params for o in p.opts if o.startswith("--")}
    assert [o for o in options - {"--help"} if f"`{o}`" not in text] == []
    told = set(re.findall(r"^\| `CCHC_(\w+)`", (ROOT / "docs" / "operations.md").read_text("utf-8"), re.M))
    assert {name.upper() for name in (*Settings.model_fields, *MailSettings.model_fields)} <= told
