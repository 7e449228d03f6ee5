"""`python -m exports`: documents on the command line. Every command is described in docs/cli.md.

The one place of this package that asks a release (as `app.py` does for the screens): it hands frames to pure
functions and writes what they give.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from etl.cli.common import Shared, command
from etl.duties import read_duties
from etl.warehouse.briefing import find_province, known_components, provinces_of
from etl.warehouse.queries import Warehouse
from exports.batch import Job, make, results
from exports.briefing.docx_template import template_bytes
from exports.briefing.model import Duty, NothingToBriefError, Wish, Written
from exports.briefing.pack import FORMATS, Templates
from exports.briefing.templates import check as check_template
from exports.briefing.words import LANGS
from exports.briefing.written import written_of
from indices.errors import Problem
from workspace.models import Assignment, Cause
from workspace.settings import Settings as WorkspaceSettings
from workspace.store import listed as listed_rows

POINTER = "current.json"
TEMPLATE = "report.docx"
app = typer.Typer(help="Documents from the served release.", no_args_is_help=True, add_completion=False)


@dataclass(frozen=True)
class Asked:
    """The options of a briefing, as typed."""

    year: Annotated[int, typer.Option(help="Measured year.")]
    province: Annotated[str, typer.Option(help="Name or slug of the province.")] = ""
    all: Annotated[
        bool, typer.Option("--all", help="Each province of the set; goes on where it stopped.")
    ] = False
    format: Annotated[str, typer.Option(help="Kinds of documents, by commas.")] = ",".join(FORMATS)
    index: Annotated[str, typer.Option(help="Codes of indices, by commas; by default those of leaders.")] = ""
    language: Annotated[str, typer.Option(help="vi or en.")] = LANGS[0]
    compare: Annotated[str, typer.Option(help="leaders, region, or slugs of provinces by commas.")] = (
        "leaders"
    )
    unit_set: Annotated[str, typer.Option(help="63 or 34 provinces, for --all or a name in both.")] = ""
    department: Annotated[str, typer.Option(help="Only what is assigned to this body.")] = ""
    workspace: Annotated[
        bool, typer.Option("--workspace", help="With causes and assignments of the workspace.")
    ] = False
    responsibilities: Annotated[
        Path | None, typer.Option(help="The province's table of lead bodies.", metavar="FILE")
    ] = None
    template: Annotated[
        list[Path] | None, typer.Option(help="A .docx or .pptx of your own; may be repeated.")
    ] = None
    out: Annotated[Path, typer.Option(help="Folder to write into.", metavar="DIR")] = Path("build/briefing")


@command
def briefing_command(shared: Shared, asked: Asked) -> None:
    """Make the documents of the conference for one province, or for each of them."""
    pointer = shared.settings.releases_dir / POINTER
    checked(asked)
    queries = Warehouse(pointer)
    slugs, written = wanted(queries, asked), read_written(queries, asked)
    templates = Templates({path.suffix.lower().lstrip("."): path for path in asked.template or ()})
    formats = tuple(listed(asked.format))
    jobs = [Job(pointer, wish_of(asked, one), formats, asked.out, templates, written(one)) for one in slugs]
    if not asked.all:
        told = {"files": [str(path) for path, _ in make(jobs[0])]}
        shared.data(told) if shared.json else [shared.say(path) for path in told["files"]]
        return
    made, refused = every(shared, jobs)
    if shared.json:
        shared.data({"files": made, "refused": refused})
    for slug, why in refused.items():
        shared.say(f"{slug}: {why}")
    shared.say(f"{len(jobs) - len(refused)} provinces, {len(made)} files in {asked.out}")


@command
def template_command(
    shared: Shared,
    out: Annotated[Path, typer.Option(help="Folder to write into.", metavar="DIR")] = Path("build/briefing"),
) -> None:
    """Write the style template of the report, to change and give to --template."""
    out.mkdir(parents=True, exist_ok=True)
    (out / TEMPLATE).write_bytes(template_bytes())
    shared.say(str(out / TEMPLATE))


def listed(text: str) -> list[str]:
    """The parts of a list by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def checked(asked: Asked) -> None:
    """Refuse options that cannot be used: an unknown kind of document or language, two or no provinces."""
    unknown = [one for one in listed(asked.format) if one not in FORMATS]
    if unknown:
        raise typer.BadParameter(f"unknown kind: {', '.join(unknown)}; known: {', '.join(FORMATS)}")
    if asked.language not in LANGS:
        raise typer.BadParameter(f"unknown language: {asked.language}; known: {', '.join(LANGS)}")
    if bool(asked.province) == asked.all:
        raise typer.BadParameter("name one province with --province, or ask for --all")
    given = [*(asked.template or ()), *([asked.responsibilities] if asked.responsibilities else [])]
    missing = [str(path) for path in given if not path.is_file()]
    if missing:
        raise typer.BadParameter(f"no such file: {', '.join(missing)}")
    for path in asked.template or ():
        check_template(path)


def wanted(queries: Warehouse, asked: Asked) -> list[str]:
    """Slugs of the provinces asked for. Raises NothingToBriefError for a name that nobody has."""
    if asked.all:
        return provinces_of(queries, asked.year, asked.unit_set or "63")
    slug = find_province(queries, asked.province, asked.unit_set)
    if slug is None:
        hint = "a name as in the release, or a slug such as quang-ninh"
        raise NothingToBriefError([Problem("No province is called so", found=asked.province, hint=hint)])
    return [slug]


def wish_of(asked: Asked, slug: str) -> Wish:
    """The wish of one province."""
    indices = tuple(listed(asked.index))
    return Wish(slug, asked.year, indices, asked.language, asked.compare, asked.department.strip())


def read_written(queries: Warehouse, asked: Asked) -> Callable[[str], Written]:
    """What people wrote of a province, by its slug: from the workspace of the settings, and the table of lead
    bodies. Each is read once, and only when asked for.
    """
    duties: tuple[Duty, ...] = ()
    if asked.responsibilities is not None:
        rows = read_duties(asked.responsibilities, known_components(queries))
        duties = tuple(Duty(*row) for row in rows)
    if not asked.workspace:
        return lambda slug: Written(duties=duties)
    units = queries.units()
    ids = dict(zip(units["slug"], units["unit_id"], strict=True))
    with WorkspaceSettings().opened().reading() as session:
        causes, works = listed_rows(session, Cause), listed_rows(session, Assignment)
    return lambda slug: written_of(causes, works, (ids[slug], asked.year), duties)


def every(shared: Shared, jobs: list[Job]) -> tuple[list[str], dict[str, str]]:
    """All provinces in a few processes, under a progress bar: files, and who was refused and why."""
    made: list[str] = []
    refused: dict[str, str] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=shared.err, disable=shared.json) as progress:
        task = progress.add_task("provinces", total=len(jobs))
        for slug, files, why in results(jobs):
            made += files
            if why:
                refused[slug] = why
            progress.update(task, advance=1, description=slug)
    return made, dict(sorted(refused.items()))


app.command("briefing")(briefing_command)
app.command("template")(template_command)

if __name__ == "__main__":
    app()
