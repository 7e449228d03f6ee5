"""One criterion: where the province stands, everyone, who does better, its history, parts, derivation."""

from collections.abc import Iterable
from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from layouts import html, text
from layouts.components import trace
from layouts.components.chart import Chart, chart
from layouts.components.controls import NavLink, chips
from layouts.components.figure import figure_mark
from layouts.components.notice import empty
from layouts.components.twin import Column, Table, buttons, html_table, plain, store, twin
from layouts.figure_ref import MAIN, FigureRef, ref_of
from layouts.figures import strip as strips
from layouts.pages import causes, trends
from layouts.pages import criterion_words as words
from layouts.pages.components_parts import component_name
from layouts.pages.criterion_view import CriterionView, Row
from layouts.text import has, number, t, word

SELECT = "criterion-component"
LEADERS = 3


def layout(view: CriterionView, lang: str) -> Component:
    """The page: finding, figures, everyone, history, who does better, parts, definition, derivation."""
    said = words.lede(view, lang)
    children = [
        path(view, lang),
        html.H1(words.headline(view, lang)),
        html.P(" ".join(said), className="lede") if said else None,
        stats(view, lang),
        select(view, lang),
        html.Div([strip_block(view, lang), better_block(view, lang)], className="two-columns"),
        history_block(view, lang),
        parts_block(view, lang),
        causes.section(lang) if view.known and view.tree == MAIN else None,
        trace_block(view, lang),
        about_block(view, lang),
    ]
    return html.Article([child for child in children if child is not None], className="page-criterion")


def path(view: CriterionView, lang: str) -> Component:
    """Where the component stands in its index: links upwards, and where else it can be looked at."""
    above = [html.Li(NavLink(name, href)) for name, href in view.path]
    here = html.Li(component_name(view.about, lang, "name"), **{"aria-current": "page"})
    year = html.Li(view.subject.label(lang))
    return html.Nav(
        html.Ol([year, *above, here]), className="path", **{"aria-label": t("criterion.path", lang)}
    )


def select(view: CriterionView, lang: str) -> Component:
    """Another component, and the other pages that show this one."""
    options = [
        {"value": code, "label": f"{'  ' * max(depth - 1, 0)}{name}"} for code, name, depth in view.choices
    ]
    field = dmc.Select(
        id=SELECT, label=t("criterion.select", lang), data=options, value=view.code, searchable=True,
        allowDeselect=False, nothingFoundMessage=t("controls.nothing_found", lang), maxDropdownHeight=360,
        comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}, "width": "max-content"},
        filter={"function": "withoutAccents"}, className="control",
    )  # fmt: skip
    links = [(t(f"criterion.lead.{key}", lang), href, False) for key, href in view.leads]
    return html.Div(
        [field, chips(links, t("criterion.leads", lang))], className="criterion-controls no-print"
    )


def stats(view: CriterionView, lang: str) -> Component | None:
    """Our figures side by side, each opening its source."""
    row = view.own
    if row is None:
        return None
    score = [figure_mark(number(row["value"], view.decimals, lang), ref_of(row) if view.known else "", lang)]
    if view.maximum is not None:
        score.append(html.Span(f"/{words.most(view, lang)}", className="stat-of"))
    pairs = [
        ("common.score", score if view.known else text.DASH),
        ("components.share", text.percent(row["share"], 1, lang) if has(row["share"]) else ""),
        ("common.rank", text.rank_of(row["rank"], row["n_ranked"]) if has(row["rank"]) else ""),
        ("criterion.stat.self", _self(view, lang)),
        ("criterion.stat.mean", _beside(row, "mean", view, lang) if row["mean_kind"] != "partial" else ""),
        ("criterion.stat.region", _beside(row, "region_mean", view, lang)),
        ("criterion.stat.best" if view.less_is_better else "criterion.stat.leader", _leader(view, lang)),
    ]
    items = [html.Div([html.Dt(t(key, lang)), html.Dd(value)]) for key, value in pairs if value != ""]
    return html.Dl(items, className="stats")


def _beside(row: Any, field: str, view: CriterionView, lang: str) -> Any:
    """A mean and how far ours is from it."""
    if not has(row[field]) or not view.known:
        return ""
    gap = text.signed(row["value"] - row[field], view.decimals, lang)
    return [number(row[field], view.decimals, lang), html.Span(f" ({gap})", className="stat-of")]


def _self(view: CriterionView, lang: str) -> Any:
    """What the province gave itself, and what the appraisal took off or added."""
    row = view.own or {}
    if not has(row.get("self_score")):
        return ""
    gap = text.signed(row["value"] - row["self_score"], view.decimals, lang) if view.known else text.DASH
    said = html.Span(f" ({t('criterion.stat.appraised', lang, gap=gap)})", className="stat-of")
    return [number(row["self_score"], view.decimals, lang), said]


