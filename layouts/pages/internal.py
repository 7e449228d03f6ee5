"""Ranking of a province's own departments and localities: one table a bloc, ranked apart, never across
provinces.
"""

from typing import Any

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text
from layouts.components.notice import empty
from layouts.components.table import Col, Spec, asking, grid, payload
from layouts.components.twin import Table, buttons, plain
from layouts.figure_ref import ref_of
from layouts.frames import as_rows
from layouts.pages.internal_parts import LONG, matrix
from layouts.pages.ranking_bands import switches
from layouts.pages.ranking_parts import RankingView, subject_name
from layouts.text import has, t, tn

TALL = 460  # pixels of a table that scrolls inside itself
# The figure of a score row in each column; one that no row of a bloc has is not shown.
FIGURES = {"rank": "rank", "score": "value", "bar": "value", "points": "points", "most": "points_max"}


def layout(view: RankingView, lang: str, search: str = "") -> Component:
    """The page: finding, one section a bloc; without units of our province, which provinces have some.

    search: the query string with which the rows of a long bloc are asked for once the page is shown.
    """
    rows = own_rows(view)
    if rows.empty:
        return html.Article(
            [
                html.H1(_none(view, lang)),
                *switches(view.switches, lang),
                empty(_none(view, lang), _who_has(view, lang)),
            ],
            className="page-ranking",
        )
    children = [
        html.P(
            " · ".join(
                (text.name(view.subject.index, lang), t("ranking.measured", lang, year=view.subject.year))
            ),
            className="kicker",
        ),
        html.H1(headline(rows, view, lang)),
        html.P(" ".join(notes(rows, view, lang)), className="lede"),
        *switches(view.switches, lang),
        html.Div([bloc_section(part, view, lang, search) for part in blocs(rows)], className="bloc-grid"),
        *(made for part in blocs(rows) if (made := matrix(part, view, lang)) is not None),
    ]
    return html.Article(children, className="page-ranking page-internal")


def own_rows(view: RankingView) -> pd.DataFrame:
    """Score rows of the units of our province, with their bloc; the province is known by its name."""
    places = view.units.set_index("unit_id")
    rows = view.scores.assign(
        province=view.scores["unit_id"].map(places["province_unit_id"]),
        bloc=view.scores["unit_id"].map(places["bloc"]),
        bloc_vi=view.scores["unit_id"].map(places["bloc_vi"]),
        bloc_en=view.scores["unit_id"].map(places["bloc_en"]),
    )
    return rows[rows["province"].isin(view.own_provinces)]


