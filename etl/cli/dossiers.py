"""The commands about dossiers: load a file, look at what is kept, count a period or everything anew, make
simulated ones."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from etl.build import build
from etl.cli.common import Shared, command, records, table
from etl.dossiers import generate
from etl.dossiers.counting import Basis, scored
from etl.dossiers.load import Ask, Report, load, put_lists
from etl.dossiers.rules import load_rules
from etl.dossiers.store import Manifest, read_manifest
from etl.dossiers.tally import recount
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.dossiers import DossierInfo, dossier_cube, dossier_info, dossier_procedures
from etl.warehouse.queries import Queries, Warehouse
from indices.dossier_report import FORM_FIGURES, form
from indices.errors import Problem, SourceError

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
Store = Annotated[Path | None, typer.Option(help="Folder of the dossiers.", metavar="DIR")]


@dataclass
class LoadOptions:
    """What is said about a file of dossiers on the command line."""

    province: Annotated[str, typer.Option(help="Slug of the province.")]
    from_month: Annotated[str, typer.Option(help="First month the file covers, YYYY-MM.")] = ""
    to_month: Annotated[str, typer.Option(help="Last month the file covers, YYYY-MM.")] = ""
    units: Annotated[Path | None, typer.Option(help="List of units.", exists=True, dir_okay=False)] = None
    procedures: Annotated[
        Path | None, typer.Option(help="List of procedures.", exists=True, dir_okay=False)
    ] = None
    store: Store = None
    build: Annotated[bool, typer.Option(help="Build the release with them; never with --store.")] = True


@dataclass
class PeriodOptions:
    """Which months of which province are counted."""

    province: Annotated[str, typer.Option(help="Slug of the province.")]
    from_month: Annotated[str, typer.Option(help="First month, YYYY-MM.")]
    to_month: Annotated[str, typer.Option(help="Last month; the first when blank.")] = ""
    out: Annotated[Path | None, typer.Option(help="Write form II.06a as CSV.", metavar="FILE")] = None


@dataclass
class MakeOptions:
    """How many simulated dossiers, and where they go."""

    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.", metavar="FILE")]
    rows: Annotated[int, typer.Option(help="How many; a year at the real pace when 0.", min=0)] = 0
    seed: Annotated[int, typer.Option(help="The same seed makes the same dossiers.")] = 1


@command
def load_dossiers(
    shared: Shared,
    file: Annotated[Path, typer.Argument(help="CSV, Parquet or workbook.", exists=True, dir_okay=False)],
    asked: LoadOptions,
) -> None:
    """Load a file of dossiers: persons stay out, every odd row is listed, loading twice changes nothing."""
    folder = asked.store or shared.settings.dossiers_dir
    _months(asked.from_month, asked.to_month)
    put_lists(folder, asked.units, asked.procedures)
    report = load(folder, Ask(file, asked.province, asked.from_month, asked.to_month))
    # A store elsewhere is for trying out: it never takes the place of what is served.
    served = _built(shared) if asked.build and not asked.store else ""
    if shared.json:
        shared.data({"ok": True, **asdict(report), "release_id": served})
        return
    for line in _told(report):
        shared.say(line)
    shared.say(f"Release {served} is served." if served else "python -m etl build puts them into a release.")


def _built(shared: Shared) -> str:
    """Build and serve the release of what is kept now; its id."""
    return build(shared.settings).pointer.release_id


@command
def recount_dossiers(shared: Shared, store: Store = None) -> None:
    """Count every kept month anew: after a new version, or on a cluster (MICRODATA_ENGINE)."""
    held = recount(store or shared.settings.dossiers_dir)
    if shared.json:
        shared.data({"ok": True, "months": len(held.parts), "dossiers": _count(held)})
        return
    shared.say(f"{_count(held):,} dossiers of {len(held.parts)} months counted anew.")


def _months(*told: str) -> None:
    for month in told:
        if month and not MONTH.fullmatch(month):
            raise SourceError([Problem("A month cannot be read", found=month, expected="YYYY-MM")])


def _told(report: Report) -> list[str]:
    if report.already:
        return [f"This file was loaded before; nothing changed. Store {report.store_id}."]
    mark = " (simulated)" if report.simulated else ""
    lines = [
        f"Load {report.load}{mark}: {report.read:,} rows read = {report.kept:,} kept"
        f" + {report.aside:,} set aside + {report.left_out:,} left out + {report.refused:,} refused"
        f" + {report.twice:,} of codes told again",
        f"  kept: {report.added:,} new, {report.replaced:,} replaced, {report.unchanged:,} unchanged,"
        f" {report.older:,} older than what is kept",
        f"  months {report.first} to {report.last}; {len(report.months)} months of receipt written anew;"
        f" {report.dropped} columns left unread",
    ]
    lines += [f"  {name}: {count:,} rows" for name, count in report.found.items()]
    return [*lines, f"Store {report.store_id}. Odd rows: loads/{report.load:05d}_findings.csv"]


def show_dossiers(
    context: typer.Context,
    store: Store = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """What is kept: loads, months, how many dossiers."""
    if context.invoked_subcommand is None:
        _show(store=store, data=None, definitions=None, releases=None, imports=None, json=json)


def _count(manifest: Manifest) -> int:
    return sum(int(part["count"]) for part in manifest.parts.values())


def _loads(manifest: Manifest) -> pd.DataFrame:
    names = ("read", "kept", "aside", "left_out", "refused", "twice")
    told = [
        {name: one[name] for name in ("number", "province", "first", "last", "at")}
        | {name: one["report"][name] for name in names}
        for one in manifest.loads
    ]
    return pd.DataFrame(told)


@command
def _show(shared: Shared, store: Store = None) -> None:
    manifest = read_manifest(store or shared.settings.dossiers_dir)
    count = _count(manifest)
    if shared.json:
        shared.data({"ok": True, "dossiers": count, **asdict(manifest)})
        return
    mark = ", simulated" if manifest.simulated else ""
    shared.say(f"{count:,} dossiers{mark}, {len(manifest.loads)} loads, store {manifest.store_id or '-'}")
    if manifest.loads:
        shared.show(table("Loads", _loads(manifest)))


@command
def report_dossiers(shared: Shared, asked: PeriodOptions) -> None:
    """Count months: indicators and groups of the decision, and form II.06a, from the release served."""
    _months(asked.from_month, asked.to_month)
    first, last = asked.from_month, asked.to_month or asked.from_month
    release = Warehouse(shared.settings.releases_dir / POINTER_NAME).pinned()
    info = _info(release, asked.province)
    cube = dossier_cube(release, asked.province, info.absent)
    basis = Basis(info.rules, dossier_procedures(release), info.given)
    points = scored(cube, first, last, basis).table(info.rules)
    lines = form(cube.counts(first, last, ("level", "field")))
    if asked.out:
        _write(asked.out, lines, info.simulated)
    if shared.json:
        shared.data({"ok": True, "indicators": records(points), "form": lines})
        return
    shown = points.round({"share": 4, "points": 3, "open": 2}).astype(object)
    shared.show(table(f"{info.rules.index} {first} - {last}", shown, right=("points", "maximum", "open")))
    shared.show(table("II.06a", pd.DataFrame(lines)))


def _info(release: Queries, province: str) -> DossierInfo:
    """What the release says of its dossiers. Raises SourceError when it holds none of the province."""
    info = dossier_info(release)
    known = sorted(set(info.loads["province"])) if info else []
    if info is None or province not in known:
        hint = f"known: {', '.join(known)}" if known else "load a file first: python -m etl dossiers load"
        what = "The release holds no dossiers of this province"
        raise SourceError([Problem(what, found=province, hint=hint)])
    return info


def _write(path: Path, lines: list[dict[str, Any]], simulated: bool) -> None:
    """The form as CSV; made-up figures say so in a line of their own."""
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        if simulated:
            handle.write("# simulated\n")
        writer = csv.DictWriter(handle, ["stt", "kind", "name", *FORM_FIGURES])
        writer.writeheader()
        writer.writerows(lines)


@command
def generate_dossiers(shared: Shared, asked: MakeOptions) -> None:
    """Make simulated dossiers, and the lists of units and procedures beside them: nothing in them is real."""
    plan, rules = generate.load_plan(), load_rules()
    made = generate.lists(plan, asked.seed)
    count = asked.rows or generate.yearly(plan)
    rows = generate.write(generate.tables(plan, made, rules, count, asked.seed), asked.out)
    units, procedures = generate.write_lists(made, asked.out.parent)
    told = {
        "ok": True,
        "rows": rows,
        "file": str(asked.out),
        "units": str(units),
        "procedures": str(procedures),
    }
    if shared.json:
        shared.data(told)
        return
    shared.say(f"{rows:,} simulated dossiers in {asked.out}; {units.name} and {procedures.name} beside it.")
