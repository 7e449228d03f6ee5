"""A completely new index, which no code knows of: one definition and one source through the real ETL.

Goalposts, a logarithm, an arithmetic mean inside a branch, a geometric mean across branches, worked out by
hand.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pandas as pd
import pytest

from etl.build import build
from etl.settings import ROOT, Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DefinitionError

INDEX, FRAMEWORK, YEAR = "HDX", "hdx_first", 2019
OLD_INDEX, OLD_FRAMEWORK = "PCI", "pci_2017_2021"

META = """\
id: hdx_first
index: HDX
name: {vi: Chỉ số phát triển con người thử, en: Trial human development index}
decision: {number: "", date: null}
years: [2019]
unit_set: "63"
scale: {min: 0, max: 1, unit: ratio, decimals: 3}
ranking: {precision: 3, ties: min, tolerance: 1.0e-9, headline: rank}
missing: refuse
groups: {rule: ranks, cuts: [{code: top, name: {vi: Hai tỉnh đầu, en: First two}, from: 2},
  {code: rest, name: {vi: Các tỉnh khác, en: The others}, from: 63}]}
"""
COMPONENTS = """\
code,parent,level,name_vi,name_en,min_score,max_score,weight,direction,normalise,ref_min,ref_max,rule,factor,offset,span,source_type,status,years,note,log
HDX,,index,Tổng,Total,0,1,,+,,,,geometric_mean,,,,statistics,proven,,,
HDX.H,HDX,dimension,Sức khỏe,Health,0,1,1,+,,,,arithmetic_mean,,,,statistics,proven,,,
HDX.E,HDX,dimension,Giáo dục,Education,0,1,1,+,,,,arithmetic_mean,,,,statistics,proven,,,
HDX.I,HDX,dimension,Thu nhập,Income,0,1,1,+,,,,arithmetic_mean,,,,statistics,proven,,,
HDX.life,HDX.H,indicator,Tuổi thọ,Life expectancy,,,1,+,goalposts,20,85,,,,,statistics,proven,,,
HDX.hope,HDX.E,indicator,Đi học kỳ vọng,Expected schooling,,,1,+,goalposts,0,18,,,,,statistics,proven,,,
HDX.mean,HDX.E,indicator,Đi học bình quân,Mean schooling,,,1,+,goalposts,0,15,,,,,statistics,proven,,,
HDX.gni,HDX.I,indicator,Thu nhập đầu người,Income a head,,,1,+,goalposts,100,10000,,,,,statistics,proven,,,1
"""
# By unit: life, expected and mean years of school, income.
FIGURES = {
    "Quảng Ninh": ("52.5", "18", "0", "1000"),
    "Hà Nội": ("90", "9", "7.5", "10000"),
    "Hải Phòng": ("72", "18", "15", "1000"),
    "Bắc Ninh": ("72", "18", "15", "50"),
    "Cao Bằng": ("72", "9", "7.5", ""),
}
LEAVES = ("HDX.life", "HDX.hope", "HDX.mean", "HDX.gni")
# (52.5-20)/65 = 0.5; (18/18 + 0/15)/2 = 0.5; log10(1000/100)/log10(10000/100) = 1/2: all halves.
# Life of 90 is cut at its post: 1; halves of both schools: 0.5; income at its post: 1. Cube root of 0.5.
# (72-20)/65 = 0.8; 1; 0.5. Cube root of 0.4. - Income below its post is cut to 0, and so is the whole.
EXPECTED = {
    "Quảng Ninh": (0.5, 0.5, 0.5, 0.5),
    "Hà Nội": (1.0, 0.5, 1.0, 0.7937005259840998),
    "Hải Phòng": (0.8, 1.0, 0.5, 0.7368062997280773),
    "Bắc Ninh": (0.8, 1.0, 0.0, 0.0),
    "Cao Bằng": (0.8, 0.5, None, None),
}
NODES = ("HDX.H", "HDX.E", "HDX.I", "HDX")


def small_pack(folder: Path) -> Settings:
    """Reference tables and one year of one known index, as shipped."""
    data, definitions = folder / "data", folder / "definitions"
    shutil.copytree(ROOT / "data" / "reference", data / "reference")
    sources = data / "sources"
    (sources / OLD_INDEX).mkdir(parents=True)
    for path in (ROOT / "data" / "sources").glob("sources*.csv"):
        shutil.copyfile(path, sources / path.name)
    name = f"{OLD_INDEX}/scores_{YEAR}.csv"
    shutil.copyfile(ROOT / "data" / "sources" / name, sources / name)
    keep(
        ROOT / "data" / "sources" / OLD_INDEX / "publication.csv",
        sources / OLD_INDEX / "publication.csv",
        str(YEAR),
    )
    shutil.copytree(ROOT / "indices" / "definitions" / OLD_FRAMEWORK, definitions / OLD_FRAMEWORK)
    keep(ROOT / "indices" / "definitions" / "indices.csv", definitions / "indices.csv", OLD_INDEX)
    return Settings(data_dir=data, definitions_dir=definitions, releases_dir=folder / "releases")


def keep(source: Path, target: Path, first: str) -> None:
    """Copy the rows of a table that begin with a text."""
    head, *lines = source.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.startswith(f"{first},")]
    target.write_text("\n".join([head, *kept]) + "\n", encoding="utf-8")


def add_index(settings: Settings, components: str = COMPONENTS) -> None:
    """The new index: a definition folder with its line in the list of indices, and one source file."""
    folder = settings.definitions_dir / FRAMEWORK
    folder.mkdir()
    (folder / "framework.yaml").write_text(META, encoding="utf-8")
    (folder / "components.csv").write_text(components, encoding="utf-8")
    listed = settings.definitions_dir / "indices.csv"
    names = f"{INDEX},,Phát triển con người,Human development,Cơ quan,Publisher"
    line = f"{INDEX},9,{names},0,province,{YEAR},,\n"
    listed.write_text(listed.read_text(encoding="utf-8") + line, encoding="utf-8")
    target = settings.data_dir / "sources" / INDEX / f"scores_{YEAR}.csv"
    target.parent.mkdir()
    head = "year,unit_set,n_units,complete,publishes_rank,withheld,note_vi,note_en,source_id"
    row = f"{YEAR},63,4,1,0,Cao Bằng,,,S001"
    (target.parent / "publication.csv").write_text(f"{head}\n{row}\n", encoding="utf-8")
    columns = "year,unit_set,unit,component,score,max_score,rank,use,source_id,place,note"
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        handle.write(f"{columns}\n")
        for unit, figures in FIGURES.items():
            for code, figure in zip(LEAVES, figures, strict=True):
                if figure:
                    writer.writerow([YEAR, 63, unit, code, figure, "", "", "", "S001", "", ""])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = small_pack(tmp_path_factory.mktemp("pack"))
    add_index(settings)
    build(settings)
    return settings


@pytest.fixture(scope="module")
def scores(settings: Settings) -> pd.DataFrame:
    found = Warehouse(settings.releases_dir / "current.json").scores(INDEX, YEAR)
    return found.set_index(["unit_name_vi", "component_code"])


@pytest.mark.parametrize("unit", EXPECTED)
def test_scores_are_those_worked_out_by_hand(scores: pd.DataFrame, unit: str) -> None:
    for code, expected in zip(NODES, EXPECTED[unit], strict=True):
        if expected is None:
            assert (unit, code) not in scores.index
        else:
            assert scores.loc[(unit, code), "recomputed"] == pytest.approx(expected, abs=1e-12), code
            assert scores.loc[(unit, code), "value_kind"] == "recomputed"


def test_units_are_ranked_and_grouped_as_the_definition_says(scores: pd.DataFrame) -> None:
    total = scores.xs(INDEX, level="component_code").sort_values("rank")
    assert list(total.index) == ["Hà Nội", "Hải Phòng", "Quảng Ninh", "Bắc Ninh"]
    assert list(total["rank"]) == [1, 2, 3, 4]
    assert list(total["group_code"]) == ["top", "top", "rest", "rest"]


def test_formulas_are_written_out(settings: Settings) -> None:
    tree = Warehouse(settings.releases_dir / "current.json").components(INDEX, YEAR)
    formulas = tree.set_index("component_code")["formula"]
    assert formulas[INDEX] == "geometric mean(1·HDX.H; 1·HDX.E; 1·HDX.I)"
    assert formulas["HDX.I"] == "arithmetic mean(1·goalposts(log HDX.gni, 100 to 10000))"


def test_the_raw_figures_stand_beside_them(scores: pd.DataFrame) -> None:
    assert scores.loc[("Hà Nội", "HDX.gni"), "published"] == 10000
    assert scores.loc[("Hà Nội", "HDX.gni"), "parent_code"] == "HDX.I"


def test_the_known_index_is_as_it_was(tmp_path: Path) -> None:
    before, after = small_pack(tmp_path / "a"), small_pack(tmp_path / "b")
    add_index(after)
    frames = []
    for settings in (before, after):
        build(settings)
        frames.append(Warehouse(settings.releases_dir / "current.json").scores(OLD_INDEX, YEAR))
    pd.testing.assert_frame_equal(*frames)


def test_every_slip_of_the_definition_is_told_at_once(tmp_path: Path) -> None:
    settings = small_pack(tmp_path)
    bad = COMPONENTS.replace("goalposts,20,85", "goalposts,85,20").replace("goalposts,0,18", "goalpost,0,18")
    bad = bad.replace("goalposts,100,10000", "goalposts,0,10000").replace("geometric_mean", "geometrc_mean")
    add_index(settings, bad)
    with pytest.raises(DefinitionError) as caught:
        build(settings)
    told = "\n".join(problem.text() for problem in caught.value.problems)
    assert "did you mean goalposts?" in told
    assert "did you mean geometric_mean?" in told


def test_numbers_that_do_not_fit_are_told_together(tmp_path: Path) -> None:
    settings = small_pack(tmp_path)
    bad = COMPONENTS.replace("goalposts,20,85", "goalposts,85,20")
    bad = bad.replace("goalposts,100,10000", "goalposts,0,10000").replace("goalposts,0,15", "goalposts,,15")
    add_index(settings, bad)
    with pytest.raises(DefinitionError) as caught:
        build(settings)
    told = {problem.what for problem in caught.value.problems}
    assert {"reference range is empty", "ref_min has no logarithm", "goalposts needs ref_min"} <= told
