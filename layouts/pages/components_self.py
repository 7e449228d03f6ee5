"""The components page on what the province gave itself: where the appraisal agreed and where it did not."""

from typing import Any

import pandas as pd
from dash.development.base_component import Component

from layouts import text, theme
from layouts.components.chart import Chart, chart
from layouts.components.table import Col, Spec
from layouts.components.twin import Column, Table, plain, rows_of
from layouts.figure_ref import ref_of
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.frames import as_rows
from layouts.pages import components_parts as parts
from layouts.pages.components_lost import NEAR, TALL, meta
from layouts.pages.components_view import ComponentsView
from layouts.pages.grid_section import grid_section
from layouts.text import t

DRAWN = 12  # criteria in the chart: those with the widest differences


def self_frame(view: ComponentsView, lang: str) -> pd.DataFrame:
    """Our self-scored rows: name, self, value, gap (appraised less self-scored), max_score; most taken off
    first."""
    held = view.own[view.own["self_score"].notna() & view.own["value"].notna()]
    made = held.assign(
        name=[parts.component_name(row, lang) for row in as_rows(held)],
        gap=held["value"] - held["self_score"],
    )
    return made.sort_values(["gap", "order_no"]).reset_index(drop=True)


def self_tab(view: ComponentsView, lang: str) -> list[Component | None]:
    """The widest differences as dots, then all of them as a table."""
    frame = self_frame(view, lang)
    return [dots_block(frame, view, lang), table_section(frame, view, lang)]


def finding(frame: pd.DataFrame, view: ComponentsView, lang: str) -> str:
    """How much the appraisal took off (and added), at how many criteria."""
    places = view.subject.decimals
    less, more = frame[frame["gap"] < -NEAR], frame[frame["gap"] > NEAR]
    if less.empty and more.empty:
        return t("breakdown.self.same", lang, count=len(frame))
    parts_said = [
        t(
            f"breakdown.self.{key}",
            lang,
            points=text.number(abs(rows["gap"].sum()), places, lang),
            count=f"{len(rows)}/{len(frame)}",
        )
        for key, rows in (("less", less), ("more", more))
        if len(rows)
    ]
    return text.upper_first("; ".join(parts_said))


def dots_block(frame: pd.DataFrame, view: ComponentsView, lang: str) -> Component | None:
    """Self-scored and appraised share of the maximum, where they differ most."""
    apart = frame[(frame["gap"].abs() > NEAR) & frame["max_score"].notna()]
    apart = apart.reindex(apart["gap"].abs().sort_values(ascending=False).index).head(DRAWN)
    if apart.empty:
        return None
    places = view.subject.decimals
    drawn = pd.DataFrame(
        {
            "name": apart["name"],
            "self": apart["self_score"] / apart["max_score"],
            "own": apart["value"] / apart["max_score"],
            "end": [text.signed(gap, places, lang) for gap in apart["gap"]],
        }
    ).reset_index(drop=True)
    dots = [
        Dot("self", t("breakdown.self.self", lang), theme.BLUES[6], "diamond", 10),
        Dot("own", t("breakdown.self.appraised", lang), theme.OWN, "circle", 12),
    ]
    return chart(
        Chart(
            figure=dumbbell(drawn, DumbbellOptions(dots, ("own", "self"), places, percent=True), lang),
            title=finding(frame, view, lang),
            subtitle=t("breakdown.self.subtitle", lang, count=len(drawn)),
            caption=t("breakdown.self.caption", lang),
            table=_dots_table(apart, view, lang),
        ),
        lang,
    )


def _dots_table(apart: pd.DataFrame, view: ComponentsView, lang: str) -> Table:
    places = view.subject.decimals
    columns = [
        Column("name", t("common.component", lang)),
        Column("self_score", t("breakdown.self.self", lang), places),
        Column("value", t("breakdown.self.appraised", lang), places),
        Column("gap", t("breakdown.self.gap", lang), places),
    ]
    title = t("breakdown.self.widest", lang)
    return Table("components-self-widest", title, columns, rows_of(apart, columns), meta=meta(view, lang))


def table_section(frame: pd.DataFrame, view: ComponentsView, lang: str) -> Component:
    """All self-scored criteria, most taken off first."""
    places = view.subject.decimals
    columns = (
        Col("name", t("common.component", lang), "link", flex=4, least=150, wrap=True),
        Col("self", t("breakdown.self.self", lang), "number", places, width=84),
        Col("score", t("breakdown.self.appraised", lang), "number", places, width=84),
        Col("gap", t("breakdown.self.gap", lang), "change", places, width=90),
        Col("most", t("components.most", lang), "number", 2, width=74, hide_under=480),
    )
    rows: list[dict[str, Any]] = [
        {
            "name": row["name"],
            "href": view.hrefs.get(row["component_code"], ""),
            "self": plain(row["self_score"]),
            "score": plain(row["value"]),
            "gap": plain(row["gap"]),
            "most": plain(row["max_score"]),
            "refs": {"self": ref_of(row), "score": ref_of(row)},
        }
        for row in as_rows(frame)
    ]
    title = t("breakdown.self.table", lang)
    height = TALL if len(rows) > 22 else 0
    spec = Spec("components-self", title, columns, rows, max_height=height)
    return grid_section(spec, title, [t("breakdown.self.note", lang)], view.subject, lang)
