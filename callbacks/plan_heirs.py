"""What a criterion that a plan promised something for went over into, where the framework changed.

The crosswalk of the definitions says so: the release keeps its links on the scores of the first year of the
new framework. Where it says nothing, a criterion of the same name under another code is named, as what nobody
has confirmed. Nothing here is compared: a merged or split criterion is another thing.
"""

from collections.abc import Mapping
from typing import Any

from callbacks.plan_base import component_names
from callbacks.services import Services
from callbacks.subject import ROOT_VIEW
from indices.promises import MERGED, SPLIT, UNCONFIRMED
from layouts.figure_ref import ref_of
from layouts.pages.plan_view import Heir
from layouts.text import has, number
from workspace.models import Assignment

NAMESAKE = "namesake"
ENDED = (MERGED, SPLIT, UNCONFIRMED)
COLUMNS = ("component_code", "prev_code", "prev_link", "prev_year")
Rows = Mapping[str, Mapping[str, Any]]


def old_name(services: Services, row: Assignment, at: tuple[int, str], lang: str) -> str:
    """The criterion's name in the year of the plan where the later year, `at` (year, code), has another."""
    before = component_names(services, row.index_code, row.year, lang).get(row.component_code, "")
    after = component_names(services, row.index_code, at[0], lang).get(at[1], "")
    return before if before and after and _same(before) != _same(after) else ""


def heirs_of(
    services: Services, row: Assignment, later: tuple[int, Rows], lang: str, places: int
) -> tuple[str, tuple[Heir, ...]]:
    """(how it went over, into what) in a later year with the unit's scores there; ("", ()): it ended."""
    year, scores = later
    names = component_names(services, row.index_code, year, lang)
    link, codes = _linked(services, row, year)
    if not codes:
        own = component_names(services, row.index_code, row.year, lang).get(row.component_code, "")
        codes = tuple(c for c, name in names.items() if c != row.component_code and _same(name) == _same(own))
        link = NAMESAKE if own and codes else ""
    made = tuple(_heir(code, names.get(code, ""), scores.get(code, {}), (places, lang)) for code in codes)
    return (link, made) if link else ("", ())


def _heir(code: str, called: str, score: Mapping[str, Any], shown: tuple[int, str]) -> Heir:
    if not has(score.get("value")):
        return Heir(code, called)
    return Heir(code, called, number(score["value"], *shown), ref_of(score))


def _linked(services: Services, row: Assignment, year: int) -> tuple[str, tuple[str, ...]]:
    """(kind of link, codes of the later year) that the crosswalk leads the criterion to."""

    def read() -> list[tuple[str, str, str]]:
        rows = services.warehouse.scores(row.index_code, year, columns=list(COLUMNS), view=ROOT_VIEW)
        rows = rows[rows["prev_link"].isin(ENDED) & (rows["prev_year"] <= row.year)]
        found = zip(rows["component_code"], rows["prev_code"], rows["prev_link"], strict=True)
        return list(dict.fromkeys((str(new), str(old), str(link)) for new, old, link in found))

    links = services.kept(("plan-links", row.index_code, row.year, year), read)
    found = {new: link for new, olds, link in links if row.component_code in olds.split(";")}
    return next(iter(found.values()), ""), tuple(found)


def _same(name: str) -> str:
    return " ".join(name.casefold().split())
