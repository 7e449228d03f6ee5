"""What all commands share: where things lie, words or JSON, errors told without a traceback."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, asdict, dataclass, fields, is_dataclass
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import pandas as pd
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table

from etl.settings import Settings
from indices.errors import DataError, Problem

# So many problems of one kind in one file are printed; the rest is counted. JSON holds all.
MOST_ALIKE = 25
_WIDE = 160
FOLDERS = ("data", "definitions", "releases", "imports")

_SHARED: dict[str, Any] = {
    "data": Annotated[Path | None, typer.Option(help="Folder of the pack.", metavar="DIR")],
    "definitions": Annotated[Path | None, typer.Option(help="Folder of the definitions.", metavar="DIR")],
    "releases": Annotated[Path | None, typer.Option(help="Folder of the built releases.", metavar="DIR")],
    "imports": Annotated[Path | None, typer.Option(help="Folder of the imports.", metavar="DIR")],
    "json": Annotated[bool, typer.Option("--json", help="Print JSON for machines.")],
}


@dataclass(frozen=True)
class Shared:
    """The shared options of one call: settings with the folders given, and the form of the output."""

    settings: Settings
    json: bool
    out: Console
    err: Console

    def data(self, content: object) -> None:
        """Print a result as JSON."""
        self.out.print_json(data=content, default=str)

    def say(self, text: str) -> None:
        """Print a line for people; nothing when machines read."""
        if not self.json:
            self.out.print(text, markup=False, highlight=False)

    def show(self, table: Table) -> None:
        """Print a table for people."""
        self.out.print(table)


def command(work: Callable[..., None]) -> Callable[..., None]:
    """Make a command of `work(shared, ...)`: the shared options join its own, and a DataError becomes its
    problems on the screen and the exit code of its class.

    A parameter whose type is a dataclass stands for an option (or argument) by field, so that a command may
    have many of them.
    """
    parameters = list(inspect.signature(work, eval_str=True).parameters.values())[1:]
    groups: dict[str, Any] = {p.name: p.annotation for p in parameters if is_dataclass(p.annotation)}

    @functools.wraps(work)
    def run(**options: Any) -> None:
        shared = _shared(options)
        for name, group in groups.items():
            options[name] = group(**{f.name: options.pop(f.name) for f in fields(group)})
        try:
            work(shared, **options)
        except DataError as error:
            tell(shared, error)
            raise typer.Exit(error.exit_code) from None

    own = [one for p in parameters for one in (_expanded(p.annotation) if p.name in groups else [p])]
    run.__signature__ = inspect.Signature([*own, *_shared_parameters()])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*own, *_shared_parameters()]}
    return run


def _expanded(group: type[Any]) -> list[inspect.Parameter]:
    """A parameter by field of a dataclass."""
    types = get_type_hints(group, include_extras=True)
    kind = inspect.Parameter.KEYWORD_ONLY
    return [
        inspect.Parameter(f.name, kind, default=_default(f), annotation=types[f.name]) for f in fields(group)
    ]


def _default(field: Field[Any]) -> Any:
    if field.default_factory is not MISSING:
        return field.default_factory()
    return inspect.Parameter.empty if field.default is MISSING else field.default


def _shared_parameters() -> list[inspect.Parameter]:
    kind = inspect.Parameter.KEYWORD_ONLY
    defaults: dict[str, Any] = {"json": False}
    return [
        inspect.Parameter(name, kind, default=defaults.get(name), annotation=annotation)
        for name, annotation in _SHARED.items()
    ]


def _shared(options: dict[str, Any]) -> Shared:
    """Take the shared options out of `options`."""
    folders = {f"{name}_dir": options.pop(name) for name in FOLDERS}
    as_json = bool(options.pop("json"))
    try:
        settings = Settings(**{name: folder for name, folder in folders.items() if folder is not None})
    except ValidationError as error:
        raise typer.BadParameter(str(error)) from error
    return Shared(settings, as_json, _console(), Console(stderr=True, soft_wrap=True))


def _console() -> Console:
    """The screen as wide as it is; wide enough for every table where a file or a program reads."""
    console = Console(soft_wrap=True)
    return console if console.is_terminal else Console(soft_wrap=True, width=_WIDE)


def tell(shared: Shared, error: DataError) -> None:
    """Print every problem of an error: grouped by file for people, complete for machines."""
    if shared.json:
        problems = [asdict(problem) for problem in error.problems]
        shared.data(
            {"ok": False, "error": type(error).__name__, "exit_code": error.exit_code, "problems": problems}
        )
        return
    count = len(error.problems)
    shared.err.print(f"{count} problem{'s' if count != 1 else ''}; nothing was changed.", style="bold red")
    for file, group in groupby(sorted(error.problems, key=lambda p: p.file), key=lambda p: p.file):
        shared.err.print(f"\n{file or 'in general'}", markup=False, highlight=False, style="bold")
        for line in _lines(list(group)):
            shared.err.print(line, markup=False, highlight=False)


def _lines(problems: list[Problem]) -> list[str]:
    lines: list[str] = []
    for what in dict.fromkeys(problem.what for problem in problems):
        alike = [problem for problem in problems if problem.what == what]
        lines += [f"  {_line(problem)}" for problem in alike[:MOST_ALIKE]]
        if len(alike) > MOST_ALIKE:
            lines.append(f"  … and {len(alike) - MOST_ALIKE} more of the same (all of them with --json)")
    return lines


def _line(problem: Problem) -> str:
    parts = {"found": problem.found, "expected": problem.expected, "hint": problem.hint}
    told = "; ".join(f"{name}: {value}" for name, value in parts.items() if value)
    where = f"{problem.place}: " if problem.place else ""
    return f"{where}{problem.what}" + (f"; {told}" if told else "")


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as plain values, missing ones None."""
    plain = frame.astype(object).where(frame.notna(), None)
    return [{str(k): v for k, v in row.items()} for row in plain.to_dict("records")]


def table(title: str, frame: pd.DataFrame, right: tuple[str, ...] = ()) -> Table:
    """A frame as a table on the screen; the columns in `right` are set to the right."""
    drawn = Table(title=title, title_justify="left", box=None, header_style="bold", pad_edge=False)
    for column in frame.columns:
        drawn.add_column(str(column), justify="right" if column in right else "left", no_wrap=column in right)
    for row in frame.itertuples(index=False, name=None):
        drawn.add_row(*["" if pd.isna(value) else str(value) for value in row])
    return drawn
