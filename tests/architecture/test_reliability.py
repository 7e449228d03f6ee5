"""docs/reliability.md is what was measured: made from the kept runs, each figure with a test or a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.torture import report
from bench.torture.__main__ import parts
from bench.torture.report import Finding, Run, Section

ROOT = Path(__file__).resolve().parents[2]
RUNS = report.read_runs(report.KEPT)
FINDINGS = [
    pytest.param(finding, id=f"{part}-{number}")
    for part, run in RUNS.items()
    for number, finding in enumerate(run.section.findings)
]


def test_the_document_is_what_the_kept_runs_say() -> None:
    assert report.DOCUMENT.read_text(encoding="utf-8") == report.document(RUNS), (
        "write it with: python -m bench.torture --document"
    )


def test_every_run_is_of_a_part_that_there_is() -> None:
    assert set(RUNS) <= set(parts())


@pytest.mark.parametrize("finding", FINDINGS)
def test_every_figure_names_a_test_or_a_command_that_there_is(finding: Finding) -> None:
    holders = report.holders(finding.held_by)
    assert holders
    for holder in holders:
        assert exists(holder), holder


def exists(holder: str) -> bool:
    """Is there such a test, make target or part?"""
    if holder.startswith("tests/"):
        file, _, name = holder.partition("::")
        path = ROOT / file
        return path.is_file() and (not name or f"def {name}(" in path.read_text(encoding="utf-8"))
    if holder.startswith("make "):
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        return bool(re.search(rf"^{holder.removeprefix('make ')}:", makefile, flags=re.M))
    words = holder.split()
    if words[:3] == ["python", "-m", "bench.torture"]:
        return set(words[3:]) <= set(parts())
    return words[:2] == ["python", "-m"] and (ROOT / words[2].replace(".", "/")).with_suffix(".py").is_file()


@pytest.mark.parametrize(
    "name",
    ["tests/architecture/test_gone.py", "tests/architecture/test_reliability.py::test_gone", "make nothing",
     "python -m bench.torture nothing", "python -m nothing", "somebody"],
)  # fmt: skip
def test_what_there_is_not_is_noticed(name: str) -> None:
    assert not exists(name)


def test_a_limit_that_was_not_kept_is_told_at_the_top(tmp_path: Path) -> None:
    good = Finding("answers", "12 ms", "20 ms", True, "make torture")
    bad = Finding("memory", "9 MiB an hour", "1 MiB an hour", False, "make torture")
    section = Section("Load", "What was done.", (good, bad), 3.0)
    run = Run(section, "2026-11-27", "abc", 2, 4, "3.11.0", (0.5, 1.5))
    report.keep("load", run, tmp_path)
    assert report.read_runs(tmp_path) == {"load": run}
    text = report.document(report.read_runs(tmp_path))
    assert "**1 of 2 limits were kept; not kept: memory.**" in text
    assert "| memory | 9 MiB an hour | 1 MiB an hour | **not kept** | `make torture` |" in text
    assert not section.kept
