"""Answers counted by an engine give the same sums as answers read into memory."""

from __future__ import annotations

from dataclasses import replace

import ibis
import numpy as np
import pandas as pd
import pytest

from etl.microdata import codes
from etl.microdata.answers import Answered, count_answers, how_weighed
from etl.microdata.codes import Items
from indices.survey_sample import ItemScale, take
from indices.survey_totals import SUMS, totals

FIVE = ItemScale((1, 2, 3, 4, 5), (4, 5))
ITEMS = {"q1": ("item_q1", FIVE), "q2": ("item_q2", replace(FIVE, satisfied=(5,), unsatisfied=(1,)))}
WEIGHTS = {
    "cell": lambda frame, draw: 1.0 + 0.5 * (frame["cluster"] == "x1"),
    "apart": lambda frame, draw: draw.choice([0.5, 1.25], len(frame)),
    "sums": lambda frame, draw: draw.uniform(0.5, 2.0, len(frame)),
}


def respondents(how: str) -> pd.DataFrame:
    draw = np.random.default_rng(7)
    count = 900
    frame = pd.DataFrame(
        {
            "row": np.arange(1, count + 1),
            "unit_id": draw.choice(["63:22", "63:01"], count),
            "stratum": draw.choice(["Huyện 1", "Huyện 2"], count),
            "cluster": draw.choice(["x1", "x2", "x3"], count),
            "profile_sex": draw.choice(["nam", "nữ"], count),
        }
    )
    frame["weight"] = WEIGHTS[how](frame, draw)
    for name, _ in ITEMS.values():
        frame[name] = pd.array(draw.choice([-2, -1, 1, 2, 3, 4, 5], count), dtype="Int16")
        frame.loc[draw.random(count) < 0.1, name] = pd.NA
    return frame


def with_odd_things(frame: pd.DataFrame) -> pd.DataFrame:
    odd = frame.copy()
    odd.loc[odd.index[:9], "weight"] = [0.0, -1.0, np.nan] * 3
    odd.loc[odd.index[20:25], "stratum"] = None
    odd.loc[odd.index[30:35], "cluster"] = None
    odd.loc[odd.index[40:44], "item_q1"] = 9
    return odd


def in_memory(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    told = frame.rename(columns={name: code for code, (name, _) in ITEMS.items()})
    blank = told["stratum"].fillna("(blank)")
    told = told.assign(stratum=told["unit_id"] + "/" + blank)
    return totals(take(told, {code: scale for code, (_, scale) in ITEMS.items()}), by).table


def sorted_sums(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    return table.sort_values(keys, ignore_index=True)


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("by", [[], ["unit_id"], ["unit_id", "profile_sex"]])
@pytest.mark.parametrize("how", list(WEIGHTS))
def test_the_sums_are_those_of_the_answers_in_memory(how: str, by: list[str], odd: bool) -> None:
    frame = with_odd_things(respondents(how)) if odd else respondents(how)
    answered = Answered(ibis.memtable(frame), ITEMS)
    found = count_answers(answered, by)
    keys = found.keys
    ours, theirs = sorted_sums(found.table, keys), sorted_sums(in_memory(frame, by), keys)
    # Blank clusters of the engine are named by the row of the file, in memory by the place: both are alone.
    names = [key for key in keys if key != "cluster"]
    pd.testing.assert_frame_equal(ours[names], theirs[names], check_dtype=False)
    np.testing.assert_allclose(ours[list(SUMS)], theirs[list(SUMS)], rtol=1e-12)


@pytest.mark.parametrize("how", list(WEIGHTS))
def test_how_weights_differ_is_seen(how: str) -> None:
    table = ibis.memtable(respondents(how))
    assert how_weighed(table, ["unit_id", "stratum", "cluster"]) == how


def one_by_one(table: ibis.Table, items: Items) -> pd.DataFrame:
    """The counts that an engine without packed counters gives."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(codes, "packed_width", lambda _: 0)
        return codes.code_counts(table, ["unit_id"], {}, items)


SCALES = {
    "five": ItemScale((1, 2, 3, 4, 5), (4, 5)),
    "from nought": ItemScale((0, 1, 2, 3), (3,)),
    "with a gap": ItemScale((5, 3, 1), (1,)),
    "yes and no": ItemScale((2, 1), (1,)),
}


@pytest.mark.parametrize("size", [300, 12_000])
@pytest.mark.parametrize("scale", list(SCALES))
def test_packed_counters_count_as_counting_one_by_one_does(scale: str, size: int) -> None:
    # 12,000 respondents of two units are more than a counter holds; -1, -2, 6, 9 and 300 are on no scale.
    draw = np.random.default_rng(5)
    frame = pd.DataFrame({"unit_id": draw.choice(["63:01", "63:22"], size)})
    for name in ("a", "b"):
        frame[name] = pd.array(draw.choice([-2, -1, 0, 1, 2, 3, 4, 5, 6, 9, 300], size), dtype="Int16")
        frame.loc[draw.random(size) < 0.1, name] = pd.NA
    frame["b"] = frame["b"].mask(frame["unit_id"] == "63:01")
    table, items = ibis.memtable(frame), {"a": ("a", SCALES[scale]), "b": ("b", SCALES["five"])}
    assert codes.packed_width(items) == 12
    packed = codes.code_counts(table, ["unit_id"], {}, items)
    plain = one_by_one(table, items)
    by = "unit_id"
    pd.testing.assert_frame_equal(
        packed.sort_values(by, ignore_index=True),
        plain.sort_values(by, ignore_index=True),
        check_dtype=False,
    )


def test_scales_that_counters_cannot_hold_are_counted_one_by_one() -> None:
    for odd in ((0.5, 1.0), (-1, 1), tuple(range(11))):
        assert codes.packed_width({"a": ("a", ItemScale(odd, odd[-1:]))}) == 0


def test_a_stratum_may_belong_to_a_year_too() -> None:
    frame = respondents("cell").assign(year=2020 + np.arange(900) % 2)
    answered = Answered(ibis.memtable(frame), ITEMS, within=("year", "unit_id"))
    found = count_answers(answered, ["year"])
    assert set(found.clusters["stratum"].str.split("/").str[0]) == {"2020", "2021"}
    assert len(found.clusters) == 2 * 2 * 2 * 3
