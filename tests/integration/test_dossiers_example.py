"""The example of docs/dossiers.md: every figure there is what the engine makes of its thirty rows."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from etl.dossiers.check import CHECKS
from etl.dossiers.counting import Basis, monthly, scored
from etl.dossiers.load import Ask, load
from etl.dossiers.rules import load_rules
from etl.warehouse.dossiers import dossier_procedures
from etl.warehouse.queries import Warehouse
from indices.dossier_cube import Cube
from indices.dossier_report import form
from indices.dossier_score import improved
from tests.dossier_files import new_store, write_rows
from tests.dossier_release import cube_of, frozen

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/dossiers.md").read_text(encoding="utf-8")
NAMES = (
    "received", "carried", "settled", "settled_early", "settled_on_time", "settled_late",
    "open", "open_within", "open_late",
)  # fmt: skip
SIGNS = dict(zip("RCETLWO", ("received", "carried", *NAMES[3:6], "open_within", "open_late"), strict=True))


def tables() -> list[list[dict[str, str]]]:
    """The tables after the mark of the example, as rows by column."""
    found: list[list[dict[str, str]]] = []
    for block in re.findall(r"(?:^\|.*\n)+", TEXT.split("<!-- example")[1], re.M):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        head = [cell or "name" for cell in lines[0]]
        found.append([dict(zip(head, line, strict=True)) for line in lines[2:]])
    return found


ROWS, COUNTS, POINTS = tables()[:3]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A release of the rows of the example, loaded."""
    folder = new_store(tmp_path_factory.mktemp("example") / "store")
    header = [name for name in ROWS[0] if name != "counts"]
    rows = [{name: row[name] for name in header} for row in ROWS]
    path = write_rows(folder.parent / "example.csv", rows, header)
    report = load(folder, Ask(path, "quang-ninh", "2024-03", "2024-03"))
    assert (report.read, report.kept, report.aside, report.left_out, report.refused) == (30, 27, 1, 1, 1)
    assert report.found == {"dossier.end_before_start": 1}
    assert report.simulated
    return frozen(folder, folder.parent / "release")


@pytest.fixture(scope="module")
def cube(release: Warehouse) -> Cube:
    """The counts of the example."""
    return cube_of(release)


@pytest.fixture(scope="module")
def basis(release: Warehouse) -> Basis:
    """What the counts of the example are scored by."""
    return Basis(load_rules(), dossier_procedures(release), {})


def test_the_example_has_thirty_rows_and_its_marks_add_up_to_its_table() -> None:
    assert len(ROWS) == 30
    for told in COUNTS:
        mine = [row for row in ROWS if told["name"] in ("together", row["DonViQuanLy"])]
        marks = pd.Series([SIGNS[sign] for row in mine for sign in row["counts"].replace("–", "").split()])
        found = marks.value_counts().to_dict()
        found["settled"] = sum(found[name] for name in NAMES[3:6])
        found["open"] = found["open_within"] + found["open_late"]
        assert [found[name] for name in NAMES] == list(map(int, list(told.values())[1:]))


def test_the_counts_are_those_worked_out_by_hand(cube: Cube) -> None:
    by_unit = cube.counts("2024-03", "2024-03", ("unit",)).set_index("unit")
    whole = cube.counts("2024-03", "2024-03").iloc[0]
    for told in COUNTS:
        found = whole if told["name"] == "together" else by_unit.loc[told["name"]]
        assert [int(found[name]) for name in NAMES] == list(map(int, list(told.values())[1:]))


def test_the_points_are_those_worked_out_by_hand(cube: Cube, basis: Basis) -> None:
    found = scored(cube, "2024-03", "2024-03", basis).table(basis.rules).set_index("code")
    assert len(POINTS) == 16
    for told in POINTS:
        assert f"{found['points'][told['code']]:.4f}" == told["points"]
        if told["share"]:
            assert f"{100 * found['share'][told['code']]:.2f}%" == told["share"]
        if open_ := re.search(r"(\d+) open", told["worked out"]):
            assert found["open"][told["code"]] == pytest.approx(float(open_[1]))
    low, high = re.findall(r"[\d.]+", POINTS[-1]["worked out"])
    total = found.loc["Q766"]
    assert (f"{total['points']:.4f}", f"{total['points'] + total['open']:.4f}") == (low, high)
    unknown = ["1.1", "1.2", "1.3", "3.5", "4.3", "4.4", "4.5", "5.2", "5.3"]
    assert found["points"][unknown].isna().all()


def test_a_month_among_others_is_scored_as_alone(cube: Cube, basis: Basis) -> None:
    every = monthly(cube, "2024-01", "2024-05", basis)
    assert every.counts["month"].tolist() == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    for place, month in enumerate(every.counts["month"]):
        alone = scored(cube, month, month, basis)
        for name in NAMES:
            assert every.counts[name].iloc[place] == alone.counts[name].iloc[0]
        pd.testing.assert_series_equal(
            every.scored.points.iloc[place], alone.scored.points.iloc[0], check_names=False
        )


def test_what_a_unit_would_add_is_as_told(cube: Cube) -> None:
    units = cube.counts("2024-03", "2024-03", ("unit",)).set_index("unit")
    found = improved(units, load_rules())
    assert found["late"].to_dict() == {"A": 6, "B": 3}
    assert found["gain"].round(6).to_dict() == {"A": 6.4, "B": 3.2}
    assert found["gain_TDGQ"].round(6)["A"] == 4.8
    assert found["share_after"]["A"] == pytest.approx(0.88)


def test_form_ii06a_holds_the_same_figures(cube: Cube) -> None:
    lines = form(cube.counts("2024-03", "2024-03", ("level", "field")))
    assert [(line["stt"], line["kind"], line["name"]) for line in lines] == [
        ("I", "level", "provincial"), ("1", "field", "DD"), ("2", "field", "HT"),
        ("II", "level", "commune"), ("1", "field", "CT"), ("2", "field", "HT"), ("", "total", ""),
    ]  # fmt: skip
    assert list(lines[0].values())[3:] == [16, 9, 3, 4, 10, 3, 4, 3, 6, 3, 3]
    assert list(lines[3].values())[3:] == [9, 5, 3, 1, 7, 2, 3, 2, 2, 1, 1]
    assert list(lines[-1].values())[3:] == [25, 14, 6, 5, 17, 5, 7, 5, 8, 4, 4]
    for line in lines:
        total, online, direct, before = list(line.values())[3:7]
        assert total == online + direct + before


def test_every_check_is_told_with_its_treatment() -> None:
    told = dict(re.findall(r"^\| `(dossier\.\w+)` \| .* \| (.*) \|$", TEXT, re.M))
    assert set(told) == set(CHECKS)
    assert {name for name, text in told.items() if text.startswith("set aside")} == {
        name for name, treated in CHECKS.items() if treated == "set aside"
    }
