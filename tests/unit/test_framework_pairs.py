"""Which criterion is which in the next decision: proposals by name and place, with how sure they are."""

from __future__ import annotations

import pytest

from etl.framework_diff import compare
from etl.framework_pairs import propose_pairs, proposed_links, similarity
from indices.crosswalk import Link
from indices.framework import Framework
from indices.model import RawDefinition
from tests.spec.samples import INDEX, component, framework, meta

Named = dict[str, tuple[str, str, float]]
OLD: Named = {
    "1": (INDEX, "Giải quyết hồ sơ", 60),
    "1.1": ("1", "Hồ sơ cấp tỉnh giải quyết đúng hạn", 20),
    "1.2": ("1", "Hồ sơ cấp huyện giải quyết đúng hạn", 20),
    "1.3": ("1", "Hồ sơ cấp xã giải quyết đúng hạn", 20),
    "2": (INDEX, "Tuyên truyền", 40),
    "2.1": ("2", "Kế hoạch tuyên truyền", 40),
}
NEW: Named = {
    "1": (INDEX, "Tuyên truyền", 40),
    "1.1": ("1", "Kế hoạch tuyên truyền hằng năm", 40),
    "2": (INDEX, "Giải quyết hồ sơ", 60),
    "2.1": ("2", "Hồ sơ cấp tỉnh giải quyết đúng hạn", 30),
    "2.2": ("2", "Hồ sơ cấp xã giải quyết đúng hạn", 30),
}


def named(name: str, years: list[int], held: Named) -> Framework:
    """A framework of named criteria."""
    rows = [component(INDEX, "", "index", max_score=100, rule="sum_points")]
    for code, (parent, text, points) in held.items():
        level = "field" if parent == INDEX else "criterion"
        rule = "sum_points" if parent == INDEX else ""
        rows.append(component(code, parent, level, max_score=points, rule=rule, name_vi=text))
    scale = {"min": 0, "max": 100, "unit": "points", "decimals": 2}
    return framework(RawDefinition(name, meta(id=name, years=years, scale=scale), rows))


def pairs(old: Named, new: Named) -> dict[str, str]:
    """Old code by new code."""
    trees = named("a", [1], old).tree(1), named("b", [2], new).tree(2)
    return {pair.new: pair.old for pair in propose_pairs(*trees) if pair.new != INDEX}


def test_equal_names_win_over_nearly_equal_ones() -> None:
    assert pairs(OLD, NEW) == {"1": "2", "1.1": "2.1", "2": "1", "2.1": "1.1", "2.2": "1.3"}


def test_nobody_is_sure_of_a_renamed_criterion() -> None:
    links = {link.to_code: link for link in proposed_links(named("a", [1], OLD), named("b", [2], NEW))}
    assert (links["2.1"].kind, links["2.1"].confirmed_by) == ("same", "")
    assert links["2.1"].note == "100%; Hồ sơ cấp tỉnh giải quyết đúng hạn; max 20 → 30"
    assert links["1.1"].kind == "renamed"
    assert links["1.1"].note.endswith("Kế hoạch tuyên truyền → Kế hoạch tuyên truyền hằng năm")
    # A field that kept its name and lost one of its three parts is not quite what it was.
    assert links["2"].note.startswith("83%")
    assert INDEX not in links


def test_a_criterion_that_moved_to_another_field() -> None:
    new = {code: held for code, held in OLD.items() if code != "1.3"} | {"2.2": ("2", OLD["1.3"][1], 20)}
    new |= {"1": (INDEX, OLD["1"][1], 40), "2": (INDEX, OLD["2"][1], 60)}
    assert pairs(OLD, new)["2.2"] == "1.3"
    found = compare(named("a", [1], OLD), named("b", [2], new))
    rows = found[found["component"] == "2.2"]
    assert rows[["change", "what", "before", "after"]].to_numpy().tolist() == [
        ["renumbered", "code", "1.3", "2.2"],
        ["changed", "parent", "1", "2"],
    ]
    assert rows["confidence"].iloc[0] == "0.90"


def test_an_equal_code_with_a_strange_name_is_another_criterion() -> None:
    new = OLD | {"2.1": ("2", "Số lượng xe đạp công cộng", 40)}
    assert "2.1" not in pairs(OLD, new)
    found = compare(named("a", [1], OLD), named("b", [2], new))
    assert set(zip(found["change"], found["component"], strict=True)) == {
        ("dropped", "2.1"),
        ("added", "2.1"),
    }


def test_the_differences_by_meaning() -> None:
    found = compare(named("a", [1], OLD), named("b", [2], NEW))
    whole = found[["change", "component"]].drop_duplicates().to_numpy().tolist()
    assert [one for one in whole if one[0] != "changed"] == [
        ["dropped", "1.2"],
        ["renumbered", "1"],
        ["renumbered", "1.1"],
        ["renumbered", "2"],
        ["renumbered", "2.1"],
        ["renumbered", "2.2"],
    ]
    assert "parent" not in set(found["what"])


def test_a_person_s_word_counts_before_any_name() -> None:
    links = [
        Link("a", "1.2", "b", "2.1", "renamed", "Someone"),
        Link("a", "1.1", "b", "2.2", "merged", "Someone"),
    ]
    links += [Link("a", "1.3", "b", "2.2", "merged", "Someone"), Link("a", "2.1", "b", "2.1", "same")]
    found = compare(named("a", [1], OLD), named("b", [2], NEW), links)
    of = {code: found[found["component"] == code] for code in ("2.1", "2.2")}
    assert of["2.1"].iloc[0][["change", "before", "confidence"]].tolist() == [
        "renumbered",
        "1.2",
        "confirmed",
    ]
    assert of["2.2"][["change", "before"]].to_numpy().tolist() == [["merged", "1.1"], ["merged", "1.3"]]
    assert "dropped" not in set(found["change"])


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ("Kế hoạch", "Kế hoạch", 1, 1),
        ("Kế hoạch", "kế  hoạch", 0.98, 0.98),
        ("Một việc", "Chuyện khác hẳn", 0, 0.5),
    ],
)
def test_likeness_of_names(first: str, second: str, low: float, high: float) -> None:
    assert low <= similarity(first, second) <= high
