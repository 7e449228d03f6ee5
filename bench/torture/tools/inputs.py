"""Cases of bad input that go through more than one function: uploads over HTTP, folders of definitions,
states of pages and their addresses, workbooks written again."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.torture.tools.again import workbook_again
from callbacks.url_state import Facts, ViewState, parse, search_of
from etl.definitions import META_FILE, load_definitions
from etl.readers.files import open_workbook
from etl.settings import Settings
from indices.errors import SourceError
from layouts import ids
from layouts.pages import intake
from tests import asked
from tests.fixtures.etl.packs import FRAMEWORK
from tests.property.test_readers_fuzz import MAKERS, damaged

Case = Callable[[random.Random], str]
WHO = "An"
EXTRAS = ("tep", "nhap", "so", "muc")


def upload_callback(client: Any) -> dict[str, Any]:
    """The callback of the import page that takes a file, as the server lists it."""
    known = json.loads(client.get(asked.DEPENDENCIES).data)
    return next(one for one in known if [i["id"] for i in one["inputs"]] == [intake.UPLOAD])


def uploads(client: Any, word: Callable[[random.Random], str]) -> Case:
    """Any upload over HTTP is kept or refused in sentences; the server's own failure is wrong."""
    callback = upload_callback(client)
    body = asked.of_callback(callback)

    def case(draw: random.Random) -> str:
        content = MAKERS[draw.choice(list(MAKERS))](draw)
        sent = f"data:{word(draw)};base64,{base64.b64encode(content).decode()}"
        given = {
            intake.UPLOAD: draw.choice((sent, sent, sent[: len(sent) // 2], word(draw))),
            f"{intake.UPLOAD}.filename": word(draw) or "x.xlsx",
            f"{intake.WHO}.value": draw.choice((WHO, WHO, WHO, word(draw))),
            f"{ids.URL}.search": f"?{word(draw)}",
        }
        answer = client.post(asked.UPDATE, json=asked.filled(body, given))
        text = answer.get_data(as_text=True)
        if answer.status_code not in (200, 204) or ids.NOTICES in text:
            return "wrong"
        return "kept" if '"search"' in text else "refused"

    return case


def definitions(settings: Settings) -> Case:
    """Any damage to a file of a definition leaves a registry or problems; a doubled field is refused."""
    folder = settings.definitions_dir / FRAMEWORK
    whole = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}

    def case(draw: random.Random) -> str:
        meta = folder / META_FILE
        path = draw.choice([meta, meta, *whole])
        kind = draw.choice(list(DAMAGES)) if path == meta else "bytes"
        path.write_bytes(DAMAGES[kind](whole[path], draw))
        try:
            found = load_definitions(settings.definitions_dir)
        finally:
            path.write_bytes(whole[path])
        taken = found.registry is not None
        if taken == bool(found.problems) or (taken and kind in NEVER):
            return "wrong"
        return "taken" if taken else "refused"

    return case


def _lines(content: bytes) -> list[str]:
    return content.decode().splitlines()


def _doubled(content: bytes, draw: random.Random) -> bytes:
    """One of the fields at the top stands twice."""
    lines = _lines(content)
    tops = [line for line in lines if line[:1].isalpha() and ":" in line]
    return "\n".join([*lines, f"{draw.choice(tops).partition(':')[0]}: 1"]).encode()


def _huge(content: bytes, draw: random.Random) -> bytes:
    """A number of up to ten thousand digits, or one that is none."""
    number = draw.choice(("9" * draw.randrange(20, 10_000), "1e999", "-.inf", ".nan", "0x" + "f" * 400))
    lines = _lines(content)
    at = draw.choice([n for n, line in enumerate(lines) if ": " in line])
    lines[at] = f"{lines[at].partition(':')[0]}: {number}"
    return "\n".join(lines).encode()


def _bomb(content: bytes, draw: random.Random) -> bytes:
    """A few lines that stand for a billion values."""
    lines = ["b0: &b0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"b{n}: &b{n} [{', '.join([f'*b{n - 1}'] * 10)}]" for n in range(1, draw.randrange(4, 10))]
    return content + "\n".join(["", *lines, ""]).encode()


def _deep(content: bytes, draw: random.Random) -> bytes:
    depth = draw.randrange(200, 5000)
    return content + b"\ndeep: " + b"[" * depth + b"]" * depth + b"\n"


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bytes": damaged, "doubled": _doubled, "huge": _huge, "bomb": _bomb, "deep": _deep,
}  # fmt: skip
NEVER = ("doubled", "bomb", "deep")


def states(facts: Facts, word: Callable[[random.Random], str]) -> Case:
    """Any state of a page, written as an address and read again, is the same state, nothing repaired."""

    def case(draw: random.Random) -> str:
        index = draw.choice(facts.indices)
        year = draw.choice((None, *index.years))
        own = {name: word(draw) for name in EXTRAS if draw.random() < 0.5}
        extras = tuple(sorted((name, value) for name, value in own.items() if value))
        state = ViewState(
            draw.choice(facts.provinces).key, index.key, year, draw.choice(("vi", "en")), extras
        )
        found = parse(search_of(state, facts), facts, True, EXTRAS)
        return "same" if found == (state, []) else "wrong"

    return case


def workbooks(folder: Path) -> Case:
    """Any damaged workbook that is read has figures that read again as themselves from a tidy text."""
    path = folder / "again"

    def case(draw: random.Random) -> str:
        path.write_bytes(MAKERS[draw.choice(("part", "part", "xls", "csv"))](draw))
        try:
            workbook = open_workbook(path)
        except SourceError as refusal:
            return "refused" if len(refusal.problems) == 1 else "wrong"
        return "same" if workbook_again(workbook, folder) else "wrong"

    return case
