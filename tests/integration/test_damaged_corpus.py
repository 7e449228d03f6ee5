"""Over 300 damaged workbooks: each gives the right figures, is refused or asks a person; none is silent.

The ordinary tests take every damage once, each with the look-alike whose turn it is, so that every look-alike
has its share; `make torture` takes every damage with every look-alike, as often as it is to be tried.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from etl.intake.findings import Level
from tests.fixtures.intake.bases import BASES, clean
from tests.fixtures.intake.damage import DAMAGES, Damage
from tests.fixtures.intake.through import ASKED, REFUSED, RIGHT, SILENT, Outcome, through
from tests.thorough import AT_LENGTH


def cases(base: str) -> list[tuple[Damage, int]]:
    """Every damage of a look-alike, with the number of the try."""
    return [(each, n) for each in DAMAGES if base in each.bases for n in range(each.times)]


def tried(base: str) -> list[tuple[Damage, int]]:
    """The cases of this run: all of them at length, otherwise those whose turn it is."""
    turns = {each.name: each.bases[place % len(each.bases)] for place, each in enumerate(DAMAGES)}
    return [(each, n) for each, n in cases(base) if AT_LENGTH or (n == 0 and turns[each.name] == base)]


def outcome(base: str, each: Damage, number: int, folder: Path) -> Outcome:
    """What comes of one damaged workbook. The same cells are damaged every time."""
    book = clean(base).copy()
    each.change(book, Random(f"{base} {each.name} {number}"))
    return through(book, folder)


def test_there_are_more_than_three_hundred() -> None:
    assert sum(len(cases(base)) for base in BASES) >= 300
    assert len({each.name for each in DAMAGES}) == len(DAMAGES) > 60


def test_every_damage_is_tried_and_every_look_alike_has_its_share() -> None:
    assert {each.name for base in BASES for each, _ in tried(base)} == {each.name for each in DAMAGES}
    assert min(len(tried(base)) for base in BASES) > 4


@pytest.mark.parametrize("base", BASES)
def test_clean_look_alikes_come_out_right_and_ask_nothing(base: str, tmp_path: Path) -> None:
    found = through(clean(base).copy(), tmp_path)
    assert (found.kind, found.wrong, found.missing) == (RIGHT, {}, set())
    assert found.told() == []


@pytest.mark.parametrize("base", BASES)
def test_no_damaged_workbook_gives_a_wrong_figure_in_silence(
    base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts: Counter[str] = Counter()
    silent, unnamed, spoilt = [], [], []
    for each, number in tried(base):
        found = outcome(base, each, number, tmp_path)
        counts[found.kind if not (found.kind == RIGHT and each.harmless) else "right (harmless)"] += 1
        name = f"{each.name} {number}"
        if found.kind == SILENT:
            silent.append((name, list(found.wrong.items())[:3], sorted(found.missing)[:3]))
        elif not found.named:
            unnamed.append((name, list(found.wrong.items())[:3], found.told()[:4]))
        if each.harmless and (found.kind != RIGHT or found.wrong or found.missing):
            spoilt.append((name, found.kind, found.told()[:4]))
    with capsys.disabled():
        told = ", ".join(
            f"{kind} {counts[kind]}" for kind in (RIGHT, "right (harmless)", REFUSED, ASKED, SILENT)
        )
        sys.stdout.write(f"\n{base}: {sum(counts.values())} damaged workbooks: {told}\n")
    assert silent == []
    assert unnamed == []
    assert spoilt == []


def test_a_refusal_names_a_cell(tmp_path: Path) -> None:
    """Of the refused single cells each finding stands at a cell of the sheet."""
    each = next(d for d in DAMAGES if d.name == "a_word_for_a_number")
    for base in BASES:
        found = outcome(base, each, 0, tmp_path)
        errors = [f for f in found.findings if f.level is Level.ERROR]
        assert found.kind == REFUSED
        assert [f for f in errors if not (f.row and f.column)] == []
