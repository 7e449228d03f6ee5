"""The table of responsibilities brought on Hội nghị: taken whole or not at all, by whom it may be."""

from __future__ import annotations

import base64
import io

import openpyxl
import pytest
from flask import Flask, g

from callbacks import briefing, duties
from callbacks.services import Services
from callbacks.url_state import Facts
from indices.errors import SourceError
from layouts.pages import duties as page
from people.rights import Person
from tests.app.conftest import of_type, shown, state_of
from workspace.errors import DeniedError

HEAD = ["Chỉ số", "Mã tiêu chí", "Cơ quan chủ trì"]
GOOD = [HEAD, ["PAPI", "D1", "Sở Nội vụ"], ["DTI", "HDKTS", "Sở Khoa học và Công nghệ"]]
SEARCH = "?tinh=quang-ninh&nam=2023&chi-so=DTI"


def sent(rows: list[list[str]]) -> str:
    """A workbook of the rows as a browser sends it."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return "data:x;base64," + base64.b64encode(stream.getvalue()).decode()


def drawn(services: Services, facts: Facts) -> str:
    """What the page shows."""
    state = state_of(SEARCH, facts, extras=briefing.PAGE.extras)
    return shown(briefing.render(services, state).children)


def test_a_table_is_taken_and_scopes_the_documents_at_once(writing: Services, facts: Facts) -> None:
    assert "Chưa có bảng nào" in drawn(writing, facts)
    assert duties.take(writing, "phân công.xlsx", sent(GOOD)) == (2, 2)
    told = drawn(writing, facts)
    assert "Bảng đang dùng có 2 dòng của 2 cơ quan, nạp ngày" in told
    assert "Sở Khoa học và Công nghệ" in told
    state = state_of(SEARCH, facts, extras=briefing.PAGE.extras)
    options = briefing.options_of(writing, briefing.wish_of(writing, state), ("docx",))
    assert options[-2:] == ["--responsibilities", str(duties.brought(writing).resolve())]


def test_a_wrong_row_is_told_with_place_and_way_and_the_old_table_stays(
    writing: Services, facts: Facts
) -> None:
    duties.take(writing, "a.xlsx", sent(GOOD))
    before = duties.brought(writing).read_bytes()
    wrong = [*GOOD, ["PAPI", "D99", "Sở Y tế"], ["NOPE", "1", "Sở Y tế"], ["PAPI", "D1", "Sở Y tế"]]
    with pytest.raises(SourceError) as error:
        duties.take(writing, "bảng mới.xlsx", sent(wrong))
    rows = [(duties.KEYS.get(one.what, ""), one) for one in error.value.problems]
    assert [(key, one.place, one.found) for key, one in rows] == [
        ("no_component", "Sheet, row 4", "PAPI D99"),
        ("no_index", "Sheet, row 5", "NOPE"),
        ("two_leads", "Sheet, row 6", "Sở Y tế"),
    ]
    told = shown(page.refused(rows, "vi"))
    assert "bảng mới.xlsx › Sheet, dòng 4: Chỉ số không có mã này" in told
    assert "định dạng cột mã là văn bản" in told
    assert "bảng cũ giữ nguyên" in told
    assert duties.brought(writing).read_bytes() == before
    assert [one.name for one in duties.brought(writing).parent.iterdir() if one.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("x.xlsx", sent([["Mã", "Tên"], ["D1", "Công khai"]])),
        ("x.xlsx", sent([HEAD])),
        ("x.xlsx", "data:x;base64,bm8="),
        ("x.xlsx", "data:x;base64,***"),
        ("../../x", "data:x;base64,bm8="),
    ],
)
def test_what_is_no_table_is_refused_and_nothing_is_kept(writing: Services, name: str, contents: str) -> None:
    with pytest.raises(SourceError) as error:
        duties.take(writing, name, contents)
    assert all(one.file in ("x.xlsx", "x") for one in error.value.problems)
    assert not duties.brought(writing).exists()


def test_only_whoever_may_bring_files_does(writing: Services, facts: Facts) -> None:
    with Flask("people").test_request_context():
        for role in ("reader", "editor", "analyst"):
            g.person = Person(id="1", name="Dung", role=role, department="Sở Nội vụ")
            with pytest.raises(DeniedError):
                duties.take(writing, "a.xlsx", sent(GOOD))
            assert "Nạp bảng phân công" not in drawn(writing, facts)
        g.person = Person(id="1", name="Dung", role="publisher")
        state = state_of(SEARCH, facts, extras=briefing.PAGE.extras)
        assert of_type(briefing.render(writing, state).children, "Upload")
        duties.take(writing, "a.xlsx", sent(GOOD))
        assert g.deeds == [("imported", "responsibilities a.xlsx: 2 rows")]


def test_without_a_workspace_nothing_can_be_brought(services: Services) -> None:
    with pytest.raises(DeniedError):
        duties.take(services, "a.xlsx", sent(GOOD))
