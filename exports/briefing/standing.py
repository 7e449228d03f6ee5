"""Where a province stands in one index: the table of facts and the sentences that say the same numbers."""

from __future__ import annotations

from typing import Any

from exports.briefing.model import Col, Row, Table
from exports.briefing.parts import Part
from exports.briefing.words import DASH, has, rank_of, upper_first
from indices.rounding import rounded

TOP = (5, 10)
TIES_NAMED = 3


def facts(part: Part, province: str) -> Table:
    """Everything said of the position, one line each, as text."""
    w, total = part.words, part.total
    lines = (
        [("f.score", {"year": part.frames.year}, part.amount(total["value"]))] if total is not None else []
    )
    lines += _standing_lines(part) if total is not None else _estimate_lines(part)
    if total is None or not has(total["value"]):
        lines += _latest_lines(part)
    cols = (Col("fact", w.t("c.fact"), width=2.2), Col("value", w.t("c.value"), "rank", width=2))
    rows = tuple(
        {"fact": upper_first(w.t(key, **values)), "value": told, "_key": key.partition(".")[2]}
        for key, values, told in lines
        if told != DASH
    )
    return Table(
        "facts", w.t("tab.facts", province=province, index=part.short, year=part.frames.year), cols, rows
    )


def _standing_lines(part: Part) -> list[tuple[str, dict[str, Any], str]]:
    w, total = part.words, part.total or {}
    region = {"region": w.name(part.frames.unit or {}, "region")}
    lines: list[tuple[str, dict[str, Any], str]] = [
        ("f.rank", {}, rank_of(total["rank"], total["n_ranked"])),
        ("f.max", {}, w.short(total["max_score"])),
        ("f.group", {}, part.group or DASH),
        ("f.lost", {}, _lost(part)),
        *_change_lines(part),
        *_top_lines(part),
        ("f.region", region, rank_of(*part.region_rank) if part.region_rank else DASH),
    ]
    if mean_known(total):
        lines.append(("f.mean", {"name": mean_name(part)}, part.amount(total["mean"])))
        lines.append(("f.gap_mean", {}, w.signed(total["gap_mean"], part.decimals)))
    if has(total["region_mean"]):
        lines.append(("f.region_mean", region, part.amount(total["region_mean"])))
    if has(total["leader_value"]) and leader_sure(part):
        lines.append(("f.leader", {"name": w.name(total, "leader_name")}, part.amount(total["leader_value"])))
        lines.append(("f.gap_leader", {}, w.signed(total["gap_leader"], part.decimals)))
    return lines


def _lost(part: Part) -> str:
    total = part.total or {}
    if not has(total["lost"]) or not has(total["max_score"]):
        return DASH
    return lost_words(part, total)


def lost_words(part: Part, row: Row) -> str:
    """ "7,82/100"."""
    return f"{part.words.number(row['lost'], part.decimals)}/{part.words.short(row['max_score'])}"


def _change_lines(part: Part) -> list[tuple[str, dict[str, Any], str]]:
    w, total = part.words, part.total or {}
    if not has(total["prev_year"]):
        return [("f.comparability", {}, w.t("comparable.no_previous"))]
    kind, year = str(total["comparability"]), {"year": int(total["prev_year"])}
    return [
        ("f.previous", year, part.amount(total["prev_value"]) if has(total["prev_value"]) else DASH),
        ("f.previous_rank", year, rank_of(total["prev_rank"], None)),
        ("f.change", {}, w.signed(total["change"], part.decimals)),
        ("f.rank_change", {}, w.signed(total["rank_change"], 0)),
        ("f.comparability", {}, w.word("comparable", kind)),
    ]


def _top_lines(part: Part) -> list[tuple[str, dict[str, Any], str]]:
    ranked = [row for row in part.totals if has(row["rank"])]
    return [
        ("f.top", {"n": n, "first": int(ranked[0]["year"])}, f"{count}/{len(ranked)}")
        for n, count in zip(TOP, _in_top(part), strict=False)
    ]


def _estimate_lines(part: Part) -> list[tuple[str, dict[str, Any], str]]:
    total = next((r for r in part.estimates if r["component_code"] == part.code and has(r["value"])), None)
    if total is None:
        return []
    names = {row["unit_id"]: row["name_vi"] for row in part.frames.rows("units")}
    made = [names.get(code, code) for code in str(total["constituents"]).split(";")]
    return [
        ("f.score", {"year": part.frames.year}, part.amount(total["value"])),
        ("f.constituents", {}, f"{len(made)}: {', '.join(made)}"),
    ]


def _latest_lines(part: Part) -> list[tuple[str, dict[str, Any], str]]:
    last = latest(part)
    if last is None:
        return []
    year = {"year": int(last["year"])}
    return [
        ("f.latest", year, part.amount(last["value"])),
        ("f.latest_rank", year, rank_of(last["rank"], last["n_ranked"])),
    ]


def _top(part: Part) -> str:
    """In how many of the years with a rank it was among the first five and ten; "" where never."""
    found = _in_top(part)
    if not found or not found[-1]:
        return ""
    ranked = [row for row in part.totals if has(row["rank"])]
    five, ten = found
    values = {"count": len(ranked), "first": int(ranked[0]["year"]), "five": five, "ten": ten}
    return part.words.t("s.top", **values)


def _in_top(part: Part) -> list[int]:
    """Years among the first five, and among the first ten; empty where there are too few years."""
    ranked = [row["rank"] for row in part.totals if has(row["rank"])]
    return [sum(rank <= n for rank in ranked) for n in TOP] if len(ranked) >= len(TOP) else []


def latest(part: Part) -> Row | None:
    """The last earlier total with a score."""
    found = [row for row in part.totals if has(row["value"]) and row["year"] < part.frames.year]
    return found[-1] if found else None


