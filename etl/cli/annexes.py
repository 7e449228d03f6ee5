"""The command about criteria annexes: annex."""

from __future__ import annotations

import getpass
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from etl.cli.common import Shared, command, records, table
from etl.cli.frameworks import definitions_of
from etl.intake.annex.confirm import stage_annex
from etl.intake.annex.definition import Wanted
from etl.intake.annex.draft import AnnexDraft, draft_definition, with_links, write_files
from etl.intake.annex.wish import sources_of, years_of
from etl.intake.findings import Finding, errors_of
from etl.intake.service import Intake
from etl.mapping import nearest
from etl.readers.files import open_workbook
from etl.readers.tidy import read_tidy
from indices.crosswalk import CROSSWALK_HEADER, Link
from indices.errors import DefinitionError, Problem, SourceError
from indices.framework import Framework
from indices.registry import Registry
from indices.tree import Node

_TREE = ("code", "name", "max", "source")
_PAIRS = ("old", "new", "kind", "what a person must judge")


@dataclass
class AnnexOptions:
    """What is said about an annex on the command line."""

    file: Annotated[Path, typer.Argument(help="The annex: .xlsx, .xls, .ods or .csv.", metavar="FILE")]
    index: Annotated[str, typer.Option(help="Index that the criteria belong to.")]
    id: Annotated[str, typer.Option(help="Name of the new framework, as in par_892.")]
    years: Annotated[str, typer.Option(help="Years it scores: 2026, 2026-2030 or 2026,2028.")]
    like: Annotated[str, typer.Option(help="Framework before, whose settings are taken over.")]
    decision: Annotated[str, typer.Option(help="Number of the decision.")] = ""
    date: Annotated[str, typer.Option(help="Date of the decision, yyyy-mm-dd.")] = ""
    sheet: Annotated[str, typer.Option(help="Sheet that holds the annex, where there are several.")] = ""
    source: Annotated[
        list[str], typer.Option(help="Where a criterion's score comes from, and all below it: CODE=TYPE.")
    ] = field(default_factory=list)
    crosswalk: Annotated[
        Path | None,
        typer.Option(help="Crosswalk that a person went through.", metavar="FILE", dir_okay=False),
    ] = None
    out: Annotated[Path | None, typer.Option(help="Folder to write the definition to.", metavar="DIR")] = None
    stage: Annotated[bool, typer.Option("--stage", help="Stage the definition as a draft.")] = False
    who: Annotated[str, typer.Option(help="Who does it, for the journal; the user's name by default.")] = ""


@command
def annex_command(shared: Shared, asked: AnnexOptions) -> None:
    """Make a framework of a decision's criteria annex: tree, problems, what changed, pairs to confirm."""
    registry = definitions_of(shared)
    _check_index(registry, asked)
    draft = draft_definition(_workbook(asked.file), _wanted(asked), asked.like, registry, asked.sheet)
    if asked.crosswalk:
        draft = with_links(draft, _crosswalk(asked.crosswalk), registry)
    written = write_files(draft.files(), asked.out) if asked.out and draft.usable else []
    staged = _stage(shared, asked, draft) if asked.stage and draft.usable else ""
    if shared.json:
        shared.data(_as_json(draft, written) | {"staged": staged})
    else:
        _for_people(shared, draft, written)
        _say_staged(shared, staged)
    if not draft.usable and not shared.json:
        raise SourceError([found.problem for found in errors_of(draft.findings)])
    if not draft.usable:
        raise typer.Exit(SourceError.exit_code)


def _workbook(path: Path) -> Any:
    if not path.is_file():
        raise SourceError([Problem("There is no such file", str(path))])
    return open_workbook(path)


def _crosswalk(path: Path) -> list[dict[str, str]]:
    if not path.is_file():
        raise DefinitionError([Problem("There is no such file", str(path))])
    read = read_tidy(path, path.name, CROSSWALK_HEADER)
    if read.problems or read.frame is None:
        raise DefinitionError(read.problems)
    return [{str(k): str(v) for k, v in row.items()} for row in read.frame.to_dict("records")]


