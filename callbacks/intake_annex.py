"""Wiring of criteria annexes: what is said of one, the framework it makes, a person's word, the draft."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from callbacks import people
from callbacks.intake_base import (
    ANNEX,
    BY,
    DRAFT,
    FILE,
    KIND,
    Desk,
    address,
    asked,
    finding_row,
    go,
    said,
    step,
)
from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known
from callbacks.url_state import ViewState
from etl.intake.annex.confirm import confirmed, stage_annex
from etl.intake.annex.draft import AnnexDraft, draft_definition
from etl.intake.annex.wish import Wish, annex_sheets, only_criteria, suggested
from etl.intake.inspection import Given, Inspection
from etl.intake.propose import propose
from etl.intake.template.recognise import recognise
from etl.readers.workbook import Workbook
from indices.errors import DataError
from indices.framework import Framework
from indices.registry import Registry
from layouts import ids, text
from layouts.pages import intake, intake_annex
from layouts.pages.intake_view import AnnexView

FRAMEWORK, FIGURES = "khung-do", "so-lieu"
FIELDS = intake_annex.FIELDS


def build(desk: Desk, services: Services, state: ViewState, file_id: str) -> AnnexView | None:
    """The view of an annex; None when the file is figures, by its shape or by a person's word."""
    if state.extra(KIND) == FIGURES or state.extra(BY):
        return None
    workbook, registry = desk.intake.workbook(file_id), desk.looker.context().registry
    sheets = annex_sheets(workbook)
    said_so = state.extra(KIND) == FRAMEWORK
    if not (sheets or said_so):
        return None
    inspection = inspected(desk, workbook, state)
    recognised = only_criteria(workbook, inspection) and recognise(workbook, registry) is None
    if not (recognised or said_so):
        return None
    wish = suggested(workbook, inspection, registry, given(state))
    base = AnnexView(
        file_id=file_id,
        file=workbook.name,
        wish=asdict(wish),
        indices=index_names(services, state.lang),
        frameworks=framework_names(registry, wish.index, state.lang),
        sheets=sheets,
        figures=address(services, state, **{FILE: file_id, KIND: FIGURES}),
    )
    try:
        return with_draft(base, drafted(workbook, wish, registry), state.lang)
    except DataError as error:
        return replace(base, problems=[asdict(problem) for problem in error.problems])


def index_names(services: Services, lang: str) -> list[tuple[str, str]]:
    """(code, name) of the indices."""
    return [(row["index_code"], text.name(row, lang)) for row in records(known(services, "indices"))]


def offer(desk: Desk, services: Services, state: ViewState, file_id: str) -> str:
    """The address that takes a file read as figures as an annex; blank when it holds no table of criteria."""
    if not annex_sheets(desk.intake.workbook(file_id)):
        return ""
    return address(services, state, **{FILE: file_id, KIND: FRAMEWORK})


def inspected(desk: Desk, workbook: Workbook, state: ViewState) -> Inspection:
    """What is guessed of the file when a person has said the index of the address."""
    return propose(workbook, desk.looker.context(), Given(index=state.extra(ANNEX["index"])))


def given(state: ViewState) -> dict[str, str]:
    """What the address says, by field of a wish."""
    return {name: state.extra(parameter).strip() for name, parameter in ANNEX.items()}


def drafted(workbook: Workbook, wish: Wish, registry: Registry) -> AnnexDraft:
    """The definition of the annex. Raises a DataError when it cannot be made at all."""
    return draft_definition(workbook, wish.wanted(), wish.like, registry, wish.sheet)


def framework_names(registry: Registry, index: str, lang: str) -> list[tuple[str, str]]:
    """(id, name) of the frameworks of an index, the newest first."""
    own = [framework for framework in registry.frameworks if framework.index == index]
    own.sort(key=lambda framework: max(framework.years), reverse=True)
    return [(one.id, f"{getattr(one.name, lang)} ({one.id})") for one in own]


def with_draft(base: AnnexView, draft: AnnexDraft, lang: str) -> AnnexView:
    """The view with the tree, the findings, the difference and the proposed crosswalk."""
    made = replace(
        base,
        findings=[finding_row(found, lang) for found in draft.findings],
        changes=records(draft.diff),
        links=link_rows(draft),
        usable=draft.usable,
    )
    if draft.framework is None:
        return made
    tree = draft.framework.tree(min(draft.framework.years))
    rows = [
        {
            "code": node.code, "name": text.name({"name_vi": node.name_vi, "name_en": node.name_en}, lang),
            "max": node.max_score, "source": node.source_type, "depth": node.depth,
        }
        for node in sorted(tree.nodes.values(), key=lambda node: node.order)
    ]  # fmt: skip
    return replace(made, tree=rows, total=tree.nodes[tree.root].max_score)


