"""The engine on published vectors through the shipped definitions; one sub-index from design weights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from indices.scoring import recompute
from tests.golden.definitions import DEFINITIONS, ROOT, framework, rows

VECTORS = yaml.safe_load((Path(__file__).parent / "vectors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda v: f"{v['source']}: {v['name'][:50]}")
def test_published_vector(vector: dict[str, Any]) -> None:
    tree = framework(vector["framework"]).tree(vector["year"], vector.get("view", "main"))
    found = recompute(tree, pd.DataFrame([vector["values"]])).loc[0]
    for code, published in vector["published"].items():
        assert found[code] == pytest.approx(published, rel=0, abs=vector["within"] + 1e-12), code


def test_every_framework_of_the_pack_is_sound() -> None:
    for folder in sorted(path.parent.name for path in DEFINITIONS.glob("*/framework.yaml")):
        assert framework(folder).components


def figures(file: str, prefix: str) -> pd.DataFrame:
    """Used figures of one source file, units x component codes."""
    found = [r for r in rows(ROOT / "data" / "sources" / "PCI" / file) if not r["use"]]
    table = pd.DataFrame([r for r in found if r["component"].startswith(prefix)])
    table["score"] = table["score"].astype(float)
    return table.pivot(index="unit", columns="component", values="score")


# VCCI's design: state-owned firms 0.34, foreign firms 0.33, and two items of 0.165 each.
DESIGN_WEIGHTS = {
    **{f"6.{n:02}": 0.34 / 6 for n in range(1, 7)},
    **{f"6.{n:02}": 0.33 / 6 for n in range(7, 13)},
    "6.13": 0.165,
    "6.14": 0.165,
}


def test_policy_bias_of_2013_from_its_design_weights() -> None:
    """All 63 published scores from 14 raw indicators and the year's own range, no fitted number."""
    indicators, published = figures("indicators_2013.csv", "6."), figures("scores_2013.csv", "PCI.6")["PCI.6"]
    assert len(published) == 63
    low, high = indicators.min(), indicators.max()
    share = 1 - (indicators - low) / (high - low)
    by_hand = 1 + 9 * (share * pd.Series(DESIGN_WEIGHTS)).sum(axis=1)
    np.testing.assert_allclose(by_hand[published.index], published, rtol=0, atol=1e-5)
    tree = framework("pci_2013_2016").tree(2013)
    assert tree.nodes["PCI.6"].rule == "rescaled_sum"
    assert all(child.slope is None for child in tree.children("PCI.6"))
    assert {c.code: c.weight for c in tree.children("PCI.6")} == pytest.approx(DESIGN_WEIGHTS, abs=1e-12)
    recomputed = recompute(tree, indicators)["PCI.6"]
    np.testing.assert_allclose(recomputed[published.index], published, rtol=0, atol=1e-5)
