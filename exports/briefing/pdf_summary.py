"""The leader's summary: one A4 page, all indices, the three weakest points, what moved, targets."""

from __future__ import annotations

from dataclasses import replace

from exports.briefing.model import Briefing, Chapter, Chart, Table
from exports.briefing.overall import weakest
from exports.briefing.pdf_parts import sans, table_code
from exports.briefing.report import foot, place
from exports.briefing.typeset import FAMILY, archival, image_code, quoted
from exports.briefing.words import Words, has

MOVED, AIMS, CHARTED = 3, 6, 10


def summary(briefing: Briefing) -> bytes:
    """The page as the bytes of a PDF/A file."""
    w = Words(briefing.wish.lang)
    return archival("\n".join([_page(briefing, w), *_parts(briefing, w)]))


def _page(b: Briefing, w: Words) -> str:
    mark = w.t("common.simulated") if b.pin.simulated else ""
    head = f"{w.t('summary.title')} · {place(b).upper()} · {b.wish.year}"
    return f"""
#set document(title: {quoted(head)}, keywords: ({quoted(b.pin.release_id)},))
#set page(paper: "a4", margin: (top: 14mm, bottom: 15mm, left: 16mm, right: 16mm), footer: [
  #set text(size: 7.5pt, fill: rgb("#54606d"))
  #text({quoted(foot(b))})])
#set text(font: {quoted(FAMILY)}, size: 9.5pt, lang: {quoted(b.wish.lang)}, fill: rgb("#17212b"))
#set text(hyphenate: false)
#set par(leading: 0.6em, spacing: 0.65em)
#set table(stroke: (x, y) => (bottom: 0.5pt + rgb("#bfc7cf")), inset: (x: 4pt, y: 3.6pt))
#show table.cell.where(y: 0): set text(weight: "semibold")
#show heading: set text(size: 11pt, weight: "semibold", fill: rgb("#144a80"))
#show heading: it => block(above: 1.1em, below: 0.55em, it.body)
#text(size: 8.5pt, weight: "semibold", fill: rgb("#a5480c"), {quoted(mark)})
#block(below: 0.7em, text(size: 15pt, weight: "bold", {quoted(head)}))
#line(length: 100%, stroke: 1.2pt + rgb("#144a80"))
"""


def _parts(b: Briefing, w: Words) -> list[str]:
    found = [f"#block(above: 0.5em, {sans(quoted(text), 10.5)})" for text in b.headlines[:4]]
    found += [_heading(w.t("summary.indices")), "#" + table_code(_overview(b), w, 9)]
    weak = weakest(b.evidence)
    found.append(_heading(w.t("summary.weak")))
    found += [_item(f"{item.index_name}: {item.name}", item.lines[0]) for item in weak] or [
        _plain(w.t("summary.none"))
    ]
    moved = _moved(b, w)
    if moved:
        found += [_heading(w.t("summary.moved")), *(_item(name, told) for name, told in moved)]
    chart = _chart(b)
    if chart is not None:
        found += [
            _heading(f"{chart.title}. {chart.subtitle}"),
            f"#align(center, {image_code(chart, w, '88%')})",
        ]
    if "targets" in b.tables:
        table = b.tables["targets"]
        kept = tuple(col for col in table.cols if col.key in ("name", "target", "due", "result", "status"))
        found += [
            _heading(w.t("summary.targets")),
            "#" + table_code(replace(table, cols=kept, rows=table.rows[:AIMS]), w, 8.5),
        ]
    return found


def _chart(b: Briefing) -> Chart | None:
    """All indices against the best; of a single one its fields."""
    alone = b.chapters[0].charts.get("fields") if len(b.chapters) == 1 else None
    chart = alone or b.charts.get("standing")
    return chart if chart is not None and len(chart.categories) <= CHARTED else None


def _overview(b: Briefing) -> Table:
    return b.tables["overview"]


def _heading(text: str) -> str:
    return f"#heading(level: 1, {quoted(text)})"


def _plain(text: str) -> str:
    return f"#text({quoted(text)})"


def _item(name: str, told: str) -> str:
    return f'#block(above: 0.45em)[#text(weight: "semibold", {quoted(name)}) #h(4pt) #text({quoted(told)})]'


def _moved(b: Briefing, w: Words) -> list[tuple[str, str]]:
    """The components whose share of the maximum changed most, either way."""
    rows = [
        (chapter, row)
        for chapter in b.chapters
        for row in (chapter.tables["fields"].rows if "fields" in chapter.tables else ())
        if not row.get("_strong") and has(row.get("change")) and has(row.get("max"))
    ]
    rows = sorted(rows, key=lambda pair: -abs(pair[1]["change"] / pair[1]["max"]))[:MOVED]
    return [(f"{chapter.short}: {row['name']}", _amount(chapter, row["change"], w)) for chapter, row in rows]


def _amount(chapter: Chapter, by: float, w: Words) -> str:
    way = "up" if by > 0 else "down" if by < 0 else "same"
    amount = w.number(abs(by), chapter.decimals) + w.t(f"change_unit.{chapter.unit}")
    return w.t(f"summary.{way}", amount=amount)
