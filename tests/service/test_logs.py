"""The log tells what happened and where in the code, never who it was or what they typed."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
from collections.abc import Iterator

import pytest

from service import logs

PRIVATE = "Nguyễn Văn A, 12 Hàng Bài, select * from tài_khoản"


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    """Put the level of the root logger back."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)
    logs.refer("")


def record(name: str, level: int, message: str, *args: object, caught: bool = False) -> logging.LogRecord:
    """A line as a logger hands it over."""
    info = sys.exc_info() if caught else None
    return logging.LogRecord(name, level, __file__, 1, message, args, info)


@pytest.mark.parametrize("form", [logs.Lines(), logs.JsonLines()])
def test_an_error_is_told_by_kind_and_place_not_by_what_it_quotes(form: logging.Formatter) -> None:
    logging.getLogger().setLevel(logging.INFO)
    logs.refer("AB12CD")
    try:
        int(PRIVATE)
    except ValueError:
        told = form.format(record("callbacks.errors", logging.ERROR, "failed", caught=True))
    assert "ValueError" in told
    assert "test_logs.py" in told
    assert "AB12CD" in told
    assert PRIVATE[:10] not in told


def test_another_program_is_told_without_what_it_put_into_its_sentence() -> None:
    logging.getLogger().setLevel(logging.INFO)
    told = logs.Lines().format(record("dash.dash", logging.ERROR, "Exception on %s", PRIVATE))
    assert "Exception on %s" in told
    assert PRIVATE not in told
    begun = logs.Lines().format(
        record("gunicorn.error", logging.INFO, "Listening at: %s", "http://127.0.0.1:1")
    )
    assert "http://127.0.0.1:1" in begun
    caller = logs.Lines().format(
        record("gunicorn.error", logging.WARNING, "Invalid request from ip=10.1.2.3")
    )
    assert "10.1.2.3" not in caller


def test_what_the_server_says_of_its_own_workers_is_told_in_full() -> None:
    logging.getLogger().setLevel(logging.INFO)
    ended = record("gunicorn.error", logging.WARNING, "Worker (pid:%s) was sent %s!", 17, "SIGTERM")
    assert json.loads(logs.JsonLines().format(ended))["message"] == "Worker (pid:17) was sent SIGTERM!"
    other = record("gunicorn.error", logging.ERROR, "Error handling request %s", "/?q=Nguyen")
    assert json.loads(logs.JsonLines().format(other))["message"] == "Error handling request %s"


def test_a_json_line_has_the_request_and_its_fields() -> None:
    logs.refer("AB12CD")
    made = record("callbacks.monitor.requests", logging.INFO, "request")
    setattr(made, logs.FIELDS, {"asked": "ranking", "ms": 12.5})
    told = json.loads(logs.JsonLines().format(made))
    assert {k: told[k] for k in ("level", "message", "request", "asked", "ms")} == {
        "level": "info", "message": "request", "request": "AB12CD", "asked": "ranking", "ms": 12.5,
    }  # fmt: skip


def test_for_whoever_develops_everything_is_told() -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        int("abc")
    except ValueError:
        told = logs.Lines().format(record("x", logging.ERROR, "at %s", "here", caught=True))
    assert "at here" in told
    assert "'abc'" in told


def test_the_configuration_is_one_that_logging_takes(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    held = root.handlers[:]
    try:
        logging.config.dictConfig(logs.config("json", "warning"))
        logging.getLogger("etl.x").warning("one")
        logging.getLogger("etl.x").info("two")
    finally:
        root.handlers[:] = held
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["message"] for line in lines] == ["one"]
