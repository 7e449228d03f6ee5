"""Ordinary tests as findings: each told by its name as a sentence, with how often it held."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

from bench.torture.report import ROOT, Finding


def findings_of(file: str) -> list[Finding]:
    """Run the tests of a file; a finding a test function, all its cases together."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        words = [sys.executable, "-m", "pytest", "-q", file, f"--junit-xml={told}"]
        subprocess.run(words, cwd=ROOT, check=False)
        cases = list(ElementTree.parse(told).getroot().iter("testcase"))
    by_name: dict[str, list[ElementTree.Element]] = defaultdict(list)
    for case in cases:
        by_name[case.get("name", "").partition("[")[0]].append(case)
    return [_finding(file, name, group) for name, group in by_name.items()]


def _finding(file: str, name: str, cases: list[ElementTree.Element]) -> Finding:
    held = sum(len(list(case.iter())) == 1 for case in cases)
    skipped = sum(case.find("skipped") is not None for case in cases)
    what = name.removeprefix("test_").replace("_", " ")
    found = f"{held} of {len(cases)}" + (f", {skipped} could not be tried" if skipped else "")
    kept = None if skipped == len(cases) else held + skipped == len(cases)
    return Finding(what, found, "all", kept, f"{file}::{name}")
