"""Ranks and groups: ties, the publisher's precision, floating noise, who is ranked among whom."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.ranking import rank_values
from tests.spec.samples import INDEX, Cell, facts, inputs, raw, registry

NAN = float("nan")


def ranks(values: list[float], **options: object) -> list[object]:
    """Ranks as a list, None where there is none."""
    found = rank_values(pd.Series(values), **options)  # type: ignore[arg-type]
    return [None if pd.isna(rank) else int(rank) for rank in found]


def test_the_largest_is_first_and_missing_has_no_rank() -> None:
    assert ranks([1.0, 3.0, NAN, 2.0]) == [3, 1, None, 2]


def test_the_smallest_is_first_where_less_is_better() -> None:
    assert ranks([1.0, 3.0, 2.0], ascending=True) == [1, 3, 2]


@pytest.mark.parametrize(("ties", "expected"), [("min", [1, 1, 3]), ("dense", [1, 1, 2]), ("max", [2, 2, 3])])
def test_ties(ties: str, expected: list[int]) -> None:
    assert ranks([5.0, 5.0, 4.0], ties=ties) == expected


def test_ranked_from_the_publishers_rounding_or_from_full_precision() -> None:
    values = [91.871, 91.874, 91.86]
    assert ranks(values, precision=2) == [1, 1, 3]
    assert ranks(values) == [2, 1, 3]


def test_floating_noise_does_not_break_a_tie() -> None:
    assert ranks([0.1 + 0.2, 0.3, 0.2]) == [1, 1, 3]
    assert ranks([0.1 + 0.2, 0.3, 0.2], tolerance=0.0) == [1, 2, 3]


def test_nothing_to_rank() -> None:
    assert ranks([]) == []
    assert ranks([NAN, NAN]) == [None, None]


def scored(
    cells: list[Cell], given: dict[tuple[int, str], int] | None = None, **options: object
) -> pd.DataFrame:
    """The score table of one year of totals, by unit."""
    table = analyse(registry(raw(**options.pop("settings", {}))), inputs(facts(cells, given), **options))  # type: ignore[arg-type]
    return table[table["component_code"] == INDEX].set_index("unit_id")


TOTALS: list[Cell] = [(1, "01", INDEX, 7.0), (1, "02", INDEX, 9.0), (1, "03", INDEX, 8.0)]


def test_ranks_are_computed_when_all_ranked_units_are_known() -> None:
    found = scored(TOTALS)
    assert found["rank"].to_dict() == {"63:01": 3, "63:02": 1, "63:03": 2}
    assert set(found["rank_kind"]) == {"computed"}
    assert set(found["n_ranked"]) == {3}


def test_the_published_rank_counts_before_a_computed_one() -> None:
    found = scored(TOTALS, {(1, "01"): 2})
    assert found.loc["63:01", ["rank", "rank_kind"]].tolist() == [2, "published"]
    assert found.loc["63:03", ["rank", "rank_kind"]].tolist() == [2, "computed"]


@pytest.mark.parametrize("short", [{"n_units": 4}, {"complete": False}])
def test_no_rank_is_computed_over_a_part_of_the_units(short: dict[str, object]) -> None:
    found = scored(TOTALS, {(1, "02"): 1}, **short)
    assert found["rank"].dropna().to_dict() == {"63:02": 1}
    assert found.loc["63:02", "n_ranked"] == short.get("n_units", 3)
    assert found["n_ranked"].isna().sum() == 2


def test_a_published_rank_without_a_score_is_kept() -> None:
    found = scored([*TOTALS[:2], (1, "03", INDEX, None)], {(1, "03"): 2})
    row = found.loc["63:03"]
    assert (row["value_kind"], row["rank"], row["rank_kind"]) == ("rank_only", 2, "published")
    assert pd.isna(row["value"])
    assert set(found["n_values"]) == {2}


def test_a_component_is_ranked_when_as_many_units_have_it_as_the_index_ranks() -> None:
    cells: list[Cell] = [(1, unit, "B", value) for unit, value in (("01", 1.0), ("02", 3.0), ("03", 2.0))]
    table = analyse(registry(), inputs(facts(cells), complete=False))
    assert table.set_index("unit_id")["rank"].to_dict() == {"63:01": 3, "63:02": 1, "63:03": 2}


def test_less_is_better_for_some_components() -> None:
    rows = raw().components
    rows[-1]["direction"] = "-"
    cells: list[Cell] = [(1, unit, "B", value) for unit, value in (("01", 1.0), ("02", 3.0), ("03", 2.0))]
    table = analyse(registry(raw(rows)), inputs(facts(cells))).set_index("unit_id")
    assert table["rank"].to_dict() == {"63:01": 1, "63:02": 3, "63:03": 2}
    assert set(table["leader_unit_id"]) == {"63:01"}


def test_blocs_of_internal_units_are_ranked_apart() -> None:
    given = inputs(facts([*TOTALS, (1, "04", INDEX, 6.0)]), n_units=4)
    given.units["bloc"] = ["a", "b", "a", "b"]
    found = analyse(registry(), given).set_index("unit_id")
    assert found["rank"].to_dict() == {"63:01": 2, "63:02": 1, "63:03": 1, "63:04": 2}
    assert set(found["n_ranked"]) == {2}
    assert found["leader_unit_id"].to_dict() == {
        "63:01": "63:03", "63:02": "63:02", "63:03": "63:03", "63:04": "63:02",
    }  # fmt: skip


def name(text: str) -> dict[str, str]:
    """A name in both languages."""
    return {"vi": text, "en": text}


def test_fixed_groups_count_the_published_rounding() -> None:
    cuts = [{"code": "A", "name": name("A"), "from": 9}, {"code": "B", "name": name("B"), "from": 8}]
    cells: list[Cell] = [(1, "01", INDEX, 8.999), (1, "02", INDEX, 8.0), (1, "03", INDEX, 7.99)]
    found = scored(cells, settings={"groups": {"rule": "fixed", "cuts": cuts}})["group_code"]
    assert found.fillna("").to_dict() == {"63:01": "A", "63:02": "B", "63:03": ""}


def test_groups_by_size_follow_the_ranks_of_the_year() -> None:
    sizes = pd.DataFrame(
        {"index_code": INDEX, "year": 1, "order": [1, 2], "group_code": ["G1", "G2"], "n_units": [1, 2]}
    ).assign(score_from=None)
    found = scored(TOTALS, groups=sizes, settings={"groups": {"rule": "sizes"}})["group_code"]
    assert found.to_dict() == {"63:01": "G2", "63:02": "G1", "63:03": "G2"}


def test_groups_of_a_year_may_be_told_by_their_lowest_scores() -> None:
    cuts = pd.DataFrame(
        {
            "index_code": INDEX,
            "year": 1,
            "order": [1, 2],
            "group_code": ["G1", "G2"],
            "score_from": [8.0, None],
        }
    ).assign(n_units=None)
    found = scored(TOTALS, groups=cuts, settings={"groups": {"rule": "sizes"}})["group_code"]
    assert found.to_dict() == {"63:01": "G2", "63:02": "G1", "63:03": "G1"}


def test_a_year_without_group_data_has_no_groups() -> None:
    assert scored(TOTALS, settings={"groups": {"rule": "sizes"}})["group_code"].isna().all()
