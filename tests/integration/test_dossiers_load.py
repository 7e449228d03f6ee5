"""Loading dossiers: bad rows told and balanced, months twice, corrections, cut files, nothing half done."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from etl.dossiers import load as loading
from etl.dossiers.load import Ask, Report, load
from etl.dossiers.store import named_files, read_manifest
from etl.dossiers.tally import busy
from etl.lock import alone
from indices.errors import DataError, DefinitionError, ReleaseError, SourceError
from tests.dossier_files import HEADER, loaded, new_store, row, write_rows
from tests.dossier_release import counted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty store."""
    return new_store(tmp_path / "store")


def balances(report: Report) -> bool:
    """Whether every row of a load is told of exactly once."""
    read = report.kept + report.aside + report.left_out + report.refused + report.twice
    return (report.read, report.kept) == (
        read, report.added + report.replaced + report.unchanged + report.older,
    )  # fmt: skip


def settled(folder: Path, month: str = "2024-03") -> dict[str, int]:
    """Received and settled of a month, as a release counts them."""
    found = counted(folder).counts(month, month).iloc[0]
    return {name: int(found[name]) for name in ("received", "settled_early", "settled_late", "open")}


BAD = [
    (row("H1.1"), None),
    (row("Nguyễn Văn A"), "dossier.bad_id"),
    (row("0912345678"), "dossier.bad_id"),
    (row(""), "dossier.bad_id"),
    (row("H1.2", NgayTiepNhan=""), "dossier.no_receipt"),
    (row("H1.3", NgayTiepNhan="32/13/2024"), "dossier.bad_date"),
    (row("H1.4", NgayHenTra="soon"), "dossier.bad_date"),
    (row("H1.5", NgayKetThucXuLy="2204-03-01"), "dossier.bad_date"),
    (row("H1.6", NgayKetThucXuLy="2024-03-01"), "dossier.end_before_start"),
    (row("H1.7", NgayHenTra="2024-03-01"), "dossier.due_before_receipt"),
    (
        row("H1.8", NgayYeuCauBoSung="06/03/2024", NgayCongDanBoSung="05/03/2024"),
        "dossier.answer_before_request",
    ),
    (row("H1.9", DonViQuanLy="Z"), "dossier.unknown_unit"),
    (row("H1.10", MaTTHC="P9"), "dossier.unknown_procedure"),
    (row("H1.11", KenhThucHien="7"), "dossier.unknown_code"),
    (row("H1.12", NgayKetThucXuLy=""), "dossier.done_without_end"),
    (row("H1.13", TrangThaiHoSoId="1"), None),
    (row("H1.14", TrangThaiHoSoId="3"), None),
    (row("H1.15"), "dossier.same_row_twice"),
    (row("H1.15"), None),
    (row("H1.16"), "dossier.same_id_differs"),
    (row("H1.16", NgayKetThucXuLy="2024-03-12"), "dossier.same_id_differs"),
]


def test_every_bad_row_is_told_with_its_number_and_the_totals_balance(folder: Path) -> None:
    report = loaded(folder, "bad.csv", [one for one, _ in BAD])
    listed = (folder / "loads/00001_findings.csv").read_text(encoding="utf-8").splitlines()
    wanted = [f"{number},{check}" for number, (_, check) in enumerate(BAD, 2) if check]
    assert sorted(listed[1:]) == sorted(wanted)
    assert balances(report)
    assert (report.read, report.aside, report.left_out, report.refused, report.twice) == (21, 8, 1, 1, 2)
    # H1.16: the later row, which is late; H1.7 is late by its own dates; H1.12 is in process.
    assert settled(folder) == {"received": 9, "settled_early": 6, "settled_late": 2, "open": 1}


def test_unknown_units_and_procedures_stay_in_the_totals(folder: Path) -> None:
    loaded(folder, "a.csv", [row("H1.1"), row("H1.2", DonViQuanLy="Z"), row("H1.3", MaTTHC="P9")])
    cube = counted(folder)
    by_unit = cube.counts("2024-03", "2024-03", ("unit",)).set_index("unit")["received"]
    by_field = cube.counts("2024-03", "2024-03", ("field",)).set_index("field")["received"]
    assert by_unit.to_dict() == {"A": 2, "?": 1}
    assert by_field.to_dict() == {"DD": 2, "?": 1}


