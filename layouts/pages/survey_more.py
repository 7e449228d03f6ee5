"""Lower parts of the survey page: the drivers matrix, gaps to targets, the map of provinces, the years."""

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts.components.chart import Chart, chart
from layouts.components.controls import rich
from layouts.components.twin import Column, Table, rows_of, twin
from layouts.figures import drivers as matrix
from layouts.figures import survey_years
from layouts.figures.tilemap import TileOptions, proportion, tilemap
from layouts.pages import survey_more_words as words
from layouts.pages.survey_view import SurveyView
from layouts.text import has, name, t

CORNERS = ("first", "keep", "later", "enough")
DRIVERS = (("importance", 3), ("importance_low", 3), ("importance_high", 3), ("performance", 2))
GAPS = (("value", 2), ("target", 0), ("gap", 2), ("gap_low", 2), ("gap_high", 2))


def drivers(view: SurveyView, lang: str) -> Component:
    """Which questions go with overall satisfaction; where nobody asked about it, that this is why."""
    if view.drivers.empty:
        kind = "small" if has(view.wave["overall"]) else "none"
        said = [html.H2(t("survey_more.drivers", lang)), html.P(t(f"survey_more.no_drivers.{kind}", lang))]
        return html.Section(said, className="chart-block")
    rows = [_driver(row, lang) for row in view.drivers.to_dict("records")]
    corners = {what: t(f"survey_more.corner.{what}", lang) for what in CORNERS}
    axes = matrix.Words(corners, t("survey_more.across", lang), t("survey_more.up", lang))
    made = Chart(
        figure=matrix.figure(rows, axes, lang),
        title=words.driver_title(rows, lang),
        subtitle=words.driver_scope(view, lang),
        caption=words.driver_caption(view, rows, lang),
        table=_driver_table(view, lang),
    )
    return chart(made, lang)


def _driver(row: dict[str, object], lang: str) -> matrix.Driver:
    numbers = [float(row[key]) for key in ("importance", "importance_low", "importance_high", "performance")]  # type: ignore[arg-type]
    sure = numbers[1] > 0.0
    return matrix.Driver(str(row["code"]), name(row, lang, "label"), *numbers, str(row["what"]), sure)


def _driver_table(view: SurveyView, lang: str) -> Table:
    frame = view.drivers.assign(
        label=[name(row, lang, "label") for row in view.drivers.to_dict("records")],
        todo=[t(f"survey_more.corner.{what}", lang) for what in view.drivers["what"]],
    )
    columns = [Column(key, t(f"survey.column.{key}", lang)) for key in ("code", "label")]
    columns += [Column(key, t(f"survey_more.column.{key}", lang), places) for key, places in DRIVERS]
    columns.append(Column("todo", t("survey_more.column.todo", lang)))
    title, note = t("survey_more.drivers", lang), t("survey_more.drivers_note", lang)
    return Table("survey-drivers", title, columns, rows_of(frame, columns), note, view.meta)


def gaps(view: SurveyView, lang: str) -> Component | None:
    """The headline against every goal in words; everything in the table."""
    if view.gaps.empty or view.top is None:
        return None
    top = view.gaps[view.gaps["code"] == view.headline].sort_values("target").to_dict("records")
    frame = view.gaps.assign(
        label=[name(row, lang, "label") for row in view.gaps.to_dict("records")],
        verdict=[t(f"survey_more.verdict.{word}", lang) for word in view.gaps["verdict"]],
        n_tell=view.gaps["n_tell"].where(view.gaps["n_tell"] != float("inf")),
    )
    columns = [Column(key, t(f"survey.column.{key}", lang)) for key in ("code", "label")]
    columns += [Column(key, t(f"survey_more.column.{key}", lang), places) for key, places in GAPS]
    columns.append(Column("verdict", t("survey_more.column.verdict", lang)))
    columns += [Column(key, t(f"survey_more.column.{key}", lang), 0) for key in ("n", "n_tell", "n_margin")]
    title, note = t("survey_more.gaps", lang), t("survey_more.gaps_note", lang)
    table = Table("survey-gaps", title, columns, rows_of(frame, columns), note, view.meta)
    said = html.Ul([html.Li(rich(words.gap(row, lang))) for row in top], className="survey-gaps")
    return html.Section(
        [html.H2(words.gap_title(top, lang)), said, twin(table, lang)], className="chart-block"
    )


