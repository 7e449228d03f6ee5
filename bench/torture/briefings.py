"""Documents of the conference for every province and every year, with all the indices or with some."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from bench.torture.report import ROOT, Finding, Section

TESTS = "tests/integration/test_briefing_fuzz.py"
LEAD = (
    "Every province of both sets in every year from 2004 on, indices by lot from a fixed seed: each gives a "
    "briefing without holes, or a refusal that says what there is instead; some are made into documents."
)


def run(quick: bool) -> Section:
    """Run the tests of the briefings, over every year unless `quick`."""
    every = {} if quick else {"CCHC_FUZZ": "all"}
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.xml"
        words = [sys.executable, "-m", "pytest", "-q", TESTS, f"--junit-xml={told}"]
        subprocess.run(words, cwd=ROOT, env=os.environ | every, check=False)
        cases = list(ElementTree.parse(told).getroot().iter("testcase"))
    findings = tuple(finding for case in cases for finding in _findings(case))
    return Section("Documents of the conference", LEAD, findings)


def _findings(case: ElementTree.Element) -> list[Finding]:
    """What a test counted, all without fault; or that it failed."""
    test = f"{TESTS}::{case.get('name')}"
    if case.find("failure") is not None or case.find("error") is not None:
        return [Finding("briefings without fault", "one has a fault", "all", False, test)]
    counted = {one.get("name", ""): one.get("value", "") for one in case.iter("property")}
    return [Finding(what, f"{n}, none with a fault", "none", True, test) for what, n in counted.items()]
