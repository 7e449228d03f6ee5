"""Downloads: what the grid shows, in the reader's language, with source and release inside."""

from __future__ import annotations

import base64
import csv
import io

import openpyxl
import pyarrow.parquet as pq
import pytest

from callbacks import downloads, ranking
from callbacks.services import Services
from callbacks.url_state import Facts
from tests.app.conftest import of_type, state_of


@pytest.fixture(scope="module")
def payload(services: Services, facts: Facts):
    """What the ranking table's Store holds."""
    page = ranking.render(services, state_of("?tinh=quang-ninh&cs=PCI&nam=2019", facts, True))
    return next(store.data for store in of_type(page.children, "Store") if store.id["table"] == "ranking")


def content(made: dict) -> bytes:
    """The bytes of a download."""
    return base64.b64decode(made["content"])


def test_csv_in_vietnamese(payload, services: Services) -> None:
    made = downloads.make_file(payload, None, None, "csv", "vi")
    text = content(made).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    first = dict(zip(rows[0], rows[1], strict=True))
    assert (first["Hạng"], first["Tỉnh, thành phố"], first["Điểm"]) == ("1", "Quảng Ninh", "73,40")
    assert services.release_id() in text
    assert "VCCI" in text
    assert made["filename"] == f"bang-xep-hang-pci-2019_{services.release_id()}.csv"


def test_only_what_the_grid_shows_is_written(payload) -> None:
    rows = [row for row in payload["rows"] if row["region"] == "Tây Nguyên"][::-1]
    state = [{"colId": "name"}, {"colId": "score"}, {"colId": "rank", "hide": True}]
    made = downloads.make_file(payload, rows, state, "xlsx", "en")
    sheet = openpyxl.load_workbook(io.BytesIO(content(made))).worksheets[0]
    header = [cell.value for cell in sheet[4]]
    assert header[:2] == ["Tỉnh, thành phố", "Điểm"]
    assert "Hạng" not in header
    assert sheet.max_row == 4 + len(rows) == 9
    assert sheet["A5"].value == rows[0]["name"]


def test_what_a_narrow_table_leaves_out_is_written_all_the_same(payload) -> None:
    state = [{"colId": "name"}, {"colId": "score"}, {"colId": "region", "hide": True}]
    made = downloads.make_file(payload, payload["rows"], state, "xlsx", "en")
    sheet = openpyxl.load_workbook(io.BytesIO(content(made))).worksheets[0]
    written = [cell.value for cell in sheet[4]].index("Vùng")
    assert [row[written].value for row in sheet.iter_rows(5)] == [row["region"] for row in payload["rows"]]


def test_a_filtered_table_says_so(payload) -> None:
    made = downloads.make_file(payload, payload["rows"][:7], None, "csv", "vi")
    assert "Đã lọc: 7/63 dòng" in content(made).decode("utf-8-sig")


@pytest.mark.parametrize(
    ("title", "name"),
    [("Xếp hạng: Đắk Lắk 2019", "xep-hang-dak-lak-2019"), ("x" * 200, "x" * 80), ("***", "")],
)
def test_file_names_are_plain(title: str, name: str) -> None:
    assert downloads.slug(title) == name


def test_a_button_that_just_appeared_downloads_nothing() -> None:
    button = {"type": "download", "table": "t", "fmt": "csv"}
    assert not downloads.clicked(button, None)
    assert not downloads.clicked(None, 1)
    assert not downloads.clicked({**button, "fmt": "exe"}, 1)
    assert downloads.clicked(button, 1)


def test_values_are_found_by_table() -> None:
    items = [{"id": {"table": "a"}, "value": 1}, {"id": {"table": "b"}}]
    assert downloads.by_table(items, "a") == 1
    assert downloads.by_table(items, "b") is None
    assert downloads.by_table(items, "c") is None


def test_parquet_keeps_types_words_and_origin(payload, services: Services) -> None:
    made = downloads.make_file(payload, None, None, "parquet", "vi")
    table = pq.read_table(io.BytesIO(content(made)))
    about = {key.decode(): text.decode() for key, text in table.schema.metadata.items()}
    assert table.num_rows == 63
    assert table["name"][0].as_py() == "Quảng Ninh"
    assert table["score"][0].as_py() == pytest.approx(73.40, abs=0.005)
    assert str(table.schema.field("score").type) == "double"
    assert table.schema.field("score").metadata[b"label"].decode() == "Điểm"
    assert about["release_id"] == services.release_id()
    assert "VCCI" in about["sources"]
    assert made["filename"].endswith(f"_{services.release_id()}.parquet")
