"""The criterion page's sentences: what was reached, what is missing, for how long, who does better."""

from typing import Any

from indices.rounding import rounded
from layouts import text
from layouts.figures.lost import trimmed
from layouts.pages.criterion_view import CriterionView
from layouts.renumbered import ENDED, ended_reason, old_code
from layouts.text import has, number, t

NEAR = 1e-9


def amount(value: Any, view: CriterionView, lang: str) -> str:
    """A figure of the component as a reader writes it: "3,94"; of a total with its unit."""
    if view.code == view.subject.index["index_code"]:
        return view.subject.amount(value, lang)
    return number(value, view.decimals, lang)


def most(view: CriterionView, lang: str) -> str:
    """The maximum: "10", "16,5"; empty where not known."""
    return number(view.maximum, trimmed(view.maximum), lang) if view.maximum is not None else ""


def headline(view: CriterionView, lang: str) -> str:
    """What the province reached here, what it lost, and its place."""
    subject, row = view.subject, view.own or {}
    said = {"component": text.name(view.about, lang), "province": subject.province}
    said["what"] = subject.label(lang)
    if not view.known:
        if has(row.get("rank")):
            rank = text.rank_of(row["rank"], row["n_ranked"])
            return t("criterion.head.rank_only", lang, rank=rank, **said)
        return t("criterion.head.nothing", lang, **said)
    place = (
        t("criterion.head.place", lang, rank=text.rank_of(row["rank"], row["n_ranked"]))
        if has(row["rank"])
        else ""
    )
    lost = row.get("lost")
    if view.maximum is None or not has(lost):
        return t("criterion.head.value", lang, value=amount(row["value"], view, lang), place=place, **said)
    if lost <= NEAR:
        return t("criterion.head.full", lang, most=most(view, lang), place=place, **said)
    words = t("components.lost_points", lang, lost=number(lost, view.decimals, lang), most=most(view, lang))
    return t("criterion.head.lost", lang, words=words, place=place, **said)


def lede(view: CriterionView, lang: str) -> list[str]:
    """For how long it stays under the maximum, what moved, how far the best and the mean are."""
    if not view.known:
        return [_absent(view, lang)]
    parts = [persistence(view, lang), moved(view, lang), gaps(view, lang), weight_in_loss(view, lang)]
    return [part for part in parts if part]


def _absent(view: CriterionView, lang: str) -> str:
    if view.subject.own_withheld:
        names = text.listing(view.subject.withheld, lang)
        return t("ranking.lede.withheld", lang, names=names, reason=view.subject.said(lang))
    return t("criterion.absent", lang)


def persistence(view: CriterionView, lang: str) -> str:
    """ "Năm thứ 3 liên tiếp dưới điểm tối đa."; nothing for a total or where no maximum is known."""
    row = view.own or {}
    if view.maximum is None or view.code == view.subject.index["index_code"] or not view.under:
        return ""
    if view.under > 1:
        return t("criterion.under", lang, count=view.under)
    was_full = (
        has(row.get("change")) and has(row.get("prev_value")) and row["prev_value"] >= view.maximum - NEAR
    )
    return t("criterion.under_first", lang, year=row["prev_year"]) if was_full else ""


def moved(view: CriterionView, lang: str) -> str:
    """The change since the year before, or why there is none to tell."""
    row = view.own or {}
    if not has(row.get("change")):
        return no_change(view, lang)
    change = rounded(row["change"], view.decimals)
    key = "up" if change > 0 else "down" if change < 0 else "same"
    said = t(
        f"criterion.moved.{key}", lang, by=number(abs(change), view.decimals, lang), year=row["prev_year"]
    )
    if has(row.get("rank_change")):
        places = int(row["rank_change"])
        way = "up" if places > 0 else "down" if places < 0 else "same"
        said += ", " + t(f"criterion.places.{way}", lang, places=text.tn("common.places", abs(places), lang))
    before = old_code(row, lang)
    return f"{said}. {before}." if before else f"{said}."


def no_change(view: CriterionView, lang: str) -> str:
    """Why there is no change: no year before, or one that does not compare, in the words written for it."""
    row = view.own or {}
    if row.get("comparability") != "not_comparable" or not has(row.get("prev_year")):
        return t("criterion.no_previous", lang)
    if row.get("prev_link") in ENDED:
        return text.upper_first(ended_reason(row, lang)) + "."
    year = int(row["prev_year"])
    pair = [n for n in view.written if n["from_year"] == year and n["to_year"] == view.subject.year]
    exact = [n for n in pair if n["component_code"] == view.code] or [
        n for n in pair if not has(n["component_code"])
    ]
    if exact:
        reason = text.name(exact[0], lang, "reason")
        return text.upper_first(t("ranking.why.not_comparable", lang, year=year, reason=reason)) + "."
    return text.upper_first(t("ranking.why.other_framework", lang, year=year)) + "."


def gaps(view: CriterionView, lang: str) -> str:
    """How far the best and the national mean are."""
    row = view.own or {}
    parts = []
    if has(row.get("gap_leader")) and has(row.get("leader_name_vi")):
        leader, gap = text.name(row, lang, "leader_name"), abs(row["gap_leader"])
        key = "best" if gap <= NEAR else "behind_least" if view.less_is_better else "behind"
        parts.append(t(f"criterion.{key}", lang, leader=leader, gap=number(gap, view.decimals, lang)))
    if has(row.get("gap_mean")) and row.get("mean_kind") != "partial":
        gap = rounded(row["gap_mean"], view.decimals)
        better = (gap > 0) != view.less_is_better
        key = "mean_same" if not gap else "mean_better" if better else "mean_worse"
        parts.append(t(f"criterion.{key}", lang, gap=number(abs(gap), view.decimals, lang)))
    return text.upper_first("; ".join(parts)) + "." if parts else ""


def weight_in_loss(view: CriterionView, lang: str) -> str:
    """Its share of all lost points of its level."""
    share = (view.own or {}).get("lost_share")
    return (
        t("criterion.of_all_lost", lang, share=text.percent(share, 1, lang))
        if has(share) and share > NEAR
        else ""
    )


def strip_title(view: CriterionView, lang: str) -> str:
    """How many of the provinces with a figure do better."""
    own = (view.own or {})["value"]
    values = [row["value"] * (-1 if view.less_is_better else 1) for row in view.ordered]
    better = sum(value > (-own if view.less_is_better else own) + NEAR for value in values)
    if not better:
        return t("criterion.strip.first", lang, province=view.subject.province, count=len(values))
    return t("criterion.strip.title", lang, better=better, count=len(values), province=view.subject.province)


def rule(view: CriterionView, lang: str) -> str:
    """How its value is made, in words."""
    name = view.about["rule"]
    return text.t(f"criterion.rule.{name}", lang) if has(name) else t("criterion.rule.none", lang)
