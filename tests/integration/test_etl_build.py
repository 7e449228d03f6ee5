"""From a small real pack to a served release: right figures, one id for the same inputs, safe failures."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from etl import publish
from etl.build import build, make_tables
from etl.content import _NO_FIGURES, content_id
from etl.fresh import up_to_date
from etl.settings import ROOT, Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DataError, ReleaseError, SourceError
from tests.fixtures.etl.packs import SCORES, change, copy_of, read_rows, set_cell, small_pack


@pytest.fixture
def pack(tmp_path: Path) -> Settings:
    return small_pack(tmp_path)


@pytest.fixture
def ready(built_pack: Settings, tmp_path: Path) -> Settings:
    """The same with its release in service."""
    return copy_of(built_pack, tmp_path / "pack")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = small_pack(tmp_path_factory.mktemp("pack"), indicators=True)
    build(settings)
    return settings


@pytest.fixture
def warehouse(built: Settings) -> Warehouse:
    return Warehouse(built.releases_dir / "current.json")


def total(warehouse: Warehouse, unit: str, year: int) -> pd.Series:
    frame = warehouse.scores("PCI", year, unit_id=unit, component_code="PCI", view="main")
    assert len(frame) == 1
    return frame.iloc[0]


def test_published_figures_arrive_as_published(warehouse: Warehouse, built: Settings) -> None:
    row = total(warehouse, "63:22", 2019)
    printed = next(
        r for r in read_rows(built.data_dir / SCORES) if r["unit"] == "Quảng Ninh" and r["component"] == "PCI"
    )
    assert row["published"] == float(printed["score"])
    assert row["decimals"] == len(printed["score"].split(".")[1])
    assert (row["rank"], row["n_ranked"]) == (1, 63)
    assert row["unit_name_vi"] == "Quảng Ninh"
    assert (row["prev_year"], row["comparability"]) == (2018, "comparable")
    assert row["change"] == pytest.approx(row["published"] - total(warehouse, "63:22", 2018)["published"])


def test_totals_recompute_from_sub_indices(warehouse: Warehouse) -> None:
    frame = warehouse.scores("PCI", 2019, component_code="PCI", view="main")
    assert len(frame) == 63
    assert frame["residual"].abs().max() < 0.01


def test_every_fact_knows_its_file_row_and_source(warehouse: Warehouse, built: Settings) -> None:
    facts = warehouse.facts("PCI", 2019, "63:22", "PCI")
    assert len(facts) == 1
    fact = facts.iloc[0]
    row = read_rows(built.data_dir / fact["file"])[fact["row"] - 2]
    assert (row["unit"], row["component"]) == ("Quảng Ninh", "PCI")
    assert float(row["score"]) == fact["published"]
    assert fact["source_publisher"] == "VCCI"


def test_components_come_with_formulas(warehouse: Warehouse) -> None:
    tree = warehouse.components("PCI", 2019).set_index("component_code")
    assert tree.loc["PCI", "formula"].startswith("10 × (5·PCI.1 + ")
    assert not tree.loc["PCI", "is_leaf"]
    assert tree.loc["PCI.1", "parent_code"] == "PCI"


def test_units_have_slugs_and_vietnamese_order(warehouse: Warehouse) -> None:
    units = warehouse.units("63").set_index("slug")
    assert units.loc["quang-ninh", "unit_id"] == "63:22"
    assert warehouse.units("34").set_index("slug").loc["quang-ninh-34", "unit_id"] == "34:22"
    assert warehouse.units()["slug"].is_unique
    names = warehouse.units("63")["name_vi"].tolist()
    assert names.index("Cà Mau") < names.index("Đà Nẵng") < names.index("Gia Lai")


def test_coverage_counts_what_is_held(warehouse: Warehouse) -> None:
    row = warehouse.coverage().set_index("year").loc[2019]
    assert (row["n_units"], row["n_totals"], row["n_ranks"]) == (63, 63, 63)
    assert row["complete"]
    assert row["n_components"] > 11


def test_the_same_inputs_give_the_same_release(built: Settings, tmp_path: Path) -> None:
    again = small_pack(tmp_path, indicators=True)
    assert content_id(again) == content_id(built)
    pointer = build(again).pointer
    assert pointer.release_id == publish.served(built.releases_dir).release_id  # type: ignore[union-attr]
    one, two = (Warehouse(s.releases_dir / "current.json") for s in (built, again))
    for name in ("scores", "units", "sources", "reconciliation", "targets", "aliases", "coverage"):
        pd.testing.assert_frame_equal(getattr(one, name)(), getattr(two, name)())
    pd.testing.assert_frame_equal(one.facts("PCI"), two.facts("PCI"))


def test_line_ends_do_not_change_the_id_but_a_figure_does(pack: Settings) -> None:
    before = content_id(pack)
    path = pack.data_dir / SCORES
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert content_id(pack) == before
    (pack.data_dir / "README.md").write_text("for people", encoding="utf-8")
    assert content_id(pack) == before
    set_cell(pack, 2, "note", "mended")
    assert content_id(pack) != before


def test_code_that_carries_no_figures_exists(root: Path) -> None:
    """Each is a file, a folder, or how the names of several files begin."""
    places = [root / name for name in _NO_FIGURES]
    assert [str(place) for place in places if not any(place.parent.glob(f"{place.name}*"))] == []


def test_an_unchanged_pack_is_not_built_again(pack: Settings) -> None:
    first = build(pack)
    assert (first.changed, first.reused) == (True, False)
    second = build(pack)
    assert (second.changed, second.reused) == (False, True)
    assert second.pointer == first.pointer
    assert build(pack, force=True).reused is False


def test_a_damaged_release_of_the_same_id_is_built_again(ready: Settings) -> None:
    first = build(ready)
    publish.release_path(ready.releases_dir, first.pointer.release_id).write_bytes(b"rubbish")
    assert build(ready).reused is False
    assert len(Warehouse(ready.releases_dir / "current.json").units()) > 63


def test_a_failed_build_leaves_the_served_release_alone(ready: Settings) -> None:
    build(ready)
    before = {p.name: p.stat().st_mtime_ns for p in ready.releases_dir.iterdir()}
    pointer = (ready.releases_dir / "current.json").read_bytes()
    set_cell(ready, 3, "score", "64,41")
    with pytest.raises(SourceError):
        build(ready)
    assert (ready.releases_dir / "current.json").read_bytes() == pointer
    assert {p.name: p.stat().st_mtime_ns for p in ready.releases_dir.iterdir()} == before


@pytest.mark.parametrize(
    "step",
    ["etl.publish.write_release", "etl.publish.verify_release", "etl.publish.serve", "etl.build.analyse"],
)
def test_a_kill_at_any_step_leaves_a_whole_release_served(
    ready: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    first = build(ready)
    set_cell(ready, 2, "note", "mended")

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(step, die)
    with pytest.raises(KeyboardInterrupt):
        build(ready)
    monkeypatch.undo()
    warehouse = Warehouse(ready.releases_dir / "current.json")
    assert warehouse.release_id() == first.pointer.release_id
    assert len(warehouse.scores("PCI", 2019)) > 600
    assert build(ready).changed
    assert not list(ready.releases_dir.glob(".building_*"))


def test_files_that_change_during_a_build_stop_it(pack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(step: str) -> None:
        if step == "checking":
            set_cell(pack, 2, "note", "edited meanwhile")

    with pytest.raises(ReleaseError, match="changed while"):
        build(pack, progress=edit)
    assert not list(pack.releases_dir.glob("*.duckdb"))


def test_a_roll_back_holds_until_the_sources_change(ready: Settings) -> None:
    first = build(ready).pointer.release_id
    set_cell(ready, 2, "note", "mended")
    second = build(ready).pointer.release_id
    assert publish.roll_back(ready.releases_dir).release_id == first
    held = build(ready, hold=True)
    assert (held.pointer.release_id, held.changed) == (first, False)
    assert build(ready).pointer.release_id == second
    assert build(ready, hold=True).pointer.release_id == second


def test_the_question_before_a_start_says_what_a_build_would_do(pack: Settings) -> None:
    assert up_to_date(pack) is None, "nothing is built"
    first = build(pack).pointer
    assert up_to_date(pack) == first == build(pack, hold=True).pointer
    set_cell(pack, 2, "note", "mended")
    assert up_to_date(pack) is None, "a source changed"
    build(pack)
    publish.roll_back(pack.releases_dir)
    assert up_to_date(pack) is None, "a person rolled back: the build tells of it"
    assert build(pack, hold=True).changed is False
    second = build(pack).pointer
    assert up_to_date(pack) == second
    file = publish.release_path(pack.releases_dir, second.release_id)
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    assert up_to_date(pack) is None, "the release is cut"
    file.unlink()
    assert up_to_date(pack) is None, "the release is gone"
    assert build(pack, hold=True).reused is False
    assert up_to_date(pack) is not None


def test_the_question_before_a_start_loads_no_builder() -> None:
    code = "import sys, etl.fresh; print([m for m in ('etl.build', 'typer', 'ibis') if m in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_only_so_many_releases_stay(pack: Settings) -> None:
    settings = pack.model_copy(update={"keep_releases": 2})
    for note in "abc":
        set_cell(settings, 2, "note", note)
        build(settings)
    assert len(publish.releases(settings.releases_dir)) == 2


def test_alternatives_are_facts_and_conflicts_but_not_analysed(pack: Settings) -> None:
    row = next(i for i, r in enumerate(read_rows(pack.data_dir / SCORES)) if r["component"] == "PCI")

    def double(rows: list[dict[str, str]]) -> None:
        rows.append({**rows[row], "score": "1.5", "use": "alternative", "note": "another table"})

    change(pack, SCORES, double)
    build(pack)
    warehouse = Warehouse(pack.releases_dir / "current.json")
    conflicts = warehouse.conflicts()
    assert conflicts["value_other"].tolist() == [1.5]
    assert conflicts["value_used"].iloc[0] > 30
    scores = warehouse.scores("PCI", 2019, component_code="PCI")
    assert scores["value"].min() > 30


def test_a_rank_without_a_score_is_kept(pack: Settings) -> None:
    set_cell(pack, 2, "score", "")
    build(pack)
    frame = Warehouse(pack.releases_dir / "current.json").scores(
        "PCI", 2019, component_code="PCI", view="main"
    )
    assert "rank_only" in set(frame["value_kind"]) or frame["published"].isna().sum() == 1


def test_an_error_of_the_engine_changes_nothing(ready: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    build(ready)
    set_cell(ready, 2, "note", "mended")

    def fail(*_: object) -> None:
        raise ReleaseError([])

    monkeypatch.setattr("etl.build.make_tables", fail)
    with pytest.raises(DataError):
        build(ready)
    assert len(publish.releases(ready.releases_dir)) == 1
    assert make_tables is not fail
