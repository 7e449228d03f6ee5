"""The command about templates: template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

import typer

from etl.cli.common import Shared, command
from etl.cli.frameworks import definitions_of
from etl.intake.template.plan import Wish, plan_template
from etl.intake.template.spec import Kind, Spec
from etl.intake.template.write import template_bytes
from etl.layers import layers_of
from etl.pack import read_pack
from indices.errors import Problem, SourceError
from indices.registry import Registry


@dataclass
class TemplateOptions:
    """What is said about a template on the command line."""

    index: Annotated[str, typer.Option(help="Index that the figures belong to.")]
    year: Annotated[int, typer.Option(help="Measured year.")]
    out: Annotated[Path, typer.Option(help="Workbook to write.", metavar="FILE")]
    kind: Annotated[
        str, typer.Option(help="scores: units by components; criteria: the criteria of one unit.")
    ] = "scores"
    province: Annotated[str, typer.Option(help="Only this province, or only its own units.")] = ""
    unit: Annotated[str, typer.Option(help="Only this unit of a province.")] = ""
    unit_set: Annotated[str, typer.Option(help="63, 34 or units; by default those of the year.")] = ""
    force: Annotated[bool, typer.Option("--force", help="Write over a file that exists.")] = False


@command
def template_command(shared: Shared, asked: TemplateOptions) -> None:
    """Write a workbook to fill in: right rows, checked inputs; it imports without a mapping."""
    registry = definitions_of(shared)
    wish = Wish(asked.index, asked.year, cast(Kind, asked.kind), asked.province, asked.unit, asked.unit_set)
    spec = plan_template(wish, registry, read_pack(layers_of(shared.settings).data))
    _write(asked, spec, registry)
    if shared.json:
        told = {"ok": True, "file": str(asked.out), "framework": spec.framework.id, "stamp": spec.stamp}
        shared.data(told | {"units": len(spec.units), "components": len(spec.parts())})
        return
    shared.say(
        f"{asked.out}: {len(spec.units)} units, {len(spec.parts())} components of {spec.framework.id}, "
        f"version {spec.stamp}."
    )


def _write(asked: TemplateOptions, spec: Spec, registry: Registry) -> None:
    """Write the file; one that exists may have been filled in, so it is left unless forced."""
    if asked.out.exists() and not asked.force:
        hint = "give another name, or --force to write over it"
        raise SourceError([Problem("The file exists already", str(asked.out), hint=hint)])
    info = next(info for info in registry.indices if info.index_code == spec.framework.index)
    try:
        asked.out.write_bytes(template_bytes(spec, info))
    except OSError as error:
        what = "The template cannot be written"
        raise SourceError([Problem(what, str(asked.out), found=str(error))]) from error
