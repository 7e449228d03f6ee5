"""Read an .ods workbook: values through calamine, what stands beside them in one pass over its XML."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import IO, Final

from etl.readers.archive import open_archive, rewritten
from etl.readers.area import Area, Budget, check_sheets
from etl.readers.cells import open_book, sheet_names, values, with_ending
from etl.readers.limits import Limits
from etl.readers.marks import LINKS, MACROS, Marks
from etl.readers.refusal import damaged, has_password, too_much
from etl.readers.workbook import Merge, Sheet, Workbook
from etl.readers.xmlparts import children, feed, make_parser, tree

_CONTENT: Final = "content.xml"
_MANIFEST: Final = "META-INF/manifest.xml"
_HIDDEN: Final = ("collapse", "filter")
_MARKED: Final = {"office:value-type", "calcext:value-type"}
_INDENT: Final = re.compile(rb"(?<=>)\s+(?=</?(?:table|office):)")
_OTHER_FILE: Final = re.compile(r"'?(?:file|https?|ftp)://")


def read_ods(path: Path, limits: Limits) -> Workbook:
    """The whole workbook, its `name` left blank. Raises RefusedError when it cannot be read."""
    names, content = check_ods(path, limits)
    notices = [MACROS] if any(name.startswith(("Basic/", "Scripts/")) for name in names) else []
    notices += [LINKS] if content.links else []
    book = open_book(readable_ods(path, content))
    sheets = [Sheet(name, values(book, name), state) for name, state in sheet_names(book)]
    if content.tables.keys() != {sheet.name for sheet in sheets}:
        raise damaged("sheets that are told of in one place only")
    for sheet in sheets:
        content.tables[sheet.name].put_on(sheet)
    return Workbook("", "ods", sheets, notices=notices)


def check_ods(path: Path, limits: Limits) -> tuple[list[str], ContentPass]:
    """Names of the parts of the archive and what its content says beside the values.

    Raises RefusedError when it is damaged, locked or passes a limit.
    """
    with open_archive(path, limits) as archive:
        names = archive.namelist()
        if _MANIFEST in names:
            with archive.open(_MANIFEST) as stream:
                if children(tree(stream), "encryption-data"):
                    raise has_password()
        if _CONTENT not in names:
            raise damaged(f"the part {_CONTENT} is missing")
        content = ContentPass(limits)
        with archive.open(_CONTENT) as stream:
            content.read(stream)
    return names, content


def readable_ods(path: Path, content: ContentPass) -> Path:
    """The file as calamine can read it: without the blanks by which some programs indent the tables."""
    if not content.indented:
        return with_ending(path, ".ods")
    with zipfile.ZipFile(path) as archive:
        return rewritten(archive, {_CONTENT}, _INDENT, "cured.ods")


class ContentPass:
    """The XML of all tables, into marks by name. `links`: a formula or a table refers to another file.

    `indented`: blanks stand between the rows or cells.
    """

    def __init__(self, limits: Limits) -> None:
        """`limits` of what is read."""
        self.tables: dict[str, Marks] = {}
        self.links = False
        self.indented = False
        self._limits = limits
        self._budget = Budget(limits)
        self._path: list[str] = []
        self._row = self._column = 0
        self._repeated = 1
        self._starts = {
            "table-row": self._start_row,
            "table-column": self._start_column,
            "table-cell": self._cell,
            "covered-table-cell": self._cell,
            "table-source": self._source,
        }

    def read(self, stream: IO[bytes]) -> None:
        """Parse the content. Raises RefusedError when it is not well-formed or passes a limit."""
        parser = make_parser()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        feed(parser, stream)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        word = name.rpartition(":")[2]
        if word == "table" and self._path[-1:] == ["spreadsheet"]:
            self._open(attributes.get("table:name", ""))
        elif len(self._path) > 3 and self._path[3] == "table" and (does := self._starts.get(word)):
            does(self._marks, attributes)
        self._path.append(word)

    def _end(self, _: str) -> None:
        word = self._path.pop()
        if word == "table-row":
            self._row += self._repeated - 1
        elif word == "table" and self._path[-1:] == ["spreadsheet"]:
            area = self._marks.area
            self._budget.take(area.sheet, area.height, area.width)

    def _characters(self, _: str) -> None:
        self.indented |= self._path[-1:] == ["table"] or self._path[-1:] == ["table-row"]

    def _open(self, name: str) -> None:
        if name in self.tables:
            raise damaged(f"two sheets called {name}")
        self._marks = self.tables[name] = Marks(Area(name, self._limits))
        self._row = self._column = 0
        check_sheets(len(self.tables), self._limits)

    def _start_row(self, marks: Marks, attributes: dict[str, str]) -> None:
        self._repeated = _count(attributes, "table:number-rows-repeated")
        self._row += 1
        self._column = 0
        if attributes.get("table:visibility") in _HIDDEN:
            marks.hidden_rows |= {*range(self._row, self._row + min(self._repeated, self._limits.rows))}

    def _start_column(self, marks: Marks, attributes: dict[str, str]) -> None:
        last = self._column + _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _HIDDEN:
            marks.hidden_spans.append((self._column + 1, last))
        self._column = last

    def _cell(self, marks: Marks, attributes: dict[str, str]) -> None:
        """A cell, which may stand for several in a row, in a row that may stand for several."""
        first = self._column + 1
        self._column += _count(attributes, "table:number-columns-repeated")
        _merge(marks, (self._row, first), attributes)
        formula = attributes.get("table:formula", "")
        if "office:value-type" not in attributes and not formula:
            return
        last_row = self._row + self._repeated - 1
        marks.area.grow(last_row, self._column)
        self.links |= bool(_OTHER_FILE.search(formula))
        cells = (last_row - self._row + 1) * (self._column - first + 1)
        if cells > self._limits.cells:
            hint = "keep the table and delete what repeats below or beside it"
            raise too_much(
                "A cell repeats too often", f"{cells:,} cells", f"{self._limits.cells:,} cells", hint
            )
        if formula or attributes.keys() & _MARKED:
            for row in range(self._row, last_row + 1):
                for column in range(first, self._column + 1):
                    _mark(marks, (row, column), attributes)

    def _source(self, _: Marks, __: dict[str, str]) -> None:
        self.links = True


def _mark(marks: Marks, place: tuple[int, int], attributes: dict[str, str]) -> None:
    """What is said of a cell beside its value."""
    kind = attributes.get("office:value-type")
    if kind == "percentage":
        marks.percent.add(place)
    if attributes.get("calcext:value-type") == "error":
        marks.errors[place] = attributes.get("office:string-value") or "#ERROR!"
    if "table:formula" in attributes:
        marks.formulas.add(place)
        if kind is None:
            marks.uncached.add(place)


def _merge(marks: Marks, place: tuple[int, int], attributes: dict[str, str]) -> None:
    rows = _count(attributes, "table:number-rows-spanned")
    columns = _count(attributes, "table:number-columns-spanned")
    if rows > 1 or columns > 1:
        row, column = place
        marks.merges.append(Merge(row, column, row + rows - 1, column + columns - 1))


def _count(attributes: dict[str, str], name: str) -> int:
    """How often or how wide: one unless told."""
    told = attributes.get(name, "1")
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 10 else 1
