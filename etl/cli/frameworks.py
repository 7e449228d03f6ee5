"""Commands about definitions: frameworks, frameworks diff."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer

from etl.cli.common import Shared, command, records, table
from etl.definitions import load_definitions
from etl.framework_diff import compare
from etl.layers import layers_of
from etl.mapping import nearest
from indices.errors import DefinitionError, Problem
from indices.framework import Framework
from indices.registry import Registry


def definitions_of(shared: Shared) -> Registry:
    """The registry of the definitions in use. Raises DefinitionError with everything wrong in them."""
    definitions = load_definitions(layers_of(shared.settings).definitions)
    if definitions.registry is None:
        raise DefinitionError(definitions.problems)
    return definitions.registry


@command
def list_frameworks(shared: Shared, ctx: typer.Context) -> None:
    """List the frameworks: what each index was made of in which years."""
    if ctx.invoked_subcommand:
        return
    frame = pd.DataFrame([_row(framework) for framework in definitions_of(shared).frameworks])
    if shared.json:
        shared.data(records(frame))
        return
    shared.show(table("Frameworks", frame, right=("components",)))


def _row(framework: Framework) -> dict[str, object]:
    return {
        "framework": framework.id,
        "index": framework.index,
        "years": _span(framework.years),
        "components": len({component.code for component in framework.components}),
        "decision": framework.decision.number,
    }


def _span(years: tuple[int, ...]) -> str:
    whole = list(years) == list(range(min(years), max(years) + 1))
    return f"{min(years)}-{max(years)}" if whole and len(years) > 1 else ", ".join(map(str, years))


@command
def diff_command(
    shared: Shared,
    first: Annotated[str, typer.Argument(help="Framework to start from.")],
    second: Annotated[str, typer.Argument(help="Framework to compare with it.")],
) -> None:
    """Show what changed between two frameworks: added, dropped, renumbered and changed components."""
    registry = definitions_of(shared)
    frame = compare(named_framework(registry, first), named_framework(registry, second), registry.links)
    if shared.json:
        shared.data(records(frame))
        return
    shared.show(table(f"{first} → {second}", frame))
    shared.say(f"{len(frame)} changes." if len(frame) else "No changes.")


def named_framework(registry: Registry, name: str) -> Framework:
    """The framework of an id. Raises DefinitionError, with the nearest known, for another name."""
    known = {framework.id: framework for framework in registry.frameworks}
    if name in known:
        return known[name]
    hint = f"nearest known: {', '.join(nearest(name, known))}"
    problem = Problem("There is no such framework", found=name, expected=", ".join(sorted(known)), hint=hint)
    raise DefinitionError([problem])
