"""Comparison: ours beside other provinces and benchmarks, component by component; and who is like us."""

from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text, theme
from layouts.components.chart import Chart, chart
from layouts.components.controls import NavLink, chips
from layouts.components.notice import empty
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Column, Table, buttons, plain, rows_of
from layouts.figure_ref import ref_of
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.figures.radar import Web, radar
from layouts.figures.slope import Slope, slope
from layouts.frames import as_rows
from layouts.pages import compare_words as words
from layouts.pages.compare_view import BENCHMARK, CompareView, Side
from layouts.pages.components_parts import component_name
from layouts.pages.ranking import kicker
from layouts.subject import Subject
from layouts.text import t

OTHERS = "compare-others"
MOST = 5
TABLE_ID = "compare"
# Shape tells the sides apart in grey print; our own is a circle.
LOOKS = (
    (theme.BLUES[6], "diamond"), (theme.ORANGES[4], "square"), (theme.BLUES[3], "triangle-up"),
    (theme.ORANGES[6], "triangle-down"), (theme.MUTED, "star"),
)  # fmt: skip
MARK_LOOKS = ((theme.FAINT, "line-ns", 15), (theme.INK, "line-ns", 19), (theme.BLUES[5], "circle-open", 11))


def layout(view: CompareView, lang: str) -> Component:
    """The page: finding, whom to stand beside, dots by component, totals of two years, table, likes."""
    children = [
        kicker(view.subject, lang),
        html.H1(words.headline(view, lang)),
        html.P(words.lede(view, lang), className="lede") if words.lede(view, lang) else None,
        controls(view, lang),
        dots_block(view, lang),
        html.Div([slope_block(view, lang), likes_block(view, lang)], className="two-columns"),
        radar_block(view, lang) if view.radar else None,
        table_block(view, lang),
    ]
    return html.Article([child for child in children if child is not None], className="page-compare")


def nothing_of_ours(subject: Subject, lang: str) -> Component:
    """Our province is no unit of that year, or the index ranks departments."""
    title = t("compare.none", lang, province=subject.asked, what=subject.label(lang))
    return html.Article(
        [html.H1(title), empty(title, t("compare.none_help", lang))], className="page-compare"
    )


def controls(view: CompareView, lang: str) -> Component:
    """The select of provinces, the benchmarks as chips, and the web for those who want it."""
    marks = list(view.benchmarks)
    shapes = [(t("compare.radar", lang), view.radar_href, view.radar)] if can_web(view) else []
    return html.Div(
        [
            dmc.MultiSelect(
                id=OTHERS,
                label=t("compare.with", lang),
                description=t("compare.most", lang, count=MOST),
                data=[{"value": slug, "label": name} for slug, name in view.choices],
                value=[side.key for side in view.others],
                searchable=True,
                hidePickedOptions=True,
                maxValues=MOST,
                nothingFoundMessage=t("controls.nothing_found", lang),
                maxDropdownHeight=320,
                comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}},
                filter={"function": "withoutAccents"},
                className="control compare-others",
            ),
            chips(marks + shapes, t("compare.beside", lang)),
        ],
        className="compare-controls no-print",
    )


def looks(view: CompareView) -> dict[str, tuple[str, str, int]]:
    """Colour, shape and size of each side."""
    marks = [side for side in view.sides if side.kind == BENCHMARK]
    found = {side.key: (*look, 11) for side, look in zip(view.others, LOOKS, strict=False)}
    found |= {side.key: look for side, look in zip(marks, MARK_LOOKS, strict=False)}
    return found | {view.own.key: (theme.OWN, "circle", 13)}


def dots_block(view: CompareView, lang: str) -> Component:
    """A line of dots a component: ours, the others, the benchmarks."""
    frame = dots_frame(view, lang)
    if frame.empty:
        return empty(t("compare.no_parts", lang), t("compare.no_parts_help", lang))
    found = looks(view)
    dots = [
        Dot(side.key, side.name, *found[side.key])
        for side in reversed(view.sides)
        if frame[side.key].notna().any()
    ]
    ends = (view.own.key, view.others[0].key) if view.others else (view.own.key, view.own.key)
    options = DumbbellOptions(dots, ends, view.subject.decimals, percent=view.by_share)
    return chart(
        Chart(
            figure=dumbbell(frame, options, lang),
            title=words.dots_title(view, lang),
            subtitle=t("compare.dots.subtitle_share" if view.by_share else "compare.dots.subtitle", lang),
            caption=words.dots_caption(view, lang),
            table=value_table(view, "compare-dots", lang),
        ),
        lang,
    )


