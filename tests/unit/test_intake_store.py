"""Files kept as they came, once each, read-only, under harmless names; a journal that stays whole."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest

from etl.intake import journal as journal_module
from etl.intake.journal import Journal
from etl.intake.store import Store, safe_name
from indices.errors import ReleaseError, SourceError
from tests.fixtures.etl.imports import sha


def test_a_file_is_kept_read_only_under_its_hash(tmp_path: Path) -> None:
    upload = Store(tmp_path).keep("Bảng điểm 2025.xlsx", b"abc")
    path = tmp_path / "files" / sha(b"abc") / "Bảng điểm 2025.xlsx"
    assert (upload.file_id, upload.name, upload.size, upload.known) == (sha(b"abc"), path.name, 3, False)
    assert path.read_bytes() == b"abc"
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    assert Store(tmp_path).path(upload.file_id) == path


def test_the_same_bytes_are_kept_once_whatever_they_are_called(tmp_path: Path) -> None:
    store = Store(tmp_path)
    first, second = store.keep("a.xlsx", b"abc"), store.keep("b.xlsx", b"abc")
    assert first.file_id == second.file_id
    assert (second.known, store.find(first.file_id).name) == (True, "a.xlsx")
    assert [p.name for p in (tmp_path / "files").iterdir()] == [first.file_id]
    assert store.sent_before(first.file_id) == second
    assert store.sent_before("0" * 64) is None


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/abs/olute.xlsx", "olute.xlsx"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\x00b\nc.xlsx", "abc.xlsx"),
        ("bảng   điểm .xlsx", "bảng điểm.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ('a<b>:"|?*.xlsx', "ab.xlsx"),
        ("điểm\u202exslx.exe", "điểmxslx.exe"),
        ("Bảng điểm.xlsx", "Bảng điểm.xlsx"),
    ],
)
def test_names_lead_nowhere(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_long_names_are_cut_before_their_ending() -> None:
    name = safe_name("ả" * 300 + ".xlsx")
    assert name.endswith("ả.xlsx")
    assert len(name.encode()) <= 150


@pytest.mark.parametrize("file_id", ["", "..", "a" * 64, "../journal.jsonl", "0" * 63])
def test_an_id_of_nothing_is_told(tmp_path: Path, file_id: str) -> None:
    Store(tmp_path).keep("a", b"abc")
    with pytest.raises(SourceError, match="no such file"):
        Store(tmp_path).path(file_id)


def test_a_changed_file_is_not_used(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = store.path(store.keep("a", b"abc").file_id)
    path.chmod(0o644)
    path.write_bytes(b"abd")
    with pytest.raises(SourceError, match="no longer what was sent"):
        store.path(sha(b"abc"))


def test_a_full_disk_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("etl.intake.store.os.fsync", full)
    with pytest.raises(ReleaseError, match="No space left"):
        Store(tmp_path).keep("a", b"abc")
    monkeypatch.undo()
    assert list((tmp_path / "files").iterdir()) == []
    assert not Store(tmp_path).keep("a", b"abc").known


def _keep(folder: Path) -> None:
    for _ in range(20):
        Store(folder).keep("a", b"x" * 100_000)


def _note(folder: Path, who: str) -> None:
    for number in range(100):
        Journal(folder).note("tried", who, number=number + 1, text="ả" * 500)


def _at_once(work: object, *arguments: tuple[object, ...]) -> None:
    context = multiprocessing.get_context("spawn")
    children = [context.Process(target=work, args=each) for each in arguments]
    for child in children:
        child.start()
    for child in children:
        child.join()
    assert [child.exitcode for child in children] == [0] * len(children)


def test_two_processes_keep_one_file(tmp_path: Path) -> None:
    _at_once(_keep, (tmp_path,), (tmp_path,), (tmp_path,))
    assert [p.name for p in (tmp_path / "files").iterdir()] == [sha(b"x" * 100_000)]


def test_two_processes_write_one_journal(tmp_path: Path) -> None:
    _at_once(_note, (tmp_path, "An"), (tmp_path, "Bình"))
    entries = Journal(tmp_path).entries()
    for who in ("An", "Bình"):
        assert [e["number"] for e in entries if e["who"] == who] == list(range(1, 101))
    assert [e["at"] for e in entries] == sorted(e["at"] for e in entries)


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.note("received", "An", file="a")
    with journal.path.open("ab") as handle:
        handle.write(b'{"at": "2026-0')
    journal.note("staged", "An", import_id="b", release="")
    assert [(e["did"], e["who"]) for e in journal.entries()] == [("received", "An"), ("staged", "An")]
    assert "release" not in journal.entries()[1]
    assert json.loads(journal.path.read_text(encoding="utf-8").splitlines()[-1])["import_id"] == "b"


def test_a_full_disk_leaves_the_journal_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.note("received", "An")
    before = journal.path.read_bytes()
    real, calls = os.write, []

    def half(handle: int, data: bytes) -> int:
        calls.append(handle)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return real(handle, data[:7])

    monkeypatch.setattr(journal_module.os, "write", half)
    with pytest.raises(ReleaseError, match="No space left"):
        journal.note("staged", "An")
    monkeypatch.undo()
    assert journal.path.read_bytes() == before
