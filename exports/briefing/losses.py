"""The components of one index as tables: two years, four ways, lost points, sources, self-scores, leaders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from exports.briefing.model import Col, Row, Table
from exports.briefing.parts import FULL, Part
from exports.briefing.standing import direction, lost_words
from exports.briefing.words import has, rank_of
from indices.rounding import rounded

KEPT_FULL, SAME = "kept_full", "same"
WAYS = (KEPT_FULL, *(f"{score}_{place}" for score in ("up", SAME, "down") for place in ("up", SAME, "down")))
LOST_SHOWN = 15
CHIEF = 3
SAME_SCALE = 0.02  # shares of rounded scores differ by so much


def by_loss(rows: list[Row]) -> list[Row]:
    """Rows with a known loss, the dearest first: by share of all lost points where known for all."""
    held = [row for row in rows if has(row["lost"]) and has(row["max_score"])]
    weighted = bool(held) and all(has(row["lost_share"]) for row in held)
    return sorted(held, key=lambda row: -(row["lost_share"] if weighted else row["lost"]))


def fields(part: Part) -> Table | None:
    """The two-year table of the top components."""
    if not part.top:
        return None
    w, prev = part.words, _previous(part)
    d = part.decimals
    cols = [Col("name", w.t("c.component"), width=4), Col("max", w.t("c.max"), "short", 2, 0.9)]
    if prev:
        cols.append(Col("before", w.t("c.score_of", year=prev), "number", d))
    cols += [Col("value", w.t("c.score_of", year=part.frames.year), "number", d)]
    cols += [Col("change", w.t("c.change"), "signed", d)] if prev else []
    cols += [Col("rank_before", w.t("c.rank_of", year=prev), "whole", 0, 0.8)] if prev else []
    cols += [Col("rank", w.t("c.rank_of", year=part.frames.year), "rank", 0, 0.9)]
    cols += [Col("rank_change", w.t("c.rank_change"), "signed", 0, 0.9)] if prev else []
    cols += [Col("way", w.t("c.fourway"), width=2.4)] if prev else []
    rows = [_field_row(part, row) for row in part.top]
    if part.total is not None and has(part.total["value"]) and part.scope is None:
        rows.append(_field_row(part, part.total) | {"name": w.t("c.whole"), "_strong": True})
    kept = [c for c in cols if c.key in ("name", "value") or any(_told(r.get(c.key)) for r in rows)]
    title = w.t("tab.fields", index=part.short)
    notes = [w.t("note.fields")] if prev else []
    held, known = part.held
    if held < known:
        notes.insert(0, w.t("note.held", held=held, known=known))
    return Table("fields", title, tuple(kept), tuple(rows), " ".join(notes))


def _told(value: Any) -> bool:
    return has(value) and value != "–"


def _previous(part: Part) -> int | None:
    years = Counter(int(row["prev_year"]) for row in part.top if has(row["prev_year"]))
    return years.most_common(1)[0][0] if years else None


def _field_row(part: Part, row: Row) -> dict[str, Any]:
    comparable = row["comparability"] != "not_comparable"
    way = _way(part, row)
    return {
        "name": part.named(row), "max": row["max_score"], "before": row["prev_value"], "value": row["value"],
        "change": row["change"] if comparable else None, "rank_before": row["prev_rank"],
        "rank": rank_of(row["rank"], row["n_ranked"]), "rank_change": row["rank_change"],
        "way": part.words.word("way", way) if way else None, "_code": row["component_code"], "_way": way,
    }  # fmt: skip


def _way(part: Part, row: Row) -> str:
    """The class of a component as its numbers are shown: the release counts a score or rank that stayed the
    same as one that did not fall, which a reader would take for a rise.
    """
    told = str(row["four_way"] or "")
    if told in ("", KEPT_FULL):
        return told or _one_way(part, row)
    score, place = told.split("_")
    if has(row["change"]) and not rounded(row["change"], part.decimals):
        score = SAME
    return f"{score}_{SAME if row['rank_change'] == 0 else place}"


def _one_way(part: Part, row: Row) -> str:
    """Where ranks are missing: rise, fall or neither, by the score as shown; "" where it cannot be said."""
    if not has(row["change"]) or row["comparability"] == "not_comparable":
        return ""
    return direction(rounded(row["change"], part.decimals))


def fourway(table: Table | None, part: Part) -> Table | None:
    """How many of the top components fall in each class, and which."""
    rows = [row for row in table.rows if not row.get("_strong")] if table else []
    ways = Counter(row["_way"] for row in rows if row["_way"])
    if not ways:
        return None
    w = part.words
    order = (*WAYS, "up", "down", "same")
    made = tuple(
        {
            "way": w.t(f"way.{way}"),
            "count": f"{ways[way]}/{len(rows)}",
            "names": "; ".join(str(row["name"]) for row in rows if row["_way"] == way),
            "_way": way,
        }
        for way in order
        if ways[way]
    )
    cols = (
        Col("way", w.t("c.fourway"), width=1.6),
        Col("count", w.t("c.count"), "rank", width=0.8),
        Col("names", w.t("c.names"), width=5),
    )
    return Table("fourway", w.t("tab.fourway", index=part.short), cols, made)


def fourway_sentence(table: Table | None, part: Part) -> str:
    """THE headline: "1/8 giữ điểm tuyệt đối; 3/8 tăng điểm, tăng hạng; ..."."""
    if table is None:
        return ""
    parts = [part.words.t(f"s.way_{row['_way']}", count=row["count"]) for row in table.rows]
    held, known = part.held
    told = {"level": part.words.word("level", part.top[0]["level"]), "parts": "; ".join(parts)}
    if held < known:
        return part.words.t("s.fourway_partial", held=held, known=known, **told)
    return part.words.t("s.fourway", **told)


def lost(part: Part) -> Table | None:
    """The lost points of the deepest components, the dearest first, with their running share."""
    rows = [row for row in by_loss(part.leaves) if row["lost"] > 0]
    if not rows:
        return None
    w, d, running, made = part.words, part.decimals, 0.0, []
    weighted = all(has(row["lost_share"]) for row in rows)
    for row in rows[:LOST_SHOWN]:
        running += row["lost_share"] if weighted else 0.0
        made.append(
            {
                "name": part.named(row), "value": row["value"], "max": row["max_score"], "lost": row["lost"],
                "share": row["lost_share"] if weighted else None, "cumulative": running if weighted else None,
                "rank": rank_of(row["rank"], row["n_ranked"]), "_code": row["component_code"],
            }
        )  # fmt: skip
    cols = [
        Col("name", w.t("c.component"), width=4.4),
        Col("value", w.t("c.obtained"), "number", d),
        Col("max", w.t("c.max"), "short", 2),
        Col("lost", w.t("c.lost"), "number", d),
    ]
    if weighted:
        cols += [
            Col("share", w.t("c.lost_share"), "share", 1),
            Col("cumulative", w.t("c.cumulative"), "share", 1),
        ]
    if any(_told(row["rank"]) for row in made):
        cols.append(Col("rank", w.t("c.rank"), "rank", width=0.9))
    note = w.t("note.lost") if weighted else ""
    note = f"{note} {w.t('note.own_scales')}".strip() if own_scales(rows) else note
    return Table("lost", w.t("tab.lost", index=part.short), tuple(cols), tuple(made), note)


def own_scales(rows: Sequence[Row]) -> bool:
    """Whether points lost on different components are different things: they do not go with the shares of
    what the index lost, because weights or scales stand between.
    """
    rates = [row["lost"] / row["lost_share"] for row in rows if has(row["lost_share"]) and row["lost_share"]]
    return len(rates) > 1 and max(rates) > min(rates) * (1 + SAME_SCALE)


def lost_sentence(table: Table | None, part: Part) -> str:
    """What was lost in all, and the share of the largest three."""
    if table is None:
        return ""
    total, first = part.total or {}, table.rows[0]
    words = {"max": part.words.short(first["max"]), "lost": part.words.number(first["lost"], part.decimals)}
    whole = part.scope is None and bool(total) and has(total["lost"])
    known = whole and has(first["cumulative"]) and len(table.rows) > CHIEF
    if not known:
        return part.words.t("s.lost_plain", name=bare(first["name"]), partial=part.partial, **words)
    names = part.words.listing([bare(row["name"]) for row in table.rows[:CHIEF]])
    share = part.words.percent(table.rows[CHIEF - 1]["cumulative"])
    lost_all, most = lost_words(part, total).split("/")
    told = {"unit": part.words.t(f"unit.{part.unit}"), "names": names, "share": share}
    return part.words.t("s.lost", lost=lost_all, max=most, count=CHIEF, **told)


def scope_sentence(part: Part) -> str:
    """Of one body's components: how many are scored, what they lost, and its part of all lost points."""
    rows = [row for row in part.leaves if has(row["lost"]) and has(row["max_score"])]
    if part.scope is None or not rows:
        return ""
    w = part.words
    lost_all, most = (sum(row[key] for row in rows) for key in ("lost", "max_score"))
    shares = [row["lost_share"] for row in rows]
    share = w.t("s.scope_share", share=w.percent(sum(shares))) if all(map(has, shares)) else ""
    told = {"lost": w.number(lost_all, part.decimals), "max": w.short(most), "share": share}
    return w.t("s.scope", index=part.short, count=len(rows), unit=w.t(f"unit.{part.unit}"), **told)


