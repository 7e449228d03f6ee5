"""What a scenario gives: the finding, the band that stays in sight, neighbours before and after, everyone."""

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from indices.rounding import rounded
from layouts import text, theme
from layouts.components.controls import NavLink
from layouts.components.figure import figure_mark
from layouts.components.pill import change
from layouts.components.twin import Column, Table, buttons, store
from layouts.figures.slope import Slope, slope
from layouts.figures.template import CONFIG
from layouts.pages import simulate_words as words
from layouts.pages.simulate_view import Place, SimulateView
from layouts.text import DASH, number, t, tn

TABLE_ID = "simulate"
AROUND = 3  # neighbours shown above and below the old and the new place
MOST_LINES = 11


def moved_parts(view: SimulateView, lang: str) -> tuple[Any, Any, Any]:
    """What a moved lever changes: finding, band, neighbours."""
    return words.headline(view, lang), band(view, lang), near(view, lang)


def band(view: SimulateView, lang: str) -> Component:
    """Total and rank before and after, the rank band, whether the neighbours differ; and the way back."""
    own, subject = view.result.own, view.subject
    after, before = (number(value, subject.decimals, lang) for value in (own.after, own.before))
    moved = (own.after or 0.0) - (own.before or 0.0)
    rose = change(text.arrow(moved, subject.decimals, lang), rounded(moved, subject.decimals))
    places = own.places or 0
    ranked = change(f"{'▲' if places > 0 else '▼'} {tn('common.places', abs(places), lang)}", places)
    held = own.low is not None and own.high is not None
    facts = [
        _fact(t("simulate.band.total", lang), _pair(before, after, view.key(own.unit_id), lang), rose),
        _fact(
            t("simulate.band.rank", lang),
            _pair(text.rank_of(own.rank_before, None), words.rank_words(own.rank_after, view), "", lang),
            ranked if places else change(t("simulate.band.same", lang), None),
        ),
        _fact(
            t("simulate.band.band", lang),
            html.Strong(range_words(own)),
            None,
            t("simulate.band.band_hint", lang),
        )
        if held
        else None,
        _beside(view, lang),
    ]
    reset = NavLink(t("simulate.reset", lang), view.hrefs["reset"], className="button simulate-reset")
    made: list[Any] = [html.Dl([fact for fact in facts if fact is not None], className="simulate-facts")]
    if not view.result.scenario.empty:
        made += [html.Div(reset, className="no-print"), _on_paper(view, lang)]
    return html.Div(made)


def _on_paper(view: SimulateView, lang: str) -> Component:
    """The changes in words, on paper, where sliders say nothing."""
    return html.Ul([html.Li(line) for line in scenario_lines(view, lang)], className="simulate-paper")


def _pair(before: str, after: str, key: str, lang: str) -> list[Any]:
    """ "47,82 → 48,60"; one figure where nothing moved. key: of the published one, which opens its source."""
    if before == after.partition("/")[0]:
        return [html.Strong(figure_mark(after, key, lang))]
    arrow = html.Span(" → ", className="muted")
    return [html.Span(figure_mark(before, key, lang), className="muted"), arrow, html.Strong(after)]


def _fact(name: str, value: Any, moved: Component | None, hint: str = "") -> Component:
    shown = [html.Span(value, className="figures simulate-figure"), *([" ", moved] if moved else [])]
    return html.Div([html.Dt(name, title=hint or None), html.Dd(shown)])


def range_words(place: Place) -> str:
    """The 5-95% band of a rank: "4–6", or one rank; a dash where there is none."""
    if place.low is None:
        return DASH
    return f"{place.low}–{place.high}" if place.low != place.high else str(place.low)


def _beside(view: SimulateView, lang: str) -> Component | None:
    """What the draws say of the neighbours just above and just below."""
    told = [
        html.Span(
            t(f"simulate.beside.{'above' if one.above else 'below'}", lang, name=one.name)
            + ": "
            + t(f"simulate.beside.{one.verdict}", lang),
            className="simulate-beside",
        )
        for one in view.result.beside
    ]
    if not told:
        return None
    return html.Div(
        [html.Dt(t("simulate.band.beside", lang), title=t("simulate.band.beside_hint", lang)), html.Dd(told)],
        className="simulate-wide",
    )


def near(view: SimulateView, lang: str) -> Component:
    """Chart and table of those near us, or of everyone."""
    rows = nearby(view)
    title, unit = words.near_title(view, lang), view.subject.unit_word(lang)
    subtitle = t("simulate.near.subtitle", lang, unit=f" ({unit})" if unit else "")
    return html.Section(
        [
            html.H2(title),
            html.P(subtitle, className="note"),
            html.Figure(
                [
                    dcc.Graph(
                        figure=_figure(view, rows, lang), config=CONFIG, className="chart", responsive="auto"
                    ),
                    html.Figcaption(t("simulate.near.caption", lang)),
                ],
                className="figure",
                role="group",
                **{"aria-label": title},
            ),
            *_table(view, rows, lang),
        ],
        className="chart-over-rows",
    )


