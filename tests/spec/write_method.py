"""Writes docs/method.md from the rules, their specs and the hand-written sections."""

from __future__ import annotations

from pathlib import Path

from indices.groups import GROUP_RULES
from indices.method_doc import method_markdown
from indices.missing import POLICIES
from indices.normalise import NORMALISATIONS
from indices.rules import RULES
from tests.spec.specs import load_specs

TARGET = Path(__file__).resolve().parents[2] / "docs" / "method.md"


def text() -> str:
    """The manual as it should stand in docs/."""
    lists = {
        "Normalisations": NORMALISATIONS.values(),
        "Missing figures": POLICIES.values(),
        "Group cuts": GROUP_RULES.values(),
    }
    return method_markdown(RULES.values(), load_specs(), lists)


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
