"""The ZIP archive around a workbook, checked before anything in it is parsed: parts, sizes told and real."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from etl.readers.limits import RATIO_FROM, Limits
from etl.readers.refusal import RefusedError, damaged, has_password, size, too_much
from etl.readers.xmlparts import PROLOG_BYTES, check_prolog

_XML: Final = (".xml", ".rels", ".vml")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_CHUNK: Final = 256 * 1024
_ENCRYPTED: Final = 0x1
_UTF8: Final = 1 << 11
_BOMB: Final = "it may be an attack: ask whoever sent it; a real table can be saved anew without its pictures"
_LARGE: Final = "keep one table in the file, delete pictures and formats, or bring a large survey as CSV"


def open_archive(path: Path, limits: Limits) -> zipfile.ZipFile:
    """The archive after every check, with the real size and checksum of each part looked at.

    Raises RefusedError when it is damaged, locked or passes a limit.
    """
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise damaged(str(error)) from error
    parts = archive.infolist()
    _check_told(parts, limits)
    with path.open("rb") as stream:
        left = limits.expanded_mib * 1024 * 1024
        for part in parts:
            left -= _check_real(stream, part, left)
    return archive


def _check_told(parts: list[zipfile.ZipInfo], limits: Limits) -> None:
    """What the archive says of itself."""
    if len(parts) > limits.entries:
        most = f"{limits.entries:,} parts"
        raise too_much("The file holds too many parts", f"{len(parts):,} parts", most, _BOMB)
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise has_password()
    if len({part.filename for part in parts}) < len(parts):
        raise damaged("two parts of the same name")
    total = sum(part.file_size for part in parts)
    if total > limits.expanded_mib * 1024 * 1024:
        raise too_much("The file unpacks to too much", size(total), f"{limits.expanded_mib:,} MiB", _LARGE)
    for part in parts:
        _check_ratio(part, limits.ratio)


def _check_ratio(part: zipfile.ZipInfo, most: int) -> None:
    ratio = part.file_size / max(part.compress_size, 1)
    if part.file_size > RATIO_FROM and ratio > most:
        what = "The file is packed more tightly than any table"
        raise too_much(what, f"{ratio:,.0f} to 1 in {part.filename}", f"{most:,} to 1", _BOMB)


def _check_real(stream: IO[bytes], part: zipfile.ZipInfo, most: int) -> int:
    """Unpack a part, keeping nothing: its real size, which must be the one told."""
    count, checksum, head = 0, 0, b""
    for chunk in _unpacked(stream, part):
        count += len(chunk)
        checksum = zlib.crc32(chunk, checksum)
        if len(head) < PROLOG_BYTES:
            head += chunk[:PROLOG_BYTES]
        if count > min(part.file_size, most):
            told = f"{part.filename} says {size(part.file_size)} and unpacks to more"
            raise too_much("The file unpacks to more than it says", told, size(part.file_size), _BOMB)
    if count != part.file_size or checksum != part.CRC:
        raise damaged(f"the part {part.filename} does not match its checksum")
    if part.filename.lower().endswith(_XML):
        check_prolog(head)
    return count


def _unpacked(stream: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part, unpacked to its real end: the standard library stops at the size told."""
    _go_to_data(stream, part)
    if part.compress_type == zipfile.ZIP_STORED:
        yield from _stored(stream, part)
        return
    left, unpacker = part.compress_size, zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while not unpacker.eof:
            packed = unpacker.unconsumed_tail or stream.read(min(_CHUNK, left))
            left -= 0 if unpacker.unconsumed_tail else len(packed)
            chunk = unpacker.decompress(packed, _CHUNK)
            if not packed and not chunk and not unpacker.eof:
                raise damaged(f"the part {part.filename} breaks off")
            yield chunk
    except zlib.error as error:
        raise damaged(f"the part {part.filename}: {error}") from error


def _go_to_data(stream: IO[bytes], part: zipfile.ZipInfo) -> None:
    if part.compress_type not in _METHODS:
        raise RefusedError(
            "The file is packed in an unusual way",
            found=f"method {part.compress_type}",
            expected="plain ZIP",
            hint="open it in a spreadsheet program and save it anew",
        )
    stream.seek(max(part.header_offset, 0))
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise damaged(f"the part {part.filename} is not where it should be")
    name_length, extra_length = struct.unpack("<HH", header[26:30])
    name = stream.read(name_length).decode("utf-8" if part.flag_bits & _UTF8 else "cp437", "replace")
    if name != part.orig_filename:
        raise damaged(f"the part {part.filename} goes by two names")
    stream.seek(extra_length, 1)


def _stored(stream: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    left = part.compress_size
    while left > 0:
        chunk = stream.read(min(_CHUNK, left))
        if not chunk:
            raise damaged(f"the part {part.filename} breaks off")
        left -= len(chunk)
        yield chunk


def rewritten(archive: zipfile.ZipFile, parts: set[str], pattern: re.Pattern[bytes], name: str) -> Path:
    """A copy of the archive in the current folder, in some parts without what the pattern finds."""
    path = Path(name)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as copy:
        for part in archive.infolist():
            content = archive.read(part)
            copy.writestr(part.filename, pattern.sub(b"", content) if part.filename in parts else content)
    return path