def _stage(shared: Shared, asked: AnnexOptions, draft: AnnexDraft) -> str:
    """Keep the annex and stage its definition with everything found in it; gives back the draft's id."""
    intake, who = Intake(shared.settings), asked.who or getpass.getuser()
    upload = intake.receive(asked.file.name, asked.file.read_bytes(), who)
    return stage_annex(intake, upload.file_id, draft, who).id


def _say_staged(shared: Shared, draft_id: str) -> None:
    if draft_id:
        shared.say(f"Staged as {draft_id}: look at it with python -m etl imports show {draft_id}")


def _check_index(registry: Registry, asked: AnnexOptions) -> None:
    known = [info.index_code for info in registry.indices]
    if asked.index not in known:
        hint = f"nearest known: {', '.join(nearest(asked.index, known))}"
        what = "There is no such index"
        raise DefinitionError([Problem(what, found=asked.index, expected=", ".join(known), hint=hint)])
    like = next((f for f in registry.frameworks if f.id == asked.like), None)
    if like is not None and like.index != asked.index:
        what, expected = "The framework before is of another index", f"a framework of {asked.index}"
        raise DefinitionError([Problem(what, found=f"{like.id}: {like.index}", expected=expected)])


def _wanted(asked: AnnexOptions) -> Wanted:
    try:
        years = tuple(years_of(asked.years))
    except ValueError as error:
        raise typer.BadParameter(f"{error}: write years as 2026, 2026-2030 or 2026,2028") from error
    return Wanted(asked.id, years, asked.decision, asked.date, sources=sources_of(asked.source))


def _as_json(draft: AnnexDraft, written: Iterable[Path]) -> dict[str, Any]:
    return {
        "ok": draft.usable,
        "framework": draft.raw.folder,
        "sheet": draft.annex.sheet,
        "components": draft.raw.components,
        "findings": [found.as_json() for found in draft.findings],
        "diff": records(draft.diff),
        "crosswalk": [asdict(link) for link in draft.links],
        "written": [str(path) for path in written],
    }


def _for_people(shared: Shared, draft: AnnexDraft, written: list[Path]) -> None:
    if draft.framework is not None:
        shared.show(
            table(f"{draft.raw.folder} ({draft.annex.sheet})", _tree(draft.framework), right=("max",))
        )
    rest = [found for found in draft.findings if found not in errors_of(draft.findings)]
    for line in _lines(rest):
        shared.say(line)
    if len(draft.diff):
        shared.show(table("\nWhat changed", draft.diff))
    if draft.links:
        shared.show(table("\nProposed crosswalk: a person confirms each row", _pairs(draft.links)))
    for path in written:
        shared.say(f"Written: {path}")
    if written:
        shared.say("Next: put names in the column confirmed_by of the crosswalk, then python -m etl check.")


def _tree(framework: Framework) -> pd.DataFrame:
    tree = framework.tree(min(framework.years))
    nodes = sorted(tree.nodes.values(), key=lambda node: node.order)
    return pd.DataFrame([_row(node) for node in nodes], columns=list(_TREE))


def _row(node: Node) -> dict[str, str]:
    most = "?" if node.max_score is None else f"{node.max_score:g}"
    indent = "  " * node.depth
    return {"code": node.code, "name": f"{indent}{node.name_vi}", "max": most, "source": node.source_type}


def _lines(findings: Iterable[Finding]) -> Iterator[str]:
    for found in findings:
        problem = found.problem
        details = [f"{name}: {getattr(problem, name)}" for name in ("found", "expected", "hint")]
        told = "; ".join([problem.what, *(text for text in details if not text.endswith(": "))])
        yield f"{found.level.value:<8} {problem.place}: {told}"


def _pairs(links: Iterable[Link]) -> pd.DataFrame:
    rows = [(link.from_code, link.to_code, link.kind, link.note) for link in links]
    return pd.DataFrame(rows, columns=list(_PAIRS))
