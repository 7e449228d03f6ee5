"""The plan: from the workspace and the filters of the address to the page, and what people write back."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from dash.development.base_component import Component

from callbacks.records import records, unit_ids
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import ViewState, carried, parse, search_of
from indices.errors import DataError
from layouts import ids
from layouts.components.notice import notice
from layouts.pages import plan, plan_form
from layouts.pages.plan_view import Form, Load, Past, PlanView, Reason, Work
from layouts.text import name, t
from layouts.views import Filter
from workspace import follow, store
from workspace.errors import Fault, InvalidError, MissingError, StaleError
from workspace.models import Assignment, Cause, Row
from workspace.records import RECORDS
from workspace.store import Ref

PATH = "/ke-hoach"
STANDING, LEAD, INDEX, WORK, REASON = "tt", "dv", "cua", "sua", "nn"
FILTERS = {"standing": STANDING, "lead": LEAD, "index": INDEX}
FORMS = {"assignment": WORK, "cause": REASON}
NEW = "moi"
TABLES: dict[str, type[Assignment] | type[Cause]] = {"assignment": Assignment, "cause": Cause}
EXTRAS = (*FILTERS.values(), *FORMS.values())


def address(services: Services, state: ViewState, **extras: str) -> str:
    """The address of this page with other parameters; an empty one is left out."""
    every = dict(state.extras) | extras
    kept = tuple(sorted((name, value) for name, value in every.items() if value))
    return PATH + search_of(replace(carried(state), extras=kept), services.facts())


def component_names(services: Services, index: str, year: int, lang: str) -> Mapping[str, str]:
    """Names of the components of an index in a year, by code; empty where the release has none."""

    def read() -> dict[str, str]:
        rows = records(services.warehouse.components(index, year))
        return {row["component_code"]: name(row, lang) for row in rows}

    return services.kept(("plan-names", index, year, lang), read)


def build_view(services: Services, state: ViewState, today: date) -> PlanView:
    """The plan of the chosen province on a day. Raises WorkspaceError where it does not open."""
    units = unit_ids(services.warehouse, state.province)
    own = set(units["unit_id"])
    with services.shelf.workspace().reading() as session:
        works = [row for row in store.listed(session, Assignment) if row.unit_id in own]
        causes = [row for row in store.listed(session, Cause) if row.unit_id in own]
        form = _form(services, state, session)
    every = [_work(services, state, row, today) for row in works]
    shown = [work for work in every if _passes(work, state)]
    return PlanView(
        province=name(units.iloc[0], state.lang),
        works=tuple(sorted(shown, key=_order)),
        total=len(every),
        counts=Counter(work.standing for work in every),
        filters={key: _filters(services, state, every, key) for key in FILTERS},
        loads=tuple(
            Load(one.lead, one.counts, address(services, state, **{LEAD: one.lead, WORK: "", REASON: ""}))
            for one in follow.burdens(works, today)
        ),
        reasons=tuple(_reason(services, state, row) for row in causes),
        add={kind: address(services, state, **{key: NEW}) for kind, key in FORMS.items()},
        form=form,
        meta={
            "release_id": services.release_id(),
            "filters": _told(state),
            "source": t("plan.source", state.lang),
        },
    )


def _order(work: Work) -> tuple[int, date, str]:
    return follow.STANDINGS.index(work.standing), work.values["deadline"], work.values["lead"]


def _told(state: ViewState) -> str:
    return "; ".join([state.province, *(f"{key}={value}" for key, value in state.extras)])


def _values(row: Row) -> dict[str, Any]:
    return {field: getattr(row, field) for field in RECORDS[row.__tablename__].model_fields}


def _work(services: Services, state: ViewState, row: Assignment, today: date) -> Work:
    names = component_names(services, row.index_code, row.year, state.lang)
    return Work(
        values=_values(row),
        standing=follow.standing(row, today),
        late=max((today - row.deadline).days, 0),
        criterion=names.get(row.component_code, ""),
        unclear=follow.unclear(row),
        href=address(services, state, **{WORK: row.id, REASON: ""}),
    )


def _reason(services: Services, state: ViewState, row: Cause) -> Reason:
    names = component_names(services, row.index_code, row.year, state.lang)
    href = address(services, state, **{REASON: row.id, WORK: ""})
    return Reason(_values(row), names.get(row.component_code, ""), row.updated_by, href)


def _of(work: Work, key: str) -> str:
    found = {"standing": work.standing, "lead": work.values["lead"], "index": work.values["index_code"]}
    return str(found[key])


def _passes(work: Work, state: ViewState) -> bool:
    return all(state.extra(parameter) in ("", _of(work, key)) for key, parameter in FILTERS.items())


def _filters(services: Services, state: ViewState, every: Sequence[Work], key: str) -> tuple[Filter, ...]:
    counts = Counter(_of(work, key) for work in every)
    order = [one for one in follow.STANDINGS if one in counts] if key == "standing" else sorted(counts)
    parameter, lang = FILTERS[key], state.lang

    def label(value: str) -> str:
        if not value:
            return t("common.all", lang)
        return t(f"plan.standing.{value}", lang) if key == "standing" else value

    numbers = {"": len(every)} | {value: counts[value] for value in order}
    return tuple(
        Filter(label(v), n, address(services, state, **{parameter: v}), state.extra(parameter) == v)
        for v, n in numbers.items()
    )


def _form(services: Services, state: ViewState, session: Any) -> Form | None:
    """The form that the address opens; none where the row is gone."""
    kind = next((kind for kind, key in FORMS.items() if state.extra(key)), None)
    if kind is None:
        return None
    indices = tuple((choice.key, choice.name(state.lang)) for choice in services.facts().indices)
    close, asked_id = address(services, state, **dict.fromkeys(FORMS.values(), "")), state.extra(FORMS[kind])
    if asked_id == NEW:
        years = services.facts().years(state.index)
        values = {"index_code": state.index, "year": state.year or (years[-1] if years else "")}
        return Form(kind, "", 0, values, indices, close)
    try:
        row = store.get(session, TABLES[kind], asked_id)
    except MissingError:
        return None
    values = _values(row)
    if "deadline" in values:
        values["deadline"] = f"{values['deadline']:%d/%m/%Y}"
    past = tuple(
        Past(f"{one.at:%d/%m/%Y %H:%M}", one.by, one.action, one.fields())
        for one in store.history(session, kind, row.id)
    )
    return Form(kind, row.id, row.version, values, indices, close, past)


def save(
    services: Services, state: ViewState, base: Mapping[str, Any], values: Mapping[str, Any], who: str
) -> None:
    """Keep what a form says: a new row, or a change of the one it was opened on. Raises a DataError."""
    kind = base["kind"]
    units = unit_ids(services.warehouse, state.province)
    record = RECORDS[kind].checked({**values, "unit_id": units.iloc[0]["unit_id"]})
    held = component_names(services, record.index_code, record.year, state.lang)
    code = record.component_code
    if code not in held:
        raise InvalidError(kind, [Fault("component_code", "no_component", code)])
    with services.shelf.workspace().writing() as session:
        if base["id"]:
            kept = store.get(session, TABLES[kind], base["id"]).unit_id  # what is edited stays with its unit
            record = record.model_copy(update={"unit_id": kept})
            store.change(session, Ref(kind, base["id"], base["version"]), record, who)
        else:
            store.add(session, record, who)


def delete(services: Services, base: Mapping[str, Any], who: str) -> None:
    """Delete softly the row that a form was opened on. Raises a DataError."""
    with services.shelf.workspace().writing() as session:
        store.remove(session, Ref(base["kind"], base["id"], base["version"]), who)


def told(error: DataError, lang: str) -> list[Component]:
    """What went wrong, in the reader's words."""
    if isinstance(error, InvalidError):
        return [
            notice(
                t(f"plan.fault.{one.code}", lang, field=t(f"plan.field.{one.field}", lang)), "failure", lang
            )
            for one in error.faults
        ]
    if isinstance(error, StaleError):
        fields = ", ".join(t(f"plan.field.{one}", lang).lower() for one in error.fields)
        values = {"by": ", ".join(error.by), "at": f"{error.at:%d/%m/%Y %H:%M}", "fields": fields}
        return [notice(t("plan.stale", lang, **values), "failure", lang)]
    if isinstance(error, MissingError):
        return [notice(t("plan.gone", lang, by=error.by or "?"), "failure", lang)]
    return [notice(problem.text(), "failure", lang) for problem in error.problems]


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    title = t("nav.plan", state.lang)
    if services.shelf is None:
        return Rendered(plan.switched_off(state.lang), title)
    try:
        view = build_view(services, state, date.today())
    except DataError as error:
        return Rendered(plan.unopened(str(error), state.lang), title)
    return Rendered(plan.layout(view, state.lang), t("plan.title", state.lang, province=view.province))