def dots_frame(view: CompareView, lang: str) -> pd.DataFrame:
    """name and a column a side, as share of the maximum or as score; components where ours is known, by how
    far ours is behind the first of the others."""
    rows = view.parts[view.parts[view.own.key].notna()]
    keys = [side.key for side in view.sides]
    scale = rows["max_score"] if view.by_share else pd.Series(1.0, index=rows.index)
    frame = rows[keys].div(scale, axis=0).astype("float64")
    frame.insert(0, "name", [_component(row, lang) for row in as_rows(rows)])
    if view.others:
        frame = frame.assign(_gap=frame[view.own.key] - frame[view.others[0].key]).sort_values("_gap")
    return frame.drop(columns="_gap", errors="ignore").reset_index(drop=True)


def _component(row: Any, lang: str) -> str:
    return component_name(row, lang, "name")


def value_table(view: CompareView, table_id: str, lang: str) -> Table:
    """Every side's score of every component."""
    rows = as_rows(view.rows)
    keys = [{s.key: _refs_of(row["component_code"], s, view) for s in view.sides} for row in rows]
    links = [{"name": view.hrefs.get(row["component_code"], "")} for row in rows]
    frame = view.rows.assign(name=[_component(row, lang) for row in rows], refs=keys, links=links)
    columns = [
        Column("name", t("common.component", lang)),
        Column("max_score", t("components.most", lang), 2),
        *(Column(side.key, side.name, view.subject.decimals) for side in view.sides),
    ]
    title = t("compare.table.title", lang, what=view.subject.label(lang))
    return Table(table_id, title, columns, rows_of(frame, columns), meta=_meta(view, lang))


def _meta(view: CompareView, lang: str) -> dict[str, Any]:
    return view.subject.meta(
        (view.subject.label(lang), text.listing([side.name for side in view.sides], lang))
    )


def slope_block(view: CompareView, lang: str) -> Component:
    """Totals of two years, where they can be compared."""
    found = looks(view)
    lines = [
        Slope(
            side.name,
            view.before[side.key][1],
            float(view.total[side.key]),
            found[side.key][0],
            side is view.own,
        )
        for side in (view.own, *view.others)
        if side.key in view.before and text.has(view.total.get(side.key))
    ]
    years = {view.before[side.key][0] for side in view.sides if side.key in view.before}
    heading = t("compare.slope.heading", lang)
    if len(lines) < 2 or len(years) != 1:
        return html.Section(
            [html.H2(heading), empty(t("compare.slope.none", lang), t("compare.slope.none_help", lang))]
        )
    pair = (years.pop(), view.subject.year)
    columns = [
        Column("name", t("common.province", lang)),
        Column("before", f"{t('common.score', lang)} {pair[0]}", view.subject.decimals),
        Column("now", f"{t('common.score', lang)} {pair[1]}", view.subject.decimals),
        Column("change", t("common.change", lang), view.subject.decimals),
    ]
    rows = [{"name": x.name, "before": x.before, "now": x.now, "change": x.now - x.before} for x in lines]
    return chart(
        Chart(
            figure=slope(lines, pair, view.subject.decimals, lang),
            title=words.slope_title(lines, view, pair, lang),
            subtitle=t("compare.slope.subtitle", lang, what=view.subject.short(lang)),
            caption=t("compare.slope.caption", lang, before=pair[0], now=pair[1]),
            table=Table("compare-slope", heading, columns, rows, meta=_meta(view, lang)),
        ),
        lang,
    )


def likes_block(view: CompareView, lang: str) -> Component:
    """Provinces like ours, with the parts of the distance, the method, and a link that adds each."""
    heading = t("compare.likes.title", lang, province=view.own.name)
    if not view.likes:
        return html.Section(
            [html.H2(heading), empty(t("compare.likes.none", lang), t("compare.likes.none_help", lang))]
        )
    columns = [
        Column("name", t("common.province", lang)),
        *(
            Column(key, t(f"compare.likes.{key}", lang), 2)
            for key in ("distance", "profile", "size", "region")
        ),
    ]
    rows = [
        {"name": like.name, "distance": plain(like.distance), **{k: plain(v) for k, v in like.parts.items()}}
        for like in view.likes
    ]
    table = Table(
        "compare-likes", heading, columns, rows, note=t("compare.likes.method", lang), meta=_meta(view, lang)
    )
    items = [
        html.Li(
            [
                html.Span(like.name),
                html.Span(text.number(like.distance, 2, lang), className="num muted"),
                _add(like, lang),
            ]
        )
        for like in view.likes
    ]
    note = html.P(t("compare.likes.method", lang), className="note")
    return html.Section([html.H2(heading), note, html.Ol(items, className="likes"), _closed(table, lang)])


