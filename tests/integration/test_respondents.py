"""Simulated respondents from the command line come in as any survey does, and never as real ones."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from etl.__main__ import app
from etl.facts import unit_names
from etl.intake.findings import errors_of
from etl.pack import read_pack
from etl.settings import ROOT
from etl.survey.codebook import codebook_of, load_codebook
from etl.survey.stage import read_survey


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    words = ["--rows", "2000", "--provinces", "2", "--years", "2", "--part-rows", "400", "--json"]
    done = CliRunner().invoke(app, ["respondents", "--out", str(folder), *words])
    told = json.loads(done.stdout)
    assert told["simulated"] is True
    assert sum(told["years"].values()) == told["rows"] == 2000
    return folder


def test_a_year_has_a_codebook_by_which_its_parts_are_read(made: Path) -> None:
    names = unit_names(read_pack(ROOT / "data"))
    books = sorted(made.glob("*.yaml"))
    assert len(books) == 2
    for path in books:
        parts = sorted((made / path.stem).glob("*.parquet"))
        read = read_survey(parts[0], parts[0].name, load_codebook(path), names)
        assert errors_of(read.findings) == []
        assert set(read.answers.frame["unit_id"]) <= {"63:22", "63:01"}


def test_made_up_answers_under_a_codebook_that_calls_them_real_are_refused(made: Path) -> None:
    path = sorted(made.glob("*.yaml"))[0]
    told = yaml.safe_load(path.read_text(encoding="utf-8"))
    told["source"]["trust"] = "official"
    part = sorted((made / path.stem).glob("*.parquet"))[0]
    read = read_survey(part, part.name, codebook_of(told, "real.yaml"), unit_names(read_pack(ROOT / "data")))
    found = [one for one in errors_of(read.findings) if one.check == "survey.simulated"]
    assert len(found) == 1
    assert found[0].problem.found.startswith(f"n = {len(read.answers.frame)}: 2, 3")
