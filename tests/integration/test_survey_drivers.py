"""Drivers made at load, in batches from stored answers, are those of the answers in memory."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.pack import read_pack
from etl.settings import ROOT
from etl.survey import drivers as made_at_load
from etl.survey.codebook import Codebook
from etl.survey.cube import item_scale, make_cells
from etl.survey.simulated import Ask, population, tables
from etl.survey.simulated_plan import load_plan, published_shares, simulated_codebook
from indices.survey_design import make_design
from indices.survey_drivers import drivers, moments
from indices.survey_sample import take
from indices.survey_totals import totals

UNITS = {"63:22": "Quảng Ninh", "63:01": "Hà Nội"}


@pytest.fixture(scope="module")
def book() -> Codebook:
    plan = load_plan()
    return simulated_codebook(plan, plan.years[-1])


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two provinces with 60 communes each: one is enough for slopes of its own."""
    plan = load_plan()
    shares = published_shares(plan, read_pack(ROOT / "data"))
    found = population(plan, shares, Ask(9000, UNITS, plan.years[-1:]))
    path = tmp_path_factory.mktemp("answers") / "responses.parquet"
    pq.write_table(pa.concat_tables(tables(found)), path)
    return path


def in_memory(responses: Path, book: Codebook, unit: str) -> pd.DataFrame:
    frame = pd.read_parquet(responses)
    frame = frame[frame["unit_id"] == unit] if unit else frame
    frame = frame.assign(stratum=frame["unit_id"] + "/" + frame["stratum"])
    scales = {item.code: item_scale(book.scales[item.scale]) for item in book.items}
    sample = take(frame.rename(columns={f"item_{code}": code for code in scales}), scales)
    design = make_design(totals(sample).clusters)
    items = [code for code in scales if code != book.overall]
    return drivers(moments(sample, book.overall, items, design), design).table


@pytest.mark.parametrize("unit", ["", "63:22", "63:01"])
def test_batches_and_units_are_those_of_the_answers_in_memory(
    responses: Path, book: Codebook, unit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(made_at_load, "BATCH", 1700)
    found = made_at_load.make_drivers(responses, book, make_cells(responses, book))
    ours, theirs = found[found["unit_id"] == unit], in_memory(responses, book, unit)
    assert ours["code"].tolist() == theirs["code"].tolist()
    numbers = [name for name in theirs.columns if name not in ("code", "what")]
    np.testing.assert_allclose(ours[numbers], theirs[numbers], rtol=1e-7, atol=1e-10)
    assert ours["what"].tolist() == theirs["what"].tolist()
    rows = pd.read_parquet(responses)
    asked = len(rows[rows["unit_id"] == unit]) if unit else len(rows)
    assert (ours["n"] + ours["left_out"] == asked).all()


def test_what_was_made_to_matter_most_is_found(responses: Path, book: Codebook) -> None:
    found = made_at_load.make_drivers(responses, book, make_cells(responses, book))
    whole = found[found["unit_id"] == ""]
    by_factor = whole.groupby(whole["code"].str[:2])["importance"].sum()
    assert by_factor.idxmax() == "q3"
    assert by_factor.idxmin() == "q1"


def test_a_sample_too_small_has_no_drivers(responses: Path, book: Codebook, tmp_path: Path) -> None:
    few = tmp_path / "responses.parquet"
    pq.write_table(pq.read_table(responses).slice(0, 900), few)
    assert made_at_load.make_drivers(few, book, make_cells(few, book)).empty
