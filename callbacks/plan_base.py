"""What the modules of the plan share: its address and parameters, names, rows as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from callbacks.records import records, unit_ids
from callbacks.services import Services
from callbacks.url_state import ViewState, carried, search_of
from layouts.pages.plan_view import Fields, Past
from layouts.text import day, moment, name, number, numbered
from workspace import store
from workspace.models import Assignment, Cause, Change, Comment, Evidence, Progress, Row
from workspace.records import RECORDS

PATH = "/ke-hoach"
STANDING, LEAD, INDEX, DUE, WAY = "tt", "dv", "cua", "han", "xem"
WORK, REASON, ONE, WRITE, CODE = "sua", "nn", "giao", "ghi", "ma"
NEW = "moi"
EXTRAS = (STANDING, LEAD, INDEX, DUE, WAY, WORK, REASON, ONE, WRITE, CODE)
NO_FORM = {WORK: "", REASON: "", WRITE: "", CODE: ""}
TABLES: dict[str, type[Row]] = {
    table.__tablename__: table for table in (Assignment, Cause, Progress, Evidence, Comment)
}
PLACES = 9  # decimals of a score that somebody typed; zeros at the end are left out


@dataclass(frozen=True)
class Own:
    """The chosen province: its names, and its ids before and after the merger, the newest set last."""

    name: str
    unit_ids: tuple[str, ...]


def own_units(services: Services, state: ViewState) -> Own:
    """The province of a state."""
    units = unit_ids(services.warehouse, state.province)
    return Own(name(units.iloc[0], state.lang), tuple(units["unit_id"]))


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


def called(services: Services, row: Assignment | Cause, lang: str) -> tuple[str, str]:
    """What readers call the criterion and the index that a row is about: their codes where the release has
    no such thing."""
    names = component_names(services, row.index_code, row.year, lang)
    indices = {choice.key: choice.name(lang) for choice in services.facts().indices}
    criterion = numbered(row.component_code, names.get(row.component_code, ""))
    return criterion, indices.get(row.index_code, row.index_code)


def values_of(row: Row) -> dict[str, Any]:
    """What stands in a row, by field."""
    return {field: getattr(row, field) for field in RECORDS[row.__tablename__].model_fields}


def typed_of(values: Mapping[str, Any], lang: str) -> Fields:
    """Values as a form holds them: texts, days as 30/06/2000, decimals as the reader writes them."""
    return {field: _typed(value, lang) for field, value in values.items()}


def _typed(value: Any, lang: str) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return trimmed(value, lang) if isinstance(value, float) else str(value)


def trimmed(value: float, lang: str) -> str:
    """A number with as many decimals as it has."""
    told = number(round(value, PLACES), PLACES, lang).rstrip("0")
    return told.rstrip(".,")


def past_of(line: Change, lang: str) -> Past:
    """One line of history with what each field was and became."""
    before, after = line.before or {}, line.after or {}
    changes = tuple(
        (field, _told(before.get(field), lang), _told(after.get(field), lang)) for field in line.fields()
    )
    about = _about(line.kind, after)
    return Past(moment(line.at, lang), line.by, line.action, line.kind, about, changes)


def _about(kind: str, after: Mapping[str, Any]) -> str:
    """What of a row names it in a line of history."""
    field = {"progress": "percent", "evidence": "title"}.get(kind, "")
    return str(after.get(field, ""))


def _told(value: Any, lang: str) -> str:
    """A value of history, kept as JSON: days stand there as 2000-06-30."""
    try:
        return day(date.fromisoformat(value), lang) if isinstance(value, str) else _typed(value, lang)
    except ValueError:
        return str(value)


def histories(session: Session, rows: Sequence[Row]) -> list[Change]:
    """All that was done to some rows, first to last."""
    found = [line for row in rows for line in store.history(session, row.__tablename__, row.id)]
    return sorted(found, key=lambda line: line.seq)
