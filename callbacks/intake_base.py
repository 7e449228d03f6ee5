"""What the steps of the import page share: the desk, the address, and how problems are told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from dash import set_props
from dash.development.base_component import Component

from callbacks.people import author
from callbacks.services import Services
from callbacks.url_state import ViewState, carried, parse, search_of
from etl.intake.checks import texts
from etl.intake.findings import Finding
from etl.intake.look import Looker
from etl.intake.service import Intake
from etl.settings import Settings
from indices.errors import DataError, Problem
from layouts import ids
from layouts.pages import intake
from layouts.text import t

PATH = "/nap-du-lieu"
FILE, DRAFT, BY, KIND = "tep", "nhap", "cach", "loai"
GIVEN = {"index": "chi-so", "year": "nam-do", "unit_set": "bo"}
# What is said of an annex: field of etl.intake.annex.wish.Wish -> parameter.
ANNEX = {
    "index": GIVEN["index"], "years": GIVEN["year"], "like": "truoc", "framework_id": "khung",
    "decision": "quyet-dinh", "date": "ngay", "sheet": "trang", "sources": "nguon",
}  # fmt: skip
EXTRAS = tuple(dict.fromkeys((FILE, DRAFT, BY, KIND, *GIVEN.values(), *ANNEX.values())))
Told = list[Component]


@dataclass
class Desk:
    """Where imports are handled: the facade of the ETL, the looker, and how large a file may be."""

    settings: Settings
    most_mb: int

    def __post_init__(self) -> None:
        self.intake = Intake(self.settings)
        self.looker = Looker(self.settings)


def address(services: Services, state: ViewState, **extras: str) -> str:
    """The address of this page with the parameters given, and the language."""
    kept = tuple(sorted((name, value) for name, value in extras.items() if value))
    return PATH + search_of(replace(carried(state), extras=kept), services.facts())


def finding_row(found: Finding, lang: str) -> dict[str, Any]:
    """A finding with the name of its check and how to mend it in the reader's language."""
    about = texts.told(found.check, lang)
    return found.as_json() | ({"title": about.title, "mend": about.mend} if about else {})


def told(problems: Sequence[Problem], lang: str) -> Told:
    """Problems as the page shows them."""
    return [intake.problem(asdict(problem), lang) for problem in problems]


def said(key: str, lang: str, **values: Any) -> Told:
    """A failure of the form itself."""
    return [intake.problem({"what": t(key, lang, **values)}, lang)]


def asked(search: str | None, services: Services) -> ViewState:
    """The state of this page's address."""
    return parse(search, services.facts(), False, EXTRAS)[0]


def go(services: Services, state: ViewState, **extras: str) -> None:
    """Lead the reader to another step."""
    query = address(services, state, **extras).partition("?")[2]
    set_props(ids.URL, {"search": f"?{query}" if query else ""})


def step(
    services: Services, state: ViewState, who: str | None, make: Callable[[str], Mapping[str, str]]
) -> Told:
    """What the form says after a person asked for a step: nothing where it leads on, else what is wrong.

    `make` does the step for that person and gives the parameters of the next address; it may raise DataError.
    """
    person = author(who)
    if not person:
        return said("intake.need_who", state.lang)
    try:
        go(services, state, **make(person))
    except DataError as error:
        return told(error.problems, state.lang)
    return []
