"""What a file says in any form: its bytes, what is packed inside it, the cells of its tables."""

from __future__ import annotations

import io
import json
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb
import pyarrow.parquet as pq


def _spellings(text: str) -> Iterator[bytes]:
    """A text as bytes: composed and decomposed letters, in the encodings that files use."""
    for form in ("NFC", "NFD"):
        for encoding in ("utf-8", "utf-16-le"):
            yield unicodedata.normalize(form, text).encode(encoding)
    # How JSON spells it where letters are escaped.
    yield json.dumps(text)[1:-1].encode()


def _said(name: str, data: bytes, path: Path | None) -> Iterator[bytes]:
    """Everything that a file says, its name first."""
    yield name.encode()
    yield data
    if data.startswith(b"PAR1"):
        table = pq.read_table(io.BytesIO(data))
        yield f"{table.schema} {table.to_pylist()}".encode()
    elif zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            for inner in packed.namelist():
                yield from _said(inner, packed.read(inner), None)
    elif path is not None and path.suffix == ".duckdb":
        yield from _tables(data)


def _tables(data: bytes) -> Iterator[bytes]:
    """Of a copy: a database that this process has open already is not opened again in another way."""
    with tempfile.NamedTemporaryFile(suffix=".duckdb") as copy:
        copy.write(data)
        copy.flush()
        yield from _cells(copy.name)


def _cells(path: str) -> Iterator[bytes]:
    with duckdb.connect(path, read_only=True) as connection:
        for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            yield f"{connection.execute(f'SELECT * FROM {name}').to_arrow_table().to_pylist()}".encode()


def leaks(folder: Path, secrets: Iterable[str]) -> dict[str, list[str]]:
    """File -> the secrets that it tells, of every file below a folder."""
    wanted = {secret: tuple(_spellings(secret)) for secret in secrets}
    found: dict[str, list[str]] = {}
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        said = list(_said(path.name, path.read_bytes(), path))
        told = [s for s, spelt in wanted.items() if any(b in part for part in said for b in spelt)]
        if told:
            found[path.relative_to(folder).as_posix()] = told
    return found
