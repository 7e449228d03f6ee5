"""The log: written in passing or at once, never changed, dropped only when old, safe in a spreadsheet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from people import audit
from people.audit import Entry, Recorder, Wanted
from people.rights import Person
from workspace.accounts import AuditLine
from workspace.database import Workspace
from workspace.errors import WorkspaceError

AN = Person("1", "an", "An", "reader")


def kept(workspace: Workspace) -> list[str]:
    """What of every line, oldest first."""
    with workspace.reading() as session:
        return [line.what for line in audit.lines(session, Wanted())][::-1]


def old(days: int) -> datetime:
    """A moment so many days ago."""
    return datetime.now(UTC) - timedelta(days=days)


def test_page_views_wait_for_each_other_and_go_before_what_matters(workspace: Workspace) -> None:
    log = Recorder(lambda: workspace, 730)
    log.soon(Entry(AN, audit.SAW, "/a"))
    log.soon(Entry(AN, audit.SAW, "/b"))
    assert kept(workspace) == []
    log.now(Entry(AN, audit.EXPORTED, "/c"))
    assert kept(workspace) == ["/a", "/b", "/c"]
    for n in range(audit.MOST_WAITING):
        log.soon(Entry(AN, audit.SAW, str(n)))
    with workspace.reading() as session:
        assert audit.count(session, Wanted(action=audit.SAW)) == audit.MOST_WAITING + 2


def test_no_line_is_changed_and_no_young_one_dropped(workspace: Workspace) -> None:
    with workspace.writing() as session:
        session.add_all(
            [Entry(AN, audit.SAW, "young").line(), Entry(AN, audit.SAW, "old", at=old(31)).line()]
        )
    for statement in (
        sa.update(AuditLine).values(what="never was"),
        sa.delete(AuditLine).where(AuditLine.what == "young"),
    ):
        with pytest.raises(WorkspaceError), workspace.writing() as session:
            session.execute(statement)
    with workspace.writing() as session:
        session.execute(sa.delete(AuditLine).where(AuditLine.what == "old"))
    assert kept(workspace) == ["young"]


def test_lines_past_their_time_go_by_themselves(workspace: Workspace) -> None:
    with workspace.writing() as session:
        session.add_all([Entry(AN, audit.SAW, str(d), at=old(d)).line() for d in (800, 700)])
    Recorder(lambda: workspace, 730).now(Entry(AN, audit.SAW, "now"))
    assert kept(workspace) == ["700", "now"]


def test_what_is_looked_for_is_found_as_written(workspace: Workspace) -> None:
    with workspace.writing() as session:
        session.add_all([Entry(AN, audit.SAW, what).line() for what in ("/50%", "/50x", "/a_b", "/axb")])
    with workspace.reading() as session:
        for text, found in (("50%", ["/50%"]), ("a_b", ["/a_b"]), ("AN", ["/axb", "/a_b", "/50x", "/50%"])):
            assert [line.what for line in audit.lines(session, Wanted(text=text))] == found


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_no_text_acts_in_a_spreadsheet(text: str) -> None:
    line = Entry(Person("1", "x", text, "reader"), audit.SAW, text).line()
    line.seq = 1
    rows = audit.to_csv([line]).decode("utf-8-sig").splitlines()
    assert len(rows) == 2
    cells = rows[1].split(",")
    assert all(cell.strip('"').lstrip()[:1] not in "=+-@" for cell in cells if cell.strip('"').strip())


def test_a_log_that_cannot_be_written_is_told_without_names(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    held = Workspace(f"sqlite:///{tmp_path}/w.sqlite")  # without its tables
    log = Recorder(lambda: held, 730)
    log.soon(Entry(AN, audit.SAW, "/secret"))
    log.flush()
    assert "1 lines of the log could not be written" in caplog.text
    assert "An" not in caplog.text.split()
    held.close()