def bare(name: str) -> str:
    """A name as it stands in a sentence."""
    return str(name)


def sources(part: Part) -> Table | None:
    """Points by where they come from (appraised, survey ...), where the index has that roll-up."""
    rows = part.frames.of("by_source", part.code) if part.scope is None else []
    groups = [row for row in rows if row["depth"] == 1 and has(row["value"]) and has(row["max_score"])]
    if len(groups) < 2:
        return None
    w, d = part.words, part.decimals
    made = tuple(
        {"name": w.name(r, "component_name"), "value": r["value"], "max": r["max_score"],
         "lost": r["max_score"] - r["value"], "share": r["value"] / r["max_score"]}
        for r in groups
    )  # fmt: skip
    cols = (
        Col("name", w.t("c.source"), width=3.4),
        Col("value", w.t("c.obtained"), "number", d),
        Col("max", w.t("c.max"), "short", 2),
        Col("lost", w.t("c.lost"), "number", d),
        Col("share", w.t("c.share"), "share", 1),
    )
    return Table("sources", w.t("tab.sources", index=part.short), cols, made)


def sources_sentence(table: Table | None, part: Part) -> str:
    """Which source of points lost most."""
    if table is None:
        return ""
    first, w = max(table.rows, key=lambda row: row["lost"]), part.words
    lost_text = w.number(first["lost"], part.decimals)
    return w.t("s.sources", name=first["name"], lost=lost_text, max=w.short(first["max"]))


