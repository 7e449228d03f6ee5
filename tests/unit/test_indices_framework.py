"""Reading a definition: what a sound one becomes, and every way a bad one is refused."""

from __future__ import annotations

from typing import Any

import pytest

from indices.errors import Problem
from indices.framework import parse_framework
from indices.model import RawDefinition
from tests.spec.samples import INDEX, component, framework, points_tree, raw


def problems(definition: RawDefinition) -> list[Problem]:
    """The problems of a definition that must be refused."""
    found, told = parse_framework(definition)
    assert found is None
    assert told
    return told


def whats(definition: RawDefinition) -> list[str]:
    """What is wrong, without the places."""
    return [problem.what for problem in problems(definition)]


def with_rows(*rows: dict[str, str]) -> RawDefinition:
    """The points tree with more rows."""
    return raw([*points_tree(), *rows])


def changed(row_code: str, /, **cells: object) -> RawDefinition:
    """The points tree with some cells of one row changed."""
    rows = points_tree()
    for row in rows:
        if row["code"] == row_code:
            row |= {name: str(value) for name, value in cells.items()}
    return raw(rows)


def test_a_sound_definition_gives_a_linked_tree() -> None:
    tree = framework(raw()).tree(1)
    assert tree.root == INDEX
    assert tree.roots == (INDEX,)
    assert tree.post_order() == ["A.1", "A.2", "A", "B", INDEX]
    assert tree.leaves() == ["A.1", "A.2", "B"]
    assert tree.inner() == ["A", INDEX]
    assert [(node.code, node.depth, node.order) for node in tree.nodes.values()] == [
        (INDEX, 0, 0), ("A", 1, 1), ("A.1", 2, 2), ("A.2", 2, 3), ("B", 1, 4),
    ]  # fmt: skip


def test_a_changed_copy_has_trees_of_its_own() -> None:
    """Trees are kept by the definition that they were built from."""
    first = framework(raw())
    year = first.years[0]
    whole = first.tree(year)
    assert first.tree(year) is whole
    fewer = first.model_copy(update={"components": first.components[:1]})
    assert set(fewer.tree(year).nodes) == {first.components[0].code} < set(whole.nodes)
    assert first.tree(year) is whole


def test_blank_numbers_are_unknown_not_zero() -> None:
    node = framework(changed("B", max_score="")).tree(1).nodes["B"]
    assert node.max_score is None
    assert node.weight is None


def test_a_code_may_stand_in_several_rows_with_disjoint_years() -> None:
    rows = points_tree()
    rows[-1] |= {"years": "1;2"}
    rows.append(component("B", INDEX, max_score=4, years="3;4", note="later"))
    built = framework(raw(rows))
    assert built.tree(2).nodes["B"].note == ""
    assert built.tree(3).nodes["B"].note == "later"


def test_a_component_of_other_years_is_not_in_the_tree() -> None:
    built = framework(with_rows(component("B.1", "B", "criterion", years="2")))
    assert "B.1" not in built.tree(1).nodes
    assert built.tree(2).nodes["B"].children == ("B.1",)


def test_parameters_override_components_for_their_year_only() -> None:
    rows = [
        component(INDEX, "", "index", max_score=10, rule="linear"),
        component("A", INDEX, weight=1, status="inferred"),
    ]
    numbers = [
        {"year": "1", "code": "A", "weight": "2", "slope": "3", "proof": "approximate", "max_error": "0.5"},
        {"year": "1", "code": INDEX, "intercept": "1"},
    ]
    built = framework(raw(rows, parameters=numbers))
    node = built.tree(1).nodes["A"]
    assert (node.weight, node.slope, node.status, node.max_error) == (2.0, 3.0, "approximate", 0.5)
    other = built.tree(2).nodes["A"]
    assert (other.weight, other.slope, other.status) == (1.0, None, "inferred")


def test_a_view_rolls_the_same_codes_up_another_way() -> None:
    rows = [*points_tree(), component("V", "", "source_group", rule="weighted_mean", max_score=10)]
    edges = [
        {"view": "other", "parent": "V", "code": "A.1", "weight": "2"},
        {"view": "other", "parent": "V", "code": "B", "weight": "1"},
    ]
    built = framework(raw(rows, views=edges))
    assert built.views() == ["other"]
    tree = built.tree(1, "other")
    assert (tree.roots, tree.root) == (("V",), "V")
    assert [(child.code, child.weight) for child in tree.children("V")] == [("A.1", 2.0), ("B", 1.0)]
    assert "V" not in built.tree(1).nodes


