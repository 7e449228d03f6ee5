"""All that is shown of a survey: the same figures as one estimate at a time, small cells hidden whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.survey import estimate, table
from indices.survey_cells import column, totals_of
from indices.survey_design import make_design
from indices.survey_report import (
    CELL_COLUMNS,
    CLASS,
    HIDDEN,
    TOLD,
    TRAIT,
    Survey,
    class_differences,
    estimates,
)
from indices.survey_rollup import RollUp
from indices.survey_sample import ItemScale, take
from indices.survey_totals import SUMS, totals
from indices.tree import build_tree

SCALE = ItemScale((1, 2, 3, 4, 5), (4, 5))
ITEMS = {"q1": SCALE, "q2": SCALE}
NO_TREE = RollUp(build_tree(("", "X", "refuse"), 0, [], []), {})


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    draw = np.random.default_rng(3)
    frame = pd.DataFrame({"unit_id": draw.choice(["a", "b"], 600), "sex": draw.choice(["m", "f"], 600)})
    frame["stratum"] = frame["unit_id"] + draw.choice(["1", "2"], 600)
    frame["cluster"] = draw.choice(["x", "y", "z"], 600)
    frame["weight"] = draw.uniform(0.5, 2, 600)
    for code in ITEMS:
        frame[code] = draw.choice([np.nan, 1, 2, 3, 4, 5], 600, p=[0.1, 0.1, 0.1, 0.2, 0.3, 0.2])
    # One class of few respondents, in one unit only.
    frame.loc[frame.index[frame["unit_id"] == "b"][:4], "sex"] = "other"
    return frame


@pytest.fixture(scope="module")
def survey(answers: pd.DataFrame) -> Survey:
    sample = take(answers, ITEMS)
    whole = totals(sample, ["unit_id"])
    by_sex = totals(sample, ["unit_id", "sex"]).table.rename(columns={"sex": CLASS})
    parts = [whole.table.assign(**{TRAIT: "", CLASS: ""}), by_sex.assign(**{TRAIT: "sex"})]
    return Survey(pd.concat(parts, ignore_index=True)[list(CELL_COLUMNS)], whole.clusters, NO_TREE, least=10)


def test_figures_are_those_of_one_estimate_at_a_time(answers: pd.DataFrame, survey: Survey) -> None:
    found = estimates(survey)
    sample = take(answers, ITEMS)
    for unit, by in (("", []), ("a", ["unit_id"])):
        one = totals(sample, by)
        alone = table(estimate(one, make_design(one.clusters)))
        alone = alone[alone["unit_id"] == unit] if by else alone
        ours = found[(found["unit_id"] == unit) & (found[TRAIT] == "") & (found["measure"] == "satisfied")]
        wanted = alone.set_index("code")[["value", "se", "low", "high"]] * 100
        got = ours.set_index("code")[["value", "se", "low", "high"]]
        pd.testing.assert_frame_equal(got, wanted, check_names=False, check_dtype=False, rtol=1e-12)


def test_means_stay_in_codes_of_the_scale(survey: Survey) -> None:
    found = estimates(survey).query("measure == 'mean' and hidden == ''")
    assert found["value"].between(1, 5).all()


def test_a_class_of_few_is_hidden_whole_and_so_is_what_would_give_it_away(survey: Survey) -> None:
    found = estimates(survey)
    hidden = found[found[HIDDEN] != ""]
    of_b = hidden[(hidden["unit_id"] == "b") & (hidden[TRAIT] == "sex")]
    assert set(of_b.loc[of_b[HIDDEN] == "small", CLASS]) == {"other"}
    assert set(of_b.groupby("code")[HIDDEN].agg(frozenset)) == {frozenset({"small", "complement"})}
    assert hidden[list(TOLD)].isna().all(axis=None)
    assert set(hidden["method"]) == {""}
    assert found[found[HIDDEN] == ""]["n"].min() >= survey.least


def test_differences_leave_hidden_classes_out(survey: Survey) -> None:
    shown = estimates(survey)
    found = class_differences(survey, shown)
    of_a = found[(found["unit_id"] == "a") & (found["code"] == "q1")].iloc[0]
    values = shown[(shown["unit_id"] == "a") & (shown["code"] == "q1") & (shown["measure"] == "satisfied")]
    by_class = values.set_index(CLASS)["value"]
    assert of_a["difference"] == pytest.approx(by_class[of_a["a"]] - by_class[of_a["b"]], abs=1e-9)
    assert "other" not in set(found["a"]) | set(found["b"])
    assert (found["p_adjusted"] >= found["p"] - 1e-12).all()


def test_counts_with_weights_beside_them_and_apart_are_the_same_sums() -> None:
    draw = np.random.default_rng(5)
    counted = pd.DataFrame({"stratum": ["h"] * 6, "cluster": list("xxyyzz"), "weight": [1.0, 2.5] * 3})
    counts = {column("n", 0, at): draw.integers(0, 9, 6) for at in range(5)}
    apart = totals_of(counted.assign(**counts), {"q1": SCALE}).table
    weighed = {column("w", 0, at): counts[column("n", 0, at)] * counted["weight"] for at in range(5)}
    beside = totals_of(counted.drop(columns="weight").assign(**counts, **weighed), {"q1": SCALE}).table
    assert len(apart) == 3
    np.testing.assert_allclose(apart[list(SUMS)], beside[list(SUMS)], rtol=1e-12)
