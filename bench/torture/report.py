"""What a part found, as it is kept (JSON, a file a part) and as it is told (docs/reliability.md).

`docs/reliability/<part>.json` holds the last full run of each part; the document is made from these files
alone, so that nobody can write a figure into it by hand (tests/architecture/test_reliability.py compares).
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LAST, KEPT, DOCUMENT = ROOT / "build/torture", ROOT / "docs/reliability", ROOT / "docs/reliability.md"
# Parts are told in this order; those not named here follow by name.
ORDER = ("faults", "load", "fuzzing")
VERDICTS = {True: "kept", False: "**not kept**", None: "no limit"}


@dataclass(frozen=True)
class Finding:
    """One figure. what: what was measured; found, limit: as a person reads them, with units.

    kept: whether the limit was kept, None where there is none. held_by: the tests ("tests/x.py::test_y") or
    the command that show it, separated by commas.
    """

    what: str
    found: str
    limit: str
    kept: bool | None
    held_by: str


@dataclass(frozen=True)
class Section:
    """What one part found: a title, a lead sentence or two that say what was done, and the findings."""

    title: str
    lead: str
    findings: tuple[Finding, ...]
    seconds: float = 0.0

    @property
    def kept(self) -> bool:
        """Whether every limit was kept."""
        return all(finding.kept is not False for finding in self.findings)


@dataclass(frozen=True)
class Run:
    """A section and where it was measured. load: load average of the machine before and after.

    short: with fewer or shorter tries than `make torture` does.
    """

    section: Section
    date: str
    commit: str
    cores: int
    memory_gib: int
    python: str
    load: tuple[float, float]
    short: bool = False


def run_of(section: Section, begun: tuple[float, str], short: bool) -> Run:
    """A section with the date and the machine of now; `begun`: load average and commit as it began."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    found = (round(begun[0], 1), round(os.getloadavg()[0], 1))
    date = datetime.now(UTC).date().isoformat()
    cores = os.cpu_count() or 1
    return Run(section, date, begun[1], cores, round(memory), platform.python_version(), found, short)


def commit() -> str:
    """The commit that was measured, short, with "+" where files differ from it; "" outside of git."""
    words = ["git", "describe", "--always", "--exclude=*", "--dirty=+"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def keep(part: str, run: Run, folder: Path) -> None:
    """Write the run of a part into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(run), indent=1, ensure_ascii=False)
    (folder / f"{part}.json").write_text(text + "\n", encoding="utf-8")


def read_runs(folder: Path) -> dict[str, Run]:
    """The runs kept in a folder, by part, in the order of the document."""
    found = {path.stem: _run(json.loads(path.read_text(encoding="utf-8"))) for path in folder.glob("*.json")}
    place = {part: number for number, part in enumerate(ORDER)}
    return dict(sorted(found.items(), key=lambda item: (place.get(item[0], len(ORDER)), item[0])))


def _run(told: dict) -> Run:  # type: ignore[type-arg]
    section = told["section"]
    findings = tuple(Finding(**finding) for finding in section["findings"])
    load = tuple(told["load"])
    return Run(**{**told, "section": Section(**{**section, "findings": findings}), "load": load})


def document(runs: Mapping[str, Run]) -> str:
    """docs/reliability.md."""
    parts = [part for name, run in runs.items() for part in _part(name, run)]
    return "\n".join([*_head(runs.values()), *parts])


def _head(runs: Iterable[Run]) -> list[str]:
    findings = [finding for run in runs for finding in run.section.findings]
    judged = [finding for finding in findings if finding.kept is not None]
    broken = [finding.what for finding in judged if not finding.kept]
    verdict = f"{len(judged) - len(broken)} of {len(judged)} limits were kept"
    verdict += f"; not kept: {'; '.join(broken)}." if broken else "."
    return [
        "# Reliability, measured",
        "",
        "<!-- Made by `python -m bench.torture` from docs/reliability/*.json; not to be edited by hand. -->",
        "",
        f"**{verdict}** Every figure comes from a run of `make torture`, each with its time; it",
        "fails where a limit is not kept. One part alone: `python -m bench.torture NAME`; a short run, told",
        "here only with `--keep`: `--quick`. Each row names the test or the command that shows it again.",
        "How the product behaves under each fault is told in [operations.md](operations.md).",
        "",
    ]


def _part(name: str, run: Run) -> list[str]:
    section = run.section
    where = f"{run.cores} processor cores, {run.memory_gib} GiB, Python {run.python}"
    scope = "A short run of part" if run.short else "Part"
    busy = f"load average {run.load[0]:g} before and {run.load[1]:g} after"
    took = f"{section.seconds:.0f} s" if section.seconds < 120 else f"{section.seconds / 60:.0f} min"
    rows = [
        f"| {f.what} | {f.found} | {f.limit or '-'} | {VERDICTS[f.kept]} | {_holders(f.held_by)} |"
        for f in section.findings
    ]
    return [
        f"## {section.title}",
        "",
        section.lead,
        "",
        f"{scope} `{name}`, {run.date}, commit `{run.commit}`: {where}; {busy}; it took {took}.",
        "",
        "| What | Found | Limit | | Shown by |",
        "|---|---|---|---|---|",
        *rows,
        "",
    ]


def holders(held_by: str) -> list[str]:
    """The tests and commands that a finding names."""
    return [name.strip() for name in held_by.split(",") if name.strip()]


def _holders(held_by: str) -> str:
    return ", ".join(f"`{name}`" for name in holders(held_by))


def write_document() -> None:
    """Write docs/reliability.md from the runs that are kept."""
    DOCUMENT.write_text(document(read_runs(KEPT)), encoding="utf-8")
