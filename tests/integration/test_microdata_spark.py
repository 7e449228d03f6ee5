"""The same sums from Spark, on a small cluster of two executor processes, as from DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from etl.cli.respondents import provinces_of
from etl.microdata.answers import count_answers
from etl.microdata.engine import MicrodataSettings, microdata_engine
from etl.pack import read_pack
from etl.settings import ROOT
from etl.survey.codebook import Codebook
from etl.survey.cube import answered
from etl.survey.simulated import Ask, population, tables, write_parts
from etl.survey.simulated_plan import load_plan, published_shares, simulated_codebook
from indices.survey import estimate, table
from indices.survey_design import make_design
from indices.survey_totals import SUMS, Totals
from tests.fixtures import surveys

pytest.importorskip("pyspark", reason="installed for clusters only: make cluster")

CLUSTER = MicrodataSettings(microdata_engine="local-cluster[2,1,1024]")
BY = ["unit_id"]
MILLION = 1_000_000


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Coded answers as Parquet, with blanks, clusters without a name and weights that differ freely."""
    book, draw, count = surveys.form(), np.random.default_rng(11), 20_000
    frame = pd.DataFrame({"row": np.arange(1, count + 1, dtype="int32")})
    frame["unit_id"] = draw.choice(["63:01", "63:22"], count)
    frame["stratum"] = draw.choice(["Huyện 1", "Huyện 2", "Đô thị"], count)
    frame["cluster"] = draw.choice([*(f"Xã {n}" for n in range(20)), None], count)
    frame["weight"] = draw.uniform(0.5, 2.0, count)
    for item in book.items:
        codes = pd.array(draw.choice([-2, -1, 1, 2, 3, 4, 5], count), dtype="Int16")
        frame[f"item_{item.code}"] = codes
        frame.loc[draw.random(count) < 0.05, f"item_{item.code}"] = pd.NA
    path = tmp_path_factory.mktemp("answers") / "responses.parquet"
    frame.to_parquet(path, index=False)
    return path


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Codebook]:
    """A million simulated respondents of a year, as they are stored, and their codebook."""
    plan, pack = load_plan(), read_pack(ROOT / "data")
    year, unit = plan.years[-1], provinces_of(plan, pack, 3)
    made = population(plan, published_shares(plan, pack), Ask(MILLION, unit, (year,), 5))
    folder = tmp_path_factory.mktemp("million")
    rows, parts = write_parts(tables(made, year), folder, 2 * MILLION)
    assert (rows, len(parts)) == (MILLION, 1)
    return parts[0], simulated_codebook(plan, year)


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    """A driver and two executors, each a Java process of its own."""
    with microdata_engine(CLUSTER) as engine:
        yield engine


def summed(engine: ibis.BaseBackend, path: Path, book: Codebook) -> Totals:
    return count_answers(answered(engine.read_parquet(str(path)), book), BY)


def in_order(found: Totals) -> pd.DataFrame:
    return found.table.sort_values(found.keys, ignore_index=True)


def agree(spark: ibis.BaseBackend, path: Path, book: Codebook) -> pd.DataFrame:
    """The shares of the cluster, once its counts, sums and errors are held to those of one machine."""
    with microdata_engine(MicrodataSettings(microdata_engine="duckdb")) as here:
        alone = summed(here, path, book)
    together = summed(spark, path, book)
    ours, theirs = in_order(together), in_order(alone)
    pd.testing.assert_frame_equal(ours[together.keys], theirs[alone.keys], check_dtype=False)
    assert (ours["n"] == theirs["n"]).all()
    np.testing.assert_allclose(ours[list(SUMS)], theirs[list(SUMS)], rtol=1e-9)
    pd.testing.assert_frame_equal(together.clusters, alone.clusters, check_dtype=False)
    shares = [table(estimate(found, make_design(found.clusters))) for found in (together, alone)]
    np.testing.assert_allclose(shares[0]["value"], shares[1]["value"], atol=1e-9)
    np.testing.assert_allclose(shares[0]["se"], shares[1]["se"], atol=1e-9)
    return shares[0]


def test_a_cluster_counts_what_one_machine_counts(spark: ibis.BaseBackend, responses: Path) -> None:
    assert len(agree(spark, responses, surveys.form()))


@pytest.mark.slow
def test_a_million_respondents_counted_on_a_cluster_are_those_of_one_machine(
    spark: ibis.BaseBackend, million: tuple[Path, Codebook]
) -> None:
    path, book = million
    shares = agree(spark, path, book)
    # Blanks and those who do not know are in no share.
    assert 0.9 * MILLION < shares.groupby("code")["n"].sum().max() < MILLION
    assert set(shares["code"]) == {item.code for item in book.items}


def test_the_work_ran_in_two_executors(spark: ibis.BaseBackend) -> None:
    context = spark._session.sparkContext._jsc.sc()
    # The driver reports itself beside the executors.
    assert context.getExecutorMemoryStatus().size() == 3
