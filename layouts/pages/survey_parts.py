"""Parts of the survey page below its two main charts: groups of respondents, provinces, years."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts.components.chart import Chart, chart
from layouts.components.twin import Column, Table, rows_of, twin
from layouts.figures.interval import Estimate, figure
from layouts.frames import as_rows
from layouts.pages import survey_words as words
from layouts.pages.survey_table import table
from layouts.pages.survey_view import SurveyView
from layouts.text import name, t

DIFFERENCES = (("difference", 2), ("low", 2), ("high", 2), ("p", 4), ("p_adjusted", 4))


def estimate(row: Mapping[Hashable, Any], view: SurveyView, lang: str) -> Estimate:
    """A line of a chart of components or questions."""
    ends = (row["value"], row["low"], row["high"])
    return Estimate(name(row, lang, "label"), *ends, strong=row["code"] == view.headline)


def groups(view: SurveyView, lang: str) -> list[Component]:
    """A section for each trait: the classes side by side, and which differences hold."""
    return [_group(trait, view, lang) for trait in dict.fromkeys(view.traits["trait"])]


def _group(trait: str, view: SurveyView, lang: str) -> Component:
    rows = view.traits[view.traits["trait"] == trait]
    labels = [words.of_class(code, lang) for code in rows["class"]]
    rows = rows.assign(class_label=labels)
    found = view.differences[view.differences["trait"] == trait]
    top = rows[(rows["code"] == view.headline) & rows["value"].notna()]
    lines = [Estimate(row["class_label"], row["value"], row["low"], row["high"]) for row in as_rows(top)]
    title, caption = words.group_title(found, trait, lang), words.group_caption(found, lang)
    whole = table("traits", rows, view, lang)
    made = Chart(
        figure=figure(lines, words.goals(view), lang),
        title=title,
        subtitle=t("survey.group_subtitle", lang, trait=words.trait(trait, lang)),
        caption=caption,
        table=_named(whole, trait, lang),
    )
    drawn = chart(made, lang) if lines else html.Section([html.H2(title), html.P(caption)])
    return html.Div([drawn, twin(_differences(found, trait, view, lang), lang)])


def _named(made: Table, trait: str, lang: str) -> Table:
    title = f"{made.title}: {words.trait(trait, lang)}"
    return Table(f"{made.id}-{trait}", title, made.columns, made.rows, made.note, made.meta)


def _differences(found: pd.DataFrame, trait: str, view: SurveyView, lang: str) -> Table:
    rows = as_rows(found)
    frame = found.assign(
        label=[name(row, lang, "label") for row in rows],
        a=[words.of_class(row["a"], lang) for row in rows],
        b=[words.of_class(row["b"], lang) for row in rows],
        sure=[t(f"survey.sure_{'yes' if row['differs'] is True else 'no'}", lang) for row in rows],
    )
    columns = [Column(key, t(f"survey.column.{key}", lang)) for key in ("label", "a", "b")]
    columns += [Column(key, t(f"survey.column.{key}", lang), places) for key, places in DIFFERENCES]
    columns.append(Column("sure", t("survey.column.sure", lang)))
    title = t("survey.differences", lang, trait=words.trait(trait, lang))
    told = rows_of(frame, columns)
    return Table(f"survey-differences-{trait}", title, columns, told, t("survey.holm", lang), view.meta)


def provinces(view: SurveyView, lang: str) -> Component | None:
    """Every unit asked, best first, ours marked: intervals that meet cannot be told apart."""
    rows = view.units[view.units["value"].notna()]
    if len(rows) < 2:
        return None
    lines = [
        Estimate(name(row, lang), row["value"], row["low"], row["high"], own=row["unit_id"] == view.unit_id)
        for row in as_rows(rows)
    ]
    frame = rows.assign(label_vi=rows["name_vi"], label_en=rows["name_en"])
    made = Chart(
        figure=figure(lines, words.goals(view), lang),
        title=_place(rows, view, lang),
        subtitle=t("survey.units_subtitle", lang, what=_what(view, lang)),
        caption=t("survey.units_caption", lang),
        table=table("units", frame, view, lang),
    )
    return html.Details(
        [html.Summary(t("survey.units_open", lang, count=len(rows))), chart(made, lang)], className="more"
    )


def _what(view: SurveyView, lang: str) -> str:
    rows = view.rows[view.rows["code"] == view.headline]
    return name(rows.iloc[0], lang, "label") if len(rows) else view.headline


def _place(rows: pd.DataFrame, view: SurveyView, lang: str) -> str:
    """How many units are surely above and below ours; the others cannot be told from it."""
    own = rows[rows["unit_id"] == view.unit_id]
    if own.empty:
        return t("survey.table.units", lang)
    mine = own.iloc[0]
    above, below = int((rows["low"] > mine["high"]).sum()), int((rows["high"] < mine["low"]).sum())
    same = len(rows) - 1 - above - below
    return t("survey.place", lang, province=view.province, above=above, below=below, same=same)
