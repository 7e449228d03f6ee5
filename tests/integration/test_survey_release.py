"""An imported survey in a release: the same figures as the answers in memory, the page, nobody's data."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from callbacks import survey as page
from callbacks.services import Services
from callbacks.url_state import ViewState, parse
from etl.build import build
from etl.definitions import load_definitions
from etl.facts import unit_names
from etl.intake.service import Intake
from etl.pack import read_pack
from etl.settings import ROOT, Settings
from etl.survey.cube import CELLS, item_scale
from etl.survey.received import receive_survey
from etl.survey.stage import balance_of, read_survey, stage_survey
from etl.warehouse.queries import Warehouse
from indices.errors import ReleaseError
from indices.survey import table
from indices.survey_design import make_design
from indices.survey_report import CELL_COLUMNS
from indices.survey_rollup import RollUp, estimate_tree
from indices.survey_sample import take
from indices.survey_totals import CODE, totals
from layouts.pages import survey_more
from tests.app.conftest import of_type, shown
from tests.fixtures import surveys
from tests.fixtures.etl.packs import copy_of, read_rows, small_pack, write_rows


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small pack that knows the framework of the survey, built, without a survey."""
    settings = small_pack(tmp_path_factory.mktemp("survey") / "pack")
    for folder in (ROOT / "indices/definitions").glob(f"{surveys.form().index.lower()}_*"):
        shutil.copytree(folder, settings.definitions_dir / folder.name)
    listed = settings.definitions_dir / "indices.csv"
    every = read_rows(ROOT / "indices/definitions/indices.csv")
    write_rows(listed, [*read_rows(listed), *(r for r in every if r["index_code"] == surveys.form().index)])
    build(settings)
    return settings


@pytest.fixture(scope="module")
def none_yet(empty: Settings) -> str:
    """What the page says before a survey was imported."""
    services = Services(Warehouse(empty.releases_dir / "current.json"), "quang-ninh")
    return shown(page.render(services, state(services)).children)


