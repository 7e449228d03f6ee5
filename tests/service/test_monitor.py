"""State and measures of a real server of several workers; its log while people sign in, type and fail."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from app import create_app
from etl.intake import builds
from etl.warehouse.connect import POINTER_NAME
from indices.errors import ReleaseError
from service.settings import Settings
from service.version import VERSION
from tests.browser.conftest import wait_for
from tests.people.serving import csrf_of, one_of_each
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
UPDATE = "/_dash-update-component"
TOKEN = "một-mã-đủ-dài"


@contextmanager
def served(release_dir: Path, log: Path, **told: str) -> Iterator[str]:
    """The address of a server of two workers that writes its log to a file."""
    port = free_port()
    command = ["gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "2", "--preload"]
    settings = {"CCHC_RELEASES_DIR": str(release_dir), "CCHC_LOG_FORMAT": "json", "CCHC_LOG_LEVEL": "info"}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--no-control-socket", "app:server"],
            cwd=ROOT, env={**os.environ, **settings, **told}, stderr=stream,
        )  # fmt: skip
        try:
            wait_for(f"http://127.0.0.1:{port}/healthz", process)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=90)


def measures(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample by its name and labels."""
    families = text_string_to_metric_families(text)
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for f in families for s in f.samples}


def test_measures_of_all_workers_are_one_and_only_for_this_computer(
    release_dir: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    with served(release_dir, log) as address:
        for _ in range(20):
            assert requests.get(f"{address}/api/v1/indices", timeout=60).status_code == 200
        assert requests.get(f"{address}/no/such.page?x=Nguyễn", timeout=60).status_code == 200
        told = [requests.get(f"{address}/metrics", timeout=60) for _ in range(4)]
        found = [measures(one.text) for one in told]
        counted = {
            one[("cchc_request_seconds_count", (("page", "api.indices"), ("status", "2xx")))] for one in found
        }
        assert counted == {20.0}
        assert found[0][("cchc_ready", (("part", "release"),))] == 1
        assert found[0][("cchc_version_info", (("version", VERSION),))] == 1
        age = found[0][("cchc_release_age_seconds", ())]
        assert 0 < age < time.time()
        for header in ({"X-Forwarded-For": "10.0.0.9"}, {"Host": "cchc.example.vn"}):
            assert requests.get(f"{address}/metrics", headers=header, timeout=60).status_code == 404
        ready = requests.get(f"{address}/readyz", timeout=60)
        assert (ready.status_code, ready.json()) == (
            200, {"status": "ready", "release": "ok", "workspace": "off"},
        )  # fmt: skip
        assert requests.get(f"{address}/healthz", timeout=60).json()["version"] == VERSION
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    asked = [line for line in lines if line["message"] == "request"]
    assert [line["asked"] for line in asked if line["asked"] == "api.indices"] == ["api.indices"] * 20
    assert "Nguy" not in log.read_text("utf-8")


def test_with_a_token_only_who_shows_it_reads(release_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_METRICS_TOKEN", TOKEN)
    client = create_app(Settings(releases_dir=release_dir)).server.test_client()
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    shown = {"Authorization": f"Bearer {TOKEN}".encode().decode("latin-1")}
    far = {"REMOTE_ADDR": "10.0.0.9"}
    assert client.get("/metrics", headers=shown, environ_base=far).status_code == 200


def test_without_a_release_or_workspace_the_server_lives_but_is_not_ready(
    release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "w" / "workspace.sqlite"
    monkeypatch.setenv("CCHC_WORKSPACE", "true")
    monkeypatch.setenv("CCHC_WORKSPACE_PATH", str(file))
    pointer = json.loads((release_dir / POINTER_NAME).read_text("utf-8"))
    for name in (POINTER_NAME, pointer["file"]):
        shutil.copy(release_dir / name, tmp_path)
    client = create_app(Settings(releases_dir=tmp_path)).server.test_client()
    assert client.get("/readyz").json == {"status": "ready", "release": "ok", "workspace": "ok"}
    shutil.rmtree(file.parent)
    file.parent.write_bytes(b"no folder any more")
    (tmp_path / "empty").mkdir()
    again = create_app(Settings(releases_dir=tmp_path / "empty")).server.test_client()
    told = again.get("/readyz")
    assert told.status_code == 503
    assert told.json == {"status": "not ready", "release": "failed", "workspace": "failed"}
    found = measures(again.get("/metrics").get_data(as_text=True))
    assert found[("cchc_ready", (("part", "release"),))] == 0
    assert not any(name.startswith("cchc_release") for name, _ in found)


def test_builds_that_fail_are_counted(tmp_path: Path) -> None:
    with builds.recorded(tmp_path):
        pass
    with pytest.raises(ReleaseError), builds.recorded(tmp_path):
        raise ReleaseError([])
    with (tmp_path / builds.NAME).open("ab") as file:
        file.write(b'{"at": "cut sho')
    told = [(end.result, end.error) for end in builds.ends(tmp_path)]
    assert told == [
        ("done", ""),
        ("failed", "ReleaseError"),
    ]
    assert builds.ends(tmp_path / "none") == []


def test_the_log_holds_no_name_no_address_and_nothing_typed(release_dir: Path, tmp_path: Path) -> None:
    log = tmp_path / "log"
    one_of_each(tmp_path)
    settings = {
        "CCHC_SIGN_IN": "local", "CCHC_SECRET_KEY": "k" * 40, "CCHC_WORKSPACE": "true", "CCHC_PROXIES": "1",
        "CCHC_WORKSPACE_PATH": str(tmp_path / "workspace.sqlite"),
    }  # fmt: skip
    typed = ("trần-thị-bí-mật", "mật-khẩu-gõ-nhầm", "203.0.113.77", "câu-hỏi-riêng")
    with served(release_dir, log, **settings) as address:
        who = requests.Session()
        who.headers["X-Forwarded-For"] = typed[2]
        for login in (typed[0], "analyst"):
            form = who.get(f"{address}/dang-nhap", timeout=60).text
            given = {"csrf": csrf_of(form), "login": login, "password": typed[1]}
            assert who.post(f"{address}/dang-nhap", data=given, timeout=60).status_code in (401, 403, 200)
        who.get(f"{address}/xep-hang?q={typed[3]}", timeout=60)
        who.get(f"{address}/mau/{typed[3]}/2024.xlsx", timeout=60)
        broken = {"output": typed[3], "inputs": [{"id": "url", "property": "search", "value": typed[3]}]}
        who.post(f"{address}{UPDATE}", json=broken, timeout=60)
        who.get(f"{address}/api/v1/scores?index={typed[3]}", timeout=60)
    told = log.read_text("utf-8")
    assert told.count('"message": "request"') >= 7
    assert [text for text in (*typed, "analyst", "127.0.0.1:" + typed[3]) if text in told] == []
    assert [text for text in typed if json.dumps(text)[1:-1] in told] == []


def test_the_number_people_see_is_the_number_of_the_request(
    release_dir: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    server = create_app(Settings(releases_dir=release_dir)).server
    from callbacks import errors

    @server.get("/test-failing")
    def failing() -> str:
        return errors.report(ValueError("x"))

    answer = server.test_client().get("/test-failing")
    assert re.fullmatch(r"[0-9A-F]{6}", answer.get_data(as_text=True))
    assert answer.headers["X-Request-Id"] == answer.get_data(as_text=True)
