"""The state of a view and its URL: parse, repair, write.

Query parameters: tinh (province slug), cs (index code), nam (year), lang (vi, en), and those a page declares
as its extras; print=1 (a page as on paper) is no part of the state. Nothing here raises on bad input: what
is unknown becomes the nearest valid value and a Repair.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode

from rapidfuzz import fuzz, process

from layouts.text import LANGS

NEAR_ENOUGH = 70  # rapidfuzz score under which "nearest" would be a guess; the default is shown instead
LONGEST_SHOWN = 40
READABLE = ",:;!"  # signs inside a value that an address may hold as they are
PARAMETERS = {"province": "tinh", "index": "cs", "year": "nam", "lang": "lang"}


@dataclass(frozen=True)
class ViewState:
    """What a view depends on. year None = the latest measured; extras = page parameters, sorted."""

    province: str
    index: str
    year: int | None
    lang: str
    extras: tuple[tuple[str, str], ...] = ()

    def extra(self, name: str, default: str = "") -> str:
        """The page parameter `name`, as written in the URL."""
        return dict(self.extras).get(name, default)


@dataclass(frozen=True)
class Repair:
    """A parameter that could not be used: what was asked, what is shown instead ("" = the default)."""

    parameter: str
    asked: str
    shown: str


@dataclass(frozen=True)
class Choice:
    """One value a control offers: key in the URL, names, other names it is found by, group it is under."""

    key: str
    name_vi: str
    name_en: str
    aliases: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    group: str = ""

    def name(self, lang: str) -> str:
        """The name in a language."""
        return self.name_en if lang == "en" and self.name_en else self.name_vi

    def names(self) -> tuple[str, ...]:
        """Everything it may be asked by."""
        return (self.key, self.name_vi, self.name_en, *self.aliases)


@dataclass(frozen=True)
class Facts:
    """What a release offers to choose from; defaults included."""

    provinces: tuple[Choice, ...]
    indices: tuple[Choice, ...]
    default_province: str
    default_index: str
    default_lang: str = LANGS[0]

    def index(self, key: str) -> Choice:
        """The index with this code."""
        return next(choice for choice in self.indices if choice.key == key)

    def years(self, index: str | None) -> tuple[int, ...]:
        """Years of one index, or of all of them, ascending."""
        if index:
            return tuple(sorted(self.index(index).years))
        return tuple(sorted({year for choice in self.indices for year in choice.years}))


def fold(text: str) -> str:
    """Accent-free lower case: "Đắk Lắk" -> "dak lak". Hyphens and underscores count as spaces."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    kept = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(kept.replace("-", " ").replace("_", " ").split())


def nearest(asked: str, choices: Iterable[Choice]) -> str | None:
    """Key of the choice whose key, name or alias is nearest to what was asked; None when none is near."""
    pairs = [(fold(name), choice.key) for choice in choices for name in choice.names() if name]
    found = process.extractOne(
        fold(asked), [name for name, _ in pairs], scorer=fuzz.ratio, score_cutoff=NEAR_ENOUGH
    )
    return pairs[found[2]][1] if found else None


def _choose(
    parameter: str, asked: str | None, choices: tuple[Choice, ...], default: str
) -> tuple[str, list[Repair]]:
    keys = {choice.key for choice in choices}
    if not asked:
        return default, []
    if asked in keys:
        return asked, []
    same = [choice.key for choice in choices if fold(asked) in {fold(name) for name in choice.names()}]
    if same:
        return same[0], []
    shown = nearest(asked, choices) or default
    return shown, [Repair(parameter, asked[:LONGEST_SHOWN], shown)]


def _year(asked: str | None, years: tuple[int, ...]) -> tuple[int | None, list[Repair]]:
    if not asked or not years:
        return None, []
    digits = asked.strip().isdecimal() and len(asked.strip()) <= 6
    if digits and int(asked) in years:
        return int(asked), []
    shown = min(reversed(years), key=lambda year: abs(year - int(asked))) if digits else None
    return shown, [Repair("nam", asked[:LONGEST_SHOWN], str(shown or ""))]


def _lang(asked: str | None, default: str) -> tuple[str, list[Repair]]:
    if not asked or asked in LANGS:
        return asked or default, []
    if asked[:2].lower() in LANGS:
        return asked[:2].lower(), []
    return default, [Repair("lang", asked[:LONGEST_SHOWN], default)]


def parse(
    search: str | None, facts: Facts, by_index: bool, extras: Iterable[str] = ()
) -> tuple[ViewState, list[Repair]]:
    """The state a query string asks for, repaired, and what had to be repaired.

    by_index: the page shows one index, so the year must be one of that index; else of any.
    extras: names of the page's own parameters; they pass as written (the page checks them).
    """
    asked = dict(parse_qsl((search or "").lstrip("?"), errors="replace"))
    province, repairs = _choose("tinh", asked.get("tinh"), facts.provinces, facts.default_province)
    index, more = _choose("cs", asked.get("cs"), facts.indices, facts.default_index)
    year, years = _year(asked.get("nam"), facts.years(index if by_index else None))
    lang, langs = _lang(asked.get("lang"), facts.default_lang)
    own = tuple(sorted((name, asked[name]) for name in extras if asked.get(name)))
    return ViewState(province, index, year, lang, own), [*repairs, *more, *years, *langs]


def on_paper(search: str | None) -> bool:
    """Whether an address asks for the page as paper would show it. No link carries this on."""
    return dict(parse_qsl((search or "").lstrip("?"), errors="replace")).get("print") == "1"


def search_of(state: ViewState, facts: Facts) -> str:
    """The shortest query string that says this state: the province always, other defaults never."""
    defaults = {"index": facts.default_index, "lang": facts.default_lang}
    values = {field: getattr(state, field) for field in PARAMETERS}
    kept = {PARAMETERS[f]: str(v) for f, v in values.items() if v is not None and v != defaults.get(f)}
    query = urlencode(kept | dict(state.extras), safe=READABLE)
    return f"?{query}" if query else ""


def carried(state: ViewState, **changes: object) -> ViewState:
    """The state a link to another page carries: province, index, year and language, without page extras."""
    return replace(state, extras=(), **changes)  # type: ignore[arg-type]


def altered(state: ViewState, changes: Mapping[str, str]) -> ViewState:
    """The state with some parameters of its page changed; empty ones are left out."""
    extras = {**dict(state.extras), **changes}
    return replace(state, extras=tuple(sorted((key, value) for key, value in extras.items() if value)))
