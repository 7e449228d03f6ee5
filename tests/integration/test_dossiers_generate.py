"""Simulated dossiers: the real shares by level, the same for the same seed, any number, always marked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl.dossiers import generate, tally
from etl.dossiers.load import Ask, load, put_lists
from etl.dossiers.rules import load_rules
from etl.dossiers.store import counted_files, read_manifest
from etl.dossiers.tally import recount
from tests.dossier_release import counted

PLAN, RULES = generate.load_plan(), load_rules()
LISTS = generate.lists(PLAN, 1)


def made(count: int, seed: int = 3) -> pd.DataFrame:
    """So many dossiers."""
    return pa.concat_tables(generate.tables(PLAN, LISTS, RULES, count, seed)).to_pandas()


def test_levels_and_shares_online_are_those_of_the_real_report() -> None:
    rows = made(100_000)
    level = rows["DonViQuanLy"].map(LISTS.units.set_index("unit")["level"])
    real = {"provincial": (45_425, 0.824), "district": (124_261, 0.776), "commune": (60_690, 0.984)}
    received = {name: online / share for name, (online, share) in real.items()}
    whole = sum(received.values())
    for name, (_, share) in real.items():
        mine = rows[level == name]
        assert len(mine) / len(rows) == pytest.approx(received[name] / whole, abs=1e-4)
        assert (mine["KenhThucHien"] == 2).mean() == pytest.approx(share, abs=1e-4)


def test_a_year_is_as_large_as_four_real_months_make_it() -> None:
    assert generate.yearly(PLAN) == pytest.approx(
        3 * (45_425 / 0.824 + 124_261 / 0.776 + 60_690 / 0.984), rel=1e-4
    )


def test_the_same_seed_gives_the_same_dossiers_and_blocks_have_codes_of_their_own() -> None:
    pd.testing.assert_frame_equal(made(2_000), made(2_000))
    assert not made(2_000).equals(made(2_000, seed=4))
    rows = made(generate.BLOCK + 1_000)
    assert rows["MaHoSo"].is_unique
    assert rows["MaHoSo"].str.startswith(RULES.simulated_prefix).all()


def test_what_is_made_loads_without_a_fault_and_says_what_it_is(tmp_path: Path) -> None:
    count = 20_000
    path = tmp_path / "made.parquet"
    assert generate.write(generate.tables(PLAN, LISTS, RULES, count, 5), path) == count
    assert pq.read_schema(path).metadata[b"simulated"] == b"1"
    put_lists(tmp_path / "store", *generate.write_lists(LISTS, tmp_path / "lists"))
    report = load(tmp_path / "store", Ask(path, PLAN.province))
    assert (report.kept, report.found, report.simulated) == (count, {}, True)
    assert read_manifest(tmp_path / "store").simulated
    cube = counted(tmp_path / "store")
    year = cube.counts("2024-01", "2024-12").iloc[0]
    assert 0.01 < year["settled_late"] / year["settled"] < 0.03
    units = cube.counts("2024-01", "2024-12", ("unit",))
    late = (units["settled_late"] / units["settled"])[units["settled"] > 100]
    assert late.max() > 2 * late.min() + 0.005


def test_months_counted_one_by_one_give_what_counting_them_at_once_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, store = tmp_path / "made.parquet", tmp_path / "store"
    generate.write(generate.tables(PLAN, LISTS, RULES, 5_000, 5), path)
    put_lists(store, *generate.write_lists(LISTS, tmp_path / "lists"))
    assert load(store, Ask(path, PLAN.province)).kept == 5_000
    before, held = {kind: months(store, kind) for kind in ("cube", "late")}, read_manifest(store)
    runs = list(tally._runs(held.parts, 1_000))
    assert [month for run in runs for month in run] == list(held.parts)
    assert 1 < len(runs) < len(held.parts)
    assert all(sum(part["count"] for part in run.values()) <= 1_000 for run in runs)
    monkeypatch.setattr(tally, "AT_A_TIME", 1)
    assert recount(store).recounts == 1
    for kind, frames in before.items():
        for one, other in zip(frames, months(store, kind), strict=True):
            pd.testing.assert_frame_equal(one, other)


def months(store: Path, kind: str) -> list[pd.DataFrame]:
    """The files of a kind, a month each, in an order that does not depend on how they were counted."""
    files = counted_files(store, read_manifest(store), kind)
    frames = [pd.read_parquet(path, partitioning=None) for path in files]
    return [frame.sort_values(list(frame.columns), ignore_index=True) for frame in frames]
