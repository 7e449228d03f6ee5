"""Answers made ready for estimating: what is odd is counted, listed and treated by a stated rule.

A row of `odd` is one odd thing. Nothing else is changed, and no row disappears: a respondent who cannot count
keeps a weight of zero, so that the cluster stays part of the design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd

from indices.arrays import Array, Mask

ROW, STRATUM, CLUSTER, WEIGHT = "row", "stratum", "cluster", "weight"
NO_ANSWER: Final = (-1.0, -2.0)
BLANK: Final = "(blank)"
ODD_COLUMNS: Final = ("kind", "row", "code", "found", "treatment")
BAD_WEIGHT, BAD_CODE, NO_STRATUM, NO_CLUSTER, SILENT = "weight", "code", "no_stratum", "no_cluster", "silent"
# What is done with each kind of odd thing; docs/surveys.md says why.
TREATMENTS: Final[dict[str, str]] = {
    BAD_WEIGHT: "counts with weight zero",
    BAD_CODE: "counts as no answer",
    NO_STRATUM: "counts in a stratum of the blank ones",
    NO_CLUSTER: "counts as a cluster of its own",
    SILENT: "counts in no share",
}


@dataclass(frozen=True)
class ItemScale:
    """The answers of an item: `codes` from worst to best, which of them are `satisfied`, which `unsatisfied`.

    Where `unsatisfied` is not said it is the codes below the middle of the scale. `no_answer`: codes that are
    no answer (does not know, refused) and nothing odd.
    """

    codes: tuple[float, ...]
    satisfied: tuple[float, ...]
    unsatisfied: tuple[float, ...] | None = None
    no_answer: tuple[float, ...] = NO_ANSWER

    @property
    def low(self) -> tuple[float, ...]:
        """The codes that count as unsatisfied."""
        if self.unsatisfied is not None:
            return self.unsatisfied
        below = self.codes[: len(self.codes) // 2]
        return tuple(code for code in below if code not in self.satisfied)


@dataclass(frozen=True)
class Sample:
    """Answers ready for estimating.

    `frame`: stratum, cluster, weight (zero: does not count), one column of codes an item (NaN: no answer) and
    the other columns as they came. `odd`: kind, row, code, found, treatment. `used`: rows with a weight.
    """

    frame: pd.DataFrame
    items: Mapping[str, ItemScale]
    odd: pd.DataFrame
    used: int = 0

    def counts(self) -> dict[str, int]:
        """How many odd things of each kind."""
        return {str(kind): int(n) for kind, n in self.odd["kind"].value_counts().items()}


@dataclass
class _Taking:
    answers: pd.DataFrame
    odd: list[pd.DataFrame] = field(default_factory=list)

    def tell(self, kind: str, where: Mask, found: pd.Series, code: str = "") -> None:
        if not where.any():
            return
        rows = self.answers[ROW] if ROW in self.answers else pd.Series(np.arange(1, len(self.answers) + 1))
        told = {"kind": kind, "row": rows.to_numpy()[where], "code": code}
        told |= {"found": found.astype("str").to_numpy()[where], "treatment": TREATMENTS[kind]}
        self.odd.append(pd.DataFrame(told, columns=list(ODD_COLUMNS)))

    def weights(self) -> Array:
        if WEIGHT not in self.answers:
            return np.ones(len(self.answers))
        given = self.answers[WEIGHT]
        found = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        bad = ~(np.isfinite(found) & (found > 0.0))
        self.tell(BAD_WEIGHT, bad, given)
        return np.where(bad, 0.0, found)

    def labels(self, column: str, kind: str) -> pd.Series:
        """Names of strata or clusters as text; a column that is not there, or all blank, is no design."""
        empty = pd.Series("", index=self.answers.index, dtype="str")
        if column not in self.answers:
            return empty
        given = self.answers[column]
        text = given.astype("str").str.strip()
        blank = np.asarray(given.isna() | (text == ""), dtype=np.bool_)
        if blank.all():
            return empty
        self.tell(kind, blank, pd.Series(BLANK, index=given.index))
        return text.mask(pd.Series(blank, index=given.index), BLANK)

    def clusters(self) -> pd.Series:
        found = self.labels(CLUSTER, NO_CLUSTER)
        alone = (found == "") | (found == BLANK)
        own = pd.Series([f"#{place}" for place in range(len(found))], index=found.index, dtype="str")
        return found.mask(alone, own)

    def codes(self, code: str, scale: ItemScale) -> Array:
        given = self.answers[code]
        found = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        on_scale = np.isin(found, scale.codes)
        silent = np.asarray(given.isna(), dtype=np.bool_) | np.isin(found, scale.no_answer)
        self.tell(BAD_CODE, ~(on_scale | silent), given, code)
        return np.where(on_scale, found, np.nan)


def take(answers: pd.DataFrame, items: Mapping[str, ItemScale]) -> Sample:
    """A sample of `answers`, one row a respondent: stratum, cluster, weight, one column an item, traits.

    Without a column of weights all count alike; without strata there is one; without clusters every
    respondent is one. Clusters belong to their stratum: one name in two strata is two clusters.
    """
    taking = _Taking(answers.reset_index(drop=True))
    frame = taking.answers.copy()
    frame[STRATUM], frame[CLUSTER] = taking.labels(STRATUM, NO_STRATUM), taking.clusters()
    frame[WEIGHT] = taking.weights()
    for code, scale in items.items():
        frame[code] = taking.codes(code, scale)
    silent = frame[list(items)].isna().all(axis=1).to_numpy()
    taking.tell(SILENT, silent, pd.Series("", index=frame.index))
    none = pd.DataFrame(columns=list(ODD_COLUMNS))
    odd = pd.concat(taking.odd, ignore_index=True) if taking.odd else none
    return Sample(frame, dict(items), odd, int((frame[WEIGHT] > 0.0).sum()))
