"""From names as sources write them to unit ids: exact alias, then without accents and case; never a guess."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pandas as pd
from rapidfuzz import fuzz, process

# Between a province and one of its own units, as in "<province> › <unit>".
UNIT_SEPARATOR = " › "
_NEAR_ENOUGH = 55


def fold(text: str) -> str:
    """Accent-free, case-free form of a text, blanks collapsed; đ (which has no decomposition) becomes d."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.replace("đ", "d").split())


def nearest(name: str, known: Iterable[str], limit: int = 3) -> list[str]:
    """The known names most like `name`, best first, at most `limit`; empty when nothing is like it."""
    choices = {k: fold(k) for k in known}
    found = process.extract(fold(name), choices, scorer=fuzz.WRatio, limit=limit, score_cutoff=_NEAR_ENOUGH)
    return [key for _, _, key in found]


@dataclass(frozen=True)
class Match:
    """Result of looking a name up: the id, or why there is none.

    `candidates`: what an ambiguous name may mean. `near`: nearest known names of an unknown one.
    """

    unit_id: str | None = None
    candidates: tuple[str, ...] = ()
    near: tuple[str, ...] = ()


class UnitNames:
    """All names of all units by unit set. Build it with `from_frames`."""

    def __init__(self) -> None:
        self._exact: dict[str, dict[str, str]] = defaultdict(dict)
        self._folded: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._ambiguous: dict[str, tuple[str, ...]] = {}
        self._canonical: dict[str, list[str]] = defaultdict(list)

    @classmethod
    def from_frames(cls, aliases: pd.DataFrame, ambiguous: pd.DataFrame, units: pd.DataFrame) -> UnitNames:
        """Names from `aliases` (unit_set, alias, unit_id), the refused `ambiguous` ones (alias, candidates)
        and the canonical names of `units` (unit_set, name, unit_id)."""
        names = cls()
        for unit_set, name, unit_id in _tuples(units, "unit_set", "name", "unit_id"):
            names._canonical[unit_set].append(name)
            names._add(unit_set, name, unit_id)
        for unit_set, alias, unit_id in _tuples(aliases, "unit_set", "alias", "unit_id"):
            names._add(unit_set, alias, unit_id)
        for alias, candidates in _tuples(ambiguous, "alias", "candidates"):
            names._ambiguous[fold(alias)] = tuple(c.strip() for c in candidates.split(";") if c.strip())
        return names

    def _add(self, unit_set: str, name: str, unit_id: str) -> None:
        clean = unicodedata.normalize("NFC", name)
        self._exact[unit_set][clean] = unit_id
        self._folded[unit_set][fold(clean)].add(unit_id)

    def find(self, unit_set: str, name: str) -> Match:
        """Look one name up within a unit set."""
        match = self.lookup(unit_set, name)
        if match.unit_id or match.candidates:
            return match
        return Match(near=tuple(nearest(name.strip(), self._canonical[unit_set])))

    def lookup(self, unit_set: str, name: str) -> Match:
        """As `find`, without the search for what is near: for cells that need not be names at all."""
        clean = unicodedata.normalize("NFC", name).strip()
        key = fold(clean)
        if key in self._ambiguous:
            return Match(candidates=self._ambiguous[key])
        if clean in self._exact[unit_set]:
            return Match(self._exact[unit_set][clean])
        ids = self._folded[unit_set].get(key, set())
        if len(ids) == 1:
            return Match(next(iter(ids)))
        return Match(candidates=tuple(sorted(ids)))

    def all_names(self, unit_set: str) -> list[tuple[str, str]]:
        """Every name of a set with its id, aliases too."""
        return list(self._exact[unit_set].items())

    def find_in(self, unit_sets: Sequence[str], name: str, only: str = "") -> Match:
        """The first of several unit sets that knows the name (a target may name a province without its set).

        `only`: the one set that is meant, where that is said.
        """
        matches = [self.find(unit_set, name) for unit_set in ([only] if only else unit_sets)]
        return next((m for m in matches if m.unit_id), matches[0])

    def match_frame(self, frame: pd.DataFrame) -> dict[tuple[str, str], Match]:
        """Matches of every distinct (unit_set, unit) of a frame."""
        pairs = frame[["unit_set", "unit"]].drop_duplicates()
        return {(s, u): self.find(s, u) for s, u in _tuples(pairs, "unit_set", "unit")}


def _tuples(frame: pd.DataFrame, *columns: str) -> Iterable[tuple[str, ...]]:
    return frame[list(columns)].itertuples(index=False, name=None)
