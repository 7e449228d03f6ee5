"""Survey microdata: codebooks, coding, every check with a bad file and a clean one, persons kept out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
import yaml

from etl.facts import unit_names
from etl.intake.findings import Finding, Level
from etl.mapping import UnitNames
from etl.pack import read_pack
from etl.settings import ROOT, Settings
from etl.survey.answers import DONT_KNOW, Answers
from etl.survey.codebook import Codebook, codebook_of, find_codebook
from etl.survey.cube import item_scale
from etl.survey.listed import write_report
from etl.survey.stage import Read, read_survey
from indices.errors import SourceError
from indices.survey import estimate, table
from indices.survey_design import make_design, oddities
from indices.survey_sample import Sample, take
from indices.survey_totals import totals
from tests.fixtures import surveys

Change = Callable[[pd.DataFrame], object]


@pytest.fixture(scope="module")
def names() -> UnitNames:
    """The names that the pack knows."""
    return unit_names(read_pack(ROOT / "data"))


def read(
    tmp_path: Path,
    names: UnitNames,
    change: Change = lambda frame: None,
    book: Codebook | None = None,
    kind: str = ".csv",
) -> Read:
    """What is read of the clean file after a change."""
    frame = surveys.answers()
    change(frame)
    path = surveys.write(frame, tmp_path / f"khao_sat{kind}")
    return read_survey(path, path.name, book or surveys.form(), names)


def found(read: Read, check: str) -> list[Finding]:
    """The findings of one check."""
    return [one for one in read.findings if one.check == check]


def sample_of(read: Read) -> Sample:
    """The answers as the engine takes them, two items of them."""
    book = surveys.form()
    items = book.items[:2]
    frame = read.answers.frame.rename(columns={f"item_{item.code}": item.code for item in items})
    return take(frame, {item.code: item_scale(book.scales[item.scale]) for item in items})


def with_changes(**changes: object) -> Codebook:
    """The shipped codebook with some fields changed."""
    return codebook_of(surveys.form().model_dump() | changes, "test")


def test_a_clean_file_has_nothing_wrong(tmp_path: Path, names: UnitNames) -> None:
    made = read(tmp_path, names)
    assert [one for one in made.findings if one.level is not Level.NOTE] == []
    assert len(made.answers.frame) == 300
    assert made.answers.frame["unit_id"].nunique() == 3


@pytest.mark.parametrize("kind", [".csv", ".parquet", ".xlsx"])
def test_every_kind_of_file_gives_the_same_codes(tmp_path: Path, names: UnitNames, kind: str) -> None:
    frame = read(tmp_path, names, kind=kind).answers.frame
    raw = surveys.answers()
    for item in surveys.form().items:
        wanted = raw[item.column].replace(9, DONT_KNOW)
        assert frame[f"item_{item.code}"].tolist() == wanted.tolist()
    assert frame["weight"].tolist() == pytest.approx(raw["trong_so"].tolist())


def test_an_spss_file_is_read_with_its_labels(tmp_path: Path, names: UnitNames) -> None:
    frame = surveys.answers()
    path = tmp_path / "khao_sat.sav"
    pyreadstat.write_sav(frame, path, column_labels=[f"label of {name}" for name in frame])
    made = read_survey(path, path.name, surveys.form(), names)
    assert made.answers.frame["item_9.1"].tolist() == frame["cau_9_1"].replace(9, DONT_KNOW).tolist()


def test_answers_in_words_are_codes(tmp_path: Path, names: UnitNames) -> None:
    words = {
        1: "Rất không hài lòng",
        2: "khong hai long",
        3: "Bình thường",
        4: "HÀI LÒNG",
        5: "Rất hài lòng",
        9: "Không biết",
    }
    plain = surveys.answers()["cau_9_5"]

    def change(frame: pd.DataFrame) -> None:
        frame["cau_9_5"] = frame["cau_9_5"].map(words)

    assert (
        read(tmp_path, names, change).answers.frame["item_9.5"].tolist()
        == plain.replace(9, DONT_KNOW).tolist()
    )


def test_persons_stay_out(tmp_path: Path, names: UnitNames) -> None:
    def change(frame: pd.DataFrame) -> None:
        frame["Họ và tên"] = "Nguyễn Văn An"
        frame["SĐT"] = [f"09{n:08d}" for n in range(len(frame))]

    made = read(tmp_path, names, change)
    assert len([one for one in made.findings if one.check.startswith("privacy")]) == 2
    told = " ".join(one.problem.text() for one in made.findings)
    assert "Nguyễn Văn An" not in told
    assert "0900000001" not in told
    assert not [
        column
        for column in made.answers.frame
        if "0900000001" in made.answers.frame[column].astype("str").tolist()
    ]


def test_the_respondents_number_is_not_kept(tmp_path: Path, names: UnitNames) -> None:
    frame = read(tmp_path, names).answers.frame
    assert not [column for column in frame if frame[column].astype("str").str.contains("P000001").any()]


@pytest.mark.parametrize(
    ("check", "level", "change"),
    [
        ("survey.column_missing", Level.ERROR, lambda f: f.pop("cau_9_7")),
        (
            "survey.unknown_unit",
            Level.ERROR,
            lambda f: f.__setitem__("tinh", f["tinh"].replace("Hải Phòng", "Hải Phong Đông")),
        ),
        ("survey.no_unit", Level.ERROR, lambda f: f.loc.__setitem__((5, "tinh"), "")),
        ("survey.impossible_code", Level.ERROR, lambda f: f.loc.__setitem__((7, "cau_9_3"), 6)),
        ("survey.weight", Level.ERROR, lambda f: f.loc.__setitem__((3, "trong_so"), 0.0)),
        ("survey.same_respondent", Level.ERROR, lambda f: f.loc.__setitem__((9, "ma_phieu"), "P000001")),
        ("survey.profile_unknown", Level.NOTE, lambda f: f.loc.__setitem__((9, "gioi_tinh"), "xyz")),
    ],
)
def test_what_is_wrong_is_told(
    tmp_path: Path, names: UnitNames, check: str, level: Level, change: Change
) -> None:
    told = found(read(tmp_path, names, change), check)
    assert [one.level for one in told] == [level]
    assert found(read(tmp_path, names), check) == []


def test_an_impossible_code_names_its_first_row(tmp_path: Path, names: UnitNames) -> None:
    told = found(
        read(tmp_path, names, lambda f: f.loc.__setitem__(([7, 20], "cau_9_3"), 6)), "survey.impossible_code"
    )[0]
    assert told.row == 9  # header, then respondents from 1
    assert told.problem.found == "6; n = 2: 9, 22"
    assert "2 rows" in told.problem.hint


def copied(frame: pd.DataFrame) -> None:
    """Twenty respondents copied from twenty others, with numbers of their own."""
    kept = frame["ma_phieu"].copy()
    frame.iloc[100:120] = frame.iloc[0:20].to_numpy()
    frame["ma_phieu"] = kept
    for name in frame.columns[7:]:
        frame[name] = frame[name].astype("int64")
    frame["trong_so"] = frame["trong_so"].astype("float64")


def test_copied_answers_are_told(tmp_path: Path, names: UnitNames) -> None:
    told = found(read(tmp_path, names, copied), "survey.same_answers")
    assert [one.level for one in told] == [Level.WARNING]
    assert told[0].problem.found.startswith("n = 40")


def straight(rows: int) -> Change:
    """A change that lets the first rows answer 4 to everything."""

    def change(frame: pd.DataFrame) -> None:
        for item in surveys.form().items:
            frame.loc[: rows - 1, item.column] = 4

    return change


def test_straight_lines_are_told_by_their_share(tmp_path: Path, names: UnitNames) -> None:
    few = found(read(tmp_path, names, straight(3)), "survey.straight_line")
    many = found(read(tmp_path, names, straight(60)), "survey.straight_line")
    assert [few[0].level, many[0].level] == [Level.NOTE, Level.WARNING]
    assert many[0].problem.found.startswith("20.0%")
    assert found(read(tmp_path, names, straight(60)), "survey.same_answers") == []


def test_a_stratum_short_of_its_plan(tmp_path: Path, names: UnitNames) -> None:
    plan = {"strata": {"H0": 50, "H1": 100, "H9": 10, "H2": 50, "H3": 50, "H4": 50, "H5": 50}}
    told = found(read(tmp_path, names, book=with_changes(plan=plan)), "survey.stratum_short")
    assert {(one.problem.found, one.level) for one in told} == {
        ("H1: 50", Level.WARNING),
        ("H9: 0", Level.ERROR),
    }


def test_a_stratum_that_nobody_planned(tmp_path: Path, names: UnitNames) -> None:
    told = found(
        read(tmp_path, names, book=with_changes(plan={"strata": {"H0": 50}})), "survey.stratum_unplanned"
    )
    assert len(told) == 5


def test_a_lone_cluster_is_told(tmp_path: Path, names: UnitNames) -> None:
    def change(frame: pd.DataFrame) -> None:
        frame["xa"] = frame["huyen"]

    assert found(read(tmp_path, names, change), "survey.single_cluster")[0].problem.found.startswith("6")
    assert found(read(tmp_path, names), "survey.single_cluster") == []


def test_nobody_answered_and_many_do_not_know(tmp_path: Path, names: UnitNames) -> None:
    def change(frame: pd.DataFrame) -> None:
        for item in surveys.form().items:
            frame[item.column] = frame[item.column].astype("Int64")
            frame.loc[200:202, item.column] = pd.NA
        frame.loc[:149, "cau_9_2"] = 9
        frame.loc[:149, "cau_9_4"] = pd.NA

    made = read(tmp_path, names, change)
    assert found(made, "survey.no_answers")[0].problem.found.startswith("n = 3")
    assert "9.2" in found(made, "survey.dont_know")[0].problem.found
    assert "9.4" in found(made, "survey.blank_item")[0].problem.found


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"scales": {}}, "scales"),
        ({"unit": "", "unit_name": ""}, "unit"),
        ({"straight_line": 1}, "straight_line"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_a_wrong_codebook_is_refused_by_field(change: dict[str, object], told: str) -> None:
    with pytest.raises(SourceError) as error:
        with_changes(**change)
    assert told in str(error.value)


def test_items_and_scales_must_fit() -> None:
    content = surveys.form().model_dump()
    content["items"] = [*content["items"], content["items"][0]]
    with pytest.raises(SourceError, match=r"share a code: 9\.1"):
        codebook_of(content, "test")


def test_codebooks_are_found_by_name_or_told(tmp_path: Path) -> None:
    settings = Settings(imports_dir=tmp_path)
    assert find_codebook(settings, "sipas_form").name == "sipas_form"
    with pytest.raises(SourceError, match="sipas_form"):
        find_codebook(settings, "sipas_frm")
    own = tmp_path / "codebooks"
    own.mkdir()
    content = surveys.form().model_dump(mode="json") | {"title_vi": "của tỉnh"}
    (own / "sipas_form.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    assert find_codebook(settings, "sipas_form").title_vi == "của tỉnh"


def test_the_shipped_form_counts_for_components_that_exist() -> None:
    from etl.definitions import load_definitions

    registry = load_definitions(ROOT / "indices/definitions").registry
    assert registry is not None
    book = surveys.form()
    codes = {component.code for component in registry.framework(book.index, book.year).components}
    assert {item.component for item in book.items} <= codes
    assert len(book.items) == 33


def test_frames_hold_what_they_say(tmp_path: Path, names: UnitNames) -> None:
    answers: Answers = read(tmp_path, names).answers
    assert answers.frame["row"].tolist() == list(range(1, 301))
    assert set(np.unique(answers.frame["profile_gender"].dropna())) == {"male", "female"}


@pytest.mark.parametrize("ending", [".parquet", ".xlsx"])
def test_a_file_cut_off_in_the_middle_is_refused_whole(tmp_path: Path, names: UnitNames, ending: str) -> None:
    path = surveys.write(surveys.answers(), tmp_path / f"khao_sat{ending}")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(SourceError):
        read_survey(path, path.name, surveys.form(), names)


def test_a_text_file_cut_off_in_the_middle_of_a_row_is_refused_at_its_row(
    tmp_path: Path, names: UnitNames
) -> None:
    path = surveys.write(surveys.answers(), tmp_path / "khao_sat.csv")
    content = path.read_bytes()
    cut = content[: content.index(b"P000148") + 25]
    path.write_bytes(cut)
    with pytest.raises(SourceError, match=r"row 150: The file ends in the middle of a row") as error:
        read_survey(path, path.name, surveys.form(), names)
    assert "P000148" not in str(error.value)


def wrong_everywhere(frame: pd.DataFrame) -> None:
    """Codes and weights that cannot be, one respondent with both, and one who left the unit blank."""
    frame.loc[[7, 20, 250], "cau_9_3"] = 6
    frame["cau_9_5"] = frame["cau_9_5"].astype("str")
    frame.loc[7, "cau_9_5"] = "Trần Thị Bí Mật"
    frame["trong_so"] = frame["trong_so"].astype("object")
    frame.loc[[3, 7, 11, 12, 13, 14, 15], "trong_so"] = [0, -1, "", 0, "abc", "inf", -0.5]
    frame.loc[5, "tinh"] = ""


def test_every_wrong_row_is_counted_and_listed_and_the_rows_balance(tmp_path: Path, names: UnitNames) -> None:
    made = read(tmp_path, names, wrong_everywhere)
    told = {one.check: one.problem.found for one in made.findings if one.level is Level.ERROR}
    assert told["survey.weight"] == "n = 7: 5, 9, 13, 14, 15 …"
    assert told["survey.no_unit"] == "n = 1: 7"
    assert made.balance == {"rows": 300, "taken": 0, "refused": 300, "wrong": 10}
    path = tmp_path / "report" / "rows.csv"
    assert write_report(path, made.answers.listed) == 12
    report = pd.read_csv(path)
    assert set(report["treatment"]) == {"file refused"}
    by_check = report.groupby("check")["row"].apply(list).to_dict()
    assert by_check == {
        "survey.impossible_code": [9, 9, 22, 252],
        "survey.no_unit": [7],
        "survey.weight": [5, 9, 13, 14, 15, 16, 17],
    }
    assert report["row"].nunique() == made.balance["wrong"]
    said = path.read_text(encoding="utf-8") + " ".join(one.problem.text() for one in made.findings)
    assert "Bí Mật" not in said


def test_a_clean_file_is_taken_whole_and_its_report_is_empty(tmp_path: Path, names: UnitNames) -> None:
    made = read(tmp_path, names)
    assert made.balance == {"rows": 300, "taken": 300, "refused": 0, "wrong": 0}
    assert write_report(tmp_path / "rows.csv", made.answers.listed) == 0


def test_rows_that_are_kept_are_listed_too(tmp_path: Path, names: UnitNames) -> None:
    made = read(tmp_path, names, copied)
    assert made.balance["taken"] == 300
    write_report(tmp_path / "rows.csv", made.answers.listed)
    report = pd.read_csv(tmp_path / "rows.csv")
    assert (report["check"] == "survey.same_answers").sum() == 40
    assert set(report["treatment"]) == {"kept"}


def test_a_stratum_whose_people_answered_nothing_is_told_and_is_in_no_figure(
    tmp_path: Path, names: UnitNames
) -> None:
    def change(frame: pd.DataFrame) -> None:
        for item in surveys.form().items:
            frame[item.column] = frame[item.column].astype("Int64")
            frame.loc[frame["huyen"] == "H1", item.column] = pd.NA

    made = read(tmp_path, names, change)
    told = found(made, "survey.stratum_silent")
    assert [(one.level, one.problem.found) for one in told] == [(Level.WARNING, "63:31 H1: n = 50")]
    assert found(read(tmp_path, names), "survey.stratum_silent") == []
    assert made.balance == {"rows": 300, "taken": 300, "refused": 0, "wrong": 0}
    sums = totals(sample_of(made), ["unit_id"])
    design = make_design(sums.clusters)
    odd = oddities(design, {"H0", "H2", "H3", "H4", "H5"})
    assert odd.to_dict("records") == [
        {"kind": "empty_stratum", "stratum": "H1", "treatment": "counts in no share"}
    ]
    figures = table(estimate(sums, design))
    whole = table(estimate(totals(sample_of(read(tmp_path, names)), ["unit_id"]), design))
    other = figures["unit_id"] != "63:31"
    pd.testing.assert_frame_equal(figures[other], whole[whole["unit_id"] != "63:31"])
    assert figures.loc[~other, "n"].max() <= 50


def test_strata_with_one_cluster_have_an_error_by_the_careful_rule(tmp_path: Path, names: UnitNames) -> None:
    def change(frame: pd.DataFrame) -> None:
        frame.loc[frame["huyen"] == "H1", "xa"] = "X1"

    made = read(tmp_path, names, change)
    assert found(made, "survey.single_cluster")[0].problem.found == "1: 63:31 H1"
    assert made.balance["taken"] == 300
    sums = totals(sample_of(made), ["unit_id"])
    errors = {
        rule: table(estimate(sums, make_design(sums.clusters, lone=rule))).set_index("unit_id")["se"]
        for rule in ("centre", "certain")
    }
    assert np.isfinite(errors["centre"].dropna()).all()
    assert (errors["centre"].dropna() >= errors["certain"].dropna() - 1e-12).all()
    assert (errors["centre"].loc["63:31"] > errors["certain"].loc["63:31"]).any()
