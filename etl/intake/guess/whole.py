"""The mapping of the whole file: sheets put together, what is alike told once, a name, a source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from etl.intake.context import Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.sheet import SheetGuess
from etl.intake.mapping_file import ImportMapping, Publication, SheetMap, SourceOfFile
from etl.intake.vocabulary import holds, words
from etl.readers.workbook import Workbook
from indices.registry import IndexInfo

_NOT_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60


def decide_source(index: str, titles: Sequence[str], context: Context) -> Decision:
    """Who published the figures: named in a title, or else only supposed to be who publishes the index."""
    info = _info(index, context)
    publisher = info.publisher_vi or info.publisher_en
    named = [
        name for name in (info.publisher_vi, info.publisher_en)
        if name and any(holds(words(name), words(title)) for title in titles)
    ]  # fmt: skip
    if named:
        return decide("source", named[0], 0.75, "source.stated", publisher=named[0], places="title")
    return decide("source", publisher, 0.5, "source.publisher", publisher=publisher or "-", index=index)


def _info(index: str, context: Context) -> IndexInfo:
    return next(info for info in context.registry.indices if info.index_code == index)


def decide_owner(ids: Sequence[frozenset[str]], titles: Sequence[str], context: Context) -> Decision:
    """The province whose internal units are named: the only one that has them all, or the one of a title."""
    owners = [context.owners(one) for one in ids]
    common = frozenset.intersection(*owners) if owners else frozenset()
    named = [name for name in sorted(common) if any(holds(words(name), words(title)) for title in titles)]
    if len(common) == 1 or len(named) == 1:
        unit = (named or sorted(common))[0]
        return decide("unit_of", unit, 0.9 if named else 0.75, "unit_of", unit=unit)
    everyone = sorted(common or frozenset().union(*owners))
    return decide("unit_of", "", 0, "unit_of.open", names=", ".join(everyone) or "-")


def put_together(
    workbook: Workbook, guesses: Sequence[SheetGuess], decisions: Sequence[Decision], context: Context
) -> ImportMapping:
    """The mapping of the sheets that are read."""
    said = {decision.what: decision.value for decision in reversed(decisions) if not decision.sheet}
    years = {guess.year for guess in guesses}
    year = next(iter(years)) if len(years) == 1 else None
    plans = tuple(_with_year(guess, year) for guess in guesses if guess.plan)
    info = _info(said["index"], context)
    units = {ids for guess in guesses for ids in guess.unit_ids}
    unit_set = said.get("unit_set") or "63"
    whole = context.unit_sets[unit_set].size if unit_set in context.unit_sets else 0
    told = f"{info.short_name_vi} {year}" if year else info.short_name_vi
    return ImportMapping(
        name=slug(workbook.name.rsplit(".", 1)[0], said["index"]),
        title_vi=told,
        title_en=told,
        index=said["index"],
        year=year,
        unit_set=unit_set,
        unit_of=said.get("unit_of", ""),
        source=SourceOfFile(publisher=said.get("source") or "?", document=workbook.name),
        publication=Publication(
            n_units=len(units),
            complete=len(units) >= whole > 0,
            publishes_rank=any(c.role == "rank" for plan in plans for c in plan.columns),
        ),
        sheets=plans,
    )


def _with_year(guess: SheetGuess, year: int | None) -> SheetMap:
    """The plan with a year of its own where the file has several."""
    plan = guess.plan or SheetMap()
    own = guess.year if guess.year != year and plan.year_from is None else None
    return plan.model_copy(update={"year": own})


def slug(text: str, otherwise: str) -> str:
    """A name that a mapping can be saved by, made of a file's name."""
    name = _NOT_A_NAME.sub("-", words(text)).strip("-")[:_LONGEST].strip("-")
    return name or _NOT_A_NAME.sub("-", words(otherwise)).strip("-")
