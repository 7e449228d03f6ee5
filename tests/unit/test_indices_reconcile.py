"""The class of a residual, from the printed decimals, the tolerance and the trust in the rule."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.analysis import analyse
from indices.reconcile import half_units, residual_classes
from tests.spec.samples import INDEX, Cell, facts, inputs, raw, registry

NAN = float("nan")


def test_half_a_unit_of_the_last_decimal() -> None:
    found = half_units(pd.Series([0, 2, 6, 7, 15, None], dtype="Int64"))
    assert found.tolist() == pytest.approx([0.5, 0.005, 5e-7, 0.0, 0.0, 0.0])


CASES = [
    (5.0, 5.0, "proven", "exact"),
    (5.0, 5.0000009, "proven", "exact"),
    (5.0, 5.009, "proven", "within_rounding"),
    (5.0, 5.01, "proven", "within_rounding"),
    (5.0, 5.04, "proven", "within_tolerance"),
    (5.0, 5.06, "proven", "differs"),
    (5.0, 4.94, "unknown", "differs"),
    (5.0, 5.06, "inferred", "approximate"),
    (5.0, 5.06, "approximate", "approximate"),
    (5.0, 5.04, "approximate", "within_tolerance"),
    (5.0, NAN, "proven", "not_computable"),
    (NAN, 5.0, "proven", "not_published"),
    (NAN, NAN, "proven", "not_published"),
]


@pytest.mark.parametrize(("published", "recomputed", "status", "expected"), CASES)
def test_classes(published: float, recomputed: float, status: str, expected: str) -> None:
    cells = {
        "published": published,
        "recomputed": recomputed,
        "status": status,
        "bound": 0.01,
        "tolerance": 0.05,
    }
    assert residual_classes(pd.DataFrame([cells])).tolist() == [expected]


def residual_of(cells: list[Cell], decimals: int = 2) -> pd.Series:
    """The row of the total of one unit."""
    table = analyse(registry(raw(tolerance={})), inputs(facts(cells).assign(decimals=decimals), n_units=1))
    return table[table["component_code"] == INDEX].iloc[0]


def test_printed_decimals_explain_a_difference() -> None:
    """Total, A and B printed to hundredths: up to 0.015 is rounding, more is not."""
    row = residual_of([(1, "01", INDEX, 6.515), (1, "01", "A", 4.5), (1, "01", "B", 2.0)])
    assert row["residual"] == pytest.approx(0.015)
    assert row["residual_class"] == "within_rounding"
    over = residual_of([(1, "01", INDEX, 6.52), (1, "01", "A", 4.5), (1, "01", "B", 2.0)])
    assert over["residual_class"] == "differs"


def test_full_precision_explains_nothing() -> None:
    cells: list[Cell] = [(1, "01", INDEX, 6.5001), (1, "01", "A", 4.5), (1, "01", "B", 2.0)]
    assert residual_of(cells, decimals=12)["residual_class"] == "differs"


def test_a_column_is_as_precise_as_its_longest_cell() -> None:
    """4.50 is written 4.5 in many files: the decimals of a source's column count, not those of the cell."""
    cells: list[Cell] = [
        (1, "01", "A", 4.5),
        (1, "01", "B", 2.0),
        (1, "01", INDEX, 6.53),
        (1, "02", "A", 4.51),
    ]
    frame = facts(cells)
    frame["decimals"] = [1, 2, 2, 2]
    table = analyse(registry(raw(tolerance={})), inputs(frame, n_units=2))
    found = table[(table["component_code"] == INDEX) & (table["unit_id"] == "63:01")]
    assert found["residual_class"].tolist() == ["differs"]
