"""Which index, framework and units a file is about: by its names, by its titles, by which columns fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from etl.intake.context import INTERNAL, Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.columns import Column
from etl.intake.guess.match import likenesses
from etl.intake.guess.years import Place
from etl.intake.vocabulary import holds, words
from indices.framework import Framework

_FITS: Final = 80.0
_TRUST: Final = {"title": 0.9, "file": 0.85, "sheet": 0.75, "header": 0.7}
# An index that is named only in the header of one column, as SIPAS is in tables of PAR.
_BY_THE_WAY: Final = 0.3


@dataclass(frozen=True)
class Fitness:
    """How many of a table's columns of scores fit a framework: the best table of the file."""

    matched: int
    columns: int

    @property
    def weight(self) -> float:
        """Evidence that the file is of the framework: nothing from one column, much from five."""
        share = self.matched / max(self.columns, 1)
        return 0.9 * share * min(1.0, self.matched / 4)


@dataclass
class Evidence:
    """What speaks for an index: where it is named, and how well each of its frameworks fits."""

    index: str
    named: dict[str, float] = field(default_factory=dict)
    fits: dict[str, Fitness] = field(default_factory=dict)

    @property
    def fit(self) -> Fitness:
        """Of its best framework."""
        return max(self.fits.values(), key=lambda f: (f.weight, f.matched), default=Fitness(0, 0))

    @property
    def strength(self) -> float:
        """All of it together, 0 to 1."""
        doubt = 1 - self.fit.weight
        for trust in self.named.values():
            doubt *= 1 - trust
        return 1 - doubt


def gather(
    places: Sequence[Place], tables: Sequence[Sequence[Column]], context: Context, internal: bool
) -> list[Evidence]:
    """What speaks for each index of the right scope, the strongest first. `tables`: columns of each table."""
    scope = "internal" if internal else "province"
    mine = [info for info in context.registry.indices if info.scope == scope]
    found = [Evidence(info.index_code) for info in mine]
    for evidence in found:
        for place in places:
            if any(evidence.index in named_in(text, context) for text in place.texts):
                evidence.named[place.name] = place.trust
        evidence.named |= _by_headers(evidence.index, tables)
        for framework in context.frameworks(evidence.index):
            evidence.fits[framework.id] = fitness(framework, None, tables, context)
    return sorted(found, key=lambda e: -e.strength)


def named_in(text: str, context: Context) -> set[str]:
    """Indices that a text names; a name that is part of a longer name of another index does not count."""
    told = words(text)
    longest = {
        index: next((name for name in names if holds(name, told)), "")
        for index, names in context.index_words.items()
    }
    found = {index: name for index, name in longest.items() if name}
    return {
        index
        for index, name in found.items()
        if not any(other != name and holds(name, other) for other in found.values())
    }


def _by_headers(index: str, tables: Sequence[Sequence[Column]]) -> dict[str, float]:
    """The index as the total of a table: strong alone, weak beside totals of other indices."""
    totals = [
        column.said.total_of - {"*"} for columns in tables for column in columns if column.role == "score"
    ]
    mine = [total for total in totals if index in total]
    if not mine:
        return {}
    others = any(total - {index} for total in totals if index not in total)
    return {"header": _BY_THE_WAY if others else _TRUST["header"]}


def fitness(
    framework: Framework, year: int | None, tables: Iterable[Sequence[Column]], context: Context
) -> Fitness:
    """How well the best table fits the scores of a framework."""
    known = [k for k in context.known(framework, year) if not k.raw]
    best = Fitness(0, 0)
    for columns in tables:
        scores = [c for c in columns if c.role == "score" and c.figures.numeric]
        if not scores:
            continue
        matrix = likenesses(scores, known, framework.index)
        nearest = matrix.argmax(axis=1)[matrix.max(axis=1) >= _FITS]
        found = Fitness(len(set(nearest)), len(scores))
        best = max(best, found, key=lambda f: (f.weight, f.matched))
    return best


