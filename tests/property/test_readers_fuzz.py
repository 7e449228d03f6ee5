"""Damaged files, from a seed: whatever is flipped, cut or doubled, a workbook comes out or one sentence."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.readers.files import open_workbook
from etl.readers.workbook import Workbook
from indices.errors import SourceError
from tests.hostile import good_xls, good_xlsx, ods_repeating
from tests.packages import packed, sheet_xml, xlsx_parts
from tests.thorough import AT_LENGTH

SEEDS = 120 if AT_LENGTH else 25

ROWS = "".join(
    f'<row r="{at}" hidden="0"><c r="A{at}" t="s"><v>{at % 3}</v></c><c r="B{at}" s="2"><f>1+{at}</f>'
    f'<v>{at}.5</v></c><c r="C{at}" s="1"><v>4500{at}</v></c></row>'
    for at in range(1, 9)
)
PARTS = xlsx_parts(
    {"A": sheet_xml(ROWS, '<dimension ref="A1:C8"/>', '<mergeCells><mergeCell ref="A1:A2"/></mergeCells>')},
    shared="<si><t>Hà Nội</t></si><si><t>Huế</t></si><si><r><t>Đà</t></r></si>",
)
TEXT = 'Tỉnh;Điểm\n"Hà Nội";92,18\nHuế;"a ""b"""\n'.encode()


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Content with a few bits flipped, a piece cut out, doubled, or everything from somewhere on gone."""
    out = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, length = chance.randrange(len(out)), chance.randrange(1, 12)
        match chance.randrange(5):
            case 0:
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                out[at : at + length] = chance.randbytes(length)
            case 2:
                del out[at : at + length]
            case 3:
                out[at:at] = out[at : at + length * 5]
            case _:
                out[at] = chance.choice(b'0<>"&/= -')
        out = out or bytearray(content[:1])
    return bytes(out[: chance.randrange(1, len(out) + 1)] if chance.random() < 0.2 else out)


def damaged_part(chance: random.Random) -> bytes:
    """A workbook whose archive is sound and one of whose parts is not: the damage reaches the parsers."""
    name = chance.choice([*PARTS, *["xl/worksheets/sheet1.xml"] * 5])
    part = PARTS[name]
    content = part if isinstance(part, bytes) else part.encode()
    return packed({**PARTS, name: damaged(content, chance)})


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    "xlsx": lambda chance: damaged(good_xlsx(), chance),
    "part": damaged_part,
    "xls": lambda chance: damaged(good_xls(), chance),
    "ods": lambda chance: damaged(ods_repeating(2, 2), chance),
    "csv": lambda chance: damaged(TEXT, chance),
    "utf-16": lambda chance: damaged(TEXT.decode().encode("utf-16"), chance),
}


def one(kind: str, seed: int, folder: Path) -> str:
    """Open one damaged file: the kind of workbook that came out, or the sentence."""
    path = folder / "damaged"
    path.write_bytes(MAKERS[kind](random.Random(f"{kind} {seed}")))
    try:
        workbook = open_workbook(path)
    except SourceError as error:
        assert len(error.problems) == 1  # noqa: PT017
        assert "\n" not in error.problems[0].text()  # noqa: PT017
        return error.problems[0].text()
    assert isinstance(workbook, Workbook)
    assert workbook.sheets
    return workbook.kind


@pytest.mark.parametrize("kind", MAKERS)
def test_a_damaged_file_is_read_or_refused(kind: str, tmp_path: Path) -> None:
    assert all(one(kind, seed, tmp_path) for seed in range(8))


@pytest.mark.slow
@pytest.mark.parametrize("kind", MAKERS)
def test_many_damaged_files_are_read_or_refused(kind: str, tmp_path: Path) -> None:
    results = [one(kind, seed, tmp_path) for seed in range(8, SEEDS)]
    assert any(": " in result for result in results)
