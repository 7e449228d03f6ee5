"""Simulated respondents: alike for one seed, calibrated, correlated, clustered, and marked as made up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.filekinds import SIMULATED
from etl.microdata.answers import count_answers
from etl.pack import read_pack
from etl.settings import ROOT
from etl.survey.answers import MADE_UP
from etl.survey.cube import answered
from etl.survey.simulated import BLOCK, Ask, Population, as_brought, population, tables, write_parts
from etl.survey.simulated_plan import (
    Plan,
    item_codes,
    load_plan,
    published_shares,
    simulated_codebook,
)
from indices.survey import table
from indices.survey_design import make_design
from indices.survey_rollup import RollUp, estimate_tree
from tests.unit.test_survey_more import tree

UNITS = {"63:22": "Quảng Ninh", "63:01": "Hà Nội"}


@pytest.fixture(scope="module")
def plan() -> Plan:
    return load_plan()


@pytest.fixture(scope="module")
def shares(plan: Plan) -> dict[str, float]:
    return published_shares(plan, read_pack(ROOT / "data"))


def one_province(plan: Plan, shares: dict[str, float], rows: int, seed: int = 1) -> Population:
    return population(plan, shares, Ask(rows, {"63:22": "Quảng Ninh"}, plan.years[-1:], seed))


@pytest.fixture(scope="module")
def sample(plan: Plan, shares: dict[str, float]) -> pd.DataFrame:
    many = plan.model_copy(update={"clusters": 200})
    return pa.concat_tables(tables(one_province(many, shares, 120_000))).to_pandas()


def test_it_follows_the_published_figures_of_the_pack(shares: dict[str, float]) -> None:
    assert shares == pytest.approx({"1": 0.9464, "2": 0.9478, "3": 0.9475, "4": 0.9490, "5": 0.9126})


def test_the_same_seed_makes_the_same_rows(plan: Plan, shares: dict[str, float]) -> None:
    one, again, other = (
        pa.concat_tables(tables(one_province(plan, shares, 3000, seed))) for seed in (4, 4, 5)
    )
    assert one.equals(again)
    assert not one.equals(other)


def test_factors_are_as_published_within_sampling_error(
    plan: Plan, shares: dict[str, float], sample: pd.DataFrame
) -> None:
    book = simulated_codebook(plan, plan.years[-1])
    found = count_answers(answered(ibis.memtable(sample), book), ["unit_id"])
    for factor, items in item_codes(plan).items():
        part = found.table[found.table["code"].isin(items)]
        totals = type(found)(part, found.clusters, found.by)
        roll = RollUp(tree(""), dict.fromkeys(items, "a"), "mean")
        row = table(estimate_tree(totals, make_design(found.clusters), roll)).set_index("code").loc["a"]
        assert 0.0005 < row["se"] < 0.01
        assert abs(row["value"] - shares[factor]) < 3.0 * row["se"]


def test_questions_of_a_factor_hang_together_more_than_those_of_two(plan: Plan, sample: pd.DataFrame) -> None:
    codes = {factor: [f"item_{item}" for item in items] for factor, items in item_codes(plan).items()}
    every = sample[[name for names in codes.values() for name in names]].astype("float64")
    told = every.where(every > 0).corr()
    within = [told.loc[names, names].to_numpy()[np.triu_indices(len(names), 1)] for names in codes.values()]
    between = told.loc[codes["1"], codes["3"]].to_numpy()
    assert np.concatenate(within).min() > between.max()
    assert between.min() > 0.1


def test_clusters_make_the_design_dearer_than_a_simple_sample(plan: Plan, sample: pd.DataFrame) -> None:
    book = simulated_codebook(plan, plan.years[-1])
    found = count_answers(answered(ibis.memtable(sample), book))
    roll = RollUp(tree(""), {}, "")
    rows = table(estimate_tree(found, make_design(found.clusters), roll))
    assert len(rows) == 40
    assert (rows["deff"] > 1.2).all()


def test_any_number_of_rows_comes_in_blocks_of_one_size(plan: Plan, shares: dict[str, float]) -> None:
    endless = tables(one_province(plan, shares, 10**12))
    first, second = next(endless), next(endless)
    assert len(first) == len(second) == BLOCK
    assert second["row"][0].as_py() == BLOCK + 1
    assert not first["item_q1_1"].equals(second["item_q1_1"])


def test_years_and_provinces_lie_apart_and_rows_balance(plan: Plan, shares: dict[str, float]) -> None:
    made = population(plan, shares, Ask(20_000, UNITS, plan.years, 3))
    whole = pa.concat_tables(tables(made)).to_pandas()
    by_year = [pa.concat_tables(tables(made, year)) for year in plan.years]
    assert whole["row"].tolist() == list(range(1, 20_001))
    assert sum(map(len, by_year)) == 20_000
    assert [set(part["year"].to_pylist()) for part in by_year] == [{year} for year in plan.years]
    cells = whole.groupby(["year", "unit_id", "stratum", "cluster"]).size()
    assert len(cells) == len(plan.years) * 2 * len(plan.strata) * plan.clusters


def test_everything_says_that_it_is_made_up(plan: Plan, shares: dict[str, float], tmp_path: Path) -> None:
    made = one_province(plan, shares, 700)

    def blocks() -> Iterator[pa.Table]:
        for block in tables(made):
            yield from (block.slice(0, 300), block.slice(300))

    rows, files = write_parts((as_brought(part, UNITS) for part in blocks()), tmp_path, 300)
    assert (rows, len(files)) == (700, 2)
    for file in files:
        held = pq.read_table(file)
        assert held.schema.metadata[b"simulated"] == b"1"
        assert all(number.startswith(MADE_UP) for number in held["respondent"].to_pylist())
        assert all("mô phỏng" in name for name in held["stratum"].to_pylist())
    book = simulated_codebook(plan, plan.years[-1])
    assert book.source.trust == SIMULATED
    assert "mô phỏng" in book.title_vi
    assert set(held.column_names) == set(book.columns)