def _closed(table: Table, lang: str) -> Component:
    return html.Div(
        [
            buttons(table, lang),
            dcc.Store(
                id=ids.table_store(table.id),
                data={
                    "title": table.title,
                    "columns": [
                        {"field": c.field, "label": c.label, "decimals": c.decimals} for c in table.columns
                    ],
                    "rows": list(table.rows),
                    "meta": dict(table.meta) | {"note": table.note},
                },
            ),
        ]
    )


def _add(like: Any, lang: str) -> Component:
    word = t("compare.likes.remove" if like.chosen else "compare.likes.add", lang)
    said = {"aria-label": f"{word}: {like.name}"}
    return NavLink(
        word, like.href, current="true" if like.chosen else None, className="chip no-print", **said
    )


def can_web(view: CompareView) -> bool:
    """Whether a web can be drawn: three components or more with known maxima."""
    return bool(len(view.parts) >= 3 and view.parts["max_score"].notna().all())


def radar_block(view: CompareView, lang: str) -> Component | None:
    """The web of ours and the others, for readers who asked for it."""
    if not can_web(view):
        return None
    found = looks(view)
    most = view.parts["max_score"]
    webs = [
        Web(side.name, found[side.key][0], [plain(x) for x in view.parts[side.key] / most], side is view.own)
        for side in (view.own, *view.others)
    ]
    names = ["<br>".join(words.short_lines(_component(row, lang))) for row in as_rows(view.parts)]
    return chart(
        Chart(
            figure=radar(webs, names, lang),
            title=t("compare.web.title", lang),
            subtitle=t("compare.web.subtitle", lang),
            caption=t("compare.web.caption", lang),
            table=value_table(view, "compare-web", lang),
        ),
        lang,
    )


def table_block(view: CompareView, lang: str) -> Component:
    """The difference table: ours, then each side's score and how far ours is from it."""
    title = t("compare.table.title", lang, what=view.subject.label(lang))
    spec = Spec(TABLE_ID, title, table_columns(view, lang), table_rows(view, lang), sortable=False)
    held = payload(spec, title, _meta(view, lang), view.subject.unit_word(lang))
    return html.Section(
        [
            html.Div(
                [html.H2(title), buttons(Table(TABLE_ID, title, (), ()), lang)], className="section-head"
            ),
            html.P(t("compare.table.note", lang, province=view.own.name), className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(TABLE_ID), data=held),
        ]
    )


def table_columns(view: CompareView, lang: str) -> tuple[Col, ...]:
    """Component, ours with rank, then two columns a side: its score and our difference."""
    places = view.subject.decimals
    made = [
        Col("name", t("common.component", lang), "link", flex=4, least=150, wrap=True),
        Col("ours", view.own.name, "number", places, width=82),
        Col("rank", t("common.rank", lang), "rank", width=58, hide_under=500),
    ]
    for n, side in enumerate(view.sides[1:]):
        hidden = 0 if n == 0 else 420 + 150 * n
        made += [
            Col(f"side_{n}", side.name, "number", places, width=80, hide_under=hidden),
            Col(f"gap_{n}", t("compare.table.gap", lang), "change", places, width=78, hide_under=hidden),
        ]
    return tuple(made)


def _refs_of(code: str, side: Side, view: CompareView) -> str:
    """The published figure of a side; "" for a mean or a record, which is no single figure."""
    year = {"index_code": view.root, "year": view.subject.year, "component_code": code}
    return ref_of(year, unit_id=side.unit_id)


def _refs(code: str, view: CompareView) -> dict[str, str]:
    """The published figures of a row by field."""
    fields = {"ours": view.own} | {f"side_{n}": side for n, side in enumerate(view.sides[1:])}
    return {name: _refs_of(code, side, view) for name, side in fields.items() if side.unit_id}


def table_rows(view: CompareView, lang: str) -> list[dict[str, Any]]:
    """A row a component, the total first and strong; fields by the place of a side, as an address may not
    name a field."""
    ranks = view.ranks.set_index("component_code")[view.own.key]
    why = t("components.why.no_score", lang)
    made = []
    for row in as_rows(view.rows):
        own = row[view.own.key]
        cells: dict[str, Any] = {"name": _component(row, lang), "ours": plain(own), "ours_why": why}
        cells |= {"rank": plain(ranks.get(row["component_code"])), "head": row["component_code"] == view.root}
        cells["href"] = view.hrefs.get(row["component_code"], "")
        cells["refs"] = _refs(row["component_code"], view)
        for n, side in enumerate(view.sides[1:]):
            cells |= {f"side_{n}": plain(row[side.key]), f"gap_{n}": plain(own - row[side.key])}
            cells |= {f"side_{n}_why": why, f"gap_{n}_why": why}
        made.append(cells)
    return made
