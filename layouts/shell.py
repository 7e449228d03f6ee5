"""The frame around every page: header with navigation and language, controls, notices, footer."""

from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import dcc
from dash.development.base_component import Component

from layouts import html, ids, theme
from layouts.components.controls import NavLink, select, select_props
from layouts.components.notice import notice, skeleton, unreachable
from layouts.components.search import search_box
from layouts.text import LANGS, day, t

SEARCH = "/tim/{lang}.json"

# Before anything is painted: the theme the reader chose last, else the one of the computer; paper is light.
THEME_SCRIPT = """(function () {
  var kept = null;
  try { kept = localStorage.getItem("theme"); } catch (error) { kept = null; }
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = kept === "dark" || (kept !== "light" && dark) ? "dark" : "light";
  if (new URLSearchParams(window.location.search).get("print") === "1") {
    document.documentElement.dataset.theme = "light";
    document.documentElement.dataset.printView = "1";
  }
})();"""

# Asked for with the page, so that words are not set anew once a font arrives.
FONT_LINKS = "\n".join(
    f'<link rel="preload" href="/fonts/{style}.ttf" as="font" type="font/ttf" crossorigin>'
    for style in ("regular", "semibold", "bold", "regular-tabular", "semibold-tabular")
)

# What draws charts: nearly every page has some, and waits for it once it knows so.
PLOTLY = "/_dash-component-suites/plotly/package_data/plotly.min.js"
CHART_LINKS = "\n".join(
    f'<link rel="preload" href="{address}" as="script" fetchpriority="low">'
    for address in (PLOTLY, "/_dash-component-suites/dash/dcc/async-graph.js")
)

INDEX_HTML = (
    """<!DOCTYPE html>
<html lang="%lang%"%may%>
<head>
%csrf%
{%metas%}
<title>{%title%}</title>
{%favicon%}
{%css%}
FONT_LINKS
CHART_LINKS
<style>CSS_VARIABLES</style>
<script>THEME_SCRIPT</script>
</head>
<body>
%person%
{%app_entry%}
{%config%}
{%scripts%}
{%renderer%}
</body>
</html>""".replace("FONT_LINKS", FONT_LINKS)
    .replace("CHART_LINKS", CHART_LINKS)
    .replace("CSS_VARIABLES", theme.css_variables())
    .replace("THEME_SCRIPT", THEME_SCRIPT)
)


