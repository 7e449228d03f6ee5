"""Why a criterion lost points: what the data hold of it, and apart from that what people wrote."""

from dataclasses import dataclass

from dash.development.base_component import Component

from callbacks.plan_base import CODE, NEW, REASON, WORK, address, own_units
from callbacks.plan_rows import reason_of
from callbacks.services import Services
from callbacks.url_state import ViewState
from etl.warehouse.briefing import read_briefing
from exports.briefing.evidence import told_of
from exports.briefing.model import Frames
from exports.briefing.parts import Part, records
from exports.briefing.words import Words
from indices.errors import DataError
from layouts.components.notice import notice
from layouts.pages import causes
from layouts.text import t
from workspace import store
from workspace.models import Cause


@dataclass(frozen=True)
class Criterion:
    """One component of one index in a measured year, of the province with this slug."""

    province: str
    index: str
    year: int
    code: str


def evidence_of(services: Services, asked: Criterion, lang: str) -> tuple[str, ...]:
    """Sentences from published figures only; none where there is no score. Made once per release."""

    def make() -> tuple[str, ...]:
        queries = services.warehouse.pinned()
        frames = Frames(**read_briefing(queries, asked.province, asked.year, [asked.index]))
        infos = records(frames.indices)
        return told_of(Part(infos[0], frames, Words(lang)), asked.code) if infos and frames.unit else ()

    found: tuple[str, ...] = services.kept(("evidence", asked, lang), make)
    return found


def why(services: Services, state: ViewState, asked: Criterion) -> list[Component]:
    """What the data show of a criterion, and apart from that the causes people wrote, of every year."""
    shown = causes.evidence(evidence_of(services, asked, state.lang), state.lang)
    if services.shelf is None:
        return [shown]
    try:
        return [shown, written(services, state, asked)]
    except DataError as error:
        return [shown, notice(t("plan.broken", state.lang, problem=str(error)), "failure", state.lang)]


def written(services: Services, state: ViewState, asked: Criterion) -> Component:
    """The causes kept with the criterion from year to year, the latest first, and where to write one."""
    own = own_units(services, state)
    where = {"index_code": asked.index, "component_code": asked.code}
    with services.shelf.workspace().reading() as session:
        rows = [row for row in store.listed(session, Cause, **where) if row.unit_id in own.unit_ids]
    plain = ViewState(state.province, asked.index, asked.year, state.lang)
    reasons = [reason_of(services, plain, row) for row in sorted(rows, key=lambda row: -row.year)]
    links = {
        "cause": address(services, plain, **{REASON: NEW, CODE: asked.code}),
        "assignment": address(services, plain, **{WORK: NEW, CODE: asked.code}),
    }
    return causes.written(reasons, links, state.lang)