def _leader(view: CriterionView, lang: str) -> Any:
    row = view.own or {}
    if not has(row.get("leader_value")):
        return ""
    mark = figure_mark(
        number(row["leader_value"], view.decimals, lang), ref_of(row, unit_id=row["leader_unit_id"]), lang
    )
    return [mark, html.Span(f" {text.name(row, lang, 'leader_name')}", className="stat-of")]


def strip_block(view: CriterionView, lang: str) -> Component | None:
    """Every unit's figure on one line, ours marked; the table has them by name."""
    rows = view.ordered
    if not view.known or len(rows) < 2:
        return None
    own = view.own or {}
    mean = own["mean"] if own["mean_kind"] != "partial" and has(own["mean"]) else None
    values = tuple((text.name(row, lang, "unit_name"), row["value"]) for row in rows)
    drawn = strips.Strip(
        values,
        text.name(own, lang, "unit_name"),
        own["value"],
        mean,
        t("criterion.strip.mean", lang),
        view.decimals,
    )
    return chart(
        Chart(
            figure=strips.figure(drawn, lang),
            title=words.strip_title(view, lang),
            subtitle=t("criterion.strip.subtitle", lang, what=_what(view, lang)),
            caption=t("criterion.strip.caption", lang),
            table=everyone_table(view, lang),
            classes="criterion-strip",
        ),
        lang,
    )


def _what(view: CriterionView, lang: str) -> str:
    name, label = text.name(view.about, lang), view.subject.label(lang)
    return label if view.code == view.subject.index["index_code"] else f"{name} ({label})"


def everyone_table(view: CriterionView, lang: str) -> Table:
    """All units, best first: score, rank, and how far ours is."""
    columns = [
        Column("name", t("common.province", lang)),
        Column("value", t("common.score", lang), view.decimals),
        Column("rank", t("common.rank", lang), 0),
        Column("gap", t("criterion.better.gap", lang), view.decimals),
    ]
    title = t("criterion.strip.table", lang, what=_what(view, lang))
    return Table(
        "criterion-all", title, columns, _unit_rows(view.ordered, view, lang), meta=_meta(view, lang)
    )


def _unit_rows(units: Iterable[Row], view: CriterionView, lang: str) -> list[dict[str, Any]]:
    own = (view.own or {}).get("value")
    return [
        {
            "name": text.name(row, lang, "unit_name"),
            "value": plain(row["value"]),
            "rank": plain(row["rank"]),
            "gap": plain(row["value"] - own) if has(own) else None,
            "refs": {"value": ref_of(row)},
            "links": {"name": view.hrefs.get(row["unit_id"], "")},
        }
        for row in units
    ]


def _meta(view: CriterionView, lang: str) -> dict[str, Any]:
    return view.subject.meta((view.subject.asked, _what(view, lang)))


def better_block(view: CriterionView, lang: str) -> Component | None:
    """The best, and the provinces most like ours, with how far ours is from each."""
    others = [row for row in view.ordered if row["unit_id"] != view.subject.own_id]
    if not others or not view.known:
        return None
    by_unit = {row["unit_id"]: row for row in others}
    best = [row["unit_id"] for row in others[:LEADERS]]
    shown = dict.fromkeys([*best, *(unit for unit in view.likes if unit in by_unit)])
    why = {unit: _why(unit in best, unit in view.likes, lang) for unit in shown}
    made = _unit_rows([by_unit[unit] for unit in shown], view, lang)
    rows_made = [{**row, "group": why[unit]} for row, unit in zip(made, shown, strict=True)]
    columns = [
        Column("name", t("common.province", lang)),
        Column("group", t("criterion.better.group", lang)),
        Column("value", t("common.score", lang), view.decimals),
        Column("rank", t("common.rank", lang), 0),
        Column("gap", t("criterion.better.gap", lang), view.decimals),
    ]
    title = t("criterion.better.title", lang)
    note = t("criterion.better.note", lang) if view.likes else ""
    table = Table("criterion-better", title, columns, rows_made, note=note, meta=_meta(view, lang))
    return _table_section(table, lang)


def _why(best: bool, like: bool, lang: str) -> str:
    said = [t(f"criterion.better.{kind}", lang) for kind, is_so in (("best", best), ("like", like)) if is_so]
    return ", ".join(said)


def _table_section(table: Table, lang: str) -> Component:
    """A table in full view, with its downloads."""
    return html.Section(
        [
            html.Div([html.H2(table.title), buttons(table, lang)], className="section-head"),
            html.P(table.note, className="note") if table.note else None,
            html.Div(
                html_table(table, lang), className="table-scroll", tabIndex=0, role="region",
                **{"aria-label": table.title},
            ),
            store(table),
        ]
    )  # fmt: skip


