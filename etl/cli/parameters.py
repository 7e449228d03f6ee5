"""The command that keeps pooled reference ranges up to date: parameters."""

from __future__ import annotations

from typing import Annotated

import pandas as pd
import typer

from etl.build import load_material
from etl.cli.common import Shared, command, records, table
from etl.cli.frameworks import named_framework
from etl.crosschecks import make_context
from etl.parameters_file import write_ranges
from etl.ranges import PARAMETERS, last_measured, widened

_NUMBERS = ("ref_min", "ref_max", "new_min", "new_max")


@command
def parameters_command(
    shared: Shared,
    framework_id: Annotated[str, typer.Argument(help="Framework whose ranges are pooled.")],
    year: Annotated[
        int | None, typer.Option("--year", help="Year; the last with figures by default.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the ranges; only shown without it.")] = False,
) -> None:
    """Widen the pooled ranges of a year by the figures of all years up to it."""
    material = load_material(shared.settings, ranges=False)
    framework = named_framework(material.registry, framework_id)
    context = make_context(material.pack, material.registry)
    chosen = last_measured(context, framework) if year is None else year
    found = widened(context, framework, chosen)
    todo = found[~found["kept"].astype(bool)]
    if write and len(todo):
        path = material.definitions.folders[framework.id] / PARAMETERS
        ends = zip(todo["new_min"].astype(float), todo["new_max"].astype(float), strict=True)
        write_ranges(path, dict(zip([(chosen, str(code)) for code in todo["code"]], ends, strict=True)))
    _tell(shared, {"framework": framework.id, "year": chosen, "written": write and len(todo) > 0}, found)


def _tell(shared: Shared, about: dict[str, object], found: pd.DataFrame) -> None:
    if shared.json:
        shared.data({"ok": True, **about, "ranges": records(found)})
        return
    todo, kept = found[~found["kept"].astype(bool)], int(found["kept"].sum())
    if len(todo):
        shown = todo.drop(columns="kept").assign(name_vi=todo["name_vi"].str.slice(0, 60))
        shown[list(_NUMBERS)] = shown[list(_NUMBERS)].map(lambda v: "" if pd.isna(v) else f"{v:g}")
        shared.show(table(f"{about['framework']}, {about['year']}", shown, right=_NUMBERS))
    done = "written" if about["written"] else "to write (add --write)"
    shared.say(f"{len(todo)} ranges {done}." if len(todo) else "No range to widen.")
    if kept:
        shared.say(f"{kept} ranges are narrower and known to be (known_ranges.csv): they stay.")
