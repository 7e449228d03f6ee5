"""What people write into the plan: kept, changed, deleted, brought back; and what is told when it is not."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.people import author
from callbacks.plan_base import (
    EXTRAS,
    NO_FORM,
    TABLES,
    address,
    component_names,
    own_units,
    typed_of,
    values_of,
)
from callbacks.plan_form import evidence
from callbacks.plan_rights import must_write
from callbacks.services import Services
from callbacks.url_state import ViewState, parse
from indices.errors import DataError
from layouts import ids
from layouts.components.notice import notice
from layouts.pages import plan_form
from layouts.text import moment, t
from workspace import store
from workspace.errors import DeniedError, Fault, InvalidError, MissingError, StaleError
from workspace.merge import Merge, merge
from workspace.records import RECORDS, AboutRecord, Record
from workspace.store import Ref

EVIDENCE = ("title", "address")  # fields of a first document, typed together with its report
Base = Mapping[str, Any]


def save(services: Services, state: ViewState, base: Base, typed: Mapping[str, str], who: str) -> None:
    """Keep what a form says: a new row, or a change of the one it was opened on. Raises a DataError."""
    kind = base["kind"]
    proof = {name: typed[name] for name in EVIDENCE if kind == "progress" and typed.get(name)}
    values = {name: text for name, text in typed.items() if kind != "progress" or name not in EVIDENCE}
    record = _record(services, state, base, values)
    with services.shelf.workspace().writing() as session:
        if base["id"]:
            record = _kept(session, base, record)
            must_write(session, record)
            store.change(session, Ref(kind, base["id"], base["version"]), record, who)
        else:
            must_write(session, record)
            _add(session, record, proof, who)


def _record(services: Services, state: ViewState, base: Base, values: Mapping[str, str]) -> Record:
    """What is typed as a checked record; a criterion must be one of the index in that year."""
    kind, record_type = base["kind"], RECORDS[base["kind"]]
    hidden = dict(base.get("hidden") or {})
    if issubclass(record_type, AboutRecord):
        hidden = {"unit_id": own_units(services, state).unit_ids[0]}
    record = record_type.checked({**values, **hidden})
    if isinstance(record, AboutRecord):
        code = record.component_code
        if code not in component_names(services, record.index_code, record.year, state.lang):
            raise InvalidError(kind, [Fault("component_code", "no_component", code)])
    return record


def _kept(session: Session, base: Base, record: Record) -> Record:
    """A changed record with what a form never changes: its unit, the row that it is about."""
    row = store.get(session, TABLES[base["kind"]], base["id"])
    fixed = {"unit_id", "assignment_id", "progress_id", "about_kind", "about_id"}
    return record.model_copy(update={n: v for n, v in values_of(row).items() if n in fixed})


def _add(session: Session, record: Record, proof: Mapping[str, str], who: str) -> None:
    row = store.add(session, record, who)
    if proof:
        store.add(session, RECORDS["evidence"].checked({"progress_id": row.id, **proof}), who)


def delete(services: Services, base: Base, who: str) -> None:
    """Delete softly the row that a form was opened on. Raises a DataError."""
    ref = Ref(base["kind"], base["id"], base["version"])
    with services.shelf.workspace().writing() as session:
        _may_write_row(session, ref)
        store.remove(session, ref, who)


def _may_write_row(session: Session, ref: Ref) -> None:
    row = session.get(TABLES[ref.kind], ref.id)
    if row is None:
        raise MissingError(ref.kind, ref.id)
    must_write(session, RECORDS[ref.kind].of(row))


def restore(services: Services, row: str, who: str) -> None:
    """Bring a deleted row back, named as `plan_form.row_key` names it. Raises a DataError."""
    kind, row_id, version = row.split(":")
    ref = Ref(kind, row_id, int(version))
    with services.shelf.workspace().writing() as session:
        _may_write_row(session, ref)
        store.restore(session, ref, who)


def told(error: DataError, lang: str) -> list[Component]:
    """What went wrong, in the reader's words."""
    if isinstance(error, InvalidError):
        return [
            notice(
                t(f"plan.fault.{one.code}", lang, field=plan_form.label(error.kind, one.field, lang)),
                "failure",
                lang,
            )
            for one in error.faults
        ]
    if isinstance(error, DeniedError):
        return [notice(t("plan.denied", lang), "failure", lang)]
    if isinstance(error, StaleError):
        return [notice(_stale(error, lang), "failure", lang)]
    if isinstance(error, MissingError):
        return [notice(t("plan.gone", lang, by=error.by or "?"), "failure", lang)]
    return [notice(problem.text(), "failure", lang) for problem in error.problems]


