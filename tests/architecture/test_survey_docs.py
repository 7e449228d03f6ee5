"""Every check of surveys has its line in docs/surveys.md, and no line speaks of a check that is not there."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_survey_checks_are_documented() -> None:
    files = [*(ROOT / "etl/survey").glob("*.py"), ROOT / "etl/intake/waves.py"]
    code = "".join(path.read_text(encoding="utf-8") for path in files)
    told = (ROOT / "docs/surveys.md").read_text(encoding="utf-8")
    pattern = r"survey\.[a-z_]+"
    in_code = set(re.findall(f'"({pattern})"', code))
    in_table = set(re.findall(f"`({pattern})`", told))
    assert len(in_code) > 10
    assert in_code == in_table
