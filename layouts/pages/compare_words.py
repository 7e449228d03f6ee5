"""Sentences of the comparison page."""

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

import pandas as pd

from layouts import text
from layouts.figures.slope import Slope
from layouts.frames import as_rows
from layouts.pages.compare_view import BENCHMARK, CompareView, Side
from layouts.text import t


def headline(view: CompareView, lang: str) -> str:
    """On how many components ours is ahead of the first of the others, and where it is furthest behind."""
    what = view.subject.label(lang)
    if not view.others:
        return t("compare.head.alone", lang, province=view.own.name, what=what)
    gaps = gaps_to(view, view.others[0].key)
    if gaps.empty:
        return _by_total(view, lang)
    said = {
        "province": view.own.name,
        "other": view.others[0].name,
        "what": what,
        "n": int((gaps["gap"] > 0).sum()),
        "of": len(gaps),
    }
    worst = gaps.sort_values("by").iloc[0]
    if worst["gap"] >= 0:
        return t("compare.head.ahead", lang, **said)
    behind = {"component": name_of(worst, lang), "gap": view.subject.size(worst["gap"], lang)}
    return t("compare.head.mixed" if said["n"] else "compare.head.behind", lang, **said, **behind)


def _by_total(view: CompareView, lang: str) -> str:
    other = view.others[0]
    own, theirs = view.total.get(view.own.key), view.total.get(other.key)
    said = {"province": view.own.name, "other": other.name, "what": view.subject.label(lang)}
    if not text.has(own) or not text.has(theirs):
        return t("compare.head.unknown", lang, **said)
    way = "more" if own > theirs else "less" if own < theirs else "same"
    return t(f"compare.head.total_{way}", lang, gap=view.subject.size(own - theirs, lang), **said)


def gaps_to(view: CompareView, key: str) -> pd.DataFrame:
    """Components that both sides have: `gap` in points, `by` as share of the maximum where it is known."""
    rows = view.parts[view.parts[view.own.key].notna() & view.parts[key].notna()]
    gap = (rows[view.own.key] - rows[key]).astype("float64")
    return rows.assign(gap=gap, by=gap / rows["max_score"] if view.by_share else gap)


def name_of(row: Any, lang: str) -> str:
    """Name of a component without its number."""
    return text.name(row, lang)


def lede(view: CompareView, lang: str) -> str:
    """Ours against each of the others in total, in one sentence."""
    own = view.total.get(view.own.key)
    if not text.has(own) or not view.others:
        return ""
    parts = []
    for side in view.sides[1:]:
        theirs = view.total.get(side.key)
        if text.has(theirs):
            way = "more" if own > theirs else "less" if own < theirs else "same"
            parts.append(
                t(
                    f"compare.lede.{way}",
                    lang,
                    other=_within(side, lang),
                    gap=view.subject.size(own - theirs, lang),
                )
            )
    said = t("compare.lede.start", lang, province=view.own.name, score=view.subject.amount(own, lang))
    return f"{said}: {'; '.join(parts)}." if parts else f"{said}."


def _within(side: Side, lang: str) -> str:
    """The name of a side inside a sentence."""
    return t(f"compare.lede.mark.{side.key}", lang) if side.kind == BENCHMARK else side.name


def dots_title(view: CompareView, lang: str) -> str:
    """Where ours leads all the others, or that it leads nowhere."""
    if not view.others:
        return t("compare.dots.title_alone", lang, province=view.own.name)
    keys = [side.key for side in view.others]
    rows = view.parts[view.parts[view.own.key].notna()]
    ahead = rows[rows[view.own.key] > rows[keys].max(axis=1)]
    if ahead.empty:
        return t("compare.dots.title_none", lang, province=view.own.name)
    names = [name_of(row, lang) for row in as_rows(ahead.head(3))]
    key = "compare.dots.title" if len(ahead) <= len(names) else "compare.dots.title_many"
    return t(key, lang, province=view.own.name, n=len(ahead), of=len(rows), names=text.listing(names, lang))


def dots_caption(view: CompareView, lang: str) -> str:
    """How to read the dots."""
    if not view.others:
        return t("compare.dots.caption_alone", lang)
    return t("compare.dots.caption", lang, other=view.others[0].name)


def slope_title(lines: Sequence[Slope], view: CompareView, years: tuple[int, int], lang: str) -> str:
    """Who rose most between the two years."""
    best = max(lines, key=lambda line: line.now - line.before)
    change = best.now - best.before
    key = "compare.slope.title" if change > 0 else "compare.slope.title_none"
    return t(key, lang, name=best.name, change=view.subject.size(change, lang), before=years[0], now=years[1])


def short_lines(name: str, width: int = 18) -> list[str]:
    """A name on at most three short lines."""
    lines = wrap(name, width)
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2]}…"]
