"""The reader of tidy files: every fault of a file is told with its place, and good rows survive."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.readers.tidy import TidyTable, read_tidy

HEADER = ("name", "score")


def read(folder: Path, content: str | bytes, **more: tuple[str, ...]) -> TidyTable:
    path = folder / "table.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_tidy(path, "table.csv", HEADER, **more)


def whats(table: TidyTable) -> list[str]:
    return [problem.what for problem in table.problems]


def test_texts_come_out_stripped_composed_and_numbered(tmp_path: Path) -> None:
    content = 'score,name\r\n 1.50 ,Huế\r\n\r\n2,"two\nlines"\r\n3,' + unicodedata.normalize("NFD", "Huế")
    table = read(tmp_path, content)
    assert table.problems == []
    assert table.frame is not None
    assert table.frame["name"].tolist() == ["Huế", "two\nlines", "Huế"]
    assert table.frame["score"].tolist() == ["1.50", "2", "3"]
    assert table.frame["line"].tolist() == [2, 4, 6]


@pytest.mark.parametrize("content", ["", "  \n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    assert whats(read(tmp_path, content)) == ["The file is empty"]


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    assert whats(read(tmp_path, "name,score\n")) == ["The file has a header and no rows"]


def test_a_byte_order_mark_is_refused_but_the_rows_are_read(tmp_path: Path) -> None:
    table = read(tmp_path, b"\xef\xbb\xbfname,score\na,1\n")
    assert whats(table) == ["The file starts with a byte order mark"]
    assert table.frame is not None
    assert len(table.frame) == 1


def test_other_encodings_are_refused_with_the_row(tmp_path: Path) -> None:
    table = read(tmp_path, "name,score\na,1\nHuế,2\n".encode("cp1258", errors="ignore") + b"\xff\xfe")
    assert whats(table) == ["The file is not UTF-8"]
    assert table.problems[0].place.startswith("row ")


def test_a_missing_column_names_the_one_that_looks_like_it(tmp_path: Path) -> None:
    table = read(tmp_path, "name,scores\na,1\n")
    assert set(whats(table)) == {"A column is missing", "A column is not known"}
    assert any("'scores'" in p.hint for p in table.problems)
    assert table.frame is None


def test_a_surplus_column_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    table = read(tmp_path, "name,score,extra\na,1,x\n")
    assert whats(table) == ["A column is not known"]
    assert table.frame is not None


def test_a_doubled_column_is_told(tmp_path: Path) -> None:
    assert "A column stands twice" in whats(read(tmp_path, "name,score,score\na,1,2\n"))


def test_an_optional_column_may_be_absent(tmp_path: Path) -> None:
    table = read(tmp_path, "name,score\na,1\n", optional=("note",))
    assert table.problems == []
    assert table.frame is not None
    assert table.frame["note"].tolist() == [""]


def test_a_header_in_nfd_is_told(tmp_path: Path) -> None:
    table = read(tmp_path, unicodedata.normalize("NFD", "name,score,điểm\n") + "a,1,2\n")
    assert "A column header is not in NFC form" in whats(table)


def test_rows_of_the_wrong_width_are_told_and_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, "name,score\na,1\nb,2,3\nc\n")
    assert whats(table) == ["A row has the wrong number of cells"] * 2
    assert [p.place for p in table.problems] == ["row 3", "row 4"]
    assert table.frame is not None
    assert table.frame["name"].tolist() == ["a"]


def test_broken_quotes_are_told(tmp_path: Path) -> None:
    assert whats(read(tmp_path, 'name,score\n"a,1\n')) == ["The file is not readable as CSV"]


PIECES = st.sampled_from(
    [
        b"name,score\n",
        b"a,1\n",
        b'"',
        b",",
        b"\r",
        b"\n",
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"H\xc3\xa0 N\xe1\xbb\x99i",
    ]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(PIECES | st.binary(max_size=8), max_size=12))
def test_any_bytes_give_rows_or_problems_never_a_crash(tmp_path: Path, pieces: list[bytes]) -> None:
    table = read(tmp_path, b"".join(pieces))
    assert table.frame is not None or table.problems
    if table.frame is not None:
        assert set(table.frame.columns) == {*HEADER, "file", "line"}
