"""Bad input at scale, from fixed seeds: addresses, mappings, questions to the interface, damaged files."""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

import yaml

from app import Settings as AppSettings
from app import create_app
from bench.torture.report import Finding, Section
from bench.torture.tools import inputs
from bench.torture.tools.guiding import Guided, guided
from callbacks.url_state import Choice, Facts, parse
from etl.build import build
from etl.definitions import META_FILE
from etl.intake.mapping_file import mapping_of, mapping_yaml
from etl.settings import ROOT
from indices.errors import SourceError
from tests.fixtures.etl.packs import FRAMEWORK, small_pack
from tests.hostile import good_xls, good_xlsx, ods_repeating
from tests.packages import packed
from tests.property.test_readers_fuzz import MAKERS, PARTS, TEXT, one

COMMAND = "python -m bench.torture fuzzing"
HANG = 10.0
# Runs of the fuzzer that coverage leads, and the seconds after which a target ends before them.
GUIDED = {"workbooks": 4000, "mappings": 4000, "definitions": 1200}
SECONDS = 120
LEAD = (
    "Cases are drawn from fixed seeds: addresses with any parameters, mappings with any fields, questions "
    "to the JSON interface with any values, workbooks and texts whose bytes or parts are flipped, cut, "
    "doubled, sent through the page, folders of definitions with doubled fields, huge numbers, references "
    "that stand for billions. Each must be answered, repaired or refused in a sentence; what was accepted "
    "(mappings, figures of workbooks, states of pages) is written and read again. A fuzzer (atheris) then "
    "goes on from sound files towards code that was not reached yet, in processes of their own."
)
WORDS = (
    "",
    "0",
    "-1",
    "2019",
    "9" * 40,
    "quang-ninh",
    "PCI",
    "'; --",
    "<script>",
    "../..",
    "\x00",
    "Đắk Lắk",
    "%",
    "∞",
)
NAMES = ("tinh", "cs", "nam", "lang", "index", "year", "unit", "limit", "offset", "format", "x")
MAPPED = (
    "name",
    "index",
    "year",
    "source",
    "sheets",
    "unit",
    "columns",
    "header_rows",
    "header",
    "component",
)


@dataclass
class Tried:
    """What became of the cases of one kind. wrong: accepted, but read again as something else."""

    cases: int = 0
    crashes: list[str] = field(default_factory=list)
    wrong: int = 0
    slowest: float = 0.0
    ended: Counter[str] = field(default_factory=Counter)


def tried(case: Callable[[random.Random], str], kind: str, count: int) -> Tried:
    """Run cases; a case says how it ended, "wrong" when it was accepted as something else."""
    found = Tried()
    for number in range(count):
        start = time.perf_counter()
        try:
            ended = case(random.Random(f"{kind} {number}"))
            found.ended[ended] += 1
            found.wrong += ended == "wrong"
        except Exception as error:  # noqa: BLE001 - any other error is the finding
            found.crashes.append(f"{kind} {number}: {error!r}"[:200])
        found.cases += 1
        found.slowest = max(found.slowest, time.perf_counter() - start)
    return found


def word(draw: random.Random) -> str:
    """A usual word, a usual attack, or any letters."""
    if draw.random() < 0.6:
        return draw.choice(WORDS)
    return "".join(
        chr(draw.choice((draw.randrange(1, 128), draw.randrange(0x1E00, 0x1F00))))
        for _ in range(draw.randrange(12))
    )


FACTS = Facts(
    (Choice("quang-ninh", "Quảng Ninh", "Quảng Ninh", (), group="63"),),
    (Choice("pci", "PCI", "PCI", ("a", "b"), (2018, 2019)),),
    "quang-ninh",
    "pci",
)


def address(draw: random.Random) -> str:
    """Any address gives a state that the release has."""
    query = "&".join(
        f"{draw.choice(NAMES)}={quote(word(draw)) if draw.random() < 0.7 else word(draw)}"
        for _ in range(draw.randrange(6))
    )
    state, repairs = parse(f"?{query}", FACTS, draw.random() < 0.5)
    held = state.province == "quang-ninh" and state.index == "pci" and state.year in (None, 2018, 2019)
    return ("repaired" if repairs else "taken") if held else "wrong"


def value(draw: random.Random, depth: int = 0) -> Any:
    """Any plain value, fields of mappings among them."""
    kind = draw.randrange(7 if depth < 4 else 4)
    if kind < 4:
        return (word(draw), draw.randrange(-5, 3000), None, draw.random() < 0.5)[kind]
    if kind == 4:
        return [value(draw, depth + 1) for _ in range(draw.randrange(4))]
    return {draw.choice(MAPPED): value(draw, depth + 1) for _ in range(draw.randrange(7))}


def sound(draw: random.Random) -> dict[str, Any]:
    """A mapping that is right but for a field in some cases."""
    columns = [{"header": word(draw) or "x", "component": "PCI"}]
    sheet = {"sheet": "a", "header_rows": [1], "unit": {"header": "Tỉnh"}, "columns": columns}
    made: dict[str, Any] = {
        "name": "own",
        "index": "PCI",
        "year": 2019,
        "source": {"publisher": "x"},
        "sheets": [sheet],
    }
    if draw.random() < 0.7:
        draw.choice((made, sheet))[draw.choice(MAPPED)] = value(draw)
    return made


