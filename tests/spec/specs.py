"""Reads the spec files of the rules: small tables of inputs and the numbers that must come out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import yaml

from indices.rules import Children, Own

FOLDER = Path(__file__).resolve().parent / "rules"


def load_specs() -> dict[str, dict[str, Any]]:
    """Every spec by the name of its rule, in the order of the file names."""
    files = sorted(FOLDER.glob("*.yaml"))
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in files}


def table(rows: list[list[float | None]]) -> np.ndarray:
    """A table of numbers with null as missing."""
    return np.array([[np.nan if cell is None else cell for cell in row] for row in rows], dtype=np.float64)


def children(case: dict[str, Any]) -> Children:
    """The inputs of one case; what a case does not say is neutral."""
    values = table(case["values"])
    n, k = values.shape
    maxima = table(case["row_maxima"]) if "row_maxima" in case else np.full((n, k), np.nan)
    if "maxima" in case:
        maxima = np.tile(case["maxima"], (n, 1)).astype(np.float64)

    def column(name: str, default: float) -> np.ndarray:
        return np.array(case.get(name, [default] * k), dtype=np.float64)

    own = {
        name: float(case[name])
        for name in ("factor", "offset", "span", "intercept", "maximum")
        if name in case
    }
    return Children(
        values=values,
        weights=column("weights", 1.0),
        slopes=column("slopes", 1.0),
        ref_min=column("ref_min", np.nan),
        ref_max=column("ref_max", np.nan),
        scaled=np.array(case.get("scaled", ["ref_min" in case] * k)),
        reversed=np.array([sign == "-" for sign in case.get("directions", ["+"] * k)]),
        maxima=maxima,
        own=Own(**own),
        missing=case.get("missing", "refuse"),
    )
