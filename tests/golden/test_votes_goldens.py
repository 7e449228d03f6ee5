"""Borda and Condorcet examples of the OECD handbook."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.outrank import borda_points, condorcet_winner, profile_duels, ranking_support, supported_rankings
from tests.golden.tables import table

CASES = ["table25", "table28", "table31", "table31_without_d"]


def profiles(case: str) -> dict[str, float]:
    rows = table("votes", "profiles")
    mine = rows[rows["case"] == case]
    return dict(zip(mine["ranking"], mine["voters"].astype(float), strict=True))


def expected(case: str, method: str) -> pd.Series:
    rows = table("votes", "expected")
    mine = rows[(rows["case"] == case) & (rows["method"] == method)]
    return mine.set_index("unit")["value"]


@pytest.mark.parametrize("case", CASES)
def test_borda_points(case: str) -> None:
    assert borda_points(profiles(case)).to_dict() == expected(case, "borda").astype(float).to_dict()


def test_condorcet_ranking_of_table_25() -> None:
    duels = profile_duels(profiles("table25"))
    assert condorcet_winner(duels) == "c"
    assert supported_rankings(duels).index[0] == expected("table25", "condorcet_final")["ranking"]


def test_a_cycle_has_no_condorcet_winner_and_support_decides() -> None:
    duels = profile_duels(profiles("table28"))
    assert condorcet_winner(duels) is None
    printed = expected("table28", "ckyl_score").astype(float)
    assert {name: ranking_support(duels, name.split(">")) for name in printed.index} == printed.to_dict()
    assert supported_rankings(duels).index[0] == expected("table28", "ckyl_final")["ranking"]


def test_borda_turns_round_when_a_loser_leaves() -> None:
    """The handbook's objection to Borda: without d, c leads; with it, a does."""
    assert borda_points(profiles("table31")).idxmax() == "a"
    assert borda_points(profiles("table31_without_d")).idxmax() == "c"
