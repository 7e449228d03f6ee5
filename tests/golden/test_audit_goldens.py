"""The audit against published figures: the ASEM example of an R engine, the handbook's table 16."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from indices.audit import Limits, correlation_flags, correlations, cronbach_alpha
from indices.audit_pca import principal_components
from indices.audit_weights import (
    balance_weights,
    correlation_shares,
    effective_weights,
    leave_one_out,
    variance_shares,
)
from indices.framework import RawDefinition, parse_framework
from indices.tree import Tree

DATA = Path(__file__).parent / "data" / "audit"
LEVELS = {1: "indicator", 2: "pillar", 3: "sub_index", 4: "index"}
ROOT = "Index"


def table(name: str) -> pd.DataFrame:
    """One of the data files; codes and blanks as text."""
    text = {"code": str, "unit": str, "a": str, "b": str, "parent": str}
    return pd.read_csv(DATA / f"{name}.csv", dtype=text, keep_default_na=False, na_values={"value": [""]})


@cache
def stage(name: str) -> pd.DataFrame:
    """Units x codes of one stage."""
    rows = table("asem_values")
    return rows[rows["stage"] == name].pivot(index="unit", columns="code", values="value")


def expected(name: str) -> pd.DataFrame:
    """Rows of one expected table."""
    rows = table("asem_expected")
    return rows[rows["table"] == name]


@cache
def tree() -> Tree:
    """The example's tree, every value on 0-100 and every branch a weighted mean."""
    rows = table("asem_tree").sort_values("level", ascending=False, kind="stable")
    inner = set(rows["parent"])
    components = [
        {
            "code": str(row.code),
            "parent": str(row.parent),
            "level": LEVELS[int(row.level)],
            "name_vi": str(row.code),
            "name_en": str(row.code),
            "min_score": "0",
            "max_score": "100",
            "weight": str(row.weight) if row.parent else "",
            "rule": "weighted_mean" if row.code in inner else "",
            "status": "proven",
        }
        for row in rows.itertuples()
    ]
    meta = {
        "id": "asem",
        "index": ROOT,
        "name": {"vi": "ASEM", "en": "ASEM"},
        "years": [2018],
        "unit_set": "countries",
        "scale": {"min": 0, "max": 100, "unit": "points", "decimals": 2},
    }
    framework, problems = parse_framework(RawDefinition("asem", meta, components))
    assert problems == []
    assert framework is not None
    return framework.tree(2018)


def everything() -> pd.DataFrame:
    """Normalised indicators and aggregates, units x codes."""
    return stage("normalised").join(stage("aggregated"))


def test_correlations_of_indicators_with_pillars() -> None:
    wanted = expected("correlation").set_index(["a", "b"])["value"]
    pillars = [code for code, node in tree().nodes.items() if node.level == "pillar"]
    found = correlations(stage("normalised"), stage("aggregated")[pillars]).set_index(["a", "b"])
    found = found.loc[wanted.index]
    shown = wanted.notna()
    assert shown.sum() == 233
    assert (found["r"] - wanted)[shown].abs().max() < 2e-15
    assert found.loc[shown, "p"].max() <= 0.05
    assert found.loc[~shown, "p"].min() > 0.05


def test_flagged_pairs() -> None:
    found = correlation_flags(tree(), stage("normalised"), Limits(collinear=0.75))
    flagged = found[found["flag"] == "collinear"]
    pairs = {frozenset((row.a, row.b)): round(row.r, 3) for row in flagged.itertuples()}
    wanted = {frozenset((row.a, row.b)): row.value for row in expected("flag").itertuples()}
    assert pairs == wanted


def test_cronbach_alpha_of_the_raw_values() -> None:
    wanted = expected("alpha").set_index("a")["value"]
    found = {code: cronbach_alpha(stage("raw")[list(tree().nodes[code].children)]) for code in wanted.index}
    assert (pd.Series(found) - wanted).abs().max() < 1e-12


def test_effective_weights() -> None:
    wanted = expected("effective_weight").set_index("a")["value"]
    found = effective_weights(tree()).set_index("code")["effective"]
    assert len(wanted) == 60
    assert (found - wanted).abs().max() < 1e-15


def test_variance_shares_add_up() -> None:
    found = variance_shares(tree(), everything())
    assert found.groupby("depth")["importance"].sum().to_numpy() == pytest.approx(np.ones(4), abs=1e-12)
    assert found["effective"].groupby(found["depth"]).sum().to_numpy() == pytest.approx(np.ones(4), abs=1e-12)


def test_balanced_weights() -> None:
    """The reference's optimiser stopped where it began; docs/deviations.md tells the story."""
    pillars = expected("balance_weight")["a"].tolist()
    obtained = expected("balance_obtained")["value"].to_numpy()
    start = pd.Series(1.0, index=sorted(pillars))
    start["SusEcFin"] = 1.1
    again = correlation_shares(tree(), everything(), start)
    assert np.abs(again.to_numpy() - obtained).max() < 1e-14
    found = balance_weights(tree(), everything(), pd.Series(1.0, index=pillars))
    reference = ((obtained - 1 / len(pillars)) ** 2).sum()
    assert found.distance < reference / 2
    assert found.distance < found.distance_before


def test_leaving_one_out_keeps_every_unit() -> None:
    found = leave_one_out(tree(), stage("normalised"))
    assert len(found) == 49
    assert set(found["status"]) == {"removed"}
    assert found["spearman"].between(0.9, 1.0).all()
    assert (found["max_shift"] >= found["mean_shift"]).all()


def test_shares_of_variance_of_the_handbook() -> None:
    values = table("tai_values").pivot(index="unit", columns="code", values="value")
    wanted = table("tai_components").pivot(index="component", columns="figure", values="value")
    found = principal_components(values)
    shares = found.table.set_index("component")
    assert found.units == 23
    printed = shares[["share", "cumulative"]].mul(100).round(1)
    assert (printed["share"] - wanted["variance_pct"]).abs().max() <= 0.1 + 1e-9
    assert (printed["cumulative"] - wanted["cumulative_pct"]).abs().max() <= 0.1 + 1e-9
    own = (shares["eigenvalue"].round(1) - wanted["eigenvalue"]).abs() > 1e-9
    assert own[own].index.tolist() == [1], "the book prints 3.3 beside 41.9% of 8, which is 3.35"


def test_what_is_left_comes_from_the_printed_decimals() -> None:
    """Inputs moved inside their printed rounding reach every printed share."""
    values = table("tai_values").pivot(index="unit", columns="code", values="value")
    wanted = table("tai_components").pivot(index="component", columns="figure", values="value")
    half = pd.Series(0.05, index=values.columns).mask(values.columns.str.endswith("_log10"), 0.005)
    random = np.random.default_rng(1)
    drawn = [
        principal_components(values + random.uniform(-1, 1, values.shape) * half.to_numpy()).table["share"]
        for _ in range(400)
    ]
    shares = pd.concat(drawn, axis=1) * 100
    low, high = shares.min(axis=1).to_numpy() - 0.05, shares.max(axis=1).to_numpy() + 0.05
    assert ((low <= wanted["variance_pct"]) & (wanted["variance_pct"] <= high)).all()
