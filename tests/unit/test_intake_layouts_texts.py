"""Every finding of reading has its texts in both languages, and its line in docs/importing.md."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

from tests.fixtures.intake.books import ROOT

FOLDER = ROOT / "etl" / "intake" / "layouts"
TELLING = {"error", "warn", "note", "tell"}


def texts(language: str) -> dict[str, dict[str, str]]:
    """Texts of the findings of reading."""
    content = yaml.safe_load((FOLDER / "texts" / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(content["checks"]["reading"])


def literals(node: ast.expr) -> set[str]:
    """The words an argument may be: a literal, or either side of a choice."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    return literals(node.body) | literals(node.orelse) if isinstance(node, ast.IfExp) else set()


def told_in(path: Path) -> set[str]:
    """Checks that a module tells, by the calls that tell and names given to `check`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            found |= literals(node.args[0]) if name in TELLING else set()
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "check":
            found |= literals(node.value)
    return found


def test_every_finding_has_its_texts_and_no_text_is_left_over() -> None:
    told = set().union(*(told_in(path) for path in FOLDER.glob("*.py")))
    assert len(told) > 40
    assert told == set(texts("en")) == set(texts("vi"))


def test_both_languages_say_what_why_and_what_to_do() -> None:
    for language in ("vi", "en"):
        assert [k for k, v in texts(language).items() if set(v) != {"title", "why", "mend"}] == []


def test_the_findings_are_documented() -> None:
    text = (ROOT / "docs" / "importing.md").read_text(encoding="utf-8")
    missing = [key for key in texts("en") if f"| `reading.{key}` |" not in text]
    assert missing == []
    assert [key for key, told in texts("en").items() if told["title"] not in text] == []
