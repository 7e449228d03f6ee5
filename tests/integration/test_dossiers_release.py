"""Dossiers in a release: built from what is kept, cited, in the id, and as they were in an old release."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from etl import publish
from etl.__main__ import app
from etl.build import build
from etl.content import content_id
from etl.dossiers.load import Ask, load
from etl.dossiers.store import MANIFEST
from etl.settings import Settings
from etl.warehouse import schema
from etl.warehouse.connect import POINTER_NAME
from etl.warehouse.dossiers import dossier_info, late_days, late_dossiers
from etl.warehouse.queries import Warehouse
from indices.errors import ReleaseError
from tests.dossier_files import loaded, new_store, row, write_rows
from tests.dossier_release import PROVINCE, counted, cube_of, frozen
from tests.fixtures.etl.packs import small_pack


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small pack with an empty store of dossiers."""
    store = new_store(tmp_path / "kept/dossiers")
    return small_pack(tmp_path).model_copy(update={"dossiers_dir": store})


def received(settings: Settings) -> int:
    """Dossiers of March in the release that is served."""
    cube = cube_of(Warehouse(settings.releases_dir / POINTER_NAME))
    return int(cube.counts("2024-03", "2024-03").iloc[0]["received"])


def test_a_release_without_dossiers_is_as_before_and_says_so(settings: Settings) -> None:
    before = content_id(settings)
    build(settings)
    release = Warehouse(settings.releases_dir / POINTER_NAME)
    assert dossier_info(release) is None
    assert "dossiers" not in ";".join(release.sources()["source_id"])
    (settings.dossiers_dir / "given.csv").write_text("code,percent\n1.2,50\n", encoding="utf-8")
    assert content_id(settings) == before


def test_a_build_freezes_what_is_kept_and_old_releases_keep_theirs(settings: Settings) -> None:
    loaded(settings.dossiers_dir, "a.csv", [row("H1.1"), row("H1.2", NgayKetThucXuLy="2024-03-14")])
    first = build(settings)
    assert received(settings) == 2
    loaded(settings.dossiers_dir, "b.csv", [row("H1.3")])
    assert received(settings) == 2
    second = build(settings)
    assert second.pointer.release_id != first.pointer.release_id
    assert received(settings) == 3
    assert not build(settings).changed
    publish.roll_back(settings.releases_dir, first.pointer.release_id)
    assert received(settings) == 2


def test_figures_of_dossiers_cite_a_source_of_the_release(settings: Settings) -> None:
    loaded(settings.dossiers_dir, "a.csv", [row("MP.1"), row("MP.2", NgayTiepNhan="x")])
    build(settings)
    release = Warehouse(settings.releases_dir / POINTER_NAME)
    info = dossier_info(release)
    assert info is not None
    assert (info.simulated, info.loads["n_odd"].tolist()) == (True, [1])
    source = release.sources().set_index("source_id").loc[info.loads["source_id"].iloc[0]]
    assert (source["trust"], source["date"]) == ("simulated", "2024-03")
    assert source["document"].endswith("2024-03 – 2024-03")
    # Made-up dossiers do not make the figures of the indices made up, nor their date.
    assert not release.release().simulated
    assert release.release().pack_date != "2024-03"


def test_loading_by_command_builds_the_release_unless_told_otherwise(settings: Settings) -> None:
    path = write_rows(settings.data_dir.parent / "a.csv", [row("H1.1")])
    environment = {"CCHC_DOSSIERS_DIR": str(settings.dossiers_dir)}
    places = ["--data", str(settings.data_dir), "--definitions", str(settings.definitions_dir)]
    places += ["--releases", str(settings.releases_dir)]
    words = ["dossiers", "load", str(path), "--province", PROVINCE, *places, "--json"]
    kept = CliRunner().invoke(app, [*words, "--no-build"], env=environment)
    assert (kept.exit_code, json.loads(kept.output)["release_id"]) == (0, "")
    assert publish.served(settings.releases_dir) is None
    done = CliRunner().invoke(app, words, env=environment)
    told = json.loads(done.output)
    assert told["already"]
    pointer = publish.served(settings.releases_dir)
    assert pointer is not None
    assert told["release_id"] == pointer.release_id
    assert received(settings) == 1


def test_a_store_counted_by_an_earlier_version_is_counted_anew_by_command(settings: Settings) -> None:
    store = settings.dossiers_dir
    loaded(store, "a.csv", [row("H1.1")])
    held = json.loads((store / MANIFEST).read_text(encoding="utf-8"))
    for part in held["parts"].values():
        del part["late"]
    held["rollups"] = {"units": "over/units-00001.parquet"}
    (store / MANIFEST).write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(ReleaseError, match="earlier version"):
        build(settings)
    assert CliRunner().invoke(app, ["dossiers", "recount", "--store", str(store)]).exit_code == 0
    build(settings)
    assert received(settings) == 1


def test_the_late_list_of_a_period_is_that_of_its_months_and_of_its_end(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    rows = [
        row("H1.1"),
        row("H1.2", NgayKetThucXuLy="2024-03-14"),
        row("H1.3", NgayKetThucXuLy="", TrangThaiHoSoId="2"),
        row("H1.4", NgayKetThucXuLy="2024-04-10"),
        row("H1.5", NgayTiepNhan="2024-04-01", NgayHenTra="2024-04-02", NgayKetThucXuLy="2024-04-03"),
    ]
    path = write_rows(tmp_path / "a.csv", rows)
    load(store, Ask(path, PROVINCE, "2024-03", "2024-05"))
    release = frozen(store, tmp_path / "release")

    def listed(first: str, last: str) -> list[tuple[str, str, int]]:
        found = late_dossiers(release, PROVINCE, first, last, 200)
        return list(zip(found["id"], found["state"], found["days"], strict=True))

    # Promised for 11 March: on the 31st of it twenty days late, and so on.
    assert listed("2024-03", "2024-03") == [
        ("H1.3", "open", 20),
        ("H1.4", "open", 20),
        ("H1.2", "settled", 3),
    ]
    assert listed("2024-04", "2024-04") == [
        ("H1.3", "open", 50), ("H1.4", "settled", 30), ("H1.5", "settled", 1),
    ]  # fmt: skip
    assert listed("2024-03", "2024-05")[0] == ("H1.3", "open", 81)
    assert [name for name, _, _ in listed("2024-03", "2024-05")] == ["H1.3", "H1.4", "H1.2", "H1.5"]
    cube, days = counted(store), late_days(release, PROVINCE, "2024-03", "2024-05")
    whole = cube.counts("2024-03", "2024-05").iloc[0]
    assert len(listed("2024-03", "2024-05")) == whole["settled_late"] + whole["open_late"]
    assert days["count"].sum() == whole["settled_late"]
    assert len(release.frame(sa.select(schema.dossier_late))) == 7
