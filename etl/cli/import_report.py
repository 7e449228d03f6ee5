"""The command report: the file of an import, given back with its findings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli.common import Shared, command
from etl.intake.checks.texts import LANGUAGES
from etl.intake.report import report
from etl.intake.service import Intake
from indices.errors import Problem, ReleaseError


@command
def report_command(
    shared: Shared,
    import_id: Annotated[str, typer.Argument(help="Id of the import.", metavar="ID")],
    out: Annotated[Path, typer.Option(help="The workbook to write (.xlsx).", dir_okay=False)],
    language: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Write the file of an import again, with a comment on every cell in question and a summary."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"{language} is not one of {', '.join(LANGUAGES)}", param_hint="--language")
    intake = Intake(shared.settings)
    draft, findings = intake.draft(import_id), intake.findings(import_id)
    written = report(intake.file(draft.file_id), findings, language, draft.file_name)
    try:
        out.write_bytes(written)
    except OSError as error:
        raise ReleaseError([Problem("The report cannot be written", str(out), found=str(error))]) from error
    if shared.json:
        shared.data({"ok": True, "import": draft.id, "file": str(out), "findings": len(findings)})
    shared.say(f"{out}: {len(findings)} findings of {draft.file_name}")
