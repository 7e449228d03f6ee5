"""Facts of a load laid down by month of receipt while its file is read: nothing holds all of them at once."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from etl.warehouse.dossier_merge import COLUMNS
from indices.dossier_cube import month_number

_DATES: Final = ("received", "due", "finished", "asked", "answered", "overdue_from")
_TEXTS: Final = ("id", "province", "unit", "level", "field", "procedure", "service", "channel")


def schema() -> pa.Schema:
    """The types of the rows that are kept."""
    kinds: dict[str, Any] = dict.fromkeys(COLUMNS, pa.int8())
    kinds |= dict.fromkeys(_TEXTS, pa.string()) | dict.fromkeys(_DATES, pa.date32())
    kinds |= {"late_days": pa.int32(), "taken_days": pa.int32(), "requests": pa.int32()}
    kinds |= {"updated": pa.timestamp("s"), "row": pa.int64(), "load": pa.int32()}
    return pa.schema(list(kinds.items()))


class Staged:
    """Parquet files in a working folder, one a month of receipt, open until the file is read.

    `files`: number of the month -> its file, whole once the context has ended.
    """

    def __init__(self, folder: Path) -> None:
        self.files: dict[int, Path] = {}
        self._folder = folder
        self._writers: dict[int, pq.ParquetWriter] = {}
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._open.close()

    def add(self, facts: pd.DataFrame, load: int) -> None:
        """Write the facts of a batch, each into the file of its month; `load` is the number of the load."""
        if facts.empty:
            return
        received = facts["received"].to_numpy("datetime64[M]")
        order = np.argsort(received, kind="stable")
        table = _table(facts.assign(load=load)).take(pa.array(order))
        months, starts = np.unique(received[order], return_index=True)
        for month, start, end in zip(months, starts, [*starts[1:], len(facts)], strict=True):
            self._writer(month_number(str(month))).write_table(table.slice(start, end - start))

    def _writer(self, month: int) -> pq.ParquetWriter:
        if month not in self._writers:
            path = self._folder / f"staged-{month}.parquet"
            writer = pq.ParquetWriter(path, schema(), compression="snappy")
            self._writers[month] = self._open.enter_context(writer)
            self.files[month] = path
        return self._writers[month]


def _table(frame: pd.DataFrame) -> pa.Table:
    kinds = schema()
    columns = [_column(frame, name, kinds.field(name).type) for name in COLUMNS]
    return pa.table(dict(zip(COLUMNS, columns, strict=True)), schema=kinds)


def _column(frame: pd.DataFrame, name: str, kind: Any) -> Any:
    """A column of facts in its type; a flag that the file does not have is missing in every row."""
    values = frame[name]
    if values.isna().all():
        return pa.nulls(len(values), kind)
    if pa.types.is_date32(kind):
        return pa.array(values.to_numpy("datetime64[D]"), kind)
    return pa.array(values.to_numpy(), kind, from_pandas=True)
