"""Runs the spec files of normalisations, missing policies, group rules and outliers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from indices.groups import GROUP_RULES
from indices.missing import POLICIES, impute
from indices.normalise import NORMALISATIONS, normalise, slope_of
from indices.outliers import treat
from indices.rollup import total
from indices.scale import Scale, parse_bands

FOLDER = Path(__file__).resolve().parent


def specs(kind: str) -> dict[str, dict[str, Any]]:
    """Every spec of one folder by the name of its file."""
    files = sorted((FOLDER / kind).glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def cases(kind: str, part: str = "cases") -> list[Any]:
    """Cases of all specs of one folder, with readable names."""
    found = [(name, case) for name, spec in specs(kind).items() for case in spec.get(part, [])]
    return [pytest.param(name, case, id=f"{name}: {case['name'][:50]}") for name, case in found]


def numbers(rows: Any) -> np.ndarray:
    """Numbers with null as missing."""
    return np.array(rows, dtype=np.float64)


def scale(name: str, given: dict[str, Any]) -> Scale:
    """The scale of one case; bands as they stand in a definition."""
    settings = given | ({"bands": parse_bands(given["bands"])} if "bands" in given else {})
    return Scale(name, **settings)


@pytest.mark.parametrize(
    ("kind", "names"),
    [("normalisations", set(NORMALISATIONS)), ("missing", set(POLICIES)), ("groups", set(GROUP_RULES))],
)
def test_every_name_has_its_spec(kind: str, names: set[str]) -> None:
    assert set(specs(kind)) == names


@pytest.mark.parametrize(
    "registry", [NORMALISATIONS, POLICIES, GROUP_RULES], ids=["ways", "policies", "groups"]
)
def test_every_entry_says_what_the_manual_needs(registry: dict[str, Any]) -> None:
    for name, entry in registry.items():
        assert entry.name == name
        assert all((entry.title, entry.formula, entry.units, entry.source)), name


@pytest.mark.parametrize(("name", "case"), cases("normalisations"))
def test_normalisation(name: str, case: dict[str, Any]) -> None:
    found = normalise(numbers(case["values"]), scale(name, case["scale"]))
    np.testing.assert_allclose(found, numbers(case["expected"]), rtol=0, atol=1e-12, equal_nan=True)


@pytest.mark.parametrize(("name", "case"), cases("normalisations"))
def test_slope_of_a_normalisation(name: str, case: dict[str, Any]) -> None:
    """The declared slope is that of the curve between two near figures."""
    way, settings = NORMALISATIONS[name], scale(name, case["scale"])
    values = numbers(case["values"])
    declared = slope_of(values, settings)
    assert (declared[~np.isnan(declared)] >= 0).all()
    if not way.line:
        assert (declared == 0).all()
    elif not way.relative and not settings.cap and name not in ("goalposts", "threshold"):
        step = 1e-4
        moved = np.abs(normalise(values + step, settings) - normalise(values - step, settings)) / (2 * step)
        np.testing.assert_allclose(declared, moved, rtol=1e-6, equal_nan=True)


@pytest.mark.parametrize(("name", "case"), cases("missing"))
def test_missing_policy(name: str, case: dict[str, Any]) -> None:
    frame = pd.DataFrame(numbers(case["values"]))
    groups = pd.Series(case["groups"]) if "groups" in case else None
    np.testing.assert_array_equal(impute(frame, name, groups), numbers(case["expected"]))


@pytest.mark.parametrize(("name", "case"), cases("missing", "rollup"))
def test_missing_policy_in_a_roll_up(name: str, case: dict[str, Any]) -> None:
    weights = numbers(case["weights"])
    found = total(numbers(case["values"]), weights, name, case.get("coverage", 0.0)) / weights.sum()
    np.testing.assert_allclose(found, numbers(case["expected"]), rtol=0, atol=1e-12, equal_nan=True)


def test_a_grouped_policy_needs_groups() -> None:
    with pytest.raises(ValueError, match="needs groups"):
        impute(pd.DataFrame({"a": [1.0]}), "group_mean")
    with pytest.raises(KeyError):
        impute(pd.DataFrame({"a": [1.0]}), "guess")


@pytest.mark.parametrize(("name", "case"), cases("groups"))
def test_group_rule(name: str, case: dict[str, Any]) -> None:
    scores = pd.Series(case["scores"], dtype="float64")
    ranks = pd.Series(case.get("ranks", [None] * len(scores)), dtype="Int64")
    found = GROUP_RULES[name].place(scores, ranks, [(start, code) for start, code in case["cuts"]])
    assert [None if pd.isna(code) else code for code in found] == case["expected"]


@pytest.mark.parametrize(("name", "case"), cases("outliers"))
def test_outliers(name: str, case: dict[str, Any]) -> None:
    found = treat(pd.DataFrame({"a": numbers(case["values"])}))
    np.testing.assert_array_equal(found.values["a"], numbers(case["expected"]))
    row = found.report.loc["a"]
    assert (row["treatment"], row["n_winsorised"]) == (case["treatment"], case["n_winsorised"])


def test_what_winsorising_cannot_mend_is_logged() -> None:
    """More figures far out than may be pulled in; the logarithm is of the untreated ones."""
    values = np.concatenate((np.linspace(1, 2, 93), 10.0 ** np.arange(2, 9)))
    found = treat(pd.DataFrame({"a": values}))
    row = found.report.loc["a"]
    assert row["treatment"] in ("log", "log_failed")
    assert row["n_winsorised"] == 0
    expected = np.log(values - values.min() + 0.01 * np.ptp(values))
    np.testing.assert_allclose(found.values["a"], expected, rtol=1e-12)
