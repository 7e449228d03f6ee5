"""Texts of a batch into days, flags and codes: every distinct text is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Days = npt.NDArray[np.datetime64]
Flags = npt.NDArray[np.bool_]
NO_DAY = np.datetime64("NaT", "D")
_DATE = 10


def by_value(column: Any, read: Callable[[str], Any], missing: Any, kind: Any) -> npt.NDArray[Any]:
    """What `read` makes of each text, an array of `kind`; `missing` for blank cells."""
    coded = pc.dictionary_encode(pc.utf8_trim_whitespace(column)).combine_chunks()
    if isinstance(coded, pa.ChunkedArray):
        coded = coded.chunk(0)
    texts = coded.dictionary.to_pylist()
    values = np.array([*(missing if text == "" else read(text) for text in texts), missing], dtype=kind)
    places = pc.fill_null(coded.indices, len(texts)).to_numpy(zero_copy_only=False)
    return np.asarray(values[places])


def days(column: Any) -> tuple[Days, Flags]:
    """Days of a column of dates (2024-01-31 or 31/01/2024, any time after it), and which texts are none."""
    cut = pc.utf8_slice_codeunits(pc.utf8_trim_whitespace(column), 0, _DATE)
    found = by_value(cut, _day, NO_DAY, "datetime64[D]")
    there = by_value(cut, lambda _: True, False, np.bool_)
    return found, there & np.isnat(found)


def _day(text: str) -> np.datetime64:
    head = text.split(" ")[0].split("T")[0]
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            return np.datetime64(datetime.strptime(head, form).date(), "D")
        except ValueError:
            continue
    return NO_DAY


def moments(column: Any) -> npt.NDArray[np.datetime64]:
    """Moments of a column of dates with a time; NaT where it cannot be read."""
    return by_value(column, _moment, np.datetime64("NaT", "s"), "datetime64[s]")


def _moment(text: str) -> np.datetime64:
    for form in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"):
        try:
            return np.datetime64(datetime.strptime(text, form), "s")
        except ValueError:
            continue
    try:
        return np.datetime64(datetime.fromisoformat(text).replace(tzinfo=None), "s")
    except ValueError:
        return np.datetime64("NaT", "s")


def codes(column: Any, known: Mapping[str, str], unknown: str) -> npt.NDArray[Any]:
    """What each code means; `unknown` for blank cells and codes that nobody knows."""
    return by_value(column, lambda text: known.get(text, unknown), unknown, object)


def flags(column: Any, true: frozenset[str]) -> npt.NDArray[np.int8]:
    """1 where the text is one of the true ones, else 0."""
    return by_value(column, lambda text: text in true, 0, np.int8)


def numbers(column: Any) -> npt.NDArray[np.float64]:
    """Plain numbers, a comma or a dot before the decimals; missing for anything else."""
    return by_value(column, _number, np.nan, np.float64)


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return float("nan")
