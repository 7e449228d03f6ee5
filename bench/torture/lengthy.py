"""Tests that `make test` runs in part and `make torture` at length: damage, kills, pages, documents."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

from bench.torture.report import ROOT, Finding, Section

TESTS = {
    "tests/integration/test_damaged_corpus.py": "look-alikes of workbooks, damaged, clean and counted",
    "tests/property/test_readers_fuzz.py": "workbooks of seven kinds with bytes flipped, cut and doubled",
    "tests/property/test_reference_scorer.py": "the engine beside a second one, on 3,000 frameworks",
    "tests/property/test_engine_analysis.py": "the score table's laws, 100 packs each",
    "tests/property/test_path_bounds.py": "cheapest ways to a target beside every other way, 600 cases",
    "tests/unit/test_audit.py": "the statistics of an audit, 100 tables",
    "tests/integration/test_intake_kills.py": "publishers killed before every renaming and every sync",
    "tests/app/test_overview.py": "the page of every province, in both languages",
    "tests/app/test_ranking.py": "the ranking of every index and year, in both languages",
    "tests/app/test_components.py": "the components of every index and year, in both languages",
    "tests/integration/test_briefing_documents.py": "documents of provinces of all letters, of many years",
}
LEAD = (
    "The ordinary tests take a share of these; here every case is gone through. Each gives the right figures "
    "or a refusal that says what is wrong, and leaves one whole release in service."
)


def run(quick: bool) -> Section:
    """Run the tests, all cases unless `quick`."""
    every = {} if quick else {"CCHC_FUZZ": "all"}
    return Section("Tests at length", LEAD, tuple(_finding(*one, every) for one in TESTS.items()))


def _finding(test: str, what: str, every: dict[str, str]) -> Finding:
    """How many tests of a file passed; a failed one, or none at all, breaks the limit."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        words = [sys.executable, "-m", "pytest", "-q", test, f"--junit-xml={told}"]
        subprocess.run(words, cwd=ROOT, env=os.environ | every, check=False)
        cases = ElementTree.parse(told).getroot().iter("testcase")
        ended = Counter(_end(case) for case in cases)
    kept = set(ended) == {"passed"}
    return Finding(what, ", ".join(f"{n} {how}" for how, n in ended.items()), "all passed", kept, test)


def _end(case: ElementTree.Element) -> str:
    found = {part.tag for part in case} & {"failure", "error", "skipped"}
    return found.pop() if found else "passed"
