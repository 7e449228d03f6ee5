"""All definitions together: one list of problems, one framework a year, and which years may be compared."""

from __future__ import annotations

from typing import Any

import pytest

from indices.errors import DefinitionError
from indices.model import RawDefinition
from indices.registry import build_registry
from tests.spec.samples import INDEX, component, index_row, points_tree, raw, registry


def second(years: list[int], **changes: Any) -> RawDefinition:
    """A second framework of the same index."""
    return RawDefinition("idx_second", raw(id="idx_second", years=years, **changes).meta, points_tree())


def verdict(from_year: int, to_year: int, kind: str, code: str = "") -> dict[str, str]:
    """A row of comparability.csv."""
    row = {"index_code": INDEX, "from_year": str(from_year), "to_year": str(to_year), "component_code": code}
    return row | {"class": kind, "reason_vi": "vì", "reason_en": "because"}


def refused(*definitions: RawDefinition, **tables: list[dict[str, str]]) -> list[str]:
    """What is wrong with a set of definitions."""
    with pytest.raises(DefinitionError) as caught:
        build_registry(definitions, tables.get("indices", [index_row()]), tables.get("comparability", []))
    return [problem.what for problem in caught.value.problems]


def test_the_registry_finds_the_framework_of_a_year() -> None:
    found = registry(raw(years=[1, 2]), second([3]))
    assert found.framework(INDEX, 2).id == "idx_first"
    assert found.framework(INDEX, 3).id == "idx_second"
    assert [info.index_code for info in found.indices] == [INDEX]
    with pytest.raises(KeyError):
        found.framework(INDEX, 4)


def test_indices_are_read_with_their_settings_and_in_order() -> None:
    rows = [index_row(index_code="LATER", order="2", leader_card="0", first_year=""), index_row()]
    found = build_registry([raw()], rows, [])
    assert [(i.index_code, i.order, i.leader_card, i.first_year) for i in found.indices] == [
        (INDEX, 1, True, 1),
        ("LATER", 2, False, None),
    ]


def test_inside_one_framework_years_are_comparable() -> None:
    assert registry().comparability(INDEX, 1, 4, "A").kind == "comparable"


def test_across_frameworks_years_are_not_comparable_unless_a_row_says_so() -> None:
    two = [raw(years=[1, 2]), second([3, 4])]
    assert registry(*two).comparability(INDEX, 2, 3, INDEX).kind == "not_comparable"
    written = registry(*two, comparability=[verdict(2, 3, "reweighted"), verdict(2, 3, "comparable", "A")])
    assert written.comparability(INDEX, 2, 3, INDEX) == ("reweighted", "vì", "because")
    assert written.comparability(INDEX, 2, 3, "A").kind == "comparable"


def test_over_several_years_the_worst_step_decides() -> None:
    found = registry(raw(years=[1, 2]), second([3, 4]), comparability=[verdict(2, 3, "reweighted")])
    assert found.comparability(INDEX, 1, 4, INDEX).kind == "reweighted"
    broken = registry(comparability=[verdict(2, 3, "not_comparable")])
    assert broken.comparability(INDEX, 1, 4, INDEX).kind == "not_comparable"
    assert broken.comparability(INDEX, 1, 2, INDEX).kind == "comparable"


def test_a_row_for_the_very_pair_beats_the_steps() -> None:
    rows = [verdict(2, 3, "not_comparable"), verdict(1, 4, "comparable")]
    assert registry(comparability=rows).comparability(INDEX, 1, 4, INDEX).kind == "comparable"


def renumbered() -> RawDefinition:
    """Indicator 1.01 means something else from year 3 on."""
    early = component("1.01", "B", "indicator", years="1;2")
    late = component("1.01", "B", "indicator", years="3;4") | {"name_vi": "Tên khác"}
    return raw([*points_tree(), early, late])


def test_the_number_of_an_indicator_under_another_name_is_another_indicator() -> None:
    found = registry(renumbered())
    assert found.comparability(INDEX, 2, 3, "1.01").kind == "not_comparable"
    assert found.comparability(INDEX, 1, 2, "1.01").kind == "comparable"
    told = registry(renumbered(), comparability=[verdict(2, 3, "comparable", "1.01")])
    assert told.comparability(INDEX, 2, 3, "1.01").kind == "comparable"


def test_definitions_are_refused_together_with_all_their_problems() -> None:
    rows = points_tree()
    rows[1] |= {"level": "feild"}
    told = refused(raw(rows), raw(years=[]), indices=[index_row(order="first")])
    assert "unknown level" in told
    assert "order is not a whole number" in told
    assert len(told) == 3


def test_two_frameworks_for_one_year_are_refused() -> None:
    assert refused(raw(), second([4, 5])) == ["two frameworks for one year"]


def test_a_framework_of_an_unlisted_index_is_refused() -> None:
    assert "unknown index" in refused(raw(), indices=[index_row(index_code="IDZ")])


def test_a_framework_id_stands_once() -> None:
    assert "duplicate framework id" in refused(raw(years=[1]), raw(years=[2]))


BAD_INDICES = [
    ("name_vi is missing", [index_row(name_vi="")]),
    ("unknown scope", [index_row(scope="planet")]),
    ("duplicate index", [index_row(), index_row()]),
    ("first_year is not a whole number", [index_row(first_year="long ago")]),
]


@pytest.mark.parametrize(("what", "rows"), BAD_INDICES)
def test_bad_rows_of_the_list_of_indices_are_refused(what: str, rows: list[dict[str, str]]) -> None:
    assert what in refused(raw(), indices=rows)


BAD_VERDICTS = [
    ("unknown index", verdict(1, 2, "comparable") | {"index_code": "IDZ"}),
    ("unknown class", verdict(1, 2, "similar")),
    ("years are not in order", verdict(2, 2, "comparable")),
    ("years are not in order", verdict(1, 2, "comparable") | {"to_year": "soon"}),
    ("reason is missing", verdict(1, 2, "reweighted") | {"reason_en": ""}),
    ("unknown component", verdict(1, 2, "comparable", "Z")),
]


@pytest.mark.parametrize(("what", "row"), BAD_VERDICTS)
def test_bad_rows_of_comparability_are_refused(what: str, row: dict[str, str]) -> None:
    assert what in refused(raw(), comparability=[row])
