"""Wiring of the audit page: each part of it is read and worked out when its address asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from callbacks.audit_compared import PAIR, cross_view, themes_view, versions_view
from callbacks.audit_reads import parts_view, recon_view, weights_view
from callbacks.services import Page, Rendered, Services
from callbacks.subject import known
from callbacks.url_state import Repair, ViewState, search_of
from layouts.pages.audit import AuditView, Block, layout
from layouts.pages.audit_cross import cross_blocks, themes_blocks
from layouts.pages.audit_parts import parts_blocks
from layouts.pages.audit_recon import recon_blocks
from layouts.pages.audit_versions import versions_blocks
from layouts.pages.audit_weights import weights_blocks
from layouts.text import t

PART: Final = "phan"
Reader = Callable[[Services, ViewState, int], Any]
Drawer = Callable[[Any, str], list[Block]]
# The parts of the page by their word in addresses: what reads one, and what puts it into words.
PARTS: Final[Mapping[str, tuple[str, Reader, Drawer]]] = {
    "doi-chieu": ("recon", recon_view, recon_blocks),
    "thanh-phan": ("parts", parts_view, parts_blocks),
    "trong-so": ("weights", weights_view, weights_blocks),
    "cach-tinh": ("versions", versions_view, versions_blocks),
    "lien-chi-so": ("cross", cross_view, cross_blocks),
    "chu-de": ("themes", themes_view, themes_blocks),
}
FIRST: Final = next(iter(PARTS))
# Parts that look at all indices of a year rather than at one.
OF_ALL: Final = ("lien-chi-so", "chu-de")


def chosen(state: ViewState) -> str:
    """The part asked for, the first for one nobody knows."""
    asked = state.extra(PART, FIRST)
    return asked if asked in PARTS else FIRST


def year_of(services: Services, state: ViewState) -> int:
    """The year asked for; without one, the last of which every province is held, else the last."""
    if state.year is not None:
        return state.year
    rows = known(services, "coverage")
    mine = rows[(rows["index_code"] == state.index) & (rows["n_totals"] > 0)]
    whole = mine[mine["complete"].fillna(False).astype(bool)]
    for found in (whole, mine):
        if len(found):
            return int(found["year"].max())
    return max(services.facts().years(state.index))


def part_links(services: Services, state: ViewState, now: str) -> list[tuple[str, str, bool]]:
    """The parts as links that keep index, year and province."""
    made = []
    for word, (name, _, _) in PARTS.items():
        extras = () if word == FIRST else ((PART, word),)
        address = PAGE.path + search_of(replace(state, extras=extras), services.facts())
        made.append((t(f"audit.part.{name}", state.lang), address, word == now))
    return made


def build_view(services: Services, state: ViewState) -> AuditView:
    """All that the page shows of the chosen part."""
    part, year = chosen(state), year_of(services, state)
    name, read, draw = PARTS[part]
    index = services.facts().index(state.index).name(state.lang)
    shown = t("audit.of_all", state.lang, year=year) if part in OF_ALL else f"{index} {year}"
    return AuditView(
        label=f"{t('nav.audit', state.lang)} · {shown}",
        parts=part_links(services, state, part),
        about=t(f"audit.about.{name}", state.lang),
        blocks=draw(read(services, state, year), state.lang),
        meta={"source": [], "release_id": services.release_id(), "filters": [shown]},
    )


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair when its part is unknown."""
    view, asked = build_view(services, state), state.extra(PART)
    name = t(f"audit.part.{PARTS[chosen(state)][0]}", state.lang)
    repairs = (Repair("value", asked, name),) if asked and asked not in PARTS else ()
    return Rendered(layout(view, state.lang), f"{t('nav.audit', state.lang)}: {name}", repairs)


PAGE = Page(
    id="audit",
    path="/kiem-dinh",
    group="audit",
    controls=("province", "index", "year"),
    render=render,
    extras=(PART, PAIR),
)
