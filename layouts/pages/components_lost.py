"""The components page on lost points: from the maximum to the score, by source, what is under its maximum."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from layouts import text
from layouts.components.chart import Chart, chart
from layouts.components.notice import empty
from layouts.components.table import Col, Spec
from layouts.components.twin import Column, Table, plain, rows_of
from layouts.figure_ref import ref_of
from layouts.figures.lost import LostOptions, lost, trimmed
from layouts.figures.waterfall import Ends, waterfall
from layouts.frames import as_rows
from layouts.pages import components_parts as parts
from layouts.pages import components_words as words
from layouts.pages.components_view import ComponentsView
from layouts.pages.grid_section import grid_section
from layouts.text import has, t

NEAR = 1e-6
ROUNDING = 0.005  # of the loss: what rounding of many parts may leave
KEEP, IMPROVE, OVERCOME = "keep", "improve", "overcome"
KINDS = (OVERCOME, IMPROVE, KEEP)
TALL = 620  # pixels: a longer table scrolls inside itself


def lost_tab(view: ComponentsView, lang: str) -> list[Component | None]:
    """The steps from the maximum, the same points by source, every criterion under its maximum."""
    return [lost_block(view, lang), source_block(view, lang), under_section(view, lang)]


def lost_block(view: ComponentsView, lang: str) -> Component:
    """Lost points: as steps from the maximum to the score where they add up, else as sorted bars."""
    frame = parts.lost_frame(view.own_main, lang)
    if frame.empty:
        title, heading = t("components.lost.none", lang), t("components.lost.heading", lang)
        return html.Section([html.H2(heading), empty(title, t("components.lost.none_help", lang))])
    title = t("components.lost.table", lang, what=view.subject.label(lang))
    table = lost_table("components-lost", title, frame, view, lang)
    steps = waterfall_frame(frame, view, lang)
    if steps is not None:
        return _steps(steps, frame, table, view, lang)
    return _bars(frame, table, view, lang)


def waterfall_frame(frame: pd.DataFrame, view: ComponentsView, lang: str) -> pd.DataFrame | None:
    """name, words, step: points each component takes from the total; None where they do not make its loss."""
    total = view.own_total
    known = total is not None and has(total["lost"]) and frame["lost_share"].notna().all()
    if not known or abs(frame["lost_share"].sum() - 1) > NEAR:
        return None
    held = frame[frame["lost_share"] > NEAR]
    said = [
        f"{words.lost_words(row['lost'], row['max_score'], view, lang)}"
        f" · {text.percent(row['lost_share'], 1, lang)}"
        for row in as_rows(held)
    ]
    return held.assign(words=said, step=held["lost_share"] * total["lost"]).reset_index(drop=True)


def _steps(
    steps: pd.DataFrame, frame: pd.DataFrame, table: Table, view: ComponentsView, lang: str
) -> Component:
    total = view.own_total or {}
    ends = Ends(
        float(total["max_score"]), float(total["value"]), view.subject.decimals,
        t("breakdown.most", lang), t("breakdown.reached", lang),
    )  # fmt: skip
    return chart(
        Chart(
            figure=waterfall(steps, ends, lang),
            title=words.lost_title(frame, view, lang),
            subtitle=t("breakdown.steps.subtitle", lang),
            caption=t("breakdown.steps.caption", lang),
            table=table,
        ),
        lang,
    )


def _bars(frame: pd.DataFrame, table: Table, view: ComponentsView, lang: str) -> Component:
    unknown = int(view.own_main["max_score"].isna().sum())
    weighted = bool(frame["lost_share"].notna().all())
    caption = t("components.lost.caption" if weighted else "components.lost.caption_plain", lang)
    caption += " " + t("components.lost.unknown", lang, count=unknown) if unknown else ""
    return chart(
        Chart(
            figure=lost(frame, LostOptions(view.subject.decimals), lang),
            title=words.lost_title(frame, view, lang),
            subtitle=t("components.lost.subtitle" if weighted else "components.lost.subtitle_plain", lang),
            caption=caption,
            table=table,
        ),
        lang,
    )


def lost_table(table_id: str, title: str, frame: pd.DataFrame, view: ComponentsView, lang: str) -> Table:
    """Score, maximum, lost points and their share of each component; names lead on."""
    places = view.subject.decimals
    columns = [
        Column("name", t("common.component", lang)),
        Column("value", t("common.score", lang), places),
        Column("max_score", t("components.most", lang), places),
        Column("lost", t("components.lost.column", lang), places),
        Column("share", t("components.lost.share", lang), 1),
    ]
    links = [{"name": view.hrefs.get(code, "")} for code in frame["component_code"]]
    rows = rows_of(frame.assign(share=frame["lost_share"] * 100, links=links), columns)
    return Table(table_id, title, columns, rows, meta=meta(view, lang))


def meta(view: ComponentsView, lang: str) -> dict[str, Any]:
    """What a download says of its origin."""
    return view.subject.meta((view.subject.asked, view.subject.label(lang)))


def source_block(view: ComponentsView, lang: str) -> Component | None:
    """Lost points by source of the score, where the index has that view and we have its figures."""
    frame = parts.lost_frame(view.by_source, lang)
    if frame.empty:
        return None
    title = t("components.source.table", lang, what=view.subject.label(lang))
    return chart(
        Chart(
            figure=lost(frame, LostOptions(view.subject.decimals), lang),
            title=words.source_title(frame, view, lang),
            subtitle=t("components.source.subtitle", lang),
            caption=t("components.source.caption", lang),
            table=lost_table("components-source", title, frame, view, lang),
        ),
        lang,
    )


def under_section(view: ComponentsView, lang: str) -> Component | None:
    """Every criterion of the deepest level held: lost points, years running under the maximum, what to do."""
    rows = under_rows(view, lang)
    if not rows:
        return None
    counts = {kind: sum(row["kind_key"] == kind for row in rows) for kind in KINDS}
    said = [
        t(f"breakdown.kind_count.{kind}", lang, count=f"{counts[kind]}/{len(rows)}")
        for kind in KINDS
        if counts[kind]
    ]
    title = f"{t('breakdown.under.title', lang)}: {'; '.join(said)}"
    height = TALL if len(rows) > 22 else 0
    spec = Spec("components-under", title, under_columns(view, rows, lang), rows, max_height=height)
    return grid_section(spec, title, [t("breakdown.under.note", lang)], view.subject, lang)


def deepest(view: ComponentsView) -> pd.DataFrame:
    """Our scored rows with nothing scored below them, raw indicators left out."""
    held = view.own[view.own["value"].notna() & view.own["max_score"].notna()]
    held = held[held["level"] != parts.RAW_LEVEL]
    return held[~held["component_code"].isin(held["parent_code"]) & (held["component_code"] != view.root)]


def under_rows(view: ComponentsView, lang: str) -> list[dict[str, Any]]:
    """Rows of the table, those that cost most first."""
    rows = deepest(view)
    rows = rows.assign(of_all=share_of_all(rows, view))
    rows = rows.sort_values(["of_all", "lost"], ascending=False, na_position="last")
    return [_under_row(row, view, lang) for row in as_rows(rows)]


def share_of_all(rows: pd.DataFrame, view: ComponentsView) -> pd.Series:
    """Part of all lost points: of the total's where these rows add up to it, else that within their one
    level; NaN where neither can be said."""
    total = (view.own_total or {}).get("lost")
    if has(total) and total > NEAR and abs(rows["lost"].sum() - total) < ROUNDING * total:
        return rows["lost"] / total
    return rows["lost_share"] if rows["level"].nunique() == 1 else rows["lost_share"] * float("nan")


def kind_of(row: Mapping[str, Any]) -> str:
    """Keep the maximum; improve what is under it; overcome what also shows a sign of weakness."""
    if row["lost"] <= NEAR:
        return KEEP
    return OVERCOME if any(row[flag] for flag in parts.FLAGS) else IMPROVE


def _under_row(row: Mapping[str, Any], view: ComponentsView, lang: str) -> dict[str, Any]:
    kind = kind_of(row)
    return {
        "name": parts.component_name(row, lang),
        "href": view.hrefs.get(row["component_code"], ""),
        "score": plain(row["value"]),
        "most": plain(row["max_score"]),
        "most_places": min(trimmed(row["max_score"]), 2),
        "lost": plain(row["lost"]),
        "share": plain(row["of_all"]),
        "years": view.under.get(row["component_code"]) or None,
        "rank": plain(row["rank"]),
        "kind_key": kind,
        "kind": t(f"breakdown.kind.{kind}", lang),
        "flags": parts.flags(row, lang),
        "refs": {"score": ref_of(row)},
    }


def under_columns(view: ComponentsView, rows: list[dict[str, Any]], lang: str) -> tuple[Col, ...]:
    """Columns of the table; those that no row fills are left out."""
    places = view.subject.decimals
    made = (
        Col("name", t("common.component", lang), "link", flex=4, least=150, wrap=True),
        Col("score", t("common.score", lang), "number", places, width=70),
        Col("most", t("components.most", lang), "number", 2, width=70, hide_under=480),
        Col("lost", t("components.lost.column", lang), "number", places, width=74),
        Col("share", t("breakdown.share", lang), "share", 1, width=92, hide_under=560),
        Col("years", t("breakdown.years", lang), "integer", width=88),
        Col("rank", t("common.rank", lang), "rank", width=58, hide_under=560),
        Col("kind", t("breakdown.kind_title", lang), width=120, hide_under=700),
        Col("flags", t("components.flags", lang), "words", width=206, hide_under=900),
    )
    return tuple(col for col in made if any(row.get(col.field) not in (None, "", []) for row in rows))
