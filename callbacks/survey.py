"""The page of surveys: estimates of one survey for one province, from a release to the page."""

from dataclasses import replace

import pandas as pd

from callbacks import survey_more as more
from callbacks.records import records, unit_ids
from callbacks.services import Page, Rendered, Services
from callbacks.subject import known, source_lines
from callbacks.url_state import Facts, Repair, ViewState, search_of
from layouts import text
from layouts.pages import survey
from layouts.pages.survey_view import SurveyView
from layouts.text import t

PATH, WAVE = "/khao-sat", "dot"
ITEM, SATISFIED, AREA = "item", "satisfied", "satisfaction"


def build_view(services: Services, state: ViewState) -> SurveyView | None:
    """The chosen survey (the newest where none is) and the province; None where no survey was imported."""
    waves = known(services, "survey_waves").sort_values(["year", "wave_id"], ascending=False)
    if waves.empty:
        return None
    asked = waves[waves["wave_id"] == state.extra(WAVE)]
    wave = (asked if len(asked) else waves).iloc[0]
    units = unit_ids(services.warehouse, state.province)
    own = units[units["unit_set"] == wave["unit_set"]]
    unit_id = str(own.iloc[0]["unit_id"]) if len(own) else ""
    every = _labelled(services, services.warehouse.survey_estimates(wave["wave_id"], measure=SATISFIED), wave)
    mine = every[every["unit_id"] == unit_id] if unit_id else every.iloc[:0]
    headline = _headline(every, str(wave["index_code"]))
    gaps = services.warehouse.survey_differences(wave["wave_id"], unit_id or None)
    whole = mine[mine["trait"] == ""].sort_values("order")
    targets = _targets(services, units)
    years = _years(services, waves, unit_id, headline)
    index = str(wave["index_code"])
    return SurveyView(
        wave=dict(wave),
        province=text.name(units.iloc[0], state.lang),
        unit_id=unit_id,
        headline=headline,
        rows=whole,
        traits=mine[mine["trait"] != ""].sort_values(["trait", "order", "class"]),
        differences=_labelled(services, gaps, wave).sort_values(["trait", "order", "a", "b"]),
        units=_units(services, every, headline),
        history=more.read_history(services, index, unit_id, years, state.lang),
        drivers=more.read_drivers(services, wave, unit_id, every),
        gaps=more.read_gaps(whole, more.goals_of(wave, targets)),
        tiles=known(services, "tiles", str(wave["unit_set"])),
        targets=targets,
        waves=_offered(waves, str(wave["wave_id"]), state, services.facts()),
        assumed=str(wave["roll_up"] or ""),
        meta=_meta(services, dict(wave), text.name(units.iloc[0], state.lang)),
    )


def _labelled(services: Services, rows: pd.DataFrame, wave: pd.Series) -> pd.DataFrame:
    """Rows with label_vi, label_en, level and order: components in the order of the framework, then items."""
    items = known(services, "survey_items", str(wave["wave_id"]))
    asked = items.assign(level=ITEM, order=items["order_no"] + len(rows))
    tree = services.warehouse.components(str(wave["index_code"]), int(wave["year"]))
    named = tree.rename(columns={"component_code": "code", "name_vi": "label_vi", "name_en": "label_en"})
    named = named.assign(order=named["order_no"])
    columns = ["code", "label_vi", "label_en", "level", "order"]
    both = pd.concat([named[columns], asked[columns]]).drop_duplicates("code")
    return rows.merge(both, on="code", how="inner")


def _headline(rows: pd.DataFrame, index: str) -> str:
    """The index where it could be made, else the component that stands first."""
    codes = rows.sort_values("order")["code"]
    return index if (codes == index).any() else str(codes.iloc[0]) if len(codes) else ""


def _units(services: Services, every: pd.DataFrame, headline: str) -> pd.DataFrame:
    whole = every[(every["trait"] == "") & (every["code"] == headline) & (every["unit_id"] != "")]
    names = known(services, "units")[["unit_id", "name_vi", "name_en", "slug"]]
    return whole.merge(names, on="unit_id").sort_values("value", ascending=False)


def _years(services: Services, waves: pd.DataFrame, unit_id: str, headline: str) -> pd.DataFrame:
    ids = waves["wave_id"].tolist()
    limits = {"unit_id": unit_id or None, "code": headline, "measure": SATISFIED}
    rows = services.warehouse.survey_estimates(ids, **limits)
    rows = rows[rows["trait"] == ""].merge(waves[["wave_id", "year", "name_vi", "name_en"]], on="wave_id")
    return rows.sort_values("year")


def _targets(services: Services, units: pd.DataFrame) -> tuple[dict[str, object], ...]:
    rows = known(services, "targets")
    own = rows[
        rows["unit_id"].isin(units["unit_id"]) & (rows["area"] == AREA) & (rows["measure_unit"] == "%")
    ]
    return tuple(records(own))


def _offered(
    waves: pd.DataFrame, chosen: str, state: ViewState, facts: Facts
) -> tuple[tuple[str, str, bool], ...]:
    return tuple(
        (
            f"{text.name(row, state.lang)} · {row['year']}",
            PATH + search_of(replace(state, extras=((WAVE, str(row["wave_id"])),)), facts),
            row["wave_id"] == chosen,
        )
        for row in records(waves)
    )


def _meta(services: Services, wave: dict[str, object], province: str) -> dict[str, str]:
    told = {"release_id": services.release_id(), "filters": f"{province}; {wave['year']}"}
    return told | {"source": "; ".join(source_lines(services, [wave["source_id"]]))}


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state; where nothing was imported, how to bring a survey in."""
    view, title = build_view(services, state), t("nav.survey", state.lang)
    if view is None:
        return Rendered(survey.nothing(state.lang), title)
    asked, used = state.extra(WAVE), str(view.wave["wave_id"])
    shown = text.name(view.wave, state.lang)
    repairs = (Repair("value", asked, shown),) if asked and asked != used else ()
    return Rendered(survey.layout(view, state.lang), f"{title} · {view.province}", repairs)


PAGE = Page(id="survey", path=PATH, group="ground", controls=("province",), render=render, extras=(WAVE,))
