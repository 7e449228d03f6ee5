"""The report as a list of blocks in the order of the conference; DOCX and PDF come from the same list."""

from __future__ import annotations

from dataclasses import dataclass

from exports.briefing.model import Briefing, Chapter, Chart, Table
from exports.briefing.words import Words, upper_first

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
FIELD_TABLES = ("fields", "fourway", "sources", "selfscore")
SAID = ("position", "change", "gap", "top", "scope", "fourway")
LOST_TABLES = ("lost", "classes", "overcome", "leaders")
LETTER, PADDING, LONGEST, CAPITAL = (
    0.56,
    12.0,
    14,
    1.35,
)  # a letter as a part of its size; room beside a cell's text, points
CHART_OF = {"fields": "fields", "lost": "lost", "leaders": "leaders", "sources": "sources"}


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 (I.), 2 (1.) or 3 (a)), its number already in the text."""

    level: int
    text: str


@dataclass(frozen=True)
class Para:
    """A paragraph. kind: body | bullet | note | lead."""

    text: str
    kind: str = "body"


@dataclass(frozen=True)
class Turn:
    """From here on pages lie (landscape) or stand."""

    landscape: bool


Block = Heading | Para | Table | Chart | Turn


def blocks(b: Briefing) -> tuple[Block, ...]:
    """Everything after the title: seven parts, then annexes on landscape pages."""
    w = Words(b.wish.lang)
    parts = (
        ("result", _result(b, w)),
        ("compare", _compare(b, w)),
        ("fields", _by_chapter(b, FIELD_TABLES, w)),
        ("lost", _by_chapter(b, LOST_TABLES, w)),
        ("causes", _causes(b, w)),
        ("solutions", _solutions(b, w)),
        ("assign", _assign(b)),
    )
    found: list[Block] = []
    filled = [(key, inner) for key, inner in parts if inner]
    for number, (key, inner) in zip(ROMAN, filled, strict=False):
        wide = any(isinstance(one, Table) and one.key in ("assign",) for one in inner)
        if wide:
            found.append(Turn(landscape=True))
        found += [Heading(1, f"{number}. {w.t(f'part.{key}')}"), *inner]
        if wide and key != filled[-1][0]:
            found.append(Turn(landscape=False))
    return (*found, *_annexes(b, w))


def _result(b: Briefing, w: Words) -> list[Block]:
    found: list[Block] = [Para(text, "lead") for text in b.headlines]
    found += [Para(w.t("doc.scope_by"), "note")] if b.wish.department else []
    alone = b.chapters[0].tables.get("facts") if len(b.chapters) == 1 else None
    found += [alone if alone is not None and alone.rows else b.tables["overview"]]
    for chapter in b.chapters:
        told = [chapter.sentences.get(slot, "") for slot in SAID]
        told = [text for text in told if text and text not in b.headlines]
        found += [Para(" ".join(told), "bullet")] if told else []
    if "standing" in b.charts:
        found.append(b.charts["standing"])
    return found


def _compare(b: Briefing, w: Words) -> list[Block]:
    tables = [b.tables[key] for key in ("compare", "years") if key in b.tables]
    return [*tables, *([b.charts["ranks"]] if "ranks" in b.charts else [])]


def _by_chapter(b: Briefing, keys: tuple[str, ...], w: Words) -> list[Block]:
    found: list[Block] = []
    held = [chapter for chapter in b.chapters if any(key in chapter.tables for key in keys)]
    for number, chapter in enumerate(held, 1):
        found.append(Heading(2, f"{number}. {chapter.name} ({chapter.short})" if chapter.name != chapter.short
                             else f"{number}. {chapter.short}"))  # fmt: skip
        found += _chapter(chapter, keys)
    return found


def _chapter(chapter: Chapter, keys: tuple[str, ...]) -> list[Block]:
    found: list[Block] = []
    for key in keys:
        if key not in chapter.tables:
            continue
        if key in chapter.sentences:
            found.append(Para(upper_first(chapter.sentences[key])))
        if chapter.tables[key].rows:
            found.append(chapter.tables[key])
        if CHART_OF.get(key) in chapter.charts:
            found.append(chapter.charts[CHART_OF[key]])
    return found


def _causes(b: Briefing, w: Words) -> list[Block]:
    found: list[Block] = []
    if b.evidence:
        found += [Heading(2, f"1. {w.t('part.evidence')}"), b.tables["weak"]]
    number = 2 if b.evidence else 1
    return [*found, Heading(2, f"{number}. {w.t('part.people')}"), b.tables["causes"]]


def _solutions(b: Briefing, w: Words) -> list[Block]:
    """The aims with what is missing, then the tasks that people wrote, each under its criterion."""
    found: list[Block] = [b.tables["targets"]] if "targets" in b.tables else []
    tasks = [row for row in b.tables["assign"].rows if row.get("task")]
    told = [" ".join(f"{row['name']}: {row['task']}".split()) for row in tasks]
    return [*found, *([Para(w.t("doc.tasks"))] if told else []), *(Para(one, "bullet") for one in told)]


def _assign(b: Briefing) -> list[Block]:
    return [b.tables["assign"]]


def _annexes(b: Briefing, w: Words) -> list[Block]:
    full = [chapter for chapter in b.chapters if "full" in chapter.tables]
    found: list[Block] = [Turn(landscape=True)]
    for number, chapter in enumerate(full, 1):
        annex = w.t("doc.annex", n=number)
        title = w.t("doc.annex_full", index=chapter.short, year=b.wish.year)
        found += [Heading(1, f"{annex}. {title}"), chapter.tables["full"]]
    annex = w.t("doc.annex", n=len(full) + 1)
    found += [Heading(1, f"{annex}. {w.t('doc.annex_sources')}"), Para(w.t("note.read"))]
    return [*found, b.tables["sources"] if b.tables["sources"].rows else Para(w.t("note.no_sources"))]


def title(b: Briefing) -> str:
    """The document's title, naming the one index where there is but one."""
    w = Words(b.wish.lang)
    if len(b.chapters) == 1:
        return w.t("doc.title_one", index=b.chapters[0].short, year=b.wish.year, place=place(b))
    return w.t("doc.title", year=b.wish.year, place=place(b))


