"""Ranges pooled over the years: a new year of real figures, the command that widens, the build."""

from __future__ import annotations

import difflib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.build import build, load_material
from etl.crosschecks import make_context
from etl.ranges import widened
from etl.settings import ROOT, Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DataError, DefinitionError
from tests.fixtures.etl.packs import Row, change, read_rows, write_rows

INDEX, FRAMEWORK, BLOCK = "PCI", "pci_2013_2016", "PCI.6"
OLD, NEW = "2013", "2014"


def scored_by_range(definitions: Path) -> None:
    """The block scored by stored ranges in both years, with the weights proven for the first."""
    folder = definitions / FRAMEWORK
    parameters = read_rows(folder / "parameters.csv")
    weights = {row["code"]: row["weight"] for row in parameters if row["year"] == OLD}
    mine = [row for row in parameters if row["code"] == BLOCK or row["code"].startswith("6.")]
    later = [row for row in mine if row["year"] != OLD]
    write_rows(folder / "parameters.csv", [row for row in parameters if row not in later])
    rows = []
    for row in read_rows(folder / "components.csv"):
        own = row["code"] == BLOCK or row["parent"] == BLOCK
        if own and row["years"] == OLD:
            both = OLD if row["code"] == "6.13" else f"{OLD};{NEW}"
            row |= {"years": both, "weight": weights[row["code"]] or row["weight"]}
        elif own and row["code"] == "6.13":
            row |= {"years": NEW, "weight": weights["6.13"], "normalise": "min_max"}
        elif own:
            continue
        rows.append(row)
    write_rows(folder / "components.csv", rows)


def add_year(settings: Settings, year: str) -> None:
    """One real year of the block: its indicators, and the published sub-index."""
    for kind in ("indicators", "scores"):
        rows = read_rows(ROOT / f"data/sources/{INDEX}/{kind}_{year}.csv")
        kept = [row for row in rows if row["component"] == BLOCK or row["component"].startswith("6.")]
        write_rows(settings.data_dir / f"sources/{INDEX}/{kind}_{year}.csv", kept)


def pack(folder: Path) -> Settings:
    """A pack of the first year."""
    data, definitions = folder / "data", folder / "definitions"
    shutil.copytree(ROOT / "data/reference", data / "reference")
    (data / "sources" / INDEX).mkdir(parents=True)
    for path in (ROOT / "data/sources").glob("sources*.csv"):
        shutil.copyfile(path, data / "sources" / path.name)
    published = read_rows(ROOT / f"data/sources/{INDEX}/publication.csv")
    kept = [row for row in published if row["year"] in (OLD, NEW)]
    write_rows(data / f"sources/{INDEX}/publication.csv", kept)
    shutil.copytree(ROOT / f"indices/definitions/{FRAMEWORK}", definitions / FRAMEWORK)
    listed = read_rows(ROOT / "indices/definitions/indices.csv")
    write_rows(definitions / "indices.csv", [row for row in listed if row["index_code"] == INDEX])
    scored_by_range(definitions)
    settings = Settings(data_dir=data, definitions_dir=definitions, releases_dir=folder / "releases")
    add_year(settings, OLD)
    return settings


def run(settings: Settings, *words: str) -> dict:
    """Run the command of the product and read what it prints for machines."""
    places = ["--data", settings.data_dir, "--definitions", settings.definitions_dir]
    done = CliRunner().invoke(app, ["parameters", FRAMEWORK, *words, *map(str, places), "--json"])
    return {"exit_code": done.exit_code} | json.loads(done.stdout)


def text(settings: Settings) -> str:
    """The parameters as they stand on disk."""
    return (settings.definitions_dir / FRAMEWORK / "parameters.csv").read_text(encoding="utf-8")


def scores(settings: Settings) -> pd.DataFrame:
    """Every score of the release that is served."""
    return Warehouse(settings.releases_dir / "current.json").scores(INDEX)


