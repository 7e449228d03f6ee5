"""Lines that stay open and a server that is full, as `deploy/` starts it: every question gets an answer."""

from __future__ import annotations

import http.client
import json
import re
import time
from pathlib import Path

from tests import asked
from tests.service.test_deploy import DEPLOY, ROOT, unit
from tests.service.test_stopping import WAIT, answered, begun, serving

USUAL = 2  # seconds that gunicorn keeps an idle line when nothing is said
TRIES, PATIENCE = 20, 5


def drawing(line: http.client.HTTPConnection) -> bytes:
    """What a browser sends for the first page."""
    told = json.loads(answered(line, asked.DEPENDENCIES))
    return json.dumps(asked.body(asked.drawing(told), "/", "")).encode()


def test_a_question_after_a_pause_is_answered_on_the_same_line(release_dir: Path, tmp_path: Path) -> None:
    with serving(release_dir, tmp_path) as (port, _):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        line.auto_open = 0  # a line that was closed stays closed
        line.connect()
        body = drawing(line)
        time.sleep(2 * USUAL)
        line.request("POST", asked.UPDATE, body, {"Content-Type": "application/json"})
        answer = line.getresponse()
        assert (answer.status, b"page" in answer.read()) == (200, True)


def test_the_proxy_closes_idle_lines_before_the_app_does() -> None:
    proxy = re.search(r"^\s*keepalive_timeout (\d+)s;", (DEPLOY / "nginx.conf").read_text("utf-8"), re.M)
    app = re.search(r"^keepalive = (\d+)$", (ROOT / "gunicorn.conf.py").read_text("utf-8"), re.M)
    assert proxy is not None
    assert app is not None
    assert int(proxy[1]) < int(app[1])


def test_a_full_server_says_so_when_started_as_shipped(release_dir: Path, tmp_path: Path) -> None:
    """Six questions of which half was sent hold all places; whoever comes then is told to come again."""
    shipped = re.sub(r"--bind \S+ ", "", unit()["ExecStart"][0]).split()[1:]
    full = {"CCHC_AT_ONCE": "4", "CCHC_MOST_WAITING": "2", "CCHC_WARM": "false"}
    with serving(release_dir, tmp_path, [*shipped, "--workers", "1"], **full) as (port, _):
        body = drawing(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT))
        held = [begun(port, body) for _ in range(6)]
        answer = refused(port)
        assert (answer.status, answer.getheader("Retry-After")) == (503, "5")
        health = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        assert b"ok" in answered(health, "/healthz")
        for line in held:
            line.send(body[len(body) // 2 :])
        assert {line.getresponse().status for line in held} <= {200, 503}


def refused(port: int) -> http.client.HTTPResponse:
    """The first answer to somebody who comes; who takes the last place instead gets none and goes."""
    for _ in range(TRIES):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        line.request("GET", asked.DEPENDENCIES)
        try:
            return line.getresponse()
        except TimeoutError:
            continue
    raise AssertionError("nobody is answered")
