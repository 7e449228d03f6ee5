"""Small files of dossiers for tests: lists, rows as CSV, a store of its own."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from etl.dossiers.load import Ask, Report, load, put_lists

UNITS = "unit,name_vi,level\nA,Sở A,provincial\nB,Xã B,commune\n"
PROCEDURES = (
    "procedure,name_vi,field,field_vi,service,fee,needs_result\n"
    "P1,Cấp giấy,DD,Đất đai,partial,1,1\nP2,Khai sinh,HT,Hộ tịch,full,0,1\n"
    "P3,Chứng thực,CT,Chứng thực,none,0,0\n"
)
HEADER = (
    "MaHoSo", "DonViQuanLy", "MaTTHC", "KenhThucHien", "TrangThaiHoSoId", "NgayTiepNhan", "NgayHenTra",
    "NgayKetThucXuLy", "NgayYeuCauBoSung", "NgayCongDanBoSung", "NgayCapNhat",
)  # fmt: skip
ROW = {
    "DonViQuanLy": "A", "MaTTHC": "P1", "KenhThucHien": "2", "TrangThaiHoSoId": "9",
    "NgayTiepNhan": "2024-03-04", "NgayHenTra": "2024-03-11", "NgayKetThucXuLy": "2024-03-08",
}  # fmt: skip


def new_store(folder: Path) -> Path:
    """A folder of dossiers with the two lists and nothing loaded."""
    folder.mkdir(parents=True, exist_ok=True)
    lists = {"u.csv": UNITS, "p.csv": PROCEDURES}
    for name, text in lists.items():
        (folder.parent / name).write_text(text, encoding="utf-8")
    put_lists(folder, folder.parent / "u.csv", folder.parent / "p.csv")
    return folder


def row(identity: str, **over: str) -> dict[str, str]:
    """A dossier that is early, with what the test wants different."""
    return ROW | {"MaHoSo": identity} | over


def write_rows(path: Path, rows: Iterable[Mapping[str, str]], header: Iterable[str] = HEADER) -> Path:
    """Rows as a CSV file of the system."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(header), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def loaded(folder: Path, name: str, rows: Iterable[Mapping[str, str]], month: str = "2024-03") -> Report:
    """Write rows beside a store and load them as one month."""
    path = write_rows(folder.parent / name, rows)
    return load(folder, Ask(path, "quang-ninh", month, month))
