"""Files that people bring by mistake or with intent: broken, locked, foreign, enormous. All generated."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import xlwt
from xlwt.CompoundDoc import XlsDoc

from tests.packages import packed, sheet_xml, xlsx, xlsx_parts

ROW = '<row r="1"><c r="A1"><v>1</v></c></row>'
MIB = 1024 * 1024


@dataclass(frozen=True)
class Hostile:
    """A file: its name, what is in it, and what the refusal must say."""

    name: str
    content: Callable[[], bytes]
    says: str


def good_xls() -> bytes:
    """A small old workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("A")
    for row in range(30):
        sheet.write(row, 0, f"province {row}")
        sheet.write(row, 1, row + 0.5)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def good_xlsx() -> bytes:
    """A small workbook."""
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>province</t></is></c>'
        f'<c r="B{row}"><v>{row}.5</v></c></row>'
        for row in range(1, 31)
    )
    return xlsx(rows)


def ole(stream: bytes, name: str) -> bytes:
    """An old container with one stream of that name."""
    out = io.BytesIO()
    XlsDoc().save(out, stream)
    return renamed(out.getvalue(), name)


def renamed(container: bytes, name: str) -> bytes:
    """The container with its stream called otherwise: 64 bytes of name, then its length."""
    was = "Workbook".encode("utf-16-le")
    at = container.index(was)
    told = name.encode("utf-16-le")
    entry = told.ljust(64, b"\x00") + struct.pack("<H", len(told) + 2)
    return container[:at] + entry + container[at + 66 :]


def encrypted_xls() -> bytes:
    """An old workbook whose records say that the rest is encrypted."""
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, 1)
    stream = book.get_biff_data()
    first = 4 + struct.unpack_from("<H", stream, 2)[0]
    return ole(stream[:first] + struct.pack("<HH", 0x2F, 6) + b"\x01\x00" * 3 + stream[first:], "Workbook")


def encrypted_zip() -> bytes:
    """An archive whose parts say that they are encrypted."""
    content = bytearray(good_xlsx())
    at = 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        content[at + 8] |= 1
        at += 4
    return bytes(content)


