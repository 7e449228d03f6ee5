"""The words that headers are made of, in both languages: a data file, so that a new word needs no code."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from etl.mapping import fold
from etl.plain_yaml import loaded
from etl.settings import ROOT, Settings
from indices.errors import Problem, SourceError

FILE = Path("vocabulary") / "headers.yaml"
_SIGNS = re.compile(r"[^\w%]|_")
# Years written onto words ("index2015") are words of their own.
_JOINED_YEAR = re.compile(r"(?<=[a-z])(?=(?:19|20)\d\d(?!\d))|(?<=\d{4})(?=[a-z])")


@lru_cache(maxsize=100_000)
def words(text: str) -> str:
    """A text as it is compared: no accents, case or signs, words parted by one blank."""
    return " ".join(_JOINED_YEAR.sub(" ", _SIGNS.sub(" ", fold(text))).split())


def holds(phrase: str, text: str) -> bool:
    """Whether the words of `phrase` stand in `text` as whole words; both as `words` gives them."""
    return bool(phrase) and f" {phrase} " in f" {text} "


class Vocabulary(BaseModel):
    """Header words by what they say; all texts as `words` gives them, longest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    roles: dict[str, tuple[str, ...]]
    totals: tuple[str, ...]
    fillers: tuple[str, ...]
    skips: tuple[str, ...]
    prefixes: tuple[str, ...]
    abbreviations: dict[str, str]
    indices: dict[str, tuple[str, ...]]
    parts: dict[str, tuple[str, ...]]
    unit_sets: dict[str, tuple[str, ...]]
    said_years: tuple[re.Pattern[str], ...]
    not_years: tuple[re.Pattern[str], ...]

    @field_validator("totals", "fillers", "skips", "prefixes")
    @classmethod
    def _phrases(cls, phrases: tuple[str, ...]) -> tuple[str, ...]:
        return _ready(phrases)

    @field_validator("roles", "indices", "parts", "unit_sets")
    @classmethod
    def _phrases_by_key(cls, groups: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {key: _ready(phrases) for key, phrases in groups.items()}

    @field_validator("abbreviations")
    @classmethod
    def _short_forms(cls, forms: dict[str, str]) -> dict[str, str]:
        return {words(short): words(long) for short, long in forms.items()}

    def spelled_out(self, text: str) -> str:
        """A text of `words` with its short forms written out."""
        return " ".join(self.abbreviations.get(word, word) for word in text.split())


def _ready(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """Phrases as words, the longest first: the longest that fits says most."""
    return tuple(sorted({words(phrase) for phrase in phrases}, key=lambda p: (-len(p), p)))


def load_vocabulary(settings: Settings) -> Vocabulary:
    """The vocabulary of the pack, or the shipped one where the pack has none. Raises SourceError."""
    own = settings.data_dir / FILE
    path = own if own.exists() else ROOT / "data" / FILE
    try:
        return Vocabulary.model_validate(loaded(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        problem = Problem("The vocabulary of headers cannot be read", FILE.as_posix(), found=str(error))
        raise SourceError([problem]) from error