def selfscore(part: Part) -> Table | None:
    """Where the province gave itself more than was accepted, the widest first; None without self-scores."""
    held = [row for row in part.components if has(row["self_score"])]
    if not held:
        return None
    w, d = part.words, part.decimals
    over = [(row, round(row["self_score"] - row["value"], 6)) for row in held]
    over = sorted(((row, by) for row, by in over if by > 0), key=lambda pair: -pair[1])
    made: list[dict[str, Any]] = [
        {"name": part.named(row), "self": row["self_score"], "value": row["value"], "by": by}
        for row, by in over
    ]
    if made:
        total = {key: sum(row[key] for row in made) for key in ("self", "value", "by")}
        count = w.t("c.total")
        made = [*made[:LOST_SHOWN], {"name": f"{count} ({len(made)})", **total, "_strong": True}]
    cols = (
        Col("name", w.t("c.component"), width=4.4),
        Col("self", w.t("c.self"), "number", d),
        Col("value", w.t("c.appraised"), "number", d),
        Col("by", w.t("c.difference"), "signed", d),
    )
    return Table(
        "selfscore", w.t("tab.selfscore", index=part.short), cols, tuple(made), w.t("note.selfscore")
    )


def selfscore_sentence(table: Table | None, part: Part) -> str:
    """How many were over-claimed, by how much together, and the widest."""
    if table is None:
        return ""
    w, d = part.words, part.decimals
    if not table.rows:
        return w.t("s.selfscore_none")
    first, total = table.rows[0], table.rows[-1]
    count = str(total["name"]).rpartition("(")[2].rstrip(")")
    return w.t(
        "s.selfscore",
        count=count,
        amount=part.difference(total["by"]),
        name=bare(first["name"]),
        own=w.number(first["self"], d),
        given=w.number(first["value"], d),
    )