@cache
def bomb(mib: int = 200) -> bytes:
    """A workbook whose sheet unpacks to that many MiB of blanks."""
    parts = xlsx_parts({"A": sheet_xml(ROW)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if "sheet1" not in name:
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as stream:
            head, tail = sheet_xml(ROW).split("</sheetData>")
            stream.write(head.encode())
            for _ in range(mib):
                stream.write(b" " * MIB)
            stream.write(f"</sheetData>{tail}".encode())
    return out.getvalue()


def lying_bomb() -> bytes:
    """The same, but the archive says that the sheet is small."""
    content = bytearray(bomb())
    at = content.rindex(b"PK\x01\x02")
    struct.pack_into("<I", content, at + 24, 5_000)
    return bytes(content)


def many_large_parts() -> bytes:
    """Parts that are each small enough, and together beyond what is unpacked."""
    parts = xlsx_parts({"A": sheet_xml(ROW)})
    noise = bytes(range(256)) * 40
    return packed(parts | {f"xl/media/{at}.bin": noise * 900 for at in range(30)})


def nested_bomb() -> bytes:
    """An archive of archives of archives, each a bomb."""
    inner = packed({"0.txt": b" " * (8 * MIB)})
    for _ in range(3):
        inner = packed({f"{at}.zip": inner for at in range(10)}, zipfile.ZIP_STORED)
    return inner


def many_parts() -> bytes:
    """A workbook with thousands of tiny parts."""
    return packed(xlsx_parts({"A": sheet_xml(ROW)}) | {f"xl/media/{at}": b"" for at in range(3_000)})


def million_empty_rows() -> bytes:
    """A sheet of a million rows without a value."""
    return xlsx("".join(f'<row r="{row}" ht="15"/>' for row in range(1, 1_000_001)))


def entities() -> bytes:
    """A sheet with one long entity named many times: the quadratic attack."""
    trick = f'<?xml version="1.0"?><!DOCTYPE worksheet [<!ENTITY a "{"x" * 50_000}">]>'
    cell = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"&a;" * 50_000}</t></is></c></row>'
    return packed(xlsx_parts({"A": trick + sheet_xml(cell)}))


def entities_in_styles() -> bytes:
    """A bomb of nested entities in a part beside the sheets."""
    nested = "".join(f'<!ENTITY a{at} "{f"&a{at - 1};" * 10}">' for at in range(1, 10))
    trick = f'<!DOCTYPE styleSheet [<!ENTITY a0 "x">{nested}]><styleSheet>&a9;</styleSheet>'
    return packed(xlsx_parts({"A": sheet_xml(ROW)}) | {"xl/styles.xml": trick})


def xlsb() -> bytes:
    """The parts of a binary workbook."""
    return packed(
        {"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\x83\x01", "xl/worksheets/a.bin": b"\x81"}
    )


def far_cell(cell: str) -> bytes:
    """A workbook with one value, far away."""
    row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return xlsx(f'{ROW}<row r="{row}"><c r="{cell}"><v>1</v></c></row>')


def wide_row() -> bytes:
    """A row of 16,384 values, each named."""
    cells = "".join(f"<c><v>{at}</v></c>" for at in range(16_384))
    return xlsx(f'<row r="1">{cells}</row>')


def ods_repeating(rows: int, columns: int) -> bytes:
    """An OpenDocument sheet whose one value is said to repeat."""
    ns = "urn:oasis:names:tc:opendocument:xmlns"
    content = f"""<office:document-content xmlns:office="{ns}:office:1.0" xmlns:table="{ns}:table:1.0">
        <office:body><office:spreadsheet><table:table table:name="A">
        <table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="float"
        office:value="1" table:number-columns-repeated="{columns}"/></table:table-row>
        </table:table></office:spreadsheet></office:body></office:document-content>"""
    manifest = '<manifest:manifest xmlns:manifest="m"/>'
    return ods_package({"content.xml": content, "META-INF/manifest.xml": manifest})


def ods_package(parts: dict[str, str | bytes]) -> bytes:
    """An OpenDocument spreadsheet of these parts."""
    return packed({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", **parts})


def encrypted_ods() -> bytes:
    """An OpenDocument spreadsheet whose list of parts says that they are encrypted."""
    manifest = '<manifest:manifest xmlns:manifest="m"><manifest:encryption-data/></manifest:manifest>'
    return ods_package({"content.xml": b"\x00\x01", "META-INF/manifest.xml": manifest})


HOSTILE = [
    Hostile("empty.xlsx", lambda: b"", "holds no values"),
    Hostile("blank.csv", lambda: b"\n , ,\n\n", "holds no values"),
    Hostile("cut.xlsx", lambda: good_xlsx()[:900], "damaged or was cut short"),
    Hostile("cut-end.xlsx", lambda: good_xlsx()[:-30], "damaged or was cut short"),
    Hostile("cut.xls", lambda: good_xls()[:3000], "damaged or was cut short"),
    Hostile("cut.parquet", lambda: b"PAR1" + b"\x00" * 100, "damaged or was cut short"),
    Hostile("setup.xlsx", lambda: b"MZ\x90\x00" + b"\x00\x01" * 600, "found: a program"),
    Hostile("report.csv", lambda: b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "found: a PDF document"),
    Hostile("photo.xls", lambda: b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "found: a picture"),
    Hostile("noise.csv", lambda: b"\x00\x01\x02\x03" * 100, "found: a file that is no text"),
    Hostile("page.xls", lambda: b"<html><table><tr><td>1</td></tr></table></html>", "found: a web page"),
    Hostile(
        "old-xml.xls",
        lambda: b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
        "found: an XML spreadsheet of 2003",
    ),
    Hostile("book.xlsx", xlsb, "found: a binary workbook"),
    Hostile("letter.xlsx", lambda: packed({"word/document.xml": ""}), "text document"),
    Hostile("letter.xls", lambda: ole(b"\x00" * 5000, "WordDocument"), "text document"),
    Hostile("mail.xls", lambda: ole(b"\x00" * 5000, "Mail"), "old document that is no workbook"),
    Hostile("files.xlsx", lambda: packed({"a.txt": "1"}), "a packed file"),
    Hostile("locked.xlsx", lambda: ole(b"\x00" * 5000, "EncryptedPackage"), "protected with a password"),
    Hostile("locked.xls", encrypted_xls, "protected with a password"),
    Hostile("locked-zip.xlsx", encrypted_zip, "protected with a password"),
    Hostile("locked.ods", encrypted_ods, "protected with a password"),
    Hostile("bomb.xlsx", bomb, "unpacks to too much"),
    Hostile("bomb-100.xlsx", lambda: bomb(100), "packed more tightly"),
    Hostile("lying-bomb.xlsx", lying_bomb, "unpacks to more than it says"),
    Hostile("large-parts.xlsx", many_large_parts, "unpacks to too much"),
    Hostile("nested-bomb.xlsx", nested_bomb, "a packed file"),
    Hostile("many-parts.xlsx", many_parts, "too many parts"),
    Hostile("million-rows.xlsx", million_empty_rows, "holds no values"),
    Hostile("row-million.xlsx", lambda: far_cell("A1000000"), "reaches further down"),
    Hostile("wide.xlsx", wide_row, "reaches further to the right"),
    Hostile("last-cell.xlsx", lambda: far_cell("XFD1"), "reaches further to the right"),
    Hostile("row-million.ods", lambda: ods_repeating(1_000_000, 1), "reaches further down"),
    Hostile("wide.ods", lambda: ods_repeating(1, 16_384), "reaches further to the right"),
    Hostile("repeating.ods", lambda: ods_repeating(90_000, 1_000), "repeats too often"),
    Hostile("entities.xlsx", entities, "declares XML entities"),
    Hostile("nested-entities.xlsx", entities_in_styles, "declares XML entities"),
    Hostile("long.csv", lambda: b"1\n" * 100_001, "reaches further down"),
    Hostile("big.csv", lambda: b"1," * (27 * MIB), "too large"),
    Hostile("quote.csv", lambda: b'a,b\n"1,2\n' + b"3,4\n" * 50, "cannot be cut into cells"),
    Hostile("tcvn3.csv", lambda: "H\xb5 N\xe9i,1\nQu\xb6ng Ninh,2\n".encode("latin-1"), "TCVN3"),
    Hostile("odd.csv", lambda: b"\x81\x8d\x8f\x90\x9d,1\n", "encoding of the text cannot be told"),
]  # fmt: skip
