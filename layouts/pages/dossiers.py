"""The page of dossiers: the finding, points by group, months, units, late dossiers, online, form II.06a."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from layouts import html
from layouts.components.chart import Chart, chart
from layouts.components.controls import NavLink, chips
from layouts.components.twin import Column, Table
from layouts.figures.months import count_bars, month_line
from layouts.figures.points import Legend, Points, points
from layouts.pages.dossiers_parts import form_section, late_section, online_section, units_section
from layouts.pages.dossiers_view import DossiersView, NoDossiers
from layouts.text import number, percent, t, tn

COMMANDS = ("generate", "load")


def layout(view: DossiersView, lang: str) -> Component:
    """The page in one language, the finding first."""
    children = [
        html.P(t("simulated.banner", lang), className="simulated", role="note") if view.simulated else None,
        html.P(t("dossiers.kicker", lang, province=view.province, period=view.period), className="kicker"),
        html.H1(headline(view, lang)),
        html.P(" ".join(lede(view, lang)), className="lede"),
        chips([(one.label, one.href, one.chosen) for one in view.choices], t("dossiers.periods", lang)),
        points_section(view, lang),
        months_section(view, lang),
        units_section(view, lang),
        *late_section(view, lang),
        *bands_section(view, lang),
        online_section(view, lang),
        form_section(view, lang),
        html.P(foot(view, lang), className="note"),
    ]
    return html.Article([child for child in children if child is not None], className="page-dossiers")


def empty_page(view: NoDossiers, lang: str) -> Component:
    """Nothing is loaded: what the page would show, and the way to load."""
    ways = [
        html.Li([html.Span(t(f"dossiers.way.{name}", lang)), html.Code(t(f"dossiers.command.{name}", lang))])
        for name in COMMANDS
    ]
    links = [html.Li(NavLink(name, href)) for name, href in view.others]
    others = [html.P(t("dossiers.others", lang)), html.Ul(links)] if links else []
    inside = [html.P(t("dossiers.none_why", lang)), html.Ul(ways, className="state-commands"), *others]
    return html.Article(
        [html.H1(t("dossiers.none", lang, province=view.province)), html.Div(inside, className="empty")],
        className="page-dossiers",
    )


def headline(view: DossiersView, lang: str) -> str:
    """How many were in time, and who holds most of those that were not."""
    if view.share is None:
        return t("dossiers.head_nothing", lang, period=view.period)
    told = {
        "period": view.period,
        "share": percent(view.share, 1, lang),
        "late": number(view.late_total, 0, lang),
    }
    worst = next(iter(view.units), None)
    if not view.late_total or worst is None or not worst["late_all"]:
        return t("dossiers.head_clean", lang, **told)
    return t("dossiers.head", lang, unit=worst["name"], theirs=number(worst["late_all"], 0, lang), **told)


def lede(view: DossiersView, lang: str) -> list[str]:
    """The points that are known and open, what the first unit would add, what is online."""
    total = view.points[0]
    said = [
        t(
            "dossiers.points_known",
            lang,
            points=number(total["points"], 2, lang),
            open=number(total["open"], 2, lang),
        )
    ]
    worst = next(iter(view.units), None)
    if worst is not None and worst["gain"] and worst["gain"] > 0.0005:
        said.append(t("dossiers.would_add", lang, unit=worst["name"], points=number(worst["gain"], 3, lang)))
    received = view.counts["received"]
    if received:
        online = percent(view.counts["received_online"] / received, 1, lang)
        said.append(t("dossiers.online_share", lang, share=online))
    return said


def points_section(view: DossiersView, lang: str) -> Component:
    """Every group against its maximum; under it every indicator."""
    groups = [row for row in view.points if row["depth"] == 1]
    bars = [_bar(row, lang) for row in groups]
    best = min(groups, key=lambda row: row["points"] + row["open"] - row["maximum"])
    legend = Legend(*(t(f"dossiers.legend.{name}", lang) for name in ("got", "missed", "open")))
    missed = best["maximum"] - best["points"] - best["open"]
    title = t("dossiers.points_title", lang, group=best["name"], missed=number(missed, 2, lang))
    return chart(
        Chart(
            points(bars, legend, lang),
            title,
            t("dossiers.points_subtitle", lang, period=view.inside),
            t("dossiers.points_caption", lang),
            _points_table(view, title, lang),
        ),
        lang,
    )


def _bar(row: Any, lang: str) -> Points:
    missed = max(row["maximum"] - row["points"] - row["open"], 0.0)
    told = f"{number(row['points'], 2, lang)}/{number(row['maximum'], 0, lang)}"
    words = (
        told
        if row["open"] < 0.005
        else t("dossiers.bar_open", lang, points=told, open=number(row["open"], 2, lang))
    )
    return Points(row["name"], row["points"], missed, row["open"], words)


def _points_table(view: DossiersView, title: str, lang: str) -> Table:
    rows = [
        {
            "code": row["code"],
            "name": row["name"],
            "share": _share(row, lang),
            "points": row["points"],
            "maximum": row["maximum"],
            "state": t(f"dossiers.state.{row['state']}", lang),
        }
        for row in view.points
    ]
    columns = (
        Column("code", t("dossiers.col.code", lang)),
        Column("name", t("dossiers.col.name", lang)),
        Column("share", t("dossiers.col.share", lang)),
        Column("points", t("dossiers.col.points", lang), 3),
        Column("maximum", t("dossiers.col.maximum", lang), 0),
        Column("state", t("dossiers.col.state", lang)),
    )
    return Table("dossiers-points", title, columns, rows, t("dossiers.points_note", lang), view.meta)


def _share(row: Any, lang: str) -> str | None:
    """A share in percent; the mean of days where the indicator is one."""
    if row["share"] is None:
        return None
    if row["days"]:
        return tn("dossiers.days", round(row["share"], 1), lang)
    return percent(row["share"], 2, lang)


def months_section(view: DossiersView, lang: str) -> Component:
    """The share in time month by month."""
    shares = [None if row["share"] is None else 100 * row["share"] for row in view.months]
    labels = [row["short"] for row in view.months]
    known = [
        (value, row["label"]) for value, row in zip(shares, view.months, strict=True) if value is not None
    ]
    low, high = min(known), max(known)
    told = {
        "low": number(low[0], 1, lang), "low_month": low[1],
        "high": number(high[0], 1, lang), "high_month": high[1],
    }  # fmt: skip
    title = t("dossiers.months_title", lang, **told)
    names = (
        "received", "carried", "settled", "settled_early", "settled_on_time", "settled_late",
        "open", "open_late",
    )  # fmt: skip
    columns = (
        Column("label", t("dossiers.col.month", lang)),
        *(Column(name, t(f"dossiers.count.{name}", lang), 0) for name in names),
        Column("share", t("dossiers.col.in_time", lang)),
        Column("points", t("dossiers.col.total", lang), 2),
    )
    rows = [{**row, "share": percent(row["share"], 2, lang)} for row in view.months]
    table = Table("dossiers-months", title, columns, rows, t("dossiers.months_note", lang), view.meta)
    figure = month_line(labels, shares, [bool(row["chosen"]) for row in view.months], lang)
    subtitle = t("dossiers.months_subtitle", lang)
    return chart(Chart(figure, title, subtitle, t("dossiers.months_caption", lang), table), lang)


def bands_section(view: DossiersView, lang: str) -> list[Component]:
    """How late what was settled late was; nothing where nothing was."""
    total = sum(row["count"] for row in view.bands)
    if not total:
        return []
    rows = [{"band": _band(row, lang), "count": row["count"]} for row in view.bands]
    most = max(rows, key=lambda row: row["count"])
    title = t("dossiers.bands_title", lang, band=most["band"], share=percent(most["count"] / total, 0, lang))
    columns = (
        Column("band", t("dossiers.col.late_by", lang)),
        Column("count", t("dossiers.col.dossiers", lang), 0),
    )
    table = Table("dossiers-bands", title, columns, rows, "", view.meta)
    figure = count_bars([row["band"] for row in rows], [row["count"] for row in rows], lang)
    subtitle = t("dossiers.bands_subtitle", lang, period=view.inside)
    caption = tn("dossiers.bands_caption", total, lang)
    return [chart(Chart(figure, title, subtitle, caption, table), lang)]


def _band(row: Any, lang: str) -> str:
    if row["high"] is None:
        return t("dossiers.band_more", lang, low=row["low"])
    if row["low"] in (0, row["high"]):
        return tn("dossiers.band_to", row["high"], lang)
    return t("dossiers.band", lang, low=row["low"], high=row["high"])


def foot(view: DossiersView, lang: str) -> str:
    """Where the figures come from, and how many rows were odd, where some were."""
    odd = tn("dossiers.foot_odd", view.odd, lang) if view.odd else t("dossiers.foot_clean", lang)
    return f"{t('dossiers.foot', lang, loaded=view.loaded)} {odd}"
