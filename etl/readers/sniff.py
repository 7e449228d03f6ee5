"""What a file is, by what stands in it: the ending of its name is never believed."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Final, Literal

from etl.readers.refusal import damaged, foreign

Kind = Literal["xlsx", "xls", "ods", "csv", "parquet", "sav"]
_HEAD: Final = 4096
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
# First bytes -> what people call such a file. Programs are told by more than two letters: see `_foreign`.
_FOREIGN: Final = (
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "a packed file (gzip)"),
    (b"7z\xbc\xaf\x27\x1c", "a packed file (7z)"),
    (b"Rar!", "a packed file (RAR)"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"SQLite format 3\x00", "a database"),
    (b"\x09\x00\x04\x00", "a workbook of a program before 1993"),
    (b"\x09\x02\x06\x00", "a workbook of a program before 1993"),
    (b"\x09\x04\x06\x00", "a workbook of a program before 1993"),
)
_MARKUP: Final = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", "an XML spreadsheet of 2003"),
    (b"<!doctype html", "a web page"),
    (b"<html", "a web page"),
    (b"<table", "a web page"),
    (b"mime-version:", "a web page (MHTML)"),
    (b"<office:document", "a flat OpenDocument file"),
    (b"<?xml", "an XML file"),
)
_OTHER_OFFICE: Final = (
    ("word/", "a text document (Word)"),
    ("ppt/", "a presentation (PowerPoint)"),
    ("xl/workbook.bin", "a binary workbook (.xlsb)"),
)


def kind_of(path: Path) -> Kind:
    """The kind of a file; xls stands for every old document, whose reader looks inside (`ole`).

    Raises RefusedError with what it is when it is none that is read.
    """
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if head.startswith(_OLE):
        return "xls"
    if head.startswith(_ZIP):
        return _zip_kind(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith((b"$FL2", b"$FL3")):
        return "sav"
    if name := _foreign(head):
        raise foreign(name)
    return "csv"


def _foreign(head: bytes) -> str:
    """What people call the file by its first bytes; blank when it may be a text table."""
    if head.startswith(b"MZ") and b"\x00" in head:
        return "a program (.exe)"
    for magic, name in _FOREIGN:
        if head.startswith(magic):
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start.startswith((b"<", b"mime-version:")):
        return ""
    return next((name for magic, name in _MARKUP if magic in start), "an XML file")


def _zip_kind(path: Path) -> Kind:
    """A workbook among the kinds of files that are archives."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            told = _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, ValueError, OSError, RuntimeError, EOFError) as error:
        raise damaged("an archive that breaks off") from error
    if told.startswith(_ODS):
        return "ods"
    has_sheets = any(name.startswith("xl/worksheets/") for name in names)
    if "[Content_Types].xml" in names and has_sheets and "xl/workbook.bin" not in names:
        return "xlsx"
    found = next((what for start, what in _OTHER_OFFICE if any(n.startswith(start) for n in names)), "")
    if told.startswith("application/vnd.oasis.opendocument"):
        found = "an OpenDocument file that is no spreadsheet"
    raise foreign(found or f"a packed file (ZIP) with {len(names):,} files inside")


def _mimetype(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as stream:
        return stream.read(80).decode("ascii", "replace")
