"""Workbooks put together part by part, for tests that need what no library writes: odd and broken ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# Styles 0 to 4: general, a date, percent, a percent sign that is only a text, the built-in percent.
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0%"/>'
    '<numFmt numFmtId="165" formatCode="0.0&quot;%&quot;"/></numFmts><cellXfs count="5"><xf numFmtId="0"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="9"/></cellXfs></styleSheet>'
)


def sheet_xml(rows: str, before: str = "", after: str = "") -> str:
    """A sheet around the XML of its rows; `before` and `after` stand around the rows."""
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def _relation(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _relations(*relations: str) -> str:
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(relations)}</Relationships>'


def _types(sheets: int) -> str:
    kinds = {
        "/xl/workbook.xml": "sheet.main",
        "/xl/styles.xml": "styles",
        "/xl/sharedStrings.xml": "sharedStrings",
    }
    kinds |= {f"/xl/worksheets/sheet{at}.xml": "worksheet" for at in range(1, sheets + 1)}
    spreadsheet = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    told = "".join(
        f'<Override PartName="{part}" ContentType="{spreadsheet}.{kind}+xml"/>'
        for part, kind in kinds.items()
    )
    relations = "application/vnd.openxmlformats-package.relationships+xml"
    default = f'<Default Extension="rels" ContentType="{relations}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{default}{told}</Types>'


def xlsx_parts(sheets: Mapping[str, str], shared: str = "", book: str = "") -> dict[str, str | bytes]:
    """The parts of a workbook: sheets by name, texts of the shared table as XML, more XML of the book."""
    numbered = list(enumerate(sheets, start=1))
    listed = "".join(f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in numbered)
    relations = [_relation(f"r{at}", "worksheet", f"worksheets/sheet{at}.xml") for at, _ in numbered]
    beside = [_relation("s", "styles", "styles.xml"), _relation("t", "sharedStrings", "sharedStrings.xml")]
    return {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations(_relation("b", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{book}<sheets>{listed}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": _relations(*relations, *beside),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        **{f"xl/worksheets/sheet{at}.xml": sheets[name] for at, name in numbered},
    }


def packed(parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Parts as an archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method, compresslevel=6) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(rows: str, before: str = "", after: str = "", **more: str) -> bytes:
    """A workbook of one sheet "A" around the XML of its rows."""
    return packed(xlsx_parts({"A": sheet_xml(rows, before, after)}, **more))
