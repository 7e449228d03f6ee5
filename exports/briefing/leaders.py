"""Ours against others: component by component with the best and with named provinces; the full annex."""

from __future__ import annotations

from typing import Any

from exports.briefing.losses import bare
from exports.briefing.model import OF_ROW, Col, Row, Table
from exports.briefing.parts import Part
from exports.briefing.words import has, rank_of
from indices.rounding import rounded


def leaders(part: Part, compare: str) -> Table | None:
    """Top components, the furthest from the best first; a column for each named province with a score."""
    rows = [row for row in part.top if has(row["leader_value"]) and has(row["value"])]
    if not rows:
        return None
    w, d = part.words, part.decimals
    peers = _peer_values(part, compare)
    made = sorted((_leader_row(part, row, peers) for row in rows), key=lambda row: row["_order"])
    cols = [
        Col("name", w.t("c.component"), width=3.6),
        Col("value", w.name(part.frames.unit or {}), "number", d),
    ]
    cols += [Col(f"peer:{slug}", name, "number", d) for slug, (name, _) in peers.items()]
    cols += [
        Col("leader", w.t("c.leader"), width=1.5),
        Col("leader_value", w.t("c.leader_score"), "number", d),
        Col("gap", w.t("c.gap_leader"), "signed", d),
    ]
    if any(has(row["mean"]) for row in made):
        cols.insert(2, Col("mean", w.t("c.mean"), "number", d))
    return Table(
        "leaders", w.t("tab.leaders", index=part.short), tuple(cols), tuple(made), w.t("note.leaders")
    )


def _leader_row(part: Part, row: Row, peers: dict[str, tuple[str, dict[str, float]]]) -> dict[str, Any]:
    gap = row["gap_leader"] if has(row["gap_leader"]) else row["value"] - row["leader_value"]
    most = row["max_score"] if has(row["max_score"]) and row["max_score"] else 1.0
    made = {
        "name": part.named(row), "value": row["value"], "leader": part.words.name(row, "leader_name"),
        "leader_value": row["leader_value"], "gap": gap, "_order": gap / most, "_max": row["max_score"],
        "mean": row["mean"] if row["mean_kind"] != "partial" else None, "_code": row["component_code"],
    }  # fmt: skip
    return made | {f"peer:{slug}": values.get(row["component_code"]) for slug, (_, values) in peers.items()}


def _peer_values(part: Part, compare: str) -> dict[str, tuple[str, dict[str, float]]]:
    codes = {row["component_code"] for row in part.top}
    frame = part.frames.everyone
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for peer in part.peers(compare):
        own = (frame["index_code"] == part.code) & (frame["unit_id"] == peer["unit_id"])
        rows = zip(frame.loc[own, "component_code"], frame.loc[own, "value"], strict=True)
        values = {str(code): float(value) for code, value in rows if code in codes and has(value)}
        if values:
            found[str(peer["unit_slug"])] = (part.words.name(peer, "unit_name"), values)
    return found


def leaders_sentence(table: Table | None, part: Part) -> str:
    """On which component the best is furthest away; or that we lead on all."""
    if table is None:
        return ""
    first = table.rows[0]
    if rounded(first["gap"], part.decimals) >= 0:
        return part.words.t("s.leads_all", count=len(table.rows), known=part.held[1])
    amount = part.difference(first["gap"])
    told = {"leader": first["leader"], "amount": amount, "partial": part.partial}
    return part.words.t("s.leaders", name=bare(first["name"]), **told)


