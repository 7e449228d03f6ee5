"""What a guess may lean on: the frameworks, the names of units, the words of headers. Holds no file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from etl.definitions import load_definitions
from etl.facts import unit_names
from etl.intake.layouts.units import banner_name, bare_name
from etl.intake.layouts.words import is_no_unit
from etl.intake.vocabulary import Vocabulary, load_vocabulary, words
from etl.layers import layers_of
from etl.mapping import UNIT_SEPARATOR, UnitNames
from etl.pack import Pack, read_pack
from etl.settings import Settings
from indices.errors import DefinitionError
from indices.framework import Framework
from indices.model import RAW_LEVELS, Component
from indices.registry import Registry

# Units of a province's own; every other set holds provinces.
INTERNAL = "units"
_INDEX_LEVEL, _SOURCE_LEVEL = "index", "source_group"
_NO_UNIT: frozenset[str] = frozenset()
# Names shorter than this are not looked for inside other texts: "Hue" stands in many a word.
_SHORTEST_INSIDE = 5


@dataclass(frozen=True)
class Known:
    """A component as headers may call it: its names as `words`, other words for it (by the source of its
    points), where it stands, what its scores may be. `raw`: an indicator's own figure, no score;
    `shown`: its names as people write them, Vietnamese and English."""

    code: str
    names: tuple[str, ...]
    aliases: tuple[str, ...]
    order: int
    low: float | None
    high: float | None
    is_total: bool
    raw: bool = False
    shown: tuple[str, str] = ("", "")


class Components(tuple[Known, ...]):
    """The components of a framework in a year, with look-ups from codes and exact texts to their places."""

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Places by code, case-free."""
        return {known.code.casefold(): at for at, known in enumerate(self)}

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Places by name: two components may be called the same."""
        return _places((at, name) for at, known in enumerate(self) for name in known.names)

    @cached_property
    def by_alias(self) -> dict[str, list[int]]:
        """Places by other words."""
        return _places((at, alias) for at, known in enumerate(self) for alias in known.aliases)

    @cached_property
    def scores(self) -> Components:
        """Those that are scores, not raw indicators."""
        return Components(known for known in self if not known.raw)


def _places(pairs: Iterable[tuple[int, str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for at, text in pairs:
        found.setdefault(text, []).append(at)
    return found


@dataclass(frozen=True)
class UnitSet:
    """A system of units: how many it has, and from which to which year it was in force (None: open)."""

    size: int
    first_year: int | None = None
    last_year: int | None = None

    def in_force(self, year: int) -> bool:
        """Whether figures of the year may be about these units."""
        return (self.first_year or year) <= year <= (self.last_year or year)


@dataclass
class Context:
    """All that a proposal is made from. `regions`: names of regions as `words`, which head groups of rows."""

    registry: Registry
    names: UnitNames
    vocabulary: Vocabulary
    unit_sets: dict[str, UnitSet]
    regions: frozenset[str] = frozenset()
    _units: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, int], Components] = field(default_factory=dict, repr=False)

    def units(self, text: str) -> frozenset[str]:
        """Ids that a cell may name, over all sets; empty when it names no unit. "QN" names several."""
        if text not in self._units:
            self._units[text] = self._looked_up(text)
        return self._units[text]

    def _looked_up(self, text: str) -> frozenset[str]:
        if not any(letter.isalpha() for letter in text):
            return _NO_UNIT
        for name in dict.fromkeys((text, bare_name(text))):
            matches = [self.names.lookup(unit_set, name) for unit_set in self.unit_sets]
            found = {match.unit_id for match in matches if match.unit_id}
            found = found or {candidate for match in matches for candidate in match.candidates}
            if found:
                return frozenset(found)
        return self._internal.get(words(text), _NO_UNIT)

    @cached_property
    def _internal(self) -> dict[str, frozenset[str]]:
        """Internal units by the name that their own province calls them: several provinces may have one."""
        found: dict[str, set[str]] = {}
        for name, unit_id in self.names.all_names(INTERNAL):
            found.setdefault(words(name.split(UNIT_SEPARATOR)[-1]), set()).add(unit_id)
        return {name: frozenset(ids) for name, ids in found.items()}

    def owners(self, ids: frozenset[str]) -> frozenset[str]:
        """Names of the provinces whose internal units the ids are."""
        return frozenset(name.split(UNIT_SEPARATOR)[0] for name, one in self._internal_names if one in ids)

    @cached_property
    def _internal_names(self) -> list[tuple[str, str]]:
        return self.names.all_names(INTERNAL)

    def unit_name(self, ids: frozenset[str]) -> str:
        """The full name of a unit, as the pack writes it; the id itself for one that has none."""
        first = min(ids)
        return next((name for name, unit_id in self._canonical if unit_id == first), first)

    @cached_property
    def _canonical(self) -> list[tuple[str, str]]:
        return [pair for unit_set in self.unit_sets for pair in self.names.all_names(unit_set)]

    def is_skip(self, text: str) -> bool:
        """Whether a text marks a row that is no unit and no criterion: a total, a mean, a note."""
        return bool(text) and (words(text) in self.vocabulary.skips or is_no_unit(text))

    def heading_unit(self, text: str) -> frozenset[str]:
        """Ids that a heading names, after a colon or a number; empty where more than a name stands."""
        return self.units(banner_name(text))

    def unit_inside(self, text: str) -> frozenset[str]:
        """Ids of the longest unit name inside a longer text, such as a title or the name of a file."""
        parts = words(text).split()
        for size in range(min(len(parts), 5), 0, -1):
            for start in range(len(parts) - size + 1):
                name = " ".join(parts[start : start + size])
                found = self._keyed.get(name.replace(" ", ""), _NO_UNIT)
                if found and len(name) >= _SHORTEST_INSIDE:
                    return found
        return _NO_UNIT

    @cached_property
    def _keyed(self) -> dict[str, frozenset[str]]:
        """Ids by name without blanks: files are called "QuangNinh"."""
        keyed: dict[str, set[str]] = {}
        for unit_set in self.unit_sets:
            for name, unit_id in self.names.all_names(unit_set):
                keyed.setdefault(words(name).replace(" ", ""), set()).add(unit_id)
        return {name: frozenset(ids) for name, ids in keyed.items()}

    def known(self, framework: Framework, year: int | None) -> Components:
        """Components of a framework in a year (None or a year it does not cover: its last)."""
        asked = year if year in framework.years else framework.years[-1]
        key = (framework.id, asked)
        if key not in self._known:
            mine = [c for c in framework.components if not c.years or asked in c.years]
            self._known[key] = Components(self._as_known(order, c) for order, c in enumerate(mine))
        return self._known[key]

    def _as_known(self, order: int, component: Component) -> Known:
        by_source = component.level == _SOURCE_LEVEL
        aliases = self.vocabulary.parts.get(component.source_type, ()) if by_source else ()
        spoken = [words(name) for name in (component.name_vi, component.name_en)]
        both = dict.fromkeys([*spoken, *map(self.vocabulary.spelled_out, spoken)])
        low, high = component.min_score, component.max_score
        raw, total = component.level in RAW_LEVELS, component.level == _INDEX_LEVEL
        shown = (component.name_vi, component.name_en)
        return Known(component.code, tuple(both), aliases, order, low, high, total, raw, shown)

    @cached_property
    def component_texts(self) -> frozenset[str]:
        """Every code and name of a component of any framework, as `words`, to see whether cells hold such."""
        every = [c for framework in self.registry.frameworks for c in framework.components]
        return frozenset(words(text) for c in every for text in (c.code, c.name_vi, c.name_en)) - {""}

    @cached_property
    def index_words(self) -> dict[str, tuple[str, ...]]:
        """Every name of an index, short and long, as `words`, longest first."""
        return {info.index_code: self._names_of(info.index_code) for info in self.registry.indices}

    def _names_of(self, index: str) -> tuple[str, ...]:
        info = next(i for i in self.registry.indices if i.index_code == index)
        other = self.vocabulary.indices.get(index, ())
        own = (index, info.short_name_vi, info.short_name_en, info.name_vi, info.name_en)
        names = {words(n) for n in own} | set(other)
        return tuple(sorted(names - {""}, key=lambda name: (-len(name), name)))

    def frameworks(self, index: str) -> list[Framework]:
        """Frameworks of an index, the newest first."""
        mine = [f for f in self.registry.frameworks if f.index == index]
        return sorted(mine, key=lambda f: -max(f.years))

    @cached_property
    def years(self) -> range:
        """Years that a file may be about: those of the definitions, and a few after them."""
        known = [year for framework in self.registry.frameworks for year in framework.years]
        return range(min(known) - 1, max(known) + 4)


def context_of(registry: Registry, pack: Pack, vocabulary: Vocabulary) -> Context:
    """The context of a pack: its reference tables give the names and sets of units."""
    regions = frozenset(words(name) for name in _all(pack["regions"], "name_vi", "name_en"))
    provinces = pack["provinces"]
    sets = {str(name): _unit_set(rows) for name, rows in provinces.groupby("unit_set", sort=False)}
    return Context(registry, unit_names(pack), vocabulary, sets | {INTERNAL: UnitSet(0)}, regions)


def _all(frame: pd.DataFrame, *columns: str) -> Iterable[str]:
    return [str(text) for column in columns for text in frame[column]]


def _unit_set(rows: pd.DataFrame) -> UnitSet:
    """Units abolished before the others do not count: a full table of the set does not hold them."""
    ends = [str(date) for date in rows["valid_to"]]
    last = max(ends)
    lasting = sum(end == last for end in ends)
    starts = sorted(str(date) for date in rows["valid_from"])
    return UnitSet(lasting, _year(starts[0]), _year(last))


def _year(date: str) -> int | None:
    return int(date[:4]) if date else None


def load_context(settings: Settings) -> Context:
    """The context of the definitions and the pack that the settings name, with the imports in service.

    Raises DefinitionError or SourceError when the definitions or the vocabulary cannot be read.
    """
    layers = layers_of(settings)
    definitions = load_definitions(layers.definitions)
    if definitions.registry is None:
        raise DefinitionError(definitions.problems)
    return context_of(definitions.registry, read_pack(layers.data), load_vocabulary(settings))
