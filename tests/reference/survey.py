"""Survey estimates the slow way, respondent by respondent, in plain Python: an independent check.

Written from the textbook formulas (Lumley 2010; Wolter 2007), not from the code under test.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

Row = Mapping[str, Any]


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Respondents as dictionaries: stratum, cluster, weight, y (NaN: no answer), x, and traits."""
    return frame.to_dict("records")


def ratio(rows: list[dict[str, Any]], y: str, inside: Callable[[Row], bool]) -> float:
    """Weighted mean of `y` over the respondents inside who answered."""
    heard = [r for r in rows if inside(r) and not math.isnan(r[y])]
    return sum(r["weight"] * r[y] for r in heard) / sum(r["weight"] for r in heard)


def linearised_variance(
    rows: list[dict[str, Any]],
    y: str,
    inside: Callable[[Row], bool] = lambda _: True,
    population: Mapping[str, float] | None = None,
) -> float:
    """Variance of the mean of a domain: everyone outside of it stays in the design with a value of zero."""
    mean = ratio(rows, y, inside)
    whole = sum(r["weight"] for r in rows if inside(r) and not math.isnan(r[y]))
    strata: dict[str, dict[str, float]] = {}
    for r in rows:
        counts = inside(r) and not math.isnan(r[y])
        u = r["weight"] * (r[y] - mean) / whole if counts else 0.0
        clusters = strata.setdefault(r["stratum"], {})
        clusters[r["cluster"]] = clusters.get(r["cluster"], 0.0) + u
    found = 0.0
    for stratum, clusters in strata.items():
        n, sums = len(clusters), list(clusters.values())
        left = 1.0 - n / population[stratum] if population else 1.0
        centre = sum(sums) / n
        found += left * n / (n - 1) * sum((u - centre) ** 2 for u in sums)
    return found


def jackknife_variance(
    rows: list[dict[str, Any]], statistic: Callable[[list[dict[str, Any]]], float]
) -> float:
    """JKn (JK1 where there is one stratum): leave out a cluster, weigh up the others of its stratum."""
    whole = statistic(rows)
    strata: dict[str, list[str]] = {}
    for r in rows:
        if r["cluster"] not in strata.setdefault(r["stratum"], []):
            strata[r["stratum"]].append(r["cluster"])
    found = 0.0
    for stratum, clusters in strata.items():
        n = len(clusters)
        for gone in clusters:
            kept = []
            for r in rows:
                if r["stratum"] != stratum:
                    kept.append(r)
                elif r["cluster"] != gone:
                    kept.append({**r, "weight": r["weight"] * n / (n - 1)})
            found += (n - 1) / n * (statistic(kept) - whole) ** 2
    return found


def regression(rows: list[dict[str, Any]], y: str, x: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Slopes (the constant first) of a weighted regression, and their design-based covariance."""
    heard = [r for r in rows if not any(math.isnan(r[name]) for name in [y, *x]) and r["weight"] > 0]
    design = np.array([[1.0, *(r[name] for name in x)] for r in heard])
    weight, outcome = np.array([r["weight"] for r in heard]), np.array([r[y] for r in heard])
    bread = np.linalg.inv(design.T @ np.diag(weight) @ design)
    slopes = bread @ design.T @ (weight * outcome)
    strata: dict[str, dict[str, np.ndarray]] = {}
    for r in rows:
        strata.setdefault(r["stratum"], {}).setdefault(r["cluster"], np.zeros(len(slopes)))
    for r, at in zip(heard, design, strict=True):
        strata[r["stratum"]][r["cluster"]] += r["weight"] * at * (r[y] - at @ slopes)
    meat = np.zeros((len(slopes), len(slopes)))
    for clusters in strata.values():
        sums = np.array(list(clusters.values()))
        apart = sums - sums.mean(axis=0)
        meat += len(sums) / (len(sums) - 1) * apart.T @ apart
    return slopes, bread @ meat @ bread