def register(app: Dash, services: Services) -> None:
    """Attach what the buttons of a form do."""

    @app.callback(
        Output(plan_form.TELL, "children"),
        Input(plan_form.SAVE, "n_clicks"),
        Input(plan_form.DELETE, "n_clicks"),
        State({"type": plan_form.FIELD, "name": ALL}, "value"),
        State({"type": plan_form.FIELD, "name": ALL}, "id"),
        State(plan_form.BASE, "data"),
        State(plan_form.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _write(*given: Any) -> Any:
        saving, deleting, values, names, base, who, search = given
        if services.shelf is None or not (saving or deleting):
            return no_update
        state = parse(search, services.facts(), False, EXTRAS)[0]
        typed = {one["name"]: value or "" for one, value in zip(names, values, strict=True)}
        try:
            if ctx.triggered_id == plan_form.DELETE:
                delete(services, base, who or "")
            else:
                save(services, state, base, typed, who or "")
        except DataError as error:
            return told(error, state.lang)
        closed = address(services, state, **dict.fromkeys(FORMS.values(), ""))
        set_props(ids.URL, {"search": f"?{closed.partition('?')[2]}"})
        return []


PAGE = Page(
    id="plan",
    path=PATH,
    group="action",
    controls=("province",),
    render=render,
    extras=EXTRAS,
    register=register,
    validation=plan_form.placeholders,
    live=True,
)
