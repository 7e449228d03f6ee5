"""The command that makes the simulated pack."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from etl.build import build
from etl.cli.common import Shared, command
from etl.demo.growth import Growth
from etl.demo.plan import load_plan
from etl.demo.write import write_demo
from etl.dossiers.sample import load_sample
from etl.intake.service import Intake
from etl.survey.codebook import load_codebook
from etl.survey.received import receive_survey
from etl.survey.stage import stage_survey

# Dossiers of a year, enough for every unit to have some each month.
SAMPLE = 60_000


@command
def demo_command(
    shared: Shared,
    out: Annotated[Path, typer.Option(help="Folder to write (emptied first).", metavar="DIR")] = Path(
        "build/demo"
    ),
    indices: Annotated[int, typer.Option(min=1, help="Indices with full scorecards.")] = 1,
    years: Annotated[int, typer.Option(min=0, help="Years of each; 0: as planned.")] = 0,
    communes: Annotated[int, typer.Option(min=0, help="Made-up communes with an internal index.")] = 0,
) -> None:
    """Make a simulated pack in a folder of its own, with its own release: nothing in it is real."""
    growth = Growth(indices, years, communes)
    made = write_demo(load_plan(), shared.settings, out.resolve(), growth)
    build(made.settings)
    intake, who = Intake(made.settings), getpass.getuser()
    book = load_codebook(made.files / "survey.yaml")
    upload = receive_survey(intake, made.files / "survey.parquet", book, who)
    draft = stage_survey(intake, upload.file_id, book, who)
    # Publishing builds the release, dossiers and all.
    made.rows["loaded dossiers"] = load_sample(made.settings.dossiers_dir, SAMPLE, load_plan().seed).kept
    draft = intake.publish(draft.id, who)
    told = {"ok": draft.served, "folder": str(out), "release_id": draft.published_release, "rows": made.rows}
    if shared.json:
        shared.data(told)
        return
    listed = ", ".join(f"{count:,} {name}" for name, count in made.rows.items())
    shared.say(
        f"Simulated pack in {out}: {listed}. Release {draft.published_release}; nothing in it is real."
    )