def history_block(view: CriterionView, lang: str) -> Component | None:
    """All its years, as the trend page draws them; a single year is told by the figures above."""
    if view.years is None or view.years.own is None:
        return None
    if len(view.years.rows) < 2:
        return html.P(t("criterion.one_year", lang), className="note")
    return trends.years_block(view.years, lang)


def parts_block(view: CriterionView, lang: str) -> Component | None:
    """What it is made of: each part with its score, maximum, lost points, rank, change."""
    if not view.parts:
        return None
    title = t("criterion.parts.title", lang, count=len(view.parts))
    columns = parts_columns(view, lang)
    rows = [_part_row(part, view, lang) for part in view.parts]
    empty_ones = {c.field for c in columns if not any(has(row[c.field]) for row in rows)} - {"name", "value"}
    kept = [column for column in columns if column.field not in empty_ones]
    table = Table(
        "criterion-parts", title, kept, rows, note=t("criterion.parts.note", lang), meta=_meta(view, lang)
    )
    return _table_section(table, lang)


def parts_columns(view: CriterionView, lang: str) -> list[Column]:
    """Columns of the table of parts; those that no part fills are left out."""
    places = view.subject.decimals
    return [
        Column("name", t("common.component", lang)),
        Column("value", t("common.score", lang), places),
        Column("max_score", t("components.most", lang), 2),
        Column("lost", t("components.lost.column", lang), places),
        Column("self_score", t("criterion.stat.self", lang), places),
        Column("rank", t("common.rank", lang), 0),
        Column("change", t("common.change", lang), places),
        Column("leader", t("components.leader.leader", lang)),
        Column("gap_leader", t("criterion.parts.gap", lang), places),
    ]


def _part_row(part: Any, view: CriterionView, lang: str) -> dict[str, Any]:
    score = part["score"] or {}
    code = part["component_code"]
    return {
        "name": component_name(part, lang, "name"),
        **{
            key: plain(score.get(key))
            for key in ("value", "max_score", "lost", "self_score", "rank", "change", "gap_leader")
        },
        "leader": text.name(score, lang, "leader_name") if has(score.get("leader_name_vi")) else None,
        "refs": {"value": ref_of(score)} if has(score.get("value")) else {},
        "links": {"name": view.part_hrefs.get(code, "")},
    }


def about_block(view: CriterionView, lang: str) -> Component:
    """What it is: code, level, maximum, weight, source of points, rule, formula, framework, decision."""
    about, framework = view.about, view.subject.framework
    better = "criterion.about.less" if view.less_is_better else "criterion.about.more"
    pairs = [
        ("code", view.code),
        ("level", word("criterion.level", about["level"], lang)),
        ("most", words.most(view, lang) or ("" if view.raw else t("components.unknown_max", lang))),
        ("weight", trace.exact(about["weight"], lang) if has(about["weight"]) else ""),
        ("source", word("criterion.source", about["source_type"], lang) if has(about["source_type"]) else ""),
        ("rule", words.rule(view, lang)),
        ("formula", about["formula"] if has(about["formula"]) and not derived(view) else ""),
        ("better", t(better, lang)),
        ("proof", word("data.status", about["status"], lang)),
        ("framework", text.name(framework, lang) if has(framework.get("name_vi")) else ""),
        ("decision", text.decision(framework, lang)),
    ]
    rows = [
        html.Div([html.Dt(t(f"criterion.about.{key}", lang)), html.Dd(value)])
        for key, value in pairs
        if value
    ]
    return html.Section([html.H2(t("criterion.about.title", lang)), html.Dl(rows, className="origin about")])


def derived(view: CriterionView) -> bool:
    """Whether the derivation shows the formula in full."""
    return view.trace is not None and view.trace.formula is not None


def trace_block(view: CriterionView, lang: str) -> Component | None:
    """The derivation of our figure, down to the cells of its sources."""
    title = t("trace.title", lang, what=text.name(view.about, lang), province=view.subject.province)
    if view.trace is None:
        return html.Section([html.H2(title), empty(t("trace.none", lang), t("trace.none_help", lang))])
    made = trace_view(view)
    table = trace.trace_table(made, title, lang)
    return html.Section(
        [
            html.H2(title, id="cach-tinh"),
            html.P(t("trace.note", lang), className="note"),
            trace.trace_tree(made, lang),
            twin(table, lang),
        ]
    )


def trace_view(view: CriterionView) -> trace.TraceView:
    """The derivation with keys and addresses for every step."""
    assert view.trace is not None
    index, unit = str(view.subject.index["index_code"]), view.subject.own_id
    refs = {
        step.code: FigureRef(index, view.subject.year, unit, step.code, view.tree).key
        for step in trace.steps(view.trace)
        if step.kind != "missing"
    }
    files = dict(line.split(" · ", 1) for line in view.subject.sources if " · " in line)
    return trace.TraceView(
        view.trace, view.subject.decimals, refs, view.part_hrefs, files, view.subject.meta((view.code,))
    )
