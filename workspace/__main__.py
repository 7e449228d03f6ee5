"""`python -m workspace`: what is written taken out, brought in and copied. Described in docs/cli.md."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from indices.errors import Problem
from workspace import digest, feed, post, sheets, store
from workspace.database import Workspace
from workspace.errors import WorkspaceError
from workspace.models import Assignment
from workspace.settings import Settings
from workspace.words import LANGS

app = typer.Typer(help="What people wrote about the figures.", no_args_is_help=True, add_completion=False)
Target = Annotated[Path, typer.Argument(help="File to write; must not be there yet.")]


@contextmanager
def opened(upgrade: bool = True) -> Iterator[Workspace]:
    """The workspace of the settings; problems go to the error stream and end the program with their code."""
    try:
        workspace = Settings().opened() if upgrade else Workspace(Settings().url())
        try:
            yield workspace
        finally:
            workspace.close()
    except WorkspaceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None


@app.command()
def upgrade() -> None:
    """Make the database, or bring it to the schema of this program."""
    with opened() as workspace:
        typer.echo(workspace.place)


@app.command()
def downgrade(
    revision: Annotated[str, typer.Argument(help="0001 ..., or base: everything is dropped.")],
) -> None:
    """Take the schema back to an earlier program's. Make a copy first."""
    with opened(upgrade=False) as workspace:
        workspace.downgrade(revision)
        typer.echo(f"{workspace.place}: {revision}")


@app.command()
def backup(target: Target) -> None:
    """Copy the SQLite database, while others go on writing."""
    with opened() as workspace:
        workspace.backup(target)
        typer.echo(str(target))


@app.command()
def export(
    target: Target, language: Annotated[str, typer.Option(help="Of the headers: vi or en.")] = LANGS[0]
) -> None:
    """Write everything that stands there to a workbook."""
    with opened() as workspace, workspace.reading() as session:
        _new(target)
        target.write_bytes(sheets.to_xlsx(session, language))
        typer.echo(str(target))


@app.command("import")
def import_(
    source: Annotated[Path, typer.Argument(help="A workbook that export wrote, edited.", exists=True)],
    by: Annotated[
        str, typer.Option(help="Who makes the changes; the user of the computer unless said.")
    ] = "",
) -> None:
    """Take the rows of a workbook: new and changed ones, all of them or none."""
    with opened() as workspace, workspace.writing() as session:
        done = sheets.take(session, source.read_bytes(), by or getpass.getuser())
    typer.echo(f"added {done.added}, changed {done.changed}, the same {done.same}")
    for name in done.ignored:
        typer.echo(f"not looked at: {name}", err=True)


Language = Annotated[str, typer.Option(help="vi or en.")]
Unit = Annotated[str, typer.Option(help="Of one unit only, such as 63:22.")]


@app.command()
def calendar(target: Target, language: Language = LANGS[0], unit: Unit = "") -> None:
    """Write the deadlines to a file that calendars read."""
    with opened() as workspace, workspace.reading() as session:
        _new(target)
        works = [row for row in store.listed(session, Assignment) if unit in ("", row.unit_id)]
        target.write_bytes(feed.calendar(works, language))
        typer.echo(f"{target}: {len(works)}")


@app.command("digest")
def digest_(
    out: Annotated[Path, typer.Option(help="Folder for the two files.")] = Path(),
    week: Annotated[str, typer.Option(help="2026-W07; the present one unless said.")] = "",
    language: Language = LANGS[0],
    unit: Unit = "",
    send: Annotated[bool, typer.Option("--send", help="Send it by e-mail too (CCHC_SMTP_...).")] = False,
) -> None:
    """Write the week in one letter, as text and HTML."""
    with opened() as workspace, workspace.reading() as session:
        asked = digest.week_of(week, Settings().today or date.today())
        found = digest.letter(session, asked, language, unit)
        out.mkdir(parents=True, exist_ok=True)
        for suffix, content in ((".txt", digest.to_text(found)), (".html", digest.to_html(found))):
            path = out / f"digest_{asked.name}_{language}{suffix}"
            path.write_text(content, encoding="utf-8")
            typer.echo(str(path))
        if send:
            typer.echo(f"sent to {post.send(found, post.MailSettings())}")


def _new(target: Path) -> None:
    if target.exists():
        raise WorkspaceError([Problem("The file is there already", str(target))])


if __name__ == "__main__":
    sys.exit(app())
