"""Exponents of growth, the limit that is met first, and simulated packs that are larger as asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.torture import growth
from bench.torture.growth import judged, reached
from bench.torture.report import Finding
from bench.torture.tools.exponents import growing, slope
from bench.torture.tools.grown import GrownError, Measured, asked_of, ended, least
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


def test_the_page_that_costs_most_in_the_end_is_followed_from_the_start() -> None:
    """Not the largest of each size: two pages that take turns would look like one that grows faster."""
    sizes = [{"overview": 240.0, "ranking": 60.0}, {"overview": 240.0, "ranking": 180.0},
             {"overview": 240.0, "ranking": 600.0}]  # fmt: skip
    measured = [Measured(1, 2, 3, 4, 5, 6, one, one, 9) for one in sizes]
    (answer,) = (one for one in growth.FIGURES if one.what == "largest answer")
    assert growth.followed(answer, measured) == ([60.0, 180.0, 600.0], "ranking")
    (build,) = (one for one in growth.FIGURES if one.what == "build")
    assert growth.followed(build, measured) == ([1, 1, 1], "")


def test_of_several_tries_the_least_of_each_figure_counts() -> None:
    first = Measured(9, 2, 3, 4, 5, 6, {"overview": 240.0, "ranking": 60.0}, {"overview": 1.0}, 9)
    second = Measured(8, 3, 3, 4, 6, 5, {"overview": 250.0, "ranking": 50.0}, {"overview": 2.0}, 7)
    assert least([first, second]) == Measured(
        8, 2, 3, 4, 5, 5, {"overview": 240.0, "ranking": 50.0}, {"overview": 1.0}, 7
    )


def test_a_size_that_breaks_is_told_and_the_others_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    figures = Measured(1, 2, 3, 4, 5, 6, {"overview": 7}, {"overview": 8}, 9)

    def taken(place: Path, asked_for: Growth, internal: bool) -> Measured:
        if asked_for.indices == 10:
            raise GrownError(f"building {ended(-9, '')}")
        return figures

    monkeypatch.setattr(growth, "ask", taken)
    broken: list[Finding] = []
    (kind,) = (one for one in growth._kinds() if one.name == "indices")
    found = list(growth._by(kind, SIZES, (Path("x"), figures), broken))
    assert found == [figures] * 2
    assert [(one.kept, one.found) for one in broken] == [(False, "building was killed by SIGKILL")]
    told = growth.section({"indices": found}, SIZES, [])
    assert "1, 3 times the indices: build" in {one.what for one in told.findings}


def test_how_a_step_ended_is_told_with_its_last_words() -> None:
    assert ended(1, "Traceback\n  x\nMemoryError: no room\n") == "ended with 1: MemoryError: no room"
    with pytest.raises(GrownError, match=r"building ended with \d+: .*"):
        asked_of(Path("/nonexistent"), False)
