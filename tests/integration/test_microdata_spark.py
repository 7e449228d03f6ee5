"""The same sums from Spark, on a small cluster of two executor processes, as from DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
import pytest

from etl.microdata.answers import count_answers
from etl.microdata.engine import MicrodataSettings, microdata_engine
from etl.survey.cube import answered
from indices.survey import estimate, table
from indices.survey_design import make_design
from indices.survey_totals import SUMS, Totals
from tests.fixtures import surveys

pytest.importorskip("pyspark", reason="installed for clusters only: make cluster")

CLUSTER = MicrodataSettings(microdata_engine="local-cluster[2,1,1024]")
BY = ["unit_id"]


@pytest.fixture(scope="module")
def responses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many coded answers as Parquet, with blanks, clusters without a name and weights that differ freely."""
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
def spark() -> Iterator[ibis.BaseBackend]:
    """A driver and two executors, each a Java process of its own."""
    with microdata_engine(CLUSTER) as engine:
        yield engine


def summed(engine: ibis.BaseBackend, path: Path) -> Totals:
    return count_answers(answered(engine.read_parquet(str(path)), surveys.form()), BY)


def in_order(found: Totals) -> pd.DataFrame:
    return found.table.sort_values(found.keys, ignore_index=True)


def test_a_cluster_counts_what_one_machine_counts(spark: ibis.BaseBackend, responses: Path) -> None:
    with microdata_engine(MicrodataSettings(microdata_engine="duckdb")) as here:
        alone = summed(here, responses)
    together = summed(spark, responses)
    ours, theirs = in_order(together), in_order(alone)
    pd.testing.assert_frame_equal(ours[together.keys], theirs[alone.keys])
    assert (ours["n"] == theirs["n"]).all()
    np.testing.assert_allclose(ours[list(SUMS)], theirs[list(SUMS)], rtol=1e-9)
    pd.testing.assert_frame_equal(together.clusters, alone.clusters)
    shares = [table(estimate(found, make_design(found.clusters))) for found in (together, alone)]
    np.testing.assert_allclose(shares[0]["value"], shares[1]["value"], atol=1e-9)
    np.testing.assert_allclose(shares[0]["se"], shares[1]["se"], atol=1e-9)


def test_the_work_ran_in_two_executors(spark: ibis.BaseBackend) -> None:
    context = spark._session.sparkContext._jsc.sc()
    # The driver reports itself beside the executors.
    assert context.getExecutorMemoryStatus().size() == 3