def _stale(error: StaleError, lang: str) -> str:
    fields = ", ".join(plan_form.label("", one, lang).lower() for one in error.fields)
    values = {"by": ", ".join(error.by), "at": moment(error.at, lang), "fields": fields}
    return t("plan.stale", lang, **values)


def met(services: Services, base: Base, typed: Mapping[str, str], lang: str) -> tuple[Merge, int]:
    """A form whose row somebody else changed, joined with what stands there now, and its version.

    Raises MissingError where the row was deleted meanwhile.
    """
    with services.shelf.workspace().reading() as session:
        row = store.get(session, TABLES[base["kind"]], base["id"])
        return merge(base.get("original") or {}, typed_of(values_of(row), lang), typed), row.version


def caught_up(services: Services, base: Base, typed: Mapping[str, str], error: StaleError, lang: str) -> Any:
    """After a stale write: the form takes over what only the other person changed, keeps the rest as typed,
    and says field by field what differs; the next save counts as made on what stands there now."""
    try:
        joined, version = met(services, base, typed, lang)
    except MissingError as gone:
        return told(gone, lang)
    for name in joined.taken:
        set_props(plan_form.field_id(name), {"value": joined.values[name]})
    set_props(plan_form.BASE, {"data": {**base, "version": version, "original": dict(joined.theirs)}})
    lines = [
        t(
            f"plan.merge.{'taken' if name in joined.taken else 'contested'}",
            lang,
            field=plan_form.label(base["kind"], name, lang),
            theirs=joined.theirs.get(name, "") or "–",
            yours=typed[name] or "–",
        )
        for name in (*joined.taken, *joined.contested)
    ]
    return [*told(error, lang), plan_form.differences(lines, lang)]


def register(app: Dash, services: Services) -> None:
    """Attach what the buttons of the plan do."""

    @app.callback(
        Output(plan_form.TELL, "children"),
        Input({"type": plan_form.PRESS, "what": ALL, "row": ALL}, "n_clicks"),
        State({"type": plan_form.FIELD, "name": ALL}, "value"),
        State({"type": plan_form.FIELD, "name": ALL}, "id"),
        State(plan_form.BASE, "data"),
        State(plan_form.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _write(*given: Any) -> Any:
        _clicks, values, names, base, who, search = given
        if services.shelf is None or not ctx.triggered or not ctx.triggered[0]["value"]:
            return no_update
        state = parse(search, services.facts(), False, EXTRAS)[0]
        typed = {one["name"]: str(value or "") for one, value in zip(names, values, strict=True)}
        return pressed(services, state, dict(ctx.triggered_id), (base or {}, typed), author(who))


def register_evidence(app: Dash, services: Services) -> None:
    """Attach what the data show of the criterion that is being typed."""
    typed = ("index_code", "component_code", "year")

    @app.callback(
        Output(plan_form.SHOWN, "children"),
        *(Input(plan_form.field_id(name), "value") for name in typed),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _evidence(*given: Any) -> Any:
        *values, search = given
        state = parse(search, services.facts(), False, EXTRAS)[0]
        lines = evidence(services, state, dict(zip(typed, values, strict=True)))
        return plan_form.shown(lines, state.lang)


def pressed(services: Services, state: ViewState, button: Base, form: tuple[Base, Any], who: str) -> Any:
    """Do what a button says; the page is drawn anew, or the reason why nothing was kept is told."""
    base, typed = form
    try:
        if button["what"] == plan_form.RESTORE:
            restore(services, button["row"], who)
        elif button["what"] == plan_form.DELETE:
            delete(services, base, who)
        else:
            save(services, state, base, typed, who)
    except StaleError as error:
        if button["what"] == plan_form.SAVE:
            return caught_up(services, base, typed, error, state.lang)
        return told(error, state.lang)
    except DataError as error:
        return told(error, state.lang)
    reload = address(services, state, **NO_FORM).partition("?")[2]
    set_props(ids.URL, {"search": f"?{reload}"})
    return []
