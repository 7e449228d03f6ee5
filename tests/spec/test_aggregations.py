"""Runs the spec files of the rules of aggregate.py, and checks their slopes by small steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from indices.aggregate import AGGREGATIONS
from indices.rules import RULES, Children, Own, apply_rule

FOLDER = Path(__file__).resolve().parent / "rules"
SPECS = {
    r.name: yaml.safe_load((FOLDER / f"{r.name}.yaml").read_text(encoding="utf-8")) for r in AGGREGATIONS
}
CASES = [
    pytest.param(name, case, id=f"{name}: {case['name'][:50]}")
    for name, spec in SPECS.items()
    for case in spec["cases"]
]


def children(case: dict[str, Any]) -> Children:
    """The inputs of one case; what it does not say is neutral."""
    values = np.array(case["values"], dtype=np.float64)
    k = values.shape[1]

    def column(name: str, default: float) -> np.ndarray:
        return np.array(case.get(name, [default] * k), dtype=np.float64)

    return Children(
        values=values,
        weights=column("weights", 1.0),
        slopes=column("slopes", 1.0),
        ref_min=column("ref_min", np.nan),
        ref_max=column("ref_max", np.nan),
        scaled=np.array(["ref_min" in case] * k),
        reversed=np.array([sign == "-" for sign in case.get("directions", ["+"] * k)]),
        maxima=np.full(values.shape, np.nan),
        own=Own(**{name: float(case[name]) for name in ("factor", "maximum") if name in case}),
        missing=case.get("missing", "refuse"),
    )


@pytest.mark.parametrize(("name", "case"), CASES)
def test_case(name: str, case: dict[str, Any]) -> None:
    assert SPECS[name]["rule"] == name
    found, _, _ = apply_rule(RULES[name], children(case))
    expected = np.array(case["expected"], dtype=np.float64)
    np.testing.assert_allclose(found, expected, rtol=0, atol=case.get("tolerance", 1e-12), equal_nan=True)


@pytest.mark.parametrize(("name", "case"), CASES)
def test_sensitivity_is_the_slope(name: str, case: dict[str, Any]) -> None:
    """|d parent / d child| is what a small step either way does; duels have no slope."""
    inputs = children(case)
    base, slopes, used = apply_rule(RULES[name], inputs)
    declared = np.zeros(inputs.values.shape)
    declared[:, used] = np.broadcast_to(slopes, (len(base), int(used.sum())))
    if RULES[name].relative:
        assert (declared == 0).all()
        return
    for column in np.flatnonzero(used):
        ends = [apply_rule(RULES[name], moved(inputs, column, step))[0] for step in (1e-5, -1e-5)]
        inside = ~np.isnan(ends[0] - ends[1] + inputs.values[:, column]) & (np.nan_to_num(base) != 0)
        found = np.abs(ends[0] - ends[1])[inside] / 2e-5
        np.testing.assert_allclose(found, declared[inside, column], rtol=1e-6, atol=1e-9)


def moved(inputs: Children, column: int, step: float) -> Children:
    values = inputs.values.copy()
    values[:, column] += step
    return Children(**{**vars(inputs), "values": values})