def added(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines added and lines taken away."""
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    plus, minus = ([line[1:] for line in lines if line.startswith(sign)] for sign in "+-")
    return plus, minus


def test_a_new_year_is_scored_with_the_widened_range_and_the_old_one_stays(tmp_path: Path) -> None:
    settings = pack(tmp_path)
    build(settings)
    before, old_text = scores(settings), text(settings)
    add_year(settings, NEW)
    with pytest.raises(DefinitionError) as caught:
        build(settings)
    told = caught.value.problems
    assert {problem.what for problem in told} == {"A pooled range is missing"}
    assert len(told) == 14
    assert f"python -m etl parameters {FRAMEWORK} --year {NEW} --write" in told[0].hint
    assert Warehouse(settings.releases_dir / "current.json").scores(INDEX).equals(before)

    shown = run(settings)
    assert (shown["exit_code"], shown["year"], shown["written"]) == (0, int(NEW), False)
    assert text(settings) == old_text
    assert run(settings, "--year", NEW, "--write")["written"] is True
    plus, minus = added(old_text, text(settings))
    assert (len(plus), minus) == (14, [])
    assert all(line.startswith(f"{NEW},6.") for line in plus)

    again = run(settings, "--write")
    assert (again["written"], again["ranges"]) == (False, [])
    build(settings)
    after = scores(settings)
    kept = after[after["year"] == int(OLD)].drop(columns=["prev_year"])
    same = before[before["year"] == int(OLD)].drop(columns=["prev_year"])
    pd.testing.assert_frame_equal(kept.reset_index(drop=True), same.reset_index(drop=True))
    block = after[(after["component_code"] == BLOCK) & (after["year"] == int(NEW))]
    assert len(block) == 63
    # The publisher's own score of that year, to within the four digits it keeps its ranges with.
    assert block["residual"].abs().max() < 0.0035
    assert set(block["value_kind"]) == {"published"}


def test_the_range_of_one_year_alone_does_not_give_the_published_score(tmp_path: Path) -> None:
    """So the widening is what makes the figures above agree, not chance."""
    settings = pack(tmp_path)
    add_year(settings, NEW)
    folder = settings.definitions_dir / FRAMEWORK
    meta = (folder / "framework.yaml").read_text(encoding="utf-8")
    (folder / "framework.yaml").write_text(meta.replace("pooled: framework", 'pooled: ""'), encoding="utf-8")
    figures = pd.DataFrame(read_rows(settings.data_dir / f"sources/{INDEX}/indicators_{NEW}.csv"))
    ends = figures.astype({"score": float}).groupby("component")["score"].agg(["min", "max"])
    parameters = read_rows(folder / "parameters.csv")
    blank = dict.fromkeys(parameters[0], "") | {"year": NEW}
    own = [
        blank | {"code": str(c), "ref_min": str(lo), "ref_max": str(hi)} for c, lo, hi in ends.itertuples()
    ]
    write_rows(folder / "parameters.csv", [*parameters, *own])
    build(settings)
    found = scores(settings)
    block = found[(found["component_code"] == BLOCK) & (found["year"] == int(NEW))]
    assert block["residual"].abs().max() > 0.5


def test_a_figure_that_passes_the_range_is_told_and_a_known_one_is_not(tmp_path: Path) -> None:
    settings = pack(tmp_path)

    def raise_first(rows: list[Row]) -> None:
        next(row for row in rows if row["component"] == "6.02")["score"] = "0.999"

    change(settings, f"sources/{INDEX}/indicators_{OLD}.csv", raise_first)
    with pytest.raises(DataError) as caught:
        load_material(settings)
    (problem,) = caught.value.problems
    assert problem.what == "A pooled range is narrower than the figures"
    assert (problem.file, problem.place) == (f"{FRAMEWORK}/parameters.csv", f"{OLD} 6.02")
    assert (problem.found, problem.expected) == ("0.130435 to 0.511111", "0.130435 to 0.999")
    reason = {"reason_vi": "đã biết", "reason_en": "known"}
    known = {"framework_id": FRAMEWORK, "year": OLD, "codes": "6.02", **reason}
    write_rows(settings.data_dir / "known_ranges.csv", [known])
    load_material(settings)
    found = run(settings, "--year", OLD, "--write")
    assert found["written"] is False
    assert [(row["code"], row["kept"]) for row in found["ranges"]] == [("6.02", True)]
    write_rows(settings.data_dir / "known_ranges.csv", [known | {"codes": "6.02;6.03"}])
    with pytest.raises(DataError, match="A known narrower range is not narrower"):
        load_material(settings)


def test_a_stored_range_only_widens(tmp_path: Path) -> None:
    settings = pack(tmp_path)
    folder = settings.definitions_dir / FRAMEWORK
    rows = read_rows(folder / "parameters.csv")
    for row in rows:
        if (row["year"], row["code"]) == (OLD, "6.01"):
            row |= {"ref_min": "0.1", "ref_max": "0.9"}
    write_rows(folder / "parameters.csv", rows)
    add_year(settings, NEW)
    found = {row["code"]: row for row in run(settings)["ranges"]}
    assert (found["6.01"]["new_min"], found["6.01"]["new_max"]) == (0.1, 0.9)
    assert found["6.01"]["ref_min"] is None
    # 6.13 was asked in another way from that year on: it begins anew.
    own = pd.DataFrame(read_rows(settings.data_dir / f"sources/{INDEX}/indicators_{NEW}.csv"))
    asked = own[own["component"] == "6.13"]["score"].astype(float)
    assert (found["6.13"]["new_min"], found["6.13"]["new_max"]) == (asked.min(), asked.max())


def set_first(low: str, high: str) -> Callable[[list[Row]], None]:
    """Figures of one indicator: two provinces with these, the others in between."""

    def edit(rows: list[Row]) -> None:
        mine = [row for row in rows if row["component"] == "6.01"]
        for row in mine:
            row["score"] = "0.3"
        mine[0]["score"], mine[1]["score"] = low, high

    return edit


def divide(settings: Settings, scope: str) -> None:
    """The two years under two frameworks of the index, the second without any range yet."""
    first, second = (settings.definitions_dir / name for name in (FRAMEWORK, "pci_later"))
    shutil.copytree(first, second)
    for folder, year in ((first, OLD), (second, NEW)):
        meta = (folder / "framework.yaml").read_text(encoding="utf-8")
        meta = meta.replace("years: [2013, 2014, 2015, 2016]", f"years: [{year}]")
        meta = meta.replace(f"id: {FRAMEWORK}", f"id: {folder.name}")
        meta = meta.replace("pooled: framework", f"pooled: {scope}")
        (folder / "framework.yaml").write_text(meta, encoding="utf-8")
        rows = [row for row in read_rows(folder / "components.csv") if year in (row["years"] or year)]
        write_rows(folder / "components.csv", [row | {"years": ""} for row in rows])
        parameters = [row for row in read_rows(folder / "parameters.csv") if row["year"] == year]
        write_rows(folder / "parameters.csv", parameters)


@pytest.mark.parametrize(("scope", "high"), [("framework", 0.7), ("index", 0.95)])
def test_ranges_may_go_over_the_frameworks_of_an_index(tmp_path: Path, scope: str, high: float) -> None:
    settings = pack(tmp_path)
    add_year(settings, NEW)
    divide(settings, scope)
    change(settings, f"sources/{INDEX}/indicators_{OLD}.csv", set_first("0.2", "0.95"))
    change(settings, f"sources/{INDEX}/indicators_{NEW}.csv", set_first("0.05", "0.7"))
    material = load_material(settings, ranges=False)
    framework = material.registry.framework(INDEX, int(NEW))
    assert framework.id == "pci_later"
    found = widened(make_context(material.pack, material.registry), framework, int(NEW)).set_index("code")
    assert found.loc["6.01", ["new_min", "new_max"]].tolist() == [0.05, high]


def test_what_cannot_be_widened_is_one_clear_error(tmp_path: Path) -> None:
    settings = pack(tmp_path)
    found = run(settings, "--year", "1999")
    assert (found["exit_code"], found["problems"][0]["what"]) == (3, "Not a year of the framework")
    places = ["--data", str(settings.data_dir), "--definitions", str(settings.definitions_dir)]
    other = CliRunner().invoke(app, ["parameters", "pci_2013_201", *places])
    assert other.exit_code == 3
    assert "pci_2013_2016" in other.stderr


def test_a_folder_that_cannot_be_written_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = pack(tmp_path)
    add_year(settings, NEW)
    before = text(settings)

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("etl.parameters_file.os.replace", full)
    found = run(settings, "--write")
    assert (found["exit_code"], found["problems"][0]["what"]) == (6, "The parameters cannot be written")
    assert text(settings) == before
    assert sorted(path.name for path in (settings.definitions_dir / FRAMEWORK).iterdir()) == [
        "components.csv",
        "framework.yaml",
        "parameters.csv",
    ]
