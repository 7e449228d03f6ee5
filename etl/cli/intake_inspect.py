"""Commands that look before anything is imported: inspect, mappings, mappings show, mappings next."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from etl.cli.common import Shared, command, records, table
from etl.intake.context import load_context
from etl.intake.extract import Extract
from etl.intake.findings import Level
from etl.intake.fitting import Fit
from etl.intake.inspection import Given, Inspection
from etl.intake.layouts import extract
from etl.intake.mapping_file import ImportMapping, mapping_of, mapping_yaml
from etl.intake.mappings import Kept, Mappings, for_next_year
from etl.intake.preview import preview
from etl.intake.propose import propose
from etl.readers.files import open_workbook
from indices.errors import Problem, SourceError

_ROWS = 10
_FINDINGS = 10
_SHOWN = 60


@dataclass(frozen=True)
class _Looked:
    """All that inspect found. `used`: the mapping of the preview; `read`: what it reads, None without one."""

    inspection: Inspection
    fits: list[Fit]
    used: ImportMapping | None
    read: Extract | None
    saved: Path | None


@command
def inspect_command(
    shared: Shared,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The file to look at.")],
    mapping: Annotated[str, typer.Option(help="Preview with this mapping.", metavar="NAME")] = "",
    save: Annotated[str, typer.Option(help="Save the proposal by this name.", metavar="NAME")] = "",
    given: Annotated[str, typer.Option(help="What you know: index=…,year=…", metavar="LIST")] = "",
) -> None:
    """Show the sheets and headers of a file, propose how to read it, and preview its first rows."""
    told = _given(given)
    workbook = open_workbook(file, file.name)
    context = load_context(shared.settings)
    known = Mappings(shared.settings)
    inspection = propose(workbook, context, told)
    used = known.get(mapping) if mapping else inspection.mapping
    read = extract(workbook, used, context.names) if used else None
    saved = _save(known, used, save) if save else None
    looked = _Looked(inspection, known.fitting(workbook), used, read, saved)
    if shared.json:
        shared.data(_as_json(looked))
    else:
        _show(shared, looked)


def _given(text: str) -> Given:
    """What a person says on the command line, such as "year=2024,unit_set=63"."""
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    try:
        return Given.model_validate({name.strip(): value.strip() for name, _, value in pairs})
    except ValueError as error:
        names = ", ".join(f"{name}=…" for name in Given.model_fields)
        raise typer.BadParameter(f"--given {text}: write {names}; {error}") from None


def _save(known: Mappings, mapping: ImportMapping | None, name: str) -> Path:
    if mapping is None:
        raise SourceError([Problem("There is no proposal to save", hint="say more with --given")])
    return known.save(mapping_of(mapping.model_dump() | {"name": name}, name))


def _as_json(looked: _Looked) -> dict[str, Any]:
    findings = [found.as_json() for found in looked.read.findings] if looked.read else []
    return {
        "ok": True,
        **looked.inspection.as_json(),
        "fitting": [asdict(fit) for fit in looked.fits],
        "previewed": looked.used.name if looked.used else None,
        "preview": records(preview(looked.read, _ROWS)) if looked.read else [],
        "rows": len(looked.read.rows) if looked.read else 0,
        "findings": findings,
        "saved": str(looked.saved) if looked.saved else None,
    }


def _show(shared: Shared, looked: _Looked) -> None:
    inspection = looked.inspection
    for notice in inspection.notices:
        shared.say(f"note: {notice}")
    shared.show(table(inspection.file, _sheets(inspection)))
    shared.say("")
    shared.show(table("Proposal (? = to confirm)", _decisions(inspection), right=("sure",)))
    shared.say("\n" + _verdict(inspection))
    if looked.fits:
        shared.show(table("Mappings that fit", _fits(looked.fits), right=("fits",)))
    if looked.read is not None and looked.used is not None:
        _show_read(shared, looked.read, looked.used)
    if looked.saved:
        shared.say(f"\nSaved: {looked.saved}")


def _sheets(inspection: Inspection) -> pd.DataFrame:
    rows = [
        {
            "sheet": sheet.name,
            "state": sheet.state,
            "size": f"{sheet.rows} x {sheet.columns}",
            "layout": sheet.layout or "-",
            "read": "yes" if sheet.read else "no",
            "header rows": ", ".join(map(str, sheet.header_rows)) or "-",
            "header": " | ".join(text for text in sheet.header if text)[:_SHOWN],
        }
        for sheet in inspection.sheets
    ]
    return pd.DataFrame(rows)


def _decisions(inspection: Inspection) -> pd.DataFrame:
    rows = [
        {
            "": "" if decision.sure else "?",
            "what": decision.what,
            "sheet": decision.sheet,
            "column": decision.column,
            "proposed": decision.value[:_SHOWN] or "-",
            "sure": f"{decision.confidence:.0%}",
            "why": decision.why,
        }
        for decision in inspection.decisions
    ]
    return pd.DataFrame(rows)


def _verdict(inspection: Inspection) -> str:
    if inspection.mapping is None:
        return "No mapping can be proposed: give what is marked with ?."
    if inspection.missing:
        return f"{len(inspection.missing)} of these wait for a person to confirm them."
    return "Nothing is left to confirm."


def _fits(fits: list[Fit]) -> pd.DataFrame:
    rows = [
        {
            "mapping": fit.name,
            "origin": "saved" if fit.saved else "shipped",
            "fits": f"{fit.share:.0%}",
            "headers": f"{fit.matched} of {fit.anchors}",
            "year": "another" if fit.other_year else "same",
            "not found": ", ".join(fit.lost)[:_SHOWN],
        }
        for fit in fits
    ]
    return pd.DataFrame(rows)


def _show_read(shared: Shared, read: Extract, used: ImportMapping) -> None:
    shared.say("")
    shared.show(table(f"First rows as stored, by {used.name}", preview(read, _ROWS), right=("score", "rank")))
    counts = Counter(found.level for found in read.findings)
    told = ", ".join(f"{counts[level]} {level.value}s" for level in Level)
    shared.say(f"\n{len(read.rows)} rows; {told}")
    wanting = [found for found in read.findings if found.level is not Level.NOTE]
    for found in wanting[:_FINDINGS]:
        shared.say(f"  {found.level.value}: {found.problem.text()}")
    if len(wanting) > _FINDINGS:
        shared.say(f"  … and {len(wanting) - _FINDINGS} more (all of them with --json)")


@command
def list_mappings(shared: Shared, ctx: typer.Context) -> None:
    """List the mappings: shipped ones and those that people saved."""
    if ctx.invoked_subcommand:
        return
    frame = pd.DataFrame([_row(kept) for kept in Mappings(shared.settings).all()])
    if shared.json:
        shared.data(records(frame))
    elif frame.empty:
        shared.say("No mapping is there yet. `python -m etl inspect FILE --save NAME` saves one.")
    else:
        shared.show(table("Mappings", frame, right=("sheets",)))


def _row(kept: Kept) -> dict[str, object]:
    mapping = kept.mapping
    return {
        "name": kept.name,
        "origin": kept.origin,
        "index": mapping.index if mapping else "",
        "year": mapping.year if mapping else None,
        "sheets": len(mapping.sheets) if mapping else 0,
        "layouts": ", ".join(sorted({plan.layout for plan in mapping.sheets})) if mapping else "",
        "title": mapping.title_en or mapping.title_vi if mapping else kept.problems[0].text(),
    }


@command
def show_mapping(shared: Shared, name: Annotated[str, typer.Argument(help="Name of a mapping.")]) -> None:
    """Print a mapping as the text of its file."""
    mapping = Mappings(shared.settings).get(name)
    if shared.json:
        shared.data(mapping.model_dump(mode="json", exclude_defaults=True))
        return
    shared.say(mapping_yaml(mapping).rstrip())


@command
def next_mapping(
    shared: Shared,
    name: Annotated[str, typer.Argument(help="Name of a mapping.")],
    year: Annotated[int, typer.Argument(help="The year of the new file.")],
    save: Annotated[str, typer.Option(help="Name of the copy.", metavar="NAME")] = "",
) -> None:
    """Save a copy of a mapping for the file of another year."""
    known = Mappings(shared.settings)
    copy = for_next_year(known.get(name), year, save)
    path = known.save(copy)
    if shared.json:
        shared.data({"ok": True, "name": copy.name, "path": str(path)})
        return
    shared.say(f"Saved: {path}")
