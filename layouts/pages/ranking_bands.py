"""How sure a rank is, who shares it, and the regions to look at: words and cells of the ranking table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from layouts import text
from layouts.components.controls import chips
from layouts.text import has, t

ALIKE_MARK = "≈"
TIES_SHOWN, NAMES_SHOWN = 3, 6


@dataclass(frozen=True)
class Bands:
    """Rank bands of a year: (low, high) by unit, and the units that do not differ from ours.

    whole: weights and parts varied too, not only the rounding of the totals.
    """

    ranks: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    alike: frozenset[str] = frozenset()
    whole: bool = False

    def text(self, unit: str) -> str | None:
        """ "3–9"; one number where the band is one rank; "≈" where the unit does not differ from ours."""
        if unit not in self.ranks:
            return None
        low, high = self.ranks[unit]
        band = str(low) if low == high else f"{low}–{high}"
        return f"{band} {ALIKE_MARK}" if unit in self.alike else band


def band_cells(row: Mapping[str, Any], bands: Bands, province: str, lang: str) -> dict[str, Any]:
    """The band of a table row, with what the mark means on hover."""
    told = bands.text(str(row["unit_id"]))
    if told is None:
        return {"band": None}
    hint = t("bands.alike_hint", lang, province=province) if row["unit_id"] in bands.alike else None
    return {"band": told, "band_hint": hint}


def sentence(own: Mapping[str, Any] | None, bands: Bands, names: Iterable[str], lang: str) -> str:
    """ "Hạng 5 (3–9)" with what the band allows for, and who does not differ."""
    if own is None or own["unit_id"] not in bands.ranks:
        return ""
    low, high = bands.ranks[own["unit_id"]]
    allowed = t("bands.allowed_whole" if bands.whole else "bands.allowed_totals", lang)
    key = "bands.own_sure" if low == high else "bands.own"
    told = t(key, lang, rank=int(own["rank"]), low=low, high=high, allowed=allowed)
    others = list(names)
    return f"{told} {t('bands.alike', lang, names=some(others, lang))}" if others else told


def some(names: Sequence[str], lang: str) -> str:
    """The first names, and how many more there are."""
    if len(names) <= NAMES_SHOWN:
        return text.listing(names, lang)
    first = ", ".join(names[:NAMES_SHOWN])
    return first + t("bands.and_more", lang, n=len(names) - NAMES_SHOWN)


def ties(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[str]]:
    """Names of the units that share a rank, by rank."""
    found: dict[int, list[str]] = {}
    for row in rows:
        if has(row["rank"]):
            found.setdefault(int(row["rank"]), []).append(str(row["name"]))
    return {rank: names for rank, names in found.items() if len(names) > 1}


def ties_note(found: Mapping[int, list[str]], lang: str) -> str:
    """ "Đồng hạng: hạng 11 có A và B"; nothing where nobody shares a rank."""
    if not found:
        return ""
    told = [
        t("bands.tie", lang, rank=rank, names=some(names, lang))
        for rank, names in sorted(found.items())[:TIES_SHOWN]
    ]
    more = t("bands.and_more", lang, n=len(found) - TIES_SHOWN) if len(found) > TIES_SHOWN else ""
    return t("bands.ties", lang, ties="; ".join(told) + more)


def switches(groups: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...], lang: str) -> list[Any]:
    """Rows of links: which provinces, which region. groups: key of the label, (text, address, chosen)."""
    return [chips(list(items), t(f"bands.{key}", lang)) for key, items in groups if len(items) > 1]
