"""The letter of the week, and its way through a real mail server."""

from __future__ import annotations

import email
from collections.abc import Iterator
from datetime import UTC, date, datetime
from email import policy
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from tests.ports import free_port
from tests.workspace import samples
from workspace import digest, post, store
from workspace.database import Workspace
from workspace.errors import WorkspaceError
from workspace.records import CommentRecord
from workspace.store import ref_of

TODAY = date(2024, 7, 3)  # a Wednesday


@pytest.fixture
def written(workspace: Workspace) -> Workspace:
    """Assignments of two bodies, a report, a comment; one was finished just now."""
    with workspace.writing() as session:
        late = store.add(session, samples.assignment(task="Việc <b>trễ</b>"), "An")
        store.add(
            session, samples.assignment(lead="Sở Y tế", deadline=date(2024, 7, 10), task="Sắp đến"), "An"
        )
        store.add(session, samples.assignment(lead="Sở Y tế", deadline=date(2024, 9, 1), task="Còn xa"), "An")
        row = store.add(session, samples.assignment(task="Đã xong", unit_id="63:01"), "An")
        store.change(
            session, ref_of(row), samples.assignment(task="Đã xong", unit_id="63:01", status="done"), "An"
        )
        store.add(session, samples.progress(late.id, day=date(2024, 7, 2), percent=70), "Bình")
        store.add(session, samples.progress(late.id, day=date(2024, 6, 1), percent=10), "Bình")
        remark = {"about_kind": "assignment", "about_id": late.id, "text": "Gấp"}
        store.add(session, CommentRecord.checked(remark), "Chi")
    return workspace


def made(workspace: Workspace, week: str = "", today: date = TODAY, **other: str) -> digest.Letter:
    """The letter of a week."""
    with workspace.reading() as session:
        return digest.letter(
            session, digest.week_of(week, today), other.get("lang", "vi"), other.get("unit", "")
        )


def test_the_letter_says_what_a_week_needs(written: Workspace) -> None:
    found = made(written)
    told = {section.heading: section.lines for section in found.sections}
    assert found.finding == "1 việc quá hạn, nặng nhất là Sở Nội vụ (1); tất cả 4 việc."
    assert told["Quá hạn"] == ("Sở Nội vụ: Việc <b>trễ</b> (hạn 30/06/2024; PAR 2023, 1.2) quá 3 ngày",)
    assert [line.split(" (")[0] for line in told["Đến hạn trong tuần này và tuần sau"]] == [
        "Sở Y tế: Sắp đến"
    ]
    assert [line.split(": ")[1] for line in told["Báo cáo tiến độ trong tuần"]] == [
        "70% – Việc <b>trễ</b>. Đã trình dự thảo (Bình)"
    ]
    assert told["Mỗi cơ quan đang gánh"][0] == "Sở Nội vụ: 1 quá hạn, 0 đang làm, 1 đã xong"
    assert made(written, unit="63:01").finding == "Không việc nào quá hạn; tất cả 1 việc."


def test_what_was_finished_and_said_stands_in_the_week_it_happened(written: Workspace) -> None:
    now = datetime.now(UTC).date()
    told = {section.heading: section.lines for section in made(written, today=now, lang="en").sections}
    assert [line.split(" (")[0] for line in told["Finished this week"]] == ["Sở Nội vụ: Đã xong"]
    due = [line for section in made(written, lang="en").sections for line in section.lines]
    assert any("30 June 2024" in line for line in due)
    assert told["Comments of the week"][0].startswith("Chi: Gấp")
    assert made(written).sections[4].lines == ()


def test_a_week_that_is_over_is_told_as_on_its_sunday_and_a_wrong_one_refused() -> None:
    assert digest.week_of("2024-W26", TODAY).told_on == date(2024, 6, 30)
    assert digest.week_of("", TODAY) == digest.Week(date(2024, 7, 1), TODAY)
    assert digest.week_of("2024-W27", TODAY).name == "2024-W27"
    for wrong in ("2024-W54", "2024", "W27"):
        with pytest.raises(WorkspaceError):
            digest.week_of(wrong, TODAY)


def test_html_shows_what_people_typed_as_text(written: Workspace) -> None:
    page = digest.to_html(made(written))
    assert "Việc &lt;b&gt;trễ&lt;/b&gt;" in page
    assert "<b>" not in page
    assert "http" not in page
    assert "Việc <b>trễ</b>" in digest.to_text(made(written))


class Kept:
    """A mailbox: what a real SMTP server received."""

    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """Keep the message."""
        self.received.append(envelope)
        return "250 OK"


@pytest.fixture
def mailbox() -> Iterator[tuple[Kept, int]]:
    """A mail server on the loopback, and its port."""
    kept, port = Kept(), free_port()
    server = Controller(kept, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield kept, port
    finally:
        server.stop()


def test_the_letter_reaches_a_mail_server_in_both_forms(
    written: Workspace, mailbox: tuple[Kept, int]
) -> None:
    kept, port = mailbox
    settings = post.MailSettings(
        smtp_host="127.0.0.1",
        smtp_port=port,
        smtp_tls=False,
        smtp_from="a@example.vn",
        smtp_to="b@example.vn, c@example.vn",
    )
    assert post.send(made(written), settings) == 2
    (envelope,) = kept.received
    assert envelope.rcpt_tos == ["b@example.vn", "c@example.vn"]
    message = email.message_from_bytes(envelope.content, policy=policy.default)
    assert message["Subject"] == "Kế hoạch khắc phục, tuần 2024-W27 từ 01/07/2024, tính đến 03/07/2024"
    texts = {
        part.get_content_type(): part.get_content() for part in message.walk() if not part.is_multipart()
    }
    assert "Việc <b>trễ</b>" in texts["text/plain"]
    assert "&lt;b&gt;" in texts["text/html"]


def test_nothing_leaves_unless_a_server_is_named_and_encryption_is_not_dropped(
    written: Workspace, mailbox: tuple[Kept, int]
) -> None:
    with pytest.raises(WorkspaceError, match="E-mail is off"):
        post.send(made(written), post.MailSettings(smtp_host="", smtp_from="a@b.vn", smtp_to="a@b.vn"))
    kept, port = mailbox
    settings = post.MailSettings(smtp_host="127.0.0.1", smtp_port=port, smtp_from="a@b.vn", smtp_to="a@b.vn")
    with pytest.raises(WorkspaceError, match="not sent"):  # this server knows no STARTTLS
        post.send(made(written), settings)
    assert kept.received == []
