"""Ranking: who stands where on one index (or component) in one year, on the map and over the years."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text
from layouts.components.chart import Chart, chart
from layouts.components.figure import criterion_link
from layouts.components.table import Spec, grid, payload
from layouts.components.twin import Column, Table, buttons, plain
from layouts.figure_ref import ref_of
from layouts.figures.bump import BumpOptions, bump
from layouts.figures.tilemap import TileOptions, proportion, tilemap
from layouts.frames import as_rows
from layouts.pages import ranking_frames as frames
from layouts.pages import ranking_parts as parts
from layouts.pages import ranking_words as words
from layouts.pages.ranking_bands import ALIKE_MARK, switches, ties, ties_note
from layouts.pages.ranking_parts import RankingView
from layouts.subject import Subject
from layouts.text import has, t

COMPONENT_SELECT = "ranking-component"
TABLE_ID = "ranking"


def layout(view: RankingView, lang: str) -> Component:
    """The page: finding, table on the left, map and years on the right."""
    children = [
        kicker(view.subject, lang),
        html.H1(words.headline(view, lang)),
        html.P(" ".join(words.lede(view, lang)), className="lede"),
        component_select(view, lang),
        *switches(view.switches, lang),
        criterion_link(view.criterion_href, lang),
        html.Div(
            [
                html.Section(ranking_table(view, lang), className="ranking-table"),
                html.Div([tile_block(view, lang), bump_block(view, lang)], className="ranking-side"),
            ],
            className="ranking-grid",
        ),
    ]
    shown = [child for child in children if child is not None]
    return html.Article(shown, className="page-ranking")


def kicker(subject: Subject, lang: str) -> Component:
    """Index, publisher, measured year, framework: what the figures below belong to."""
    said = (
        text.name(subject.index, lang),
        text.name(subject.index, lang, "publisher"),
        t("ranking.measured", lang, year=subject.year),
        subject.scheme(lang),
    )
    return html.P(" · ".join(part for part in said if part), className="kicker")


def component_select(view: RankingView, lang: str) -> Component:
    """Which component is ranked; hidden when the index has none in the pack."""
    options = [
        {"value": code, "label": f"{'  ' * max(depth - 1, 0)}{name}"} for code, name, depth in view.choices
    ]
    return html.Div(
        dmc.Select(
            id=COMPONENT_SELECT,
            label=t("ranking.select", lang),
            data=options,
            value=view.code,
            searchable=True,
            allowDeselect=False,
            nothingFoundMessage=t("controls.nothing_found", lang),
            maxDropdownHeight=360,
            comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}, "width": "max-content"},
            filter={"function": "withoutAccents"},
            className="control",
        ),
        className="ranking-select no-print",
        style=None if len(view.choices) > 1 else {"display": "none"},
    )


def component_select_placeholder() -> Component:
    """The select as Dash knows it before a page is drawn."""
    return dmc.Select(id=COMPONENT_SELECT)


def ranking_table(view: RankingView, lang: str) -> list[Component]:
    """The table with its title, how to read it, its downloads."""
    rows = parts.table_rows(view, lang)
    title = t("ranking.table", lang, what=parts.subject_name(view, lang))
    spec = Spec(TABLE_ID, title, parts.columns(view, rows, lang), rows)
    notes = table_notes(view, lang)
    table = Table(TABLE_ID, title, (), ())
    meta = view.subject.meta((view.subject.label(lang), parts.subject_name(view, lang)), tuple(notes[:-1]))
    return [
        html.Div([html.H2(title), buttons(table, lang)], className="section-head"),
        html.P(" ".join(notes), className="note"),
        grid(spec, lang),
        dcc.Store(
            id=ids.table_store(TABLE_ID), data=payload(spec, title, meta, view.subject.unit_word(lang))
        ),
    ]


def table_notes(view: RankingView, lang: str) -> list[str]:
    """How to read the table: where ranks come from, what the lines are, what a dash is."""
    kinds = set(view.scores["rank_kind"].dropna())
    notes = [t(f"ranking.note.{kind}_ranks", lang) for kind in ("published", "computed") if kind in kinds]
    if not view.ranked:
        notes = [t("ranking.note.no_ranks", lang, coverage=parts.coverage_words(view, lang))]
    cuts = [
        text.number(row["score_from"], view.subject.decimals, lang)
        for row in view.subject.groups[:-1]
        if has(row["score_from"])
    ]
    if cuts and view.is_total and view.scores["group_code"].notna().any():
        notes.append(t("ranking.note.cuts", lang, cuts="; ".join(cuts)))
    soft = [kind for kind in ("recomputed", "imputed") if (view.scores["value_kind"] == kind).any()]
    notes += [t(f"ranking.note.{kind}", lang) for kind in soft]
    if view.subject.said(lang) and not parts.withheld(view):
        notes.append(f"{view.subject.said(lang)}.")
    notes += [note for note in band_notes(view, lang) if note]
    return [*notes, t("ranking.note.blank", lang)]


def band_notes(view: RankingView, lang: str) -> list[str]:
    """What the bands are, and who shares a rank."""
    shared = ties({"rank": row["rank"], "name": text.name(row, lang, "unit_name")} for row in view.rows)
    told = t("bands.note", lang, mark=ALIKE_MARK, province=view.subject.province) if view.bands.ranks else ""
    return [told, ties_note(shared, lang)]


def tile_block(view: RankingView, lang: str) -> Component | None:
    """The tile map with caption and twin; none for units that are not provinces."""
    if view.tiles.empty:
        return None
    frame = frames.tile_frame(view, lang)
    by = "value" if view.scored else "rank"
    key = t("ranking.map.key_score" if by == "value" else "ranking.map.key_rank", lang)
    unit = view.subject.unit_word(lang) or t("ranking.unit_ratio", lang)
    options = TileOptions(view.subject.own_id, by, view.subject.decimals, key, t("ranking.map.no_data", lang))
    return chart(
        Chart(
            figure=tilemap(frame, options, lang),
            title=words.map_title(view, lang),
            subtitle=t(
                "ranking.map.subtitle",
                lang,
                what=parts.subject_name(view, lang),
                unit=unit,
            ),
            caption=t("ranking.map.caption", lang),
            table=_tile_table(view, frame, lang),
            classes="tilemap",
            proportion=proportion(frame),
        ),
        lang,
    )


def _tile_table(view: RankingView, frame: pd.DataFrame, lang: str) -> Table:
    """Every tile in words, archipelagos too: name, region, score, rank."""
    units = {row["unit_id"]: row for row in as_rows(view.units)}
    figures = {row["unit_id"]: row for row in view.rows}
    rows = [
        {
            "name": f"{row['label']} ({name})" if has(row["belongs_to"]) else name,
            "region": unit[f"region_{lang}"],
            "value": plain(row["value"]),
            "rank": plain(row["rank"]),
            "refs": {"value": ref_of(figures.get(row["unit_id"], {}))},
            "links": {"name": view.hrefs.get(row["unit_id"], "")},
        }
        for row in as_rows(frame)
        if (unit := units[row["unit_id"]]) and (name := unit[f"name_{lang}"])
    ]
    columns = [
        Column("name", t("common.province", lang)),
        Column("region", t("ranking.region", lang)),
        Column("value", t("common.score", lang), view.subject.decimals),
        Column("rank", t("common.rank", lang), 0),
    ]
    title = t("ranking.map.table", lang, what=parts.subject_name(view, lang))
    return Table(
        "ranking-map",
        title,
        columns,
        sorted(rows, key=lambda row: (row["region"], row["name"])),
        meta=view.subject.meta((view.subject.label(lang),)),
    )


def bump_block(view: RankingView, lang: str) -> Component | None:
    """Ranks (or scores) over the years with caption and twin; nothing with a single year."""
    if view.history.empty:
        return None
    frame, by = frames.bump_frame(view, lang)
    if frame.empty or frame["year"].nunique() < 2:
        return html.P(t("ranking.bump.one_year", lang), className="note")
    named = _named(frame, by, view.subject.own_id)
    y_title = t("common.rank", lang) if by == "rank" else view.subject.unit_word(lang)
    options = BumpOptions(
        view.subject.own_id, by, named, _breaks(view, lang), view.subject.decimals, y_title=y_title
    )
    return chart(
        Chart(
            figure=bump(frame, options, lang),
            title=words.bump_title(view, frame, by, lang),
            subtitle=t(f"ranking.bump.subtitle_{by}", lang, what=_series_name(view, lang)),
            caption=t("ranking.bump.caption", lang, names=text.listing(_names(frame, named), lang)),
            table=_bump_table(view, frame, by, lang),
            classes="bump",
        ),
        lang,
    )


def _series_name(view: RankingView, lang: str) -> str:
    name = view.subject.short(lang)
    return name if view.is_total else f"{text.name(view.component, lang)} ({name})"


def _named(frame: pd.DataFrame, by: str, own: str) -> tuple[str, ...]:
    """The leaders of the latest year, without us."""
    last = frame[(frame["year"] == frame["year"].max()) & (frame["unit_id"] != own)]
    return tuple(last.sort_values("value", ascending=by == "rank")["unit_id"].head(parts.NAMED_LEADERS))


def _names(frame: pd.DataFrame, units: tuple[str, ...]) -> list[str]:
    names: dict[str, Any] = dict(zip(frame["unit_id"], frame["name"], strict=True))
    return [str(names[unit]) for unit in units]


def _breaks(view: RankingView, lang: str) -> dict[int, str]:
    """Years whose framework is another than the year before and not comparable with it, for most units."""
    apart = view.history["comparability"] == "not_comparable"
    years = view.history[["year", "framework_id"]].assign(apart=apart).groupby("year")
    firsts, shares = years["framework_id"].first(), years["apart"].mean()
    cut = shares.index[(firsts != firsts.shift()) & (shares > 0.5)]
    return {int(str(year)): t("ranking.bump.break", lang) for year in cut}


def _bump_table(view: RankingView, frame: pd.DataFrame, by: str, lang: str) -> Table:
    """A row a province, a column a year."""
    held = as_rows(frame)
    years = [str(year) for year in sorted({row["year"] for row in held})]
    wide: dict[str, dict[str, float]] = {}
    for row in sorted(held, key=lambda row: row["year"]):
        wide.setdefault(row["name"], {}).setdefault(str(row["year"]), row["value"])
    units = {row["name"]: row["unit_id"] for row in held}
    latest = {name: own[max(own)] for name, own in sorted(wide.items())}
    rows = [
        {"name": name, "links": {"name": view.hrefs.get(units[name], "")}}
        | {year: plain(wide[name].get(year)) for year in years}
        for name in sorted(latest, key=latest.__getitem__, reverse=by != "rank")
    ]
    places = 0 if by == "rank" else view.subject.decimals
    columns = [Column("name", t("common.province", lang)), *(Column(year, year, places) for year in years)]
    title = t(f"ranking.bump.table_{by}", lang, what=_series_name(view, lang))
    return Table(
        "ranking-years",
        title,
        columns,
        rows,
        meta=view.subject.meta((view.subject.short(lang),)),
    )
