"""Settings from every place, listed with where they came from; everything wrong told at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from configuration import sources
from configuration.report import ConfigurationError, rows
from etl.settings import Settings as DataSettings
from people.settings import Settings as PeopleSettings
from service.settings import KINDS, Settings, complain
from workspace.post import MailSettings
from workspace.settings import Settings as WorkspaceSettings

ROOT = Path(__file__).resolve().parents[2]
SECRET = "postgresql://cchc:bí-mật-$HOME@db/cchc"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting but those of the tests themselves."""
    for name in [n for n in os.environ if n.startswith("CCHC_") and not n.startswith("CCHC_TEST_")]:
        monkeypatch.delenv(name)


def settings_file(folder: Path, monkeypatch: pytest.MonkeyPatch, *lines: str) -> Path:
    """A file of settings that the environment names."""
    file = folder / "cchc.env"
    file.write_text("\n".join(("# của tỉnh", *lines)), encoding="utf-8")
    monkeypatch.setenv("CCHC_CONFIG", str(file))
    return file


def test_the_first_place_that_tells_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = (
        "CCHC_KEEP_RELEASES=7",
        "CCHC_DEFAULT_PROVINCE=ca-mau",
        f"CCHC_DATABASE_URL='{SECRET}'",
        "CCHC_WARM=no",
    )
    file = settings_file(tmp_path, monkeypatch, *lines)
    monkeypatch.setenv("CCHC_DEFAULT_PROVINCE", "ha-noi")
    assert DataSettings().keep_releases == 7
    assert DataSettings(keep_releases=9).keep_releases == 9
    assert Settings().default_province == "ha-noi"
    assert Settings().warm is False
    assert WorkspaceSettings().database_url.get_secret_value() == SECRET
    listed = {row.name: row for row in rows(KINDS)}
    assert (listed["CCHC_KEEP_RELEASES"].value, listed["CCHC_KEEP_RELEASES"].origin) == ("7", f"file {file}")
    assert listed["CCHC_DEFAULT_PROVINCE"].origin == "environment"
    assert listed["CCHC_LOG_FORMAT"].origin == "usual"
    assert SECRET not in str(listed)


def test_secrets_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "CCHC_SMTP_PASSWORD").write_text("from the folder\n", encoding="utf-8")
    (secrets / "CCHC_SECRET_KEY").write_text("overruled", encoding="utf-8")
    (secrets / "CCHC_SMTP_HOST").write_text("no secret, so not read", encoding="utf-8")
    named = tmp_path / "key"
    named.write_text("k" * 40 + "\n", encoding="utf-8")
    settings_file(tmp_path, monkeypatch, f"CCHC_SECRETS_DIR={secrets}", f"CCHC_SECRET_KEY_FILE={named}")
    assert MailSettings().smtp_password.get_secret_value() == "from the folder"
    assert MailSettings().smtp_host == ""
    assert PeopleSettings().secret_key.get_secret_value() == "k" * 40
    listed = {row.name: row for row in rows(KINDS)}
    assert (listed["CCHC_SECRET_KEY"].value, listed["CCHC_SECRET_KEY"].origin) == (
        "(hidden)",
        f"file {named}",
    )


def test_the_app_reads_where_the_etl_publishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_DATA_DIR", str(tmp_path))
    assert Settings().releases_dir == DataSettings().releases_dir == tmp_path / "releases"


WRONG = {
    "CCHC_SIGNIN": "local", "CCHC_KEEP_RELEASES": "one", "CCHC_WORKSPACE": "perhaps", "CCHC_TODAY": "soon",
    "CCHC_OIDC_ROLES": "{", "CCHC_LOG_FORMAT": "xml", "CCHC_SMTP_PORT": "99999", "CCHC_MOST_UPLOAD_MB": "0",
    "CCHC_DATABASE_URL_FILE": "/no/such/file",
}  # fmt: skip


def test_everything_wrong_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = settings_file(tmp_path, monkeypatch, "CCHC_WRAM=false", "PORT=80")
    for name, value in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        complain()
    told = {one.file: one for one in caught.value.problems}
    assert set(told) == {*WRONG, "CCHC_WRAM", "PORT"}
    assert len(caught.value.problems) == len(told)
    assert told["CCHC_SIGNIN"].hint == "did you mean CCHC_SIGN_IN?"
    assert (told["CCHC_WRAM"].place, told["CCHC_WRAM"].hint) == (f"file {file}", "did you mean CCHC_WARM?")
    kept = told["CCHC_KEEP_RELEASES"]
    assert (kept.place, kept.found) == ("environment", "one")
    assert "integer" in kept.expected
    assert kept.hint


def test_rules_of_sign_in_are_told_in_the_same_list(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_SIGN_IN", "local")
    monkeypatch.setenv("CCHC_SECRET_KEY", "too short")
    monkeypatch.setenv("CCHC_KEEP_RELEASES", "0")
    with pytest.raises(ConfigurationError) as caught:
        complain()
    assert [one.file.split()[0] for one in caught.value.problems] == ["CCHC_KEEP_RELEASES", "CCHC_SECRET_KEY"]
    assert "too short" not in str(caught.value)


@pytest.mark.parametrize(("text", "what"), [(None, "No such file"), (b"\xff\xfe", "not UTF-8")])
def test_a_file_of_settings_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes | None, what: str
) -> None:
    file = tmp_path / "cchc.env"
    if text is not None:
        file.write_bytes(text)
    monkeypatch.setenv("CCHC_CONFIG", str(file))
    monkeypatch.setenv("CCHC_SECRETS_DIR", str(tmp_path / "none"))
    with pytest.raises(ConfigurationError, match=what) as caught:
        complain()
    assert [one.file for one in caught.value.problems] == ["CCHC_CONFIG", "CCHC_SECRETS_DIR"]


def test_what_tests_set_is_no_slip_of_the_pen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_TEST_RELEASES", "x")
    complain()
    assert sources.in_file() == {}


def ran(*command: str, **told: str) -> subprocess.CompletedProcess[str]:
    """A program of the product, started with these settings and no others."""
    environ = {n: v for n, v in os.environ.items() if not n.startswith("CCHC_")}
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, env={**environ, **told}, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_the_command_lists_every_setting_for_machines_too() -> None:
    done = ran("service", "settings", "--json", CCHC_SECRET_KEY="k" * 40)
    listed = {row["name"]: row for row in json.loads(done.stdout)}
    assert listed["CCHC_SECRET_KEY"] == {
        "name": "CCHC_SECRET_KEY",
        "value": "(hidden)",
        "origin": "environment",
    }
    assert ran("service", "settings", CCHC_KEEP_RELEASES="1").returncode == ConfigurationError.exit_code


@pytest.mark.parametrize("preload", [[], ["--preload"]])
def test_a_server_with_wrong_settings_does_not_start_and_tells_them_once(preload: list[str]) -> None:
    command = [
        "gunicorn",
        "--bind",
        "127.0.0.1:0",
        "--workers",
        "1",
        "--no-control-socket",
        *preload,
        "app:server",
    ]
    done = ran(*command, CCHC_SIGNIN="local", CCHC_KEEP_RELEASES="1")
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("did you mean CCHC_SIGN_IN?") == 1
    assert done.stderr.count("CCHC_KEEP_RELEASES") == 1
    assert "Traceback" not in done.stderr
