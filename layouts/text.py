"""Words and numbers of the screen: texts from translations/{vi,en}.yaml, numbers and dates by Babel.

A missing key raises: a hole in a translation must be seen by a test, never by a reader.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from indices.rounding import rounded

LANGS = ("vi", "en")
FOLDER = Path(__file__).parent / "translations"
DASH = "–"
MINUS = "−"
# How a day and a month are written in sentences and tables; forms take days as people type them.
DAYS = {"vi": "dd/MM/yyyy", "en": "d MMMM yyyy"}
YEAR = len("/2024")
MONTHS = {"vi": "MM/yyyy", "en": "MMMM yyyy"}
# libyaml's, where PyYAML was built with it: the two files take a second otherwise, with each start.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class MissingTextError(KeyError):
    """A key that the translation of a language lacks, or a value that its text asks for and nobody gave."""


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for key, value in tree.items():
        path = f"{prefix}{key}"
        flat |= _flatten(value, f"{path}.") if isinstance(value, Mapping) else {path: str(value)}
    return flat


@cache
def texts(lang: str) -> Mapping[str, str]:
    """All texts of one language, keyed "section.name"."""
    told = (FOLDER / f"{lang}.yaml").read_text(encoding="utf-8")
    return _flatten(yaml.load(told, LOADER))  # nosec B506


def t(key: str, lang: str, /, **values: Any) -> str:
    """The text `key` in `lang` with {placeholders} filled; MissingTextError when key or value is missing."""
    try:
        return texts(lang)[key].format(**values)
    except KeyError as error:
        raise MissingTextError(f"{lang}: {key} ({error})") from error


def tn(key: str, count: float, lang: str, /, **values: Any) -> str:
    """Like t, by number: `key.one` for exactly 1, else `key.other`; the text may use {count}."""
    form = "one" if abs(count) == 1 else "other"
    shown = number(count, 0, lang) if float(count).is_integer() else number(count, 2, lang)
    return t(f"{key}.{form}", lang, **({"count": shown} | values))


def word(group: str, code: object, lang: str) -> str:
    """A code from the data in words; the code itself when the translations do not know it yet."""
    return texts(lang).get(f"{group}.{code}", str(code or ""))


def has(value: Any) -> bool:
    """True for a real value: not None, NaN, NA or empty text."""
    if value is None or value == "":
        return False
    try:
        return not math.isnan(value)
    except TypeError:
        return str(value) not in ("<NA>", "NaT")


def number(value: Any, decimals: int, lang: str) -> str:
    """1234.5 -> "1.234,50" (vi) or "1,234.50" (en); a dash when there is none. Negative with a real minus."""
    if not has(value):
        return DASH
    return f"{rounded(value, decimals):,.{decimals}f}".translate(_separators(lang))


@cache
def _separators(lang: str) -> dict[int, str]:
    """From Python's own separators to those of the locale: its full formatting costs twenty times more."""
    return str.maketrans({",": get_group_symbol(lang), ".": get_decimal_symbol(lang), "-": MINUS})


def signed(value: Any, decimals: int, lang: str) -> str:
    """ "+1,95", "−0,06", "0,00": with a sign unless it rounds to nothing."""
    if not has(value):
        return DASH
    text = number(value, decimals, lang)
    return f"+{text}" if rounded(value, decimals) > 0 else text


def arrow(value: Any, decimals: int, lang: str) -> str:
    """ "▲ 1,95", "▼ 0,06", "= 0,00": direction by shape, amount without sign."""
    if not has(value):
        return DASH
    shown = rounded(value, decimals)
    mark = "▲" if shown > 0 else "▼" if shown < 0 else "="
    return f"{mark} {number(abs(shown), decimals, lang)}"


def percent(share: Any, decimals: int, lang: str) -> str:
    """0.606 -> "60,6%"."""
    return f"{number(float(share) * 100, decimals, lang)}%" if has(share) else DASH


def rank_of(rank: Any, n: Any) -> str:
    """ "2/63"; "2" when nobody says of how many; a dash without a rank."""
    if not has(rank):
        return DASH
    return f"{int(rank)}/{int(n)}" if has(n) else f"{int(rank)}"


@lru_cache(maxsize=4096)
def day(value: date | datetime | str, lang: str) -> str:
    """A date: 22/11/2026 (vi), 22 November 2026 (en). Accepts ISO text."""
    when = datetime.fromisoformat(value) if isinstance(value, str) else value
    return format_date(when, DAYS[lang], locale=lang)


def moment(value: datetime, lang: str) -> str:
    """A day and its time: 22/11/2026 14:05 (vi), 22 November 2026 14:05 (en)."""
    return f"{day(value, lang)} {value:%H:%M}"


def loose_day(value: Any, lang: str) -> str:
    """A date as far as ISO text knows it: a day, a month (01/2026, January 2026), a year; "" when unknown."""
    said = str(value) if has(value) else ""
    known = said.count("-")
    if known == 2:
        return day(said, lang)
    return format_date(date.fromisoformat(f"{said}-01"), MONTHS[lang], locale=lang) if known == 1 else said


def span(value: Any, lang: str) -> str:
    """A period of ISO dates: "2024-01..2024-04" -> "01–04/2024" (vi), "January–April 2024" (en)."""
    start, _, end = str(value).partition("..")
    first, last = loose_day(start, lang), loose_day(end, lang)
    if not end:
        return first
    # The year once, where both ends are of one.
    return f"{first.removesuffix(last[-YEAR:]) if '-' in start else first}–{last}"


def name(row: Any, lang: str, field: str = "name") -> str:
    """The `field` of a row in `lang`, or in Vietnamese where the other has none."""
    own = row[f"{field}_{lang}"]
    return str(own if has(own) else row[f"{field}_vi"])


def numbered(code: str, name: str) -> str:
    """A component as readers call it: its name, its number before it where the code is a number; the code
    where there is no name."""
    if not name:
        return code
    return f"{code}. {name}" if code[:1].isdigit() else name


def short_name(row: Any, lang: str) -> str:
    """The short name of an index: the Vietnamese one where it serves every language."""
    return name(row, lang, "short_name")


def decision(framework: Any, lang: str) -> str:
    """The number of the decision that set a framework, or what stands in its place in words; "" for none."""
    number = framework.get("decision_number")
    if not has(number):
        return ""
    # The data write them in Vietnamese: as a decision, or as the publisher's method where there is none.
    for kind in ("order", "method"):
        start = t(f"decision_start.{kind}", LANGS[0])
        if str(number).startswith(f"{start} "):
            return f"{t(f'decision_start.{kind}', lang)}{str(number)[len(start) :]}"
    return word("decision", number, lang)


def listing(items: Sequence[str], lang: str) -> str:
    """ "A", "A và B", "A, B và C"."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {t('common.and', lang)} {items[-1]}"


def lower_first(text: str) -> str:
    """A name inside a sentence: "Sở, ban, ngành" -> "sở, ban, ngành"; "UBND" stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def upper_first(text: str) -> str:
    """The sentence with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]
