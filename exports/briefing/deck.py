"""Which slides a briefing has: 12 to 18 where the figures allow, each with a finding and notes."""

from __future__ import annotations

from dataclasses import dataclass, replace

from exports.briefing.arithmetic import worked
from exports.briefing.charts import clipped
from exports.briefing.model import Briefing, Chapter, Chart, Table
from exports.briefing.report import foot, title
from exports.briefing.words import Words, upper_first

MOST = 18
ROWS = 8
PLAN_ROWS = 6
EVIDENCE_ROWS = 5
NOTED = 12
FEW = 3
LONGEST_CELL = 110  # letters of what people wrote in a cell of a slide; the report has it whole
# What a chapter may show, the most telling first: (slide, table or chart it is drawn from).
TELLING = ("fields", "lost", "fourway", "leaders", "sources", "selfscore", "overcome", "facts")
# Of a single index, what a slide says of its standing; the report has every line.
CHIEF_FACTS = ("score", "rank", "group", "lost", "change", "rank_change", "region", "mean", "gap_mean",
               "leader", "gap_leader", "constituents", "latest", "latest_rank")  # fmt: skip
DRAWN = ("fields", "lost", "leaders", "sources")


@dataclass(frozen=True)
class Slide:
    """A slide: its title, a sentence under it, a chart, a table or lines, and what the speaker reads."""

    title: str
    lead: str = ""
    chart: Chart | None = None
    table: Table | None = None
    lines: tuple[str, ...] = ()
    notes: str = ""
    cover: bool = False


def deck(b: Briefing) -> tuple[Slide, ...]:
    """The slides in the order of the conference."""
    w = Words(b.wish.lang)
    before, after = _opening(b, w), _closing(b, w)
    inner = _chapters(b, w, MOST - len(before) - len(after))
    return tuple(_noted(slide, b, w) for slide in (*before, *inner, *after))


def _opening(b: Briefing, w: Words) -> list[Slide]:
    found = [
        Slide(title(b), _below_title(b, w), cover=True),
        Slide(w.t("slide.headline"), lines=_headlines(b), notes=_positions(b)),
        _first_table(b, w),
    ]
    if "standing" in b.charts and len(b.charts["standing"].categories) > 1:
        chart, steps = b.charts["standing"], worked(b.tables["overview"], w)
        found.append(Slide(chart.title, chart.subtitle, chart=chart, notes=steps))
    if "compare" in b.tables and len(b.chapters) > 1:
        found.append(Slide(w.t("slide.compare"), table=b.tables["compare"]))
    if "ranks" in b.charts:
        chart = b.charts["ranks"]
        found.append(Slide(chart.title, chart.subtitle, chart=chart))
    return found


def _below_title(b: Briefing, w: Words) -> str:
    scope = w.t("doc.scope_department", department=b.wish.department) if b.wish.department else ""
    return scope or w.t("slide.title_sub")


def _first_table(b: Briefing, w: Words) -> Slide:
    """All indices; of a single one where it stands, line by line."""
    alone = b.chapters[0] if len(b.chapters) == 1 else None
    if alone is None or not alone.tables["facts"].rows:
        return Slide(w.t("slide.overview"), table=b.tables["overview"])
    title = w.t("slide.position", index=alone.short, year=b.wish.year)
    table = alone.tables["facts"]
    rows = tuple(row for row in table.rows if row["_key"] in CHIEF_FACTS) or table.rows
    return Slide(title, table=replace(table, rows=rows), notes=_sources(alone, w))


def _headlines(b: Briefing) -> tuple[str, ...]:
    """The findings; where they are few, the standing in each index as well."""
    if len(b.headlines) > FEW:
        return b.headlines
    return (*b.headlines, *(c.sentences.get("position", "") for c in b.chapters[: FEW + 1]))


def _positions(b: Briefing) -> str:
    return "\n".join(chapter.sentences.get("position", "") for chapter in b.chapters)


def _closing(b: Briefing, w: Words) -> list[Slide]:
    found = []
    if "weak" in b.tables:
        found.append(Slide(w.t("slide.weak"), w.t("note.evidence"), table=_short_evidence(b)))
    found.append(Slide(w.t("slide.causes"), table=_cut(b.tables["causes"], PLAN_ROWS, w)))
    if "targets" in b.tables:
        found.append(Slide(w.t("slide.targets"), table=_cut(b.tables["targets"], ROWS, w)))
    found.append(Slide(w.t("slide.assign"), table=_cut(b.tables["assign"], PLAN_ROWS, w)))
    found.append(Slide(w.t("slide.discuss"), lines=tuple(w.t(f"slide.discuss_{n}") for n in (1, 2, 3))))
    sources = _cut(b.tables["sources"], ROWS, w)
    kept = tuple(col for col in sources.cols if col.key != "address")
    shown = replace(sources, cols=kept) if sources.rows else None
    lines = () if shown else (w.t("note.no_sources"),)
    found.append(Slide(w.t("slide.sources_end"), w.t("note.read"), table=shown, lines=lines))
    return found


