"""What docs/surveys.md and docs/dossiers.md say of bad input is tested: every test they name is there, every
case has a rule and a test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ("surveys.md", "dossiers.md")
NAMED = r"`(test_[a-z0-9_]+)`"
FILES = r"`(tests/[a-z0-9_/]+\.py)`"
# Cases that must have a row of their own, by words of it.
CASES = {
    "surveys.md": (
        "code outside the scale", "weight missing, zero, negative", "stratum with one cluster",
        "stratum whose respondents answered nothing", "planned stratum without respondents", "unknown unit",
        "one respondent in several rows", "text file cut off", "Parquet or workbook cut off", "loaded twice",
        "two drafts of one wave",
    ),
    "dossiers.md": (
        "promised before receipt", "end before start", "unknown unit, procedure", "different contents",
        "text file cut off", "Parquet file cut off", "a month loaded twice", "two files of one month",
        "two loads at once", "late and corrected rows", "no day of receipt", "no code",
    ),
}  # fmt: skip


def cases(name: str) -> list[list[str]]:
    """The rows of the table case, rule, where listed, test."""
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    table = re.search(r"\| case \| rule .*?\n\|[-|]+\|\n((?:\|.*\n)+)", text)
    assert table, name
    return [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table[1].splitlines()]


@pytest.mark.parametrize("name", DOCS)
def test_every_test_that_is_named_exists(name: str) -> None:
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(NAMED, text))
    assert len(named) >= 10
    assert sorted(named - set(re.findall(r"^def (test_\w+)\(", code, re.M))) == []
    assert [path for path in re.findall(FILES, text) if not (ROOT / path).is_file()] == []


@pytest.mark.parametrize("name", DOCS)
def test_every_case_of_bad_input_has_a_rule_and_a_test(name: str) -> None:
    rows = cases(name)
    assert [case for case in CASES[name] if not any(case in row[0] for row in rows)] == []
    for case, rule, listed, tested in rows:
        assert all((case, rule, listed)), case
        elsewhere = rule.startswith("not in")
        assert elsewhere or "the same" in tested or re.search(NAMED, tested), case
