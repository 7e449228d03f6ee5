"""What people write is kept, versioned, remembered and never lost; on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from tests.workspace import samples
from workspace import store
from workspace.database import Workspace
from workspace.errors import InvalidError, MissingError, StaleError, WorkspaceError
from workspace.models import Assignment, Briefing, Cause, Comment, Evidence, Progress, Row, Saved
from workspace.records import BriefingRecord, CommentRecord, Record
from workspace.store import Ref, ref_of

ANN, BINH = "Trần Thị An", "Lê Bình"


def added(workspace: Workspace, record: Record, by: str = ANN) -> Row:
    """A row kept in a transaction of its own."""
    with workspace.writing() as session:
        return store.add(session, record, by)


def test_an_assignment_keeps_the_six_clear_things(workspace: Workspace) -> None:
    row = added(workspace, samples.assignment())
    with workspace.reading() as session:
        kept = store.get(session, Assignment, row.id)
    assert samples.assignment() == type(samples.assignment()).of(kept)
    assert (kept.version, kept.created_by, kept.deadline) == (1, ANN, date(2024, 6, 30))
    assert kept.created_at.tzinfo is UTC
    assert abs((datetime.now(UTC) - kept.created_at).total_seconds()) < 600


def test_a_report_its_evidence_a_comment_and_a_briefing_stand_by_what_they_are_about(
    workspace: Workspace,
) -> None:
    work = added(workspace, samples.assignment())
    report = added(workspace, samples.progress(work.id))
    paper = added(workspace, samples.evidence(report.id))
    added(workspace, CommentRecord(about_kind="evidence", about_id=paper.id, text="Thiếu dấu"), BINH)
    issued = BriefingRecord.checked(
        {"unit_id": "63:22", "year": 2023, "indices": "PAR", "release_id": "abc", "title": "Báo cáo"}
        | {"digest": "0" * 64, "content": {"blocks": [{"text": "Hạng 1", "value": 92.18}]}}
    )
    added(workspace, issued)
    with workspace.reading() as session:
        assert [r.percent for r in store.listed(session, Progress, assignment_id=work.id)] == [40]
        assert [e.id for e in store.listed(session, Evidence, progress_id=report.id)] == [paper.id]
        assert [c.created_by for c in store.listed(session, Comment, about_id=paper.id)] == [BINH]
        (snapshot,) = store.listed(session, Briefing)
    assert snapshot.content == {"blocks": [{"text": "Hạng 1", "value": 92.18}]}


def test_an_issued_briefing_never_changes(workspace: Workspace) -> None:
    values = {"unit_id": "63:22", "year": 2023, "indices": "PAR", "release_id": "abc", "title": "Báo cáo"}
    issued = BriefingRecord.checked(values | {"digest": "0" * 64, "content": 1})
    row = added(workspace, issued)
    with pytest.raises(InvalidError, match="frozen"), workspace.writing() as session:
        store.change(session, ref_of(row), issued.model_copy(update={"title": "Khác"}), BINH)


def test_a_change_raises_the_version_and_leaves_before_and_after(workspace: Workspace) -> None:
    row = added(workspace, samples.cause())
    with workspace.writing() as session:
        row = store.change(session, ref_of(row), samples.cause(text="Thiếu người"), BINH)
    assert row.version == 2
    with workspace.reading() as session:
        first, second = store.history(session, "cause", row.id)
    assert (first.action, first.by, first.before) == ("add", ANN, None)
    assert (second.action, second.by, second.fields()) == ("change", BINH, ("text",))
    assert second.before["text"] == "Chưa ban hành kế hoạch đúng hạn"
    assert second.after["text"] == "Thiếu người"


def test_a_change_to_the_same_values_writes_nothing(workspace: Workspace) -> None:
    row = added(workspace, samples.cause())
    with workspace.writing() as session:
        assert store.change(session, ref_of(row), samples.cause(), BINH).version == 1
    with workspace.reading() as session:
        assert len(store.history(session, "cause", row.id)) == 1


def test_a_stale_write_names_who_changed_what_and_keeps_nothing(workspace: Workspace) -> None:
    seen = ref_of(added(workspace, samples.assignment()))
    with workspace.writing() as session:
        store.change(session, seen, samples.assignment(lead="Sở Tài chính", status="done"), BINH)
    with pytest.raises(StaleError) as told, workspace.writing() as session:
        store.change(session, seen, samples.assignment(task="Việc khác"), ANN)
    assert told.value.by == (BINH,)
    assert set(told.value.fields) == {"lead", "status"}
    assert BINH in str(told.value)
    assert "lead" in str(told.value)
    with workspace.reading() as session:
        kept = store.get(session, Assignment, seen.id)
    assert (kept.lead, kept.task, kept.version) == ("Sở Tài chính", samples.assignment().task, 2)


def test_of_two_writers_at_once_one_is_told_and_none_is_lost(workspace: Workspace) -> None:
    seen = ref_of(added(workspace, samples.cause()))
    start, told = threading.Barrier(2), []

    def write(by: str) -> None:
        start.wait()
        try:
            with workspace.writing() as session:
                store.change(session, seen, samples.cause(text=f"Lời của {by}"), by)
            told.append(("kept", by))
        except StaleError as error:
            told.append(("stale", error.by[0]))

    both = [threading.Thread(target=write, args=(by,)) for by in (ANN, BINH)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    winner = dict(told)["kept"]
    assert sorted(told) == [("kept", winner), ("stale", winner)]
    with workspace.reading() as session:
        assert store.get(session, Cause, seen.id).text == f"Lời của {winner}"
        assert len(store.history(session, "cause", seen.id)) == 2


def test_a_deleted_row_is_hidden_told_and_brought_back(workspace: Workspace) -> None:
    row = added(workspace, samples.cause())
    with workspace.writing() as session:
        gone = ref_of(store.remove(session, ref_of(row), BINH))
    with workspace.reading() as session:
        assert store.listed(session, Cause) == []
        assert [one.id for one in store.deleted(session, Cause)] == [row.id]
        with pytest.raises(MissingError, match=BINH):
            store.get(session, Cause, row.id)
    with pytest.raises(MissingError, match=BINH), workspace.writing() as session:
        store.change(session, gone, samples.cause(text="x"), ANN)
    with workspace.writing() as session:
        assert store.restore(session, gone, ANN).version == 3
    with workspace.reading() as session:
        assert [one.text for one in store.listed(session, Cause)] == [samples.cause().text]
        assert [h.action for h in store.history(session, "cause", row.id)] == ["add", "delete", "restore"]


def test_nothing_is_written_about_a_row_that_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(MissingError, match="no such row"):
        added(workspace, samples.progress("0" * 32))
    with pytest.raises(MissingError), workspace.writing() as session:
        store.change(session, Ref("cause", "0" * 32, 1), samples.cause(), ANN)
    with workspace.reading() as session:
        assert store.listed(session, Progress) == []


def test_live_scenarios_have_different_names(workspace: Workspace) -> None:
    first = added(workspace, samples.scenario())
    with pytest.raises(InvalidError, match="taken"):
        added(workspace, samples.scenario(query="gd=1.2:1"))
    added(workspace, samples.scenario(kind="view"))
    with workspace.writing() as session:
        gone = ref_of(store.remove(session, ref_of(first), ANN))
    second = added(workspace, samples.scenario(query="gd=1.2:1"))
    with pytest.raises(InvalidError, match="taken"), workspace.writing() as session:
        store.restore(session, gone, ANN)
    with workspace.reading() as session:
        assert {one.id for one in store.listed(session, Saved, kind="scenario")} == {second.id}


def test_the_database_itself_refuses_a_second_name(workspace: Workspace) -> None:
    row = added(workspace, samples.scenario())
    copied = sa.insert(Saved).values(
        **{c.key: getattr(row, c.key) for c in sa.inspect(Saved).column_attrs if c.key != "id"}, id="other"
    )
    with pytest.raises(WorkspaceError, match="stands in the way"), workspace.writing() as session:
        session.execute(copied)


def test_a_block_that_fails_keeps_none_of_its_writes(workspace: Workspace) -> None:
    with pytest.raises(InvalidError), workspace.writing() as session:
        assert [store.add(session, samples.cause(), by).version for by in (ANN, "  ")]
    with workspace.reading() as session:
        assert store.listed(session, Cause) == []
        assert session.scalar(sa.text("select count(*) from change")) == 0


@pytest.mark.parametrize(
    ("make", "other", "field", "code"),
    [
        (samples.cause, {"kind": "weather"}, "kind", "choice"),
        (samples.cause, {"text": " \n\t "}, "text", "missing"),
        (samples.cause, {"text": None}, "text", "text"),
        (samples.cause, {"text": "x" * 8001}, "text", "long"),
        (samples.cause, {"year": "soon"}, "year", "number"),
        (samples.cause, {"year": 12}, "year", "range"),
        (samples.cause, {"owner": "x"}, "owner", "unknown"),
        (samples.assignment, {"deadline": "30 tháng 6"}, "deadline", "date"),
        (samples.assignment, {"lead": ""}, "lead", "missing"),
        (samples.scenario, {"path": "//evil.example"}, "path", "form"),
    ],
)
def test_values_that_cannot_be_kept_are_named(make: Any, other: dict, field: str, code: str) -> None:
    with pytest.raises(InvalidError) as told:
        make(**other)
    assert [(fault.field, fault.code) for fault in told.value.faults] == [(field, code)]


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "abc"])
def test_an_address_that_a_browser_would_run_is_refused(address: str) -> None:
    with pytest.raises(InvalidError, match="address"):
        samples.evidence("x", address=address)


def test_text_is_cleaned_but_never_interpreted(workspace: Workspace) -> None:
    typed = " =HYPERLINK(\"x\")\r\n\x00<b>Kế hoạch</b> 'a'; DROP TABLE cause;--\ud800 "
    row = added(workspace, samples.cause(text=typed))
    with workspace.reading() as session:
        kept = store.get(session, Cause, row.id).text
    assert kept == "=HYPERLINK(\"x\")\n<b>Kế hoạch</b> 'a'; DROP TABLE cause;--"
