"""The components page's pure parts: from score rows to the tree table, lost points, leaders and the heat
map.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from layouts import text
from layouts.components.table import Col
from layouts.components.twin import plain
from layouts.figure_ref import before_of, ref_of
from layouts.figures.lost import trimmed
from layouts.frames import as_rows
from layouts.pages.components_view import ComponentsView, by_loss
from layouts.renumbered import ENDED, ended_reason, old_code
from layouts.text import has, t

FLAGS = ("flag_lost", "flag_rank", "flag_falling", "flag_low")
WAYS = ("kept_full", "up_up", "up_down", "down_up", "down_down")
JOINED = ("comparable", "reweighted")
RAW_LEVEL = "indicator"  # raw figures in units of their own: neither maximum nor lost points
ENOUGH_FOR_HEAT = 5
RAW_PLACES = 3


def component_name(row: Mapping[str, Any], lang: str, field: str = "component_name") -> str:
    """Name of a component, its number before it where the code is a number."""
    return text.numbered(str(row["component_code"]), text.name(row, lang, field))


def tree_rows(view: ComponentsView, lang: str) -> list[dict[str, Any]]:
    """Rows of the tree table in display order; deeper rows only where our province has a figure under
    them.
    """
    scores = {row["component_code"]: row for row in as_rows(view.own)}
    nodes = as_rows(view.tree)
    kept = _kept(nodes, set(scores), view.root)
    parents = {node["parent_code"] for node in nodes if node["component_code"] in kept}
    rows = [
        _tree_row(node, scores.get(node["component_code"], {}), view, lang)
        for node in nodes
        if node["component_code"] in kept
    ]
    opened = int(view.main["depth"].max()) if len(view.main) else 1
    for row in rows:
        row["branch"] = row["code"] in parents
        row["open"] = row["indent"] < opened
        row["shown"] = row["indent"] <= opened
    return rows


def _kept(nodes: list[dict[str, Any]], held: set[str], root: str) -> set[str]:
    """Codes to show: the total, what stands right under it, and every node with a figure below or at it."""
    parent = {node["component_code"]: node["parent_code"] for node in nodes}
    kept = {root} | {code for code, above in parent.items() if above == root}
    for code in held & set(parent):
        while has(code) and code in parent and code not in kept:
            kept.add(code)
            code = parent[code]
    return kept


def _tree_row(
    node: Mapping[str, Any], score: Mapping[str, Any], view: ComponentsView, lang: str
) -> dict[str, Any]:
    raw = node["level"] == RAW_LEVEL
    most = score.get("max_score") if has(score.get("max_score")) else node["max_score"]
    joined = score.get("comparability") in JOINED
    made = {
        "code": node["component_code"],
        "parent": node["parent_code"],
        "indent": int(node["depth"]),
        "name": component_name(node, lang, "name"),
        "name_hint": _formula(node, lang),
        "score": plain(score.get("value")),
        "most": None if raw else plain(most),
        "share": plain(score.get("share")),
        "bar": plain(score.get("share")),
        "previous": plain(score.get("prev_value")) if joined else None,
        "change": plain(score.get("change")),
        "rank": plain(score.get("rank")),
        "rank_change": plain(score.get("rank_change")) if joined else None,
        "way": way_words(node, score, lang),
        "change_less": node["direction"] == "-",
        "flags": flags(score, lang),
        "head": node["component_code"] == view.root,
        "refs": _refs(score, joined),
        "href": view.hrefs.get(node["component_code"], ""),
    }
    if joined and (before := old_code(score, lang)):
        made |= {"previous_hint": before, "change_hint": before}
    if has(made["most"]):
        made["most_places"] = min(trimmed(made["most"]), 2)
    if raw and has(score.get("decimals")):
        places = min(int(score["decimals"]), RAW_PLACES)
        made |= {"score_places": places, "previous_places": places, "change_places": places}
    return made | _words_for_blanks(node, score, made, view, lang)


def _refs(score: Mapping[str, Any], joined: bool) -> dict[str, str]:
    """The figures of a row that open their source: this year's and the one it is compared with."""
    now = {"score" if has(score.get("value")) else "rank": ref_of(score)} if score else {}
    return now | ({"previous": before_of(score)} if joined else {})


