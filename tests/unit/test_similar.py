"""Similar units: nearest in profile, size and region."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from indices.similar import PARTS, similar

UNITS = list("abcd")
PROFILE = pd.DataFrame({"x": [1.0, 1.1, 5.0, 1.0], "y": [2.0, 2.0, 9.0, np.nan]}, index=UNITS)
SIZES = pd.Series([100.0, 100.0, 100.0, 10_000.0], index=UNITS)
REGIONS = pd.Series(["r", "r", "s", "s"], index=UNITS)


def test_the_nearest_comes_first() -> None:
    found = similar(PROFILE, SIZES, REGIONS, "a")
    assert found.index[0] == "b"
    assert "a" not in found.index
    assert found["distance"].is_monotonic_increasing


def test_parts_by_hand() -> None:
    profile = pd.DataFrame({"x": [0.0, 2.0]}, index=["a", "b"])
    found = similar(profile, pd.Series({"a": 1.0, "b": np.e}), pd.Series({"a": "r", "b": "s"}), "a").loc["b"]
    # Standard deviation 1 of x and 1/2 of the logarithms: both differ by two standard deviations.
    assert [found[part] for part in PARTS] == pytest.approx([2.0, 2.0, 1.0])
    assert found["distance"] == pytest.approx(np.sqrt(5 / 3))


def test_two_units_at_random_are_about_one_apart() -> None:
    generator = np.random.default_rng(7)
    units = [str(n) for n in range(200)]
    profile = pd.DataFrame(generator.normal(3, 2, (200, 8)), index=units)
    sizes = pd.Series(np.exp(generator.normal(13, 1, 200)), index=units)
    regions = pd.Series("r", index=units)
    found = pd.concat([similar(profile, sizes, regions, own) for own in units[:40]])
    assert found["profile"].mean() == pytest.approx(1.0, abs=0.1)
    assert found["size"].mean() == pytest.approx(1.0, abs=0.25)


def test_too_little_in_common_is_left_out() -> None:
    profile = pd.DataFrame(
        {"x": [1.0, 2.0, 3.0], "y": [1.0, np.nan, 2.0], "z": [1.0, np.nan, 2.0]}, index=list("abc")
    )
    assert list(similar(profile, SIZES, REGIONS, "a").index) == ["c"]


def test_unknown_parts_do_not_count() -> None:
    found = similar(PROFILE, pd.Series(dtype="float64"), REGIONS, "a")
    assert found["size"].isna().all()
    assert found.loc["b", "distance"] == pytest.approx(np.sqrt((found.loc["b", "profile"] + 0.0) / 2))


def test_a_unit_without_figures_has_no_likes() -> None:
    assert similar(PROFILE, SIZES, REGIONS, "z").empty


def test_who_has_nothing_that_tells_units_apart_has_nobody_alike() -> None:
    """Alone in a year, or where everybody has the same: no scale to be near on."""
    alone = PROFILE.where(PROFILE.index.to_series().eq("a"), np.nan, axis=0)
    for profile in (PROFILE.loc[["a"]], alone, pd.DataFrame(1.0, index=UNITS, columns=["x", "y"])):
        assert similar(profile, SIZES, REGIONS, "a").empty