def blocs(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """One frame a bloc, the largest bloc first, best unit first in each."""
    parts = [
        part.sort_values(["value", "unit_order"], ascending=[False, True])
        for _, part in rows.groupby("bloc", sort=False)
    ]
    return sorted(parts, key=len, reverse=True)


def headline(rows: pd.DataFrame, view: RankingView, lang: str) -> str:
    """The first of every bloc; of one not held whole, which has no ranks, the highest of those held."""
    firsts = []
    for part in blocs(rows):
        first = part.iloc[0]
        if not has(first["value"]):
            continue
        told = {
            "bloc": text.lower_first(text.name(first, lang, "bloc")),
            "unit": text.name(first, lang, "unit_name"),
            "score": view.subject.amount(first["value"], lang),
        }
        if part["rank"].notna().any():
            firsts.append(t("ranking.internal.first", lang, **told))
        else:
            firsts.append(tn("ranking.internal.first_held", int(part["value"].notna().sum()), lang, **told))
    named = {"province": view.subject.asked, "what": subject_name(view, lang)}
    if not firsts:
        return t("ranking.internal.head_none", lang, **named)
    return t("ranking.internal.head", lang, firsts="; ".join(firsts), **named)


def notes(rows: pd.DataFrame, view: RankingView, lang: str) -> list[str]:
    """How units are ranked, and how much of the province's table is here."""
    said = view.subject.framework.get(f"notes_{lang}")
    if not has(said):
        return [tn("ranking.internal.held", len(rows), lang)]
    return [tn("ranking.internal.held_noted", len(rows), lang), f"{str(said).rstrip('.')}."]


def table_id(part: pd.DataFrame) -> str:
    """Id of the table of a bloc."""
    return f"ranking-{part.iloc[0]['bloc']}"


def later_rows(view: RankingView, table: object, lang: str) -> list[dict[str, Any]] | None:
    """The rows of the table of a bloc; None for no such table."""
    held = (part for part in blocs(own_rows(view)) if table_id(part) == table)
    return next(([_row(row, lang) for row in as_rows(part)] for part in held), None)


def bloc_section(part: pd.DataFrame, view: RankingView, lang: str, search: str) -> Component:
    """One bloc: title, table, downloads. A long one scrolls inside itself, its rows come after the page."""
    first = part.iloc[0]
    name = text.name(first, lang, "bloc")
    named, late = table_id(part), len(part) > LONG
    title = t(
        "ranking.internal.table", lang, bloc=name, what=subject_name(view, lang), province=view.subject.asked
    )
    # Rows that come after the page are not made twice; one says that their figures have sources.
    rows = [_row(row, lang) for row in as_rows(part.head(1) if late else part)]
    height = TALL if late else 0
    spec = Spec(named, title, columns(part, view, lang), rows, max_height=height, later=late)
    meta = view.subject.meta((view.subject.asked, name))
    held = payload(spec, title, meta, view.subject.unit_word(lang), in_grid=late)
    return html.Section(
        [
            html.Div([html.H2(name), buttons(Table(named, title, (), ()), lang)], className="section-head"),
            html.P(tn(f"ranking.internal.{_order(part)}", len(part), lang), className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(named), data=held),
            asking(spec, lang, search) if late else None,
        ]
    )


def _order(part: pd.DataFrame) -> str:
    """The sentence of what units are ranked by; the maximum that applies is known of some indices only."""
    return "subtitle" if "points_max" in part and part["points_max"].notna().any() else "subtitle_plain"


def _row(row: dict[str, Any], lang: str) -> dict[str, Any]:
    figures = {field: plain(row.get(name)) for field, name in FIGURES.items()}
    return {"name": text.name(row, lang, "unit_name"), **figures, "refs": {"score": ref_of(row)}}


def columns(part: pd.DataFrame, view: RankingView, lang: str) -> tuple[Col, ...]:
    """Rank, unit, points of the applicable maximum where known, score and bar."""
    places, unit = view.subject.decimals, view.subject.unit_word(lang)
    made = (
        Col(
            "rank",
            t("common.rank", lang),
            "rank",
            width=64,
            order=True,
            why=t("ranking.internal.no_rank", lang),
        ),
        Col("name", t("ranking.internal.unit", lang), flex=3, least=150, wrap=True),
        Col("points", t("ranking.internal.points", lang), "number", places, width=88, hide_under=460),
        Col("most", t("ranking.internal.most", lang), "number", 1, width=92, hide_under=460),
        Col("score", t("common.score", lang), "number", places, width=92, unit=unit if unit == "%" else ""),
        Col(
            "bar",
            t("ranking.bar", lang),
            "bar",
            places,
            least=70,
            span=(0.0, 100.0),
            hide_under=420,
            export=False,
        ),
    )
    known = {name for name in part.columns if part[name].notna().any()}
    return tuple(col for col in made if col.field == "name" or FIGURES[col.field] in known)


def _none(view: RankingView, lang: str) -> str:
    return t("ranking.internal.none", lang, province=view.subject.asked, what=subject_name(view, lang))


def _who_has(view: RankingView, lang: str) -> str:
    """Provinces whose units are in the pack that year."""
    owners = view.units[view.units["unit_id"].isin(view.scores["unit_id"])]["province_unit_id"].unique()
    names = [view.province_names[unit] for unit in owners if unit in view.province_names]
    return t("ranking.internal.who", lang, year=view.subject.year, names=text.listing(sorted(names), lang))
