"""A survey file staged like any import: kept, cleaned of persons, coded, checked, written as Parquet."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.filekinds import SIMULATED
from etl.intake.atomic import not_written, write_whole
from etl.intake.base import load_base
from etl.intake.drafts import Draft
from etl.intake.findings import At, Finding, Level, errors_of, finding
from etl.intake.overlay import source_of, write_source, write_table
from etl.intake.privacy import clean_table
from etl.intake.service import Intake
from etl.intake.staging import SURVEY
from etl.intake.waves import loaded_before
from etl.mapping import UnitNames
from etl.readers.files import read_columns
from etl.survey.answers import Answers, code_answers
from etl.survey.checks import check_answers
from etl.survey.codebook import Codebook
from etl.survey.cube import write_cells
from etl.survey.drivers import write_drivers
from etl.survey.listed import REPORT, write_report, wrong_rows

RESPONSES = "responses.parquet"
CODEBOOK = "codebook.json"
BALANCE = "balance.json"
# Beside the overlay: the pack's own form holds no binary files.
BESIDE = "survey"
WAVE_COLUMNS = (
    "wave_id", "index_code", "year", "unit_set", "name_vi", "name_en", "n_rows", "n_items", "n_units",
    "weighted", "stratified", "clustered", "simulated", "responses", "sha256", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A survey file that was read: its answers and everything that was found."""

    answers: Answers
    findings: list[Finding]

    @property
    def balance(self) -> dict[str, int]:
        """Rows read = rows taken + rows refused (all of them once anything is certainly wrong); among them
        rows that are wrong themselves."""
        rows = len(self.answers.frame)
        taken = 0 if errors_of(self.findings) else rows
        wrong = wrong_rows(self.answers.listed)
        return {"rows": rows, "taken": taken, "refused": rows - taken, "wrong": wrong}


def read_survey(path: Path, name: str, codebook: Codebook, names: UnitNames, sheet: str = "") -> Read:
    """Read, clean, code and check a survey file. Raises SourceError when it cannot be opened at all."""
    table, personal = clean_table(read_columns(path, name, sheet), name)
    answers = code_answers(table, codebook, names, name)
    found = [*personal, *answers.findings]
    # Rows are looked at also when others are wrong, so that all are told at once.
    if all(one.check != "survey.column_missing" for one in found):
        found += check_answers(answers)
    return Read(answers, found)


def stage_survey(intake: Intake, file_id: str, codebook: Codebook, who: str) -> Draft:
    """The draft of a kept survey file: answers as Parquet beside the draft's overlay; the release gets
    a row that tells of the wave. Rows in which something was found are listed beside it, refused or not.

    Raises a DataError when the file cannot be opened or nothing is served.
    """
    upload, served = intake.upload(file_id), load_base(intake.settings)
    read = read_survey(intake.file(file_id), upload.name, codebook, served.names)
    held = served.view.survey_waves(codebook.index)
    made_up = codebook.source.trust == SIMULATED
    read.findings.extend(intake.left_out(file_id))
    read.findings.extend(simulation_problem(upload.name, made_up, served.info.simulated))

    def write(folder: Path, import_id: str) -> Sequence[Finding]:
        if not errors_of(read.findings):
            wave = write_wave(folder, import_id, read.answers)
            read.findings.extend(loaded_before(held, wave, import_id, upload.name))
        beside = folder.parent / BESIDE
        write_report(beside / REPORT, read.answers.listed)
        write_whole(beside / BALANCE, json.dumps(read.balance) + "\n")
        return read.findings

    return intake.stage_overlay(SURVEY, file_id, who, codebook.index, write)


def write_wave(folder: Path, import_id: str, answers: Answers) -> dict[str, str]:
    """The answers as Parquet beside the overlay, and in it the row of the wave, which is returned.

    Raises ReleaseError.
    """
    book, beside = answers.codebook, folder.parent / BESIDE
    target = beside / RESPONSES
    try:
        beside.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pandas(answers.frame, preserve_index=False), target, compression="zstd")
    except OSError as error:
        raise not_written(target, error) from error
    cells = pd.read_parquet(write_cells(beside, target, book))
    write_drivers(beside, target, book, cells)
    write_whole(beside / CODEBOOK, book.model_dump_json(indent=1) + "\n")
    write_source(folder, import_id, book.source)
    told = _wave(import_id, answers, hashlib.sha256(target.read_bytes()).hexdigest())
    row = {name: str(told[name]) for name in WAVE_COLUMNS}
    write_table(folder / f"surveys/waves_{import_id}.csv", list(row), [list(row.values())])
    return row


def _wave(import_id: str, answers: Answers, digest: str) -> dict[str, Any]:
    book, frame = answers.codebook, answers.frame
    return {
        "wave_id": f"{book.name}_{import_id}", "index_code": book.index, "year": book.year,
        "unit_set": book.unit_set, "name_vi": book.title_vi, "name_en": book.title_en or book.title_vi,
        "n_rows": len(frame), "n_items": len(book.items), "n_units": frame["unit_id"].nunique(),
        "weighted": int(bool(book.weight)), "stratified": int(bool(book.stratum)),
        "clustered": int(bool(book.cluster)), "simulated": int(book.source.trust == SIMULATED),
        "responses": f"drafts/{import_id}/{BESIDE}/{RESPONSES}", "sha256": digest,
        "source_id": source_of(import_id),
    }  # fmt: skip


def balance_of(intake: Intake, draft_id: str) -> dict[str, int]:
    """The balance of a staged survey, as `Read.balance`; empty where none was kept."""
    path = intake.settings.imports_dir / "drafts" / draft_id / BESIDE / BALANCE
    told: dict[str, int] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return told


def simulation_problem(file: str, simulated: bool, served: bool) -> list[Finding]:
    """Made-up answers never join a release of real figures, nor the other way round."""
    if simulated == served:
        return []
    words = ("real", "simulated")
    what, expected = "Simulated and real figures are mixed", f"{words[served]} answers, as in the release"
    return [
        finding("survey.simulated", Level.ERROR, At(file), what, found=words[simulated], expected=expected)
    ]
