"""Every word on the screen comes from the translations: no literal in the code, no key missing or left over.

The files of exports/briefing have words of their own, tested there.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from layouts.text import LANGS, texts

ROOT = Path(__file__).resolve().parents[2]
CODE = sorted(path for folder in ("layouts", "callbacks") for path in (ROOT / folder).rglob("*.py"))
CODE.append(ROOT / "app.py")
# Properties of components that people read or hear.
SHOWN = {
    "children", "label", "title", "placeholder", "aria-label", "alt", "description", "headerName",
    "nothingFoundMessage",
}  # fmt: skip
WORD = re.compile(r"[^\W\d_]{2,}")
# Units are the same in every language.
UNITS = {"kB", "MB"}
PLURALS = (".one", ".other")
ASKING = {"t": 0, "tn": 0, "word": 0}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """Every module that may show something."""
    for path in CODE:
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def literals(node: ast.expr) -> Iterator[ast.Constant]:
    """Texts with words that an expression shows as they stand: alone, in lists, in f-strings, in choices."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and WORD.search(node.value):
        if node.value.strip() not in UNITS:
            yield node
    elif isinstance(node, ast.List | ast.Tuple):
        for part in node.elts:
            yield from literals(part)
    elif isinstance(node, ast.JoinedStr):
        for part in node.values:
            yield from literals(part)
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from literals(node.left)
        yield from literals(node.right)


def shown_by(call: ast.Call) -> Iterator[ast.expr]:
    """What a call of a component shows: its first argument where it is one of html, and shown properties."""
    made = call.func
    owner = made.value.id if isinstance(made, ast.Attribute) and isinstance(made.value, ast.Name) else ""
    if getattr(made, "attr", "") == "Code":
        return  # commands and addresses are the same in every language
    if owner == "html" and call.args:
        yield call.args[0]
    for keyword in call.keywords if owner in {"html", "dcc", "dmc"} else ():
        if keyword.arg in SHOWN:
            yield keyword.value
        elif keyword.arg is None and isinstance(keyword.value, ast.Dict):
            for name, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(name, ast.Constant) and name.value in SHOWN:
                    yield value


def test_no_component_shows_a_literal() -> None:
    found = [
        f"{path}: {literal.value!r}"
        for path, tree in trees()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call)
        for shown in shown_by(call)
        for literal in literals(shown)
    ]
    assert found == []


def pattern(node: ast.expr) -> str | None:
    """A key as the code asks for it, as a regular expression; None when it is not written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+(?:\.[^.]+)*"
            for part in node.values
        ]
        return "".join(parts)
    return None


def asked(tree: ast.Module) -> Iterator[tuple[str, str, int]]:
    """(function, pattern of the key, line) of every call of t, tn or word."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if name in ASKING and (key := pattern(call.args[0])) is not None:
            yield name, key, call.lineno


def test_every_key_that_the_code_asks_for_is_there() -> None:
    keys = list(texts(LANGS[0]))
    endings = {"t": "", "tn": r"\.(?:one|other)", "word": r"\..+"}
    missing = []
    for path, tree in trees():
        for name, key, line in asked(tree):
            wanted = re.compile(key + endings[name])
            if not any(wanted.fullmatch(held) for held in keys):
                missing.append(f"{path}:{line}: {name}({key})")
    assert missing == []


def test_every_key_is_used_somewhere() -> None:
    """A key is used where it is spelled out, fits a key that is put together, or is of a group of words."""
    spelled: set[str] = set()
    for _, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and (made := pattern(node)):
                spelled.add(made)
        spelled |= {rf"{key}\..+" for name, key, _ in asked(tree) if name == "word"}
    # A prefix that is cut off again, as of the grid's own words.
    spelled |= {rf"{made}.+" for made in spelled if made.endswith(r"\.")}
    # Put together of variables alone, a key could be any.
    told = [re.compile(made) for made in spelled if re.match(r"[a-z_]+\\\.", made)]

    def used(key: str) -> bool:
        plain = next((key.removesuffix(end) for end in PLURALS if key.endswith(end)), key)
        return any(one.fullmatch(key) or one.fullmatch(plain) for one in told)

    assert [key for key in texts(LANGS[0]) if not used(key)] == []
