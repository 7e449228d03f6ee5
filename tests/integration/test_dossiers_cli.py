"""The commands about dossiers, as people and programs call them; files of every kind."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.dossiers.load import Ask, load
from etl.dossiers.store import read_manifest
from tests.dossier_files import loaded, new_store, row
from tests.dossier_release import counted, frozen


def run(*words: object) -> tuple[int, str]:
    """Exit code and output of a command."""
    done = CliRunner().invoke(app, ["dossiers", *map(str, words)])
    return done.exit_code, done.output


def test_made_loaded_and_reported_by_commands_alone(tmp_path: Path) -> None:
    made, store = tmp_path / "made.csv", tmp_path / "store"
    code, told = run("generate", "--out", made, "--rows", 3000, "--seed", 4, "--json")
    assert (code, json.loads(told)["rows"]) == (0, 3000)
    lists = ("--units", tmp_path / "units.csv", "--procedures", tmp_path / "procedures.csv")
    code, told = run("load", made, "--province", "quang-ninh", "--store", store, *lists, "--json")
    report = json.loads(told)
    assert (code, report["kept"], report["simulated"]) == (0, 3000, True)
    code, told = run("load", made, "--province", "quang-ninh", "--store", store)
    assert (code, "loaded before" in told) == (0, True)
    period = ("--province", "quang-ninh", "--from-month", "2024-01", "--to-month", "2024-12")
    form = tmp_path / "form.csv"
    frozen(store, tmp_path / "releases")
    code, told = run("report", *period, "--releases", tmp_path / "releases", "--out", form, "--json")
    found = json.loads(told)
    assert code == 0
    assert found["form"][-1]["tiep_nhan_tong"] == 3000
    assert found["indicators"][0]["code"] == "Q766"
    assert form.read_text(encoding="utf-8-sig").startswith("# simulated\n")
    code, told = run("--store", store)
    assert "3,000 dossiers, simulated, 1 loads" in told
    before = read_manifest(store)
    code, told = run("recount", "--store", store)
    assert (code, "3,000 dossiers of 12 months counted anew" in told) == (0, True)
    after = counted(store)
    assert read_manifest(store).parts != before.parts
    assert after.counts("2024-01", "2024-12").iloc[0]["received"] == 3000


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("report", "--province", "ha-noi", "--from-month", "2024-01"), "known: quang-ninh"),
        (("report", "--province", "ha-noi", "--from-month", "1/2024"), "YYYY-MM"),
    ],
)
def test_what_cannot_be_done_is_told_in_words(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    store = new_store(tmp_path / "store")
    loaded(store, "a.csv", [row("H1.1")])
    frozen(store, tmp_path / "releases")
    at = ["--releases", str(tmp_path / "releases")]
    done = CliRunner().invoke(app, ["dossiers", *words, *at, "--json"])
    assert done.exit_code == 4
    assert said in done.output


@pytest.mark.parametrize("ending", ["xlsx", "parquet", "csv", "tsv"])
def test_every_kind_of_file_is_read_alike(tmp_path: Path, ending: str) -> None:
    rows = pd.DataFrame(
        [row("H1.1"), row("H1.2", NgayKetThucXuLy="2024-03-13"), row("H1.3", KenhThucHien="1")]
    )
    rows["NgayTiepNhan"] = pd.to_datetime(rows["NgayTiepNhan"])
    path = tmp_path / f"rows.{ending}"
    if ending == "xlsx":
        rows.to_excel(path, index=False)
    elif ending == "parquet":
        rows.to_parquet(path, index=False)
    else:
        rows.to_csv(path, index=False, sep="\t" if ending == "tsv" else ";")
    folder = new_store(tmp_path / "store")
    report = load(folder, Ask(path, "quang-ninh"))
    assert (report.kept, report.found) == (3, {})
    counts = counted(folder).counts("2024-03", "2024-03").iloc[0]
    assert [counts[name] for name in ("received", "received_online", "settled_late")] == [3, 2, 1]