@dataclass(frozen=True)
class NavItem:
    """A link: what it says, where it goes, whether it is where we are."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class NavGroup:
    """Pages that belong together; the group itself leads to its first page."""

    title: str
    items: list[NavItem]

    @property
    def current(self) -> bool:
        """Whether we are on one of its pages."""
        return any(item.current for item in self.items)


Option = tuple[str, str, str]  # value, label, code of the group it stands under ("" = none)


@dataclass(frozen=True)
class Control:
    """A select of the shared bar."""

    id: str
    key: str
    options: list[Option]
    value: str
    shown: bool


def layout() -> Component:
    """The empty frame that the browser gets first; one callback fills it from the URL."""
    lang = LANGS[0]
    blank = [
        Control(i, key, [], "", True)
        for i, key in ((ids.PROVINCE, "province"), (ids.INDEX, "index"), (ids.YEAR, "year"))
    ]
    return dmc.MantineProvider(
        id=ids.PROVIDER,
        theme=theme.MANTINE,
        children=[
            dcc.Location(id=ids.URL, refresh=False),
            dcc.Store(id=ids.DOCUMENT),
            dcc.Store(id=ids.WRITTEN),
            dcc.Download(id=ids.DOWNLOAD_SINK),
            html.Div(id=ids.HEADER, className="site-header-slot"),
            html.Div(
                [select(item, lang) for item in blank],
                id=ids.CONTROLS,
                className="controls no-print",
                role="search",
            ),
            html.Div(id=ids.NOTICES, className="notices", role="status", **{"aria-live": "polite"}),
            html.Main(id=ids.PAGE, className="page", children=skeleton(lang), tabIndex=-1),
            html.Div(id=ids.FOOTER, className="site-footer-slot"),
            dcc.Store(id=ids.FIGURE_ASKED),
            figure_drawer(lang),
            unreachable(),
        ],
    )


def figure_drawer(lang: str) -> Component:
    """The drawer that tells where a figure comes from; closed until a marked figure is pressed.

    Escape closes it and the keyboard goes back to the figure (Mantine's own doing).
    """
    return dmc.Drawer(
        id=ids.FIGURE_DRAWER, opened=False, position="right", size="min(34rem, 100%)", padding="lg",
        closeButtonProps={"aria-label": t("provenance.close", lang)}, className="figure-drawer",
        overlayProps={"backgroundOpacity": 0.15}, transitionProps={"duration": 0}, lockScroll=False,
    )  # fmt: skip


def bare_header(languages: list[NavItem], lang: str) -> Component:
    """The header while there is nothing to navigate: name, theme, language."""
    return html.Header(
        className="site-header site-header-bare",
        children=[
            html.Span(t("app.name", lang), className="brand"),
            html.Span(className="site-nav"),
            _theme_button(lang),
            _languages(languages, lang),
        ],
    )


def print_bar(close: str, lang: str) -> Component:
    """Over a page shown as on paper, in place of the header: print it, or go back (`close`: the address)."""
    return html.Div(
        [
            html.Span(t("paper.name", lang), className="print-bar-name"),
            html.Button(
                t("paper.print", lang), type="button", className="print-bar-act", **{"data-print": "1"}
            ),
            html.A(t("paper.close", lang), href=close, className="print-bar-act"),
        ],
        className="print-bar",
        role="region",
        **{"aria-label": t("paper.name", lang)},
    )


def _languages(items: list[NavItem], lang: str) -> Component:
    links = [_language(item, lang) for item in items]
    return html.Nav(links, className="languages", **{"aria-label": t("shell.languages", lang)})


def header(groups: list[NavGroup], languages: list[NavItem], home: str, lang: str) -> Component:
    """Product name, groups of pages with the present one's pages below, search, theme and language."""
    return html.Header(
        className="site-header",
        children=[
            html.A(t("shell.skip", lang), href=f"#{ids.PAGE}", className="skip-link"),
            NavLink(t("app.name", lang), home, className="brand"),
            html.Nav(
                [_group(group) for group in groups if group.items],
                className="site-nav",
                **{"aria-label": t("shell.nav", lang)},
            ),
            search_box(SEARCH.format(lang=lang), lang),
            _theme_button(lang),
            _languages(languages, lang),
        ],
    )


def _group(group: NavGroup) -> Component:
    links = [
        html.Li(NavLink(item.label, item.href, current="page" if item.current else None))
        for item in group.items
    ]
    title = NavLink(group.title, group.items[0].href, className="nav-group-title")
    here = " nav-group-current" if group.current else ""
    return html.Div([title, html.Ul(links)], className=f"nav-group{here}")


def _theme_button(lang: str) -> Component:
    """Light or dark; what it does is in assets/page.js."""
    marks = {"aria-label": t("shell.theme", lang), "data-theme-toggle": "1"}
    icon = html.Span(className="theme-icon", **{"aria-hidden": "true"})
    return html.Button(icon, type="button", className="theme-button", title=t("shell.theme", lang), **marks)


def _language(item: NavItem, lang: str) -> Component:
    code = item.label
    extra: dict[str, Any] = {"aria-label": t(f"lang.{code}", lang), "hrefLang": code}
    return NavLink(code.upper(), item.href, current="true" if item.current else None, **extra)


def control_props(control: Control, lang: str) -> dict[str, Any]:
    """The properties of one select for a view; a control the page does not obey is hidden."""
    return select_props(control, lang)


def unknown_page(path: str, shown: str, lang: str) -> Component:
    """Notice: no page at this address."""
    return notice(t("notice.unknown_page", lang, path=path[:60], shown=shown), "repair", lang)


def repaired(parameter: str, asked: str, shown: str, lang: str) -> Component:
    """Notice: a parameter was not usable, and what is shown instead."""
    return notice(t(f"notice.unknown_{parameter}", lang, asked=asked, shown=shown), "repair", lang)


def simulated(lang: str) -> Component:
    """Over every page of a release of made-up figures, on the screen and on paper."""
    return html.P(t("simulated.banner", lang), className="simulated", role="note")


def footer(release: Any, lang: str) -> Component:
    """Release, date, how figures are made: on every page and on every printed sheet."""
    return html.Footer(
        className="site-footer",
        children=[
            html.Span(t("footer.release", lang, id=release.release_id, date=day(release.built_at, lang))),
            html.Span(t("footer.sources", lang, count=release.sources_count)),
            html.Span(t("footer.rule", lang)),
        ],
    )
