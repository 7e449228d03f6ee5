"""What would gain and lose places, in words: every figure is the ledger's, rounded so that it holds."""

import math

from layouts.narrative import score_unit
from layouts.text import has, listing, name, number, rank_of, t, tn
from layouts.views import CardView, Lever, Outlook, Risk, Rung


def at_least(value: float, decimals: int) -> float:
    """The least written amount that is enough: rounded up, never down."""
    scale = 10.0**decimals
    return math.ceil(value * scale - 1e-6) / scale


def amount(value: float, card: CardView, lang: str) -> str:
    """Index points that are needed, with their unit."""
    shown = number(at_least(value, card.scale.decimals), card.scale.decimals, lang)
    return f"{shown} {score_unit(card.scale, lang)}"


def rung(one: Rung, lang: str) -> str:
    """ "thêm 0,0021 điểm lên hạng 16 (Cần Thơ)"."""
    key = "outlook.rung_target" if one.of_target else "outlook.rung"
    return t(key, lang, amount=amount(one.points, one.card, lang), rank=one.rank, holder=one.holder)


def rungs(found: tuple[Rung, ...], lang: str) -> list[str]:
    """One line an index: its rank, then what the next one and the target's ask for."""
    cards = {one.card.code: one.card for one in found}
    return [
        t(
            "outlook.rungs",
            lang,
            index=card.label(lang),
            rank=rank_of((card.row or {})["rank"], (card.row or {})["n_ranked"]),
            steps="; ".join(rung(one, lang) for one in found if one.card.code == code),
        )
        for code, card in cards.items()
    ]


def need(one: Lever, lang: str) -> str:
    """Rise in the component's own unit for the next better rank."""
    return number(at_least(one.need, _places(one)), _places(one), lang) if has(one.need) else ""  # type: ignore[arg-type]


def _places(one: Lever | Risk) -> int:
    return one.card.scale.decimals


def risk(one: Risk, lang: str) -> str:
    """What is lost if the component falls to last year's figure or to the region's median."""
    return t(
        f"outlook.risk_{one.basis}",
        lang,
        component=name(one.component, lang),
        index=one.card.label(lang),
        value=number(one.value, _places(one), lang),
        to=number(one.to, _places(one), lang),
        places=tn("common.places", one.places, lang),
    )


def finding(outlook: Outlook, lang: str) -> str:
    """The heading: the component that would gain most places, else the nearest better rank, else none."""
    if outlook.levers:
        first = outlook.levers[0]
        return t(
            "outlook.finding_lever",
            lang,
            component=name(first.component, lang),
            index=first.card.label(lang),
            places=tn("common.places", first.places, lang),
        )
    if outlook.rungs:
        first_rung = outlook.rungs[0]
        return t(
            "outlook.finding_rung",
            lang,
            index=first_rung.card.label(lang),
            amount=amount(first_rung.points, first_rung.card, lang),
            rank=first_rung.rank,
        )
    return t("outlook.finding_none", lang)


def unknown(outlook: Outlook, lang: str) -> str:
    """Indices of which places cannot be counted, and why."""
    labels = [card.label(lang) for card in outlook.unknown]
    return t("outlook.unknown", lang, indices=listing(labels, lang)) if labels else ""
