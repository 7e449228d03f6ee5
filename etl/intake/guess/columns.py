"""What the header over a column says: a role, names and codes of components, whether it is a total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from etl.intake.context import Context
from etl.intake.guess.cells import Figures
from etl.intake.vocabulary import Vocabulary, holds, words

FIGURE_ROLES: Final = ("score", "rank", "self_score", "max_score")
_YEAR: Final = re.compile(r"\b(?:19|20)\d\d\b")
_NUMBER: Final = re.compile(r"^\d{1,2}\b\s*")
# A code at the start of a header, "1.2. Name" or "D1.1": digits with dots, or letters and digits.
_CODE: Final = re.compile(
    r"^\s*([A-Za-z]{0,6}\.?[0-9]+(?:\.[0-9A-Za-z]+)*|[IVX]+(?:\.[0-9A-Za-z]+)*)\.?(?=[\s:.)\-–]|$)"
)


@dataclass(frozen=True)
class Said:
    """What a header says. `role`: blank when it says none. `texts`: its parts as `words`, short forms written
    out; `names`: what of them may name a component; `codes`: explicit codes; `total_of`: indices of which it
    says the total ("*": of whichever); `ordinal`: a number stands beside a word such as "sub-index"."""

    role: str = ""
    texts: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    total_of: frozenset[str] = frozenset()
    ordinal: bool = False


@dataclass(frozen=True)
class Column:
    """A column of a table: its number from 1, the header as layouts join it, the parts of it from the top
    (with the group that stands over it), what they say, and what its cells hold."""

    at: int
    header: str
    parts: tuple[str, ...]
    said: Said
    figures: Figures

    @property
    def role(self) -> str:
        """The role that the header says; a column of figures without one holds scores."""
        return self.said.role or ("score" if self.figures.numeric else "")


def read_header(parts: tuple[str, ...], context: Context) -> Said:
    """Everything that the parts of a header say together; the lowest part with a role decides the role."""
    said = [_read_part(part, context) for part in parts]
    roles = [one.role for one in said if one.role]
    special = [role for role in roles if role != "score"]
    names = dict.fromkeys(name for one in said for name in one.names)
    joined = " ".join(one.names[0] for one in said if one.names)
    total_of = frozenset().union(*(one.total_of for one in said)) if said else frozenset()
    return Said(
        role=(special or roles or [""])[-1],
        texts=tuple(text for one in said for text in one.texts),
        names=tuple(dict.fromkeys([*names, *([joined] if joined else [])])),
        codes=tuple(dict.fromkeys(code for one in said for code in one.codes)),
        total_of=frozenset() if names else total_of,
        ordinal=any(one.ordinal for one in said),
    )


def _read_part(part: str, context: Context) -> Said:
    vocabulary = context.vocabulary
    text = _YEAR.sub(" ", words(part))
    text = " ".join(text.split())
    role, rest = _role(text, vocabulary)
    bare, ordinal = _without_prefix(rest, vocabulary)
    total_of = _total_of(rest, context)
    spelled = [vocabulary.spelled_out(name) for name in (bare, rest, text) if name]
    code = _CODE.match(part)
    codes = (code.group(1),) if code and not ordinal else ()
    named = not total_of and _tells(bare, vocabulary) and codes != (part.strip(),)
    names = tuple(dict.fromkeys(spelled)) if named else ()
    return Said(role, (vocabulary.spelled_out(text),), names, codes, total_of, ordinal)


def _role(text: str, vocabulary: Vocabulary) -> tuple[str, str]:
    """The role that a text says, and the text without the words that say it."""
    whole = [role for role, phrases in vocabulary.roles.items() if text in phrases]
    if whole:
        return whole[0], ""
    found = [
        (len(phrase), role, phrase)
        for role in FIGURE_ROLES
        for phrase in vocabulary.roles[role]
        if text.startswith(phrase + " ") or text.endswith(" " + phrase)
    ]
    if not found:
        return "", text
    _, role, phrase = max(found)
    rest = (
        text.removeprefix(phrase + " ") if text.startswith(phrase + " ") else text.removesuffix(" " + phrase)
    )
    return role, rest


def _without_prefix(text: str, vocabulary: Vocabulary) -> tuple[str, bool]:
    """A text without "sub-index 3" and the like before it; and whether a number stood there."""
    for prefix in vocabulary.prefixes:
        glued = re.match(rf"{re.escape(prefix)}(\d+)\b\s*", text)
        if glued:
            return text[glued.end() :], True
        if text == prefix or text.startswith(prefix + " "):
            rest = text[len(prefix) :].strip()
            number = _NUMBER.match(rest)
            return (rest[number.end() :], True) if number else (rest, False)
    number = _NUMBER.match(text)
    return (text[number.end() :], False) if number else (text, False)


def _tells(text: str, vocabulary: Vocabulary) -> bool:
    """Whether something is left that can name a component."""
    left = _without(vocabulary.fillers, text)
    return any(letter.isalpha() for letter in left) and len(left) >= 2


def _total_of(text: str, context: Context) -> frozenset[str]:
    """Indices whose total a text says: nothing but names of the index, words for totals and fillers."""
    fillers = context.vocabulary.fillers
    said = [phrase for phrase in context.vocabulary.totals if holds(phrase, text)]
    found = set()
    for index, names in context.index_words.items():
        named = [name for name in names if holds(name, text)]
        if named and not _without([*named, *said, *fillers], text):
            found.add(index)
    if found:
        return frozenset(found)
    return frozenset({"*"}) if said and not _without([*said, *fillers], text) else frozenset()


def _without(phrases: Sequence[str], text: str) -> str:
    left = text
    for phrase in phrases:
        left = " ".join(f" {left} ".replace(f" {phrase} ", " ").split())
    return left
