"""The plan: from the workspace and the filters of the address to the page."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from dash import Dash
from sqlalchemy.orm import Session

from callbacks import plan_files, plan_work, plan_write, saved
from callbacks.plan_base import (
    DUE,
    EXTRAS,
    INDEX,
    LEAD,
    NEW,
    NO_FORM,
    ONE,
    PATH,
    STANDING,
    WAY,
    Own,
    address,
    own_units,
)
from callbacks.plan_form import FORMS, open_form
from callbacks.plan_results import outcome_of
from callbacks.plan_rows import desk_of, gone_of, last_reports, reason_of, work_of
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import ViewState
from indices.errors import DataError
from indices.promises import KINDS
from layouts.pages import plan, plan_form, plan_work_page
from layouts.pages import plan_files as plan_files_page
from layouts.pages import saved as saved_page
from layouts.pages.plan_view import Gone, Load, Outcome, PlanView, Work
from layouts.text import t
from layouts.views import Filter
from workspace import follow, store
from workspace.models import Assignment, Cause

FILTERS = {"standing": STANDING, "due": DUE, "lead": LEAD, "index": INDEX}
BOARD = "the"
# Windows of deadlines: how the address names them, and how many days ahead they reach.
WINDOWS = {"tuan": timedelta(7), "thang": timedelta(30), "quy": timedelta(91)}


def build_view(services: Services, state: ViewState, today: date) -> PlanView:
    """The plan of the chosen province on a day. Raises WorkspaceError where it does not open."""
    own = own_units(services, state)
    with services.shelf.workspace().reading() as session:
        rows = [row for row in store.listed(session, Assignment) if row.unit_id in own.unit_ids]
        causes = [row for row in store.listed(session, Cause) if row.unit_id in own.unit_ids]
        reports = last_reports(session)
        form = open_form(services, state, session, today)
        gone = _gone(session, own, state.lang)
    every = sorted((work_of(services, state, row, today, reports.get(row.id)) for row in rows), key=_order)
    shown = [work for work in every if _passes(work, state, today)]
    return PlanView(
        province=own.name,
        desk=desk_of(services, state.lang),
        board=state.extra(WAY) == BOARD,
        ways=_ways(services, state),
        works=tuple(shown),
        overdue=tuple(work for work in every if work.standing == follow.OVERDUE),
        total=len(every),
        counts=Counter(work.standing for work in every),
        filters={key: _filters(services, state, (every, today), key) for key in FILTERS},
        loads=_loads(services, state, rows, today),
        reasons=tuple(reason_of(services, state, row) for row in causes),
        add={kind: address(services, state, **NO_FORM | {key: NEW}) for kind, key in FORMS.items()},
        form=form,
        gone=gone,
        search="?" + address(services, state, **NO_FORM).partition("?")[2],
        outcomes=_outcomes(services, state, rows, every),
        meta={
            "release_id": services.release_id(),
            "filters": _told(state),
            "source": t("plan.source", state.lang),
        },
    )


def _outcomes(
    services: Services, state: ViewState, rows: Sequence[Assignment], works: Sequence[Work]
) -> tuple[Outcome, ...]:
    """How every promise that passes the filters of body and index ended, the best known first."""
    by_id = {work.values["id"]: work for work in works}
    asked = [
        (row, by_id[row.id])
        for row in rows
        if state.extra(LEAD) in ("", row.lead) and state.extra(INDEX) in ("", row.index_code)
    ]
    made = [outcome_of(services, row, work, state.lang) for row, work in asked]
    return tuple(sorted(made, key=lambda one: (KINDS.index(one.result.kind), one.work.values["lead"])))


def _gone(session: Session, own: Own, lang: str) -> tuple[Gone, ...]:
    """Deleted assignments and causes of the province."""
    rows = [*store.deleted(session, Assignment), *store.deleted(session, Cause)]
    return gone_of([row for row in rows if row.unit_id in own.unit_ids], lang)


def _loads(services: Services, state: ViewState, rows: Sequence[Assignment], today: date) -> tuple[Load, ...]:
    return tuple(
        Load(one.lead, one.counts, address(services, state, **NO_FORM | {LEAD: one.lead}))
        for one in follow.burdens(rows, today)
    )


def _order(work: Work) -> tuple[int, date, str]:
    return follow.STANDINGS.index(work.standing), work.values["deadline"], work.values["lead"]


def _told(state: ViewState) -> str:
    return "; ".join([state.province, *(f"{key}={value}" for key, value in state.extras)])


def _ways(services: Services, state: ViewState) -> tuple[Filter, ...]:
    """Table or board."""
    return tuple(
        Filter(
            t(f"plan.way.{key}", state.lang), 0, address(services, state, **NO_FORM | {WAY: value}), chosen
        )
        for key, value in (("table", ""), ("board", BOARD))
        for chosen in [(state.extra(WAY) == BOARD) == bool(value)]
    )


def _of(work: Work, key: str, today: date) -> set[str]:
    """The values of a filter that an assignment falls under."""
    if key == "due":
        ahead = work.values["deadline"] - today
        unfinished = work.standing in (follow.SOON, follow.OPEN)
        return {name for name, reach in WINDOWS.items() if unfinished and ahead <= reach}
    found = {"standing": work.standing, "lead": work.values["lead"], "index": work.values["index_code"]}
    return {str(found[key])}


def _passes(work: Work, state: ViewState, today: date) -> bool:
    asked = {key: state.extra(parameter) for key, parameter in FILTERS.items()}
    return all(not value or value in _of(work, key, today) for key, value in asked.items())


def _filters(
    services: Services, state: ViewState, at: tuple[Sequence[Work], date], key: str
) -> tuple[Filter, ...]:
    """The choices of one filter, each with how many of all assignments fall under it."""
    every, today = at
    counts = Counter(value for work in every for value in _of(work, key, today))
    known = {"standing": follow.STANDINGS, "due": tuple(WINDOWS)}.get(key) or tuple(sorted(counts))
    chosen = state.extra(FILTERS[key])
    label = _labels(key, state.lang)
    numbers = {"": len(every)} | {value: counts[value] for value in known if value in counts}
    if chosen not in numbers:
        numbers[chosen] = 0  # what the address asks for stays to be seen, and left
    return tuple(
        Filter(label(v), n, address(services, state, **NO_FORM | {FILTERS[key]: v}), chosen == v)
        for v, n in numbers.items()
    )


def _labels(key: str, lang: str) -> Callable[[str], str]:
    """What the values of a filter are called."""
    known = {"standing": follow.STANDINGS, "due": tuple(WINDOWS)}.get(key, ())

    def label(value: str) -> str:
        if not value:
            return t("common.all", lang)
        return t(f"plan.{key}.{value}", lang) if value in known else value

    return label


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state: one assignment where the address names one, else the whole plan."""
    title = t("nav.plan", state.lang)
    if services.shelf is None:
        return Rendered(plan.switched_off(state.lang), title)
    try:
        if state.extra(ONE):
            one = plan_work.build_view(services, state, services.shelf.today())
            return Rendered(plan_work_page.layout(one, state.lang), one.title or title)
        view = build_view(services, state, services.shelf.today())
    except DataError as error:
        return Rendered(plan.unopened(str(error), state.lang), title)
    return Rendered(plan.layout(view, state.lang), t("plan.title", state.lang, province=view.province))


def register(app: Dash, services: Services) -> None:
    """Attach what the buttons and the upload do."""
    plan_write.register(app, services)
    plan_write.register_evidence(app, services)
    plan_files.register(app, services)
    saved.register(app, services)


PAGE = Page(
    id="plan",
    path=PATH,
    group="action",
    controls=("province",),
    render=render,
    extras=EXTRAS,
    register=register,
    validation=lambda: [
        *plan_form.placeholders(),
        *plan_files_page.placeholders(),
        *saved_page.placeholders(),
    ],
    live=True,
)
