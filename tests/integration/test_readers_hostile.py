"""Every hostile file gets one clear sentence, and the process that asked lives on."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from etl.readers import files, guard
from etl.readers.child import WORKBOOK, Task
from etl.readers.files import open_workbook, read_columns
from etl.readers.limits import MIB, TABLE
from etl.readers.limits import WORKBOOK as SHEETS
from indices.errors import Problem, SourceError
from tests.hostile import HOSTILE, Hostile, far_cell, good_xls, good_xlsx

BY_NAME = {hostile.name: hostile for hostile in HOSTILE}


def refused(path: Path, name: str = "") -> Problem:
    """The one problem of a file that is not read."""
    with pytest.raises(SourceError) as told:
        open_workbook(path, name)
    assert len(told.value.problems) == 1
    return told.value.problems[0]


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.name)
def test_a_hostile_file_gets_one_clear_sentence(hostile: Hostile, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(hostile.content())
    problem = refused(path, hostile.name)
    assert hostile.says in problem.text()
    assert problem.file == hostile.name
    assert problem.found
    assert problem.expected
    assert problem.hint
    for untold in ("\n", str(tmp_path), "Traceback", "Error"):
        assert untold not in problem.text()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("blank.csv", "row of the column names is blank"),
        ("cut.xlsx", "damaged or was cut short"),
        ("cut.xls", "damaged or was cut short"),
        ("cut.parquet", "damaged or was cut short"),
        ("setup.xlsx", "found: a program"),
        ("page.xls", "found: a web page"),
        ("locked.xlsx", "protected with a password"),
        ("locked.xls", "protected with a password"),
        ("locked.ods", "protected with a password"),
        ("bomb.xlsx", "packed more tightly"),
        ("lying-bomb.xlsx", "unpacks to more than it says"),
        ("wide.xlsx", "reaches further to the right"),
        ("last-cell.xlsx", "reaches further to the right"),
        ("repeating.ods", "repeats too often"),
        ("entities.xlsx", "declares XML entities"),
        ("quote.csv", "never closes"),
        ("tcvn3.csv", "TCVN3"),
        ("odd.csv", "encoding of the text cannot be told"),
    ],
)
def test_columns_of_a_hostile_file_get_one_clear_sentence(name: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_bytes(BY_NAME[name].content())
    with pytest.raises(SourceError) as told:
        read_columns(path, name)
    assert len(told.value.problems) == 1
    assert says in told.value.problems[0].text()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.xlsx"
    path.write_bytes(good_xlsx())
    return path


@pytest.mark.parametrize(
    ("does", "says"),
    [
        ("import os; os.abort()", "broke down"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broke down"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "takes too long"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes too long"),
        ("raise SystemExit(3)", "broke down"),
        ("raise MemoryError", "too much memory"),
        (
            "import sys; sys.stderr.write('memory allocation of 9 bytes failed'); sys.exit(1)",
            "too much memory",
        ),
        ("print('what')", "gave no answer"),
        ("", "gave no answer"),
        ("print('{\"ok\": true}')", "gave no answer"),
        ('print(\'{"ok": true}\\n{"sheets": 1}\')', "gave no answer"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_the_parent_survives_whatever_happens_to_the_reader(
    does: str, says: str, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "command", lambda task: [sys.executable, "-c", does])
    assert says in refused(book).text()
    monkeypatch.undo()
    assert open_workbook(book).sheets[0].at(2, 2) == 2.5


def test_a_reader_that_takes_too_long_is_stopped(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "command", lambda task: [sys.executable, "-c", "import time; time.sleep(600)"])
    monkeypatch.setattr(files, "SHEETS", replace(SHEETS, seconds=1))
    assert "no answer after 1 s" in refused(book).text()


@pytest.mark.skipif(sys.platform == "win32", reason="no limits of the system")
@pytest.mark.parametrize(
    ("limits", "content", "says"),
    [
        ({"cells": 10**12}, lambda: far_cell("XFD1000000"), "more than 512 MiB"),
        ({"cpu_seconds": 1, "cells": 10**8}, lambda: b"1,2,3,4,5,6,7,8\n" * 1_500_000, "more than 1 s"),
        ({"answer_mib": 1}, lambda: b"1,2,3,4,5,6,7,8\n" * 100_000, "too much memory"),
    ],
)
def test_the_system_holds_the_limits(
    limits: dict[str, int],
    content: Callable[[], bytes],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "table"
    path.write_bytes(content())
    wide = {"rows": 10**7, "columns": 10**5}
    monkeypatch.setattr(files, "SHEETS", replace(SHEETS, **{**wide, **limits}))
    assert says in refused(path).text()


@pytest.mark.skipif(sys.platform != "linux", reason="asks the system about a process")
def test_the_reading_process_takes_its_limits(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tells = """
import json, resource
from etl.readers.child import take_limits
from etl.readers.limits import WORKBOOK
take_limits(WORKBOOK)
print("{}")
asked = (resource.RLIMIT_AS, resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)
print(json.dumps([resource.getrlimit(what)[1] for what in asked]))
"""
    monkeypatch.setattr(guard, "command", lambda task: [sys.executable, "-c", tells])
    task = Task(str(book), WORKBOOK, SHEETS.as_json())
    found = guard.read_safely(task, "book.xlsx", lambda answer: json.loads(answer.read()))
    assert found == [SHEETS.memory_mib * MIB, SHEETS.cpu_seconds, SHEETS.answer_mib * MIB, 0]


def test_several_people_at_once_all_get_their_own(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.csv" for number in range(6)]
    for number, path in enumerate(paths):
        path.write_text(f"a,{number}\n")
    with ThreadPoolExecutor(6) as pool:
        workbooks = list(pool.map(open_workbook, paths))
    assert [workbook.sheets[0].rows for workbook in workbooks] == [
        [["a", str(number)]] for number in range(6)
    ]


def test_nothing_is_left_behind(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    open_workbook(book)
    monkeypatch.setattr(guard, "command", lambda task: [sys.executable, "-c", "import os; os.abort()"])
    refused(book)
    assert list(folder.iterdir()) == []


def test_the_reader_knows_nothing_of_this_process(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_SECRET", "1")
    tells = "import json, os; print('{}'); print(json.dumps(dict(os.environ)))"
    monkeypatch.setattr(guard, "command", lambda task: [sys.executable, "-c", tells])
    task = Task(str(book), WORKBOOK, TABLE.as_json())
    found = guard.read_safely(task, "book.xlsx", lambda answer: json.loads(answer.read()))
    assert "CCHC_SECRET" not in found
    assert "HOME" not in found
    assert "PYTHONPATH" in found


def test_the_reading_process_loads_no_library_that_it_does_not_need() -> None:
    """Its start is most of the time that a small file takes."""
    names = ("pandas", "numpy", "pyarrow", "openpyxl", "pydantic", "fastexcel", "olefile", "duckdb")
    code = f"import sys, etl.readers.child, etl.readers.xlsx; print([n for n in {names} if n in sys.modules])"
    done = guard.subprocess.run([sys.executable, "-c", code], cwd=guard.ROOT, capture_output=True, check=True)
    assert done.stdout.strip() == b"[]"


def test_the_kind_is_told_by_the_content(tmp_path: Path) -> None:
    for name, content, kind in (
        ("a.csv", good_xlsx(), "xlsx"),
        ("b.xlsx", good_xls(), "xls"),
        ("c.xls", b"a,b\n1,2", "csv"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert open_workbook(path).kind == kind


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be opened" in refused(tmp_path / "gone.xlsx").text()
    assert "a folder or device" in refused(tmp_path).text()
