"""Persons stay out: what is planted in a file of dossiers is in no byte that a load leaves behind or says."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from etl.__main__ import app
from etl.warehouse.connect import open_engine
from tests.dossier_files import HEADER, new_store, row, write_rows
from tests.dossier_release import frozen

PLANTED = {
    "ChuHoSo": "Trần Thị Bí Mật",
    "SoGiayToChuHoSo": "022187009911",
    "SoDienThoaiChuHoSo": "0912777333",
    "XaPhuongChuHoSo": "Thôn Kín Đáo",
    "TrichYeuHoSo": "Cấp lại sổ cho bà Bí Mật",
    "LyDoTuChoi": "bà Bí Mật vắng nhà",
}
SECRETS = (*PLANTED.values(), "Bí Mật", "bimat@example.org")


def rows() -> list[dict[str, str]]:
    """Dossiers with persons in their columns, and in columns where they slid by mistake."""
    good = [row(f"H1.{n}") | PLANTED for n in range(10)]
    slid = [
        row("Trần Thị Bí Mật"),
        row("022187009911"),
        row("H1.20", DonViQuanLy="Trần Thị Bí Mật"),
        row("H1.21", MaTTHC="0912777333"),
        row("H1.22", NgayHenTra="Trần Thị Bí Mật"),
        row("H1.23", NgayTiepNhan="bimat@example.org"),
        row("H1.24", TrangThaiHoSoId="Bí Mật", KenhThucHien="0912777333", NgayCapNhat="Bí Mật"),
    ]
    return [*good, *slid, row("H1.0", NgayKetThucXuLy="2024-03-14") | PLANTED]


def cells_of(path: Path) -> dict[str, object]:
    """The names of columns and the cells of every table of a release."""
    with open_engine(path).connect() as connection:
        names = [name for (name,) in connection.exec_driver_sql("SELECT table_name FROM duckdb_tables()")]
        return {name: pd.read_sql(f"SELECT * FROM {name}", connection).to_dict() for name in names}


def texts_of(path: Path) -> str:
    """Everything a file says: its bytes, its name, and for Parquet its unpacked cells and metadata."""
    plain = path.name + path.read_bytes().decode("utf-8", "ignore")
    if path.suffix == ".duckdb":
        return f"{plain} {cells_of(path)}"
    if path.suffix != ".parquet":
        return plain
    table = pq.read_table(path)
    return f"{plain} {table.schema} {table.to_pylist()}"


@pytest.mark.parametrize("as_json", [False, True])
def test_no_person_is_in_any_file_or_message_of_a_load(tmp_path: Path, as_json: bool) -> None:
    store = new_store(tmp_path / "store")
    path = write_rows(tmp_path / "Trần Thị Bí Mật.csv", rows(), [*HEADER, *PLANTED])
    cut = path.read_text(encoding="utf-8") + "H1.99,A,Trần Thị Bí Mật"
    path.write_text(cut, encoding="utf-8")
    assert all(secret in cut for secret in SECRETS)
    extra = ["--json"] if as_json else []
    run = CliRunner()
    told = run.invoke(
        app, ["dossiers", "load", str(path), "--province", "quang-ninh", "--store", str(store), *extra]
    )
    assert told.exit_code == 0, told.output
    period = [
        "--province",
        "quang-ninh",
        "--from-month",
        "2024-03",
        "--out",
        str(tmp_path / "store/form.csv"),
    ]
    frozen(store, store / "releases")
    at = ["--releases", str(store / "releases")]
    report = run.invoke(app, ["dossiers", "report", *period, *at, *extra])
    shown = run.invoke(app, ["dossiers", "--store", str(store), *extra])
    assert (report.exit_code, shown.exit_code) == (0, 0), report.output + shown.output
    left = [one for one in store.rglob("*") if one.is_file()]
    assert {one.suffix for one in left} >= {".parquet", ".json", ".csv", ".duckdb"}
    assert len([one for one in left if one.suffix == ".parquet"]) >= 3
    said = told.output + report.output + shown.output + "".join(texts_of(one) for one in left)
    assert "H1.3" in said
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_file_that_breaks_the_parser_is_refused_without_quoting_it(tmp_path: Path) -> None:
    store = new_store(tmp_path / "store")
    path = write_rows(tmp_path / "broken.csv", [row("H1.1") | PLANTED], [*HEADER, *PLANTED])
    path.write_bytes(path.read_bytes() + b'H1.2,"\xff\xfe' + "Bí Mật".encode("utf-16-le") + b",\n")
    told = CliRunner().invoke(app, ["dossiers", "load", str(path), "--province", "x", "--store", str(store)])
    assert "Bí Mật" not in told.output
    for one in (one for one in store.rglob("*") if one.is_file()):
        assert "Trần Thị" not in texts_of(one)
