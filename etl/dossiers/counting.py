"""Counts of the store brought to the scores of the decision: what commands and screens both ask for."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from etl.dossiers.catalogue import Catalogue, load_catalogue
from etl.dossiers.rules import GIVEN, load_rules
from etl.warehouse.dossier_cube import month_name
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
    """Counts, a row a period, and what was made of them."""

    counts: pd.DataFrame
    scored: Scored

    def table(self, rules: DossierRules) -> pd.DataFrame:
        """Of the first period: a row an indicator, group and the total, with what is open."""
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


@dataclass(frozen=True)
class Basis:
    """What counts are scored by: the rules, the list of procedures, shares told from outside (0-1)."""

    rules: DossierRules
    catalogue: Catalogue
    given: Mapping[str, float]


def load_basis(folder: Path) -> Basis:
    """The basis that lies in a folder of dossiers. Raises a DataError with everything wrong in one file."""
    return Basis(load_rules(folder), load_catalogue(folder), read_given(folder))


def scored(store: DossierStore, span: Span, basis: Basis) -> Result:
    """The scores of the months of a span as one period. Raises ReleaseError when the store is damaged."""
    counts = store.counts(span.province, span.first, span.last)
    seen = store.counts(span.province, span.first, span.last, ("procedure",))
    return _result(counts.reset_index(drop=True), _over(seen, basis, ()).reset_index(drop=True), basis)


def monthly(store: DossierStore, span: Span, basis: Basis) -> Result:
    """The scores of every month of a span, a row a month (`month`: YYYY-MM)."""
    counts = store.monthly(span.province, span.first, span.last)
    seen = store.counts(span.province, span.first, span.last, ("month", "procedure"))
    over = _over(seen.assign(month=seen["month"].map(month_name)), basis, ("month",))
    # A month in which nothing happened has procedures all the same, none of them used.
    none = _over(seen.iloc[:0], basis, ()).iloc[0].to_dict()
    over = over.set_index("month").reindex(counts["month"]).fillna(none).reset_index(drop=True)
    return _result(counts, over, basis)


def _over(seen: pd.DataFrame, basis: Basis, by: tuple[str, ...]) -> pd.DataFrame:
    """Sums over procedures; those of payments are unknown where no load told them."""
    if "paid" in seen:
        return procedures(basis.catalogue.procedures, seen, by)
    found = procedures(basis.catalogue.procedures, seen.assign(paid=0.0), by)
    return found.drop(columns=["procedures_paid"])


def _result(counts: pd.DataFrame, over: pd.DataFrame, basis: Basis) -> Result:
    whole = pd.concat([counts, over], axis=1)
    return Result(whole, score(whole, basis.rules, basis.given))


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
