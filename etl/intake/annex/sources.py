"""What the score of a criterion comes from: a column of the annex, words in its texts, or a person's word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from etl.intake.annex.criteria import Criterion, leaves
from etl.intake.annex.words import says, words
from etl.mapping import fold

DERIVED = "derived"
_ELSEWHERE = ("how", "evidence", "note")


def source_types(criteria: Sequence[Criterion], told: Mapping[str, str]) -> dict[str, str]:
    """The source type by code: derived for what has parts; blank where nothing, or two things, are said.

    `told`: a person's word by code; it holds for everything below the code too.
    """
    known = {criterion.code: criterion for criterion in criteria}
    ends = {criterion.code for criterion in leaves(list(criteria))}
    return {code: (_of(code, known, told) if code in ends else DERIVED) for code in known}


def _of(code: str, known: Mapping[str, Criterion], told: Mapping[str, str]) -> str:
    """The nearest word: of a person, in the column of the criterion or of one above it, then in its texts."""
    way = list(_way_up(code, known))
    for criterion in way:
        if criterion.code in told:
            return told[criterion.code]
    for criterion in way:
        if text := criterion.texts.get("source", ""):
            return _only(fold(text), anywhere=False)
    own = known[code]
    return _only(fold(" ".join([own.name, *(own.texts.get(role, "") for role in _ELSEWHERE)])), anywhere=True)


def _way_up(code: str, known: Mapping[str, Criterion]) -> Iterator[Criterion]:
    while code in known:
        yield known[code]
        code = known[code].parent


def _only(text: str, anywhere: bool) -> str:
    """The one type that the text names; blank where it names none or several."""
    found = {kind for phrase, kind, free in words().sources if (free or not anywhere) and says(text, phrase)}
    return found.pop() if len(found) == 1 else ""
