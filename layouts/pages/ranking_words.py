"""The ranking page's sentences: every figure in them stands in the table beside them too."""

from typing import Any

import pandas as pd

from indices.rounding import rounded
from layouts import text
from layouts.frames import as_rows
from layouts.pages.ranking_bands import sentence
from layouts.pages.ranking_parts import (
    RankingView,
    change_reason,
    coverage_words,
    subject_name,
    withheld,
    withheld_reason,
)
from layouts.text import has, t, tn


def headline(view: RankingView, lang: str) -> str:
    """The finding in one sentence: where we stand and how far from the first."""
    own, subject = view.own, view.subject
    name = subject.province
    if subject.merged_into:
        name = t("ranking.head.merged", lang, old=subject.asked, new=subject.merged_into)
    facts: dict[str, Any] = {"province": name, "what": subject_name(view, lang)}
    if own is None or not (has(own["value"]) or has(own["rank"])):
        return _absent(view, facts, lang)
    facts |= {"rank": text.rank_of(own["rank"], own["n_ranked"]), "score": subject.amount(own["value"], lang)}
    facts["group"] = _group_words(view, own, lang)
    if not has(own["value"]):
        return t("ranking.head.rank_only", lang, **facts)
    kind = "ranked" if has(own["rank"]) else "score_only"
    if subject.framework.get("headline") == "group" and view.is_total and facts["group"]:
        kind = f"group_{kind}"
    return t(f"ranking.head.{kind}", lang, **facts) + _distance(view, own, lang)


def _group_words(view: RankingView, own: dict[str, Any], lang: str) -> str:
    names = {row["group_code"]: text.name(row, lang) for row in view.subject.groups}
    return names.get(own["group_code"], "")


def _distance(view: RankingView, own: dict[str, Any], lang: str) -> str:
    """ "; hơn thứ hai (Đồng Tháp) 1,30 điểm" or "; kém Hải Phòng 0,09"; nothing where the pack lacks
    units.
    """
    rows = [row for row in view.best_first if has(row["value"])]
    others = [row for row in rows if row["unit_id"] != own["unit_id"]]
    if not others:
        return "."
    if has(own["gap_leader"]) and abs(float(own["gap_leader"])) < 1e-9:
        key, other = "ahead", others[0]
    else:
        key, other = "behind", rows[0]
    if other["value"] == own["value"]:
        return "."
    scope = "" if view.subject.complete else "_held"
    size = view.subject.size(own["value"] - other["value"], lang)
    return t(f"ranking.head.{key}{scope}", lang, other=text.name(other, lang, "unit_name"), size=size)


def _absent(view: RankingView, facts: dict[str, Any], lang: str) -> str:
    """We have no figure: withheld by the publisher, or not in the pack; and who leads."""
    subject = view.subject
    kind = "withheld" if subject.own_withheld else "absent" if subject.own is not None else "not_a_unit"
    words = t(f"ranking.head.{kind}", lang, **facts)
    rows = view.best_first
    if not rows or not has(rows[0]["value"]):
        return words
    first = rows[0]
    lead = t(
        "ranking.head.leader" if subject.complete else "ranking.head.leader_held",
        lang,
        other=text.name(first, lang, "unit_name"),
        score=subject.amount(first["value"], lang),
    )
    return f"{words} {lead}"


def lede(view: RankingView, lang: str) -> list[str]:
    """What moved, how far from the mean and in the region, and what the table does not hold."""
    own = view.own
    parts = [_moved(view, own, lang), _mean(view, own, lang), _region(view, own, lang)] if own else []
    parts.append(sentence(own, view.bands, _alike(view, lang), lang))
    if not view.subject.complete:
        parts.append(t("ranking.lede.incomplete", lang, coverage=coverage_words(view, lang)))
    if names := withheld(view):
        parts.append(
            t(
                "ranking.lede.withheld",
                lang,
                names=text.listing(names, lang),
                reason=withheld_reason(view, lang),
            )
        )
    return [part for part in parts if part]


def _alike(view: RankingView, lang: str) -> list[str]:
    """Names of the units that do not differ from ours, best first."""
    alike = view.bands.alike
    return [text.name(row, lang, "unit_name") for row in view.best_first if row["unit_id"] in alike]


