"""Components: what one index is made of, this year and the last, where points were lost and who does
better.
"""

from collections.abc import Callable

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import text, theme
from layouts.components.chart import Chart, chart
from layouts.components.controls import chips
from layouts.components.notice import empty
from layouts.components.table import Spec
from layouts.components.twin import Column, Table, rows_of
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.figures.heatmap import HeatOptions, heatmap
from layouts.frames import as_rows
from layouts.pages import components_parts as parts
from layouts.pages import components_words as words
from layouts.pages.components_lost import lost_tab, source_block
from layouts.pages.components_self import self_tab
from layouts.pages.components_view import CHECK, LOST, OTHERS, SELF, YEARS, ComponentsView
from layouts.pages.components_ways import ways_block
from layouts.pages.grid_section import grid_section
from layouts.pages.ranking import kicker
from layouts.text import t

TREE_ID = "components"


def layout(view: ComponentsView, lang: str) -> Component:
    """The page: headline, the parts as links, then the part asked for."""
    children = [
        kicker(view.subject, lang),
        html.H1(words.headline(view, lang)),
        html.P(" ".join(words.lede(view, lang)), className="lede") if words.lede(view, lang) else None,
        tabs(view, lang) if len(view.tabs) > 1 else None,
        *TAB_PARTS[view.tab](view, lang),
    ]
    return html.Article([child for child in children if child is not None], className="page-components")


def tabs(view: ComponentsView, lang: str) -> Component:
    """Links to the parts of the page; the choice lives in the address."""
    items = [
        (t(f"breakdown.tab.{TAB_WORDS[key]}", lang), view.tab_hrefs.get(key, ""), key == view.tab)
        for key in view.tabs
    ]
    return html.Div(chips(items, t("breakdown.tabs", lang)), className="part-tabs")


def years_tab(view: ComponentsView, lang: str) -> list[Component | None]:
    """Two years side by side: the four ways, then the tree; without scores, what is held instead."""
    if not view.scored:
        tree = tree_section(view, lang) if view.own_total is not None else None
        return [tree, no_scores(view, lang), source_block(view, lang)]
    return [ways_block(view, lang), tree_section(view, lang)]


def others_tab(view: ComponentsView, lang: str) -> list[Component | None]:
    """The best of each component, and everyone in all of them."""
    return [leader_block(view, lang), heat_block(view, lang)]


def check_tab(view: ComponentsView, lang: str) -> list[Component | None]:
    """Published against recomputed."""
    return [residual_section(view, lang)]


TAB_PARTS: dict[str, Callable[[ComponentsView, str], list[Component | None]]] = {
    YEARS: years_tab,
    LOST: lost_tab,
    OTHERS: others_tab,
    SELF: self_tab,
    CHECK: check_tab,
}
TAB_WORDS = {YEARS: "years", LOST: "lost", OTHERS: "others", SELF: "self", CHECK: "check"}


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
    return grid_section(spec, title, notes, view.subject, lang)


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
        for row in as_rows(frame)
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
    linked = frame.assign(
        links=[{"name": view.hrefs.get(code, "")} for code in frame["code"]],
        refs=[
            {"value": own, "leader_value": best}
            for own, best in zip(frame["own_ref"], frame["leader_ref"], strict=True)
        ],
    )
    return Table(
        "components-leaders",
        title,
        columns,
        rows_of(linked, columns),
        meta=view.subject.meta((view.subject.asked, view.subject.label(lang))),
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
            style={"minWidth": 150 + 86 * len(columns)},
        ),
        lang,
    )


def _heat_table(
    frame: pd.DataFrame, codes: list[tuple[str, str]], by: str, view: ComponentsView, lang: str
) -> Table:
    factor, places = (100, 1) if by == "share" else (1, view.subject.decimals)
    links = [{"name": view.unit_hrefs.get(unit, "")} for unit in frame["unit_id"]]
    shown = frame.assign(links=links, **{code: frame[code] * factor for code, _ in codes})
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
    return grid_section(spec, title, [t("components.residuals.note", lang)], view.subject, lang)
