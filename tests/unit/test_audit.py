"""Audit by hand on small tables: correlations, flags, alpha, components, weights, leaving one out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from indices.audit import (
    Limits,
    alphas,
    correlation_flags,
    correlations,
    cronbach_alpha,
    flags,
    index_correlations,
    p_values,
)
from indices.audit_pca import components_to_keep, principal_components
from indices.audit_weights import compares_units, effective_weights, leave_one_out, variance_shares
from indices.tree import Node, Tree
from tests.thorough import AT_LENGTH
from tests.unit.packdata import registry, score, wide

UNITS = list("abcdefgh")


def leaf(code: str, weight: float, **numbers: object) -> Node:
    """A leaf on 0-10."""
    told = {"parent": "R", "level": "part", "name_vi": code, "name_en": code, "max_score": 10.0}
    return Node(code=code, weight=weight, **(told | numbers))  # type: ignore[arg-type]


def mean_of(weights: dict[str, float]) -> Tree:
    """A weighted mean of leaves."""
    leaves = {code: leaf(code, weight) for code, weight in weights.items()}
    root = Node(
        "R", "", "index", "R", "R", max_score=10.0, rule="weighted_mean", status="proven",
        children=tuple(weights), child_weights=tuple(weights.values()),
    )  # fmt: skip
    return Tree("f", "R", 2020, "main", "R", ("R",), {"R": root, **leaves})


def random_table(columns: str, seed: int = 3) -> pd.DataFrame:
    """Eight units on 0-10."""
    figures = np.random.default_rng(seed).uniform(0, 10, (len(UNITS), len(columns)))
    return pd.DataFrame(figures, UNITS, list(columns))


@pytest.mark.parametrize(("method", "by_hand"), [("pearson", stats.pearsonr), ("spearman", stats.spearmanr)])
def test_correlations_are_of_pairs_that_are_there(method: str, by_hand) -> None:  # type: ignore[no-untyped-def]
    table = random_table("xyz")
    table.loc["a", "x"] = np.nan
    table.loc["b", "y"] = np.nan
    found = correlations(table, method=method).set_index(["a", "b"])  # type: ignore[arg-type]
    whole = table[["x", "y"]].dropna()
    wanted = by_hand(whole["x"], whole["y"])
    assert found.loc[("x", "y"), "n"] == 6
    assert found.loc[("x", "y"), "r"] == pytest.approx(wanted[0])
    assert found.loc[("x", "y"), "p"] == pytest.approx(wanted[1])
    assert len(found) == 3


def test_nothing_is_said_of_two_units_or_a_constant() -> None:
    table = pd.DataFrame({"x": [1.0, 2.0, np.nan], "y": [2.0, 1.0, 3.0], "k": [1.0, 1.0, 1.0]})
    found = correlations(table).set_index(["a", "b"])
    assert found["r"].isna().all()
    assert np.isnan(p_values(np.array([0.5]), np.array([2])))[0]


def test_flags_by_their_limits() -> None:
    r = pd.Series([0.95, 0.5, 0.2, -0.2, -0.5, np.nan])
    assert flags(r, Limits()).tolist() == ["collinear", "", "weak", "weak", "negative", ""]


def test_a_reversed_indicator_is_turned_round() -> None:
    table = random_table("x").assign(y=lambda t: 10 - t["x"])
    tree = mean_of({"x": 1.0, "y": 1.0})
    straight = correlation_flags(tree, table)
    assert straight["flag"].tolist() == ["negative"]
    turned = replace(tree, nodes=tree.nodes | {"y": replace(tree.nodes["y"], direction="-")})
    assert correlation_flags(turned, table)["flag"].tolist() == ["collinear"]
    with_parent = correlation_flags(turned, table.assign(R=table["x"]))
    assert with_parent["kind"].tolist() == ["sibling", "parent", "parent"]


def test_alpha_by_hand() -> None:
    same = random_table("x").assign(y=lambda t: t["x"], z=lambda t: t["x"])
    assert cronbach_alpha(same) == pytest.approx(1.0)
    pair = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 1.0, 4.0, 3.0]})
    variance, shared = 5 / 3, 1.0
    assert cronbach_alpha(pair) == pytest.approx(2 * (1 - 2 * variance / (2 * variance + 2 * shared)))
    assert np.isnan(cronbach_alpha(pair[["x"]]))
    found = alphas(mean_of({"x": 1.0, "y": 1.0}), pair)
    assert found[["code", "items", "units"]].to_numpy().tolist() == [["R", 2, 4]]


def test_components_of_two_columns() -> None:
    table = random_table("xy")
    r = float(table.corr().iloc[0, 1])
    found = principal_components(table)
    assert found.table["eigenvalue"].tolist() == pytest.approx([1 + abs(r), 1 - abs(r)])
    assert found.table["cumulative"].iloc[-1] == pytest.approx(1.0)
    assert components_to_keep(found) == 1
    loads = found.loadings.to_numpy()
    assert loads @ loads.T == pytest.approx(table.corr().to_numpy())
    with pytest.raises(ValueError, match="two columns"):
        principal_components(table[["x"]])


@settings(deadline=None, max_examples=100 if AT_LENGTH else 15)
@given(st.lists(st.floats(0.1, 9.0), min_size=2, max_size=5), st.integers(0, 99))
def test_effective_weights_and_importance_add_up(weights: list[float], seed: int) -> None:
    codes = "vwxyz"[: len(weights)]
    tree, table = mean_of(dict(zip(codes, weights, strict=True))), random_table(codes, seed)
    total = (table * weights).sum(axis=1) / sum(weights)
    found = variance_shares(tree, table.assign(R=total)).set_index("code")
    leaves = found.loc[list(codes)]
    assert leaves["effective"].to_numpy() == pytest.approx(np.array(weights) / sum(weights))
    assert leaves["nominal"].to_numpy() == pytest.approx(np.array(weights) / sum(weights))
    assert leaves["importance"].sum() == pytest.approx(1.0)
    assert found.loc["R", "importance"] == pytest.approx(1.0)


def test_points_weigh_by_their_maxima() -> None:
    tree = registry().framework("PAPI", 2023).tree(2023)
    found = effective_weights(tree).set_index("code")["effective"]
    assert found["D1"] == pytest.approx(10 / 80)
    assert found["D1.1"] == pytest.approx(2.5 / 80)


def test_leaving_one_out_by_hand() -> None:
    tree = mean_of({"x": 1.0, "y": 1.0})
    table = pd.DataFrame({"x": [9.0, 1.0, 4.0], "y": [1.0, 8.0, 6.0]}, list("abc"))
    found = leave_one_out(tree, table).set_index("code")
    # All: 5, 4.5, 5 -> ranks 1 3 1. Without x: 1, 8, 6 -> 3 1 2. Without y: 9, 1, 4 -> 1 3 2.
    assert found["mean_shift"].to_dict() == {"x": pytest.approx(5 / 3), "y": pytest.approx(1 / 3)}
    assert found["max_shift"].to_dict() == {"x": 2.0, "y": 1.0}
    assert found["moved"].to_dict() == {"x": 3, "y": 1}
    assert found.loc["y", "most_moved"] == "c"
    alone = leave_one_out(mean_of({"x": 1.0}), table[["x"]])
    assert alone["status"].tolist() == ["not_removable"]


def test_a_scale_over_the_units_is_left_out_one_at_a_time() -> None:
    tree = mean_of({"x": 1.0, "y": 1.0, "z": 2.0})
    nodes = {
        code: replace(node, normalise="z_score" if code != "R" else "", rule=node.rule and "arithmetic_mean")
        for code, node in tree.nodes.items()
    }
    tree, table = replace(tree, nodes=nodes), random_table("xyz")
    assert compares_units(tree)
    found = leave_one_out(tree, table).set_index("code")
    z = (table - table.mean()) / table.std()
    before = (z * [1, 1, 2]).sum(axis=1).rank(ascending=False)
    after = (z[["x", "y"]]).sum(axis=1).rank(ascending=False)
    assert found.loc["z", "mean_shift"] == pytest.approx((after - before).abs().mean())


def test_indices_over_provinces() -> None:
    found = index_correlations(score(), 2022)
    known = found.dropna(subset="r")
    assert len(known) >= 5
    assert known["n"].min() >= 10
    assert found.loc[found["n"] < 10, "r"].isna().all()
    pair = known[(known["a"] == "DTI") & (known["b"] == "PAPI")].iloc[0]
    both = wide("DTI", 2022)["DTI"].to_frame().join(wide("PAPI", 2022)["PAPI"]).dropna()
    assert pair["n"] == len(both)
    assert pair["r"] == pytest.approx(stats.spearmanr(both["DTI"], both["PAPI"])[0])
