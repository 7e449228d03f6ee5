"""Shares of lost points: of all that the index lost, whatever level a component stands on."""

from __future__ import annotations

from typing import Any

from exports.briefing.shares import of_total


def row(code: str, parent: str | None, lost: float | None, share: float | None = None) -> dict[str, Any]:
    """A scored component with what the release says of it."""
    return {"component_code": code, "parent_code": parent, "value": 1.0, "lost": lost, "lost_share": share}


def shares(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    """Shares by component."""
    return {one["component_code"]: one["lost_share"] for one in of_total(rows, "X")}


def test_leaves_on_two_levels_share_one_whole() -> None:
    # the release tells 1.1 and 1.2 as parts of the three points that their level lost
    rows = [row("X", None, 4.0), row("1", "X", 3.0, 0.75), row("2", "X", 1.0, 0.25),
            row("1.1", "1", 2.0, 2 / 3), row("1.2", "1", 1.0, 1 / 3)]  # fmt: skip
    assert shares(rows) == {"X": None, "1": 0.75, "2": 0.25, "1.1": 0.5, "1.2": 0.25}


def test_weighted_shares_of_the_release_stay_where_they_agree() -> None:
    rows = [row("X", None, 0.5), row("1", "X", 0.9, 0.6), row("1.1", "1", 0.8, 0.35), row("1.2", "1", 1, 0.2)]
    assert shares(rows) == {"X": None, "1": 0.6, "1.1": 0.35, "1.2": 0.2}


def test_shares_that_contradict_each_other_are_not_told() -> None:
    rows = [row("X", None, 9.0), row("1", "X", 3.0, 0.4), row("1.1", "1", 2.0, 0.9)]
    assert shares(rows) == {"X": None, "1": 0.4, "1.1": None}
