"""Tables and sentences over all indices: overview, comparison, weak criteria, causes, tasks, targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from exports.briefing.model import OF_ROW, Assignment, Chapter, Col, Evidence, Row, Table, Wish, Written
from exports.briefing.rows import records
from exports.briefing.words import Words, has, rank_of
from indices.rounding import rounded

ROWS_BY_HAND = 12
WEAKEST, ESTIMATES = 3, 4
SLOTS = ("position", "change", "scope", "fourway", "lost", "classes")  # what is said of a single index
RISE = "yoy>"
Names = Mapping[tuple[str, str], str]  # (index, component) -> what people call it
PERCENT = "%"  # stands at its figure in both languages
SIGNS = {">=": "≥", "<=": "≤"}


def overview(chapters: list[Chapter], wish: Wish, province: str) -> Table:
    """One line an index: score, rank, changes, group, status."""
    w = Words(wish.lang)
    cols = (
        Col("name", w.t("c.index"), width=1.5),
        Col("score", w.t("c.score"), "number", OF_ROW, 1.1),
        Col("max", w.t("c.max"), "short", 2, 0.8),
        Col("rank", w.t("c.rank"), "rank", width=0.9),
        Col("change", w.t("c.change"), "signed", OF_ROW, 1.1),
        Col("rank_change", w.t("c.rank_change"), "signed", 0, 0.9),
        Col("group", w.t("c.group"), width=1.1),
        Col("status", w.t("c.status"), width=1.7),
    )
    rows = tuple(_overview_row(chapter, w) for chapter in chapters)
    kept = tuple(c for c in cols if c.key != "group" or any(has(row["group"]) for row in rows))
    title = w.t("tab.overview", year=wish.year, province=province)
    return Table("overview", title, kept, rows, w.t("note.overview"))


def _overview_row(chapter: Chapter, w: Words) -> dict[str, Any]:
    total = chapter.total
    comparable = total.get("comparability") not in ("not_comparable", "no_previous")
    return {
        "name": chapter.short,
        "score": total.get("value"),
        "max": chapter.maximum,
        "rank": rank_of(total.get("rank"), total.get("n_ranked")),
        "change": total.get("change") if comparable else None,
        "rank_change": total.get("rank_change"),
        "group": total.get("_group") or None,
        "status": w.t(f"status.{chapter.status}"),
        "_decimals": chapter.decimals,
        "_code": chapter.code,
        "_chapter": chapter.status,
    }


def compare(chapters: list[Chapter], wish: Wish) -> Table | None:
    """One line an index: this year beside last year, the region, the nation, the leader."""
    w = Words(wish.lang)
    rows = tuple(_compare_row(chapter, w) for chapter in chapters if chapter.status == "published")
    if not rows:
        return None
    cols = (
        Col("name", w.t("c.index"), width=1.3),
        Col("value", w.t("c.score_of", year=wish.year), "number", OF_ROW),
        Col("before", w.t("c.score_of", year=wish.year - 1), "number", OF_ROW),
        Col("mean", w.t("c.mean"), "number", OF_ROW),
        Col("gap_mean", w.t("c.gap_mean"), "signed", OF_ROW),
        Col("region", w.t("c.region_mean"), "number", OF_ROW),
        Col("region_rank", w.t("c.region_rank"), "rank", width=0.9),
        Col("leader", w.t("c.leader"), width=1.4),
        Col("leader_value", w.t("c.leader_score"), "number", OF_ROW),
        Col("gap_leader", w.t("c.gap_leader"), "signed", OF_ROW),
    )
    return Table("compare", w.t("tab.compare", year=wish.year), cols, rows, w.t("note.compare"))


def _compare_row(chapter: Chapter, w: Words) -> dict[str, Any]:
    total = chapter.total
    whole, sure = total["mean_kind"] != "partial", bool(total["_leader_sure"])
    last = total["prev_year"] if has(total["prev_year"]) and total["prev_year"] == total["year"] - 1 else None
    return {
        "name": chapter.short,
        "value": total["value"],
        "before": total["prev_value"] if last else None,
        "mean": total["mean"] if whole else None,
        "gap_mean": total["gap_mean"] if whole else None,
        "region": total["region_mean"],
        "region_rank": total["_region_rank"],
        "leader": w.name(total, "leader_name") if sure and has(total["leader_name_vi"]) else None,
        "leader_value": total["leader_value"] if sure else None,
        "gap_leader": total["gap_leader"] if sure else None,
        "_decimals": chapter.decimals,
        "_code": chapter.code,
    }


def headlines(
    chapters: list[Chapter], wish: Wish, province: str, evidence: tuple[Evidence, ...]
) -> tuple[str, ...]:
    """The findings over all indices, a sentence each; of a single index its own."""
    w = Words(wish.lang)
    told = _of_one(chapters[0]) if len(chapters) == 1 else _of_all(chapters, wish, province)
    told += [c.sentences["scope"] for c in chapters if "scope" in c.sentences and len(chapters) > 1]
    found = weakest(evidence)
    if found:
        alone = len(chapters) == 1
        names = [item.name if alone else f"{item.name} ({item.index_name})" for item in found]
        told.append(w.tn("h.weak", len(found), names="; ".join(names)))
    return tuple(told)


def _of_one(chapter: Chapter) -> list[str]:
    """Its standing, its fields up and down, where its points went."""
    told = chapter.sentences
    return [told[slot] for slot in SLOTS if slot in told]


def _of_all(chapters: list[Chapter], wish: Wish, province: str) -> list[str]:
    """Which indices lead, rose, fell, have no result; estimates where there is nothing else."""
    w, held = Words(wish.lang), [c for c in chapters if c.status in ("published", "rank_only")]
    estimated = [c.sentences["position"] for c in chapters if c.status == "estimate"]
    if not held and not estimated:
        return [w.t("h.overview_none", province=province, year=wish.year)]
    moved = [(c, rounded(c.total["change"], c.decimals)) for c in held if _comparable(c)]
    groups = {
        "first": [c.short for c in held if c.total["rank"] == 1],
        "up": [_moved(c, by, w) for c, by in moved if by > 0],
        "down": [_moved(c, by, w) for c, by in moved if by < 0],
        "withheld": [c.short for c in chapters if c.status in ("withheld", "absent")],
    }
    told = [
        w.t(f"h.{key}", province=province, year=wish.year, indices=w.listing(names))
        for key, names in groups.items()
        if names
    ]
    return told if held else told + estimated[:ESTIMATES]


def weakest(evidence: tuple[Evidence, ...]) -> list[Evidence]:
    """The three furthest from their maximum."""
    held = [item for item in evidence if has(item.maximum) and has(item.lost) and item.maximum]
    return sorted(held, key=lambda item: -(item.lost or 0) / (item.maximum or 1))[:WEAKEST]


def _comparable(chapter: Chapter) -> bool:
    return has(chapter.total["change"]) and chapter.total["comparability"] != "not_comparable"


def _moved(chapter: Chapter, by: float, w: Words) -> str:
    key = "h.moved_reweighted" if chapter.total["comparability"] == "reweighted" else "h.moved"
    return w.t(key, index=chapter.short, amount=w.signed(by, chapter.decimals))


def weak(evidence: tuple[Evidence, ...], w: Words) -> Table | None:
    """Every weak criterion with what the data show."""
    if not evidence:
        return None
    cols = (Col("name", w.t("c.component"), width=2.2), Col("lines", w.t("c.evidence"), width=5))
    rows = tuple(
        {"name": f"{item.index_name}: {item.name}", "lines": "\n".join(item.lines), "_code": item.code}
        for item in evidence
    )
    return Table("weak", w.t("tab.weak"), cols, rows, w.t("note.evidence"))


def causes(evidence: tuple[Evidence, ...], written: Written, names: Names, w: Words) -> Table:
    """What people wrote, by criterion; a weak criterion without a cause keeps its blank cells."""
    texts: dict[tuple[str, str], dict[str, str]] = {}
    for cause in written.causes:
        held = texts.setdefault((cause.index, cause.code), {})
        text = w.t("c.cause_of", year=cause.year, text=cause.text) if cause.year else cause.text
        held[cause.kind] = "\n".join(filter(None, [held.get(cause.kind, ""), text]))
    keys = list(dict.fromkeys([*((item.index, item.code) for item in evidence), *texts]))
    rows = tuple(
        {"name": named(key, names), "objective": None, "subjective": None} | texts.get(key, {})
        for key in keys
    )
    cols = (
        Col("name", w.t("c.component"), width=2.2),
        Col("objective", w.t("c.objective"), "blank", width=2.4),
        Col("subjective", w.t("c.subjective"), "blank", width=2.4),
    )
    return Table("causes", w.t("tab.causes"), cols, rows or _empty_rows(cols), w.t("doc.handwrite"))


def _empty_rows(cols: tuple[Col, ...]) -> tuple[Row, ...]:
    return tuple({col.key: None for col in cols} for _ in range(3))


def named(key: tuple[str, str], names: Names) -> str:
    """A component as people know it; its codes where the tree of the year has none such."""
    return names.get(key, f"{key[0]} {key[1]}")


def assignments(evidence: tuple[Evidence, ...], written: Written, names: Names, w: Words) -> Table:
    """The "6 rõ": what people assigned; a weak criterion without a task keeps its blank cells."""
    given = [{"name": named((a.index, a.code), names)} | _task(a, w) for a in written.assignments]
    assigned = {(a.index, a.code) for a in written.assignments}
    weak = [(item.index, item.code) for item in evidence]
    blank = [{"name": named(key, names)} for key in weak if key not in assigned]
    cols = (
        Col("name", w.t("c.component"), width=2),
        *(
            Col(key, w.t(f"c.{key}"), "blank", width=width)
            for key, width in (
                ("task", 2), ("target", 1), ("lead", 1.2), ("partners", 1.2), ("deadline", 1),
                ("product", 1.2), ("authority", 1.1),
            )
        ),
    )  # fmt: skip
    rows = tuple(given + blank[:ROWS_BY_HAND])
    return Table("assign", w.t("tab.assign"), cols, rows or _empty_rows(cols), w.t("doc.handwrite"))


def _task(one: Assignment, w: Words) -> dict[str, str | None]:
    keys = ("task", "target", "lead", "partners", "product", "authority")
    due = w.day(one.deadline) if one.deadline else None
    return {key: getattr(one, key) or None for key in keys} | {"deadline": due}


def targets(frame: pd.DataFrame, wish: Wish) -> Table | None:
    """Every target that somebody set for the province: plan, result, what is missing, pace needed, status; of
    a briefing of some indices those that these indices measure ("score:PAR", "improve:PCI;PAPI").
    """
    w, every = Words(wish.lang), records(frame)
    if wish.indices:
        every = [row for row in every if set(wish.indices) & measured_by(row)]
    every = _each_once(every)
    rows = [row for row in every if has(row["measured_value"])]
    if not rows:
        return None
    order = ("behind", "on_track", "met", "cannot_say")
    rows = sorted(rows, key=lambda row: order.index(row["status"]) if row["status"] in order else len(order))
    made = tuple(
        {
            "name": w.name(row),
            "target": _aim(row, w),
            "due": _due(row, w),
            "result": _result(row, w),
            "gap": row["gap"] if has(row["gap"]) and row["gap"] else None,
            "pace": rounded(row["required_pace"], 2) if has(row["required_pace"]) else None,
            "status": w.word("target_status", row["status"]),
            "_status": row["status"],
        }
        for row in rows
    )
    cols = (
        Col("name", w.t("c.target"), width=3.4),
        Col("target", w.t("c.aim"), width=1.3),
        Col("due", w.t("c.due"), width=0.7),
        Col("result", w.t("c.result"), width=1.4),
        Col("gap", w.t("c.gap"), "short", 4, 0.9),
        Col("pace", w.t("c.pace"), "short", 2, 0.9),
        Col("status", w.t("c.status"), width=1.2),
    )
    unmeasured = len(every) - len(rows)
    note = w.t("note.targets") + (" " + w.tn("note.targets_rest", unmeasured) if unmeasured else "")
    return Table("targets", w.t("tab.targets"), cols, made, note)


def _each_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Goals that two documents set alike (same measure, goal and day) once: as the first one words it."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for n, row in enumerate(rows):
        same = tuple(str(row[key]) for key in ("measure", "operator", "value", "due_year"))
        found.setdefault(same if measured_by(row) else (n,), row)
    return list(found.values())


def measured_by(row: Row) -> set[str]:
    """Codes of the indices that measure a target; none for one that is observed otherwise."""
    return set(str(row["measure"] or "").partition(":")[2].split(";")) - {""}


def _aim(row: Row, w: Words) -> str:
    """The goal in words: "≥ 92,18 điểm", "hạng ≤ 3", "tăng qua từng năm"."""
    sign = str(row["operator"] or "")
    if sign == RISE:
        return w.t("aim.rise")
    shown = w.short(row["value"])
    if sign.startswith("rank"):
        return w.t("aim.rank", value=shown)
    unit = str(row["measure_unit"] or "")
    word = w.word("measure", unit) if unit else ""
    told = f"{shown}{word}" if word == PERCENT else f"{shown} {word}"
    return f"{SIGNS.get(sign, sign)} {told}".strip()


def _due(row: Row, w: Words) -> str | None:
    """By when: a year, or how often."""
    if has(row["due_year"]):
        return str(int(row["due_year"]))
    return w.word("cadence", row["cadence"]) if has(row["cadence"]) else None


def _result(row: Row, w: Words) -> str | None:
    if not has(row["measured_value"]):
        return None
    year = f" ({int(row['measured_year'])})" if has(row["measured_year"]) else ""
    if has(row["n_components"]) and has(row["n_improved"]):
        return w.t("aim.improved", improved=int(row["n_improved"]), count=int(row["n_components"])) + year
    percent = PERCENT if row["measure_unit"] == PERCENT else ""
    return f"{w.short(row['measured_value'], 4)}{percent}{year}"


def source_table(frame: pd.DataFrame, used: tuple[str, ...], w: Words) -> Table:
    """The sources that the figures of the briefing came from."""
    ids = {line.split(" · ")[0] for line in used}
    rows = tuple(
        {key: row.get(key) for key in ("source_id", "publisher", "document", "address")}
        | {"date": w.day(row.get("date"))}
        for row in records(frame)
        if row["source_id"] in ids
    )
    cols = (
        Col("source_id", w.t("c.code"), width=0.8),
        Col("publisher", w.t("c.publisher"), width=1.8),
        Col("document", w.t("c.document"), width=3.6),
        Col("date", w.t("c.date"), width=1),
        Col("address", w.t("c.address"), width=3),
    )
    return Table("sources", w.t("tab.sources_list"), cols, rows)