def place(b: Briefing) -> str:
    """ "tỉnh Quảng Ninh" in Vietnamese; the bare name in English."""
    if b.wish.lang != "vi" or not b.province_kind or b.province.startswith("TP"):
        return b.province
    return f"{Words(b.wish.lang).word('kind', b.province_kind).lower()} {b.province}"


def issuer(b: Briefing) -> str:
    """The body over the one that issues the report: "UBND TỈNH QUẢNG NINH"."""
    w = Words(b.wish.lang)
    name = b.province.removeprefix("TP. ").upper()
    return " ".join(w.t("doc.body_above", kind=w.word("kind", b.province_kind), province=name).split())


def foot(b: Briefing) -> str:
    """What stands at the foot of every page: the release, when it was built, how new its sources are."""
    w = Words(b.wish.lang)
    built = w.t("common.foot", release=b.pin.release_id, built=b.pin.built)
    latest = w.t("common.foot_latest", date=b.pin.pack_date) if b.pin.pack_date else ""
    sources = w.t("common.foot_sources", count=b.pin.sources_count)
    return " · ".join(part for part in (built, latest, sources) if part)


def cell(value: object, kind: str, decimals: int, w: Words) -> str:
    """A value of a table as it is printed; what is to be filled in by hand stays blank."""
    if kind == "number":
        return w.number(value, decimals)
    if kind == "short":
        return w.short(value, decimals)
    if kind == "whole":
        return w.number(value, 0)
    if kind == "signed":
        return w.signed(value, decimals)
    if kind == "share":
        return w.percent(value, decimals)
    if kind == "blank":
        return str(value) if value not in (None, "") else ""
    return str(value) if value not in (None, "") else "–"


def printed(table: Table, w: Words) -> list[list[str]]:
    """All cells of a table as printed."""
    return [[cell(row.get(c.key), c.kind, c.places(row), w) for c in table.cols] for row in table.rows]


def _length(word: str) -> float:
    """Letters of a word, capitals counted for the room they take."""
    return sum(CAPITAL if letter.isupper() else 1 for letter in word)


def _needs(table: Table, texts: list[list[str]], size: float) -> list[float]:
    need = []
    for n, col in enumerate(table.cols):
        words = [word for text in (col.label, *(line[n] for line in texts)) for word in text.split()]
        longest = min(max(map(_length, words), default=1), LONGEST)  # an address may break anywhere
        need.append(longest * size * LETTER + PADDING)
    return need


def words_fit(table: Table, texts: list[list[str]], size: float, room: float) -> bool:
    """Whether every word of a table stands in its column unbroken, with letters of that size (points)."""
    return sum(_needs(table, texts, size)) <= room


def widths(table: Table, texts: list[list[str]], size: float, room: float) -> list[float]:
    """The width of every column in points: no word of a cell or label is broken while there is room for it;
    what is left goes where the columns ask for more.
    """
    need = _needs(table, texts, size)
    spare = room - sum(need)
    if spare <= 0:
        return [one * room / sum(need) for one in need]
    whole = sum(col.width for col in table.cols)
    more = [max(col.width * room / whole - one, 0.0) for col, one in zip(table.cols, need, strict=True)]
    asked = sum(more) or 1.0
    return [one + spare * extra / asked for one, extra in zip(need, more, strict=True)]
