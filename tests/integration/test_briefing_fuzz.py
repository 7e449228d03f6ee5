"""Briefings of every province, all years and index sets with missing parts: a document or a clear refusal.

Every province once, its year and indices by lot from a fixed seed; `make torture` takes every year of each.
"""

from __future__ import annotations

import io
import random
import re
from collections.abc import Callable, Iterator

import openpyxl
import pytest
from docx import Document
from pptx import Presentation

from etl.warehouse.briefing import read_briefing
from etl.warehouse.queries import Warehouse
from exports.briefing import docx_report, pdf_report, pdf_summary, pptx_slides, xlsx_annex
from exports.briefing.build import build
from exports.briefing.deck import MOST, Slide, deck
from exports.briefing.model import Briefing, Chapter, Frames, NothingToBriefError, Table, Wish
from exports.briefing.report import Heading, Para, blocks, printed
from exports.briefing.words import Words, has
from tests.fixtures.briefing import numbers, printed_numbers, told_otherwise
from tests.thorough import AT_LENGTH

SEED, FIRST = 20, 2004
DRAWN = 4  # briefings made into documents
ESTIMATED = 10  # new provinces, of which much is estimated
HOLES = re.compile(
    r"nan\b|\bNone\b|<NA>|NaT|[{}]|  |\.\.|,,|;;| [.,;]|\( | \)"
    r"|: [.;]|[+−]0(?:[.,]0+)?(?![.,]?\d)"  # a list of nothing; a zero with a sign
)
SHARES = 1 + 1e-6


def cases(warehouse: Warehouse) -> list[Wish]:
    """A wish for every old province and some new ones; every year of each of both where all are asked for."""
    lot, units = random.Random(SEED), warehouse.units()
    units = units[units["province_unit_id"].isna()]
    last = int(warehouse.coverage()["year"].max())
    codes = warehouse.indices().query("leader_card")["index_code"].tolist()
    found = []
    few = units[units["unit_set"] == "63"]["slug"].tolist()
    few += lot.sample(sorted(set(units["slug"]) - set(few)), ESTIMATED)
    for slug in units["slug"] if AT_LENGTH else few:
        every = range(FIRST, last + 2)
        for year in every if AT_LENGTH else [lot.choice(every)]:
            some = tuple(sorted(lot.sample(codes, lot.choice([0, 0, 1, 2]))))
            wish = Wish(slug, year, some, lot.choice(["vi", "en"]), lot.choice(["leaders", "region"]))
            found.append(wish)
    return found


def made_of(warehouse: Warehouse, wish: Wish) -> Briefing | None:
    """The briefing; None for a refusal that says why and what there is instead."""
    frames = Frames(**read_briefing(warehouse.pinned(), wish.province, wish.year, list(wish.indices) or None))
    try:
        return build(frames, wish)
    except NothingToBriefError as refused:
        (problem,) = refused.problems
        assert problem.what
        assert problem.hint
        assert not HOLES.search(problem.text())
        return None


def sentences(made: Briefing) -> Iterator[str]:
    """Everything that is said in sentences."""
    yield from made.headlines
    for one in made.chapters:
        yield from one.sentences.values()
    for item in made.evidence:
        yield from item.lines
    for block in blocks(made):
        if isinstance(block, Para | Heading):
            yield block.text
    for table in tables(made):
        yield from (text for text in (table.title, table.note) if text)
    for chart in [*made.charts.values(), *(c for one in made.chapters for c in one.charts.values())]:
        yield from (chart.title, chart.subtitle, chart.alt)


def tables(made: Briefing) -> list[Table]:
    """Every table of a briefing."""
    return [*made.tables.values(), *(table for one in made.chapters for table in one.tables.values())]


def check_words(made: Briefing) -> None:
    """No hole, no sentence that begins small, every number of a sentence in a table."""
    for text in sentences(made):
        assert not HOLES.search(text), text
        letter = next((c for c in text if c.isalnum()), "X")
        assert letter.isdigit() or letter.isupper(), text
    for table in tables(made):
        cells = [cell for line in printed(table, Words(made.wish.lang)) for cell in line]
        assert not any(re.search(r"\bnan\b|\bNone\b|<NA>", cell) for cell in cells), table.title
    for one in made.chapters:
        check_numbers(made, one)


def check_numbers(made: Briefing, one: Chapter) -> None:
    """Every number of an index's sentences stands in a table."""
    held = printed_numbers([*one.tables.values(), *made.tables.values()], made.wish.lang)
    held |= {n for text in (one.short, one.name, made.region) for n in numbers(text)}
    for slot, text in one.sentences.items():
        known = held | told_otherwise(one, text)
        loose = {number for number in numbers(text) - known if set(number.split("/")) - known}
        assert loose == set(), (one.code, slot, text)


def check_tables(made: Briefing) -> None:
    """Lost points fall and their shares stay within one whole; ranks are of those ranked."""
    for one in made.chapters:
        if "lost" in one.tables:
            rows = one.tables["lost"].rows
            order = [row["share"] if has(rows[0]["share"]) else row["lost"] for row in rows]
            assert order == sorted(order, reverse=True)
            assert (rows[-1]["cumulative"] or 0) <= SHARES
        for row in one.tables["full"].rows if "full" in one.tables else ():
            assert not has(row["share"]) or 0 <= row["share"] <= SHARES
        total = one.total
        if has(total.get("rank")) and has(total.get("n_ranked")):
            assert 1 <= total["rank"] <= total["n_ranked"]
        ways = one.tables["fourway"].rows if "fourway" in one.tables else ()
        fields = {str(row["name"]) for row in one.tables["fields"].rows} if ways else set()
        assert all(set(str(row["names"]).split("; ")) & fields for row in ways)


def check_slides(made: Briefing) -> None:
    """No slide without something on it, each with a title and notes."""
    found: tuple[Slide, ...] = deck(made)
    assert 5 <= len(found) <= MOST
    for slide in found:
        assert slide.title
        assert made.pin.release_id in slide.notes
        assert slide.cover or slide.chart or slide.lines or (slide.table and slide.table.rows)


Tell = Callable[[str, object], None]


def test_every_province_gives_a_briefing_or_a_clear_refusal(
    warehouse: Warehouse, record_property: Tell
) -> None:
    wishes = cases(warehouse)
    made = 0
    for wish in wishes:
        found = made_of(warehouse, wish)
        if found is None:
            continue
        made += 1
        check_words(found)
        check_tables(found)
        check_slides(found)
    assert len({wish.province for wish in wishes}) >= 63 + ESTIMATED
    assert made > len(wishes) / 3
    record_property("briefings asked for, refused ones included", len(wishes))


@pytest.mark.slow
def test_documents_of_a_sample_are_whole(warehouse: Warehouse, record_property: Tell) -> None:
    wishes = random.Random(SEED + 1).sample(cases(warehouse), 40 * DRAWN if AT_LENGTH else 4 * DRAWN)
    found = [made for wish in wishes if (made := made_of(warehouse, wish)) is not None]
    assert len(found) >= DRAWN
    for made in found if AT_LENGTH else found[:DRAWN]:
        assert Document(io.BytesIO(docx_report.report(made))).tables
        assert len(Presentation(io.BytesIO(pptx_slides.slides(made))).slides) == len(deck(made))
        assert openpyxl.load_workbook(io.BytesIO(xlsx_annex.annex(made))).sheetnames
        assert pdf_summary.summary(made).count(b"/Type /Page\n") <= 1
        assert pdf_report.report(made).startswith(b"%PDF")
    record_property("packs of five documents opened again", len(found if AT_LENGTH else found[:DRAWN]))
