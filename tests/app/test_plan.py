"""The plan: written through its form, checked by the server, shown by status, body and index."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from callbacks import plan
from callbacks.services import Services
from callbacks.url_state import Facts, ViewState
from etl.warehouse.queries import Warehouse
from indices.errors import DataError
from layouts.pages import plan as page
from layouts.pages import plan_form
from tests.app.conftest import of_type, shown, state_of
from workspace import store
from workspace.errors import InvalidError, StaleError
from workspace.models import Assignment
from workspace.settings import Settings, Shelf

TODAY = date(2024, 6, 30)
TYPED = {
    "index_code": "PAPI", "component_code": "D1", "year": "2023", "task": "Công khai quy hoạch", "target": "",
    "lead": "Sở Nội vụ", "partners": "", "deadline": "29/6/2024", "product": "Báo cáo", "authority": "UBND",
    "status": "open",
}  # fmt: skip
NEW = {"kind": "assignment", "id": "", "version": 0}


@pytest.fixture
def writing(warehouse: Warehouse, tmp_path: Path) -> Services:
    """Services with an empty workspace."""
    settings = Settings(workspace=True, workspace_path=tmp_path / "w.sqlite", database_url="")
    return Services(warehouse, "quang-ninh", shelf=Shelf(settings))


def state(facts: Facts, search: str = "?tinh=quang-ninh") -> ViewState:
    """The state of an address of this page."""
    return state_of(search, facts, extras=plan.EXTRAS)


def rows(services: Services) -> list[Assignment]:
    """Assignments that stand."""
    with services.shelf.workspace().reading() as session:
        return store.listed(session, Assignment)


def write(services: Services, facts: Facts, **other: Any) -> None:
    """An assignment written through the form."""
    plan.save(services, state(facts), NEW, {**TYPED, **other}, "An")


def test_without_a_workspace_the_page_says_how_to_switch_it_on(services: Services, facts: Facts) -> None:
    told = shown(plan.render(services, state(facts)).children)
    assert "CCHC_WORKSPACE=true" in told
    assert of_type(plan.render(services, state(facts)).children, "Table") == []


def test_a_workspace_that_does_not_open_is_told(warehouse: Warehouse, facts: Facts) -> None:
    closed = Services(
        warehouse, "quang-ninh", shelf=Shelf(Settings(workspace=True, database_url="mysql://x/y"))
    )
    assert "mysql" in shown(plan.render(closed, state(facts)).children)


def test_an_empty_plan_says_what_to_do_first(writing: Services, facts: Facts) -> None:
    told = shown(plan.render(writing, state(facts)).children)
    assert "chưa ghi việc nào" in told
    assert "Giao việc" in told


def test_what_is_typed_is_kept_and_shown_with_how_it_stands(writing: Services, facts: Facts) -> None:
    write(writing, facts)
    write(writing, facts, lead="Sở Y tế", deadline="15/7/2024", target="Tăng 0,1 điểm")
    write(writing, facts, lead="Sở Y tế", deadline="1/1/2024", status="done")
    view = plan.build_view(writing, state(facts), TODAY)
    assert [(w.values["lead"], w.standing, w.late) for w in view.works] == [
        ("Sở Nội vụ", "overdue", 1),
        ("Sở Y tế", "open", 0),
        ("Sở Y tế", "done", 181),
    ]
    assert page.finding(view, "vi") == "3 việc đã giao, 1 đã xong, 1 quá hạn; nhiều nhất là Sở Nội vụ (1)."
    assert view.works[0].unclear == ("target",)
    assert view.works[0].criterion
    assert [(load.lead, load.counts["overdue"]) for load in view.loads] == [("Sở Nội vụ", 1), ("Sở Y tế", 0)]
    told = shown(page.layout(view, "vi"))
    assert "quá 1 ngày" in told
    assert "Chưa rõ: mục tiêu" in told
    assert len(page.taken_away(view, "vi").rows) == 3


def test_filters_of_the_address_choose_and_count(writing: Services, facts: Facts) -> None:
    write(writing, facts)
    write(writing, facts, lead="Sở Y tế", status="done")
    view = plan.build_view(writing, state(facts, "?tinh=quang-ninh&tt=done"), TODAY)
    assert [w.values["lead"] for w in view.works] == ["Sở Y tế"]
    assert [(f.label, f.count, f.chosen) for f in view.filters["standing"]] == [
        ("Tất cả", 2, False),
        ("Quá hạn", 1, False),
        ("Đã xong", 1, True),
    ]
    other = plan.build_view(writing, state(facts, "?tinh=ha-noi"), TODAY)
    assert other.total == 0


@pytest.mark.parametrize(
    ("typed", "who", "message"),
    [
        ({"deadline": "mai"}, "An", "Thời hạn: viết ngày dạng 30/06/2026."),
        ({"lead": " "}, "An", "Cơ quan chủ trì: chưa điền."),
        ({"component_code": "99.9"}, "An", "không có mã này"),
        ({"year": "nay"}, "An", "Năm đo: phải là số nguyên."),
        ({"status": "x"}, "An", "Trạng thái: chọn một"),
        ({}, "", "Người ghi: chưa điền."),
    ],
)
def test_the_server_refuses_and_says_which_field(
    writing: Services, facts: Facts, typed: dict[str, str], who: str, message: str
) -> None:
    with pytest.raises(InvalidError) as error:
        plan.save(writing, state(facts), NEW, {**TYPED, **typed}, who)
    assert message in shown(plan.told(error.value, "vi"))
    assert rows(writing) == []


def test_a_row_is_edited_and_a_stale_form_told_who_was_faster(writing: Services, facts: Facts) -> None:
    write(writing, facts)
    (row,) = rows(writing)
    opened = plan.build_view(writing, state(facts, f"?tinh=quang-ninh&sua={row.id}"), TODAY).form
    assert opened is not None
    assert (opened.values["deadline"], opened.version) == ("29/06/2024", 1)
    base = {"kind": "assignment", "id": row.id, "version": opened.version}
    plan.save(writing, state(facts), base, {**TYPED, "lead": "Sở Tài chính"}, "Bình")
    with pytest.raises(StaleError) as error:
        plan.save(writing, state(facts), base, {**TYPED, "task": "Việc khác"}, "An")
    told = shown(plan.told(error.value, "vi"))
    assert "Bình đã sửa" in told
    assert "cơ quan chủ trì" in told
    again = plan.build_view(writing, state(facts, f"?tinh=quang-ninh&sua={row.id}"), TODAY).form
    assert again is not None
    assert [(past.by, past.action, past.fields) for past in again.history][1:] == [
        ("Bình", "change", ("lead",))
    ]
    plan.delete(writing, base | {"version": 2}, "Chi")
    assert rows(writing) == []
    gone = plan.build_view(writing, state(facts, f"?tinh=quang-ninh&sua={row.id}"), TODAY)
    assert gone.form is None


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", ["assignment", "cause"])
def test_every_form_has_its_fields_labelled(writing: Services, facts: Facts, kind: str, lang: str) -> None:
    search = f"?tinh=quang-ninh&lang={lang}&{plan.FORMS[kind]}=moi"
    drawn = plan.render(writing, state(facts, search)).children
    inputs = [*of_type(drawn, "TextInput"), *of_type(drawn, "Textarea"), *of_type(drawn, "Select")]
    named = {one.id["name"] for one in inputs if isinstance(one.id, dict)}
    assert named == set(plan_form.FIELDS[kind])
    assert all(one.label for one in inputs)


def test_a_cause_is_written_and_shown_as_typed(writing: Services, facts: Facts) -> None:
    typed = {
        "index_code": "PAPI",
        "component_code": "D1",
        "year": "2023",
        "kind": "objective",
        "text": "<b>Mưa</b>",
    }
    plan.save(writing, state(facts), {"kind": "cause", "id": "", "version": 0}, typed, "An")
    told = shown(plan.render(writing, state(facts)).children)
    assert "<b>Mưa</b>" in told
    assert "Khách quan" in told


def test_a_form_of_no_known_kind_is_refused(writing: Services, facts: Facts) -> None:
    with pytest.raises((DataError, KeyError)):
        plan.save(writing, state(facts), {"kind": "nothing", "id": "", "version": 0}, TYPED, "An")