def test_a_file_twice_and_a_month_twice_change_nothing(folder: Path) -> None:
    rows = [row(f"H1.{n}") for n in range(50)]
    first = loaded(folder, "a.csv", rows)
    before = settled(folder), read_manifest(folder)
    again = loaded(folder, "a.csv", rows)
    assert again.already
    assert read_manifest(folder) == before[1]
    other = loaded(folder, "b.csv", rows[::-1])
    assert (other.added, other.replaced, other.unchanged, other.months) == (0, 0, 50, [])
    assert settled(folder) == before[0]
    assert balances(first)
    assert balances(other)


def test_two_files_of_one_month_end_alike_whichever_comes_first_and_never_run_at_once(folder: Path) -> None:
    early = [row(f"H1.{n}", NgayCapNhat="2024-03-10") for n in range(6)]
    later = [row(f"H1.{n}", NgayCapNhat="2024-03-20", NgayKetThucXuLy="2024-03-12") for n in range(4)]
    with alone(folder, busy(folder)):
        before = read_manifest(folder)
        with pytest.raises(ReleaseError, match="already"):
            loaded(folder, "early.csv", early)
        assert read_manifest(folder) == before
    one, two = loaded(folder, "early.csv", early), loaded(folder, "later.csv", later)
    assert (one.added, two.added, two.replaced) == (6, 0, 4)
    other = new_store(folder.parent / "other")
    one, two = loaded(other, "later.csv", later), loaded(other, "early.csv", early)
    assert (one.added, two.added, two.older) == (4, 2, 4)
    assert all(map(balances, (one, two)))
    assert (
        settled(other) == settled(folder) == {"received": 6, "settled_early": 2, "settled_late": 4, "open": 0}
    )


def test_late_and_corrected_rows_find_their_month(folder: Path) -> None:
    loaded(folder, "march.csv", [row("H1.1"), row("H1.2", NgayKetThucXuLy="", TrangThaiHoSoId="2")])
    assert settled(folder) == {"received": 2, "settled_early": 1, "settled_late": 0, "open": 1}
    april = [
        row("H1.2", NgayKetThucXuLy="2024-03-20"),  # told late
        row("H1.1", NgayTiepNhan="2024-02-26"),  # moves to another month
        row("H1.3", NgayTiepNhan="2024-04-02", NgayHenTra="2024-04-09", NgayKetThucXuLy="2024-04-05"),
    ]
    report = loaded(folder, "april.csv", april, "2024-04")
    assert (report.added, report.replaced, report.months) == (1, 2, ["2024-02", "2024-03", "2024-04"])
    assert settled(folder) == {"received": 1, "settled_early": 1, "settled_late": 1, "open": 0}
    assert settled(folder, "2024-04")["received"] == 1
    held = read_manifest(folder)
    assert sum(part["count"] for part in held.parts.values()) == 3
    assert held.months("quang-ninh") == ["2024-03", "2024-04"]


def test_the_later_change_wins_whatever_is_loaded_last(folder: Path) -> None:
    new = row("H1.1", NgayCapNhat="2024-03-20 09:00", NgayKetThucXuLy="2024-03-12")
    old = row("H1.1", NgayCapNhat="2024-03-10 09:00")
    loaded(folder, "new.csv", [new, row("H1.2", NgayCapNhat="2024-03-10")])
    report = loaded(folder, "old.csv", [old])
    assert (report.older, report.replaced, report.added) == (1, 0, 0)
    assert settled(folder) == {"received": 2, "settled_early": 1, "settled_late": 1, "open": 0}


def test_the_last_row_of_a_file_that_was_cut_off_is_set_aside(folder: Path) -> None:
    path = write_rows(folder.parent / "cut.csv", [row(f"H1.{n}") for n in range(20)])
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("H1.19") + 9], encoding="utf-8")
    report = load(folder, Ask(path, "quang-ninh"))
    assert report.found == {"dossier.short_row": 1}
    assert (report.read, report.kept, report.aside) == (20, 19, 1)
    assert "21,dossier.short_row" in (folder / "loads/00001_findings.csv").read_text(encoding="utf-8")


def test_long_rows_keep_the_numbers_of_those_after_them(folder: Path) -> None:
    path = write_rows(folder.parent / "long.csv", [row("H1.1"), row("H1.2"), row("H1.3", NgayTiepNhan="x")])
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] += ",one,more"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    load(folder, Ask(path, "quang-ninh"))
    told = (folder / "loads/00001_findings.csv").read_text(encoding="utf-8").splitlines()
    assert told == ["row,check", "3,dossier.short_row", "4,dossier.bad_date"]