def test_in_a_view_one_component_may_enter_several_parents_with_other_weights() -> None:
    pillars = [component(code, "", "pillar", rule="weighted_mean") for code in ("P", "Q")]
    edges = [
        {"view": "pillars", "parent": parent, "code": "B", "weight": weight}
        for parent, weight in (("P", "1"), ("Q", "3"))
    ]
    tree = framework(raw([*points_tree(), *pillars], views=edges)).tree(1, "pillars")
    assert tree.roots == ("P", "Q")
    assert tree.post_order() == ["B", "P", "Q"]
    assert [tree.children(code)[0].weight for code in ("P", "Q")] == [1.0, 3.0]


def test_an_unknown_view_or_year_is_a_key_error() -> None:
    built = framework(raw())
    with pytest.raises(KeyError):
        built.tree(9)
    with pytest.raises(KeyError):
        built.tree(1, "nothing")


BAD_CELLS: list[tuple[str, str, str, str]] = [
    ("level", "feild", "unknown level", "did you mean field?"),
    ("rule", "sum_point", "unknown rule", "did you mean sum_points?"),
    ("direction", "up", "unknown direction", ""),
    ("source_type", "suvey", "unknown source_type", "did you mean survey?"),
    ("status", "sure", "unknown status", ""),
    ("normalise", "magic", "unknown normalise", ""),
    ("max_score", "4,5", "max_score is not a number", ""),
    ("weight", "nan", "weight is not a number", ""),
    ("years", "one", "years is not a number", ""),
    ("name_vi", "", "name_vi is missing", ""),
    ("name_en", "", "name_en is missing", ""),
    ("code", "", "code is missing", ""),
]


@pytest.mark.parametrize(("column", "text", "what", "hint"), BAD_CELLS)
def test_a_bad_cell_is_refused_with_its_place(column: str, text: str, what: str, hint: str) -> None:
    told = [problem for problem in problems(changed("B", **{column: text})) if problem.what == what]
    assert [(problem.file, problem.place, problem.hint) for problem in told] == [
        ("idx_first/components.csv", "row 6", hint)
    ]


def test_an_unknown_column_is_a_misspelling() -> None:
    assert "unknown column" in whats(changed("B", wieght="1"))


BAD_TREES: list[tuple[str, RawDefinition]] = [
    ("duplicate code", with_rows(component("B", INDEX, max_score=4))),
    ("missing parent", with_rows(component("C", "NONE"))),
    ("cycle", changed("A", parent="A.1")),
    ("not exactly one root", with_rows(component("IDY", "", "index"))),
    ("root code is not the index code", with_rows(component("IDY", "", "index"))),
    ("component outside the tree", with_rows(component("C", ""))),
    ("component in a year outside the framework", changed("B", years="7")),
    ("children's maxima do not add up to the parent's", changed("B", max_score=5)),
]


@pytest.mark.parametrize(("what", "definition"), BAD_TREES)
def test_a_broken_tree_is_refused(what: str, definition: RawDefinition) -> None:
    assert what in whats(definition)


def test_maxima_are_only_added_up_where_all_are_known() -> None:
    assert framework(changed("B", max_score="")).tree(1).nodes["A"].max_score == 6


def test_a_problem_of_some_years_names_them() -> None:
    told = problems(with_rows(component("B", INDEX, max_score=4, years="2;3")))
    assert {problem.hint for problem in told if problem.what == "duplicate code"} == {"in 2, 3"}


def weighted(rule: str, *children: dict[str, Any], **own: object) -> RawDefinition:
    """A one-level tree under a rule."""
    rows = [component(INDEX, "", "index", rule=rule, **own)]
    return raw([*rows, *(component(f"C{n}", INDEX, **cells) for n, cells in enumerate(children))])


BAD_NUMBERS: list[tuple[str, RawDefinition]] = [
    ("weight is missing for weighted_mean", weighted("weighted_mean", {"weight": 1}, {})),
    ("weight is missing for weighted_sum", weighted("weighted_sum", {}, {})),
    ("slope is missing for linear", weighted("linear", {}, {})),
    ("rescaled_sum needs span", weighted("rescaled_sum", {"weight": 1}, offset=1)),
    ("rescaled_sum needs offset", weighted("rescaled_sum", {"weight": 1}, span=9)),
    ("share_of_max needs max", weighted("share_of_max", {})),
    ("share_of_max takes one child", weighted("share_of_max", {}, {}, max_score=10)),
    ("applicable_ratio takes one child", weighted("applicable_ratio", {}, {})),
    (
        "reference range is empty",
        weighted(
            "rescaled_sum",
            {"weight": 1, "normalise": "min_max", "ref_min": 2, "ref_max": 2},
            offset=1,
            span=9,
        ),
    ),
    (
        "reference range is missing for rescaled_sum",
        weighted("rescaled_sum", {"weight": 1, "normalise": "min_max"}, offset=1, span=9),
    ),
    (
        "less is better but not normalised",
        weighted("rescaled_sum", {"weight": 1, "direction": "-"}, offset=1, span=9),
    ),
]


