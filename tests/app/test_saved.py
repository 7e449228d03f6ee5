"""Scenarios and views kept on the server: by name, listed, shared, deleted; refused where they must be."""

from __future__ import annotations

from typing import Any

from flask import Flask, g

from callbacks import saved
from callbacks.services import Services
from callbacks.url_state import parse
from layouts.pages.plan_form import label
from layouts.text import LANGS, t
from people.rights import Person
from tests.app.conftest import of_type, shown
from workspace.records import FAULTS, RECORDS

SEARCH = "?tinh=ha-noi&cs=PAPI&gd=D1:6&lang=en&so=x"


def asked(what: str, **other: Any) -> dict[str, Any]:
    """What the browser asks."""
    given = {"kind": "scenario", "lang": "vi", "what": what, "search": SEARCH, "who": "An", "row": "", "n": 1}
    return given | other


def test_a_scenario_is_kept_listed_opened_and_deleted(writing: Services) -> None:
    assert "Chưa lưu gì" in shown(saved.answer(writing, asked("list")))
    told = saved.answer(writing, asked("save", name="<i>Tăng D1</i>"))
    (link,) = of_type(told, "A")
    assert shown(link) == "<i>Tăng D1</i>"
    assert link.href == "/mo-phong?tinh=ha-noi&cs=PAPI&gd=D1:6&lang=vi"
    state = parse(link.href.partition("?")[2], writing.facts(), True, ("gd",))[0]
    assert (state.province, state.index, state.extra("gd")) == ("ha-noi", "PAPI", "D1:6")
    assert of_type(saved.answer(writing, asked("list", kind="view")), "A") == []
    taken = saved.answer(writing, asked("save", name="<i>Tăng D1</i>"))
    assert len(of_type(taken, "A")) == 1
    assert "đã có" in shown(taken)
    (button,) = of_type(told, "Button")
    assert "Chưa lưu gì" in shown(saved.answer(writing, asked("delete", row=button.id["row"])))


def test_what_cannot_be_kept_is_refused_in_words(writing: Services, services: Services) -> None:
    assert "chưa điền" in shown(saved.answer(writing, asked("save", name=" ")))
    assert "chưa điền" in shown(saved.answer(writing, asked("save", name="x", who="")))
    assert shown(saved.answer(writing, asked("delete", row="../x")))
    assert saved.answer(writing, asked("save", kind="nothing", name="x")) == []
    assert saved.answer(services, asked("save", name="x")) == []
    with Flask("people").test_request_context():
        g.person = Person(id="1", name="Dung", role="reader")
        told = saved.answer(writing, asked("save", name="x"))
    assert "vai trò của bạn không được" in shown(told)
    assert "Chưa lưu gì" in shown(saved.answer(writing, asked("list")))


def test_every_fault_of_every_field_has_words_in_both_languages() -> None:
    codes = {*FAULTS.values(), "taken", "frozen", "kind", "no_component"}
    kinds = {kind: record for kind, record in RECORDS.items() if kind not in ("briefing",)}
    for lang in LANGS:
        for kind, record in kinds.items():
            for field in {*record.model_fields} - {"assignment_id", "progress_id", "about_kind", "about_id"}:
                assert label(kind, field, lang)
        assert all(t(f"plan.fault.{code}", lang, field="x") for code in codes)