def link_rows(draft: AnnexDraft) -> list[dict[str, Any]]:
    """The proposed crosswalk with the names on both sides."""
    before = _names(draft.before, max)
    after = _names(draft.framework, min) if draft.framework else {}
    return [
        asdict(link) | {"old_name": before.get(link.from_code, ""), "new_name": after.get(link.to_code, "")}
        for link in draft.links
    ]


def _names(framework: Framework, pick: Any) -> dict[str, str]:
    return {code: node.name_vi for code, node in framework.tree(pick(framework.years)).nodes.items()}


def saved(desk: Desk, base: Mapping[str, Any], lines: Sequence[Any], links: Sequence[Any], who: str) -> str:
    """Stage the annex with a person's word on every line; returns the draft's id. Raises a DataError."""
    registry = desk.looker.context().registry
    draft = drafted(desk.intake.workbook(base["file_id"]), Wish(**base["wish"]), registry)
    made = stage_annex(desk.intake, base["file_id"], confirmed(draft, lines, links, who, registry), who).id
    people.did("imported", f"framework {made}")
    return made


def wished(base: Mapping[str, Any], values: Sequence[Any]) -> dict[str, str]:
    """The address after a person said what the annex is."""
    fields = {name: str(value or "").strip() for name, value in zip(FIELDS, values, strict=True)}
    if fields["index"] != base["wish"]["index"]:
        fields = {"index": fields["index"]}
    return {FILE: base["file_id"], KIND: FRAMEWORK} | {ANNEX[name]: text for name, text in fields.items()}


def register(app: Dash, services: Services, desk: Desk) -> None:
    """Attach the steps of an annex."""
    _register_wish(app, services)
    _register_ticks(app)
    _register_save(app, services, desk)


def _register_wish(app: Dash, services: Services) -> None:
    @app.callback(
        Input(intake_annex.LOOK, "n_clicks"),
        State(intake_annex.BASE, "data"),
        *(State(identity, "value") for identity in FIELDS.values()),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _look(clicks: int | None, base: Any, *rest: Any) -> None:
        *values, search = rest
        if clicks:
            go(services, asked(search, services), **wished(base, values))

    @app.callback(
        Input(FIELDS["index"], "value"),
        State(intake_annex.BASE, "data"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _index(index: str | None, base: Any, search: str | None) -> None:
        if index and base and index != base["wish"]["index"]:
            named = {FILE: base["file_id"], KIND: FRAMEWORK, ANNEX["index"]: index}
            go(services, asked(search, services), **named)


def _register_ticks(app: Dash) -> None:
    @app.callback(
        Output(intake_annex.CHANGES, "rowData"),
        Input(intake_annex.SEEN_ALL, "n_clicks"),
        State(intake_annex.CHANGES, "rowData"),
        prevent_initial_call=True,
    )
    def _seen(clicks: int | None, rows: Any) -> Any:
        return [dict(row) | {"seen": True} for row in rows] if clicks else no_update

    @app.callback(
        Output(intake_annex.LINKS, "rowData"),
        Input(intake_annex.SAME_ALL, "n_clicks"),
        State(intake_annex.LINKS, "rowData"),
        prevent_initial_call=True,
    )
    def _same(clicks: int | None, rows: Any) -> Any:
        return intake_annex.same_confirmed(rows) if clicks else no_update


def _register_save(app: Dash, services: Services, desk: Desk) -> None:
    @app.callback(
        Output(intake.TELL, "children", allow_duplicate=True),
        Input(intake_annex.SAVE, "n_clicks"),
        State(intake_annex.BASE, "data"),
        State(intake_annex.CHANGES, "rowData"),
        State(intake_annex.LINKS, "rowData"),
        State(intake.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _save(clicks: int | None, base: Any, lines: Any, links: Any, *rest: Any) -> Any:
        (who, search), lines, links = rest, lines or [], links or []
        if not clicks:
            return no_update
        state, waiting = asked(search, services), intake_annex.waiting(lines, links)
        if people.author(who) and waiting:
            return said("annex.need_word", state.lang, count=waiting)
        return step(services, state, who, lambda person: {DRAFT: saved(desk, base, lines, links, person)})


def placeholders() -> list[Component]:
    """What the callbacks name, as Dash knows it before a page is drawn."""
    buttons = (intake_annex.LOOK, intake_annex.SAVE, intake_annex.SEEN_ALL, intake_annex.SAME_ALL)
    return [
        dcc.Store(id=intake_annex.BASE),
        *(html.Button(id=identity) for identity in buttons),
        *(dag.AgGrid(id=identity) for identity in (intake_annex.CHANGES, intake_annex.LINKS)),
        *(dmc.TextInput(id=identity) for identity in FIELDS.values()),
    ]