def way_words(node: Mapping[str, Any], score: Mapping[str, Any], lang: str) -> str | None:
    """The four-way class in words; a raw indicator has no score that rises, it gets better or worse."""
    kind = "way_raw" if node["level"] == RAW_LEVEL else "way"
    return t(f"components.{kind}.{score['four_way']}", lang) if has(score.get("four_way")) else None


def flags(score: Mapping[str, Any], lang: str) -> list[str]:
    """The signs of weakness of one component, each in its own words."""
    years = text.number(score.get("low_years"), 0, lang)
    return [t(f"weak.{flag}", lang, years=years) for flag in FLAGS if score.get(flag) == 1]


def _formula(node: Mapping[str, Any], lang: str) -> str:
    return (
        t("components.formula", lang, name=text.name(node, lang), formula=node["formula"])
        if has(node["formula"])
        else ""
    )


def _words_for_blanks(
    node: Mapping[str, Any], score: Mapping[str, Any], row: Mapping[str, Any], view: ComponentsView, lang: str
) -> dict[str, str]:
    made: dict[str, str] = {}
    if row["score"] is None:
        made["score_why"] = t("components.why.no_score", lang)
    if row["most"] is None and node["level"] != RAW_LEVEL:
        made["most_word"] = t("components.unknown_max", lang)
        made["most_why"] = made["share_why"] = t("components.why.no_max", lang)
    if row["change"] is None:
        made["change_why"] = made["previous_why"] = made["way_why"] = compare_reason(score, view, lang)
    if row["rank"] is None:
        made["rank_why"] = made["rank_change_why"] = t("components.why.no_rank", lang)
    elif has(score.get("n_ranked")):
        made["rank_hint"] = text.rank_of(score["rank"], score["n_ranked"])
    return made


def compare_reason(score: Mapping[str, Any], view: ComponentsView, lang: str) -> str:
    """Why a component has no change: nothing before, or another framework (in the words written for it)."""
    if score.get("comparability") != "not_comparable" or not has(score.get("prev_year")):
        return t("ranking.why.no_previous", lang)
    if score.get("prev_link") in ENDED:
        return ended_reason(score, lang)
    year = int(score["prev_year"])
    notes = [
        note for note in view.written if note["from_year"] == year and note["to_year"] == view.subject.year
    ]
    exact = [n for n in notes if n["component_code"] == score["component_code"]] or [
        n for n in notes if not has(n["component_code"])
    ]
    if exact:
        return t("ranking.why.not_comparable", lang, year=year, reason=text.name(exact[0], lang, "reason"))
    return t("ranking.why.other_framework", lang, year=year)


def tree_columns(view: ComponentsView, rows: list[dict[str, Any]], lang: str) -> tuple[Col, ...]:
    """Columns of the tree table: this year and the year compared with, side by side; empty ones are left
    out.
    """
    places, year, before = view.subject.decimals, view.subject.year, view.previous
    score = t("common.score", lang)
    made = (
        Col("name", t("common.component", lang), "tree", flex=5, least=130),
        Col("score", f"{score} {year}", "number", places, width=78),
        Col("most", t("components.most", lang), "number", 2, width=62, hide_under=480),
        Col("share", t("components.share", lang), "share", 1, width=74, hide_under=480),
        Col("bar", t("components.share_bar", lang), "bar", 1, width=74, hide_under=980, export=False),
        Col("previous", f"{score} {before or ''}".strip(), "number", places, width=78, hide_under=700),
        Col("change", t("common.change", lang), "change", places, width=86),
        Col("rank", f"{t('common.rank', lang)} {year}", "rank", width=60, hide_under=400),
        Col("rank_change", t("ranking.rank_change", lang), "change", 0, width=64, hide_under=560),
        Col("way", t("components.way_title", lang), width=168, hide_under=820),
        Col("flags", t("components.flags", lang), "words", width=206, hide_under=820),
    )
    empty = {col.field for col in made if not any(row[col.field] for row in rows)} - {"name", "score", "most"}
    return tuple(col for col in made if col.field not in empty)


