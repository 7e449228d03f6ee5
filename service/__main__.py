"""`python -m service`: settings, backup and restore. Described in docs/cli.md."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import typer

from configuration.report import rows
from indices.errors import DataError
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


if __name__ == "__main__":
    sys.exit(app())
