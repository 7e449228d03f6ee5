"""Annexes damaged in every way that people and programs damage tables: told, or read right, never wrongly."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

import pytest

from etl.intake.annex.read import Annex, read_annex
from etl.intake.findings import Level
from etl.mapping import fold
from etl.readers.workbook import Value
from tests.fixtures.annex.annexes import STYLES, code_of, decision_shaped, table, walk, workbook_of

Rows = list[list[Value]]
ITEMS = decision_shaped()
SEEDS = range(4)
_HEAD = 5


def criteria_rows(rows: Rows) -> list[int]:
    """Places of the rows that hold a criterion."""
    return [
        i
        for i, row in enumerate(rows)
        if i >= _HEAD and len(row) > 2 and row[0] and isinstance(row[2], float)
    ]


def deleted(rows: Rows, i: int, j: int) -> None:
    """A row is lost."""
    del rows[i]


def exchanged(rows: Rows, i: int, j: int) -> None:
    """Two rows change places."""
    rows[i], rows[j] = rows[j], rows[i]


def moved(rows: Rows, i: int, j: int) -> None:
    """A row stands elsewhere."""
    rows.insert(j, rows.pop(i))


def without_number(rows: Rows, i: int, j: int) -> None:
    """A number is lost."""
    rows[i][0] = None


def doubled(rows: Rows, i: int, j: int) -> None:
    """A row stands twice."""
    rows.insert(i + 1, list(rows[i]))


def another_maximum(rows: Rows, i: int, j: int) -> None:
    """A maximum is a little off."""
    rows[i][2] = float(str(rows[i][2])) + 0.25


def tenfold(rows: Rows, i: int, j: int) -> None:
    """A comma is lost."""
    rows[i][2] = float(str(rows[i][2])) * 10


def without_maximum(rows: Rows, i: int, j: int) -> None:
    """A maximum is lost."""
    rows[i][2] = None


def without_name(rows: Rows, i: int, j: int) -> None:
    """A name is lost."""
    rows[i][1] = None


def another_number(rows: Rows, i: int, j: int) -> None:
    """A row has the number of another one."""
    rows[i][0] = rows[j][0]


def longer_number(rows: Rows, i: int, j: int) -> None:
    """A digit too many."""
    rows[i][0] = f"{rows[i][0]}1"


def columns_exchanged(rows: Rows, i: int, j: int) -> None:
    """Names and maxima change places under their headers."""
    for row in rows[_HEAD - 1 :]:
        if len(row) > 2:
            row[1], row[2] = row[2], row[1]


def comma_text(rows: Rows, i: int, j: int) -> None:
    """A maximum is a text with a comma."""
    rows[i][2] = str(rows[i][2]).replace(".", ",")


def shifted(rows: Rows, i: int, j: int) -> None:
    """The table begins a column later."""
    rows[:] = [[None, *row] for row in rows]


def decomposed(rows: Rows, i: int, j: int) -> None:
    """Letters and accents stand apart."""
    for row in rows:
        row[:] = [unicodedata.normalize("NFD", cell) if isinstance(cell, str) else cell for cell in row]


Damage = Callable[[Rows, int, int], None]
REFUSED: tuple[Damage, ...] = (
    deleted, exchanged, moved, without_number, doubled, another_maximum, tenfold, without_maximum,
    without_name, another_number, longer_number, columns_exchanged,
)  # fmt: skip
HARMLESS: tuple[Damage, ...] = (comma_text, shifted, decomposed)


def damaged(style: str, damage: Damage, seed: int) -> Annex:
    """The annex of one style, damaged once."""
    rows = table(ITEMS, style, steps=seed % 2 == 0)
    draw = random.Random(f"{style} {damage.__name__} {seed}")
    i, j = draw.sample(criteria_rows(rows), 2)
    damage(rows, i, j)
    return read_annex(workbook_of(rows), 100)


def is_right(annex: Annex, style: str) -> bool:
    """Whether exactly the criteria of the undamaged annex came out."""
    held = [(c.code, fold(c.name), c.maximum) for c in annex.criteria]
    return held == [(code_of(item, style), fold(item.name), item.points) for item in walk(ITEMS)]


def is_told(annex: Annex) -> bool:
    """Whether a person was asked to look."""
    return any(found.level is not Level.NOTE for found in annex.findings)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("damage", REFUSED, ids=lambda damage: damage.__name__)
def test_damage_is_told_with_its_cell_or_does_no_harm(style: str, damage: Damage) -> None:
    for seed in SEEDS:
        annex = damaged(style, damage, seed)
        assert is_told(annex) or is_right(annex, style), f"accepted silently: {damage.__name__} {seed}"
        cells = [found.row for found in annex.findings if found.level is Level.ERROR]
        assert all(row > 0 for row in cells)


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("damage", HARMLESS, ids=lambda damage: damage.__name__)
def test_what_only_looks_different_is_read_right(style: str, damage: Damage) -> None:
    for seed in SEEDS:
        annex = damaged(style, damage, seed)
        assert is_right(annex, style)
        assert not is_told(annex)