def nearby(view: SimulateView) -> list[Place]:
    """Those within three places of our old or our new rank, in the order of the scenario."""
    own = view.result.own
    marks = [rank for rank in (own.rank_before, own.rank_after) if rank is not None]
    ranked = [p for p in view.result.places if p.rank_after is not None]
    return [p for p in ranked if p.own or any(abs((p.rank_after or 0) - mark) <= AROUND for mark in marks)]


def _figure(view: SimulateView, rows: list[Place], lang: str) -> Any:
    own = view.result.own
    others = sorted((p for p in rows if not p.own), key=lambda p: abs((p.after or 0) - (own.after or 0)))
    drawn = [own, *others[: MOST_LINES - 1]]
    lines = [
        Slope(
            f"{p.rank_after}. {p.name}" if p.rank_after else p.name,
            float(p.before or 0.0),
            float(p.after if p.after is not None else p.before or 0.0),
            theme.OWN if p.own else theme.CROWD_MARK,
            p.own,
            p.name,
        )
        for p in drawn
    ]
    ends = (t("simulate.near.before", lang), t("simulate.near.after", lang))
    return slope(lines, ends, view.subject.decimals, lang)


def _table(view: SimulateView, near_rows: list[Place], lang: str) -> list[Component]:
    rows = list(view.result.places) if view.everyone else near_rows
    table = everyone_table(view, rows, lang)
    more = t(
        "simulate.near.fewer" if view.everyone else "simulate.near.all", lang, count=len(view.result.places)
    )
    pressed = "true" if view.everyone else "false"
    return [
        html.Div(
            _html_table(view, rows, table.title, lang),
            className="table-scroll simulate-table",
            tabIndex=0,
            role="region",
            **{"aria-label": table.title},
        ),
        html.Div(
            [
                html.Button(
                    more,
                    type="button",
                    className="button",
                    **{"data-simulate-all": "1", "aria-pressed": pressed},
                ),
                buttons(table, lang),
            ],
            className="simulate-actions no-print",
        ),
        store(table),
    ]


def everyone_table(view: SimulateView, rows: list[Place], lang: str) -> Table:
    """The rows as they are taken away: totals and ranks before and after, places, bands."""
    places = view.subject.decimals
    columns = [
        Column("rank_after", t("simulate.column.rank_after", lang), 0),
        Column("name", t("common.province", lang)),
        Column("before", t("simulate.column.before", lang), places),
        Column("after", t("simulate.column.after", lang), places),
        Column("change", t("simulate.column.change", lang), places),
        Column("rank_before", t("simulate.column.rank_before", lang), 0),
        Column("places", t("simulate.column.places", lang), 0),
        Column("low", t("simulate.column.low", lang), 0),
        Column("high", t("simulate.column.high", lang), 0),
    ]
    held = [{column.field: getattr(place, column.field, None) for column in columns} for place in rows]
    for row in held:
        known = row["before"] is not None and row["after"] is not None
        row["change"] = row["after"] - row["before"] if known else None
    title = t("simulate.table", lang, what=view.subject.label(lang))
    notes = (*words.holds(view, lang), *scenario_lines(view, lang))
    return Table(TABLE_ID, title, columns, held, meta=view.subject.meta((view.subject.asked,), notes))


def scenario_lines(view: SimulateView, lang: str) -> list[str]:
    """The changes of the scenario, one line each, for files and paper."""
    found = []
    for levers, changes in ((view.levers, "values"), (view.weighted, "weights")):
        for code, value in getattr(view.result.scenario, changes).items():
            lever = levers[code]
            base, new = (number(one, lever.places, lang) for one in (lever.base, value))
            found.append(t(f"simulate.line.{changes}", lang, name=lever.name(lang), base=base, new=new))
    return found


def _html_table(view: SimulateView, rows: list[Place], title: str, lang: str) -> Component:
    heads = ("rank_after", "province", "before", "after", "places", "band")
    cells = [
        html.Th(
            t(f"simulate.head_of.{name}", lang),
            scope="col",
            className="text" if name == "province" else "num",
        )
        for name in heads
    ]
    body = [_row(place, view, lang) for place in rows]
    return html.Table(
        [html.Caption(title, className="sr-only"), html.Thead(html.Tr(cells)), html.Tbody(body)],
        className="data-table",
    )


def _named(place: Place, view: SimulateView) -> Any:
    """A name that leads to all that is known of that total, where the unit has a page."""
    href = view.unit_hrefs.get(place.unit_id, "")
    return NavLink(place.name, href) if href else place.name


def _row(place: Place, view: SimulateView, lang: str) -> Component:
    places, decimals = place.places, view.subject.decimals
    before = number(place.before, decimals, lang)
    moved = DASH if places is None else text.arrow(places, 0, lang) if places else "="
    cells = [
        html.Td(text.rank_of(place.rank_after, None), className="num"),
        html.Th(_named(place, view), scope="row", className="text"),
        html.Td(
            figure_mark(before, view.key(place.unit_id) if text.has(place.before) else "", lang),
            className="num",
        ),
        html.Td(number(place.after, decimals, lang), className="num"),
        html.Td(change(moved, places), className="num"),
        html.Td(range_words(place), className="num"),
    ]
    return html.Tr(cells, className="row-own" if place.own else None)
