"""The score table of a release, held in memory: nearly every question of a screen is some rows of it.

A release never changes, so its table can be read once. Choosing rows then costs a fifth of a query, which
spends its time on planning seventy columns rather than on finding rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import sqlalchemy as sa
from numpy.typing import NDArray

from etl.warehouse.selects import Value

# Texts as Python holds them: one look into a row of Arrow's costs more than a hundred of these.
TEXT: Final = pd.StringDtype("python", na_value=np.nan)
_STRINGS: Any = TEXT.construct_array_type()


@dataclass(frozen=True)
class _Texts:
    """A column of texts: every text once, and which of them stands in each row (-1: none)."""

    places: NDArray[np.int32]
    values: NDArray[np.object_]
    numbers_of: Mapping[str, int]

    def among(self, rows: NDArray[np.intp]) -> Any:
        """The texts of some rows, as frames hold texts; rows share the few texts there are."""
        return _STRINGS(self.values[self.places[rows]], dtype=TEXT)

    def numbers(self, wanted: Sequence[Any]) -> list[int]:
        """Which numbers stand for the texts wanted; texts that stand nowhere have none."""
        return [self.numbers_of[text] for text in wanted if text in self.numbers_of]


class ScoreTable:
    """All rows of a score table, in display order. Safe to share between threads, and between processes."""

    def __init__(self, parts: Iterable[tuple[pa.Table, Sequence[sa.ColumnElement[Any]]]]) -> None:
        """`parts`: some columns each, with what the schema says of them; rows of all parts in one order."""
        self._texts: dict[str, _Texts] = {}
        self._numbers: dict[str, Any] = {}
        self._names: list[str] = []
        self._n = 0
        for table, columns in parts:
            self._n = table.num_rows
            for column in columns:
                self._keep(column, table[column.name])

    def _keep(self, column: sa.ColumnElement[Any], values: pa.ChunkedArray) -> None:
        self._names.append(column.name)
        if values.type == pa.string():
            self._texts[column.name] = _texts(values)
        else:
            self._numbers[column.name] = _numbers(values, getattr(column, "nullable", True))

    def rows(self, limits: Mapping[str, Value], columns: Sequence[str] | None = None) -> pd.DataFrame:
        """The rows within `limits` (column: one value, or a list of which any will do; None: no limit).

        The same frame as the query gives: texts `str`, whole numbers and flags nullable where they may be
        missing. It is the caller's own. columns: only these of its columns.
        """
        rows = np.arange(self._n)
        for name, value in limits.items():
            if value is not None:
                rows = rows[self._holds(name, rows, [value] if isinstance(value, str | int) else list(value))]
        return pd.DataFrame({name: self._among(name, rows) for name in columns or self._names})

    def _holds(self, name: str, rows: NDArray[np.intp], wanted: list[Any]) -> NDArray[np.bool_]:
        if name not in self._texts:
            return np.isin(np.asarray(self._numbers[name])[rows], wanted)
        column = self._texts[name]
        numbers, places = column.numbers(wanted), column.places[rows]
        return places == numbers[0] if len(numbers) == 1 else np.isin(places, numbers)

    def _among(self, name: str, rows: NDArray[np.intp]) -> Any:
        return self._texts[name].among(rows) if name in self._texts else self._numbers[name].take(rows)


def _texts(column: pa.ChunkedArray) -> _Texts:
    """A column with every text kept once: names and codes repeat thousands of times."""
    held = column.dictionary_encode().combine_chunks()
    places = held.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    texts = held.dictionary.to_pylist()
    # What is missing has the number -1: the last of the values.
    values = np.array([*texts, np.nan], dtype=object)
    return _Texts(places, values, {text: number for number, text in enumerate(texts)})


def _numbers(column: pa.ChunkedArray, nullable: bool) -> Any:
    """A column of numbers or flags as frames hold it."""
    kinds: dict[pa.DataType, Any] = {pa.int32(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    if column.type in kinds and (nullable or column.null_count):
        return kinds[column.type].__from_arrow__(column)
    return column.to_numpy().astype(np.int64) if column.type == pa.int32() else column.to_numpy()
