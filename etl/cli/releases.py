"""Commands about releases: build, check, releases, rollback."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated

import pandas as pd
import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from etl import publish
from etl.build import STEPS, Built, build, load_material, silent
from etl.build import Progress as Step
from etl.cli.common import Shared, command, table
from etl.content import content_id
from etl.intake.builds import recorded
from etl.lock import only_builder


@command
def build_command(
    shared: Shared,
    force: Annotated[bool, typer.Option("--force", help="Build even when the release exists.")] = False,
    if_changed: Annotated[
        bool, typer.Option("--if-changed", help="Leave a release that was rolled back where it is.")
    ] = False,
) -> None:
    """Read, check and score the pack, write a release and serve it."""
    begun = time.perf_counter()
    with _bar(shared) as progress, recorded(shared.settings.releases_dir):
        built = build(shared.settings, force, if_changed, progress)
    seconds = round(time.perf_counter() - begun, 2)
    if shared.json:
        shared.data({"ok": True, "seconds": seconds, **asdict(built)})
    else:
        shared.say(_told(built, seconds))


def _told(built: Built, seconds: float) -> str:
    release = built.pointer.release_id
    if built.pointer.rolled_back_from and not built.changed:
        return (
            f"Release {release} is served; {built.pointer.rolled_back_from} was rolled back and its sources "
            "have not changed (python -m etl build serves it again)."
        )
    if built.reused:
        return f"Release {release} is up to date; nothing to build."
    scores, facts = built.rows.get("score", 0), built.rows.get("fact", 0)
    return (
        f"Release {release} built and served in {seconds} s: {facts:,} published values, {scores:,} scores."
    )


@contextmanager
def _bar(shared: Shared) -> Iterator[Step]:
    """A progress bar over the steps of a build, on the error stream, for people only."""
    if shared.json or not shared.err.is_terminal:
        yield silent
        return
    columns = (TextColumn("{task.description:<12}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=shared.err, transient=True) as bar:
        task = bar.add_task("starting", total=len(STEPS))
        yield lambda step: bar.update(task, description=step, completed=STEPS.index(step))


@command
def check_command(shared: Shared) -> None:
    """Check the definitions and the pack; write nothing."""
    with _bar(shared) as progress:
        material = load_material(shared.settings, progress)
    rows = {kind: len(frame) for kind, frame in material.pack.frames.items() if len(frame)}
    release_id = content_id(shared.settings)
    if shared.json:
        frameworks = len(material.registry.frameworks)
        shared.data({"ok": True, "release_id": release_id, "frameworks": frameworks, "rows": rows})
        return
    listed = ", ".join(f"{count:,} {kind}" for kind, count in rows.items())
    shared.say(f"No problems. {len(material.registry.frameworks)} frameworks; {listed}.")
    shared.say(f"A build would make release {release_id}.")


@command
def releases_command(shared: Shared) -> None:
    """List the releases on disk, newest first."""
    found = publish.releases(shared.settings.releases_dir)
    if shared.json:
        shared.data([asdict(release) for release in found])
        return
    rows = [
        {
            "release": r.release_id,
            "built (UTC)": r.built_at,
            "MB": f"{r.size / 1e6:.1f}",
            "served": "served" if r.served else "",
        }
        for r in found
    ]
    shared.say("" if rows else "No releases yet: run python -m etl build")
    shared.show(table("", pd.DataFrame(rows), right=("MB",)))


@command
def rollback_command(
    shared: Shared,
    release_id: Annotated[
        str | None, typer.Argument(help="Release to serve; the one before by default.")
    ] = None,
) -> None:
    """Serve an earlier release again."""
    with only_builder(shared.settings.releases_dir):
        pointer = publish.roll_back(shared.settings.releases_dir, release_id)
    if shared.json:
        shared.data({"ok": True, **asdict(pointer)})
    shared.say(f"Release {pointer.release_id} of {pointer.built_at} is served.")
