"""The command about survey microdata: read by a codebook, checked, staged."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pandas as pd
import typer

from etl.cli.common import MOST_ALIKE, Shared, command, table
from etl.cli.imports import Who
from etl.facts import unit_names
from etl.intake.drafts import State
from etl.intake.findings import Finding, Level, errors_of
from etl.intake.service import Intake
from etl.pack import read_pack
from etl.survey.answers import Answers
from etl.survey.codebook import Codebook, find_codebook
from etl.survey.listed import REPORT, write_report
from etl.survey.received import receive_survey
from etl.survey.stage import BESIDE, Read, balance_of, read_survey, stage_survey
from indices.errors import SourceError

_REFUSED = SourceError.exit_code


@dataclass
class SurveyOptions:
    """What is said about a survey file on the command line."""

    codebook: Annotated[str, typer.Option(help="Name of a codebook, or a codebook file.")]
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; the first that is shown by default.")] = ""
    report: Annotated[Path | None, typer.Option(help="Write every odd row there, by number.")] = None
    stage: Annotated[bool, typer.Option("--stage", help="Stage it as a draft.")] = False
    who: Who = ""


@command
def survey_command(
    shared: Shared,
    file: Annotated[Path, typer.Argument(help="CSV, Parquet, workbook, .sav.", exists=True, dir_okay=False)],
    asked: SurveyOptions,
) -> None:
    """Read survey answers by a codebook and check them; with --stage make a draft of them."""
    book = find_codebook(shared.settings, asked.codebook)
    if asked.stage:
        _stage(shared, file, book, asked)
        return
    read = read_survey(file, file.name, book, unit_names(read_pack(shared.settings.data_dir)), asked.sheet)
    if asked.report:
        write_report(asked.report, read.answers.listed)
    _say(shared, read.findings, _counts(read))
    if not shared.json:
        shared.show(table("Answers", _items(read.answers), right=("answered", "don't know", "satisfied %")))
    if errors_of(read.findings):
        raise typer.Exit(_REFUSED)


def _stage(shared: Shared, file: Path, book: Codebook, asked: SurveyOptions) -> None:
    intake, who = Intake(shared.settings), asked.who or getpass.getuser()
    upload = receive_survey(intake, file, book, who, asked.sheet)
    draft = stage_survey(intake, upload.file_id, book, who)
    told = {"draft": draft.id, "state": draft.state.value, **balance_of(intake, draft.id)}
    _say(shared, intake.findings(draft.id), {**told, "odd_rows": f"{draft.id}/{BESIDE}/{REPORT}"})
    if draft.state is State.REFUSED:
        raise typer.Exit(_REFUSED)


def _counts(read: Read) -> dict[str, object]:
    frame = read.answers.frame
    return {**read.balance, "items": len(read.answers.items), "units": int(frame["unit_id"].nunique())}


def _say(shared: Shared, findings: list[Finding], told: dict[str, object]) -> None:
    if shared.json:
        shared.data(
            {"ok": not errors_of(findings), **told, "findings": [found.as_json() for found in findings]}
        )
        return
    shared.say(", ".join(f"{name}: {value}" for name, value in told.items()))
    for level in Level:
        alike = [found for found in findings if found.level is level]
        for found in alike[:MOST_ALIKE]:
            shared.say(f"  {level.value}: {found.problem.text()}")
        if len(alike) > MOST_ALIKE:
            shared.say(f"  … and {len(alike) - MOST_ALIKE} more (all of them with --json)")


def _items(answers: Answers) -> pd.DataFrame:
    """Each item: how many answered, how many do not know, the plain share of satisfied answers."""
    rows = []
    for item in answers.codebook.items:
        codes = answers.frame[f"item_{item.code}"]
        given = codes[codes > 0].dropna()
        good = given.isin(answers.codebook.scales[item.scale].satisfied).mean()
        share = f"{100 * good:.1f}" if len(given) else "-"
        unknown = int((codes < 0).sum())
        rows.append(
            {
                "item": item.code,
                "label": item.label_vi,
                "answered": len(given),
                "don't know": unknown,
                "satisfied %": share,
            }
        )
    return pd.DataFrame(rows)
