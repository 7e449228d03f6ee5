"""Which year a file or a sheet is about: every place that says one, and whether they agree."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from etl.intake.context import Context
from etl.intake.decisions import Decision, decide
from etl.intake.vocabulary import words
from etl.mapping import fold

_YEAR: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
# How far a place is trusted that says exactly one year.
SAID, TITLE, FILE, SHEET, HEADER = 0.9, 0.8, 0.8, 0.8, 0.75


@dataclass(frozen=True)
class Place:
    """A place in a file that may say a year: what people call it, the texts there, how far it is trusted."""

    name: str
    texts: tuple[str, ...]
    trust: float


def years_in(text: str, context: Context) -> tuple[set[int], bool]:
    """Years that a text says, and whether it says so in words ("năm 2023"); dates, spans of years and numbers
    of documents do not count."""
    bare = fold(text)
    for pattern in context.vocabulary.not_years:
        bare = pattern.sub(" ", bare)
    said = {
        int(m.group(1)) for pattern in context.vocabulary.said_years for m in pattern.finditer(words(bare))
    }
    found = said or {int(year) for year in _YEAR.findall(bare.replace("_", " "))}
    return found & set(context.years), bool(said)


def decide_year(places: Sequence[Place], context: Context, sheet: str = "") -> Decision:
    """The year that the places say. Two that disagree leave little confidence; a place with several years in
    it says none."""
    votes: dict[int, dict[str, float]] = {}
    for place in places:
        year, trust = _said_in(place, context)
        if year:
            votes.setdefault(year, {})[place.name] = trust
    if not votes:
        return decide("year", "", 0, "none", sheet=sheet)
    strength = {year: _together(trusts) for year, trusts in votes.items()}
    best = max(strength, key=lambda year: (strength[year], year))
    against = max((s for year, s in strength.items() if year != best), default=0.0)
    if against:
        named = ", ".join(dict.fromkeys(name for trusts in votes.values() for name in trusts))
        years = ", ".join(map(str, sorted(votes)))
        confidence = min(0.55, strength[best] * (1 - against))
        return decide("year", best, confidence, "year.contested", places=named, years=years, sheet=sheet)
    named = ", ".join(votes[best])
    return decide("year", best, strength[best], "year.stated", year=best, places=named, sheet=sheet)


def _said_in(place: Place, context: Context) -> tuple[int | None, float]:
    found = [years_in(text, context) for text in place.texts]
    in_words = {year for years, said in found if said for year in years}
    years = in_words or {year for years, _ in found for year in years}
    if len(years) != 1:
        return None, 0.0
    return next(iter(years)), max(place.trust, SAID) if in_words else place.trust


def _together(trusts: Mapping[str, float]) -> float:
    doubt = 1.0
    for trust in trusts.values():
        doubt *= 1 - trust
    return 1 - doubt
