"""Read one large table column by column; which library does it depends on the kind of file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa

from etl.readers.area import Area, Budget
from etl.readers.limits import Limits
from etl.readers.refusal import RefusedError
from etl.readers.sniff import Kind
from etl.readers.tidy_columns import tidied, without_blank

_READERS: Final = {
    "xlsx": ("etl.readers.sheet_columns", "read_sheet"),
    "xls": ("etl.readers.sheet_columns", "read_sheet"),
    "ods": ("etl.readers.sheet_columns", "read_sheet"),
    "csv": ("etl.readers.text_columns", "read_text"),
    "parquet": ("etl.readers.stored_columns", "read_parquet"),
    "sav": ("etl.readers.stored_columns", "read_sav"),
}


@dataclass(frozen=True)
class Wanted:
    """Which table of the file: its sheet (blank: the first shown) and the row of its names, from 1."""

    kind: Kind
    sheet: str = ""
    header_row: int = 1


@dataclass
class Found:
    """A table as its library gives it, and what stood beside the values. `typed`: False where every cell is a
    text only because the kind of file knows nothing else."""

    table: pa.Table
    typed: bool = True
    about: dict[str, Any] = field(default_factory=dict)


def read(path: Path, wanted: Wanted, limits: Limits) -> pa.Table:
    """The table, its columns tidied. Raises RefusedError when it cannot be read."""
    module, function = _READERS[wanted.kind]
    found: Found = getattr(import_module(module), function)(path, wanted, limits)
    check_names(found.table.column_names)
    height, width = found.table.num_rows, found.table.num_columns
    if not height or not width:
        raise RefusedError(
            "There are no rows below the names of the columns",
            place=f"row {wanted.header_row}",
            expected="a row of names, then rows of values",
            hint="tell in which row the names stand",
        )
    Area("", limits).grow(height, width)
    Budget(limits).take("", height, width)
    about = {"kind": wanted.kind, **found.about}
    told = {key: value if isinstance(value, str) else json.dumps(value) for key, value in about.items()}
    return without_blank(tidied(found.table, found.typed)).replace_schema_metadata(told)


def check_names(names: list[str]) -> None:
    """Raises RefusedError when two columns have one name: figures of one would pass for the other's."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise RefusedError(
            "Two columns have the same name",
            place=f"column {twice[0]}",
            found=", ".join(twice[:5]),
            expected="a name of its own for each column",
            hint="rename one of them, or tell in which row the names stand",
        )


def write(table: pa.Table, out: BinaryIO) -> None:
    """The table as an Arrow stream."""
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