def country(view: SurveyView, lang: str) -> Component | None:
    """Every province asked as a tile; none where only one was."""
    rows = view.units[view.units["value"].notna()]
    if len(rows) < 2 or view.tiles.empty:
        return None
    frame = _tiles(view, rows, lang)
    key, blank = t("survey.column.value", lang), t("survey_more.not_asked", lang)
    options = TileOptions(view.unit_id, "value", 1, key, blank)
    named = rows.assign(label=[name(row, lang) for row in rows.to_dict("records")])
    columns = [Column("label", t("survey_more.column.province", lang))]
    columns += [Column(key, t(f"survey.column.{key}", lang), 2) for key in ("value", "low", "high")]
    told = rows_of(named, columns)
    made = Chart(
        figure=tilemap(frame, options, lang),
        title=words.map_title(rows, lang),
        subtitle=t("survey_more.map_subtitle", lang),
        caption=t("survey.units_caption", lang),
        table=Table("survey-map", t("survey_more.map", lang), columns, told, "", view.meta),
        classes="tilemap",
        proportion=proportion(frame),
    )
    return chart(made, lang)


def _tiles(view: SurveyView, rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The tiles with the figure of their unit; an archipelago carries that of its province."""
    tiles, shares = view.tiles.copy(), rows.set_index("unit_id")
    tiles["unit_id"] = tiles["unit_id"].where(tiles["unit_id"].map(has), tiles["belongs_to"])
    names = {row["unit_id"]: name(row, lang) for row in rows.to_dict("records")}
    owners = [names.get(of, "") if has(of) else "" for of in tiles["belongs_to"]]
    return tiles.assign(
        value=tiles["unit_id"].map(shares["value"]).astype("float64"),
        rank=float("nan"),
        label=tiles[f"label_{lang}"],
        belongs=[t("ranking.belongs", lang, province=of) if of else "" for of in owners],
        hover=[words.tile(names.get(unit, ""), shares, unit, lang) for unit in tiles["unit_id"]],
    )


def years(view: SurveyView, lang: str) -> Component | None:
    """What was published and what the surveys say over the years; a break of the series is a gap."""
    rows = view.history[view.history[["published", "value"]].notna().any(axis=1)] if len(view.history) else ()
    if len(rows) < 2:
        return None
    held = rows.astype(object).where(rows.notna(), None).to_dict("records")
    told = [
        survey_years.Year(
            int(r["year"]), *(r[key] for key in ("published", "value", "low", "high")), bool(r["broken"])
        )
        for r in held
    ]
    named = (t("survey_more.published", lang), t("survey_more.own", lang), t("survey_more.break", lang))
    made = Chart(
        figure=survey_years.figure(told, named, lang),
        title=words.years_title(held, lang),
        subtitle=t("survey_more.years_subtitle", lang),
        caption=words.years_caption(held, lang),
        table=_years_table(pd.DataFrame(held), view, lang),
    )
    return chart(made, lang)


def _years_table(rows: pd.DataFrame, view: SurveyView, lang: str) -> Table:
    frame = rows.assign(year=rows["year"].astype("str"))
    columns = [Column("year", t("survey_more.column.year", lang))]
    columns.append(Column("published", t("survey_more.column.published", lang), 2))
    columns += [Column(key, t(f"survey.column.{key}", lang), 2) for key in ("value", "low", "high")]
    columns += [Column("n", t("survey.column.n", lang), 0)]
    columns.append(Column("reason", t("survey_more.column.reason", lang)))
    title = t("survey_more.years", lang)
    return Table("survey-years", title, columns, rows_of(frame, columns), "", view.meta)