def lost_frame(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    """name, length of the bar, lost, max_score, lost_share, value: largest first; only where the maximum is
    known.
    """
    held = by_loss(rows)
    names = [component_name(row, lang) for row in as_rows(held)]
    kept = ["component_code", "name", "length", "lost", "max_score", "value", "lost_share"]
    return held.assign(name=names)[kept].reset_index(drop=True)


def leader_frame(view: ComponentsView, lang: str) -> tuple[pd.DataFrame, bool]:
    """(name, own, leader, mean, leader_name, gap), widest gap first; True when drawn as share of the maximum.

    Components on one scale are drawn by their score; those with different maxima by the share of it.
    """
    rows = view.own_main[view.own_main["leader_value"].notna() & view.own_main["value"].notna()]
    by_share = rows["max_score"].nunique() > 1 and bool(rows["max_score"].notna().all())
    scale = rows["max_score"] if by_share else pd.Series(1.0, index=rows.index)
    frame = pd.DataFrame(
        {
            "name": [component_name(row, lang) for row in as_rows(rows)],
            "own": rows["value"] / scale,
            "leader": rows["leader_value"] / scale,
            "mean": (rows["mean"] / scale).where(rows["mean_kind"] != "partial"),
            "leader_name": [text.name(row, lang, "leader_name") for row in as_rows(rows)],
            "gap": rows["gap_leader"],
            "value": rows["value"],
            "leader_value": rows["leader_value"],
            "mean_value": rows["mean"].where(rows["mean_kind"] != "partial"),
            "rank": rows["rank"],
            "code": rows["component_code"],
            "own_ref": [ref_of(row) for row in as_rows(rows)],
            "leader_ref": [ref_of(row, unit_id=row["leader_unit_id"]) for row in as_rows(rows)],
            "_far": rows["gap_leader"] / rows["max_score"].fillna(1.0),
        }
    )
    return frame.sort_values("_far").drop(columns="_far").reset_index(drop=True), by_share


def heat_frame(view: ComponentsView, lang: str) -> tuple[pd.DataFrame, str]:
    """A row a unit (best total first), a column a component; and what is in the cells: share or value."""
    rows = view.fields[view.fields["component_code"] != view.root]
    rows = rows[rows["value"].notna()]
    by = "share" if len(rows) and rows["share"].notna().all() else "value"
    wide = rows.pivot_table(index="unit_id", columns="component_code", values=by, aggfunc="first")
    totals = view.fields[view.fields["component_code"] == view.root].set_index("unit_id")
    names = {row["unit_id"]: text.name(row, lang, "unit_name") for row in as_rows(view.fields)}
    wide = wide.assign(
        name=[names[unit] for unit in wide.index],
        total=wide.index.map(totals["value"]),
        rank=wide.index.map(totals["rank"]),
    )
    order = wide.assign(_sum=wide.drop(columns=["name", "total", "rank"]).sum(axis=1))
    return order.sort_values(["total", "_sum"], ascending=False).drop(columns="_sum").reset_index(), by


def heat_columns(view: ComponentsView, frame: pd.DataFrame, lang: str) -> list[tuple[str, str]]:
    """(code, name) of the components of the heat map, in display order."""
    held = view.main[view.main["component_code"].isin(frame.columns)]
    return [(row["component_code"], component_name(row, lang, "name")) for row in as_rows(held)]


def residual_rows(view: ComponentsView, lang: str) -> list[dict[str, Any]]:
    """Our figures that can be recomputed: published, recomputed, residual and its class in words."""
    rows = view.own[view.own["recomputed"].notna()]
    return [
        {
            "name": component_name(row, lang),
            "published": plain(row["published"]),
            "recomputed": plain(row["recomputed"]),
            "residual": plain(row["residual"]),
            "kind": t(f"data.class.{row['residual_class']}", lang),
            "href": view.hrefs.get(row["component_code"], ""),
            "refs": {"published": ref_of(row), "recomputed": ref_of(row)},
            "published_why": t("components.why.no_score", lang),
            "residual_why": t("components.why.no_score", lang),
        }
        for row in as_rows(rows)
    ]


def residual_columns(view: ComponentsView, lang: str) -> tuple[Col, ...]:
    """Columns of the published against recomputed table; two decimals more than the scores show."""
    places = min(view.subject.decimals + 2, 6)
    return (
        Col("name", t("common.component", lang), "link", flex=4, least=180, wrap=True),
        Col("published", t("components.published", lang), "number", places, width=110),
        Col("recomputed", t("components.recomputed", lang), "number", places, width=110),
        Col("residual", t("components.residual", lang), "signed", places, width=110),
        Col("kind", t("components.kind", lang), flex=2, least=130),
    )
