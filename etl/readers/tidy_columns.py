"""Columns in the form all kinds of files share: composed texts, whole numbers as such, blanks as nulls."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pyarrow.compute as pc

# A number that means the same to everybody: no sign but a minus, no leading nought, a dot before decimals.
_INTEGER = r"^-?(0|[1-9][0-9]{0,14})$"
_NUMBER = r"^-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?$"
# Beyond this a double no longer tells whole numbers apart.
_WHOLE = 2.0**53


def tidied(table: pa.Table, typed: bool) -> pa.Table:
    """The table with tidy columns; texts become numbers only where the file has no types (`typed` False)."""
    columns = {name: tidy_column(table.column(at), typed) for at, name in enumerate(table.column_names)}
    return pa.table(columns)


def tidy_column(column: pa.ChunkedArray, typed: bool) -> pa.Array:
    """One column in one piece."""
    if pa.types.is_dictionary(column.type) or pa.types.is_string(column.type):
        return _texts(column, typed)
    if pa.types.is_large_string(column.type):
        return _texts(column.cast(pa.string()), typed)
    whole = column.combine_chunks()
    if pa.types.is_float32(whole.type) or pa.types.is_float64(whole.type):
        return _narrowed(whole)
    return whole.cast(pa.int64()) if pa.types.is_integer(whole.type) and whole.type != pa.uint64() else whole


def _texts(column: pa.ChunkedArray, typed: bool) -> pa.Array:
    """Texts, worked on once for each different one."""
    encoded = (
        column.unify_dictionaries() if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    )
    pieces = encoded.combine_chunks()
    words = pc.utf8_trim_whitespace(pc.utf8_normalize(pieces.dictionary.cast(pa.string()), form="NFC"))
    words = pc.if_else(pc.equal(words, ""), pa.scalar(None, pa.string()), words)
    if not typed:
        words = _numbers(words)
    return words.take(pieces.indices)


def _numbers(words: pa.Array) -> pa.Array:
    """Texts as numbers when each of them is a plain one; otherwise as they are."""
    for pattern, kind in ((_INTEGER, pa.int64()), (_NUMBER, pa.float64())):
        if words.null_count < len(words) and pc.all(pc.match_substring_regex(words, pattern)).as_py():
            return words.cast(kind)
    return words


def _narrowed(column: pa.Array) -> pa.Array:
    """Doubles as whole numbers when each of them is one: codes of answers, as spreadsheets store them."""
    numbers = column.cast(pa.float64())
    whole = pc.and_(pc.equal(pc.floor(numbers), numbers), pc.less(pc.abs(numbers), _WHOLE))
    if numbers.null_count < len(numbers) and pc.all(whole).as_py():
        return numbers.cast(pa.int64())
    return numbers


def named(names: list[str]) -> list[str]:
    """Names of columns, composed; one without a name is called by its position."""
    return [unicodedata.normalize("NFC", name) or unnamed(at) for at, name in enumerate(names, start=1)]


def unnamed(position: int) -> str:
    """What a column without a name is called."""
    return f"unnamed {position}"


def without_blank(table: pa.Table) -> pa.Table:
    """The table without the columns that have neither a name nor a value."""
    blank = [
        name
        for at, name in enumerate(table.column_names, start=1)
        if name == unnamed(at) and table.column(at - 1).null_count == table.num_rows
    ]
    return table.drop_columns(blank)
