"""One assignment with all that was written on it: reports, documents, comments, history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from callbacks.people import current
from callbacks.plan_base import NEW, NO_FORM, ONE, WORK, WRITE, address, histories, own_units, past_of
from callbacks.plan_form import open_form, part_key
from callbacks.plan_results import outcome_of
from callbacks.plan_rows import desk_of, gone_of, work_of
from callbacks.provenance import COMPONENT, CRITERION_PATH
from callbacks.services import Services
from callbacks.url_state import ViewState, search_of
from layouts.pages.plan_view import Proof, Remark, Report, WorkView
from layouts.text import moment
from workspace import store
from workspace.models import Assignment, Comment, Evidence, Progress, Row


@dataclass(frozen=True)
class Held:
    """What was written on one assignment: live and deleted rows, oldest first."""

    reports: Sequence[Progress]
    proofs: Sequence[Evidence]
    remarks: Sequence[Comment]
    gone: Sequence[Row]


def read_held(session: Session, row_id: str) -> Held:
    """Reports on an assignment with their documents, and comments on it."""
    reports = store.listed(session, Progress, assignment_id=row_id)
    about = {"about_kind": "assignment", "about_id": row_id}
    gone: list[Row] = [*store.deleted(session, Progress, assignment_id=row_id)]
    gone += store.deleted(session, Comment, **about)
    proofs = []
    for report in reports:
        proofs += store.listed(session, Evidence, progress_id=report.id)
        gone += store.deleted(session, Evidence, progress_id=report.id)
    return Held(reports, proofs, store.listed(session, Comment, **about), gone)


def build_view(services: Services, state: ViewState, today: date) -> WorkView:
    """The assignment that the address names; a view that says what became of it where it does not stand.

    Raises WorkspaceError where the workspace does not open.
    """
    own, row_id = own_units(services, state), state.extra(ONE)
    with services.shelf.workspace().reading() as session:
        row = session.get(Assignment, row_id)
        held = read_held(session, row_id) if row else Held((), (), (), ())
        form = open_form(services, state, session, today)
        rows = [*([row] if row else []), *held.reports, *held.proofs, *held.remarks, *held.gone]
        past = histories(session, rows)
    work, live = None, row is not None and row.deleted_at is None
    if row is not None:
        reports = sorted(held.reports, key=lambda one: (one.day, one.created_at))
        work = work_of(services, state, row, today, reports[-1] if reports else None)
    return WorkView(
        province=own.name,
        desk=desk_of(services, state.lang),
        work=work,
        live=live,
        back=address(services, state, **NO_FORM | {ONE: ""}),
        criterion_href=_criterion(services, state, row) if row else "",
        links=_links(services, state, row_id),
        reports=_reports(services, state, held),
        remarks=_remarks(services, state, held),
        history=tuple(past_of(line, state.lang) for line in past),
        form=form if live else None,
        gone=gone_of(list(held.gone) if live or row is None else [row], state.lang),
        outcome=outcome_of(services, row, work, state.lang) if row is not None and work else None,
        may_report=row is not None and current().may_write_for(row.lead),
    )


def _criterion(services: Services, state: ViewState, row: Assignment) -> str:
    """The criterion page of what the assignment is about, in the year whose loss it answers."""
    known = {choice.key for choice in services.facts().indices}
    if row.index_code not in known:
        return ""
    component = () if row.component_code == row.index_code else ((COMPONENT, row.component_code),)
    asked = ViewState(state.province, row.index_code, row.year, state.lang, component)
    return CRITERION_PATH + search_of(asked, services.facts())


def _links(services: Services, state: ViewState, row_id: str) -> Mapping[str, str]:
    """Addresses of what can be written here."""
    asked = {
        "edit": {WORK: row_id},
        "progress": {WRITE: part_key("progress", NEW, row_id)},
        "comment": {WRITE: part_key("comment", NEW, row_id)},
    }
    return {key: address(services, state, **NO_FORM | extras) for key, extras in asked.items()}


def _reports(services: Services, state: ViewState, held: Held) -> tuple[Report, ...]:
    """The latest report first."""
    ordered = sorted(held.reports, key=lambda one: (one.day, one.created_at), reverse=True)

    def link(kind: str, row_id: str, parent: str = "") -> str:
        return address(services, state, **NO_FORM | {WRITE: part_key(kind, row_id, parent)})

    return tuple(
        Report(
            day=row.day,
            percent=row.percent,
            text=row.text,
            by=row.updated_by,
            proofs=tuple(
                Proof(proof.title, proof.address, link("evidence", proof.id))
                for proof in held.proofs
                if proof.progress_id == row.id
            ),
            edit=link("progress", row.id),
            add_proof=link("evidence", NEW, row.id),
        )
        for row in ordered
    )


def _remarks(services: Services, state: ViewState, held: Held) -> tuple[Remark, ...]:
    return tuple(
        Remark(
            row.created_by,
            moment(row.created_at, state.lang),
            row.text,
            address(services, state, **NO_FORM | {WRITE: part_key("comment", row.id)}),
        )
        for row in held.remarks
    )
