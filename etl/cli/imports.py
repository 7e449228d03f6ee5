"""Commands about files that people bring: import, imports, imports show | publish | discard | undo."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from etl.build import silent
from etl.cli.common import MOST_ALIKE, Shared, command, records, table
from etl.intake.diff import COLUMNS, Diff
from etl.intake.drafts import Draft, State
from etl.intake.findings import Finding, Level
from etl.intake.mapping_file import ImportMapping, load_mapping
from etl.intake.mappings import Mappings
from etl.intake.records import Progress as Step
from etl.intake.service import Intake
from etl.intake.store import Upload
from etl.settings import Settings
from indices.errors import Problem, SourceError

Who = Annotated[str, typer.Option(help="Who does it, for the journal; the user's name by default.")]
Wait = Annotated[float, typer.Option(help="Seconds to wait for another build to end.")]
Import = Annotated[str, typer.Argument(help="Id of the import.", metavar="ID")]
_REFUSED = SourceError.exit_code


@command
def import_command(
    shared: Shared,
    file: Annotated[Path, typer.Argument(help="Workbook, CSV or Parquet file.", exists=True, dir_okay=False)],
    mapping: Annotated[
        str, typer.Option(help="Name of a mapping or a mapping file; a template needs none.")
    ] = "",
    who: Who = "",
    publish: Annotated[bool, typer.Option("--publish", help="Publish at once what raises no doubt.")] = False,
) -> None:
    """Read a file by a mapping, check it and stage it; show what it would change."""
    intake, who = Intake(shared.settings), who or getpass.getuser()
    named = _mapping(shared.settings, mapping) if mapping else None
    upload = intake.receive(file.name, file.read_bytes(), who)
    read_by = named or _guessed(intake, upload)
    draft = intake.stage(upload.file_id, read_by, who)
    doubtful = draft.findings.get(Level.WARNING, 0) > 0
    if publish and draft.state is State.STAGED and not doubtful:
        with _spinner(shared) as step:
            draft = intake.publish(draft.id, who, progress=step)
    _show(shared, intake, draft)
    if publish and draft.state is State.STAGED:
        shared.say(f"Not published: look at the warnings, then python -m etl imports publish {draft.id}")
    if draft.state is State.REFUSED or (publish and not draft.served):
        raise typer.Exit(_REFUSED)


def _mapping(settings: Settings, name: str) -> ImportMapping:
    """A mapping file by its path, or a saved or shipped mapping by its name."""
    return load_mapping(Path(name)) if Path(name).is_file() else Mappings(settings).get(name)


def _guessed(intake: Intake, upload: Upload) -> ImportMapping:
    """How a file itself says that it is read: as a template, or by the only mapping that fits it whole."""
    found = intake.template(upload.file_id)
    if found is not None:
        return found
    fits = intake.fitting(upload.file_id)
    whole = [fit for fit in fits if fit.share == 1.0 and not fit.other_year]
    if len(whole) == 1:
        return Mappings(intake.settings).get(whole[0].name)
    near = ", ".join(f"{fit.name} ({fit.matched} of {fit.anchors})" for fit in fits[:5])
    what, hint = (
        "No mapping says clearly how to read the file",
        "python -m etl inspect FILE, then --mapping NAME",
    )
    raise SourceError([Problem(what, upload.name, found=near, expected="one that fits whole", hint=hint)])


@command
def list_imports(shared: Shared, ctx: typer.Context) -> None:
    """List the imports, newest first: drafts and what became of them."""
    if ctx.invoked_subcommand:
        return
    drafts = Intake(shared.settings).drafts()
    if shared.json:
        shared.data([_plain(draft) for draft in drafts])
        return
    shared.say("" if drafts else "No imports yet: python -m etl import FILE --mapping NAME")
    shared.show(table("", pd.DataFrame([_row(draft) for draft in drafts]), right=("rows",)))


def _plain(draft: Draft) -> dict[str, Any]:
    return draft.model_dump(mode="json")


def _row(draft: Draft) -> dict[str, object]:
    step = f" ({draft.work.step or 'starting'})" if draft.work else ""
    aside = ", not served" if draft.state is State.PUBLISHED and not draft.served else ""
    return {
        "import": draft.id,
        "state": f"{draft.state}{step}{aside}",
        "file": draft.file_name,
        "of": " ".join([draft.index, *map(str, draft.years)]),
        "rows": draft.rows,
        "by": draft.who,
        "staged (UTC)": draft.staged_at[:19],
    }


@command
def show_command(shared: Shared, import_id: Import) -> None:
    """Show one import: what was found in its file and what it changes."""
    intake = Intake(shared.settings)
    _show(shared, intake, intake.draft(import_id))


def _show(shared: Shared, intake: Intake, draft: Draft) -> None:
    found, diff = intake.findings(draft.id), intake.diff(draft.id)
    if shared.json:
        told = {name: records(getattr(diff, name)) for name in COLUMNS} if diff else None
        also = {"found": [each.as_json() for each in found], "diff": told}
        shared.data({"ok": draft.state is not State.REFUSED, **_plain(draft), **also})
        return
    shared.show(table("", pd.DataFrame([_row(draft)])))
    if draft.reason:
        shared.say(f"Reason: {draft.reason}")
    for line in _finding_lines(found):
        shared.say(line)
    for line in _diff_lines(diff):
        shared.say(line)


def _finding_lines(found: list[Finding]) -> Iterator[str]:
    for level in Level:
        mine = [each for each in found if each.level is level]
        yield from (f"{level}: {each.problem.text()}" for each in mine[:MOST_ALIKE])
        if len(mine) > MOST_ALIKE:
            yield f"… and {len(mine) - MOST_ALIKE} more {level}s (all of them with --json)"


def _diff_lines(diff: Diff | None) -> Iterator[str]:
    if diff is None:
        return
    count = diff.summary
    changed = f"{count['new']} new, {count['changed']} changed, {count['gone']} gone"
    yield f"Against release {diff.base_release}: {changed}"
    yield f"ranks moved: {count['ranks']}, {count['total_ranks']} of them of totals"
    yield f"sums that no longer agree with their parts: {count['unreconciled']}"
    yield f"figures held already: {count['confirmed']} the same, {count['conflicts']} different"
    for name in ("conflicts", "unreconciled"):
        for row in records(getattr(diff, name).head(MOST_ALIKE)):
            told = ", ".join(f"{key} {value}" for key, value in row.items() if value is not None)
            yield f"  {name}: {told}"


@command
def publish_import(shared: Shared, import_id: Import, who: Who = "", wait: Wait = 0.0) -> None:
    """Build the release with the import on top and serve it."""
    intake = Intake(shared.settings)
    with _spinner(shared) as step:
        draft = intake.publish(import_id, who or getpass.getuser(), wait, step)
    _done(shared, draft, f"Import {draft.id} is published: release {draft.published_release} is served.")


@command
def discard_import(shared: Shared, import_id: Import, who: Who = "") -> None:
    """Put a draft aside that was never published."""
    draft = Intake(shared.settings).discard(import_id, who or getpass.getuser())
    _done(shared, draft, f"Import {draft.id} is discarded.")


@command
def undo_import(shared: Shared, import_id: Import, who: Who = "", wait: Wait = 0.0) -> None:
    """Serve the release without an import, also when others were published after it."""
    intake = Intake(shared.settings)
    with _spinner(shared) as step:
        draft = intake.undo(import_id, who or getpass.getuser(), wait, step)
    _done(shared, draft, f"Import {draft.id} is undone: the release in service does not hold it any more.")


def _done(shared: Shared, draft: Draft, words: str) -> None:
    if shared.json:
        shared.data({"ok": True, **_plain(draft)})
    shared.say(f"{words} {draft.reason}".strip())


@contextmanager
def _spinner(shared: Shared) -> Iterator[Step]:
    """The step a publisher is at, on the error stream, for people only."""
    if shared.json or not shared.err.is_terminal:
        yield silent
        return
    columns = (SpinnerColumn(), TextColumn("{task.description:<12}"), TimeElapsedColumn())
    with Progress(*columns, console=shared.err, transient=True) as bar:
        task = bar.add_task("starting")
        yield lambda step: bar.update(task, description=step)
