"""Counting published against recomputed, and what a written known difference covers."""

from __future__ import annotations

import pandas as pd

from etl.reconcile import is_listed, judge, summarise

CLASSES = ["exact", "differs", "differs", "approximate", "not_computable", None]
RESIDUALS = [0.0, 0.3, -0.6, 2.0, float("nan"), float("nan")]


def scores() -> pd.DataFrame:
    count = len(CLASSES)
    keys = {"index_code": "X", "year": 1, "component_code": "X", "level": "index", "view": "main"}
    frame = pd.DataFrame([keys] * count)
    return frame.assign(
        unit_id=[f"63:0{i}" for i in range(count)],
        residual_class=pd.Series(CLASSES, dtype="str"),
        residual=RESIDUALS,
    )


def known(unit_id: str = "", max_abs: float = 0.5) -> pd.DataFrame:
    row = {"index_code": "X", "year": 1, "component_code": "X", "unit_id": unit_id, "max_abs": max_abs}
    return pd.DataFrame([row])


def test_a_difference_is_listed_up_to_its_bound() -> None:
    rows = scores()
    assert is_listed(rows, known()).tolist() == [False, True, False, False, False, False]
    assert is_listed(rows, known(max_abs=1.0)).sum() == 2
    assert is_listed(rows, known("63:02", 1.0)).tolist() == [False, False, True, False, False, False]
    assert is_listed(rows, known().iloc[:0]).sum() == 0


def test_counts_by_class_and_verdict() -> None:
    counts = summarise(scores(), known())
    row = counts.iloc[0]
    assert (row["cells"], row["exact"], row["differs"], row["listed"]) == (4, 1, 2, 1)
    assert (row["approximate"], row["not_computable"]) == (1, 1)
    assert row["max_abs_residual"] == 2.0
    verdict = judge(counts)
    assert not verdict.green
    assert verdict.unlisted["unlisted"].tolist() == [1]
    assert judge(summarise(scores(), known(max_abs=1.0))).green


def test_values_added_up_for_the_pack_are_no_evidence() -> None:
    rows = scores().assign(
        residual_class=["exact", "summed", "summed", "approximate", "not_computable", None]
    )
    row = summarise(rows, known()).iloc[0]
    assert (row["cells"], row["summed"], row["differs"], row["max_abs_residual"]) == (2, 2, 0, 2.0)
