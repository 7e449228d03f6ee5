"""Which column is which component: names compared without accents, codes, words for the total; one each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.optimize import linear_sum_assignment

from etl.intake.context import Known
from etl.intake.guess.columns import Column

Matrix = NDArray[np.float64]
# Below it a name says nothing.
NEAR: Final = 62.0
_EXACT: Final = 97.0
_BY_CODE, _BY_ALIAS, _ANY_TOTAL = 97.0, 90.0, 90.0
# A code beside a name that is not the component's; a name that is clearly that of another.
_CODE_ALONE, _CLEARLY = 70.0, 85.0
# A word of another meaning may differ by little: "year", "near".
_RIVAL: Final = 12.0
_RAW_LESS: Final = 4.0

_SET: Final = {
    "column.code_against_name": 0.4,
    "column.nameless": 0.5,
    "column.only_score": 0.7,
    "column.alias": 0.55,
}


@dataclass(frozen=True)
class Fit:
    """The component of a column. `likeness` 0 to 100, `second` the next best and its likeness; `reason` a key
    of REASONS; `rivals`: other columns that fit it as well."""

    known: Known
    likeness: float
    second: Known | None
    second_likeness: float
    reason: str
    rivals: tuple[Column, ...] = ()

    @property
    def confidence(self) -> float:
        """How sure the fit is: how near the name is, how far the next, whether another column claims it."""
        if self.reason in _SET:
            return _SET[self.reason]
        sure = min(1.0, 0.3 + (self.likeness - 60) / 40 * 0.7)
        margin = min(1.0, max(0.0, self.likeness - self.second_likeness) / 15)
        return sure * (0.55 + 0.45 * margin) * (0.5 if self.rivals else 1.0)


def likenesses(columns: Sequence[Column], known: Sequence[Known], index: str) -> Matrix:
    """How like each component each column's header is, 0 to 100: columns x components."""
    matrix = _by_name(columns, known)
    raw = np.array([component.raw for component in known], dtype=bool)
    for i, column in enumerate(columns):
        said = column.said
        # A header that counts ("Sub-Index 3: ...") names no raw indicator, and raw ones have long names.
        matrix[i, raw] = 0.0 if said.ordinal else matrix[i, raw] - _RAW_LESS
        if said.total_of & {index, "*"}:
            matrix[i] = [
                (100.0 if index in said.total_of else _ANY_TOTAL) if k.is_total else 0.0 for k in known
            ]
            continue
        for j, component in enumerate(known):
            if _same_code(component.code, said.codes):
                matrix[i, j] = max(matrix[i, j], _by_code(column, matrix[i], j))
            if set(said.texts) & set(component.names):
                matrix[i, j] = 100.0
            elif set(said.texts) & set(component.aliases):
                matrix[i, j] = max(matrix[i, j], _BY_ALIAS)
    return matrix


def _by_name(columns: Sequence[Column], known: Sequence[Known]) -> Matrix:
    matrix = np.zeros((len(columns), len(known)))
    asked = [(i, name) for i, column in enumerate(columns) for name in column.said.names]
    choices = [(j, name) for j, component in enumerate(known) for name in component.names]
    if not asked or not choices:
        return matrix
    queries, names = [name for _, name in asked], [name for _, name in choices]
    shared = process.cdist(queries, names, scorer=fuzz.token_set_ratio)
    whole = process.cdist(queries, names, scorer=fuzz.token_sort_ratio)
    blended = 0.65 * shared + 0.35 * whole
    rows, cols = [i for i, _ in asked], [j for j, _ in choices]
    np.maximum.at(matrix, (np.array(rows)[:, None], np.array(cols)[None, :]), blended)
    return matrix


def _same_code(code: str, said: Sequence[str]) -> bool:
    return any(code.casefold() == one.casefold().rstrip(".") for one in said)


def _by_code(column: Column, likeness: NDArray[np.float64], j: int) -> float:
    """What a code is worth: all where it stands alone or its name fits too, little beside another name."""
    if not column.said.names or likeness[j] >= NEAR:
        return _BY_CODE
    return 0.0 if likeness.max() >= _CLEARLY else _CODE_ALONE


def assign(columns: Sequence[Column], known: Sequence[Known], index: str) -> dict[int, Fit]:
    """The component of each column that has one, by column number; no component twice."""
    if not columns or not known:
        return {}
    matrix = likenesses(columns, known, index)
    found = {}
    for i, j in zip(*linear_sum_assignment(-matrix), strict=True):
        best = float(matrix[i].max())
        if matrix[i, j] >= NEAR and matrix[i, j] >= best - _RIVAL:
            found[columns[i].at] = _fit(columns, known, matrix, int(i), int(j))
    return found


def _fit(columns: Sequence[Column], known: Sequence[Known], matrix: Matrix, i: int, j: int) -> Fit:
    others = np.delete(matrix[i], j)
    second = int(np.argmax(np.where(np.arange(len(known)) == j, -1.0, matrix[i]))) if len(known) > 1 else -1
    rivals = tuple(
        column for r, column in enumerate(columns) if r != i and matrix[r, j] >= max(matrix[i, j] - 3, NEAR)
        and matrix[r].argmax() == j
    )  # fmt: skip
    return Fit(
        known[j],
        float(matrix[i, j]),
        known[second] if second >= 0 else None,
        float(others.max()) if others.size else 0.0,
        _reason(columns[i], known[j], float(matrix[i, j]), rivals),
        rivals,
    )


def _reason(column: Column, known: Known, likeness: float, rivals: tuple[Column, ...]) -> str:
    if rivals:
        return "column.contested"
    if column.said.total_of:
        return "column.total"
    by_code = _same_code(known.code, column.said.codes)
    if likeness == _BY_ALIAS and set(column.said.texts) & set(known.aliases):
        return "column.alias"
    numbered = column.said.codes and column.said.codes[0][:1].isdigit() and known.code[:1].isdigit()
    if numbered and not by_code:
        return "column.code_against_name"
    if by_code and not column.said.names:
        return "column.code"
    return "column.name" if likeness >= _EXACT - 15 else "column.near"
