"""Wiring of the trend page: one component over all years, its frameworks and breaks, and its parts beside."""

from dataclasses import replace

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, State, set_props

from callbacks.components import main_codes
from callbacks.provenance import component_hrefs
from callbacks.ranking import component_choices, nothing
from callbacks.records import records
from callbacks.series import (
    JOINED,
    Row,
    bands_of,
    break_words,
    lines_of,
    own_years,
    reasons_of,
    run_of,
    shares_only,
    table_of,
)
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known, read_subject, series_of, source_lines
from callbacks.url_state import Repair, ViewState, parse, search_of
from indices.trend import Trend, classify
from layouts import ids, text
from layouts.figures.trend import Point
from layouts.frames import as_rows
from layouts.pages import trends
from layouts.pages.components_parts import component_name
from layouts.pages.trends_view import Mini, TrendsView
from layouts.subject import Subject
from layouts.text import has, t

COMPONENT = "tp"


def build_view(services: Services, state: ViewState) -> TrendsView | None:
    """All that the page shows; None when the index has no figure."""
    subject = read_subject(services, state)
    if subject is None:
        return None
    tree = known(services, "components", state.index, subject.year)
    held = held_codes(services, subject, tree)
    choices = component_choices(tree, held, state.index, state.lang)
    asked = state.extra(COMPONENT)
    code = asked if any(asked == offered for offered, _, _ in choices) else state.index
    codes = main_codes(tree, held, state.index)
    series = series_of(tree)
    frame = services.warehouse.scores(
        state.index,
        unit_id=subject.own_id,
        series_code=sorted({series.get(one, one) for one in (code, *codes)}),
        view=ROOT_VIEW,
    )
    reasons = reasons_of(known(services, "comparability", state.index), state.lang)
    rows = [
        row
        for row in records(frame.sort_values("year"))
        if row["series_code"] == series.get(code, code) and has(row["value"])
    ]
    about = as_rows(tree[tree["component_code"] == code])
    component = about[0] if about else {"component_code": code, "name_vi": code, "name_en": code}
    view = years_view(rows, component, subject, services, state.lang)
    minis = _minis(frame, [c for c in codes if c != code], tree, reasons, (services, state))
    href = component_hrefs(services, replace(state, year=subject.year), [code])[code]
    return replace(view, choices=choices, minis=minis, criterion_href=href)


def years_view(
    rows: list[Row], component: Row, subject: Subject, services: Services, lang: str
) -> TrendsView:
    """One component over its years, `rows` its score rows of ours by year; without choices and parts."""
    index = str(subject.index["index_code"])
    reasons = reasons_of(known(services, "comparability", index), lang)
    by_share = shares_only(rows)
    own = own_years(rows, reasons, by_share, lang)
    run = run_of(own)
    return TrendsView(
        subject=replace(subject, sources=source_lines(services, [row["source_id"] for row in rows])),
        code=str(component["component_code"]),
        component=component,
        choices=(),
        lines=lines_of(rows, own, by_share, subject, lang),
        bands=bands_of(rows, services, lang),
        by_share=by_share,
        trend=classify([y.year for y in run], [y.value for y in run]),
        run=tuple(y.year for y in run),
        rows=table_of(rows, reasons, lang),
        minis=(),
    )


def _minis(
    frame: pd.DataFrame,
    codes: list[str],
    tree: pd.DataFrame,
    reasons: dict[tuple[int, int, str], str],
    at: tuple[Services, ViewState],
) -> list[Mini]:
    services, state = at
    names = {row["component_code"]: component_name(row, state.lang, "name") for row in as_rows(tree)}
    series = series_of(tree)
    made = []
    for code in codes:
        rows = [
            r
            for r in records(frame.sort_values("year"))
            if r["series_code"] == series.get(code, code) and has(r["value"])
        ]
        if not rows:
            continue
        points, run = _points(rows, reasons, state.lang)
        extras = ((COMPONENT, code),)
        made.append(
            Mini(
                code=code,
                name=names[code],
                points=points,
                rank=text.rank_of(rows[-1]["rank"], rows[-1]["n_ranked"]),
                trend=_trend(run),
                href=PAGE.path + search_of(replace(state, extras=extras), services.facts()),
            )
        )
    return made


def _points(
    rows: list[Row], reasons: dict[tuple[int, int, str], str], lang: str
) -> tuple[tuple[Point, ...], list[Point]]:
    points: list[Point] = []
    start = 0
    for row in rows:
        broken = bool(points) and row["comparability"] not in JOINED
        joined = bool(points) and not broken and row["year"] - points[-1].year == 1
        start = len(points) if broken else start
        why = break_words(row, reasons, lang) if broken else ""
        points.append(Point(int(row["year"]), float(row["value"]), joined, why))
    return tuple(points), points[start:]


def _trend(run: list[Point]) -> Trend:
    return classify([p.year for p in run], [p.value for p in run])


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state, with a repair when its component is unknown."""
    view = build_view(services, state)
    title = t("nav.trends", state.lang)
    if view is None:
        return Rendered(nothing(state), title)
    asked = state.extra(COMPONENT)
    wrong = (
        (Repair("value", asked, text.name(view.component, state.lang)),)
        if asked not in ("", view.code)
        else ()
    )
    return Rendered(trends.layout(view, state.lang), f"{title} {view.subject.short(state.lang)}", wrong)


def chosen_component(code: str | None, search: str | None, services: Services) -> str | None:
    """The query string after another component was chosen; None when the URL already says so."""
    facts = services.facts()
    state, _ = parse(search, facts, True, PAGE.extras)
    if code is None or code == state.extra(COMPONENT, state.index):
        return None
    return search_of(replace(state, extras=() if code == state.index else ((COMPONENT, code),)), facts)


def register(app: Dash, services: Services) -> None:
    """Attach the component select: it only writes the URL."""

    @app.callback(Input(trends.SELECT, "value"), State(ids.URL, "search"), prevent_initial_call=True)
    def _choose(code: str | None, search: str | None) -> None:
        changed = chosen_component(code, search, services)
        if changed is not None:
            set_props(ids.URL, {"search": changed})


PAGE = Page(
    id="trends",
    path="/xu-huong",
    group="results",
    controls=("province", "index", "year"),
    render=render,
    extras=(COMPONENT,),
    register=register,
    validation=lambda: [dmc.Select(id=trends.SELECT)],
)