def classed(part: Part) -> dict[str, list[Row]]:
    """The deepest components: keep the maximum, improve (no sign of weakness), overcome (at least one)."""
    found: dict[str, list[Row]] = {"keep": [], "improve": [], "overcome": []}
    for row in part.leaves:
        if has(row["share"]):
            weak = (row["weak_count"] or 0) > 0
            found["keep" if row["share"] >= FULL else "overcome" if weak else "improve"].append(row)
    return found


def classes(part: Part) -> Table | None:
    """How many to keep, to improve, to overcome."""
    found = classed(part)
    total = sum(map(len, found.values()))
    if not total:
        return None
    w = part.words
    apart = own_scales([row for row in part.leaves if has(row["lost"])])
    key = "lost_share" if apart else "lost"
    made = [
        {"class": w.t(f"class.{name}"), "count": f"{len(rows)}/{total}", "_n": len(rows),
         key: sum(row[key] for row in rows if has(row[key]))}
        for name, rows in found.items()
    ]  # fmt: skip
    lost_col = ("share", 1) if apart else ("number", part.decimals)
    cols = (
        Col("class", w.t("c.class"), width=2),
        Col("count", w.t("c.count"), "rank", width=1),
        Col(key, w.t(f"c.{key}"), *lost_col),
    )
    return Table("classes", w.t("tab.classes", index=part.short), cols, tuple(made), w.t("note.classes"))


def classes_sentence(table: Table | None, part: Part) -> str:
    """Keep, improve, overcome in one sentence."""
    if table is None:
        return ""
    keep, improve, overcome = (row["_n"] for row in table.rows)
    total = str(table.rows[0]["count"]).partition("/")[2]
    return part.words.t("s.classes", total=total, keep=keep, improve=improve, overcome=overcome)


def years_below(part: Part, row: Row) -> tuple[int, int]:
    """(years running below the maximum, the first of them), looking back from the year asked for.

    (0, the year) where nobody reached the maximum in the year: then it is a scale's end, not a goal missed.
    """
    if not has(row["leader_value"]) or row["leader_value"] < (row["max_score"] or 0) * FULL:
        return 0, part.frames.year
    same = {int(r["year"]): r for r in part.history if r["series_code"] == row["series_code"]}
    year = part.frames.year
    while year in same and has(same[year]["share"]) and same[year]["share"] < FULL:
        year -= 1
    return part.frames.year - year, year + 1


def overcome(part: Part) -> Table | None:
    """The criteria to overcome, the dearest first, with the years running below the maximum."""
    rows = by_loss(classed(part)["overcome"])[:LOST_SHOWN]
    if not rows:
        return None
    w = part.words
    made = tuple(
        {"name": part.named(row), "value": row["value"], "max": row["max_score"], "lost": row["lost"],
         "years": years_below(part, row)[0] or None}
        for row in rows
    )  # fmt: skip
    cols = (
        Col("name", w.t("c.component"), width=4.4),
        Col("value", w.t("c.obtained"), "number", part.decimals),
        Col("max", w.t("c.max"), "short", 2),
        Col("lost", w.t("c.lost"), "number", part.decimals),
        Col("years", w.t("c.years_below"), "whole", 0, 1.3),
    )
    kept = tuple(col for col in cols if col.key != "years" or any(has(row["years"]) for row in made))
    return Table("overcome", w.t("tab.overcome", index=part.short), kept, made)
