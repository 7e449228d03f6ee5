"""The one callback that turns a URL into a page, and the one that turns a control into a URL."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from dash import ClientsideFunction, Dash, Input, Output, State, html, no_update, set_props
from dash.development.base_component import Component
from flask import request

from callbacks import pages, provenance
from callbacks.access import frame
from callbacks.answers import lasting
from callbacks.errors import report
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import Facts, Repair, ViewState, carried, on_paper, parse, search_of
from indices.errors import ReleaseError
from layouts import ids, shell
from layouts.components.notice import no_data, no_release
from layouts.text import LANGS, t


class App(Dash):
    """A Dash app whose first HTML already says the language of its text."""

    def interpolate_index(self, **kwargs: str) -> str:
        """Dash's index page with <html lang> from the query, and who is signed in."""
        asked = request.args.get("lang", LANGS[0])
        lang = asked if asked in LANGS else LANGS[0]
        return frame.dressed(super().interpolate_index(**kwargs)).replace("%lang%", lang)


@dataclass(frozen=True)
class Screen:
    """Everything on the screen for one URL; `document` is {"lang", "title"} for the browser."""

    header: Component
    controls: list[shell.Control]
    notices: list[Component]
    page: Component
    footer: Component
    document: dict[str, str]
    live: bool = False


def show(pathname: str | None, search: str | None, services: Services) -> Screen:
    """The screen of a URL, all of one release: the state it asks for, repaired, and its page."""
    with services.warehouse.steady():
        return _shown(pathname, search, services)


def _shown(pathname: str | None, search: str | None, services: Services) -> Screen:
    facts, page = services.facts(), pages.find(pathname)
    wanted = page or pages.HOME
    state, repairs = parse(search, facts, "index" in wanted.controls, wanted.extras)
    rendered = wanted.render(services, state)
    lang = state.lang
    unknown = [] if page else [shell.unknown_page(pathname or "", t(wanted.title_key, lang), lang)]
    repaired = [repair_notice(repair, facts, lang) for repair in (*repairs, *rendered.repairs)]
    return Screen(
        header=header_of(wanted, state, services, on_paper(search)),
        controls=control_values(wanted, state, facts),
        notices=[*unknown, *repaired],
        page=rendered.children,
        footer=shell.footer(services.release(), lang),
        document={"lang": lang, "title": f"{rendered.title} · {t('app.name', lang)}"},
        live=wanted.live,
    )


def described(screen: Screen, pathname: str | None, search: str | None) -> dict[str, Any]:
    """What the browser must know of a screen: the document's words, and what the selects of its address hold.

    Selects get properties, not new children: one that is replaced loses the keyboard's focus. The browser
    sets them while that address stands: a reader who went back meanwhile would seem to have chosen them.
    """
    controls = {one.id: shell.control_props(one, screen.document["lang"]) for one in screen.controls}
    return screen.document | {"address": f"{pathname or ''}{search or ''}", "controls": controls}


def unserved(error: ReleaseError, pathname: str | None, search: str | None, services: Services) -> Screen:
    """The screen while no release can be shown: none was published yet, or it does not open."""
    lang = language(search)
    links = [shell.NavItem(code, f"{pathname or '/'}?lang={code}", code == lang) for code in LANGS]
    published = services.warehouse.published()
    page = no_release(report(error), lang) if published else no_data(lang)
    title = t("state.broken" if published else "state.no_data", lang)
    hidden = ((ids.PROVINCE, "province"), (ids.INDEX, "index"), (ids.YEAR, "year"))
    return Screen(
        header=shell.bare_header(links, lang),
        controls=[shell.Control(identity, key, [], "", False) for identity, key in hidden],
        notices=[],
        page=page,
        footer=html.Footer(className="site-footer"),
        document={"lang": lang, "title": f"{title} · {t('app.name', lang)}"},
        live=True,
    )


def language(search: str | None) -> str:
    """The language that an address asks for."""
    asked = dict(parse_qsl((search or "").lstrip("?"), errors="replace")).get("lang", "")
    return asked if asked in LANGS else LANGS[0]


def header_of(page: Page, state: ViewState, services: Services, paper: bool = False) -> Component:
    """The header of a view: its links lead to the same state elsewhere. paper: a bar over a sheet."""
    facts, lang = services.facts(), state.lang
    made_up = [shell.simulated(lang)] if services.release().simulated else []
    if paper:
        return html.Div([*made_up, shell.print_bar(page.path + search_of(state, facts), lang)])
    links = (nav_groups(page, state, facts), language_links(page, state, facts), home_link(state, facts))
    return html.Div([*made_up, shell.header(*links, lang)])


def header_after(pathname: str | None, search: str | None, services: Services) -> Component:
    """The header after a page wrote its own state into the address: all else is on the screen already."""
    page = pages.find(pathname) or pages.HOME
    state, _ = parse(search, services.facts(), "index" in page.controls, page.extras)
    return header_of(page, state, services, on_paper(search))


def repair_notice(repair: Repair, facts: Facts, lang: str) -> Component:
    """What was asked, and what is shown instead."""
    return shell.repaired(repair.parameter, repair.asked, shown_name(repair, facts, lang), lang)


