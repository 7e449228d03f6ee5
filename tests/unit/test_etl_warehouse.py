"""The query layer: fresh frames of stated types, many threads, and a release that changes under its feet."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from etl import publish
from etl.warehouse.connect import Frames
from etl.warehouse.load import vietnamese_order
from etl.warehouse.queries import Warehouse
from indices.errors import ReleaseError
from tests.fixtures.etl.frames import release_frames, score_row

OLD, NEW = "a" * 12, "b" * 12
UNITS = [
    {
        "unit_id": "63:22",
        "unit_set": "63",
        "name_vi": "Quảng Ninh",
        "name_en": "Quang Ninh",
        "slug": "quang-ninh",
    },
    {
        "unit_id": "63:31",
        "unit_set": "63",
        "name_vi": "Hải Phòng",
        "name_en": "Hai Phong",
        "slug": "hai-phong",
    },
]
COMPONENT = {
    "framework_id": "x_1",
    "index_code": "X",
    "year": 1,
    "view": "main",
    "component_code": "X",
    "name_vi": "Ích",
}


def serve(folder: Path, release_id: str, value: float = 92.18) -> None:
    named = {"unit_name_vi": "Quảng Ninh", "component_name_vi": "Ích", "leader_name_vi": "Hạ"}
    rows = [score_row("63:22", value, rank=1, **named), score_row("63:31", value - 1, position=1)]
    frames = release_frames(release_id, score=rows, unit=UNITS, component=[COMPONENT])
    publish.store(folder, release_id, frames)
    publish.serve(folder, publish.pointer_to(folder, release_id))


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    serve(tmp_path, OLD)
    return Warehouse(tmp_path / "current.json")


def test_scores_come_with_names_and_stated_types(warehouse: Warehouse) -> None:
    frame = warehouse.scores(index_code="X", year=1, unit_id="63:22")
    row = frame.iloc[0]
    assert (row["unit_name_vi"], row["component_name_vi"], row["leader_name_vi"]) == (
        "Quảng Ninh",
        "Ích",
        "Hạ",
    )
    assert str(frame["year"].dtype) == "int64"
    assert str(frame["rank"].dtype) == "Int64"
    assert str(frame["value"].dtype) == "float64"
    assert str(frame["flag_lost"].dtype) == "bool"
    assert row["value"] == 92.18
    assert pd.isna(warehouse.scores(unit_id="63:31")["rank"].iloc[0])


def test_filters_take_one_value_or_several(warehouse: Warehouse) -> None:
    assert len(warehouse.scores(unit_id=["63:22", "63:31"])) == 2
    assert len(warehouse.scores(unit_id=[])) == 0
    assert len(warehouse.scores(year=[1, 2], level="index", view="main")) == 2
    assert len(warehouse.scores(index_code="x' or 1=1 --")) == 0


def test_an_empty_answer_has_the_same_columns(warehouse: Warehouse) -> None:
    assert list(warehouse.scores("none").columns) == list(warehouse.scores("X").columns)
    assert warehouse.scores("none").dtypes.equals(warehouse.scores("X").dtypes)


def test_a_frame_belongs_to_its_caller(warehouse: Warehouse) -> None:
    frame = warehouse.scores("X")
    frame.loc[:, "value"] = 0.0
    assert warehouse.scores("X")["value"].max() == 92.18


def test_every_question_has_an_answer(warehouse: Warehouse) -> None:
    plain = ("indices", "frameworks", "units", "aliases", "coverage", "targets", "observations", "sources",
             "conflicts", "reconciliation", "known_differences", "merger", "population", "comparability",
             "publication", "scores")  # fmt: skip
    for name in plain:
        assert isinstance(getattr(warehouse, name)(), pd.DataFrame)
    for name in (
        "years",
        "aggregates",
        "groups",
        "facts",
        "standard_errors",
        "series_breaks",
        "survey_samples",
    ):
        assert isinstance(getattr(warehouse, name)("X"), pd.DataFrame)
    assert len(warehouse.heat("X", 1, "index")) == 2
    assert len(warehouse.components("X", 1)) == 1
    assert len(warehouse.unit_history("63:22")) == 1
    assert len(warehouse.tiles("63")) == 0
    info = warehouse.release()
    assert (info.release_id, info.sources_count, info.pack_date) == (OLD, 0, "2026-01-01")


def test_a_new_release_is_noticed_and_a_pinned_view_stays(warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.release_id() == OLD
    pinned = warehouse.pinned()
    serve(tmp_path, NEW, 50.0)
    assert warehouse.release_id() == NEW
    assert warehouse.scores("X")["value"].max() == 50.0
    assert pinned.scores("X")["value"].max() == 92.18
    assert pinned.release().release_id == OLD


def test_a_forced_rebuild_of_the_same_id_is_harmless(warehouse: Warehouse, tmp_path: Path) -> None:
    assert len(warehouse.scores("X")) == 2
    serve(tmp_path, OLD)
    assert len(warehouse.scores("X")) == 2


def test_a_damaged_pointer_keeps_an_open_release_in_service(warehouse: Warehouse, tmp_path: Path) -> None:
    assert len(warehouse.scores("X")) == 2
    (tmp_path / "current.json").write_text("{", encoding="utf-8")
    assert len(warehouse.scores("X")) == 2
    (tmp_path / "current.json").unlink()
    assert len(warehouse.scores("X")) == 2
    serve(tmp_path, NEW, 50.0)
    assert warehouse.release_id() == NEW


def test_without_a_release_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="No release has been published yet"):
        Warehouse(tmp_path / "current.json").units()


def test_a_missing_or_broken_file_is_one_clear_error(tmp_path: Path) -> None:
    serve(tmp_path, OLD)
    file = tmp_path / f"release_{OLD}.duckdb"
    file.write_bytes(b"truncated")
    with pytest.raises(ReleaseError, match="cannot be opened"):
        Warehouse(tmp_path / "current.json").units()
    file.unlink()
    with pytest.raises(ReleaseError, match="is missing"):
        Warehouse(tmp_path / "current.json").units()


def test_eight_threads_ask_while_releases_change(warehouse: Warehouse, tmp_path: Path) -> None:
    stop = threading.Event()

    def ask(_: int) -> int:
        asked = 0
        while not stop.is_set():
            view = warehouse.pinned()
            best = view.scores("X")["value"].max()
            assert best == {OLD: 92.18, NEW: 50.0}[view.release().release_id]
            asked += 1
        return asked

    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(ask, i) for i in range(8)]
        for i in range(4):
            serve(tmp_path, *((NEW, 50.0) if i % 2 else (OLD, 92.18)))
        stop.set()
        counts = [future.result() for future in running]
    assert min(counts) > 0


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_file_handles_do_not_grow_with_releases(warehouse: Warehouse, tmp_path: Path) -> None:
    counts = []
    for i in range(8):
        serve(tmp_path, NEW if i % 2 else OLD)
        warehouse.scores("X")
        counts.append(len(os.listdir("/proc/self/fd")))
    assert max(counts[4:]) <= max(counts[:4]) + 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_web_worker_opens_the_release_itself(warehouse: Warehouse) -> None:
    assert len(warehouse.scores("X")) == 2
    child = os.fork()
    if child == 0:
        os._exit(0 if len(warehouse.scores("X")) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert len(warehouse.scores("X")) == 2


def test_vietnamese_order() -> None:
    names = pd.Series(
        ["Đà Nẵng", "Bắc Ninh", "Cà Mau", "An Giang", "Điện Biên", "Bà Rịa", "Ấn", "Dân"], dtype="str"
    )
    ordered = names.iloc[vietnamese_order(names).argsort()].tolist()
    assert ordered == ["An Giang", "Ấn", "Bà Rịa", "Bắc Ninh", "Cà Mau", "Dân", "Đà Nẵng", "Điện Biên"]


def test_a_kept_frame_is_the_callers_own() -> None:
    """What one caller writes into a frame, the next does not see; other values make another statement."""
    numbers = sa.table("n", sa.column("x", sa.Integer))
    made: list[sa.Select[Any]] = []

    def ask(statement: sa.Select[Any]) -> pd.DataFrame:
        made.append(statement)
        return pd.DataFrame({"x": [0, 1, 2]})

    frames = Frames()
    first = frames.get(sa.select(numbers).where(numbers.c.x < 3), ask)
    first["x"] = -1
    assert frames.get(sa.select(numbers).where(numbers.c.x < 3), ask)["x"].to_list() == [0, 1, 2]
    assert len(made) == 1
    frames.get(sa.select(numbers).where(numbers.c.x < 2), ask)
    assert len(made) == 2


def test_frames_beyond_their_room_are_given_up() -> None:
    numbers = sa.table("n", sa.column("x", sa.Integer))
    made: list[int] = []

    def ask(statement: sa.Select[Any]) -> pd.DataFrame:
        made.append(1)
        return pd.DataFrame({"x": np.zeros(100)})

    frames = Frames(room=2_500)
    for limit in (1, 2, 3, 4, 1, 4):
        frames.get(sa.select(numbers).where(numbers.c.x < limit), ask)
    assert len(made) == 5


@pytest.mark.parametrize("hold", [False, True])
def test_questions_of_one_view_are_of_one_release(tmp_path: Path, hold: bool) -> None:
    serve(tmp_path, OLD)
    warehouse = Warehouse(tmp_path / "current.json", hold=hold)
    with warehouse.steady():
        before = warehouse.scores("X")["value"].tolist()
        serve(tmp_path, NEW, 50.0)
        with warehouse.steady():
            assert (warehouse.release_id(), warehouse.scores("X")["value"].tolist()) == (OLD, before)
        assert warehouse.release().release_id == OLD
        with ThreadPoolExecutor(1) as other:
            assert other.submit(warehouse.release_id).result() == NEW
        assert warehouse.scores("X")["value"].tolist() == before
    assert warehouse.release_id() == NEW
    assert warehouse.scores("X")["value"].max() == 50.0


def test_a_release_without_a_score_column_cannot_be_held(tmp_path: Path) -> None:
    serve(tmp_path, OLD)
    engine = sa.create_engine(f"duckdb:///{tmp_path / f'release_{OLD}.duckdb'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE score DROP COLUMN note")
    engine.dispose()
    with pytest.raises(ReleaseError, match="cannot be read"):
        Warehouse(tmp_path / "current.json", hold=True).release_id()
