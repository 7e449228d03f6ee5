"""From two decisions' annexes to a release: trends go on through a renumbering that a person confirmed."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from click.testing import Result
from openpyxl import load_workbook
from typer.testing import CliRunner

from callbacks import criterion, plan, ranking, trends
from callbacks.services import Services
from etl.__main__ import app
from etl.build import build
from etl.readers.workbook import Merge
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from layouts.pages import plan_results
from tests.app.conftest import state_of
from tests.fixtures.annex.annexes import HEADER, decision_shaped, table, write_book
from tests.fixtures.etl.packs import small_pack, write_rows
from workspace import store
from workspace.records import AssignmentRecord
from workspace.settings import Settings as WorkspaceSettings
from workspace.settings import Shelf

INDEX = "MAU"
BASE = """\
id: mau_base
index: MAU
name: {vi: Chỉ số mẫu, en: Sample index}
decision: {number: "", date: null}
years: [2016]
unit_set: "63"
scale: {min: 0, max: 100, unit: points, decimals: 2}
ranking: {precision: 2, ties: min, tolerance: 1.0e-9, headline: rank}
missing: refuse
tolerance: {index: 0.05, field: 0.05}
groups: {rule: fixed, cuts: [{code: A, name: {vi: Nhóm A, en: Group A}, from: 80}]}
"""
ROOT_ROW = "MAU,,index,Chỉ số mẫu,Sample index,0,100,,+,,,,,,,,derived,proven,,\n"
COLUMNS = (
    "code,parent,level,name_vi,name_en,min_score,max_score,weight,direction,normalise,ref_min,ref_max,rule,"
    "factor,offset,span,source_type,status,years,note\n"
)
FIRST = [
    ["1", "Vườn cam", 60],
    ["1.1", "Tưới cây đúng hạn", 40],
    ["1.2", "Bón phân theo mùa", 20],
    ["2", "Bến thuyền", 40],
    ["2.1", "Neo đậu an toàn", 25],
    ["2.2", "Đón khách niềm nở", 15],
]
# 1.1 is new, the old 1.1 is 1.2, the old 1.2 is 1.3 with half the points, 2.1 and 2.2 were merged.
SECOND = [
    ["1", "Vườn cam", 60],
    ["1.1", "Chong đèn ban đêm", 10],
    ["1.2", "Tưới cây đúng hạn", 40],
    ["1.3", "Bón phân theo mùa vụ", 10],
    ["2", "Bến thuyền", 40],
    ["2.1", "Thuyền và khách qua bến", 40],
]
SCORES = {
    2018: {"1.1": 30, "1.2": 10, "2.1": 20, "2.2": 10},
    2019: {"1.1": 5, "1.2": 34, "1.3": 6, "2.1": 36},
}
UNITS = ("Quảng Ninh", "Hà Nội")


def run(settings: Settings, *words: str) -> Result:
    """A command on the pack of the settings."""
    folders = {"data": settings.data_dir, "definitions": settings.definitions_dir}
    options = [part for name, folder in folders.items() for part in (f"--{name}", str(folder))]
    return CliRunner().invoke(app, [*words, *options, "--releases", str(settings.releases_dir)])


@pytest.fixture
def pack(tmp_path: Path) -> Settings:
    """A small real pack, and an index of whose criteria only the total is known."""
    settings = small_pack(tmp_path)
    folder = settings.definitions_dir / "mau_base"
    folder.mkdir()
    (folder / "framework.yaml").write_text(BASE, encoding="utf-8")
    (folder / "components.csv").write_text(COLUMNS + ROOT_ROW, encoding="utf-8")
    listed = settings.definitions_dir / "indices.csv"
    line = f"{INDEX},9,Mẫu,,Chỉ số mẫu,Sample index,Cơ quan,Publisher,0,province,2016,,\n"
    listed.write_text(listed.read_text(encoding="utf-8") + line, encoding="utf-8")
    write_scores(settings)
    return settings


def write_scores(settings: Settings) -> None:
    """The figures of both years; the second unit has one point less in everything."""
    folder = settings.data_dir / "sources" / INDEX
    folder.mkdir()
    keys = {"unit_set": "63", "source_id": "S001"}
    for year, held in SCORES.items():
        rows = [
            {"year": str(year), **keys, "unit": unit, "component": code, "score": str(points - place)}
            | dict.fromkeys(("max_score", "rank", "use", "place", "note"), "")
            for place, unit in enumerate(UNITS)
            for code, points in held.items()
        ]
        write_rows(folder / f"scores_{year}.csv", rows)
    told = {
        "n_units": "2",
        "complete": "1",
        "publishes_rank": "0",
        "withheld": "",
        "note_vi": "",
        "note_en": "",
    }
    write_rows(folder / "publication.csv", [{"year": str(year), **keys, **told} for year in SCORES])


def annex(settings: Settings, name: str, like: str, rows: list[list[object]], *more: str) -> Result:
    """The command on a real workbook of the rows."""
    book = write_book(settings.data_dir.parent / f"{name}.xlsx", [list(HEADER[:3]), *rows])  # type: ignore[arg-type]
    words = ["annex", str(book), "--index", INDEX, "--id", name, "--like", like, "--decision", "QĐ 1/QĐ"]
    return run(settings, *words, "--out", str(settings.definitions_dir), *more)


def confirm(settings: Settings, edits: dict[str, dict[str, str]], drop: tuple[str, ...] = ()) -> None:
    """A person goes through the proposed crosswalk; `edits` by new code."""
    path = settings.definitions_dir / "crosswalk_mau_2019.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["to_code"] not in drop]
    write_rows(path, [row | edits.get(row["to_code"], {}) for row in rows])


def both(settings: Settings) -> None:
    """The frameworks of 2018 and 2019 from their annexes."""
    for name, like, rows in (("mau_2018", "mau_base", FIRST), ("mau_2019", "mau_2018", SECOND)):
        done = annex(settings, name, like, rows, "--years", name[-4:])  # type: ignore[arg-type]
        assert done.exit_code == 0, done.output


def scores(settings: Settings) -> pd.DataFrame:
    """The scores of 2019 of the first unit, by code."""
    build(settings)
    rows = Warehouse(settings.releases_dir / "current.json").scores(INDEX, 2019)
    return rows[rows["unit_name_vi"] == UNITS[0]].set_index("component_code")


def test_trends_go_on_where_a_person_confirmed_and_nowhere_else(pack: Settings) -> None:
    both(pack)
    sure = {"confirmed_by": "Nguyễn Văn A"}
    confirm(pack, {"1": sure, "1.2": sure, "1.3": sure})
    found = scores(pack)
    same, fewer = found.loc["1.2"], found.loc["1.3"]
    assert (same["prev_code"], same["prev_value"], same["change"], same["rank_change"]) == ("1.1", 30, 4, 0)
    assert (fewer["prev_code"], fewer["comparability"], fewer["prev_link"]) == (
        "1.2",
        "reweighted",
        "renamed",
    )
    assert pd.isna(fewer["change"])
    assert fewer["change_share"] == pytest.approx(0.6 - 0.5)
    assert (found.loc["1", "value"], found.loc["1", "change"]) == (45, 5)
    assert found.loc["1.1", "comparability"] == "no_previous"
    # Field 2 was proposed, but nobody confirmed it.
    assert (found.loc["2", "comparability"], found.loc["2", "prev_link"]) == ("not_comparable", "unconfirmed")
    assert found.loc["2", ["prev_value", "change"]].isna().all()


def test_merged_criteria_are_said_and_not_compared(pack: Settings) -> None:
    both(pack)
    path = pack.definitions_dir / "crosswalk_mau_2019.csv"
    line = "mau_2018,{},mau_2019,2.1,merged,Nguyễn Văn A,\n"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + line.format("2.1") + line.format("2.2"), encoding="utf-8")
    row = scores(pack).loc["2.1"]
    assert (row["prev_code"], row["prev_link"], row["prev_year"]) == ("2.1;2.2", "merged", 2018)
    assert row["comparability"] == "not_comparable"
    assert row[["prev_value", "change", "change_share"]].isna().all()


@pytest.mark.parametrize(
    ("old", "links", "kind", "told"),
    [
        ("2.1", (("2.1", "2.1", "merged"), ("2.2", "2.1", "merged")), "merged",
         "Nay nằm trong: 2.1 Thuyền và khách qua bến (đạt 36,00)."),
        ("1.1", (("1.1", "1.1", "split"), ("1.1", "1.2", "split")), "split",
         "Nay là: 1.1 Chong đèn ban đêm (đạt 5,00) và 1.2 Tưới cây đúng hạn (đạt 34,00)."),
    ],
)  # fmt: skip
def test_a_promise_for_a_merged_or_split_criterion_names_what_it_went_over_into(
    pack: Settings, tmp_path: Path, old: str, links: tuple[tuple[str, str, str], ...], kind: str, told: str
) -> None:
    both(pack)
    path = pack.definitions_dir / "crosswalk_mau_2019.csv"
    head = path.read_text(encoding="utf-8").partition("\n")[0]
    rows = [f"mau_2018,{one},mau_2019,{new},{how},Nguyễn Văn A," for one, new, how in links]
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    build(pack)
    kept = WorkspaceSettings(workspace=True, workspace_path=tmp_path / "w.sqlite", database_url="")
    services = Services(Warehouse(pack.releases_dir / "current.json"), "quang-ninh", shelf=Shelf(kept))
    work = {"unit_id": "63:22", "index_code": INDEX, "component_code": old, "year": 2018, "lead": "Sở A"}
    with services.shelf.workspace().writing() as session:
        asked = AssignmentRecord(**work, task="Việc", deadline=date(2019, 1, 2), target_value=30)
        store.add(session, asked, "An")
    state = state_of("?tinh=quang-ninh", services.facts(), extras=plan.EXTRAS)
    (outcome,) = plan.build_view(services, state, date(2020, 1, 1)).outcomes
    assert (outcome.result.kind, outcome.result.change) == (kind, None)
    assert plan_results.sentence(outcome, "vi").endswith(told)


def test_pages_follow_a_criterion_under_its_older_code(pack: Settings) -> None:
    both(pack)
    confirm(pack, {"1.2": {"confirmed_by": "Nguyễn Văn A"}})
    build(pack)
    services = Services(Warehouse(pack.releases_dir / "current.json"), "quang-ninh")
    search = f"?cs={INDEX}&tinh=quang-ninh&nam=2019&tp="
    state = state_of(f"{search}1.2", services.facts(), True, trends.PAGE.extras)
    view = trends.build_view(services, state)
    assert view is not None
    assert view.own is not None
    assert {year.year: (year.value, year.joined) for year in view.own.years} == {
        2018: (30, False),
        2019: (34, True),
    }
    history = ranking.build_view(services, state)
    assert history is not None
    own = history.history[history.history["unit_id"] == history.subject.own_id]
    assert dict(zip(own["year"], own["value"], strict=True)) == {2018: 30, 2019: 34}
    new = trends.build_view(services, state_of(f"{search}1.1", services.facts(), True, trends.PAGE.extras))
    assert new is not None
    assert new.own is not None
    assert [year.year for year in new.own.years] == [2019]


def test_the_page_of_a_criterion_follows_its_older_code(pack: Settings) -> None:
    both(pack)
    confirm(pack, {"1.2": {"confirmed_by": "Nguyễn Văn A"}, "1.3": {"confirmed_by": "Nguyễn Văn A"}})
    build(pack)
    services = Services(Warehouse(pack.releases_dir / "current.json"), "quang-ninh")
    facts, extras = services.facts(), criterion.PAGE.extras
    now = criterion.build_view(
        services, state_of(f"?cs={INDEX}&tinh=quang-ninh&nam=2019&tp=1.2", facts, True, extras)
    )
    assert now is not None
    assert now.years is not None
    assert [(row["year"], row["value"]) for row in now.years.rows] == [(2018, 30), (2019, 34)]
    assert now.years.rows[0]["refs"]["value"].endswith("|1.1")
    assert now.under == 2
    before = criterion.build_view(
        services, state_of(f"?cs={INDEX}&tinh=quang-ninh&nam=2018&tp=1.3", facts, True, extras)
    )
    assert before is not None
    assert before.code == "1.2"


def test_without_a_crosswalk_nothing_is_compared(pack: Settings) -> None:
    both(pack)
    (pack.definitions_dir / "crosswalk_mau_2019.csv").unlink()
    found = scores(pack)
    assert set(found.loc[["1", "2", "1.1", "1.2", "2.1"], "comparability"]) == {"not_comparable"}
    assert found["change"].isna().all()


def test_the_difference_is_told_before_and_after_confirming(pack: Settings) -> None:
    both(pack)
    rows = json.loads(run(pack, "frameworks", "diff", "mau_2018", "mau_2019", "--json").stdout)
    moved = {row["component"]: row for row in rows if row["change"] == "renumbered"}
    assert (moved["1.2"]["before"], moved["1.2"]["confidence"]) == ("1.1", "1.00")
    assert {row["component"] for row in rows if row["change"] == "dropped"} == {"2.1", "2.2"}
    assert {row["component"] for row in rows if row["change"] == "added"} == {"1.1", "2.1"}
    changed = {(row["component"], row["what"], row["after"]) for row in rows if row["change"] == "changed"}
    assert changed == {("1.3", "name_vi", "Bón phân theo mùa vụ"), ("1.3", "max_score", "10")}
    confirm(pack, {"1.2": {"confirmed_by": "Nguyễn Văn A"}})
    again = json.loads(run(pack, "frameworks", "diff", "mau_2018", "mau_2019", "--json").stdout)
    assert {row["confidence"] for row in again if row["component"] == "1.2"} == {"confirmed"}


def test_a_wrong_row_of_the_crosswalk_stops_the_build(pack: Settings) -> None:
    both(pack)
    confirm(pack, {"1.2": {"from_code": "9.9"}})
    done = run(pack, "check")
    assert done.exit_code == 3
    assert "crosswalk_mau_2019.csv" in done.output
    assert "a code of mau_2018" in done.output


def test_an_annex_that_does_not_add_up_writes_nothing(pack: Settings) -> None:
    rows = [*FIRST[:5], ["2.2", "Đón khách niềm nở", 14]]
    done = annex(pack, "mau_2018", "mau_base", rows, "--years", "2018")  # type: ignore[arg-type]
    assert done.exit_code == 4
    assert "The parts of 2 do not add up to its maximum" in done.output
    assert "Phụ lục!C5" in done.output
    assert not (pack.definitions_dir / "mau_2018").exists()
    told = json.loads(annex(pack, "mau_2018", "mau_base", rows, "--years", "2018", "--json").stdout)  # type: ignore[arg-type]
    assert told["ok"] is False
    assert {found["check"] for found in told["findings"] if found["level"] == "error"} == {"annex.sum"}


REFUSED = [
    (("--years", "2016"), 3, "A framework scores these years already"),
    (("--years", "soon"), 2, "write years as"),
    (("--years", "2018", "--id", "mau_base"), 3, "There is a framework of that name already"),
    (("--years", "2018", "--id", "Mau 2018"), 3, "is not usable"),
    (("--years", "2018", "--like", "mau_x"), 3, "There is no such framework"),
    (("--years", "2018", "--index", "PCX"), 3, "nearest known: PCI"),
    (("--years", "2018", "--index", "PCI"), 3, "of another index"),
    (("--years", "2018", "--source", "1=guess"), 3, "Unknown source of a score"),
    (("--years", "2018", "--sheet", "Tờ 9"), 4, "There is no such sheet"),
]


@pytest.mark.parametrize(("words", "code", "text"), REFUSED)
def test_what_cannot_be_done_is_said(pack: Settings, words: tuple[str, ...], code: int, text: str) -> None:
    done = annex(pack, "mau_2018", "mau_base", FIRST, *words)  # type: ignore[arg-type]
    assert done.exit_code == code
    assert text in " ".join(done.output.split())


def test_a_decision_shaped_annex_becomes_a_whole_framework(pack: Settings) -> None:
    book = write_book(pack.data_dir.parent / "large.xlsx", table(decision_shaped(), "as_numbers"))
    words = ["--index", INDEX, "--id", "mau_large", "--like", "mau_base", "--years", "2018,2019"]
    more = ["--decision", "QĐ 1/QĐ", "--date", "2022-11-10", "--source", "1=appraised"]
    done = run(pack, "annex", str(book), *words, *more, "--out", str(pack.definitions_dir), "--json")
    assert done.exit_code == 0, done.output
    rows = {row["code"]: row for row in json.loads(done.stdout)["components"]}
    levels = [row["level"] for row in rows.values()]
    counts = {level: levels.count(level) for level in dict.fromkeys(levels)}
    assert counts == {"index": 1, "field": 8, "criterion": 37, "sub_criterion": 88}
    assert (rows["8.1"]["source_type"], rows["8.2"]["source_type"]) == ("sipas", "statistics")
    assert {row["source_type"] for code, row in rows.items() if code.startswith("1.1.")} == {"appraised"}
    told = run(pack, "check")  # the small sample's figures of 2.1 and 2.2 are beyond these maxima
    assert (told.exit_code, "The score is over the maximum" in told.output) == (4, True)
    listed = json.loads(run(pack, "frameworks", "--json").stdout)
    assert {row["framework"]: row["components"] for row in listed}["mau_large"] == 134


def test_files_that_exist_are_not_written_over(pack: Settings) -> None:
    book = write_book(pack.data_dir.parent / "a.xlsx", [list(HEADER[:3]), *FIRST])  # type: ignore[arg-type]
    words = ["annex", str(book), "--index", INDEX, "--id", "mau_a", "--like", "mau_base", "--years", "2018"]
    out = str(pack.data_dir.parent / "out")
    assert run(pack, *words, "--out", out).exit_code == 0
    again = run(pack, *words, "--out", out)
    assert (again.exit_code, "exists already" in again.output) == (3, True)


def test_an_annex_is_staged_and_published_with_the_crosswalk_that_a_person_went_through(
    pack: Settings,
) -> None:
    done = annex(pack, "mau_2018", "mau_base", FIRST, "--years", "2018")  # type: ignore[arg-type]
    assert done.exit_code == 0, done.output
    (pack.data_dir / "sources" / INDEX / "scores_2019.csv").rename(pack.data_dir.parent / "later.csv")
    publication = pack.data_dir / "sources" / INDEX / "publication.csv"
    publication.write_text(
        "\n".join(publication.read_text(encoding="utf-8").splitlines()[:2]) + "\n", encoding="utf-8"
    )
    build(pack)
    book = write_book(pack.data_dir.parent / "second.xlsx", [list(HEADER[:3]), *SECOND])  # type: ignore[arg-type]
    words = [
        "annex",
        str(book),
        "--index",
        INDEX,
        "--id",
        "mau_2019",
        "--like",
        "mau_2018",
        "--years",
        "2019",
    ]
    proposed = json.loads(run(pack, *words, "--json").stdout)["crosswalk"]
    path = pack.data_dir.parent / "crosswalk.csv"
    columns = ("from_framework", "from_code", "to_framework", "to_code", "kind", "confirmed_by", "note")
    write_rows(
        path, [{name: row[name] for name in columns} | {"confirmed_by": "Nguyễn Văn A"} for row in proposed]
    )
    staged = run(pack, *words, "--crosswalk", str(path), "--stage", "--who", "Trần Thị B", "--json")
    assert staged.exit_code == 0, staged.output
    told = json.loads(staged.stdout)
    assert {row["confidence"] for row in told["diff"] if row["change"] == "renumbered"} == {"confirmed"}
    shown = json.loads(run(pack, "imports", "show", told["staged"], "--json").stdout)
    assert (shown["state"], shown["who"], shown["kind"]) == ("staged", "Trần Thị B", "definition")
    assert {found["check"] for found in shown["found"]} >= {"annex.source", "annex.english"}
    published = run(pack, "imports", "publish", told["staged"])
    assert published.exit_code == 0, published.output
    listed = {row["framework"] for row in json.loads(run(pack, "frameworks", "--json").stdout)}
    assert "mau_2019" in listed
    rows = json.loads(run(pack, "frameworks", "diff", "mau_2018", "mau_2019", "--json").stdout)
    assert {row["confidence"] for row in rows if row["change"] == "renumbered"} == {"confirmed"}


def test_a_crosswalk_that_does_not_fit_is_refused(pack: Settings) -> None:
    path = pack.data_dir.parent / "crosswalk.csv"
    row = {"from_framework": "mau_base", "from_code": "9", "to_framework": "mau_2018", "to_code": "1"}
    write_rows(path, [row | {"kind": "same", "confirmed_by": "A", "note": ""}])
    words = ("--years", "2018", "--crosswalk", str(path))
    done = annex(pack, "mau_2018", "mau_base", FIRST, *words)  # type: ignore[arg-type]
    assert (done.exit_code, "a code of mau_base" in done.output) == (3, True)
    assert not (pack.definitions_dir / "mau_2018").exists()


def test_a_real_workbook_with_merged_headers_hidden_rows_and_changed_numbers(pack: Settings) -> None:
    head = [
        ["BỘ TIÊU CHÍ ĐÁNH GIÁ", None, None, None],
        ["STT", "Lĩnh vực, tiêu chí", "Điểm", None],
        [None, None, "Tối đa", "Tự đánh giá"],
        ["(1)", "(2)", "(3)", "(4)"],
    ]
    rows = [[1, "Vườn cam", "100", None], *([1 + k / 10, f"Hàng cây {k}", 8, None] for k in range(1, 10))]
    rows += [[1.1, "Hàng cây 10", "8,0", None], [1.11, "Hàng cây 11", 20, None], [None, "Ẩn đi", 5, None]]
    path = pack.data_dir.parent / "merged.xlsx"
    merges = (Merge(1, 1, 1, 4), Merge(2, 1, 3, 1), Merge(2, 2, 3, 2), Merge(2, 3, 2, 4))
    write_book(path, [*head, *rows], merges)  # type: ignore[list-item]
    book = load_workbook(path)
    book["Phụ lục"].row_dimensions[17].hidden = True
    book.save(path)
    words = [
        "annex",
        str(path),
        "--index",
        INDEX,
        "--id",
        "mau_m",
        "--like",
        "mau_base",
        "--years",
        "2018",
        "--json",
    ]
    told = json.loads(run(pack, *words).stdout)
    assert told["ok"], told["findings"]
    assert [row["code"] for row in told["components"]][-3:] == ["1.9", "1.10", "1.11"]
    assert [row["max_score"] for row in told["components"]][-2:] == ["8", "20"]
    checks = {found["check"]: found for found in told["findings"]}
    assert checks["annex.hidden"]["problem"]["found"] == "17"
    assert checks["annex.changed_number"]["row"] == 15


def test_a_text_file_that_lost_the_zero_of_a_number_is_refused(pack: Settings) -> None:
    lines = [
        "STT;Tiêu chí;Điểm tối đa",
        "1;Vườn cam;100",
        *(f"1.{k};Hàng {k};10" for k in range(1, 10)),
        "1.1;Hàng 10;10",
    ]
    path = pack.data_dir.parent / "annex.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    words = ["annex", str(path), "--index", INDEX, "--id", "mau_c", "--like", "mau_base", "--years", "2018"]
    done = run(pack, *words)
    assert (done.exit_code, "stands twice or goes back" in done.output) == (4, True)
    assert "A12" in done.output
