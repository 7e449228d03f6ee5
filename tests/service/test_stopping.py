"""A server that is told to stop: what it is answering is answered, idle lines hold nobody up, nothing stays.

The server may wait for ten minutes here before it kills its workers, so a worker that does not end by itself
fails the test.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.leftovers import LASTING
from service.shared import PREFIX, Shared
from tests import asked
from tests.browser.conftest import wait_for
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
WAIT, KILLED_AFTER = 120, 600  # seconds
AS_RUN = ("--workers", "2", "--preload", "--no-control-socket", "app:server")


@contextmanager
def serving(
    releases: Path, temporary: Path, words: Sequence[str] = AS_RUN, **told: str
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """(port, process) of a server that divides into two workers as `make run` starts it, or with other words
    for gunicorn and more settings.
    """
    port = free_port()
    command = ["gunicorn", *words, "--bind", f"127.0.0.1:{port}", "--graceful-timeout", str(KILLED_AFTER)]
    settings = {"CCHC_RELEASES_DIR": str(releases), "TMPDIR": str(temporary), **told}
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **settings})
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz", process)
        yield port, process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=WAIT)


def answered(line: http.client.HTTPConnection, path: str) -> bytes:
    """The answer on a line that stays open."""
    line.request("GET", path)
    return line.getresponse().read()


def begun(port: int, body: bytes) -> http.client.HTTPConnection:
    """A question of which half was sent."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
    line.putrequest("POST", asked.UPDATE)
    line.putheader("Content-Type", "application/json")
    line.putheader("Content-Length", str(len(body)))
    line.endheaders(body[: len(body) // 2])
    return line


def test_a_server_told_to_stop_answers_what_was_asked_and_ends_by_itself(
    release_dir: Path, tmp_path: Path
) -> None:
    with serving(release_dir, tmp_path) as (port, process):
        idle = [http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT) for _ in range(6)]
        told = [answered(line, asked.DEPENDENCIES) for line in idle]
        body = json.dumps(asked.body(asked.drawing(json.loads(told[0])), "/", "")).encode()
        line = begun(port, body)
        time.sleep(1)  # until a worker has begun to read it
        process.send_signal(signal.SIGTERM)
        time.sleep(1)
        line.send(body[len(body) // 2 :])
        answer = line.getresponse()
        assert (answer.status, b"page" in answer.read()) == (200, True)
        assert process.wait(timeout=WAIT) == 0
    assert list(tmp_path.glob(f"{PREFIX}*")) == []


def test_the_folder_of_a_killed_server_goes_and_that_of_a_living_one_stays(
    release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with serving(release_dir, tmp_path) as (_, process):
        (left,) = tmp_path.glob(f"{PREFIX}*")
        long_ago = time.time() - 2 * LASTING
        os.utime(left, (long_ago, long_ago))
        Shared().remove()
        assert list(tmp_path.glob(f"{PREFIX}*")) == [left]
        workers = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        process.wait(timeout=WAIT)
        for worker in workers:  # they see by themselves that their server has gone
            while Path(f"/proc/{worker}").exists():
                time.sleep(0.1)
    os.utime(left, (long_ago, long_ago))
    Shared().remove()
    assert list(tmp_path.glob(f"{PREFIX}*")) == []
