"""Components: what one index is made of, this year and the last, where points were lost and who does
better.
"""

from collections.abc import Sequence

import pandas as pd
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text, theme
from layouts.components.chart import Chart, chart
from layouts.components.controls import chips
from layouts.components.notice import empty
from layouts.components.table import Spec, grid, payload
from layouts.components.twin import Column, Table, buttons, rows_of
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.figures.heatmap import HeatOptions, heatmap
from layouts.figures.lost import LostOptions, lost
from layouts.pages import components_parts as parts
from layouts.pages import components_words as words
from layouts.pages.components_view import ComponentsView
from layouts.pages.ranking import kicker
from layouts.text import t

TREE_ID = "components"


def layout(view: ComponentsView, lang: str) -> Component:
    """The page: headline, tree of two years, lost points and leaders, by source, heat map, recomputed
    figures.
    """
    blocks = [lost_block(view, lang), leader_block(view, lang)] if view.scored else [no_scores(view, lang)]
    children = [
        kicker(view.subject, lang),
        html.H1(words.headline(view, lang)),
        html.P(" ".join(words.lede(view, lang)), className="lede") if words.lede(view, lang) else None,
        tree_section(view, lang) if view.own_total is not None or view.scored else None,
        html.Div(blocks, className="two-columns"),
        source_block(view, lang),
        heat_block(view, lang),
        residual_section(view, lang),
    ]
    return html.Article([child for child in children if child is not None], className="page-components")


def no_scores(view: ComponentsView, lang: str) -> Component:
    """We have no component scores this year: the years in which we do, as links."""
    title = t("components.none.title", lang, province=view.subject.province, what=view.subject.label(lang))
    if not view.filled:
        return empty(title, t("components.none.never", lang))
    links = chips([(str(year), href, False) for year, href in view.filled], t("components.none.years", lang))
    return html.Div(
        [html.P(title, className="empty-title"), html.P(t("components.none.years", lang)), links],
        className="empty",
    )


def tree_section(view: ComponentsView, lang: str) -> Component:
    """The tree table: opens level by level, two years side by side."""
    title = t("components.tree.title", lang, what=view.subject.label(lang))
    rows = parts.tree_rows(view, lang)
    spec = Spec(TREE_ID, title, parts.tree_columns(view, rows, lang), rows, tree=True)
    notes = [t("components.tree.note", lang), t("components.tree.flags", lang)]
    return _grid_section(spec, title, notes, view, lang)


def _grid_section(spec: Spec, title: str, notes: Sequence[str], view: ComponentsView, lang: str) -> Component:
    held = payload(
        spec,
        title,
        view.subject.meta((view.subject.asked, view.subject.label(lang)), tuple(notes)),
        view.subject.unit_word(lang),
    )
    return html.Section(
        [
            html.Div(
                [html.H2(title), buttons(Table(spec.table_id, title, (), ()), lang)], className="section-head"
            ),
            html.P(" ".join(notes), className="note"),
            grid(spec, lang),
            dcc.Store(id=ids.table_store(spec.table_id), data=held),
        ]
    )


def lost_block(view: ComponentsView, lang: str) -> Component:
    """Lost points sorted; without known maxima, that they are not known."""
    frame = parts.lost_frame(view.own_main, lang)
    if frame.empty:
        title = t("components.lost.none", lang)
        return html.Section(
            [html.H2(t("components.lost.heading", lang)), empty(title, t("components.lost.none_help", lang))]
        )
    unknown = int(view.own_main["max_score"].isna().sum())
    weighted = bool(frame["lost_share"].notna().all())
    caption = t("components.lost.caption" if weighted else "components.lost.caption_plain", lang) + (
        " " + t("components.lost.unknown", lang, count=unknown) if unknown else ""
    )
    return chart(
        Chart(
            figure=lost(frame, LostOptions(view.subject.decimals), lang),
            title=words.lost_title(frame, view, lang),
            subtitle=t("components.lost.subtitle" if weighted else "components.lost.subtitle_plain", lang),
            caption=caption,
            table=_lost_table(
                "components-lost",
                t("components.lost.table", lang, what=view.subject.label(lang)),
                frame,
                view,
                lang,
            ),
        ),
        lang,
    )


def _lost_table(table_id: str, title: str, frame: pd.DataFrame, view: ComponentsView, lang: str) -> Table:
    places = view.subject.decimals
    columns = [
        Column("name", t("common.component", lang)),
        Column("value", t("common.score", lang), places),
        Column("max_score", t("components.most", lang), places),
        Column("lost", t("components.lost.column", lang), places),
        Column("share", t("components.lost.share", lang), 1),
    ]
    rows = rows_of(frame.assign(share=frame["lost_share"] * 100), columns)
    return Table(
        table_id, title, columns, rows, meta=view.subject.meta((view.subject.asked, view.subject.label(lang)))
    )


