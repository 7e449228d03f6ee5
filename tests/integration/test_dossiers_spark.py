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
from etl.microdata.dossiers import MONTH, RECEIPT, count_dossiers, cuts, late_days, late_dossiers
from etl.microdata.engine import MicrodataSettings, microdata_engine, read_files
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


def frames(engine: ibis.BaseBackend, store: Path) -> dict[str, pd.DataFrame]:
    """Everything that goes into a release, in an order of its own."""
    rows = read_files(engine, counted_files(store, read_manifest(store), "rows"))
    cube, late = count_dossiers(rows), late_dossiers(rows)
    found = {"cube": cube, "late": late, "days": late_days(late), **cuts(cube)}
    return {name: in_order(one.to_pyarrow().to_pandas()) for name, one in found.items()}


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    keys = [name for name in frame.columns if name not in MEASURES]
    return frame.sort_values(keys, ignore_index=True)


@pytest.fixture(scope="module")
def spark() -> Iterator[ibis.BaseBackend]:
    """A driver and two executors, each a Java process of its own."""
    with microdata_engine(MicrodataSettings(microdata_engine=ADDRESS)) as engine:
        yield engine


def test_a_cluster_counts_a_million_dossiers_as_one_machine_does(
    spark: ibis.BaseBackend, store: Path
) -> None:
    assert spark._session.sparkContext._jsc.sc().getExecutorMemoryStatus().size() == 3
    with microdata_engine(MicrodataSettings(microdata_engine="duckdb")) as here:
        alone = frames(here, store)
    together = frames(spark, store)
    assert alone["cube"]["received"].sum() == COUNT
    for name, frame in alone.items():
        pd.testing.assert_frame_equal(together[name], frame, check_dtype=False)


def test_a_store_counted_on_a_cluster_holds_the_same(
    spark: ibis.BaseBackend, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = read_manifest(store)
    kept = {kind: read(store, kind) for kind in ("cube", "late")}
    # One session a process: the one of the fixture is taken again, and stays open for it.
    monkeypatch.setenv("MICRODATA_ENGINE", ADDRESS)
    monkeypatch.setattr(spark._session, "stop", lambda: None)
    after = recount(store)
    assert {part["rows"] for part in after.parts.values()} == {part["rows"] for part in before.parts.values()}
    assert not {part["cube"] for part in after.parts.values()} & {
        part["cube"] for part in before.parts.values()
    }
    for kind, frame in kept.items():
        pd.testing.assert_frame_equal(read(store, kind), frame, check_dtype=False)


def read(store: Path, kind: str) -> pd.DataFrame:
    """All months of one kind of files; each holds only its own month of receipt."""
    parts = []
    for path in counted_files(store, read_manifest(store), kind):
        frame = pd.read_parquet(path, partitioning=None)
        year, month = divmod(int(frame[RECEIPT].unique().item()), 12)
        assert f"{RECEIPT}={year:04d}-{month + 1:02d}" in path.parts
        assert MONTH in frame or kind == "late"
        parts.append(frame)
    return in_order(pd.concat(parts, ignore_index=True))