def test_a_cut_parquet_file_is_refused_and_the_store_stays(folder: Path) -> None:
    loaded(folder, "a.csv", [row("H1.1")])
    before = read_manifest(folder)
    part = next((folder / "rows").rglob("*.parquet"))
    cut = folder.parent / "cut.parquet"
    cut.write_bytes(part.read_bytes()[:-200])
    with pytest.raises(SourceError, match="cannot be read"):
        load(folder, Ask(cut, "quang-ninh"))
    assert read_manifest(folder) == before


def test_a_load_that_dies_leaves_the_store_as_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded(folder, "a.csv", [row("H1.1")])
    before = settled(folder)

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(loading, "write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            loaded(folder, "b.csv", [row("H1.1", NgayKetThucXuLy="2024-03-15"), row("H1.2")])
    assert settled(folder) == before
    assert loaded(folder, "b.csv", [row("H1.1", NgayKetThucXuLy="2024-03-15"), row("H1.2")]).replaced == 1
    assert settled(folder) == {"received": 2, "settled_early": 1, "settled_late": 1, "open": 0}
    kept = {Path(name) for name in named_files(read_manifest(folder))}
    assert all((folder / name).is_file() for name in kept)


def test_simulated_dossiers_never_join_real_ones(folder: Path) -> None:
    loaded(folder, "real.csv", [row("H1.1")])
    with pytest.raises(SourceError, match="mixed"):
        loaded(folder, "made.csv", [row("MP.1")])
    with pytest.raises(SourceError, match="mixed"):
        loaded(new_store(folder.parent / "other"), "both.csv", [row("MP.1"), row("H1.1")])


def test_what_cannot_be_used_at_all_is_refused_in_words(folder: Path) -> None:
    header = [name for name in HEADER if name not in ("NgayTiepNhan", "MaTTHC")]
    path = write_rows(folder.parent / "no.csv", [{"MaHoSo": "H1.1", "DonViQuanLy": "A"}], header)
    with pytest.raises(SourceError) as error:
        load(folder, Ask(path, "quang-ninh"))
    assert error.value.problems[0].expected == "MaTTHC, NgayTiepNhan"
    with pytest.raises(SourceError, match="no dossier that can be counted"):
        loaded(folder, "none.csv", [row("H1.1", NgayTiepNhan="x")])
    with pytest.raises(DataError, match="list of dossiers cannot be read"):
        load(folder.parent / "nowhere", Ask(path, "quang-ninh"))


def test_maxima_that_a_province_knows_are_settings_and_must_fit(folder: Path) -> None:
    loaded(folder, "a.csv", [row("H1.1")])
    (folder / "rules.yaml").write_text('maxima: {"4.4": 5, "4.5": 5}\n', encoding="utf-8")
    assert loading.load_rules(folder).maximum("4.4") == 5
    (folder / "rules.yaml").write_text('maxima: {"4.4": 50}\n', encoding="utf-8")
    with pytest.raises(DefinitionError, match="MDSH"):
        loading.load_rules(folder)


def test_a_promise_may_be_computed_from_the_limit(folder: Path) -> None:
    (folder / "rules.yaml").write_text("blank_due: computed\n", encoding="utf-8")
    header = [*HEADER, "ThoiGianThucHien", "LoaiThoiGianThucHien"]
    rows = [
        row("H1.1", NgayHenTra="", ThoiGianThucHien="3", LoaiThoiGianThucHien="ngày"),
        row("H1.2", NgayHenTra="", ThoiGianThucHien="4", LoaiThoiGianThucHien="ngày"),
        row("H1.3", NgayHenTra="", ThoiGianThucHien="8", LoaiThoiGianThucHien="giờ",
            NgayTiepNhan="2024-03-07 10:00:00"),
    ]  # fmt: skip
    path = write_rows(folder.parent / "limit.csv", rows, header)
    load(folder, Ask(path, "quang-ninh"))
    # From Monday 4 to Friday 8 March are four working days; eight hours from Thursday at ten end on Friday.
    assert settled(folder) == {"received": 3, "settled_early": 0, "settled_late": 1, "open": 0}


def test_what_reading_took_is_given_back_before_rows_are_joined(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    pool, merge = SimpleNamespace(release_unused=lambda: told.append("given back")), loading.Merge
    monkeypatch.setattr(loading.pa, "default_memory_pool", lambda: pool)
    monkeypatch.setattr(loading, "Merge", lambda *args: told.append("joined") or merge(*args))
    assert loaded(folder, "one.csv", [row("H1.1")]).kept == 1
    assert told == ["given back", "joined"]
