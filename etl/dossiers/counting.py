"""Counts of a release brought to the scores of the decision: what commands and screens both ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from indices.dossier_count import procedures
from indices.dossier_cube import MONTH, Cube
from indices.dossier_rules import DossierRules
from indices.dossier_score import Scored, score


@dataclass(frozen=True)
class Result:
    """Counts, a row a period, and what was made of them."""

    counts: pd.DataFrame
    scored: Scored

    def table(self, rules: DossierRules) -> pd.DataFrame:
        """Of the first period: a row an indicator, group and the total, with what is open."""
        told = {"share": self.scored.share, "points": self.scored.points, "open": self.scored.open}
        first = {name: {} if frame.empty else frame.iloc[0].to_dict() for name, frame in told.items()}
        rows = [
            {"code": code, "maximum": 100.0 if code == rules.index else rules.maximum(code)}
            | {name: values.get(code) for name, values in first.items()}
            for code in _order(rules)
        ]
        return pd.DataFrame(rows)


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
    procedures: pd.DataFrame
    given: Mapping[str, float]


def scored(cube: Cube, first: str, last: str, basis: Basis) -> Result:
    """The scores of the months from `first` to `last` (YYYY-MM) as one period."""
    counts, seen = cube.counts(first, last), cube.counts(first, last, ("procedure",))
    return _result(counts, _over(seen, basis, ()).reset_index(drop=True), basis)


def monthly(cube: Cube, first: str, last: str, basis: Basis) -> Result:
    """The scores of every month of a span, a row a month (`month`: YYYY-MM)."""
    counts = cube.monthly(first, last)
    seen = cube.counts(first, last, (MONTH, "procedure"))
    over = _over(seen, basis, (MONTH,))
    # A month in which nothing happened has procedures all the same, none of them used.
    none = _over(seen.iloc[:0], basis, ()).iloc[0].to_dict()
    over = over.set_index(MONTH).reindex(counts[MONTH]).fillna(none).reset_index(drop=True)
    return _result(counts, over, basis)


def _over(seen: pd.DataFrame, basis: Basis, by: tuple[str, ...]) -> pd.DataFrame:
    """Sums over procedures; those of payments are unknown where no load told them."""
    if "paid" in seen:
        return procedures(basis.procedures, seen, by)
    found = procedures(basis.procedures, seen.assign(paid=0.0), by)
    return found.drop(columns=["procedures_paid"])


def _result(counts: pd.DataFrame, over: pd.DataFrame, basis: Basis) -> Result:
    whole = pd.concat([counts, over], axis=1)
    return Result(whole, score(whole, basis.rules, basis.given))
