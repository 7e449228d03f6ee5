"""Imports laid over the pack: later rows win, nothing is lost, and the pointer says which are in service."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from etl import publish
from etl.build import Built, build, build_with
from etl.content import content_id
from etl.definitions import load_definitions
from etl.facts import fact_rows, unit_names
from etl.layers import imports_in_force, layers_of
from etl.lock import only_builder
from etl.pack import read_pack
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from indices.errors import SourceError
from tests.fixtures.etl.overlays import overlay
from tests.fixtures.etl.packs import FRAMEWORK, copy_of, read_rows, set_cell, write_rows

OURS = {
    "unit": "Quảng Ninh",
    "score": "70.5",
    "rank": "2",
    "place": "Tổng hợp!C7",
    "rank_place": "Tổng hợp!D7",
}


@pytest.fixture
def pack(built_pack: Settings, tmp_path: Path) -> Settings:
    return copy_of(built_pack, tmp_path / "pack")


def release_of(pack: Settings, *imports: str) -> Built:
    with only_builder(pack.releases_dir):
        return build_with(pack, imports)


def served(pack: Settings, *imports: str) -> Warehouse:
    release_of(pack, *imports)
    return Warehouse(pack.releases_dir / "current.json")


def total(warehouse: Warehouse, year: int = 2019) -> pd.Series:
    return warehouse.scores("PCI", year, unit_id="63:22", component_code="PCI", view="main").iloc[0]


def test_a_later_row_counts_and_the_earlier_stays_as_an_alternative(pack: Settings) -> None:
    before = total(served(pack))["published"]
    overlay(pack, "a1", [OURS])
    warehouse = served(pack, "a1")
    row = total(warehouse)
    assert (row["published"], row["rank"]) == (70.5, 2)
    facts = warehouse.facts("PCI", 2019, "63:22", "PCI").set_index("use")
    assert facts.loc["", ["published", "file", "place", "row", "rank_place", "import_id"]].tolist() == [
        70.5, "Bảng điểm.xlsx", "Tổng hợp!C7", 7, "Tổng hợp!D7", "a1",
    ]  # fmt: skip
    old = facts.loc["alternative"]
    assert (old["published"], old["superseded_by"]) == (before, "a1")
    assert "import a1" in old["note"]
    conflict = warehouse.conflicts().iloc[0]
    assert (conflict["value_used"], conflict["value_other"]) == (70.5, before)
    record = warehouse.imports().iloc[0]
    assert record[["import_id", "file_name", "who", "kind", "rows"]].tolist() == [
        "a1", "Bảng điểm.xlsx", "An", "scores", 1,
    ]  # fmt: skip


def test_of_two_imports_the_one_published_last_counts(pack: Settings) -> None:
    overlay(pack, "a1", [OURS])
    overlay(pack, "b2", [{**OURS, "unit": "quang ninh", "score": "71.25"}])
    assert total(served(pack, "a1", "b2"))["published"] == 71.25
    assert total(served(pack, "b2", "a1"))["published"] == 70.5
    uses = served(pack, "a1", "b2").facts("PCI", 2019, "63:22", "PCI")
    assert uses["use"].fillna("").tolist().count("") == 1
    assert set(uses["superseded_by"].dropna()) == {"b2"}


def test_a_rank_published_for_the_same_score_stays(pack: Settings) -> None:
    before = total(served(pack))
    same = {"unit": "Quảng Ninh", "score": str(before["published"])}
    overlay(pack, "a1", [same])
    overlay(pack, "b2", [same, {"unit": "Hà Nội", "score": "1"}])
    row = total(served(pack, "a1"))
    assert (row["rank"], row["rank_kind"]) == (before["rank"], "published")
    assert total(served(pack, "b2"))["rank_kind"] == "computed"


def test_two_rows_of_one_import_are_still_a_problem(pack: Settings) -> None:
    overlay(pack, "a1", [OURS, {**OURS, "score": "60"}])
    with pytest.raises(SourceError, match="Two values in use"):
        release_of(pack, "a1")


def test_the_publication_of_a_later_layer_replaces_the_earlier(pack: Settings) -> None:
    folder = overlay(pack, "a1", [OURS])
    path = "sources/PCI/publication.csv"
    rows = [r for r in read_rows(pack.data_dir / path) if r["year"] == "2019"]
    write_rows(folder / "sources/PCI/publication_a1.csv", [{**rows[0], "n_units": "64", "complete": "0"}])
    publication = served(pack, "a1").publication("PCI").set_index("year")
    assert publication["n_units"].to_dict() == {2018: 63, 2019: 64}
    assert not publication.loc[2019, "complete"]


def test_own_scores_stand_beside_published_ones_and_displace_none(pack: Settings) -> None:
    published = total(served(pack))["published"]
    overlay(pack, "a1", [{"self_score": "66.6", "self_place": "Tự chấm!F9"}])
    overlay(pack, "b2", [{**OURS, "self_score": "68"}])
    overlay(pack, "c3", [{"score": "65.1"}])
    row = total(served(pack, "a1"))
    assert (row["published"], row["self_score"]) == (published, 66.6)
    facts = served(pack, "a1").facts("PCI", 2019, "63:22", "PCI")
    assert sorted(facts["use"].fillna("")) == ["", "self"]
    assert served(pack, "a1").conflicts().empty
    assert total(served(pack, "a1", "b2"))["self_score"] == 68
    assert total(served(pack, "b2", "a1"))["self_score"] == 66.6
    after = total(served(pack, "a1", "b2", "c3"))
    assert (after["published"], after["self_score"]) == (65.1, 68)


def test_an_own_score_is_turned_to_points_as_the_published_one_is(pack: Settings) -> None:
    overlay(pack, "a1", [{"score": "7", "self_score": "90", "max_score": "200"}])
    overlay(pack, "b2", [{"self_score": "90", "max_score": "200"}, {"year": "2018", "self_score": "44"}])
    assert total(served(pack, "a1"))["self_score"] == 45
    assert total(served(pack, "b2"))["self_score"] == 45
    assert total(served(pack, "b2"), 2018)["self_score"] == 44


def test_an_own_score_over_the_maximum_is_refused(pack: Settings) -> None:
    overlay(pack, "a1", [{"self_score": "101"}])
    with pytest.raises(SourceError, match="own score is over the maximum"):
        release_of(pack, "a1")


def test_problems_of_an_import_name_it(pack: Settings) -> None:
    overlay(pack, "a1", [{**OURS, "unit": "Quảng Nin"}])
    with pytest.raises(SourceError, match=r"imports/a1/.*Quảng Ninh"):
        release_of(pack, "a1")


def test_simulated_figures_never_stand_beside_real_ones(pack: Settings) -> None:
    assert not served(pack).release().simulated
    overlay(pack, "a1", [OURS], trust="simulated")
    with pytest.raises(SourceError, match="Simulated and real figures are mixed"):
        release_of(pack, "a1")


def test_a_simulated_pack_says_so(pack: Settings) -> None:
    for path in (pack.data_dir / "sources").glob("sources*.csv"):
        write_rows(path, [{**row, "trust": "simulated"} for row in read_rows(path)])
    overlay(pack, "a1", [OURS], trust="simulated")
    assert served(pack, "a1").release().simulated


def lengthened(pack: Settings, import_id: str, **meta: object) -> None:
    """An import with a framework of its own: that of the pack under another id or with other settings."""
    folder = overlay(pack, import_id, [OURS]) / "definitions" / str(meta.get("id", FRAMEWORK))
    shutil.copytree(pack.definitions_dir / FRAMEWORK, folder)
    told = yaml.safe_load((folder / "framework.yaml").read_text(encoding="utf-8"))
    (folder / "framework.yaml").write_text(yaml.safe_dump({**told, **meta}), encoding="utf-8")
    components = folder / "components.csv"
    by_code = {row["code"]: {**row, "years": ""} for row in read_rows(components)}
    write_rows(components, list(by_code.values()))
    (folder / "parameters.csv").unlink(missing_ok=True)


def frameworks(pack: Settings, *imports: str) -> dict[str, tuple[int, ...]]:
    found = load_definitions(layers_of(pack, imports).definitions)
    assert found.problems == []
    assert found.registry is not None
    return {framework.id: framework.years for framework in found.registry.frameworks}


def test_a_framework_takes_its_years_from_the_others(pack: Settings) -> None:
    assert frameworks(pack) == {FRAMEWORK: (2017, 2018, 2019, 2020, 2021)}
    lengthened(pack, "a1", id="new", years=[2020, 2021, 2022])
    assert frameworks(pack, "a1") == {FRAMEWORK: (2017, 2018, 2019), "new": (2020, 2021, 2022)}
    lengthened(pack, "b2", id="all", years=list(range(2017, 2023)))
    assert frameworks(pack, "a1", "b2") == {"all": (2017, 2018, 2019, 2020, 2021, 2022)}


def test_a_framework_of_the_same_id_is_replaced(pack: Settings) -> None:
    lengthened(pack, "a1", years=[2018, 2019], notes={"vi": "mới", "en": "new"})
    assert frameworks(pack, "a1") == {FRAMEWORK: (2018, 2019)}
    notes = served(pack, "a1").frameworks()["notes_en"].tolist()
    assert notes == ["new"]


def test_a_year_may_be_added_to_a_framework(pack: Settings) -> None:
    folder = overlay(pack, "a1", [{**OURS, "year": "2022"}])
    write_rows(folder / "sources/PCI/publication_a1.csv",
               [{"year": "2022", "unit_set": "63", "n_units": "63", "complete": "0", "publishes_rank": "1",
                 "withheld": "", "note_vi": "", "note_en": "", "source_id": "IMP_a1"}])  # fmt: skip
    with pytest.raises(SourceError, match="No framework covers the year"):
        release_of(pack, "a1")
    (folder / "definitions").mkdir()
    write_rows(folder / "definitions/years_a1.csv", [{"framework": FRAMEWORK, "year": "2022"}])
    assert frameworks(pack, "a1")[FRAMEWORK][-1] == 2022
    row = total(served(pack, "a1"), 2022)
    assert (row["published"], row["prev_year"]) == (70.5, 2019)


def test_the_id_covers_the_imports_and_their_order(pack: Settings) -> None:
    overlay(pack, "a1", [OURS])
    overlay(pack, "b2", [OURS])
    ids = [content_id(pack, imports) for imports in ([], ["a1"], ["b2"], ["a1", "b2"], ["b2", "a1"])]
    assert len(set(ids)) == 5
    path = pack.imports_dir / "drafts/a1/overlay/sources/sources_a1.csv"
    write_rows(path, [{**read_rows(path)[0], "note": "x"}])
    assert content_id(pack, ["a1"]) != ids[1]
    assert content_id(pack, []) == ids[0]


def test_the_pointer_names_the_imports_and_builds_keep_them(pack: Settings) -> None:
    build(pack)
    assert "imports" not in json.loads((pack.releases_dir / "current.json").read_text(encoding="utf-8"))
    overlay(pack, "a1", [OURS])
    assert build(pack).changed is False
    built = release_of(pack, "a1")
    assert json.loads((pack.releases_dir / "current.json").read_text(encoding="utf-8"))["imports"] == ["a1"]
    assert built.pointer.imports == imports_in_force(pack) == ("a1",)
    assert build(pack) == Built(built.pointer, changed=False, reused=True)
    set_cell(pack, 2, "note", "mended")
    again = build(pack).pointer
    assert (again.imports, again.release_id != built.pointer.release_id) == (("a1",), True)
    warehouse = Warehouse(pack.releases_dir / "current.json")
    assert warehouse.release().imports == ("a1",)
    assert total(warehouse)["published"] == 70.5


def test_rolling_back_brings_the_imports_of_then(pack: Settings) -> None:
    overlay(pack, "a1", [OURS])
    first = build(pack).pointer
    second = release_of(pack, "a1").pointer
    assert publish.roll_back(pack.releases_dir).imports == ()
    assert build(pack, hold=True).pointer.release_id == first.release_id
    assert publish.served(pack.releases_dir).rolled_back_from == second.release_id  # type: ignore[union-attr]
    assert publish.roll_back(pack.releases_dir, second.release_id).imports == ("a1",)


def test_an_unattended_build_does_not_undo_a_roll_back_over_an_import(pack: Settings) -> None:
    """Between the two releases both the pack and the imports changed; the pack has not changed since."""
    overlay(pack, "a1", [OURS])
    first = build(pack).pointer
    set_cell(pack, 2, "note", "mended")
    release_of(pack, "a1")
    publish.roll_back(pack.releases_dir, first.release_id)
    assert build(pack, hold=True).pointer.release_id == first.release_id
    set_cell(pack, 2, "note", "mended again")
    newer = build(pack, hold=True)
    assert (newer.changed, newer.pointer.imports) == (True, ())


def test_releases_may_be_deleted_without_losing_imports(pack: Settings) -> None:
    shutil.rmtree(pack.releases_dir)
    for name, state, at in (("b2", "published", "1"), ("a1", "published", "2"), ("c3", "undone", "3")):
        folder = overlay(pack, name, [OURS]).parent
        told = {"state": state, "published_at": at}
        (folder / "draft.json").write_text(json.dumps(told), encoding="utf-8")
    assert imports_in_force(pack) == ("b2", "a1")
    assert build(pack).pointer.imports == ("b2", "a1")


def test_a_lost_import_is_told_and_changes_nothing(pack: Settings) -> None:
    folder = overlay(pack, "a1", [OURS])
    built = release_of(pack, "a1")
    shutil.rmtree(folder)
    with pytest.raises(SourceError, match="not on this disk"):
        build(pack)
    assert publish.served(pack.releases_dir) == built.pointer


def test_a_pack_without_imports_reads_as_before(pack: Settings) -> None:
    alone, listed = read_pack(pack.data_dir), read_pack([pack.data_dir])
    for kind, frame in alone.frames.items():
        pd.testing.assert_frame_equal(frame, listed[kind])
    rows = fact_rows(alone, unit_names(alone))
    assert rows["use"].equals(alone["scores"]["use"])
    assert (rows["superseded_by"] == "").all()


def test_only_the_kinds_asked_for_are_read(pack: Settings) -> None:
    found = read_pack(pack.data_dir, lambda layer, kind: kind.name in ("provinces", "aliases"))
    assert found.problems == []
    assert len(found["provinces"]) > 63
    assert found["scores"].empty
