"""Data: what the release holds, where it comes from, where sources disagree, how well it recomputes, what is
missing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dash import dcc
from dash.development.base_component import Component

from layouts import html, ids, text
from layouts.components.controls import NavLink
from layouts.components.table import Col, Spec, asking, grid, payload
from layouts.components.twin import Column, Table, buttons, store
from layouts.pages import data_parts as parts
from layouts.pages.data_frameworks import framework_columns, framework_rows
from layouts.pages.data_parts import DataView
from layouts.pages.data_releases import ReleasesView, releases_section
from layouts.pages.data_take import TakeView, cite_section, dictionary_section, take_section
from layouts.text import t

TALL = 460  # pixels after which a long table scrolls inside itself
FEW = 12  # rows that stand without scrolling
SECTIONS = (
    "coverage", "take", "cite", "dictionary", "releases", "reconciliation", "conflicts", "frameworks",
    "sources", "missing",
)  # fmt: skip

GOOD_IF_EMPTY = ("conflicts",)  # tables that are a good finding where they have no row
LATER = ("conflicts", "sources")  # tables whose rows are half of the page: it is on the screen before them

Link = Callable[[str, int], str]


@dataclass(frozen=True)
class More:
    """Beside the release at a glance: `link` gives the address of the ranking of an index in a year, then
    what can be taken away, and the releases kept.
    """

    link: Link
    take: TakeView
    releases: ReleasesView


@dataclass(frozen=True)
class Same:
    """What is the same for every province: the first words, and the sections with one table each."""

    headline: str
    release: str
    grids: tuple[Component, ...]
    missing: Component


def same(view: DataView, lang: str) -> Same:
    """The parts that a release and a language alone decide: made once for all readers, never changed."""
    compared = parts.reconciliation_rows(view, lang)
    grids = (
        ("reconciliation", parts.reconciliation_columns(lang), compared),
        ("conflicts", parts.conflict_columns(lang), later_rows(view, "conflicts", lang)),
        ("frameworks", framework_columns(lang), framework_rows(view, lang)),
        ("sources", parts.source_columns(lang), later_rows(view, "sources", lang)),
    )
    return Same(
        _headline(view, compared, lang),
        _release(view, compared, lang),
        tuple(_grid_section(name, columns, rows, view, lang) for name, columns, rows in grids),
        missing_section(view, lang),
    )


def later_rows(view: DataView, name: str, lang: str) -> list[dict[str, Any]]:
    """The rows of a table of `LATER`. Raises KeyError for another one."""
    made = {"conflicts": parts.conflict_rows, "sources": parts.source_rows}
    return made[name](view, lang)


def table_id(name: str) -> str:
    """Id of the table of a section."""
    return f"data-{name}-table"


def layout(view: DataView, more: More, lang: str, made: Same | None = None) -> Component:
    """The page in one language; `made`: its parts that every province shares, where they were made before."""
    made = made or same(view, lang)
    children = [
        html.H1(made.headline),
        html.P(made.release, className="lede"),
        html.Nav(
            [
                html.A(t(f"data.{name}.heading", lang), href=f"#data-{name}", className="chip")
                for name in SECTIONS
            ],
            className="chips no-print",
            **{"aria-label": t("data.sections", lang)},
        ),
        coverage_section(view, more.link, lang),
        take_section(more.take, lang),
        cite_section(more.take, lang),
        dictionary_section(more.take, lang),
        releases_section(more.releases, lang),
        *made.grids,
        made.missing,
    ]
    return html.Article(children, className="page-data")


def _headline(view: DataView, rows: list[dict[str, Any]], lang: str) -> str:
    compared = sum(row["cells"] for row in rows)
    good = sum(row[name] for row in rows for name in ("exact", "within_rounding", "within_tolerance"))
    return t(
        "data.head",
        lang,
        sources=text.number(len(view.sources), 0, lang),
        compared=text.number(compared, 0, lang),
        good=text.number(good, 0, lang),
    )


def _release(view: DataView, rows: list[dict[str, Any]], lang: str) -> str:
    """Release, its date, the latest source, and what the recomputed figures that do not match are."""
    words = t(
        "data.release",
        lang,
        id=view.release_id,
        date=text.day(view.built_at, lang),
        time=view.built_at[11:16],
    )
    counts = {name: sum(row[name] for row in rows) for name in ("approximate", "differs", "listed")}
    told = "; ".join(
        t(f"data.rest_part.{key}", lang, **values) for key, values in parts.unmatched(counts, lang).items()
    )
    rest = t("data.rest", lang, told=told) if told else ""
    pack = t("data.pack", lang, date=text.loose_day(view.pack_date, lang)) if view.pack_date else ""
    program = t("data.version", lang, version=view.version) if view.version else ""
    return " ".join(part for part in (rest, words, pack, program) if part)


def coverage_section(view: DataView, link: Link, lang: str) -> Component:
    """The matrix index x year: each cell says how many of how many, and leads to that ranking."""
    cells, years = parts.coverage_cells(view, lang), parts.years(view)
    title = t("data.coverage.heading", lang)
    head = html.Tr(
        [
            html.Th(t("common.index", lang), scope="col"),
            *(html.Th(str(year), scope="col", className="num") for year in years),
        ]
    )
    body = [
        html.Tr(
            [
                html.Th(name, scope="row"),
                *(_coverage_cell(cells[code].get(year), link(code, year), lang) for year in years),
            ]
        )
        for code, name in parts.short_names(view, lang).items()
    ]
    matrix = html.Table(
        [html.Caption(title, className="sr-only"), html.Thead(head), html.Tbody(body)], className="coverage"
    )
    table = _coverage_table(view, cells, years, title, lang)
    return html.Section(
        [
            html.Div([html.H2(title), buttons(table, lang)], className="section-head"),
            html.P(t("data.coverage.note", lang), className="note"),
            _key(lang),
            html.Div(matrix, className="table-scroll", tabIndex=0, role="region", **{"aria-label": title}),
            store(table),
        ],
        id="data-coverage",
    )


def _coverage_cell(cell: parts.Cell | None, href: str, lang: str) -> Component:
    if cell is None or cell.state == "none":
        return html.Td(
            text.DASH,
            className="cover cover-none",
            title=cell.hint if cell else t("data.coverage.none", lang),
        )
    return html.Td(NavLink(cell.words, href, title=cell.hint), className=f"cover cover-{cell.state}")


def _key(lang: str) -> Component:
    items = [
        html.Li(
            [
                html.Span(
                    "12/63" if state != "none" else text.DASH,
                    className=f"cover cover-{state}",
                    **{"aria-hidden": "true"},
                ),
                t(f"data.coverage.{state}", lang),
            ]
        )
        for state in ("complete", "partial", "ranks", "none")
    ]
    return html.Ul(items, className="coverage-key")


def _coverage_table(view: DataView, cells: Any, years: Sequence[int], title: str, lang: str) -> Table:
    columns = [Column("index", t("common.index", lang)), *(Column(str(year), str(year)) for year in years)]
    rows = [
        {"index": name}
        | {str(year): cells[code][year].words if year in cells[code] else None for year in years}
        for code, name in parts.short_names(view, lang).items()
    ]
    return Table("data-coverage", title, columns, rows, meta=view.meta())


def _grid_section(
    name: str, columns: tuple[Col, ...], rows: list[dict[str, Any]], view: DataView, lang: str
) -> Component:
    """A section with one table; a long one scrolls inside itself."""
    title, tall = t(f"data.{name}.heading", lang), len(rows) > FEW
    if not rows and name in GOOD_IF_EMPTY:
        return html.Section([html.H2(title), html.P(t(f"data.{name}.none", lang))], id=f"data-{name}")
    later = tall and name in LATER  # a short table comes with the page and takes no more room than its rows
    height = TALL if tall else 0
    spec = Spec(table_id(name), title, columns, rows, max_height=height, later=later)
    held = payload(spec, title, view.meta(), in_grid=True)
    return html.Section(
        [
            html.Div(
                [html.H2(title), buttons(Table(spec.table_id, title, (), ()), lang)], className="section-head"
            ),
            html.P(t(f"data.{name}.note", lang, count=text.number(len(rows), 0, lang)), className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(spec.table_id), data=held),
            asking(spec, lang) if later else None,
        ],
        id=f"data-{name}",
    )


def missing_section(view: DataView, lang: str) -> Component:
    """What is not covered: years that are not complete, and what no source here gives."""
    years = [
        t("data.missing.index", lang, index=name, part=part)
        + (" " + t("data.missing.full", lang, years=full) if full else "")
        for name, full, part in parts.incomplete(view, lang)
    ]
    items = [
        *years,
        *(
            t(f"data.missing.{key}", lang)
            for key in ("criteria", "new_schemes", "results", "units", "backcast")
        ),
    ]
    return html.Section(
        [
            html.H2(t("data.missing.heading", lang)),
            html.Ul([html.Li(item) for item in items], className="missing"),
        ],
        id="data-missing",
    )
