"""What rose, what fell and why, a sentence an index: only from changes that may be compared."""

from collections.abc import Iterable
from dataclasses import dataclass

from indices.rounding import rounded
from layouts.narrative import compared_with, score_unit
from layouts.text import has, listing, name, number, rank_of, short_name, signed, t, tn
from layouts.views import CardView, ComponentRow

ORDER = ("up", "down", "same", "unknown")


@dataclass(frozen=True)
class Movement:
    """What one index did: way up | down | same | unknown (not comparable); told: the sentence."""

    card: CardView
    way: str
    told: str
    explained: bool


def movements(cards: Iterable[CardView], items: Iterable[ComponentRow], lang: str) -> tuple[Movement, ...]:
    """A movement of every measured card that has an earlier year, rises first."""
    parts = tuple(items)
    made = [
        _movement(card, [item for item in parts if item.card is card], lang)
        for card in cards
        if card.row and has(card.row.get("prev_year"))
    ]
    return tuple(sorted(made, key=lambda one: ORDER.index(one.way)))


def way_of(card: CardView) -> str:
    """Direction of the score as it is shown; unknown where the years may not be compared."""
    row = card.row or {}
    if not has(row.get("change")):
        return "unknown"
    moved = rounded(row["change"], card.scale.decimals)
    return "up" if moved > 0 else "down" if moved < 0 else "same"


def _movement(card: CardView, parts: list[ComponentRow], lang: str) -> Movement:
    row, way = card.row or {}, way_of(card)
    reasons = _reasons(card, parts, way, lang)
    amount = (
        f"{number(abs(row.get('change') or 0), card.scale.decimals, lang)} {score_unit(card.scale, lang)}"
    )
    said = t(f"moves.{way}", lang, index=card.label(lang), amount=amount, against=compared_with(card, lang))
    told = ", ".join(part for part in (said, _places(card, lang)) if part)
    return Movement(card, way, "; ".join([told, *reasons]) + ".", bool(reasons))


def _places(card: CardView, lang: str) -> str:
    row = card.row or {}
    if not has(row.get("rank_change")):
        return ""
    moved = int(row["rank_change"])
    rank = rank_of(row["rank"], None)
    if not moved:
        return t("moves.places_same", lang, rank=rank)
    return tn(f"moves.places_{'up' if moved > 0 else 'down'}", abs(moved), lang, rank=rank)


def _reasons(card: CardView, parts: list[ComponentRow], way: str, lang: str) -> list[str]:
    """The components that rose and fell most by share of their maximum; those with the score's way first."""
    shifted = [
        item
        for item in parts
        if has(item.row["change"]) and has(item.row["change_share"]) and _shown(item) != 0
    ]
    shifted.sort(key=lambda item: item.row["change_share"])
    ends = {"down": shifted[:1], "up": shifted[-1:]}
    found = {
        key: item for key, items in ends.items() for item in items if (_shown(item) > 0) == (key == "up")
    }
    order = ("down", "up") if way == "down" else ("up", "down")
    return [
        t(
            f"moves.most_{key}",
            lang,
            component=name(found[key].row, lang, "component_name"),
            amount=signed(found[key].row["change"], card.scale.decimals, lang),
        )
        for key in order
        if key in found
    ]


def _shown(item: ComponentRow) -> float:
    """The change as it is written: one that rounds to nothing is none."""
    return rounded(item.row["change"], item.card.scale.decimals)


def finding(found: Iterable[Movement], lang: str) -> str:
    """How many indices rose, fell, stood still or cannot be compared: the heading."""
    ways = [one.way for one in found]
    told = [tn(f"moves.count_{way}", ways.count(way), lang) for way in ORDER if way in ways]
    return listing(told, lang)


def unexplained(found: Iterable[Movement], lang: str) -> str:
    """Which of the changes nobody can explain, for want of component scores; nothing when all can be."""
    left = [one for one in found if one.way in ("up", "down") and not one.explained]
    names = [short_name(one.card.info, lang) for one in left]
    return t("moves.unexplained", lang, indices=listing(names, lang)) if names else ""
