"""The commands about dossiers: load a file, look at what is kept, count a period, make simulated ones."""

from __future__ import annotations

import csv
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from etl.cli.common import Shared, command, records, table
from etl.dossiers import generate
from etl.dossiers.counting import Span, load_basis, scored
from etl.dossiers.load import Ask, Report, load, put_lists
from etl.dossiers.rules import load_rules
from etl.warehouse.dossiers import DossierStore, Manifest
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


@dataclass
class PeriodOptions:
    """Which months of which province are counted."""

    province: Annotated[str, typer.Option(help="Slug of the province.")]
    from_month: Annotated[str, typer.Option(help="First month, YYYY-MM.")]
    to_month: Annotated[str, typer.Option(help="Last month; the first when blank.")] = ""
    out: Annotated[Path | None, typer.Option(help="Write form II.06a as CSV.", metavar="FILE")] = None
    store: Store = None


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
    if shared.json:
        shared.data({"ok": True, **asdict(report)})
        return
    for line in _told(report):
        shared.say(line)


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
    manifest = DossierStore(store or shared.settings.dossiers_dir).manifest()
    count = sum(int(part["count"]) for part in manifest.parts.values())
    if shared.json:
        shared.data({"ok": True, "dossiers": count, **asdict(manifest)})
        return
    mark = ", simulated" if manifest.simulated else ""
    shared.say(f"{count:,} dossiers{mark}, {len(manifest.loads)} loads, store {manifest.store_id or '-'}")
    if manifest.loads:
        shared.show(table("Loads", _loads(manifest)))


@command
def report_dossiers(shared: Shared, asked: PeriodOptions) -> None:
    """Count months: indicators and groups of the decision, and form II.06a."""
    folder = asked.store or shared.settings.dossiers_dir
    _months(asked.from_month, asked.to_month)
    store, span = (
        DossierStore(folder),
        Span(asked.province, asked.from_month, asked.to_month or asked.from_month),
    )
    if not store.manifest().months(span.province):
        known = sorted({one["province"] for one in store.manifest().loads})
        hint = f"known: {', '.join(known)}" if known else "load a file first: python -m etl dossiers load"
        raise SourceError([Problem("No dossiers of this province are kept", found=span.province, hint=hint)])
    basis = load_basis(folder)
    rules = basis.rules
    points = scored(store, span, basis).table(rules)
    lines = form(store.counts(span.province, span.first, span.last, ("level", "field")))
    if asked.out:
        _write(asked.out, lines, store.manifest().simulated)
    if shared.json:
        shared.data({"ok": True, "indicators": records(points), "form": lines})
        return
    shown = points.round({"share": 4, "points": 3, "open": 2}).astype(object)
    shared.show(
        table(f"{rules.index} {span.first} - {span.last}", shown, right=("points", "maximum", "open"))
    )
    shared.show(table("II.06a", pd.DataFrame(lines)))


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
