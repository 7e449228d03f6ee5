"""Counts of the store brought to the scores of the decision: what commands and screens both ask for."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.dossiers.catalogue import load_catalogue
from etl.dossiers.rules import GIVEN
from etl.warehouse.dossiers import DossierStore
from indices.dossier_count import procedures
from indices.dossier_rules import DossierRules
from indices.dossier_score import Scored, score
from indices.errors import Problem, SourceError


@dataclass(frozen=True)
class Span:
    """Months of a province, the first and the last (YYYY-MM)."""

    province: str
    first: str
    last: str


@dataclass(frozen=True)
class Result:
    """The scores of a span: counts (one row) and what was made of them."""

    counts: pd.DataFrame
    scored: Scored

    def table(self, rules: DossierRules) -> pd.DataFrame:
        """A row an indicator, group and the total: share, points, maximum, and what of it is not known."""
        rows = []
        for code in _order(rules):
            maximum = 100.0 if code == rules.index else rules.maximum(code)
            found = {
                "share": self._value(self.scored.share, code),
                "points": self._value(self.scored.points, code),
                "open": self._value(self.scored.open, code),
            }
            rows.append({"code": code, "maximum": maximum, **found})
        return pd.DataFrame(rows)

    @staticmethod
    def _value(frame: pd.DataFrame, code: str) -> float | None:
        return float(frame[code].iloc[0]) if code in frame and len(frame) else None


def _order(rules: DossierRules) -> Iterable[str]:
    """The total, every group with what is under it."""
    yield rules.index
    for group in rules.tops():
        yield from _under(group.code, rules)


def _under(code: str, rules: DossierRules) -> Iterable[str]:
    yield code
    group = rules.group(code)
    for part in group.parts if group else ():
        yield from _under(part, rules)


def scored(store: DossierStore, span: Span, rules: DossierRules, given: dict[str, float]) -> Result:
    """The scores of the months of a span. Raises a DataError when the lists or the store are damaged."""
    counts = store.counts(span.province, span.first, span.last)
    seen = store.counts(span.province, span.first, span.last, ("procedure",))
    catalogue = load_catalogue(store.folder).procedures
    if "paid" not in seen:
        seen["paid"] = float("nan")
    over = procedures(catalogue, seen)
    if "paid" not in counts:
        over = over.drop(columns=["procedures_paid"])
    whole = pd.concat([counts.reset_index(drop=True), over.reset_index(drop=True)], axis=1)
    return Result(whole, score(whole, rules, given))


def read_given(folder: Path) -> dict[str, float]:
    """Shares (percent in `given.csv`: code, percent, note) of indicators that dossiers do not tell, as 0-1;
    empty without the file. Raises SourceError."""
    path = folder / GIVEN
    if not path.is_file():
        return {}
    found, problems = {}, []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), 2):
            try:
                found[row["code"]] = float(row["percent"]) / 100
            except (KeyError, TypeError, ValueError) as error:
                problems.append(
                    Problem(
                        "A given share cannot be read", path.name, f"row {number}", str(error), "code,percent"
                    )
                )
    if problems:
        raise SourceError(problems)
    return found
