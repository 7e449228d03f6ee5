"""Wiring of the trend page: one component over all years, its frameworks and breaks, and its parts beside."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, State, set_props

from callbacks.components import main_codes
from callbacks.ranking import component_choices, nothing
from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known, read_subject, series_of, source_lines
from callbacks.url_state import Repair, ViewState, parse, search_of
from indices.registry import COMPARABLE, REWEIGHTED
from indices.trend import Trend, classify
from layouts import ids, text
from layouts.figures.history import Band, Line, Year
from layouts.figures.trend import Point
from layouts.pages import trends
from layouts.pages.components_parts import component_name
from layouts.pages.trends_view import Mini, TrendsView
from layouts.renumbered import ENDED, ended_reason
from layouts.subject import Subject
from layouts.text import has, t

COMPONENT = "tp"
JOINED = (COMPARABLE, REWEIGHTED)
LONGEST_BAND = 12
Row = Mapping[str, Any]


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
    reasons = _reasons(known(services, "comparability", state.index), state.lang)
    rows = [
        row
        for row in records(frame.sort_values("year"))
        if row["series_code"] == series.get(code, code) and has(row["value"])
    ]
    by_share = _by_share(rows)
    own = _own_years(rows, reasons, by_share, state.lang)
    about = tree[tree["component_code"] == code].to_dict("records")
    run = _run(own)
    return TrendsView(
        subject=replace(subject, sources=source_lines(services, [row["source_id"] for row in rows])),
        code=code,
        component=about[0] if about else {"name_vi": code, "name_en": code},
        choices=choices,
        lines=_lines(rows, own, by_share, subject, state.lang),
        bands=_bands(rows, services),
        by_share=by_share,
        trend=classify([y.year for y in run], [y.value for y in run]),
        run=tuple(y.year for y in run),
        rows=_table(rows, reasons, state.lang),
        minis=_minis(frame, [c for c in codes if c != code], tree, reasons, (services, state)),
    )


def _reasons(written: pd.DataFrame, lang: str) -> dict[tuple[int, int, str], str]:
    """Why two years do not compare: (from, to, component or "") -> words."""
    return {
        (int(row["from_year"]), int(row["to_year"]), str(row["component_code"] or "")): text.name(
            row, lang, "reason"
        )
        for row in records(written)
    }


def _by_share(rows: list[Row]) -> bool:
    """Maxima that differ between years make only shares comparable to the eye."""
    most = {row["max_score"] for row in rows}
    return len(most) > 1 and all(has(one) for one in most)


def _scaled(value: Any, row: Row, by_share: bool) -> float:
    return 100.0 * float(value) / float(row["max_score"]) if by_share else float(value)


def _own_years(
    rows: list[Row], reasons: dict[tuple[int, int, str], str], by_share: bool, lang: str
) -> list[Year]:
    made: list[Year] = []
    for row in rows:
        broken = bool(made) and row["comparability"] not in JOINED
        skipped = bool(made) and row["year"] - made[-1].year > 1
        why = break_words(row, reasons, lang) if broken else ""
        if skipped and not broken:
            why = t("trends.skipped", lang, years=_between(made[-1].year, row["year"]))
        rank = (
            t("trends.rank", lang, rank=text.rank_of(row["rank"], row["n_ranked"]))
            if has(row["rank"])
            else ""
        )
        value = _scaled(row["value"], row, by_share)
        made.append(Year(int(row["year"]), value, bool(made) and not why, why, rank, broken))
    return made


def _between(first: int, last: int) -> str:
    years = [str(year) for year in range(first + 1, last)]
    return ", ".join(years)


def break_words(row: Row, reasons: dict[tuple[int, int, str], str], lang: str) -> str:
    """Why a year does not compare with the one before: what is written, else that the framework changed."""
    if row["prev_link"] in ENDED:
        return ended_reason(row, lang)
    pair = (row["prev_year"], row["year"])
    for component in (row["component_code"], ""):
        if found := reasons.get((*pair, component)):
            return found
    return t("trends.break", lang, before=row["prev_year"])


def _run(own: list[Year]) -> list[Year]:
    """The years since the last break; a year that was only not published does not break a run."""
    return own[max((n for n, year in enumerate(own) if year.broken), default=0) :]


def _lines(rows: list[Row], own: list[Year], by_share: bool, subject: Subject, lang: str) -> list[Line]:
    made = [Line(subject.province, own, "own")]
    for look, field, name in (
        ("best", "leader_value", t("trends.best", lang)),
        ("nation", "mean", t("trends.nation", lang)),
        ("region", "region_mean", t("trends.region", lang)),
    ):
        years = [
            Year(y.year, _scaled(row[field], row, by_share), y.joined, more=_more(row, look, lang))
            for row, y in zip(rows, own, strict=True)
            if has(row[field]) and not (look == "nation" and row["mean_kind"] == "partial")
        ]
        made.append(Line(name, _unjoined(years), look))
    return [line for line in made if line.years]


def _unjoined(years: list[Year]) -> list[Year]:
    """A line that misses a year is broken there too."""
    return [
        replace(year, joined=year.joined and n > 0 and years[n - 1].year == year.year - 1)
        for n, year in enumerate(years)
    ]


def _more(row: Row, look: str, lang: str) -> str:
    return text.name(row, lang, "leader_name") if look == "best" and has(row["leader_name_vi"]) else ""


def _bands(rows: list[Row], services: Services) -> list[Band]:
    names = {row["framework_id"]: _short(row) for row in records(known(services, "frameworks"))}
    made: list[Band] = []
    last = ""
    for row in rows:
        if made and row["framework_id"] == last:
            made[-1] = replace(made[-1], last=int(row["year"]))
        else:
            made.append(Band(names[row["framework_id"]], int(row["year"]), int(row["year"])))
        last = row["framework_id"]
    return made


def _short(framework: Row) -> str:
    """What a framework is called over its years: the number of its decision, else its years."""
    number = str(framework["decision_number"] or "").partition("/")[0]
    first, last = framework["first_year"], framework["last_year"]
    years = str(first) if first == last else f"{first}–{last}"
    return number if 0 < len(number) <= LONGEST_BAND else years


def _table(rows: list[Row], reasons: dict[tuple[int, int, str], str], lang: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for row in rows:
        broken = made and row["comparability"] not in JOINED
        kept = (
            "year",
            "value",
            "max_score",
            "share",
            "rank",
            "n_ranked",
            "region_mean",
            "leader_value",
            "change",
        )
        made.append(
            {name: row[name] for name in kept}
            | {
                "mean": None if row["mean_kind"] == "partial" else row["mean"],
                "leader": text.name(row, lang, "leader_name") if has(row["leader_name_vi"]) else "",
                "reason": break_words(row, reasons, lang) if broken else "",
            }
        )
    return made


def _minis(
    frame: pd.DataFrame,
    codes: list[str],
    tree: pd.DataFrame,
    reasons: dict[tuple[int, int, str], str],
    at: tuple[Services, ViewState],
) -> list[Mini]:
    services, state = at
    names = {
        row["component_code"]: component_name(row, state.lang, "name") for row in tree.to_dict("records")
    }
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