def mean_known(total: Row) -> bool:
    """Whether the mean is the publisher's or of all units; one of a part of them would mislead."""
    return has(total["mean"]) and total["mean_kind"] != "partial"


def mean_name(part: Part) -> str:
    """Which mean it is."""
    kind = (part.total or {})["mean_kind"]
    return part.words.t("s.mean_published" if kind == "published" else "s.mean_computed")


def leader_sure(part: Part) -> bool:
    """Whether the highest score held is that of the first: somebody held has rank 1."""
    return any(row["rank"] == 1 and has(row["value"]) for row in part.everyone)


def sentences(part: Part, province: str) -> dict[str, str]:
    """position, change and gap in words; what does not apply is left out."""
    if part.total is None:
        return {"position": _without(part, province)}
    told = {"position": _position(part), "change": change(part), "gap": _gap(part), "top": _top(part)}
    return {slot: text for slot, text in told.items() if text}


def _without(part: Part, province: str) -> str:
    """No figure of our own in the year: an estimate, withheld or not held."""
    w, values = part.words, {"index": part.short, "year": part.frames.year, "province": province}
    publisher = w.name(part.info, "publisher")
    if part.status == "estimate":
        total = next(r for r in part.estimates if r["component_code"] == part.code)
        made = len(str(total["constituents"]).split(";"))
        return w.tn("s.estimate", made, score=part.amount(total["value"]), publisher=publisher, **values)
    if part.status == "absent":
        return _and_latest(part, w.t("s.absent", **values))
    told = w.t("s.withheld", publisher=publisher, **values)
    reason = (part.withheld_reason or "").strip().rstrip(".")
    return _and_latest(part, f"{told} {w.t('s.reason', reason=upper_first(reason))}" if reason else told)


def _and_latest(part: Part, text: str) -> str:
    last, w = latest(part), part.words
    if last is None:
        return text
    values = {"year": int(last["year"]), "score": part.amount(last["value"])}
    key = "s.latest" if has(last["rank"]) else "s.latest_no_rank"
    return f"{text} {w.t(key, rank=rank_of(last['rank'], last['n_ranked']), **values)}"


def _position(part: Part) -> str:
    w, total = part.words, part.total or {}
    rank = rank_of(total["rank"], total["n_ranked"])
    values = {"index": part.short, "year": part.frames.year, "rank": rank}
    if not has(total["value"]):
        return _and_latest(part, w.t("s.rank_only", **values))
    values["score"] = part.amount(total["value"])
    told = w.t(_place(part, total), **values) if not _tied(part) else _tie(part, values)
    if part.group:
        told += " " + w.t("s.group", group=part.group)
    if part.region_rank and part.region_rank[1] < (total["n_ranked"] or 0):
        region = w.name(part.frames.unit or {}, "region")
        told += " " + w.t("s.region", rank=rank_of(*part.region_rank), region=region)
    return told


def _place(part: Part, total: Row) -> str:
    if not has(total["rank"]):
        return "s.unranked"
    if total["rank"] == 1:
        return "s.first"
    whole = has(total["n_ranked"]) and total["rank"] == total["n_ranked"]
    ranks_all = bool(part.publication and part.publication["complete"])
    return "s.last" if whole and ranks_all else "s.ranked"


def _tied(part: Part) -> list[Row]:
    total = part.total or {}
    if not has(total["rank"]):
        return []
    own = (part.frames.unit or {})["unit_id"]
    return [row for row in part.everyone if row["rank"] == total["rank"] and row["unit_id"] != own]


def _tie(part: Part, values: dict[str, Any]) -> str:
    others = _tied(part)
    if len(others) > TIES_NAMED:
        return part.words.t("s.tie_many", count=len(others), **values)
    names = part.words.listing([part.words.name(row, "unit_name") for row in others])
    return part.words.t("s.tie", names=names, **values)


def change(part: Part) -> str:
    """Against the year before: rise or fall in score and rank, or why it is not said."""
    w, total = part.words, part.total or {}
    if not has(total["prev_year"]):
        return w.t("s.no_previous")
    prev = int(total["prev_year"])
    if total["comparability"] == "not_comparable":
        return w.t("s.not_comparable", prev=prev, reason=part.reason)
    told = moved(part, total)
    reweighted = told and total["comparability"] == "reweighted"
    return f"{told} {w.t('s.reweighted')}" if reweighted else told


def moved(part: Part, row: Row) -> str:
    """By how much a score rose or fell and by how many places; "" where no change is known."""
    if not has(row["change"]) or not has(row["prev_year"]):
        return ""
    w, by, places = part.words, rounded(row["change"], part.decimals), row["rank_change"]
    key = f"s.{direction(by)}_{direction(places) if has(places) else 'none'}"
    count = w.tn("places", abs(int(places))) if has(places) else ""
    return w.t(key, prev=int(row["prev_year"]), amount=part.difference(by), places=count)


def direction(value: float) -> str:
    """up | down | same."""
    return "up" if value > 0 else "down" if value < 0 else "same"


def _gap(part: Part) -> str:
    w, total = part.words, part.total or {}
    told = []
    if has(total["value"]) and mean_known(total):
        by = rounded(total["gap_mean"], part.decimals)
        key = f"s.{ {'up': 'above', 'down': 'below', 'same': 'at'}[direction(by)] }_mean"
        told.append(w.t(key, mean_name=mean_name(part), amount=part.difference(by)))
    if has(total["gap_leader"]) and rounded(total["gap_leader"], part.decimals) < 0 and leader_sure(part):
        values = {"leader": w.name(total, "leader_name"), "score": part.amount(total["leader_value"])}
        told.append(w.t("s.behind_leader", amount=part.difference(total["gap_leader"]), **values))
    return " ".join(told)
