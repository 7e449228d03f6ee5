"""What is kept of a survey file: the columns that its codebook names, and of their cells what it knows.

Whatever else the company handed over (names, phones, addresses, notes of interviewers) reaches no disk of
ours, whatever its column is called. Rows stay in their places; a cell that cannot be what its column holds
keeps its place as a mark, so that it is found, counted and listed all the same. Numbers of respondents become
running numbers: doubles are found by them, nobody is.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from rapidfuzz import fuzz

from etl.intake.base import load_base
from etl.intake.privacy import MARK, CleanCopy, clean_table, clean_text
from etl.intake.privacy.words import whole_kind
from etl.intake.service import Intake
from etl.intake.store import Upload, safe_name
from etl.mapping import UnitNames, fold
from etl.readers.files import read_columns
from etl.survey.answers import LONGEST_CODE, MADE_UP, as_number, as_text, on_scale
from etl.survey.codebook import Codebook
from indices.errors import Problem, SourceError

Keeps = Callable[[str], bool]
ENDING: Final = ".parquet"
# Per cent of its letters that a misspelt name of a unit shares with the right one.
MISSPELT: Final = 80


def receive_survey(intake: Intake, path: Path, codebook: Codebook, who: str, sheet: str = "") -> Upload:
    """Keep of a survey file what its codebook names. The same file by the same codebook is kept once.

    Raises SourceError when it cannot be read: then nothing of it is kept; a DataError when nothing is served.
    """
    names = load_base(intake.settings).names
    sent, called = _digest(path, codebook, sheet), _called(path, codebook)
    table, found = clean_table(read_columns(path, path.name, sheet), called, sheet)
    stream = io.BytesIO()
    pq.write_table(declared(table, codebook, names), stream, compression="zstd")
    return intake.receive_copy(CleanCopy(called, stream.getvalue(), found), sent, who)


def declared(table: pa.Table, codebook: Codebook, names: UnitNames) -> pa.Table:
    """The columns that the codebook names, in the order of the file, without what cannot belong in them."""
    rules = _rules(codebook, names)
    kept: dict[str, Any] = {}
    for name in table.column_names:
        if name == codebook.respondent:
            kept[name] = _numbered(table[name])
        elif name in codebook.columns:
            kept[name] = _marked(table[name], rules[name]) if name in rules else table[name]
    if not kept:
        what, expected = "The file has no column of the codebook", ", ".join(codebook.columns[:5])
        raise SourceError([Problem(what, codebook.name, found=f"{table.num_columns}", expected=expected)])
    return pa.table(kept)


def _digest(path: Path, codebook: Codebook, sheet: str) -> str:
    """What names the file as read by the codebook: another codebook may keep other columns of it."""
    told = hashlib.sha256(codebook.model_dump_json().encode() + sheet.encode())
    try:
        with path.open("rb") as handle:
            told.update(hashlib.file_digest(handle, "sha256").digest())
    except OSError as error:
        raise SourceError([Problem("A file cannot be read", path.name, found=str(error.strerror))]) from error
    return told.hexdigest()


def _called(path: Path, codebook: Codebook) -> str:
    """The file's own name, unless it names a person."""
    stem = " ".join(path.stem.replace("_", " ").replace("-", " ").split())
    personal = whole_kind(stem) or clean_text(stem)[1]
    return safe_name((codebook.name if personal else path.stem) + ENDING)


def _rules(codebook: Codebook, names: UnitNames) -> Mapping[str, Keeps]:
    """Column -> whether a text of it may be kept. Columns that are strata or clusters hold names of places,
    which nobody can tell from others: those are kept as they were cleaned."""
    told: dict[str, Keeps] = {}
    if codebook.weight:
        told[codebook.weight] = lambda text: as_number(text) is not None
    if codebook.unit:
        told[codebook.unit] = lambda text: _like_a_unit(names, codebook.unit_set, text)
    for one in codebook.profile:
        classes = frozenset(map(fold, one.values))
        told[one.column] = lambda text, classes=classes: fold(text) in classes  # type: ignore[misc]
    for item in codebook.items:
        known = on_scale(codebook.scales[item.scale])
        told[item.column] = lambda text, known=known: len(text) <= LONGEST_CODE or known(text)  # type: ignore[misc]
    for place in (codebook.stratum, codebook.cluster):
        told.pop(place, None)
    return told


def _like_a_unit(names: UnitNames, unit_set: str, text: str) -> bool:
    """A name of a unit, or one near enough to one to tell which is meant, and of no person."""
    match = names.find(unit_set, text)
    if match.unit_id is not None or match.candidates:
        return True
    like = any(fuzz.ratio(fold(text), fold(name)) >= MISSPELT for name in match.near)
    return like and not whole_kind(text)


def _distinct(column: Any) -> tuple[list[str | None], np.ndarray[Any, Any]]:
    """The texts of the distinct values of a column, and which of them each row has (-1: blank)."""
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return [as_text(value) for value in encoded.dictionary.to_pylist()], places


def _spread(values: list[str | None], places: np.ndarray[Any, Any]) -> Any:
    pool = pa.array([*values, None], pa.string())
    return pool.take(pa.array(np.where(places < 0, len(values), places)))


def _marked(column: Any, keeps: Keeps) -> Any:
    """The column with a mark in every cell that may not be kept; as it is when there is none."""
    texts, places = _distinct(column)
    kept = [text if text is None or keeps(text) else MARK for text in texts]
    return column if kept == texts else _spread(kept, places)


def _numbered(column: Any) -> Any:
    """Running numbers for what tells respondents apart; that they are simulated stays to be seen."""
    texts, places = _distinct(column)
    number = {text: at for at, text in enumerate(dict.fromkeys(filter(None, texts)), start=1)}
    told = [_number(text, number) if text else None for text in texts]
    return _spread(told, places)


def _number(text: str, number: Mapping[str, int]) -> str:
    return f"{MADE_UP if text.startswith(MADE_UP) else ''}{number[text]}"