def mapping(draw: random.Random) -> str:
    """Any mapping is refused in sentences, or taken; taken, its file says the same."""
    content = sound(draw) if draw.random() < 0.7 else value(draw)
    try:
        made = mapping_of(content, "fuzz")
    except SourceError as refusal:
        return "refused" if refusal.problems else "wrong"
    again = mapping_of(yaml.safe_load(mapping_yaml(made)), "fuzz")
    return "taken" if again == made else "wrong"


def file(folder: Path) -> Callable[[random.Random], str]:
    """Any damaged file is a workbook or one sentence."""

    def case(draw: random.Random) -> str:
        told = one(draw.choice(list(MAKERS)), draw.randrange(10**9), folder)
        return "refused" if ": " in told else "taken"

    return case


def interface(client: Any) -> Callable[[random.Random], str]:
    """Any question is answered, or refused as a problem; never an error of the server."""
    places = (
        "",
        "/indices",
        "/scores",
        "/units",
        "/components",
        "/trace",
        "/targets",
        "/tables/score",
        "/nothing",
    )

    def case(draw: random.Random) -> str:
        query = "&".join(f"{draw.choice(NAMES)}={quote(word(draw))}" for _ in range(draw.randrange(5)))
        answer = client.get(f"/api/v1{draw.choice(places)}?{query}")
        return "wrong" if answer.status_code >= 500 else f"{answer.status_code // 100}xx"

    return case


def kinds(folder: Path) -> dict[str, tuple[inputs.Case, int]]:
    """Every kind of case over a small installation below `folder`, and how many are tried."""
    settings = small_pack(folder / "first")
    build(settings)
    client = create_app(
        AppSettings(releases_dir=settings.releases_dir, imports=True, warm=False)
    ).server.test_client()
    return {
        "addresses of pages": (address, 6000),
        "states of pages written as addresses and read again": (inputs.states(FACTS, word), 3000),
        "mappings": (mapping, 4000),
        "questions to the JSON interface": (interface(client), 1000),
        "damaged files": (file(folder), 150),
        "damaged workbooks whose figures are written and read again": (inputs.workbooks(folder), 200),
        "uploads through the page": (inputs.uploads(client, word), 300),
        "damaged folders of definitions": (inputs.definitions(settings), 400),
    }


def run(quick: bool) -> Section:
    """Ten thousand cases and more, then what the coverage of the code leads to; a twentieth for a look."""
    part = 20 if quick else 1
    before = set(os.listdir(ROOT))
    with tempfile.TemporaryDirectory() as name, apart(Path(name)):
        found = {kind: tried(case, kind, count // part) for kind, (case, count) in kinds(Path(name)).items()}
    led = {
        target: guided(target, seeds(target), runs // part, SECONDS // part)
        for target, runs in GUIDED.items()
    }
    left = sorted(set(os.listdir(ROOT)) - before)
    return Section(
        "Bad input",
        LEAD,
        (
            *(finding for kind, one_kind in found.items() for finding in _told(kind, one_kind)),
            *(_led(target, one_target) for target, one_target in led.items()),
            Finding("files left beside the product", ", ".join(left) or "none", "none", not left, COMMAND),
        ),
    )


@contextmanager
def apart(folder: Path) -> Iterator[None]:
    """What is uploaded goes into a folder of its own."""
    with mock.patch.dict(os.environ, {"CCHC_IMPORTS_DIR": str(folder / "imports")}):
        yield


def seeds(target: str) -> list[bytes]:
    """Small sound files that the fuzzer begins with."""
    if target == "workbooks":
        return [good_xlsx(), good_xls(), ods_repeating(2, 2), TEXT, packed(PARTS)]
    if target == "definitions":
        return [(ROOT / "indices/definitions" / FRAMEWORK / META_FILE).read_bytes()]
    drawn = [sound(random.Random(f"seed {number}")) for number in range(20)]
    return [yaml.safe_dump(one, allow_unicode=True).encode("utf-8", "replace") for one in drawn]


def _led(target: str, one: Guided) -> Finding:
    start, end = one.covered
    bad = f"; {one.fault[:200]}" if one.fault else ""
    text = f"{1 if one.fault else 0} crashes or wrong; from {start:,} to {end:,} branches of the code{bad}"
    return Finding(
        f"{one.runs:,} {target}, led by coverage (atheris)", text, "0, each within 10 s", not one.fault,
        COMMAND,
    )  # fmt: skip


HELD = {
    "damaged files": "tests/property/test_readers_fuzz.py",
    "states of pages written as addresses and read again": "tests/property/test_inputs.py",
    "damaged workbooks whose figures are written and read again": "tests/property/test_inputs.py",
    "uploads through the page": "tests/property/test_inputs.py",
    "damaged folders of definitions": "tests/property/test_inputs.py, tests/unit/test_plain_yaml.py",
}


def _told(kind: str, found: Tried) -> list[Finding]:
    ends = ", ".join(f"{count:,} {how}" for how, count in sorted(found.ended.items()))
    bad = f"; {found.crashes[0]}" if found.crashes else ""
    text = f"{len(found.crashes)} crashes, {found.wrong} wrong, slowest {found.slowest:.2f} s ({ends}){bad}"
    kept = not found.crashes and not found.wrong and found.slowest <= HANG
    held = HELD.get(kind, COMMAND)
    return [Finding(f"{found.cases:,} {kind}", text, "0 crashes, 0 wrong, 10 s", kept, held)]
