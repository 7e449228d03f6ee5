"""docs/security.md tells the limits that the code holds."""

from __future__ import annotations

import re
from pathlib import Path

from etl.readers.limits import AT_ONCE, MIB, RATIO_FROM, TABLE, WORKBOOK

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
NAMED = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)


def test_every_limit_is_told_with_its_number() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([\d,]+) \| ([\d,]+) \| `(\w+)` \|$", TEXT, flags=re.M)
    told = {name: (int(first.replace(",", "")), int(second.replace(",", ""))) for first, second, name in rows}
    table = TABLE.as_json()
    assert told == {name: (number, table[name]) for name, number in WORKBOOK.as_json().items()}


def test_the_other_numbers_are_told_too() -> None:
    assert f"in one process of the app: {AT_ONCE}." in TEXT
    assert f"(beyond {RATIO_FROM // MIB} MiB)" in TEXT


def test_every_claim_of_the_threat_model_names_a_test_that_exists() -> None:
    rows = TEXT.partition("| Who | What they try |")[2].partition("\n\n")[0].splitlines()[2:]
    assert len(rows) > 30
    assert [row for row in rows if "::" not in row and "dependencies.md" not in row] == []
    missing = [
        f"{file}::{name}"
        for file, name in NAMED
        if not re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), flags=re.M)
    ]
    assert missing == []
