"""The ASEM example of an R engine, reproduced stage by stage from raw figures through a definition."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from indices.outliers import WINSORISED, Shape
from indices.pipeline import (
    Processing,
    Stages,
    indicators,
    normalise_leaves,
    ready_tree,
    run,
    with_rule,
    with_scale,
)
from indices.scoring import recompute
from indices.strengths import group_ranks, rank_table, strengths, weaknesses
from indices.tree import Tree
from tests.golden.tables import framework, stage, table

PLAIN = {"range_min": None, "range_max": None}
# The three cells of docs/deviations.md: figures equal to printed precision, which the R engine ranks apart.
TIES = {("BGR", "TolMin"), ("CZE", "TolMin"), ("NOR", "TolMin")}


@cache
def tree() -> Tree:
    return framework("asem", "Index", missing="renormalise").tree(1)


@cache
def stages() -> Stages:
    groups = table("asem", "groups")
    of_unit = groups[groups["grouping"] == "EurAsia_group"].set_index("unit")["group"]
    return run(tree(), stage("asem", "raw"), Processing(impute="group_mean", treat=Shape()), of_unit)


def deviation(found: pd.DataFrame, expected: pd.DataFrame) -> pd.DataFrame:
    """Distance relative to the figure (absolute below 1); missing in one and not in the other is infinite."""
    same = found.loc[expected.index, expected.columns]
    off = (same - expected).abs() / expected.abs().clip(lower=1.0)
    off = off.mask(same == expected, 0.0)
    return off.mask(same.isna() != expected.isna(), np.inf).fillna(0.0)


@pytest.mark.parametrize("name", ["denominated", "imputed", "treated", "normalised", "aggregated"])
def test_stage(name: str) -> None:
    """Of the imputed stage the filled cells are listed, of the treated one the changed indicators."""
    expected = stage("asem", name)
    found = getattr(stages(), name).loc[expected.index, expected.columns]
    listed = found.where(expected.notna()) if name == "imputed" else found
    assert deviation(listed, expected).max(axis=None) < 1e-12


def test_imputation_fills_65_cells_and_nothing_else() -> None:
    before, after = stages().denominated, stages().imputed
    assert int(before.isna().sum().sum()) == 65
    assert not after.isna().any(axis=None)
    pd.testing.assert_frame_equal(before.fillna(after), after)


def test_treatment_is_told() -> None:
    expected, report = table("asem", "treatment").set_index("code"), stages().report
    treated = expected["n_winsorised"].notna()
    assert set(report.index[report["treatment"] == WINSORISED]) == set(expected.index[treated])
    assert (report["n_winsorised"] == expected["n_winsorised"].fillna(0)).all()
    for name in ("skew", "kurtosis"):
        np.testing.assert_allclose(report[name].astype(float), expected[name], rtol=0, atol=1e-12)
        after = report.loc[treated, f"{name}_after"].astype(float)
        np.testing.assert_allclose(after, expected.loc[treated, f"{name}_after"], rtol=0, atol=1e-12)


def test_ranks() -> None:
    expected = stage("asem", "rank")
    assert (rank_table(stages().aggregated).loc[expected.index, expected.columns] == expected).all(axis=None)


def test_ranks_inside_groups() -> None:
    groups = table("asem", "groups")
    of_unit = groups[groups["grouping"] == "GDPpc_group"].set_index("unit")["group"]
    expected = stage("asem", "group_rank")
    found = group_ranks(stages().aggregated, of_unit)
    assert (found.loc[expected.index, expected.columns] == expected).all(axis=None)


NORMALISATIONS = [
    ("minmax", {"normalise": "min_max_year"}),
    ("zscore", {"normalise": "z_score", **PLAIN}),
    ("dist2max", {"normalise": "distance_to_best", **PLAIN}),
    ("fracmax", {"normalise": "fraction_of_max", **PLAIN}),
    ("scaled", {"normalise": "scaled", "ref_min": 0.0, "ref_max": 1.0, **PLAIN}),
    ("prank", {"normalise": "percentile_rank", **PLAIN}),
    ("borda", {"normalise": "borda", **PLAIN}),
    ("rank", {"normalise": "rank", **PLAIN}),
]


@pytest.mark.parametrize(("name", "settings"), NORMALISATIONS, ids=lambda v: v if isinstance(v, str) else "")
def test_other_normalisations(name: str, settings: dict[str, object]) -> None:
    expected = stage("asem", f"norm_{name}")
    off = deviation(normalise_leaves(with_scale(tree(), **settings), stages().treated), expected)
    rows, columns = np.nonzero(off.to_numpy() >= 1e-11)
    cells = set(zip(off.index[rows], off.columns[columns], strict=True))
    assert cells == (TIES if name in ("prank", "borda", "rank") else endless(expected))


def endless(expected: pd.DataFrame) -> set[tuple[str, str]]:
    """Cells that the R engine gives as infinite (a fraction of a best that is 0); here they are missing."""
    rows, columns = np.nonzero(np.isinf(expected.to_numpy()))
    return set(zip(expected.index[rows], expected.columns[columns], strict=True))


def test_a_fraction_of_nothing_is_missing() -> None:
    scaled = with_scale(tree(), normalise="fraction_of_max", **PLAIN)
    found = normalise_leaves(scaled, stages().treated)
    cells = endless(stage("asem", "norm_fracmax"))
    assert {code for _, code in cells} == {"CostImpEx", "Poverty", "Tariff"}
    assert all(np.isnan(found.loc[unit, code]) for unit, code in cells)


def test_the_three_ties_are_ties() -> None:
    figures = stages().treated["TolMin"]
    for unit, _ in TIES:
        near = (figures - figures[unit]).abs()
        assert int((near < 1e-9).sum()) > 1


@pytest.mark.parametrize(
    ("name", "rule"), [("amean", "arithmetic_mean"), ("gmean", "geometric_mean"), ("hmean", "harmonic_mean")]
)
def test_other_means_on_1_to_100(name: str, rule: str) -> None:
    """Printed to ten decimals."""
    expected = stage("asem", f"agg_{name}")
    scaled = with_rule(with_scale(tree(), range_min=1.0, range_max=100.0), rule)
    found = recompute(ready_tree(scaled), normalise_leaves(scaled, stages().treated))
    assert (found.loc[expected.index, expected.columns] - expected).abs().max(axis=None) <= 5.0001e-11


@pytest.mark.parametrize("unit", ["VNM", "AUT", "IDN"])
def test_unit_summary(unit: str) -> None:
    rows = table("asem", "summary")
    mine = rows[rows["unit"] == unit].set_index("code")
    found = stages().aggregated.loc[unit, mine.index]
    assert (found - mine["score"]).abs().max() <= 0.005 + 1e-9
    assert (rank_table(stages().aggregated).loc[unit, mine.index] == mine["rank"]).all()


@pytest.mark.parametrize("unit", ["VNM", "AUT", "IDN"])
@pytest.mark.parametrize("kind", ["strengths", "weaknesses"])
def test_strengths_and_weaknesses(unit: str, kind: str) -> None:
    """On raw figures; the order of equal ranks is not the engine's (docs/deviations.md)."""
    rows = table("asem", "strengths")
    mine = rows[(rows["unit"] == unit) & (rows["kind"] == kind)]
    less = frozenset(code for code, node in tree().nodes.items() if node.direction == "-")
    ranks = rank_table(stage("asem", "raw")[indicators(tree())], less)
    found = strengths(ranks, unit) if kind == "strengths" else weaknesses(ranks, unit, but_last=True)
    assert list(found) == list(mine["rank"])
    assert found.to_dict() == dict(zip(mine["code"], mine["rank"], strict=True))