@pytest.mark.parametrize(("what", "definition"), BAD_NUMBERS)
def test_numbers_a_rule_needs_must_be_there(what: str, definition: RawDefinition) -> None:
    assert what in whats(definition)


def test_a_year_without_coefficients_is_no_problem_when_another_year_has_them() -> None:
    rows = [component(INDEX, "", "index", rule="linear"), component("A", INDEX)]
    numbers = [
        {"year": "1", "code": "A", "slope": "3"},
        {"year": "1", "code": INDEX, "intercept": "1"},
    ]
    assert framework(raw(rows, parameters=numbers)).tree(2).nodes["A"].slope is None


def test_an_unknown_rule_needs_no_numbers() -> None:
    built = framework(weighted("weighted_mean", {}, {}, status="unknown"))
    assert built.tree(1).nodes[INDEX].rule == "weighted_mean"


BAD_PARAMETERS = [
    ("parameter for an unknown code", {"year": "1", "code": "Z"}),
    ("parameter for another year", {"year": "9", "code": "A"}),
    ("year is not a number", {"year": "x", "code": "A"}),
    ("unknown proof", {"year": "1", "code": "A", "proof": "maybe"}),
]


@pytest.mark.parametrize(("what", "row"), BAD_PARAMETERS)
def test_bad_parameters_are_refused(what: str, row: dict[str, str]) -> None:
    assert what in whats(raw(parameters=[row]))


def test_a_parameter_given_twice_is_refused() -> None:
    assert "duplicate parameter" in whats(raw(parameters=[{"year": "1", "code": "A"}] * 2))


BAD_VIEWS = [
    ("view names an unknown code", [("v", "A", "Z")]),
    ("duplicate edge", [("v", "A", "B"), ("v", "A", "B")]),
    ("cycle in a view", [("v", "A", "B"), ("v", "B", "A")]),
]


@pytest.mark.parametrize(("what", "edges"), BAD_VIEWS)
def test_bad_views_are_refused(what: str, edges: list[tuple[str, str, str]]) -> None:
    rows = [dict(zip(("view", "parent", "code"), edge, strict=True)) for edge in edges]
    assert what in whats(raw(views=rows))


BAD_SETTINGS: list[tuple[str, dict[str, Any]]] = [
    ("years", {"years": []}),
    ("years", {"years": [1, 1]}),
    ("name.en", {"name": {"vi": "Chỉ số", "en": ""}}),
    ("scale.unit", {"scale": {"min": 0, "max": 1, "unit": "stars", "decimals": 0}}),
    ("ranking.ties", {"ranking": {"ties": "random"}}),
    ("tolerance", {"tolerance": {"feild": 1}}),
    ("missing", {"missing": "guess"}),
    ("surprise", {"surprise": 1}),
    ("groups.cuts", {"groups": {"rule": "fixed"}}),
]


@pytest.mark.parametrize(("place", "change"), BAD_SETTINGS)
def test_bad_settings_are_refused_with_their_place(place: str, change: dict[str, Any]) -> None:
    told = problems(raw(**change))
    assert ("idx_first/framework.yaml", place) in [(problem.file, problem.place) for problem in told]


def test_cuts_must_fall() -> None:
    name = {"vi": "Nhóm", "en": "Group"}
    cuts = [{"code": "A", "name": name, "from": 5}, {"code": "B", "name": name, "from": 8}]
    assert "cuts are not in falling order" in whats(raw(groups={"rule": "fixed", "cuts": cuts}))


def test_all_problems_of_a_definition_are_told_together() -> None:
    rows = points_tree()
    rows[1] |= {"level": "feild"}
    rows[2] |= {"max_score": "four"}
    told = problems(RawDefinition("idx_first", {"id": ""}, rows))
    assert {problem.file for problem in told} == {"idx_first/components.csv", "idx_first/framework.yaml"}
    assert {"unknown level", "max_score is not a number"} <= {problem.what for problem in told}


def test_a_row_that_cannot_be_read_is_told_once_and_not_missed_by_its_children() -> None:
    assert whats(changed("A", level="feild")) == ["unknown level"]
    assert whats(changed(INDEX, level="idx")) == ["unknown level"]


def test_a_definition_without_components_is_refused() -> None:
    assert "no components" in whats(raw([]))


def test_settings_that_are_no_mapping_are_refused() -> None:
    assert "settings are not a mapping" in whats(RawDefinition("idx_first", {1: 2}, points_tree()))  # type: ignore[dict-item]