def shown_name(repair: Repair, facts: Facts, lang: str) -> str:
    """What is shown instead, in words a reader knows."""
    if repair.parameter == "lang":
        return t(f"lang.{repair.shown}", lang)
    choices = {choice.key: choice.name(lang) for choice in (*facts.provinces, *facts.indices)}
    return choices.get(repair.shown, repair.shown) or t("controls.latest", lang)


def home_link(state: ViewState, facts: Facts) -> str:
    """Address of the first page for the same province and language."""
    return pages.HOME.path + search_of(carried(state), facts)


def nav_groups(current: Page, state: ViewState, facts: Facts) -> list[shell.NavGroup]:
    """Navigation by group; province, index, year and language stay."""
    search = search_of(carried(state), facts)
    items = {
        page: shell.NavItem(
            t(page.title_key, state.lang), page.path + search, page.id in (current.id, current.under)
        )
        for page in pages.PAGES
        if page.listed
    }
    return [
        shell.NavGroup(
            t(f"nav.group.{group}", state.lang), [item for page, item in items.items() if page.group == group]
        )
        for group in pages.GROUPS
    ]


def language_links(page: Page, state: ViewState, facts: Facts) -> list[shell.NavItem]:
    """The same view in each language."""
    return [
        shell.NavItem(lang, page.path + search_of(replace(state, lang=lang), facts), lang == state.lang)
        for lang in LANGS
    ]


def control_values(page: Page, state: ViewState, facts: Facts) -> list[shell.Control]:
    """What the three selects offer and show; those the page does not obey are hidden, not removed."""
    years = facts.years(state.index if "index" in page.controls else None)
    provinces = [(choice.key, choice.name(state.lang), choice.group) for choice in facts.provinces]
    indices = [(choice.key, choice.name(state.lang), "") for choice in facts.indices]
    return [
        shell.Control(ids.PROVINCE, "province", provinces, state.province, "province" in page.controls),
        shell.Control(ids.INDEX, "index", indices, state.index, "index" in page.controls),
        shell.Control(
            ids.YEAR, "year", _year_options(years, state.lang), str(state.year or ""), "year" in page.controls
        ),
    ]


def _year_options(years: tuple[int, ...], lang: str) -> list[shell.Option]:
    return [("", t("controls.latest", lang), ""), *((str(year), str(year), "") for year in reversed(years))]


def rewritten(
    values: tuple[str | None, ...], pathname: str | None, search: str | None, facts: Facts
) -> str | None:
    """The query string after a control changed; None when the URL already says the same.

    Parameters of a page about one index name parts of that index: another index starts without them, and
    another province or year without those that are tied to one.
    """
    page = pages.find(pathname) or pages.HOME
    state, _ = parse(search, facts, "index" in page.controls, page.extras)
    province, index, year = values
    wanted = replace(state, province=province or state.province, index=index or state.index, year=_int(year))
    if "index" in page.controls and wanted.index != state.index:
        wanted = replace(wanted, extras=())
    elif wanted != state:
        wanted = replace(wanted, extras=tuple(pair for pair in wanted.extras if pair[0] not in page.tied))
    return None if wanted == state else search_of(wanted, facts)


def _int(text: str | None) -> int | None:
    return int(text) if text else None


def register(app: Dash, services: Services) -> None:
    """Attach the two callbacks of the shell and the callbacks of every page."""

    @app.callback(
        Output(ids.HEADER, "children"),
        Output(ids.NOTICES, "children"),
        Output(ids.PAGE, "children"),
        Output(ids.FOOTER, "children"),
        Output(ids.DOCUMENT, "data"),
        Input(ids.URL, "pathname"),
        Input(ids.URL, "search"),
        State(ids.WRITTEN, "data"),
    )
    def _show(pathname: str | None, search: str | None, written: str | None) -> tuple[Any, ...]:
        if written and written == f"{pathname}{search}":
            return header_after(pathname, search, services), *[no_update] * 4
        set_props(ids.WRITTEN, {"data": None})
        try:
            screen = show(pathname, search, services)
        except ReleaseError as error:
            screen = unserved(error, pathname, search, services)
        if not screen.live:
            lasting()
        return screen.header, screen.notices, screen.page, screen.footer, described(screen, pathname, search)

    # No Output: a control writes the URL as a side effect, so URL -> controls -> URL is not a cycle for Dash.
    @app.callback(
        Input(ids.PROVINCE, "value"),
        Input(ids.INDEX, "value"),
        Input(ids.YEAR, "value"),
        State(ids.URL, "pathname"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _write(province: str, index: str, year: str, pathname: str, search: str) -> None:
        try:
            changed = rewritten((province, index, year), pathname, search, services.facts())
        except ReleaseError:
            return  # the page says so already
        if changed is not None:
            set_props(ids.URL, {"search": changed})

    app.clientside_callback(
        ClientsideFunction("page", "describe"), Input(ids.DOCUMENT, "data"), prevent_initial_call=True
    )
    provenance.register(app, services)
    for page in pages.PAGES:
        if page.register:
            page.register(app, services)


__all__ = ["App", "Rendered", "register", "rewritten", "show"]
