"""A person's word on an annex, line by line, and the definition staged with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from etl.intake.annex.draft import AnnexDraft, with_links
from etl.intake.definition_files import write_definition
from etl.intake.drafts import Draft
from etl.intake.findings import Finding, errors_of
from etl.intake.service import Intake
from etl.intake.staging import DEFINITION
from indices.crosswalk import CROSSWALK_HEADER
from indices.errors import DefinitionError, Problem, SourceError
from indices.registry import Registry

CONFIRM, REJECT = "confirm", "reject"
# What names a line of the difference.
LINE: Final = ("change", "component", "what", "before", "after")

Row = Mapping[str, Any]


def line_of(row: Row) -> tuple[str, ...]:
    """The name of a line of the difference."""
    return tuple(str(row.get(name) or "") for name in LINE)


def confirmed(
    draft: AnnexDraft, lines: Sequence[Row], links: Sequence[Row], who: str, registry: Registry
) -> AnnexDraft:
    """The draft with what a person decided: rows confirmed carry the name, rejected ones are left out.

    `lines`: the difference with `seen`; `links`: the proposed crosswalk with `verdict` (confirm or reject),
    of which `from_code` and `kind` may be corrected. Raises DefinitionError while a line waits, when what was
    shown is no longer what the file gives, or for rows that do not fit the frameworks.
    """
    _same_as_shown(draft, lines, links)
    waiting = [str(row.get("component")) for row in lines if not row.get("seen")]
    waiting += [str(row.get("to_code")) for row in links if row.get("verdict") not in (CONFIRM, REJECT)]
    if waiting:
        found = f"n = {len(waiting)}: {', '.join(waiting[:12])}"
        raise DefinitionError([Problem("Lines wait for a person's word", found=found, expected="n = 0")])
    kept = [dict(row) | {"confirmed_by": who} for row in links if row["verdict"] == CONFIRM]
    rows = [{name: str(row.get(name) or "") for name in CROSSWALK_HEADER} for row in kept]
    return with_links(draft, rows, registry)


def _same_as_shown(draft: AnnexDraft, lines: Sequence[Row], links: Sequence[Row]) -> None:
    """A person answers for what stood on the screen, nothing else."""
    shown = {line_of(row) for row in lines}, {str(row.get("to_code")) for row in links}
    rows: list[dict[str, Any]] = draft.diff.to_dict("records")  # type: ignore[assignment]
    now = {line_of(row) for row in rows}, {link.to_code for link in draft.links}
    if shown != now:
        what, hint = "What is shown is no longer what the file gives", "look at it once more"
        raise DefinitionError([Problem(what, draft.annex.file, draft.annex.sheet, hint=hint)])


def stage_annex(intake: Intake, file_id: str, draft: AnnexDraft, who: str) -> Draft:
    """Stage the definition of a kept annex with everything that was found in it.

    Raises SourceError when the annex has errors; nothing is staged then.
    """
    if not draft.usable:
        raise SourceError([found.problem for found in errors_of(draft.findings)])
    files = write_definition(draft.files())

    def write(folder: Path, import_id: str) -> list[Finding]:
        return [*files.write(folder, import_id), *draft.findings]

    return intake.stage_overlay(DEFINITION, file_id, who, files.index, write)
