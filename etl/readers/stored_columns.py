"""Tables of files that store columns with their types: Parquet and SPSS (.sav)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyreadstat

from etl.readers.area import Area, Budget
from etl.readers.columns import Found, Wanted
from etl.readers.limits import Limits
from etl.readers.parquet import parquet_table
from etl.readers.refusal import damaged


def read_parquet(path: Path, _: Wanted, limits: Limits) -> Found:
    """The columns of a Parquet file. Raises RefusedError when it is damaged or passes a limit."""
    return Found(parquet_table(path, limits))


def read_sav(path: Path, __: Wanted, limits: Limits) -> Found:
    """The columns of an SPSS file, with the labels of its columns and of their values.

    Values that the file marks as missing stay what they are: the codebook says what they mean. Raises
    RefusedError when the file is damaged or passes a limit.
    """
    try:
        _, told = pyreadstat.read_sav(path, metadataonly=True, output_format="dict")
        rows, columns = max(told.number_rows or 1, 1), max(len(told.column_names), 1)
        Area("", limits).grow(rows, columns)
        Budget(limits).take("", rows, columns)
        values, about = pyreadstat.read_sav(path, output_format="dict", user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError) as error:
        raise damaged(str(error)) from error
    table = pa.table({name: pa.array(column) for name, column in values.items()})
    labels = {name: label for name, label in about.column_names_to_labels.items() if label}
    return Found(table, about={"labels": labels, "value_labels": _plain(about.variable_value_labels)})


def _plain(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    """Labels of values under the text of the value: whole numbers without their decimals."""
    return {
        column: {
            f"{value:g}" if isinstance(value, float) else str(value): word for value, word in words.items()
        }
        for column, words in labels.items()
    }