def _moved(view: RankingView, own: dict[str, Any], lang: str) -> str:
    if not has(own["prev_year"]) or not (
        (has(own["value"]) and has(own["prev_value"])) or has(own["change"])
    ):
        return ""
    if not has(own["change"]):
        return text.upper_first(change_reason(own, view, lang)) + "."
    change = float(own["change"])
    size = view.subject.size(change, lang)
    kind = (
        "up"
        if rounded(change, view.subject.decimals) > 0
        else "down"
        if rounded(change, view.subject.decimals) < 0
        else "same"
    )
    words = t(f"ranking.lede.{kind}", lang, size=size, year=int(own["prev_year"]))
    if not has(own["rank_change"]):
        return f"{words}."
    places = int(own["rank_change"])
    move = (
        tn(f"ranking.lede.places_{'up' if places > 0 else 'down'}", abs(places), lang)
        if places
        else t("ranking.lede.places_same", lang)
    )
    return f"{words}, {move}."


def _mean(view: RankingView, own: dict[str, Any], lang: str) -> str:
    if own["mean_kind"] not in ("published", "computed") or not has(own["gap_mean"]):
        return ""
    kind = "above" if own["gap_mean"] >= 0 else "below"
    return t(
        f"ranking.lede.{kind}_mean",
        lang,
        size=view.subject.size(own["gap_mean"], lang),
        mean=view.subject.amount(own["mean"], lang),
    )


def _region(view: RankingView, own: dict[str, Any], lang: str) -> str:
    """Place within the region, counted from the ranks of the country; only where ranks are complete."""
    if not view.subject.complete or not has(own["rank"]):
        return ""
    places = {row["unit_id"]: row for row in as_rows(view.units)}
    home = places[own["unit_id"]]
    near = {unit for unit, row in places.items() if row["region_code"] == home["region_code"]}
    ranks = [row["rank"] for row in view.rows if row["unit_id"] in near and has(row["rank"])]
    place = sum(rank < own["rank"] for rank in ranks) + 1
    return t(
        "ranking.lede.region",
        lang,
        rank=f"{place}/{len(ranks)}",
        region=text.name(home, lang, "region"),
    )


def map_title(view: RankingView, lang: str) -> str:
    """Which region stands highest and lowest by the plain mean of its provinces; without all provinces, how
    many.
    """
    if not view.subject.complete or not view.scored:
        return t("ranking.map.title_held", lang, coverage=coverage_words(view, lang))
    regions = view.units.set_index("unit_id")[f"region_{lang}"]
    means = view.scores.assign(region=view.scores["unit_id"].map(regions)).groupby("region")["value"].mean()
    means = means.sort_values(ascending=view.lower_is_better)
    if len(means) < 2:
        return t("ranking.map.title_plain", lang, what=subject_name(view, lang))
    amounts = [text.number(value, view.subject.decimals, lang) for value in means]
    return t(
        "ranking.map.title",
        lang,
        best=means.index[0],
        best_mean=amounts[0],
        worst=means.index[-1],
        worst_mean=amounts[-1],
    )


def bump_title(view: RankingView, frame: pd.DataFrame, by: str, lang: str) -> str:
    """What our line does over the years."""
    own = frame[frame["unit_id"] == view.subject.own_id].sort_values("year")
    name = view.subject.province
    if own.empty:
        return t("ranking.bump.none", lang, province=name)
    first, last = own.iloc[0], own.iloc[-1]
    if len(own) == 1:
        return t(
            f"ranking.bump.once_{by}",
            lang,
            province=name,
            year=int(last["year"]),
            value=_shown(last["value"], by, view, lang),
        )
    if by == "rank" and (run := _longest_run(own)):
        since, until = run
        key = "streak" if until == last["year"] else "streak_then"
        return t(
            f"ranking.bump.{key}",
            lang,
            province=name,
            count=until - since + 1,
            since=since,
            until=until,
            last=_shown(last["value"], by, view, lang),
            last_year=int(last["year"]),
        )
    return t(
        f"ranking.bump.moved_{by}",
        lang,
        province=name,
        first=_shown(first["value"], by, view, lang),
        first_year=int(first["year"]),
        last=_shown(last["value"], by, view, lang),
        last_year=int(last["year"]),
    )


def _shown(value: float, by: str, view: RankingView, lang: str) -> str:
    return text.number(value, 0, lang) if by == "rank" else view.subject.amount(value, lang)


def _longest_run(own: pd.DataFrame) -> tuple[int, int] | None:
    """First and last year of the longest run of years in which we were first; None under two years."""
    best: tuple[int, int] | None = None
    since: int | None = None
    before: int | None = None
    for year, value in zip(own["year"].astype(int), own["value"], strict=True):
        since = (since if since is not None and before == year - 1 else year) if value == 1 else None
        if since is not None and year > since and (best is None or year - since >= best[1] - best[0]):
            best = (since, year)
        before = year
    return best
