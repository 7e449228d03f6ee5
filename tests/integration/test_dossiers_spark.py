"""The same counts of dossiers from Spark, on a small cluster of two executor processes, as from DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ibis
import pandas as pd
import pytest

from etl.dossiers import generate
from etl.dossiers.load import Ask, load, put_lists
from etl.dossiers.rules import load_rules
from etl.dossiers.store import counted_files, read_manifest
from etl.dossiers.tally import recount
from etl.microdata.dossiers import RECEIPT
from etl.microdata.engine import MicrodataSettings, microdata_engine
from indices.dossier_rules import MEASURES

pytest.importorskip("pyspark", reason="installed for clusters only: make cluster")

ADDRESS = "local-cluster[2,1,1024]"
COUNT = 1_000_000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million simulated dossiers, loaded with DuckDB."""
    folder, plan = tmp_path_factory.mktemp("spark"), generate.load_plan()
    lists, path = generate.lists(plan, 3), folder / "made.parquet"
    generate.write(generate.tables(plan, lists, load_rules(), COUNT, 3), path)
    put_lists(folder / "store", *generate.write_lists(lists, folder / "lists"))
    assert load(folder / "store", Ask(path, plan.province)).kept == COUNT
    return folder / "store"


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in frame.columns if name not in MEASURES]
    return frame.sort_values(keys, ignore_index=True)


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    """A driver and two executors, each a Java process of its own."""
    with microdata_engine(MicrodataSettings(microdata_engine=ADDRESS)) as engine:
        yield engine


def test_a_million_dossiers_counted_on_a_cluster_are_those_of_one_machine(
    spark: ibis.BaseBackend, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = spark._session.sparkContext._jsc.sc()
    # The driver reports itself beside the executors.
    assert context.getExecutorMemoryStatus().size() == 3
    before, kept = read_manifest(store), {kind: read(store, kind) for kind in ("cube", "late")}
    assert kept["cube"]["received"].sum() == COUNT
    # One session a process: that of the fixture is taken again, and stays open for it.
    monkeypatch.setenv("MICRODATA_ENGINE", ADDRESS)
    monkeypatch.setattr(spark._session, "stop", lambda: None)
    after = recount(store)
    for month, part in after.parts.items():
        assert part["rows"] == before.parts[month]["rows"]
        assert part["cube"] != before.parts[month]["cube"]
    for kind, frame in kept.items():
        pd.testing.assert_frame_equal(read(store, kind), frame, check_dtype=False)


def read(store: Path, kind: str) -> pd.DataFrame:
    """All months of one kind of files; each holds only its own month of receipt."""
    parts = []
    for path in counted_files(store, read_manifest(store), kind):
        frame = pd.read_parquet(path, partitioning=None)
        year, month = divmod(int(frame[RECEIPT].unique().item()), 12)
        assert f"{RECEIPT}={year:04d}-{month + 1:02d}" in path.parts
        parts.append(frame)
    return in_order(pd.concat(parts, ignore_index=True))
