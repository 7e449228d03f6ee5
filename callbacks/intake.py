"""Wiring of the import page: a file in, a mapping confirmed, a draft checked, published or put aside, undone.

Nothing here is kept between requests: the address names the file or the draft, the imports folder holds them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from callbacks import intake_annex, intake_edit, people
from callbacks.intake_base import (
    BY,
    DRAFT,
    EXTRAS,
    FILE,
    GIVEN,
    PATH,
    Desk,
    address,
    asked,
    finding_row,
    go,
    said,
    step,
    told,
)  # fmt: skip
from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import known
from callbacks.uploads import decoded
from callbacks.url_state import ViewState
from etl.intake.context import Context
from etl.intake.inspection import Given
from etl.intake.look import Look
from etl.intake.mapping_file import ImportMapping
from etl.intake.preview import preview
from indices.errors import DataError
from layouts import ids, text
from layouts.components.notice import empty
from layouts.pages import intake, intake_draft, intake_map
from layouts.pages.intake_view import DraftView, IntakeView, MapView
from layouts.text import t

PREVIEWED = 12
PUBLISHING = "publishing"
SUBJECT = {
    "index": intake_map.INDEX, "year": intake_map.YEAR, "unit_set": intake_map.SET,
    "publisher": intake_map.PUBLISHER, "name": intake_map.NAME,
}  # fmt: skip


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state: a draft, a file to map, or the list of imports."""
    title = t("nav.intake", state.lang)
    desk = services.desk
    if desk is None:
        return Rendered(html.Article([html.H1(title), empty(t("intake.closed", state.lang), "")]), title)
    return Rendered(intake.layout(build_view(desk, services, state), state.lang), title)


def build_view(desk: Desk, services: Services, state: ViewState) -> IntakeView:
    """All that the page shows; what cannot be done is told above the first step."""
    listed = [draft.model_dump(mode="json") for draft in desk.intake.drafts()]
    base = IntakeView(
        step="choose",
        imports=listed,
        links={row["id"]: address(services, state, **{DRAFT: row["id"]}) for row in listed},
        most_mb=desk.most_mb,
        templates=templates(services, state.lang),
    )
    try:
        if wanted := state.extra(DRAFT):
            return draft_view(desk, services, base, wanted, state.lang)
        if wanted := state.extra(FILE):
            return file_view(desk, services, state, base, wanted)
    except DataError as error:
        return replace(base, failures=[asdict(problem) for problem in error.problems])
    return base


def file_view(desk: Desk, services: Services, state: ViewState, base: IntakeView, file_id: str) -> IntakeView:
    """The view of a file that waits: an annex to make a framework of, or figures to map."""
    annex = intake_annex.build(desk, services, state, file_id)
    if annex is not None:
        return replace(base, step="map", annex=annex)
    return replace(base, step="map", mapping=map_view(desk, services, state, file_id))


def templates(services: Services, lang: str) -> list[tuple[str, str]]:
    """(name, address) of a form to fill in for the latest framework of each index."""
    latest = known(services, "frameworks").groupby("index_code")["last_year"].max()
    names = {row["index_code"]: text.short_name(row, lang) for row in records(known(services, "indices"))}
    return [
        (f"{names[index]} {year}", intake.TEMPLATE.format(index=index, year=year))
        for index, year in latest.items()
        if index in names
    ]


def draft_view(desk: Desk, services: Services, base: IntakeView, draft_id: str, lang: str) -> IntakeView:
    """The view of one import."""
    draft = desk.intake.draft(draft_id)
    diff = desk.intake.diff(draft_id)
    told = diff_rows(diff) if diff is not None else {}
    view = DraftView(
        draft=draft.model_dump(mode="json"),
        findings=[finding_row(found, lang) for found in desk.intake.findings(draft_id)],
        diff=told,
        names=names_of(services, told, lang),
        moved=bool(diff and diff.base_release != services.release_id() and draft.state.value == "staged"),
    )
    decided = draft.state.value in {"published", PUBLISHING, "undone", "discarded"}
    return replace(base, step="publish" if decided else "check", draft=view)


def diff_rows(diff: Any) -> dict[str, Any]:
    """A diff as plain rows with one pair of names, before and after, in every table."""
    changes = records(diff.changes.rename(columns={"old": "before", "new": "after"}))
    ranks = records(diff.ranks.rename(columns={"old": "before", "new": "after"}))
    sums = records(diff.unreconciled.rename(columns={"published": "before", "recomputed": "after"}))
    summary = diff.summary
    return {
        "counts": {
            name: summary[name] for name in ("new", "changed", "gone", "ranks", "unreconciled", "conflicts")
        },
        "changed": [row for row in changes if row["change"] == "changed"],
        "gone": [row for row in changes if row["change"] == "gone"],
        "ranks": [row for row in ranks if row["component_code"] == row["index_code"]] or ranks,
        "unreconciled": sums,
    }


