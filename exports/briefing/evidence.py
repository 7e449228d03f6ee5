"""What the data hold about each weak criterion. Facts only: the causes are for people to find and write."""

from __future__ import annotations

from exports.briefing.losses import by_loss, years_below
from exports.briefing.model import Evidence, Row
from exports.briefing.parts import FULL, Part
from exports.briefing.standing import moved
from exports.briefing.words import has, rank_of
from indices.rounding import rounded

MOST = 6  # criteria with evidence of one index
PARTS_NAMED = 3


def weak_rows(part: Part) -> list[Row]:
    """The criteria that lost points and show a sign of weakness, the dearest first."""
    rows = [
        row for row in by_loss(part.focus) if row["lost"] > 0 and has(row["share"]) and row["share"] < FULL
    ]
    weak = [row for row in rows if (row["weak_count"] or 0) > 0]
    return (weak or rows[:1])[:MOST]


def evidence(part: Part) -> tuple[Evidence, ...]:
    """The evidence of every weak criterion of one index."""
    return tuple(
        Evidence(
            part.code,
            part.short,
            str(row["component_code"]),
            part.named(row),
            tuple(line for line in _lines(part, row) if line),
            row["value"],
            row["max_score"],
            row["lost"],
        )
        for row in weak_rows(part)
    )


def told_of(part: Part, code: str) -> tuple[str, ...]:
    """The evidence of one criterion, weak or not; nothing where the province has no score of it that year."""
    row = next((one for one in part.own if one["component_code"] == code), None)
    if row is None or not (has(row["value"]) and has(row["lost"])):
        return ()
    return tuple(line for line in _lines(part, row) if line)


def _lines(part: Part, row: Row) -> list[str]:
    return [_standing(part, row), _parts(part, row), _change(part, row), _self(part, row), _since(part, row),
            _better(part, row), *_linked(part, row), _flags(part, row)]  # fmt: skip


def _standing(part: Part, row: Row) -> str:
    w, d = part.words, part.decimals
    share = w.t("ev.share", share=w.percent(row["lost_share"])) if has(row["lost_share"]) else ""
    rank = w.t("ev.rank", rank=rank_of(row["rank"], row["n_ranked"])) if has(row["rank"]) else ""
    return w.t(
        "ev.standing",
        value=w.number(row["value"], d),
        max=w.short(row["max_score"]),
        lost=w.number(row["lost"], d),
        share=share,
        rank=rank,
    )


def _parts(part: Part, row: Row) -> str:
    w = part.words
    below = [child for child in by_loss(part.below(str(row["component_code"]))) if child["lost"] > 0]
    if not below:
        return ""
    told = [
        w.t(
            "ev.part",
            name=part.named(child),
            lost=w.number(child["lost"], part.decimals),
            max=w.short(child["max_score"]),
        )
        for child in below[:PARTS_NAMED]
    ]
    return w.t("ev.parts", names="; ".join(told))


def _change(part: Part, row: Row) -> str:
    return moved(part, row) if row["comparability"] != "not_comparable" else ""


def _self(part: Part, row: Row) -> str:
    """The self-score against what was accepted, of the criterion or of all its parts together."""
    w, d = part.words, part.decimals
    held = [one for one in [row, *part.below(str(row["component_code"]))] if has(one["self_score"])]
    own, given = (sum(one[key] for one in held) for key in ("self_score", "value"))
    if not held or rounded(own - given, d) <= 0:
        return ""
    return w.t("ev.self", amount=part.difference(own - given), own=w.number(own, d), given=w.number(given, d))


def _since(part: Part, row: Row) -> str:
    """For how long it has been below a maximum that somebody reaches, or among the lowest."""
    told = []
    years, first = years_below(part, row)
    if years > 1:
        told.append(part.words.t("ev.since", years=years, first=first))
    if (row["low_years"] or 0) > 1:
        told.append(part.words.t("ev.low", years=int(row["low_years"])))
    return " ".join(told)


def _better(part: Part, row: Row) -> str:
    if not has(row["leader_value"]) or row["leader_value"] <= row["value"]:
        return ""
    leader = part.words.name(row, "leader_name")
    amount = part.difference(row["leader_value"] - row["value"])
    value = part.words.number(row["leader_value"], part.decimals)
    return part.words.t("ev.better", leader=leader, value=value, amount=amount)


def _linked(part: Part, row: Row) -> list[str]:
    """Components of other indices that speak of the same theme and are weak there too."""
    rows, w = part.frames.rows("themes"), part.words
    if not rows:
        return []
    codes = {
        row["component_code"],
        *(child["component_code"] for child in part.below(str(row["component_code"]))),
    }
    themes = {r["theme_code"] for r in rows if r["index_code"] == part.code and r["component_code"] in codes}
    names = {r["theme_code"]: w.name(r) for r in part.frames.rows("theme_names")}
    told = []
    for theme in sorted(themes):
        others = [r for r in rows if r["theme_code"] == theme and r["index_code"] != part.code]
        weak = [
            f"{_index(part, r['index_code'])} {r['year']} ({w.name(r, 'component_name')})"
            for r in others
            if r["weak"]
        ]
        if weak:
            told.append(w.t("ev.linked", theme=names.get(theme, theme), names="; ".join(weak)))
        elif others:
            told.append(w.t("ev.linked_not", theme=names.get(theme, theme)))
    return told


def _index(part: Part, code: str) -> str:
    """The short name of another index."""
    known = part.frames.index_names.get(code)
    return part.words.name(known, "short_name") if known else code


def _flags(part: Part, row: Row) -> str:
    w = part.words
    flags = [w.t(f"flag.{name}") for name in ("lost", "rank", "falling", "low") if row[f"flag_{name}"]]
    return w.t("ev.flags", flags="; ".join(flags)) if flags else ""