def full(part: Part) -> Table | None:
    """Everything held of the index in the year, for the annex."""
    rows = part.own if part.components else []
    rows = rows if part.scope is None else part.components
    if not rows:
        return None
    w, d = part.words, part.decimals
    made = tuple(_full_row(part, row) for row in rows if has(row["value"]) or has(row["rank"]))
    cols = [
        Col("code", w.t("c.code"), width=0.9),
        Col("name", w.t("c.component"), width=4.6),
        Col("max", w.t("c.max"), "short", 2),
        Col("before", w.t("c.score_of", year=int(_prev(rows) or 0)), "number", d),
        Col("value", w.t("c.score_of", year=part.frames.year), "number", d),
        Col("change", w.t("c.change"), "signed", d),
        Col("rank", w.t("c.rank"), "rank", width=0.8),
        Col("self", w.t("c.self"), "number", d),
        Col("lost", w.t("c.lost"), "number", d),
        Col("share", w.t("c.lost_share"), "share", 1),
        Col("leader", w.t("c.leader"), width=1.5),
        Col("leader_value", w.t("c.leader_score"), "number", d),
        Col("gap", w.t("c.gap_leader"), "signed", d),
    ]
    kept = [c for c in cols if c.key in ("code", "name", "value") or any(_held(r[c.key]) for r in made)]
    title = w.t("tab.full", index=part.short, year=part.frames.year)
    return Table("full", title, tuple(kept), made)


def _held(value: Any) -> bool:
    return has(value) and value != "–"


def _prev(rows: list[dict[str, Any]]) -> Any:
    return next((row["prev_year"] for row in rows if has(row["prev_year"])), None)


def _full_row(part: Part, row: Row) -> dict[str, Any]:
    comparable = row["comparability"] != "not_comparable"
    leader = part.words.name(row, "leader_name") if has(row["leader_name_vi"]) else None
    return {
        "code": row["component_code"], "name": part.words.name(row, "component_name"),
        "max": row["max_score"],
        "before": row["prev_value"], "value": row["value"], "change": row["change"] if comparable else None,
        "rank": rank_of(row["rank"], row["n_ranked"]), "self": row["self_score"], "lost": row["lost"],
        "share": row["lost_share"], "leader": leader,
        "leader_value": row["leader_value"], "gap": row["gap_leader"],
        "_depth": int(row["depth"] or 0), "_parent": row["parent_code"], "_strong": (row["depth"] or 0) < 2,
    }  # fmt: skip


def years(parts: list[Part]) -> Table | None:
    """Score and rank of every index over its last years, newest first year last."""
    shown = sorted({int(r["year"]) for part in parts for r in part.totals})[-6:]
    if not shown:
        return None
    w = parts[0].words
    made = []
    for part in parts:
        by_year = {int(row["year"]): row for row in part.totals}
        if not any(year in by_year for year in shown):
            continue
        row: dict[str, Any] = {"name": part.short, "_code": part.code, "_decimals": part.decimals}
        for year in shown:
            found = by_year.get(year)
            row[f"score:{year}"] = found["value"] if found else None
            row[f"rank:{year}"] = rank_of(found["rank"], found["n_ranked"]) if found else None
            row[f"_rank:{year}"] = found["rank"] if found else None
        made.append(row)
    cols = [Col("name", w.t("c.index"), width=1.4)]
    for year in shown:
        cols += [
            Col(f"score:{year}", w.t("c.score_of", year=year), "number", OF_ROW),
            Col(f"rank:{year}", w.t("c.rank_of", year=year), "rank"),
        ]
    return Table("years", w.t("tab.years"), tuple(cols), tuple(made), w.t("note.years"))


def source_lines(part: Part) -> tuple[str, ...]:
    """The documents behind the index's figures of the year, in order of first use."""
    used = [row["source_id"] for row in part.own] or [row["source_id"] for row in part.totals[-1:]]
    rows = {row["source_id"]: row for row in part.frames.rows("sources")}
    told = []
    for item in dict.fromkeys(used):
        row = rows.get(item)
        if row is not None:
            said = [row[key] for key in ("source_id", "publisher", "document") if has(row[key])]
            dated = [part.words.day(row["date"])] if has(row["date"]) else []
            told.append(" · ".join([*said, *dated]))
    return tuple(told)