def decide_index(evidence: Sequence[Evidence]) -> Decision:
    """The index with most evidence; little confidence where another has nearly as much."""
    best, *rest = evidence
    second = rest[0] if rest else Evidence("")
    if best.strength == 0:
        return decide("index", "", 0, "none")
    confidence = best.strength * (1 - 0.7 * second.strength)
    facts = {"index": best.index, "matched": best.fit.matched, "columns": best.fit.columns}
    if confidence < 0.6 and second.strength > 0.5 * best.strength:
        more = {"second": second.index, "second_matched": second.fit.matched}
        return decide("index", best.index, confidence, "index.contested", **facts, **more)
    if not best.named:
        return decide("index", best.index, confidence, "index.fit", **facts)
    return decide("index", best.index, confidence, "index.names", places=", ".join(best.named), **facts)


def decide_framework(
    index: str, year: int | None, tables: Sequence[Sequence[Column]], context: Context
) -> Decision:
    """The framework of an index in a year; without a year the one that fits best, which proves little.

    `tables`: those of the year, to see whether another framework fits them better.
    """
    mine = context.frameworks(index)
    if not mine:
        return decide("framework", "", 0, "none")
    fits = {f.id: fitness(f, year, tables, context).matched for f in mine}
    best = max(mine, key=lambda f: (fits[f.id], max(f.years)))
    covering = next((f for f in mine if year in f.years), None) if year else None
    facts: dict[str, object] = {"index": index, "year": year, "count": len(mine), "other": best.id}
    if covering is not None:
        others = fits[best.id] >= fits[covering.id] + 2
        confidence, reason = (0.5, "framework.other_fits") if others else (0.95, "framework.covers")
        return decide("framework", covering.id, confidence, reason, framework=covering.id, **facts)
    if year:
        newest = mine[0].id
        return decide("framework", newest, 0.4, "framework.none_for_year", framework=newest, **facts)
    confidence, reason = (0.7, "framework.only") if len(mine) == 1 else (0.4, "framework.best")
    return decide("framework", best.id, confidence, reason, framework=best.id, **facts)


def decide_unit_set(ids: Iterable[frozenset[str]], year: int | None, context: Context) -> Decision:
    """The set of units that the names belong to: the one that knows most of them, or was in force then."""
    named = set(ids)
    counts = {
        name: sum(any(_set_of(one) == name for one in unit) for unit in named) for name in context.unit_sets
    }
    ranked = sorted(counts, key=lambda name: -counts[name])
    best, second = ranked[0], ranked[1]
    if not counts[best]:
        return decide("unit_set", "", 0, "none")
    if counts[best] > counts[second]:
        ahead = (counts[best] - counts[second]) / counts[best]
        facts = {"units": counts[best], "unit_set": best, "other": counts[second]}
        return decide("unit_set", best, 0.6 + 0.38 * min(1.0, 3 * ahead), "unit_set.more", **facts)
    tied = [name for name in ranked if counts[name] == counts[best]]
    whole = [name for name in tied if context.unit_sets[name].size == len(named)]
    if whole:
        return decide("unit_set", whole[0], 0.8, "unit_set.whole", units=len(named), unit_set=whole[0])
    lasting = [name for name in tied if year and context.unit_sets[name].in_force(year)]
    if len(lasting) == 1:
        return decide("unit_set", lasting[0], 0.75, "unit_set.year", year=year, unit_set=lasting[0])
    return decide("unit_set", (lasting or tied)[0], 0.4, "unit_set.open")


def _set_of(unit_id: str) -> str:
    """The set that an id belongs to: "63:22" to 63; internal units begin with a letter of their own."""
    head = unit_id.split(":", 1)[0]
    return head if head.isdigit() else INTERNAL


def name_places(file: str, sheets: Iterable[str], titles: Iterable[str]) -> list[Place]:
    """The places where a file may name what it is about, each with its trust."""
    stem = file.rsplit(".", 1)[0]
    return [
        Place("title", tuple(titles), _TRUST["title"]),
        Place("file", (stem,), _TRUST["file"]),
        Place("sheet", tuple(sheets), _TRUST["sheet"]),
    ]
