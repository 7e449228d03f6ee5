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
    # Both ways, so that curved rules are compared at the point itself.
    step = 1e-4
    for column in np.flatnonzero(used):
        up, down = (scored_with(name, inputs, column, change) for change in (step, -step))
        slope = np.abs(up - down) / (2 * step)
        known = np.isfinite(slope) & np.isfinite(declared[:, column])
        np.testing.assert_allclose(slope[known], declared[known, column], rtol=1e-6, atol=1e-8)


def scored_with(name: str, inputs: Any, column: int, change: float) -> Any:
    """The rule's result with one child moved."""
    moved = inputs.values.copy()
    moved[:, column] += change
    found, _, _ = apply_rule(RULES[name], type(inputs)(**{**vars(inputs), "values": moved}))
    return found
