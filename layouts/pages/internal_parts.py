"""Units of a bloc by components: where each of them loses, at one look."""

import pandas as pd
from dash.development.base_component import Component

from layouts import text
from layouts.components.chart import Chart, chart
from layouts.components.twin import Column, Table, rows_of
from layouts.figures.heatmap import HeatOptions, heatmap, names_width
from layouts.frames import as_rows
from layouts.pages.ranking_parts import RankingView
from layouts.text import t

LONG, LOWEST = 200, 30  # units beyond which nobody reads a drawing of all; so many of them are shown then
LEAST = 2  # units, and components, from which on there is something to compare


def matrix(bloc: pd.DataFrame, view: RankingView, lang: str) -> Component | None:
    """The heat map of a bloc with its table; None where it has no components, or one unit alone.

    `bloc`: score rows of its units, best first. Shares of the maximum that applies to each unit where every
    figure has one, points otherwise. Of a long bloc only those at its end are drawn.
    """
    if view.parts.empty:
        return None
    rows = view.parts[view.parts["unit_id"].isin(bloc["unit_id"])]
    columns = list(dict(zip(rows["component_code"], rows["component_name"], strict=True)).items())
    if len(columns) < LEAST or rows["unit_id"].nunique() < LEAST:
        return None
    by = "share" if rows["share"].notna().all() else "value"
    places = 0 if by == "share" else view.subject.decimals
    frame = _wide(rows, bloc, by, lang)
    first, some = bloc.iloc[0], len(frame) > LONG
    said = {"bloc": text.name(first, lang, "bloc"), "component": _widest(frame, columns)}
    subtitle = t(f"internal.parts.subtitle_{by}", lang)
    if some:
        subtitle += " · " + t("internal.parts.lowest", lang, n=LOWEST, of=text.number(len(frame), 0, lang))
        frame = frame.tail(LOWEST)
    return chart(
        Chart(
            figure=heatmap(frame, HeatOptions("", columns, by, places), lang),
            title=t("internal.parts.title", lang, **said),
            subtitle=subtitle,
            caption=t("internal.parts.caption", lang),
            table=_table(frame, columns, by, view, lang),
            classes="heat",
            style={"minWidth": 18 + names_width(frame) + 86 * len(columns)},
        ),
        lang,
    )


def _wide(rows: pd.DataFrame, bloc: pd.DataFrame, by: str, lang: str) -> pd.DataFrame:
    """A row a unit, in the order of the bloc, with its name, total and one column a component."""
    wide = rows.pivot_table(index="unit_id", columns="component_code", values=by, aggfunc="first")
    held = bloc[bloc["unit_id"].isin(wide.index)]
    names = [text.name(row, lang, "unit_name") for row in as_rows(held)]
    return wide.loc[held["unit_id"]].assign(name=names, total=held["value"].to_numpy()).reset_index()


def _widest(frame: pd.DataFrame, columns: list[tuple[str, str]]) -> str:
    codes = [code for code, _ in columns]
    return dict(columns)[str((frame[codes].max() - frame[codes].min()).idxmax())]


def _table(
    frame: pd.DataFrame, columns: list[tuple[str, str]], by: str, view: RankingView, lang: str
) -> Table:
    factor, places = (100, 1) if by == "share" else (1, view.subject.decimals)
    shown = [
        Column("name", t("ranking.internal.unit", lang)),
        Column("total", t("common.score", lang), view.subject.decimals),
        *(Column(code, name, places) for code, name in columns),
    ]
    scaled = frame.assign(**{code: frame[code] * factor for code, _ in columns})
    bloc = str(frame["unit_id"].iloc[0])
    title = t("internal.parts.table", lang, what=view.subject.label(lang), province=view.subject.asked)
    return Table(
        f"internal-parts-{bloc}", title, shown, rows_of(scaled, shown), meta=view.subject.meta((title,))
    )