def names_of(services: Services, diff: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Names of the units and components that a diff speaks of."""
    rows = [row for key in ("changed", "gone", "ranks", "unreconciled") for row in diff.get(key, ())]
    units = {row["unit_id"]: text.name(row, lang) for row in records(known(services, "units"))}
    named = {row["unit_id"]: units[row["unit_id"]] for row in rows if row["unit_id"] in units}
    for index, year in {(row["index_code"], int(row["year"])) for row in rows}:
        for row in records(known(services, "components", index, year)):
            named.setdefault(row["component_code"], text.name(row, lang))
    return named


def given_of(state: ViewState) -> Given:
    """What a person has said in the address; a year that is none is not said."""
    said = {name: state.extra(parameter) for name, parameter in GIVEN.items()}
    year = int(said["year"]) if said["year"].isdecimal() else None
    return Given(index=said["index"], year=year, unit_set=said["unit_set"])


def map_view(desk: Desk, services: Services, state: ViewState, file_id: str) -> MapView:
    """The view of a file that waits for its mapping. Raises a DataError when it cannot be opened."""
    look = desk.looker.look(desk.intake.workbook(file_id), given_of(state), state.extra(BY))
    mapping = look.used.model_dump(mode="json", exclude_defaults=True) if look.used else {}
    index = str(mapping.get("index") or state.extra(GIVEN["index"]))
    kept = {parameter: state.extra(parameter) for parameter in GIVEN.values()}
    return MapView(
        file_id=file_id,
        inspection=look.inspection.as_json(),
        mapping=mapping,
        preview=preview_rows(look),
        fits=[
            (fit.name, fit.name, fit.share, address(services, state, **{FILE: file_id, BY: fit.name, **kept}))
            for fit in look.fits
        ],
        indices=[
            (row["index_code"], text.name(row, state.lang)) for row in records(known(services, "indices"))
        ],
        components=component_names(desk.looker.context(), index, mapping.get("year"), state.lang),
        chosen=state.extra(BY),
        problems=[problem.text() for problem in look.problems],
        template=look.template,
        annex=intake_annex.offer(desk, services, state, file_id),
    )


def preview_rows(look: Look) -> list[dict[str, Any]]:
    """The first rows as they would be stored."""
    if look.read is None:
        return []
    return [{**row, "cell": row["place"]} for row in records(preview(look.read, PREVIEWED))]


def component_names(context: Context, index: str, year: Any, lang: str) -> list[tuple[str, str]]:
    """(code, "code name") of the components that the framework of the year has; of the newest without one."""
    frameworks = context.frameworks(index)
    if not frameworks:
        return []
    fitting = [framework for framework in frameworks if year in framework.years]
    chosen = (fitting or frameworks)[0]
    place = 1 if lang == "en" else 0
    return [
        (one.code, f"{one.code} {one.shown[place] or one.shown[0]}") for one in context.known(chosen, year)
    ]


def receive(desk: Desk, name: str, contents: str, who: str | None) -> str:
    """Keep an upload; returns the id of the file. Raises a DataError."""
    received = desk.intake.receive(name, decoded(contents, name), (who or "").strip()).file_id
    people.did("imported", f"file {received} {name}")
    return received


def staged(desk: Desk, file_id: str, mapping: ImportMapping, who: str) -> str:
    """Keep the mapping under its name, stage the file; returns the id of the draft. Raises a DataError."""
    desk.looker.mappings.save(mapping, who, replace=True)
    draft = desk.intake.stage(file_id, mapping, who).id
    people.did("imported", f"draft {draft}")
    return draft


def act(desk: Desk, button: str, draft_id: str, who: str) -> None:
    """Publish, discard or undo. Raises a DataError."""
    if button == intake_draft.PUBLISH:
        desk.intake.publish_in_background(draft_id, who)
    elif button == intake_draft.DISCARD:
        desk.intake.discard(draft_id, who)
    else:
        desk.intake.undo(draft_id, who)
    people.did("published", f"{button} {draft_id}")


def regiven(values: Sequence[Any], shown: Mapping[str, Any], state: ViewState) -> dict[str, str] | None:
    """The parameters after a person said index, year or set; None when that is shown already."""
    said_now = {name: str(value or "") for name, value in zip(GIVEN, values, strict=True)}
    before = {name: str(shown.get(name) or "") for name in GIVEN}
    if said_now == before:
        return None
    kept = {parameter: state.extra(parameter) for parameter in GIVEN.values()}
    changed = {GIVEN[name]: value for name, value in said_now.items() if value != before[name]}
    return {FILE: state.extra(FILE)} | kept | changed


def register(app: Dash, services: Services) -> None:
    """Attach the steps of the page."""
    if services.desk is not None:
        _register_choose(app, services, services.desk)
        _register_map(app, services, services.desk)
        _register_draft(app, services, services.desk)
        intake_annex.register(app, services, services.desk)


def _register_choose(app: Dash, services: Services, desk: Desk) -> None:
    @app.callback(
        Output(intake.TELL, "children", allow_duplicate=True),
        Input(intake.UPLOAD, "contents"),
        State(intake.UPLOAD, "filename"),
        State(intake.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _upload(contents: str | None, name: str, who: str | None, search: str | None) -> Any:
        if not contents:
            return no_update
        state = asked(search, services)
        return step(services, state, who, lambda person: {FILE: receive(desk, name, contents, person)})


def _register_map(app: Dash, services: Services, desk: Desk) -> None:
    @app.callback(
        Input(intake_map.INDEX, "value"),
        Input(intake_map.YEAR, "value"),
        Input(intake_map.SET, "value"),
        State(intake_map.BASE, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _regive(index: str, year: Any, unit_set: str, base: Any, search: str | None) -> None:
        state = asked(search, services)
        wanted = regiven((index, year, unit_set), base["shown"], state)
        if wanted is not None:
            go(services, state, **wanted)

    @app.callback(
        Output(intake.TELL, "children", allow_duplicate=True),
        Input(intake_map.CHECK, "n_clicks"),
        State(intake_map.BASE, "data"),
        State(intake_map.SHEETS, "rowData"),
        State(intake_map.COLUMNS, "rowData"),
        *(State(identity, "value") for identity in SUBJECT.values()),
        State(intake.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _check(clicks: int | None, base: Any, sheets: Any, columns: Any, *rest: Any) -> Any:
        *subject, who, search = rest
        if not clicks:
            return no_update

        def stage(person: str) -> dict[str, str]:
            wanted = dict(zip(SUBJECT, subject, strict=True))
            mapping = intake_edit.corrected(base, wanted, sheets or [], columns or [])
            return {DRAFT: staged(desk, base["file_id"], mapping, person)}

        return step(services, asked(search, services), who, stage)


def _register_draft(app: Dash, services: Services, desk: Desk) -> None:
    buttons = (intake_draft.PUBLISH, intake_draft.DISCARD, intake_draft.UNDO)

    @app.callback(
        Output(intake.TELL, "children", allow_duplicate=True),
        Output(ids.PAGE, "children", allow_duplicate=True),
        *(Input(button, "n_clicks") for button in buttons),
        State(intake_draft.CONFIRM, "checked"),
        State(intake_draft.DRAFT, "data"),
        State(intake.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _decide(*values: Any) -> Any:
        clicks, (checked, draft, typed, search) = values[: len(buttons)], values[len(buttons) :]
        state, who = asked(search, services), people.author(typed)
        button = str(ctx.triggered_id)
        if button not in buttons or not any(clicks):
            return no_update, no_update
        if missing := unready(desk, button, draft, checked, who):
            return said(missing, state.lang), no_update
        try:
            act(desk, button, draft, who)
        except DataError as error:
            return told(error.problems, state.lang), no_update
        return [], render(services, state).children

    @app.callback(
        Output(ids.PAGE, "children", allow_duplicate=True),
        Input(intake.POLL, "n_intervals"),
        State(intake_draft.DRAFT, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _follow(_count: int, draft: str | None, search: str | None) -> Any:
        return render(services, asked(search, services)).children if draft else no_update


def unready(desk: Desk, button: str, draft: str, checked: bool | None, who: str | None) -> str:
    """What the person must still do before a button works, as a key of the texts; "" when nothing."""
    if not (who or "").strip():
        return "intake.need_who"
    warned = desk.intake.draft(draft).findings.get("warning", 0)
    return "intake.need_confirm" if button == intake_draft.PUBLISH and warned and not checked else ""


def placeholders() -> list[Component]:
    """What the callbacks name, as Dash knows it before a page is drawn."""
    plain = (intake_map.CHECK, intake_draft.PUBLISH, intake_draft.DISCARD, intake_draft.UNDO)
    return [
        dcc.Upload(id=intake.UPLOAD),
        dcc.Input(id=intake.WHO),
        dcc.Interval(id=intake.POLL, disabled=True),
        html.Div(id=intake.TELL),
        dcc.Store(id=intake_map.BASE),
        dcc.Store(id=intake_draft.DRAFT),
        dmc.Checkbox(id=intake_draft.CONFIRM),
        *(html.Button(id=identity) for identity in plain),
        *(dag.AgGrid(id=identity) for identity in (intake_map.SHEETS, intake_map.COLUMNS)),
        *(dmc.TextInput(id=identity) for identity in SUBJECT.values()),
        *intake_annex.placeholders(),
    ]


PAGE = Page(
    id="intake",
    path=PATH,
    group="audit",
    controls=(),
    render=render,
    extras=EXTRAS,
    register=register,
    validation=placeholders,
    live=True,
)
