"""What the release holds of the criteria that a plan promised something for."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from callbacks.plan_base import component_names
from callbacks.plan_heirs import ENDED, heirs_of, old_name
from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import ROOT_VIEW, known
from indices.promises import Figure, Found, judge
from layouts.figure_ref import ref_of
from layouts.pages.plan_view import Outcome, Work
from layouts.text import has, numbered
from workspace.models import Assignment

Rows = Mapping[str, Mapping[str, Any]]
LESS = "-"
USUAL_PLACES = 2


def outcome_of(services: Services, row: Assignment, work: Work, lang: str) -> Outcome:
    """How the promise of an assignment ended, with the keys of the two figures."""
    later = next((y for y in _years(services, row.index_code) if y > row.year), None)
    before = scores_of(services, row.index_code, row.year, row.unit_id).get(row.component_code, {})
    if later is None:
        return _outcome(services, work, lang, (row, before, {}), Found(None, before=_figure(before)))
    code = code_in(services, row, later)
    scores = scores_of(services, row.index_code, later, row.unit_id)
    after, renamed = scores.get(code, {}), old_name(services, row, (later, code), lang)
    link, heirs = "", ()
    if renamed or not code:
        places = _places(services, next(iter(scores.values()), {}))
        link, heirs = heirs_of(services, row, (later, scores), lang, places)
    found = Found(
        year=later,
        code=code,
        before=_figure(before),
        after=_figure(after),
        comparability=_class(services, row, later, (code, after)),
        sign=-1 if _direction(services, row.index_code, later, code) == LESS else 1,
        link=link if link in ENDED else "",
    )
    outcome = _outcome(services, work, lang, (row, before, after), found)
    return replace(outcome, old_name=renamed, link=link, heirs=heirs)


def _outcome(services: Services, work: Work, lang: str, rows: tuple[Any, Any, Any], found: Found) -> Outcome:
    row, before, after = rows
    held = after or before
    name = ""
    if found.year is not None and found.code:
        name = component_names(services, row.index_code, found.year, lang).get(found.code, "")
    return Outcome(
        work=work,
        result=judge(row.target_value, found),
        criterion=numbered(found.code, name) if name else work.criterion,
        places=_places(services, held),
        before_ref=ref_of(before) if _figure(before) else "",
        after_ref=ref_of(after) if _figure(after) else "",
    )


def _places(services: Services, row: Mapping[str, Any]) -> int:
    """Decimals that the framework of a score row writes its scores with."""
    frameworks = known(services, "frameworks")
    found = frameworks[frameworks["framework_id"] == row.get("framework_id")]["decimals"]
    return int(found.iloc[0]) if len(found) else USUAL_PLACES


def _years(services: Services, index: str) -> Sequence[int]:
    known_indices = {choice.key for choice in services.facts().indices}
    return services.facts().years(index) if index in known_indices else ()


def code_in(services: Services, row: Assignment, year: int) -> str:
    """The criterion in the framework of another year, blank where it has none: the crosswalk says under
    which code a criterion goes on, in the names of the series."""
    ours = series(services, row.index_code, row.year).get(row.component_code, row.component_code)
    later = {name: code for code, name in series(services, row.index_code, year).items()}
    return later.get(ours, "")


def series(services: Services, index: str, year: int) -> Mapping[str, str]:
    """Series of every component of a year, by code; its own code where it goes on from nothing."""
    tree = known(services, "components", index, year)
    pairs = zip(tree["component_code"], tree["series_code"], strict=True)
    return {code: name if has(name) else code for code, name in pairs}


def _direction(services: Services, index: str, year: int, code: str) -> str:
    tree = known(services, "components", index, year)
    found = tree[tree["component_code"] == code]["direction"]
    return str(found.iloc[0]) if len(found) else ""


def scores_of(services: Services, index: str, year: int, unit_id: str) -> Rows:
    """Score rows of a unit in a year, by code; of the province that carries it on where it was renamed."""

    def read() -> Rows:
        units = [unit_id, *successors(services, unit_id)]
        rows = records(services.warehouse.scores(index, year, unit_id=units, view=ROOT_VIEW))
        ordered = sorted(rows, key=lambda one: units.index(one["unit_id"]), reverse=True)
        return {one["component_code"]: one for one in ordered}

    found: Rows = services.kept(("plan-scores", index, year, unit_id), read)
    return found


def successors(services: Services, unit_id: str) -> list[str]:
    """The new province made of this old one alone: any other is another province."""
    merger = known(services, "merger")
    new = merger[merger["old_unit_id"] == unit_id]["new_unit_id"]
    parts = merger.groupby("new_unit_id")["old_unit_id"].size()
    return [str(one) for one in new if parts[one] == 1]


def _figure(row: Mapping[str, Any]) -> Figure | None:
    if not has(row.get("value")):
        return None
    return Figure(float(row["value"]), float(row["max_score"]) if has(row["max_score"]) else None)


def _class(services: Services, row: Assignment, later: int, at: tuple[str, Mapping[str, Any]]) -> str:
    """May the two years be compared: as the release says where it compared just these, else by its rules."""
    code, after = at
    if after.get("prev_year") == row.year and has(after.get("comparability")):
        return str(after["comparability"])
    if not code:
        return ""
    registry = services.kept(
        ("plan-registry", row.index_code), lambda: services.warehouse.registry(row.index_code)
    )
    return str(registry.comparability(row.index_code, row.year, later, code).kind)
