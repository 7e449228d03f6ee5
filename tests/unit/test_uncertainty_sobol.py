"""Sobol indices against functions whose indices are known, and on an index whose answer is plain."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.draws import Sampling, Uncertain
from indices.plan import make_plan
from indices.rules import Array
from indices.sobol import saltelli, sensitivity, sobol_indices
from indices.uncertainty import Observed
from tests.composites import four_levels, generated, half_units, means_tree

A, B = 7.0, 0.1


def ishigami(points: Array) -> Array:
    """sin x1 + 7 sin² x2 + 0.1 x3⁴ sin x1, x in ±π (Ishigami and Homma, 1990)."""
    x = np.pi * (2.0 * points - 1.0)
    return np.sin(x[:, 0]) + A * np.sin(x[:, 1]) ** 2 + B * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_ishigami() -> None:
    """Variances from its closed form; the printed values are 0.3139, 0.4424, 0 and 0.5576, 0.4424, 0.2437."""
    one = 0.5 * (1.0 + B * np.pi**4 / 5.0) ** 2
    two, joint = A**2 / 8.0, B**2 * np.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = one + two + joint
    found = sobol_indices(ishigami, ["x1", "x2", "x3"], n=32768)
    np.testing.assert_allclose(found["first"], np.array([one, two, 0.0]) / whole, atol=0.01)
    np.testing.assert_allclose(found["total"], np.array([one + joint, two, joint]) / whole, atol=0.01)
    assert found["first"].round(2).tolist()[:2] == [0.31, 0.44]
    assert ((found["first_low"] <= found["first"]) & (found["first"] <= found["first_high"])).all()
    assert ((found["total_low"] <= found["total"]) & (found["total"] <= found["total_high"])).all()


def test_an_additive_function_has_no_interaction() -> None:
    """f = 1 x1 + 2 x2 + 3 x3 on the cube: indices 1, 4, 9 of 14, first order equal to total."""
    found = sobol_indices(lambda points: points @ np.array([1.0, 2.0, 3.0]), ["a", "b", "c"], n=4096)
    np.testing.assert_allclose(found["first"], np.array([1.0, 4.0, 9.0]) / 14.0, atol=2e-3)
    np.testing.assert_allclose(found["total"], np.array([1.0, 4.0, 9.0]) / 14.0, atol=2e-3)
    np.testing.assert_allclose(found["interaction"], 0.0, atol=3e-3)


def test_a_constant_has_no_indices() -> None:
    found = sobol_indices(lambda points: np.ones(len(points)), ["a"], n=16)
    assert found[["first", "total"]].isna().all().all()


def test_the_base_sample_is_a_power_of_two_and_seeded() -> None:
    with pytest.raises(ValueError, match="power of two"):
        saltelli(1000, 3, 1)
    np.testing.assert_array_equal(saltelli(64, 3, 1).a, saltelli(64, 3, 1).a)
    mixed = saltelli(64, 3, 1).mixed(1)
    np.testing.assert_array_equal(mixed[:, 1], saltelli(64, 3, 1).b[:, 1])
    np.testing.assert_array_equal(mixed[:, 0], saltelli(64, 3, 1).a[:, 0])


def test_the_only_factor_explains_everything() -> None:
    values = pd.DataFrame({"x": [9.0, 5.0, 4.8], "y": [2.0, 6.0, 6.3]}, index=list("abc"))
    plan = make_plan(means_tree({"x": 1.0, "y": 1.0}))
    what = Uncertain(weights="uniform", spread=0.9)
    found = sensitivity(plan, Observed(values), what, "a", Sampling(1024))
    assert found["factor"].tolist() == ["weights"]
    assert found["first"][0] == pytest.approx(1.0, abs=0.05)
    assert found["total"][0] == pytest.approx(1.0, abs=0.05)


def test_the_choices_of_an_index_are_ordered_by_what_they_move() -> None:
    tree = four_levels()
    values = generated(tree)
    what = Uncertain(weights="uniform", spread=0.02, aggregate=("defined", "geometric", "harmonic"))
    observed = Observed(values, half_units(values, 3))
    found = sensitivity(make_plan(tree), observed, what, sampling=Sampling(128)).set_index("factor")
    assert list(found.index) == ["aggregate", "weights", "errors"]
    assert found["total"].idxmax() == "aggregate"
    assert found.loc["errors", "total"] < 0.1
    with pytest.raises(ValueError, match="nothing is uncertain"):
        sensitivity(make_plan(tree), Observed(values), Uncertain(), sampling=Sampling(16))
