"""What a page about one index is about: index, year, framework, unit set, our unit. Data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from layouts import text

_UNIT_WORDS = {"points": "common.points", "percent": "", "ratio": ""}


@dataclass(frozen=True)
class Subject:
    """One index in one year, seen from one province.

    `index`, `framework`, `publication`, `own` are rows of the query layer (`own` None: our province is not a
    unit of that year); `asked` is the province's name; `merged_into` the name of the new province that `own`
    then is.
    """

    index: Mapping[str, Any]
    framework: Mapping[str, Any]
    year: int
    unit_set: str
    asked: str
    own: Mapping[str, Any] | None = None
    merged_into: str = ""
    publication: Mapping[str, Any] = field(default_factory=dict)
    groups: tuple[Mapping[str, Any], ...] = ()
    release_id: str = ""
    sources: tuple[str, ...] = ()
    internal: bool = False

    @property
    def province(self) -> str:
        """Name of the unit we stand for: our province, or the new one it became part of."""
        return self.merged_into or self.asked

    @property
    def withheld(self) -> tuple[str, ...]:
        """Names, as the publisher writes them, of units whose result was not published."""
        said = self.publication.get("withheld")
        return tuple(name.strip() for name in str(said).split(";") if name.strip()) if text.has(said) else ()

    @property
    def own_withheld(self) -> bool:
        """Whether the publisher left our result out."""
        return self.own is not None and str(self.own["name_vi"]) in self.withheld

    def said(self, lang: str) -> str:
        """What the pack notes on this year's publication; empty when nothing."""
        note = self.publication.get(f"note_{lang}")
        return str(note).rstrip(".") if text.has(note) else ""

    def scheme(self, lang: str) -> str:
        """Name of the framework that scored this year; empty when unknown."""
        name = text.name(self.framework, lang) if text.has(self.framework.get("name_vi")) else ""
        return "" if name == text.name(self.index, lang) else name

    @property
    def own_id(self) -> str:
        """Our unit_id, or an id that nobody has."""
        return str(self.own["unit_id"]) if self.own is not None else ""

    @property
    def decimals(self) -> int:
        """Decimals a score of this index is shown with."""
        value = self.framework.get("decimals")
        return int(value) if text.has(value) else 2

    @property
    def complete(self) -> bool:
        """Whether the pack holds every unit that the publisher scored."""
        return bool(self.publication.get("complete"))

    @property
    def n_units(self) -> int | None:
        """How many units the publisher scored; None when nobody says."""
        value = self.publication.get("n_units")
        return int(value) if text.has(value) else None

    def short(self, lang: str) -> str:
        """The short name of the index."""
        return text.short_name(self.index, lang)

    def label(self, lang: str) -> str:
        """ "PCI 2019"; a name that ends in a number keeps it apart: "Bộ chỉ số 766 (2024)"."""
        name = self.short(lang)
        return f"{name} ({self.year})" if name[-1:].isdigit() else f"{name} {self.year}"

    def unit_word(self, lang: str) -> str:
        """ "điểm", "%" or nothing: what a score is counted in."""
        unit = str(self.framework.get("scale_unit") or "points")
        key = _UNIT_WORDS.get(unit, "")
        return "%" if unit == "percent" else text.t(key, lang) if key else ""

    def amount(self, value: Any, lang: str) -> str:
        """A score with its unit: "73,40 điểm", "90,61%", "0,7484"."""
        return self._with_unit(text.number(value, self.decimals, lang), lang)

    def size(self, value: Any, lang: str) -> str:
        """The size of a difference with its unit, without sign."""
        shown = text.number(abs(float(value)), self.decimals, lang)
        if self.unit_word(lang) == "%":  # two percentages differ by percentage points
            return f"{shown} {text.t('unit.change_percent', lang)}"
        return self._with_unit(shown, lang)

    def _with_unit(self, shown: str, lang: str) -> str:
        word = self.unit_word(lang)
        return f"{shown}%" if word == "%" else f"{shown} {word}".strip()

    def meta(self, filters: tuple[str, ...] = (), notes: tuple[str, ...] = ()) -> dict[str, Any]:
        """What a download says of its origin."""
        return {
            "source": list(self.sources),
            "release_id": self.release_id,
            "filters": list(dict.fromkeys(filters)),
            "notes": list(notes),
        }