@pytest.fixture(scope="module")
def settings(empty: Settings, none_yet: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same with the survey published."""
    assert none_yet
    intake = Intake(empty)
    path = surveys.write(surveys.answers(), tmp_path_factory.mktemp("file") / "khao_sat.csv")
    upload = intake.receive(path.name, path.read_bytes(), "người thử")
    draft = stage_survey(intake, upload.file_id, surveys.form(), "người thử")
    intake.publish(draft.id, "người thử")
    return empty


@pytest.fixture(scope="module")
def services(settings: Settings) -> Services:
    return Services(Warehouse(settings.releases_dir / "current.json"), "quang-ninh")


def state(services: Services, search: str = "?tinh=quang-ninh") -> ViewState:
    return parse(search, services.facts(), False, page.PAGE.extras)[0]


def test_without_a_survey_the_page_says_how_to_bring_one(none_yet: str) -> None:
    assert "python -m etl survey" in none_yet


def test_estimates_are_those_of_the_answers_in_memory(settings: Settings, tmp_path: Path) -> None:
    warehouse = Warehouse(settings.releases_dir / "current.json").pinned()
    wave = warehouse.survey_waves().iloc[0]
    found = warehouse.survey_estimates(wave["wave_id"], trait="", measure="satisfied")
    path = surveys.write(surveys.answers(), tmp_path / "khao_sat.csv")
    book = surveys.form()
    frame = read_survey(path, path.name, book, unit_names(read_pack(ROOT / "data"))).answers.frame
    frame["stratum"] = frame["unit_id"] + "/" + frame["stratum"]
    sample = take(
        frame.rename(columns={f"item_{item.code}": item.code for item in book.items}),
        {item.code: item_scale(book.scales[item.scale]) for item in book.items},
    )
    sums = totals(sample, ["unit_id"])
    registry = load_definitions((settings.definitions_dir,)).registry
    assert registry is not None
    tree = registry.framework(book.index, book.year).tree(book.year)
    roll = RollUp(tree, {item.code: item.component for item in book.items}, "mean")
    alone = table(estimate_tree(sums, make_design(sums.clusters), roll))
    keys = ["unit_id", "code"]
    ours = found[found["unit_id"] != ""].set_index(keys)[["value", "se", "low", "high"]].sort_index()
    theirs = alone.set_index(keys)[["value", "se", "low", "high"]].sort_index() * 100
    # How texts of the index are held in memory is the reader's own affair.
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False, check_index_type=False, rtol=1e-9)
    assert {book.index, "I", "II", "II.1", "9.1"} <= set(found["code"])


def test_the_page_tells_the_finding_and_draws_it(services: Services) -> None:
    drawn = page.render(services, state(services)).children
    wave = services.warehouse.survey_waves().iloc[0]
    index = services.warehouse.survey_estimates(
        wave["wave_id"], unit_id="63:22", trait="", code=surveys.form().index, measure="satisfied"
    ).iloc[0]
    assert f"{index['value']:.1f}%".replace(".", ",") in shown(of_type(drawn, "H1"))
    graphs = of_type(drawn, "Graph")
    points = graphs[0].figure["data"][0]
    assert points["x"][0] == pytest.approx(index["value"])
    assert points["error_x"]["array"][0] == pytest.approx(index["high"] - index["value"])
    titles = [table.children[0].children for table in of_type(drawn, "Table")]
    assert len(titles) >= 5
    assert "63:" not in shown(drawn)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("province", ["quang-ninh", "hai-phong", "ha-noi"])
def test_every_province_has_a_page(services: Services, province: str, lang: str) -> None:
    asked = state(services, f"?tinh={province}&lang={lang}")
    text = shown(page.render(services, asked).children)
    assert "nan" not in text.lower().split()
    assert "None" not in text.split()


def test_a_survey_nobody_knows_is_told(services: Services) -> None:
    found = page.render(services, state(services, "?dot=khac"))
    assert [repair.asked for repair in found.repairs] == ["khac"]


def test_answers_added_up_before_are_added_up_again_when_the_sums_are_lost(settings: Settings) -> None:
    kept = next(settings.imports_dir.rglob(CELLS))
    before = Warehouse(settings.releases_dir / "current.json").survey_estimates(None)
    content = kept.read_bytes()
    kept.unlink()
    build(settings, force=True)
    kept.write_bytes(content)
    after = Warehouse(settings.releases_dir / "current.json").survey_estimates(None)
    pd.testing.assert_frame_equal(before, after)


def test_what_is_kept_is_sums_of_clusters_and_no_respondent(settings: Settings) -> None:
    cells = pd.read_parquet(next(settings.imports_dir.rglob(CELLS)))
    assert list(cells.columns) == list(CELL_COLUMNS)
    named = cells[cells[CODE] != ""]
    assert not named.duplicated(["trait", "unit_id", "class", "stratum", "cluster", CODE]).any()
    respondents = set(surveys.answers()["ma_phieu"])
    assert not respondents & set(named.select_dtypes("str").stack())


def test_without_a_question_about_everything_nothing_drives_it(services: Services) -> None:
    wave = services.warehouse.survey_waves().iloc[0]
    assert (wave["overall"], wave["goals"]) == ("", "90;99")
    assert services.warehouse.survey_drivers(wave["wave_id"]).empty


def test_without_a_question_about_everything_the_page_says_why(services: Services) -> None:
    text = shown(page.render(services, state(services)).children)
    assert "không có câu hỏi hài lòng chung" in text
    assert "overall" in text


def test_the_gaps_to_the_goals_are_told_with_the_answers_needed(services: Services) -> None:
    view = page.build_view(services, state(services))
    assert view is not None
    rows = view.gaps[view.gaps["code"] == view.headline].set_index("target")
    assert rows.index.tolist() == [90.0, 99.0]
    top = view.top
    assert top is not None
    assert rows.loc[90.0, "gap"] == pytest.approx(top["value"] - 90.0)
    assert rows["n_tell"].gt(0).all()
    text = shown(page.render(services, state(services)).children)
    assert "Mức 90%" in text.replace("\N{NO-BREAK SPACE}", " ").replace("  ", " ")


def test_provinces_asked_are_drawn_as_tiles(services: Services) -> None:
    view = page.build_view(services, state(services))
    assert view is not None
    drawn = survey_more.country(view, "vi")
    tables = of_type(drawn, "Table")
    assert len(tables) == 1
    assert all(name in shown(tables[0]) for name in surveys.PROVINCES)


@pytest.mark.parametrize(
    ("changed", "check"), [(False, "survey.loaded_twice"), (True, "survey.loaded_differs")]
)
def test_a_survey_loaded_twice_is_refused_and_the_release_stays(
    settings: Settings, tmp_path: Path, changed: bool, check: str
) -> None:
    intake, before = Intake(settings), Warehouse(settings.releases_dir / "current.json").survey_waves()
    answers = surveys.answers()
    path = surveys.write(answers.iloc[:-1] if changed else answers, tmp_path / "lan_hai.csv")
    upload = intake.receive(path.name, path.read_bytes(), "người thử")
    draft = stage_survey(intake, upload.file_id, surveys.form(), "người thử")
    assert draft.state.value == "refused"
    told = [one for one in intake.findings(draft.id) if one.check == check]
    assert [one.problem.found for one in told] == [before["wave_id"].iloc[0]]
    after = Warehouse(settings.releases_dir / "current.json").survey_waves()
    pd.testing.assert_frame_equal(after, before)


@pytest.mark.parametrize(
    ("changed", "check"), [(False, "survey.loaded_twice"), (True, "survey.loaded_differs")]
)
def test_of_two_drafts_of_one_survey_only_the_first_is_published(
    empty: Settings, settings: Settings, tmp_path: Path, changed: bool, check: str
) -> None:
    there = copy_of(settings, tmp_path / "there")
    intake, pointer = Intake(there), there.releases_dir / "current.json"
    intake.undo(intake.drafts()[-1].id, "người thử")
    assert Warehouse(pointer).survey_waves().empty
    drafts = []
    for number in range(2):
        answers = surveys.answers()
        answers = answers.iloc[:-1] if changed and number else answers
        path = surveys.write(answers, tmp_path / f"lan_{number}{('.csv', '.xlsx')[number]}")
        drafts.append(stage_survey(intake, receive_survey(intake, path, surveys.form(), "ai").file_id,
                                   surveys.form(), "ai"))  # fmt: skip
    assert [draft.state.value for draft in drafts] == ["staged", "staged"]
    first, second = drafts
    assert intake.publish(first.id, "ai").served
    served, waves = pointer.read_bytes(), Warehouse(pointer).survey_waves()
    with pytest.raises(ReleaseError) as told:
        intake.publish(second.id, "ai")
    assert told.value.problems[0].found == waves["wave_id"].iloc[0]
    assert [one.check for one in intake.findings(second.id)].count(check) == 1
    assert (intake.draft(second.id).state.value, intake.draft(second.id).served) == ("failed", False)
    assert pointer.read_bytes() == served
    pd.testing.assert_frame_equal(Warehouse(pointer).survey_waves(), waves)
    intake.undo(first.id, "ai")
    assert intake.publish(second.id, "ai").served
    assert check not in [one.check for one in intake.findings(second.id)]
    assert Warehouse(pointer).survey_waves()["wave_id"].str.endswith(second.id).tolist() == [True]


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".parquet"])
@pytest.mark.parametrize("wrong", [False, True])
def test_the_rows_beside_a_draft_are_every_odd_one_and_balance(
    settings: Settings, tmp_path: Path, ending: str, wrong: bool
) -> None:
    frame, items = surveys.answers(seed=7), [item.column for item in surveys.form().items]
    frame[items] = frame[items].astype("Int64")
    frame.loc[10, items] = 4
    frame.loc[20, items] = pd.NA
    copied = [name for name in frame.columns if name not in ("ma_phieu", "trong_so")]
    frame.loc[31, copied] = frame.loc[30, copied]
    frame.loc[40, "gioi_tinh"] = "Khác hẳn"
    expected = {(12, "survey.straight_line"), (22, "survey.no_answers"), (32, "survey.same_answers"),
                (33, "survey.same_answers"), (42, "survey.profile_unknown")}  # fmt: skip
    if wrong:
        frame.loc[50, items[0]] = 7
        frame.loc[[50, 60], "trong_so"] = [0, -1]
        frame.loc[71, "ma_phieu"] = frame.loc[70, "ma_phieu"]
        expected |= {(52, "survey.impossible_code"), (52, "survey.weight"), (62, "survey.weight"),
                     (72, "survey.same_respondent"), (73, "survey.same_respondent")}  # fmt: skip
    intake, book = Intake(settings), surveys.form().model_copy(update={"name": "lan_khac"})
    path = surveys.write(frame, tmp_path / f"khao_sat{ending}")
    draft = stage_survey(intake, receive_survey(intake, path, book, "ai").file_id, book, "ai")
    assert draft.state.value == ("refused" if wrong else "staged"), draft.reason
    beside = settings.imports_dir / "drafts" / draft.id / "survey"
    listed = pd.read_csv(beside / "rows.csv")
    found = set(zip(listed["row"], listed["check"], strict=True))
    assert found == expected
    assert not listed.duplicated(["row", "column", "check"]).any()
    told = balance_of(intake, draft.id)
    assert told == {"rows": 300, "taken": 0 if wrong else 300, "refused": 300 if wrong else 0,
                    "wrong": 4 if wrong else 0}  # fmt: skip
    assert told["rows"] == told["taken"] + told["refused"]
    refused = listed[listed["treatment"] == "file refused"]
    assert refused["row"].nunique() == told["wrong"]
    if not wrong:
        assert len(pd.read_parquet(beside / "responses.parquet")) == told["taken"]
