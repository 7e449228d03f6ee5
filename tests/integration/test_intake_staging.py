"""From a file to a draft: what it would change is what a full build changes; what is wrong is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
import yaml

from etl.build import build
from etl.intake.base import load_base
from etl.intake.diff import diff_from_json
from etl.intake.drafts import Draft, State
from etl.intake.findings import At, Level, finding
from etl.intake.overlaid import overlaid
from etl.intake.service import Intake
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DefinitionError, ReleaseError, SourceError
from tests.fixtures.etl.imports import Row, bytes_of, figures, mapping, numbers, reading, sha, staged
from tests.fixtures.etl.packs import FRAMEWORK, INDEX, copy_of, read_rows, set_cell, small_pack, write_rows


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = small_pack(tmp_path_factory.mktemp("first") / "pack", indicators=True)
    build(settings)
    return settings


@pytest.fixture
def pack(first: Settings, tmp_path: Path) -> Settings:
    return copy_of(first, tmp_path / "pack")


def draft_of(pack: Settings, rows: list[Row], **more: object) -> Draft:
    return Intake(pack, reading()).draft(staged(pack, rows, **more))


def test_a_draft_knows_its_file_its_mapping_and_who(pack: Settings) -> None:
    rows = figures(pack)
    draft = draft_of(pack, rows)
    assert (draft.state, draft.kind, draft.index, draft.years) == (State.STAGED, "scores", INDEX, (2019,))
    assert (draft.file_id, draft.file_name, draft.mapping, draft.who) == (
        sha(bytes_of(rows)), "Bảng điểm.xlsx", "own", "An",
    )  # fmt: skip
    served = Warehouse(pack.releases_dir / "current.json").release_id()
    assert (draft.rows, draft.base_release, draft.base_imports) == (63, served, ())
    assert Intake(pack).mapping(draft.id) == mapping()
    told = [(e["did"], e.get("import_id"), e["file"]) for e in Intake(pack).history()]
    assert told == [("received", None, draft.file_id), ("staged", draft.id, draft.file_id)]


def test_staging_touches_nothing_that_is_served(pack: Settings) -> None:
    before = {p.name: p.read_bytes() for p in pack.releases_dir.iterdir() if p.is_file()}
    draft_of(pack, figures(pack, Quảng_Ninh="60"))
    assert {p.name: p.read_bytes() for p in pack.releases_dir.iterdir() if p.is_file()} == before


def test_what_is_held_already_is_confirmed(pack: Settings) -> None:
    draft = draft_of(pack, figures(pack))
    assert {k: v for k, v in draft.summary.items() if v} == {"confirmed": 63}


def test_the_diff_names_old_and_new_with_their_places(pack: Settings) -> None:
    rows = [row for row in figures(pack, Quảng_Ninh="60.5") if row["unit"] == "Quảng Ninh"]
    draft = draft_of(pack, rows)
    diff = Intake(pack).diff(draft.id)
    assert diff is not None
    printed = next(
        r for r in read_rows(pack.data_dir / "sources/PCI/scores_2019.csv")
        if r["unit"] == "Quảng Ninh" and r["component"] == INDEX
    )  # fmt: skip
    change = diff.changes.iloc[0]
    assert len(diff.changes) == 1
    place = f"Bảng!C{rows[0]['row']}"
    assert change[["change", "unit_id", "old", "new", "place"]].tolist() == [
        "changed", "63:22", float(printed["score"]), 60.5, place,
    ]  # fmt: skip
    conflict = diff.conflicts.iloc[0]
    assert conflict[["old", "new", "old_source", "old_file", "place"]].tolist() == [
        float(printed["score"]), 60.5, printed["source_id"], "sources/PCI/scores_2019.csv", place,
    ]  # fmt: skip
    assert draft.summary["changed"] == draft.summary["conflicts"] == 1


def test_ranks_that_move_are_told_from_and_to(pack: Settings) -> None:
    draft = draft_of(pack, figures(pack, Quảng_Ninh="20"))
    diff = Intake(pack).diff(draft.id)
    assert diff is not None
    moved = diff.ranks[diff.ranks["component_code"] == INDEX].set_index("unit_id")
    assert moved.loc["63:22", ["old", "new"]].tolist() == [1, 63]
    assert draft.summary["total_ranks"] == len(moved) == 63


def test_a_total_that_its_parts_do_not_make_is_told(pack: Settings) -> None:
    diff = Intake(pack).diff(draft_of(pack, figures(pack, Quảng_Ninh="60.5")).id)
    assert diff is not None
    row = diff.unreconciled.iloc[0]
    assert len(diff.unreconciled) == 1
    assert (row["unit_id"], row["component_code"], row["published"]) == ("63:22", INDEX, 60.5)
    assert row["residual"] == pytest.approx(row["published"] - row["recomputed"])


def test_the_diff_is_what_the_full_build_yields(pack: Settings) -> None:
    rows = figures(pack, Quảng_Ninh="60.5") + figures(pack, year="2020")
    rows[5]["self_score"], rows[6]["score"], rows[6]["self_score"] = "66.5", "", "61.25"
    draft_id = staged(pack, rows)
    base = load_base(pack)
    facts, scores = overlaid(base, pack.imports_dir / "drafts" / draft_id / "overlay").analysed(INDEX)
    diff = Intake(pack).diff(draft_id)
    assert diff is not None
    old = base.view.scores(INDEX)
    Intake(pack).publish(draft_id, "An")
    warehouse = Warehouse(pack.releases_dir / "current.json")
    order = ["year", "view", "component_code", "unit_id"]
    built = warehouse.scores(INDEX)
    pd.testing.assert_frame_equal(
        numbers(scores.sort_values(order, ignore_index=True)),
        numbers(built.sort_values(order, ignore_index=True)[list(scores.columns)]),
        check_dtype=False,
    )
    keys = ["year", "component_code", "unit_id", "file", "row"]
    columns = [name for name in facts.columns if name != "layer"]
    pd.testing.assert_frame_equal(
        numbers(facts.sort_values(keys, ignore_index=True)[columns]),
        numbers(warehouse.facts(INDEX).sort_values(keys, ignore_index=True)[columns]),
        check_dtype=False,
    )
    before = old[old["view"] == "main"].set_index(order)["value"]
    after = built[built["view"] == "main"].set_index(order)["value"]
    seen = diff.changes[diff.changes["view"] == "main"]
    assert set(seen[seen["change"] == "new"]["year"]) == {2020}
    assert len(after) - len(before) == (seen["change"] == "new").sum() - (seen["change"] == "gone").sum()
    for row in seen[seen["change"] == "changed"].itertuples():
        key = (row.year, "main", row.component_code, row.unit_id)
        assert (row.old, row.new) == (before[key], after[key]) or row.new_self == 66.5


def test_a_stored_diff_reads_as_it_was(pack: Settings) -> None:
    draft = draft_of(pack, figures(pack, Quảng_Ninh="60.5"))
    diff = Intake(pack).diff(draft.id)
    assert diff is not None
    again = diff_from_json(diff.to_json())
    assert again.same_as(diff)
    assert again.summary == diff.summary == draft.summary
    other = Intake(pack).diff(draft_of(pack, figures(pack, Quảng_Ninh="60.6")).id)
    assert other is not None
    assert not other.same_as(diff)


def test_an_error_refuses_the_draft_and_is_kept(pack: Settings) -> None:
    wrong = finding("ranges.over", Level.ERROR, At("a.xlsx", "Bảng", 5, 3), "too much", found="101")
    intake = Intake(pack, reading(checks=(wrong,)))
    upload = intake.receive("a.xlsx", bytes_of(figures(pack)), "An")
    draft = intake.stage(upload.file_id, mapping(), "An")
    assert (draft.state, draft.findings) == (State.REFUSED, {"error": 1})
    assert "too much" in draft.reason
    assert intake.findings(draft.id) == [wrong]
    assert intake.diff(draft.id) is None
    with pytest.raises(ReleaseError, match="cannot be published"):
        intake.publish(draft.id, "An")
    assert intake.draft(draft.id).state is State.REFUSED


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"score": "101"}, "over the maximum"),
        ({"self_score": "101", "self_row": 9, "self_column": 4}, "own score is over"),
        ({"unit": "Quảng Nin"}, "not known"),
        ({"component": "PCI.99"}, "component is not known"),
        ({"rank": "99", "rank_row": 5, "rank_column": 8}, "beyond the units ranked"),
        ({"score": "6,5"}, "Not a number"),
    ],
)
def test_what_a_build_would_refuse_is_refused_at_its_cell(pack: Settings, change: Row, words: str) -> None:
    rows = figures(pack)
    rows[0] |= change
    draft = draft_of(pack, rows)
    found = [each for each in Intake(pack).findings(draft.id) if each.level is Level.ERROR]
    assert draft.state is State.REFUSED
    assert words in " ".join(each.problem.what for each in found)
    place = next(each for each in found if words in each.problem.what)
    expected = (9, 4) if "self_score" in change else (5, 8) if "rank" in change else (5, 3)
    assert (place.sheet, place.row, place.column, place.problem.file) == ("Bảng", *expected, "Bảng điểm.xlsx")


def test_two_rows_of_one_unit_are_refused(pack: Settings) -> None:
    rows = figures(pack)
    draft = draft_of(pack, [*rows, {**rows[0], "row": 99}])
    assert draft.state is State.REFUSED
    assert "Bảng!C99" in draft.reason


def test_the_year_after_the_last_goes_on_with_the_last_framework(pack: Settings) -> None:
    draft = draft_of(pack, figures(pack, year="2022"))
    assert (draft.state, draft.findings) == (State.STAGED, {"warning": 1})
    assert Intake(pack).findings(draft.id)[0].check == "staging.framework_continued"
    assert draft.summary["new"] == 63
    Intake(pack).publish(draft.id, "An")
    warehouse = Warehouse(pack.releases_dir / "current.json")
    row = warehouse.scores(INDEX, 2022, unit_id="63:22", component_code=INDEX, view="main").iloc[0]
    assert (row["framework_id"], row["prev_year"], row["rank"], row["n_ranked"]) == (FRAMEWORK, 2019, 1, 63)


def test_a_year_nobody_can_score_is_refused(pack: Settings) -> None:
    rows = figures(pack, year="2022")
    rows[0]["component"] = "PCI.99"
    assert draft_of(pack, rows).state is State.REFUSED
    assert draft_of(pack, figures(pack, year="2010")).state is State.REFUSED


def publication(pack: Settings, draft: Draft) -> list[dict[str, str]]:
    path = pack.imports_dir / "drafts" / draft.id / f"overlay/sources/PCI/publication_{draft.id}.csv"
    return read_rows(path) if path.exists() else []


def test_a_file_of_a_few_does_not_shrink_the_year(pack: Settings) -> None:
    assert publication(pack, draft_of(pack, figures(pack)[:1])) == []
    few = publication(pack, draft_of(pack, figures(pack, year="2020")[:10]))
    assert [(r["n_units"], r["complete"]) for r in few] == [("", "0")]
    whole = publication(pack, draft_of(pack, figures(pack, year="2020")))
    assert [(r["n_units"], r["complete"]) for r in whole] == [("63", "1")]
    told = {"publication": {"n_units": 63}}
    few = publication(pack, draft_of(pack, figures(pack, year="2020")[:10], **told))
    assert [(r["n_units"], r["complete"]) for r in few] == [("63", "0")]


def test_without_a_release_nothing_is_staged(tmp_path: Path) -> None:
    pack = small_pack(tmp_path)
    with pytest.raises(ReleaseError, match="No release"):
        staged(pack, figures(pack))
    assert Intake(pack).drafts() == []


def test_a_crash_while_staging_leaves_no_draft(pack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("etl.intake.staging.compare", die)
    with pytest.raises(KeyboardInterrupt):
        staged(pack, figures(pack))
    assert list((pack.imports_dir / "drafts").iterdir()) == []


def test_simulated_figures_are_refused_beside_real_ones(pack: Settings) -> None:
    draft = draft_of(pack, figures(pack), source={"trust": "simulated"})
    assert draft.state is State.REFUSED
    assert [each.check for each in Intake(pack).findings(draft.id)] == ["staging.simulated"]


def test_changes_of_the_pack_that_nobody_built_are_told(pack: Settings) -> None:
    set_cell(pack, 2, "note", "mended")
    draft = draft_of(pack, figures(pack))
    assert draft.state is State.STAGED
    assert [each.check for each in Intake(pack).findings(draft.id)] == ["staging.pack_changed"]


def definition(pack: Settings, **meta: object) -> dict[str, str]:
    """Files of a new framework over the same codes."""
    folder = pack.definitions_dir / FRAMEWORK
    told = yaml.safe_load((folder / "framework.yaml").read_text(encoding="utf-8")) | {"id": "new"} | meta
    rows = {row["code"]: {**row, "years": ""} for row in read_rows(folder / "components.csv")}
    path = pack.data_dir.parent / "components.csv"
    write_rows(path, list(rows.values()))
    return {
        "new/framework.yaml": yaml.safe_dump(told),
        "new/components.csv": path.read_text(encoding="utf-8"),
    }


def test_a_definition_is_staged_with_what_it_changes(pack: Settings) -> None:
    intake = Intake(pack, reading())
    annex = intake.receive("Phụ lục.xlsx", b"annex", "An")
    same = intake.stage_definition(definition(pack, years=[2020, 2021, 2022]), "An", annex.file_id)
    assert (same.state, same.kind, same.index) == (State.STAGED, "definition", INDEX)
    assert same.summary["changed"] == 0
    published = intake.publish(same.id, "An")
    frameworks = Warehouse(pack.releases_dir / "current.json").frameworks().set_index("framework_id")
    assert frameworks["years"].to_dict() == {FRAMEWORK: "2017;2018;2019", "new": "2020;2021;2022"}
    record = Warehouse(pack.releases_dir / "current.json").imports().iloc[0]
    assert (record["import_id"], record["kind"], record["file_name"]) == (
        published.id, "definition", "Phụ lục.xlsx",
    )  # fmt: skip
    scores = intake.stage(
        intake.receive("a", bytes_of(figures(pack, year="2022")), "An").file_id, mapping(), "An"
    )
    assert (scores.state, scores.findings) == (State.STAGED, {})


def test_a_definition_that_the_figures_do_not_fit_is_refused(pack: Settings) -> None:
    intake = Intake(pack, reading())
    annex = intake.receive("Phụ lục.xlsx", b"annex", "An")
    files = definition(pack, years=[2019])
    lines = files["new/components.csv"].splitlines()
    kept = [line for line in lines if not line.startswith("PCI.1,")]
    draft = intake.stage_definition(files | {"new/components.csv": "\n".join(kept)}, "An", annex.file_id)
    assert draft.state is State.REFUSED
    assert "PCI.1" in " ".join(each.problem.text() for each in intake.findings(draft.id))


@pytest.mark.parametrize(
    "name", ["../x/framework.yaml", "new/framework.yaml/../../../x.csv", "new/run.py", "/etc/x.csv", "x.csv"]
)
def test_a_definition_writes_nowhere_else(pack: Settings, name: str) -> None:
    intake = Intake(pack, reading())
    annex = intake.receive("Phụ lục.xlsx", b"annex", "An")
    with pytest.raises(DefinitionError, match="no file of a definition"):
        intake.stage_definition({**definition(pack), name: "x"}, "An", annex.file_id)
    assert intake.drafts() == []


def test_an_import_of_the_same_figures_again_changes_nothing(pack: Settings) -> None:
    rows = figures(pack, Quảng_Ninh="60.5")
    intake = Intake(pack, reading())
    intake.publish(staged(pack, rows), "An")
    again = intake.draft(staged(pack, rows, name="other name.xlsx"))
    assert again.file_name == "Bảng điểm.xlsx"
    assert {k: v for k, v in again.summary.items() if v} == {"confirmed": 63}


def test_there_is_no_such_import(pack: Settings) -> None:
    for name in ("nothing", "../drafts", "", "."):
        with pytest.raises(SourceError, match="no such import"):
            Intake(pack).draft(name)
    shutil.rmtree(pack.imports_dir, ignore_errors=True)
    assert Intake(pack).drafts() == []
