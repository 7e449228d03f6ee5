"""Wiring of the data page: the whole release at a glance."""

from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
from dash import MATCH, Dash, Input, Output, no_update

from callbacks import data_releases, data_take, downloads, internal
from callbacks.answers import lasting
from callbacks.ranking import PAGE as RANKING
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW
from callbacks.url_state import ViewState, carried, search_of
from etl.warehouse.queries import Warehouse
from layouts import ids
from layouts.components.table import GRID
from layouts.frames import as_rows
from layouts.pages import data
from layouts.pages.data_parts import DataView
from layouts.text import LANGS, t
from service.version import VERSION


def build_view(warehouse: Warehouse) -> DataView:
    """All that the page shows."""
    release, conflicts = warehouse.release(), warehouse.conflicts()
    return DataView(
        release_id=release.release_id,
        built_at=release.built_at,
        pack_date=release.pack_date,
        indices=warehouse.indices(),
        coverage=warehouse.coverage(),
        sources=warehouse.sources(),
        conflicts=conflicts,
        reconciliation=warehouse.reconciliation(),
        differences=warehouse.known_differences(),
        frameworks=with_statuses(warehouse, warehouse.frameworks()),
        names=component_names(warehouse, conflicts),
        version=VERSION,
    )


def with_statuses(warehouse: Warehouse, frameworks: pd.DataFrame) -> pd.DataFrame:
    """Each framework with {status: number of components} of its last year."""
    counts: dict[tuple[str, int], dict[str, int]] = {}
    for row in as_rows(warehouse.component_statuses(ROOT_VIEW)):
        counts.setdefault((row["framework_id"], int(row["year"])), {})[row["status"]] = int(row["n"])
    last = zip(frameworks["framework_id"], frameworks["last_year"].astype(int), strict=True)
    return frameworks.assign(statuses=[counts.get(one, {}) for one in last])


def component_names(
    warehouse: Warehouse, conflicts: pd.DataFrame
) -> dict[tuple[str, int, str], dict[str, Any]]:
    """Names of the components that sources disagree on."""
    made = {}
    parts = conflicts[conflicts["component_code"] != conflicts["index_code"]]
    years = parts[["index_code", "year"]].drop_duplicates()
    for index, of_index in years.groupby("index_code"):
        for row in as_rows(
            warehouse.components(str(index), of_index["year"].astype(int).tolist(), ROOT_VIEW)
        ):
            made[str(index), int(row["year"]), row["component_code"]] = row
    return made


def ranking_address(code: str, year: int, state: ViewState, services: Services) -> str:
    """Address of the ranking of an index in a year, for the same province and language."""
    return RANKING.path + search_of(replace(carried(state), index=code, year=year), services.facts())


def view_of(services: Services) -> DataView:
    """All that the page shows of the release of this moment."""
    return services.kept(("data-view",), lambda: build_view(services.warehouse))


def later_rows(services: Services, asked: Any) -> list[dict[str, Any]] | None:
    """The rows of a table of which the page on the screen asks {"table", "lang"}; None for no such table."""
    given = asked if isinstance(asked, dict) else {}
    named = {data.table_id(name): name for name in data.LATER}
    name, lang = named.get(str(given.get("table"))), str(given.get("lang"))
    if name is None or lang not in LANGS:
        return None
    with services.warehouse.steady():
        return data.later_rows(view_of(services), name, lang)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    link = partial(ranking_address, state=state, services=services)
    view = view_of(services)
    take, releases = data_take.build_view(services, state), data_releases.build_view(services, state)
    _, _, taken = data_take.chosen(services.facts(), state)
    _, _, compared = data_releases.chosen(services, state, releases.kept)
    same = services.kept(("data-same", state.lang), lambda: data.same(view, state.lang))
    page = data.layout(view, data.More(link, take, releases), state.lang, same)
    return Rendered(page, t("nav.data", state.lang), (*taken, *compared))


def register(app: Dash, services: Services) -> None:
    """The rows that come after the page, and the downloads, one callback for the tables of all pages."""
    downloads.register(app, services)

    @app.callback(
        Output({"type": GRID, "table": MATCH, "part": "grid"}, "rowData"),
        Input({"type": ids.TABLE_LATER, "table": MATCH}, "data"),
    )
    def _rows(asked: Any) -> Any:
        rows = later_rows(services, asked) or internal.later_rows(services, asked)
        if rows is None:
            return no_update
        lasting()
        return rows


PAGE = Page(
    id="data",
    path="/du-lieu",
    group="audit",
    controls=(),
    render=render,
    extras=(data_take.INDEX, data_take.YEAR, data_take.WORDS, data_releases.OLD, data_releases.NEW),
    register=register,
)
