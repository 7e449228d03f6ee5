"""Runs every case of every rule's spec file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from indices.rules import RULES, apply_rule
from tests.spec.specs import children, load_specs, table

SPECS = load_specs()
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name'][:60]}")
    for name, spec in SPECS.items()
    for case in spec["cases"]
]


def test_every_rule_has_a_spec_and_every_spec_a_rule() -> None:
    assert set(SPECS) == set(RULES)
    assert all(name == spec["rule"] for name, spec in SPECS.items())


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: dict[str, Any]) -> None:
    found, _, _ = apply_rule(RULES[name], children(case))
    expected = table([case["expected"]])[0]
    np.testing.assert_allclose(found, expected, rtol=0, atol=case.get("tolerance", 1e-12), equal_nan=True)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_sensitivity_is_the_slope(name: str, case: dict[str, Any]) -> None:
    """The declared |d parent / d child| is what moving one child by a small step does."""
    inputs = children(case)
    base, slopes, used = apply_rule(RULES[name], inputs)
    declared = np.zeros(inputs.values.shape)
    declared[:, used] = np.broadcast_to(slopes, (len(base), int(used.sum())))
    step = 1e-3
    for column in np.flatnonzero(used):
        moved = inputs.values.copy()
        moved[:, column] += step
        there, _, _ = apply_rule(RULES[name], type(inputs)(**{**vars(inputs), "values": moved}))
        known = ~np.isnan(there) & ~np.isnan(inputs.values[:, column])
        np.testing.assert_allclose(np.abs(there - base)[known] / step, declared[known, column], atol=1e-9)
