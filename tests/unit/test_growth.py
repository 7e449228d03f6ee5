"""Exponents of growth, the limit that is met first, and simulated packs that are larger as asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.torture import growth
from bench.torture.growth import Pack, judged, reached
from bench.torture.report import Finding
from bench.torture.tools import grown
from bench.torture.tools.exponents import growing, slope
from bench.torture.tools.grown import Built, GrownError, Measured, Read, asked_of, ended, least, look
from etl.build import load_material
from etl.demo.growth import Growth, longer
from etl.demo.plan import load_plan
from etl.demo.write import write_demo
from etl.settings import Settings

SIZES = (1, 3, 10)


@pytest.mark.parametrize(("power", "fixed"), [(1.0, 0.0), (1.0, 50.0), (2.0, 50.0), (0.5, 1.0)])
def test_a_fixed_cost_does_not_hide_the_exponent(power: float, fixed: float) -> None:
    costs = [fixed + 5 * size**power for size in SIZES]
    found = growing(SIZES, costs)
    if costs[-1] < 1.5 * costs[0]:
        assert found is None
    else:
        assert found == pytest.approx(power, abs=0.01)


def test_costs_that_hardly_grow_have_no_growing_part() -> None:
    assert growing(SIZES, (20, 21, 22)) is None
    assert growing(SIZES, (20, 19, 40)) is None
    assert slope(SIZES, (20, 20, 20)) == 0


@pytest.mark.parametrize(
    ("cost", "kept"),
    [
        (lambda n: 100 + 5 * n, True),
        (lambda n: n * math.log(60_000 * n), True),
        (lambda n: 100 + 5 * n * n, False),
        (lambda n: 0.1 * n**1.3, False),
    ],
)
def test_worse_than_n_log_n_is_not_kept(cost: Callable[[float], float], kept: bool) -> None:
    assert judged(SIZES, [cost(n) for n in SIZES])[1] is kept


def test_a_limit_is_met_between_the_sizes() -> None:
    assert reached(SIZES, (5, 15, 50), 20) == pytest.approx(4)
    assert reached(SIZES, (5, 15, 50), 3) == 1
    assert reached(SIZES, (5, 15, 50), 60) == math.inf


def test_a_larger_pack_has_what_was_asked_for(tmp_path: Path) -> None:
    made = write_demo(load_plan(), Settings(), tmp_path / "pack", Growth(indices=2, years=6, communes=40))
    pack = load_material(made.settings, imports=()).pack
    units = pack["units"]
    assert (units["name_vi"].str.startswith("Xã mô phỏng")).sum() == 40
    scores = pack["scores"]
    first, second = (scores[scores["index_code"] == code] for code in ("PAR", "PAR2"))
    assert len(first) == len(second) > 0
    assert sorted(first["year"].astype(int).unique()) == [2019, 2020, 2021, 2022, 2023, 2024]
    tops = [frame[frame["component"].isin(["PAR", "PAR2"])].set_index(["year", "unit"])["score"]
            for frame in (first, second)]  # fmt: skip
    assert (tops[0].sort_index() != tops[1].sort_index()).mean() > 0.9
    internal = scores[(scores["index_code"] == "IPAR") & (scores["year"].astype(str) == "2025")]
    assert internal["unit"].nunique() >= 40


@pytest.mark.parametrize("years", [0, 2, 6, 40])
def test_more_years_do_not_bring_all_to_the_highest_score(years: int) -> None:
    plan = load_plan()
    told = longer(plan, years)
    count, planned = len(told.framework.years), len(plan.framework.years)
    assert count == (years or planned)
    assert told.framework.years[-1] == plan.framework.years[-1]
    rise = told.scores.yearly * (count - 1)
    assert rise == pytest.approx(plan.scores.yearly * (min(count, planned) - 1))


BUILT = Built(1, 2, 3, 4)


def figure(what: str) -> growth.Figure:
    return next(one for one in growth.FIGURES if one.what == what)


def test_the_page_that_costs_most_in_the_end_is_followed_from_the_start() -> None:
    """Not the largest of each size: two pages that take turns would look like one that grows faster."""
    sizes = [{"overview": 240.0, "ranking": 60.0}, {"overview": 240.0, "ranking": 180.0},
             {"overview": 240.0, "ranking": 600.0}]  # fmt: skip
    measured = [Measured(BUILT, Read(1, {"overview": [7.0]}, one, 9)) for one in sizes]
    assert growth.followed(figure("largest answer"), measured) == ([60.0, 180.0, 600.0], "ranking")
    assert growth.followed(figure("build"), measured) == ([1, 1, 1], "")


def test_the_page_that_grows_most_is_followed_though_another_costs_more() -> None:
    views = [{"overview": [200.0, 240.0, 250.0], "trends": [20.0 * n, 30.0 * n, 70.0]} for n in (1, 2)]
    measured = [Measured(BUILT, Read(1, each, {}, 9)) for each in views]
    assert growth.followed(figure("first view of the slowest page"), measured)[1] == "overview"
    found = growth.followed(figure("first view of the page that grows most"), measured)
    assert found == ([30.0, 60.0], "trends")


def test_of_several_tries_the_least_of_each_figure_and_view_counts() -> None:
    first = {"first": 9, "views": {"overview": [240.0, 60.0], "ranking": [3.0]}, "memory": 9}
    second = {"first": 8, "views": {"overview": [250.0, 50.0], "ranking": [2.0]}, "memory": 10}
    assert least([first, second]) == {
        "first": 8, "views": {"overview": [240.0, 50.0], "ranking": [2.0]}, "memory": 9,
    }  # fmt: skip


def test_all_packs_are_read_in_turn_and_one_that_breaks_stops_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turns: list[str] = []

    def answered(place: Path, *options: str) -> dict[str, object]:
        turns.append(place.name)
        if place.name == "large" and len(turns) > 3:
            raise GrownError("reading was killed by SIGKILL")
        return {"first": len(turns), "views": {"ranking": [9.0 - len(turns)]}, "answers": {}, "memory": 1}

    monkeypatch.setattr(grown, "asked_of", answered)
    small, large = look([(Path("small"), False), (Path("large"), True)])
    assert turns[:5] == ["small", "large", "small", "large", "small"]
    assert turns.count("small") == grown.READINGS
    assert turns.count("large") == 2
    assert isinstance(large, GrownError)
    assert isinstance(small, Read)
    assert (small.first, small.view) == (1, 9.0 - len(turns))


def test_a_size_that_breaks_is_told_and_the_others_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def raised(place: Path, asked_for: Growth) -> Built:
        if asked_for.indices == 10:
            raise GrownError(f"building {ended(-9, '')}")
        return BUILT

    read = Read(1, {"overview": [7.0]}, {"overview": 8}, 9)
    monkeypatch.setattr(growth, "grow", raised)
    monkeypatch.setattr(growth, "look", lambda places: [read for _ in places])
    broken: list[Finding] = []
    (kind,) = (one for one in growth._kinds() if one.name == "indices")
    packs = growth._packs(kind, SIZES, Pack("1 time", Path("x") / "start", Growth(), False))
    found = list(growth._as_far(packs, growth.taken(packs, broken)))
    assert found == [Measured(BUILT, read)] * 2
    assert [(one.what, one.kept, one.found) for one in broken] == [
        (
            "10 times the indices: simulated, built and read to the end",
            False,
            "building was killed by SIGKILL",
        )
    ]
    told = growth.section({"indices": found}, SIZES, [])
    assert "1, 3 times the indices: build" in {one.what for one in told.findings}


def test_how_a_step_ended_is_told_with_its_last_words() -> None:
    assert ended(1, "Traceback\n  x\nMemoryError: no room\n") == "ended with 1: MemoryError: no room"
    with pytest.raises(GrownError, match=r"building ended with \d+: .*"):
        asked_of(Path("/nonexistent"), "--build")
