"""`python -m service`: settings, backup and restore. Described in docs/cli.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from configuration.report import rows
from indices.errors import DataError
from service.archive import Manifest, verified
from service.backup import Places, back_up, restore
from service.settings import KINDS, complain

app = typer.Typer(help="Keeping the product in service.", no_args_is_help=True, add_completion=False)
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@app.callback()
def main() -> None:
    """Keeping the product in service."""


@contextmanager
def told() -> Iterator[None]:
    """Problems go to the error stream, one a line, and end the program with their code."""
    try:
        yield
    except DataError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(error.exit_code) from None


@app.command("settings")
def settings_(as_json: Json = False) -> None:
    """Every setting, its value (secrets hidden) and where that comes from; or all that is wrong."""
    with told():
        complain()
        listed = rows(KINDS)
    if as_json:
        typer.echo(json.dumps([asdict(row) for row in listed], indent=2, ensure_ascii=False))
        return
    widths = [max(len(getattr(row, column)) for row in listed) for column in ("name", "value")]
    for row in listed:
        typer.echo(f"{row.name:{widths[0]}}  {row.value:{widths[1]}}  {row.origin}")


@app.command("backup")
def backup_(target: Annotated[Path, typer.Argument(help="Archive to write; must not be there yet.")]) -> None:
    """Copy releases, imports, dossiers and the workspace into one archive, while people go on working."""
    with told():
        _say(target, back_up(target, Places.told()))


@app.command("restore")
def restore_(source: Annotated[Path, typer.Argument(help="An archive that backup wrote.")]) -> None:
    """Put an archive back into empty folders and an empty workspace: wholly, or not at all."""
    with told():
        _say(source, restore(source, Places.told()))


@app.command()
def verify(source: Annotated[Path, typer.Argument(help="An archive that backup wrote.")]) -> None:
    """Read an archive whole against its list; change nothing."""
    with told():
        _say(source, verified(source))


def _say(archive: Path, about: Manifest) -> None:
    release, workspace = about.release or "none", about.revision or "none"
    made = f"made {about.made_at} by version {about.program}"
    typer.echo(f"{archive}: {len(about.files)} files, release {release}, workspace {workspace}, {made}")


if __name__ == "__main__":
    sys.exit(app())
