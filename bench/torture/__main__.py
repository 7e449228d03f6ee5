"""`python -m bench.torture [PART ...] [--quick]`: run the parts, keep what they found, tell it."""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace

import bench.torture
from bench.torture import report
from bench.torture.report import Finding, Section

NOT_PARTS = {"__main__", "report"}


def parts() -> list[str]:
    """The names of the parts: every module of the package but those of the command itself."""
    found = {one.name for one in pkgutil.iter_modules(bench.torture.__path__) if not one.ispkg}
    rest = sorted(found - NOT_PARTS - set(report.ORDER))
    return [*(name for name in report.ORDER if name in found), *rest]


def measured(part: str, quick: bool) -> Section:
    """The section of a part; one that fails is told as a limit that was not kept, and the others go on."""
    start = time.monotonic()
    try:
        run: Callable[[bool], Section] = importlib.import_module(f"bench.torture.{part}").run
        section = run(quick)
    except Exception as error:  # noqa: BLE001 - whatever a part does, the others are still to be measured
        traceback.print_exc()
        broken = Finding("the part runs to its end", repr(error)[:200], "", False, _command(part))
        section = Section(f"{part}: failed", "The part stopped with an error.", (broken,))
    return replace(section, seconds=round(time.monotonic() - start, 1))


def _command(part: str) -> str:
    return f"python -m bench.torture {part}"


def told(section: Section) -> None:
    """Print what a part found."""
    print(f"\n{section.title} ({section.seconds:.0f} s)", flush=True)
    for finding in section.findings:
        verdict = {True: "kept", False: "NOT KEPT", None: ""}[finding.kept]
        limit = f"  limit {finding.limit}" if finding.limit else ""
        print(f"    {finding.what}: {finding.found}{limit}  {verdict}", flush=True)


def wanted() -> argparse.Namespace:
    """What the command line asks for."""
    asked = argparse.ArgumentParser(prog="python -m bench.torture", description=bench.torture.__doc__)
    asked.add_argument("parts", nargs="*", metavar="PART", help=f"all unless named: {', '.join(parts())}")
    asked.add_argument("--quick", action="store_true", help="shorter runs, of which docs/ tells nothing")
    asked.add_argument("--keep", action="store_true", help="tell them in docs/reliability.md all the same")
    asked.add_argument(
        "--document", action="store_true", help="only write docs/reliability.md from the kept runs"
    )
    found = asked.parse_args()
    if unknown := set(found.parts) - set(parts()):
        asked.error(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(parts())}")
    return found


def main() -> bool:
    """Run what was asked for; whether every limit was kept."""
    asked, kept = wanted(), True
    for part in [] if asked.document else asked.parts or parts():
        load, commit = os.getloadavg()[0], report.commit()
        print(f"{part}: begins (load average {load:.1f})", flush=True)
        section = measured(part, asked.quick)
        told(section)
        run = report.run_of(section, (load, commit), asked.quick)
        report.keep(part, run, report.LAST)
        if asked.keep or not asked.quick:
            report.keep(part, run, report.KEPT)
        kept = kept and section.kept
    if asked.document or asked.keep or not asked.quick:
        report.write_document()
    return kept


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
