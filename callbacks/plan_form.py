"""Which form of the plan an address opens, and what stands in it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from callbacks.causes import Criterion, evidence_of
from callbacks.plan_base import (
    CODE,
    NEW,
    NO_FORM,
    REASON,
    TABLES,
    WORK,
    WRITE,
    address,
    component_names,
    histories,
    past_of,
    typed_of,
    values_of,
)
from callbacks.services import Services
from callbacks.url_state import ViewState
from layouts.pages.plan_view import Fields, Form
from workspace import store
from workspace.errors import MissingError
from workspace.models import Row

FORMS = {"assignment": WORK, "cause": REASON}
# Rows about an assignment: how the address names their kind, and the field that names what they are about.
PARTS = {"bao-cao": "progress", "minh-chung": "evidence", "y-kien": "comment"}
PARENTS = {"progress": "assignment_id", "evidence": "progress_id", "comment": "about_id"}
WORDS = {kind: word for word, kind in PARTS.items()}


@dataclass(frozen=True)
class Wanted:
    """The form that an address asks for: its kind, the row or `NEW`, and the row that a new one is about."""

    kind: str
    id: str
    parent: str = ""


def part_key(kind: str, row_id: str = NEW, parent: str = "") -> str:
    """A report, document or comment as the address names it."""
    return ":".join(part for part in (WORDS[kind], row_id, parent) if part)


def wanted(state: ViewState) -> Wanted | None:
    """What the address asks to write; None where it asks for no form or for none there is."""
    for kind, parameter in FORMS.items():
        if state.extra(parameter):
            return Wanted(kind, state.extra(parameter))
    word, _, rest = state.extra(WRITE).partition(":")
    row_id, _, parent = rest.partition(":")
    return Wanted(PARTS[word], row_id, parent) if word in PARTS and row_id else None


def open_form(services: Services, state: ViewState, session: Session, today: date) -> Form | None:
    """The form of an address; None where there is none or its row is gone."""
    asked = wanted(state)
    if asked is None:
        return None
    if asked.id == NEW:
        return _new(services, state, asked, today)
    try:
        row = store.get(session, TABLES[asked.kind], asked.id)
    except MissingError:
        return None
    return _opened(services, state, session, row)


def _indices(services: Services, state: ViewState) -> tuple[tuple[str, str], ...]:
    return tuple((choice.key, choice.name(state.lang)) for choice in services.facts().indices)


def _new(services: Services, state: ViewState, asked: Wanted, today: date) -> Form:
    """An empty form, with what the address already says of it."""
    years = services.facts().years(state.index)
    values: Mapping[str, Any] = {}
    if asked.kind in FORMS:
        year = state.year or (years[-1] if years else "")
        values = {"index_code": state.index, "year": year, "component_code": state.extra(CODE)}
    elif asked.kind == "progress":
        values = {"day": today}
    close = address(services, state, **NO_FORM)
    form = Form(asked.kind, "", 0, typed_of(values, state.lang), _indices(services, state), close)
    if asked.kind not in PARENTS:
        return replace(form, shown=_shown(services, state, values))
    about = {"about_kind": "assignment"} if asked.kind == "comment" else {}
    hidden: Fields = {PARENTS[asked.kind]: asked.parent, **about}
    return Form(asked.kind, "", 0, form.values, (), close, hidden)


def evidence(services: Services, state: ViewState, typed: Mapping[str, Any]) -> tuple[str, ...]:
    """What the data hold of the criterion as it is being typed; nothing while it is none of the index's."""
    index, code = str(typed.get("index_code") or ""), str(typed.get("component_code") or "").strip()
    year = str(typed.get("year") or "").strip()
    if not year.isdecimal() or int(year) not in services.facts().years(index or None):
        return ()
    if code not in component_names(services, index, int(year), state.lang):
        return ()
    return _shown(services, state, {"index_code": index, "component_code": code, "year": int(year)})


def _shown(services: Services, state: ViewState, values: Mapping[str, Any]) -> tuple[str, ...]:
    """What the data hold of the criterion that a cause or an assignment is about."""
    index, code, year = values["index_code"], values["component_code"], values["year"]
    if not (code and year) or index not in {choice.key for choice in services.facts().indices}:
        return ()
    return evidence_of(services, Criterion(state.province, index, int(year), code), state.lang)


def _opened(services: Services, state: ViewState, session: Session, row: Row) -> Form:
    """The form of a row that stands."""
    kind, close = row.__tablename__, address(services, state, **NO_FORM)
    values = typed_of(values_of(row), state.lang)
    shown = _shown(services, state, values_of(row)) if kind in FORMS else ()
    past = tuple(past_of(line, state.lang) for line in histories(session, [row]))
    indices = _indices(services, state) if kind in FORMS else ()
    return Form(kind, row.id, row.version, values, indices, close, {}, past, shown)