def _short_evidence(b: Briefing) -> Table:
    """The first facts of each criterion: a slide is read from the back of a hall."""
    table = b.tables["weak"]
    rows = [
        dict(row, lines=" ".join(str(row["lines"]).split("\n")[:2])) for row in table.rows[:EVIDENCE_ROWS]
    ]
    return replace(table, rows=tuple(rows), note="")  # the note stands above, under the title


def _chapters(b: Briefing, w: Words, room: int) -> list[Slide]:
    """Slides of single indices, the most telling kinds first until the room is used, then by chapter."""
    wanted = [(kind, n) for kind in TELLING for n, chapter in enumerate(b.chapters) if _has(chapter, kind)]
    deep = {n for kind, n in wanted if kind == "fields"}
    alone = len(b.chapters) == 1  # then its facts stand at the beginning
    wanted = [(kind, n) for kind, n in wanted if kind != "facts" or (n not in deep and not alone)]
    chosen = sorted(wanted[: max(room, 0)], key=lambda pair: (pair[1], TELLING.index(pair[0])))
    return [_chapter_slide(b.chapters[n], kind, b.wish.year, w) for kind, n in chosen]


def _has(chapter: Chapter, kind: str) -> bool:
    if kind == "fourway":
        return len(chapter.tables["fourway"].rows) > 1 if kind in chapter.tables else False
    return (
        kind in chapter.charts
        if kind in DRAWN
        else bool(chapter.tables.get(kind) and chapter.tables[kind].rows)
    )


def _chapter_slide(chapter: Chapter, kind: str, year: int, w: Words) -> Slide:
    key = "position" if kind == "facts" else "classes" if kind == "overcome" else kind
    lead = upper_first(chapter.sentences.get(key, ""))
    name = w.t(f"slide.{key}", index=chapter.short, year=year)
    if kind in DRAWN:
        chart = chapter.charts[kind]
        # Shares say of what they are; points say it by their numbers.
        unsaid = chart.subtitle if chart.percent and kind != "fields" else ""
        told = ". ".join(part for part in (unsaid, lead) if part) if kind != "fields" else chart.subtitle
        return Slide(chart.title, told, chart=chart, notes=_notes(chapter, kind, w))
    return Slide(name, lead, table=_cut(chapter.tables[kind], ROWS, w), notes=_notes(chapter, kind, w))


def _notes(chapter: Chapter, kind: str, w: Words) -> str:
    """One row worked out, then where the figures come from."""
    steps = worked(chapter.tables.get(kind), w)
    return "\n".join(filter(None, [steps, _sources(chapter, w)]))


def _sources(chapter: Chapter, w: Words) -> str:
    return w.t("slide.notes_source", sources="; ".join(chapter.sources[:NOTED])) if chapter.sources else ""


def _all_sources(b: Briefing, w: Words) -> str:
    """The sources of every index; that there are none of its own, for estimates."""
    told = dict.fromkeys(line for chapter in b.chapters for line in chapter.sources)
    if not told:
        return w.t("note.no_sources")
    return w.t("slide.notes_source", sources="; ".join(list(told)[:NOTED]))


def _cut(table: Table, most: int, w: Words) -> Table:
    """The first rows, long texts of people cut between words; that there is more is said."""
    blank = [col.key for col in table.cols if col.kind == "blank"]
    rows = tuple(
        {**row, **{key: clipped(str(row[key]), LONGEST_CELL) for key in blank if row.get(key)}}
        for row in table.rows[:most]
    )
    if len(table.rows) <= most:
        return replace(table, rows=rows)
    return replace(table, rows=rows, note=w.tn("slide.more", len(table.rows) - most))


def _noted(slide: Slide, b: Briefing, w: Words) -> Slide:
    """The slide with its speaker's notes: what it says, arithmetic, sources, release."""
    table = slide.table
    named = w.t("slide.notes_source", sources="")
    steps = worked(table, w) if table is not None else ""
    parts = [slide.lead, slide.chart.alt if slide.chart else "", table.title if table else "",
             table.note if table else "", steps, *slide.notes.split("\n"), w.t("slide.notes_calc"),
             "" if named in slide.notes else _all_sources(b, w),
             w.t("slide.notes_release", release=b.pin.release_id, built=b.pin.built), foot(b)]  # fmt: skip
    return replace(slide, notes="\n".join(dict.fromkeys(part for part in parts if part)))