def leader_block(view: ComponentsView, lang: str) -> Component | None:
    """Ours, the leader's and the national mean of every component."""
    frame, by_share = parts.leader_frame(view, lang)
    if frame.empty:
        return None
    dots = [
        Dot("mean", t("components.leader.mean", lang), theme.FAINT, "line-ns", 13),
        Dot("leader", t("components.leader.leader", lang), theme.BLUES[6], "diamond", 10),
        Dot("own", view.subject.province, theme.OWN, "circle", 12),
    ]
    dots = [dot for dot in dots if frame[dot.field].notna().any()]
    frame["end"] = [
        f"{row['leader_name']} ({text.signed(-row['gap'], view.subject.decimals, lang)})"
        if row["gap"] < 0
        else ""
        for row in frame.to_dict("records")
    ]
    options = DumbbellOptions(dots, ("own", "leader"), view.subject.decimals, percent=by_share)
    scope = "" if view.subject.complete else " " + t("components.leader.held", lang)
    return chart(
        Chart(
            figure=dumbbell(frame, options, lang),
            title=words.leader_title(frame, view, lang),
            subtitle=t(
                "components.leader.subtitle_share" if by_share else "components.leader.subtitle", lang
            ),
            caption=t("components.leader.caption", lang) + scope,
            table=_leader_table(frame, view, lang),
        ),
        lang,
    )


def _leader_table(frame: pd.DataFrame, view: ComponentsView, lang: str) -> Table:
    places = view.subject.decimals
    columns = [
        Column("name", t("common.component", lang)),
        Column("value", t("common.score", lang), places),
        Column("rank", t("common.rank", lang), 0),
        Column("leader_name", t("components.leader.leader", lang)),
        Column("leader_value", t("components.leader.value", lang), places),
        Column("gap", t("components.leader.gap", lang), places),
        Column("mean_value", t("components.leader.mean", lang), places),
    ]
    title = t("components.leader.table", lang, what=view.subject.label(lang))
    return Table(
        "components-leaders",
        title,
        columns,
        rows_of(frame, columns),
        meta=view.subject.meta((view.subject.asked, view.subject.label(lang))),
    )


def source_block(view: ComponentsView, lang: str) -> Component | None:
    """Lost points by source of the score, where the index has that view and we have its figures."""
    frame = parts.lost_frame(view.by_source, lang)
    if frame.empty:
        return None
    title = t("components.source.table", lang, what=view.subject.label(lang))
    return chart(
        Chart(
            figure=lost(frame, LostOptions(view.subject.decimals), lang),
            title=words.source_title(frame, view, lang),
            subtitle=t("components.source.subtitle", lang),
            caption=t("components.source.caption", lang),
            table=_lost_table("components-source", title, frame, view, lang),
        ),
        lang,
    )


def heat_block(view: ComponentsView, lang: str) -> Component | None:
    """Provinces by components; with some, but too few provinces in the pack, how many there are."""
    frame, by = parts.heat_frame(view, lang)
    if frame.empty:
        return None
    if len(frame) < parts.ENOUGH_FOR_HEAT:
        said = empty(t("components.heat.few", lang, count=len(frame)), t("components.heat.few_help", lang))
        return html.Section([html.H2(t("components.heat.heading", lang)), said])
    columns = parts.heat_columns(view, frame, lang)
    own = text.name(view.subject.own, lang) if view.subject.own is not None else ""
    places = 0 if by == "share" else view.subject.decimals
    return chart(
        Chart(
            figure=heatmap(frame, HeatOptions(own, columns, by, places), lang),
            title=words.heat_title(frame, columns, view, lang),
            subtitle=t(f"components.heat.subtitle_{by}", lang, what=view.subject.label(lang)),
            caption=t("components.heat.caption", lang, province=own or view.subject.asked),
            table=_heat_table(frame, columns, by, view, lang),
            classes="heat",
            style={"minWidth": 150 + 74 * len(columns)},
        ),
        lang,
    )


def _heat_table(
    frame: pd.DataFrame, codes: list[tuple[str, str]], by: str, view: ComponentsView, lang: str
) -> Table:
    factor, places = (100, 1) if by == "share" else (1, view.subject.decimals)
    shown = frame.assign(**{code: frame[code] * factor for code, _ in codes})
    columns = [
        Column("name", t("common.province", lang)),
        Column("total", t("components.heat.total", lang), view.subject.decimals),
        *(Column(code, name, places) for code, name in codes),
    ]
    title = t("components.heat.table", lang, what=view.subject.label(lang))
    return Table(
        "components-heat",
        title,
        columns,
        rows_of(shown, columns),
        meta=view.subject.meta((view.subject.label(lang),)),
    )


def residual_section(view: ComponentsView, lang: str) -> Component | None:
    """Published against recomputed, for our figures that a rule can recompute."""
    rows = parts.residual_rows(view, lang)
    if not rows:
        return None
    title = t("components.residuals.title", lang)
    spec = Spec("components-residuals", title, parts.residual_columns(view, lang), rows, sortable=True)
    return _grid_section(spec, title, [t("components.residuals.note", lang)], view, lang)
