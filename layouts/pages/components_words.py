"""The components page's sentences: the four-way headline of the conference, what was lost, who does
better.
"""

import pandas as pd

from layouts import text
from layouts.figures.lost import trimmed
from layouts.frames import as_rows
from layouts.pages.components_parts import WAYS, compare_reason
from layouts.pages.components_view import ComponentsView, by_loss
from layouts.text import has, t

CHIEF = 3  # how many of the largest losses the sentence adds up


def headline(view: ComponentsView, lang: str) -> str:
    """ "1/8 giữ điểm tuyệt đối; 3/8 tăng điểm, tăng hạng; ..."; without two comparable years, the largest
    loss.
    """
    subject = view.subject
    start = t("components.head.start", lang, province=subject.province, what=subject.label(lang))
    counts = four_way(view) or directions(view)
    if counts:
        return f"{start}: {'; '.join(counts_in_words(counts, view, lang))}."
    lost = view.losses if view.scored else by_loss(view.by_source)
    if len(lost):
        return t(
            "components.head.lost" if view.scored else "components.head.lost_source",
            lang,
            start=start,
            component=text.name(lost.iloc[0], lang, "component_name"),
            words=lost_words(lost.iloc[0]["lost"], lost.iloc[0]["max_score"], view, lang),
        )
    ranked = view.own_main[view.own_main["rank"].notna()].sort_values("rank", ascending=False)
    if len(ranked):
        return t(
            "components.head.rank",
            lang,
            start=start,
            component=text.name(ranked.iloc[0], lang, "component_name"),
            rank=text.rank_of(ranked.iloc[0]["rank"], ranked.iloc[0]["n_ranked"]),
        )
    if view.own_total is not None:
        return t("components.head.total_only", lang, start=start)
    return t("components.head.nothing", lang, start=start)


def four_way(view: ComponentsView) -> dict[str, int]:
    """How many of our components fall in each class; empty when none can be compared."""
    kinds = view.compared["four_way"].value_counts()
    return {way: int(kinds[way]) for way in WAYS if way in kinds}


def directions(view: ComponentsView) -> dict[str, int]:
    """Where ranks are missing: how many of our components rose, fell or stayed, by the score as shown."""
    change = view.own_main["change"].dropna().round(view.subject.decimals)
    counts = {
        "up": int((change > 0).sum()),
        "down": int((change < 0).sum()),
        "same": int((change == 0).sum()),
    }
    return {way: count for way, count in counts.items() if count}


def counts_in_words(counts: dict[str, int], view: ComponentsView, lang: str) -> list[str]:
    """ "3/8 thành phần tăng điểm, tăng hạng", then "1/8 giữ nguyên điểm", for every class that occurs."""
    told = [f"{count}/{len(view.main)}" for count in counts.values()]
    told[0] = t("components.head.of_parts", lang, count=told[0])
    return [t(f"components.head.{way}", lang, count=count) for way, count in zip(counts, told, strict=True)]


def lost_words(lost: float, most: float, view: ComponentsView, lang: str) -> str:
    """ "mất 3,44/16,5 điểm"."""
    return t(
        "components.lost_points",
        lang,
        lost=text.number(lost, view.subject.decimals, lang),
        most=text.number(most, trimmed(most), lang),
    )


def lede(view: ComponentsView, lang: str) -> list[str]:
    """Against which year, how much was lost in all, and what is not published or not held."""
    parts = [_compared(view, lang), _lost_in_all(view, lang)]
    held = int(view.own_main["value"].notna().sum())
    if view.subject.own_withheld:
        names = text.listing(view.subject.withheld, lang)
        parts.append(t("ranking.lede.withheld", lang, names=names, reason=view.subject.said(lang)))
    elif 0 < held < len(view.main):
        parts.append(t("components.lede.missing", lang, count=f"{len(view.main) - held}/{len(view.main)}"))
    elif not held and len(view.by_source):
        parts.append(t("components.lede.no_components", lang))
    return [part for part in parts if part]


def _compared(view: ComponentsView, lang: str) -> str:
    if four_way(view):
        unlike = len(view.main) - len(view.compared)
        words = t("components.lede.against", lang, year=view.previous)
        more = t("components.lede.unlike", lang, count=f"{unlike}/{len(view.main)}") if unlike else ""
        return f"{words} {more}".strip()
    if directions(view):
        return t("components.lede.scores_only", lang, year=view.previous)
    blank = as_rows(view.own_main[view.own_main["comparability"] == "not_comparable"])
    total = view.own_total
    if not blank and total is not None and total["comparability"] == "not_comparable":
        blank = [total]
    if blank:
        return text.upper_first(compare_reason(blank[0], view, lang)) + "."
    return t("components.lede.no_previous", lang) if view.scored else ""


def _lost_in_all(view: ComponentsView, lang: str) -> str:
    """Lost points of the total, and the share of the largest few."""
    lost, total = view.losses, view.own_total
    if total is None or not has(total["lost"]) or len(lost) <= CHIEF or not has(lost.iloc[0]["lost_share"]):
        return ""
    return t(
        "components.lede.lost",
        lang,
        words=lost_words(total["lost"], total["max_score"], view, lang),
        count=CHIEF,
        share=text.percent(lost["lost_share"].head(CHIEF).sum(), 0, lang),
    )


def lost_title(frame: pd.DataFrame, view: ComponentsView, lang: str) -> str:
    """Where most was lost."""
    first = frame.iloc[0]
    words = lost_words(first["lost"], first["max_score"], view, lang)
    return t("components.lost.title", lang, component=_bare(first["name"]), words=words)


def source_title(frame: pd.DataFrame, view: ComponentsView, lang: str) -> str:
    """Which source of points lost most."""
    first = frame.iloc[0]
    words = lost_words(first["lost"], first["max_score"], view, lang)
    return t("components.source.title", lang, component=_bare(first["name"]), words=words)


def leader_title(frame: pd.DataFrame, view: ComponentsView, lang: str) -> str:
    """On which component the leader is furthest away; or that we lead on all."""
    first = frame.iloc[0]
    leading = int((frame["gap"] >= -1e-9).sum())
    if leading == len(frame):
        return t("components.leader.title_all", lang)
    return t(
        "components.leader.title",
        lang,
        component=_bare(first["name"]),
        leader=first["leader_name"],
        size=view.subject.size(first["gap"], lang),
    )


def heat_title(frame: pd.DataFrame, columns: list[tuple[str, str]], view: ComponentsView, lang: str) -> str:
    """On which component provinces differ most, by the spread of the shares or scores drawn."""
    codes = [code for code, _ in columns]
    spread = (frame[codes].max() - frame[codes].min()).sort_values(ascending=False)
    names = dict(columns)
    return t("components.heat.title", lang, component=_bare(names[spread.index[0]]))


def _bare(name: str) -> str:
    """A component's name without its number."""
    head, dot, rest = name.partition(". ")
    return rest if dot and head.replace(".", "").isdigit() else name
