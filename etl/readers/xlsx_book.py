"""The frame of an .xlsx workbook: its sheets with their parts, its percent styles, what else it carries."""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass, field
from typing import Final
from xml.etree.ElementTree import Element

from etl.readers.marks import LINKS, MACROS
from etl.readers.refusal import damaged
from etl.readers.workbook import VISIBLE
from etl.readers.xmlparts import attribute, children, tree

_STATES: Final = {"hidden": "hidden", "veryHidden": "very_hidden"}
_BUILT_IN_PERCENT: Final = {"9", "10"}
# Quoted texts, escaped and padding characters, colours and conditions: no percent sign in them counts.
_LITERAL: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
# Parts by the beginning of their names -> what is said of them.
_CARRIED: Final = (
    ("xl/vbaProject", MACROS),
    ("xl/externalLinks/", LINKS),
    ("xl/connections", "The file holds queries to other sources; they were not run."),
    ("xl/embeddings/", "The file holds embedded files; they were not opened."),
    ("xl/activeX/", "The file holds controls; they were ignored."),
)


@dataclass
class SheetPart:
    """One sheet: its name, the part of the archive that holds it and whether people see it."""

    name: str
    part: str
    state: str = VISIBLE


@dataclass
class Frame:
    """What stands around the sheets. `percent_styles`: numbers of cell styles that show percents, as texts.

    `recalculates`: the program that wrote the file asks for all formulas to be computed when it is opened.
    """

    sheets: list[SheetPart] = field(default_factory=list)
    percent_styles: frozenset[str] = frozenset()
    recalculates: bool = False
    notices: list[str] = field(default_factory=list)


def read_frame(archive: zipfile.ZipFile) -> Frame:
    """The frame of a workbook. Raises RefusedError when the parts do not fit together."""
    home = _target_of_type(archive, "_rels/.rels", "", "officeDocument") or "xl/workbook.xml"
    book = _tree(archive, home)
    folder, file = posixpath.split(home)
    targets = _targets(archive, f"{folder}/_rels/{file}.rels", folder)
    parts = [_sheet(element, targets, archive) for element in children(book, "sheet")]
    styles = _target_of_type(archive, f"{folder}/_rels/{file}.rels", folder, "styles")
    calculation = next(iter(children(book, "calcPr")), None)
    return Frame(
        [part for part in parts if part],
        _percent_styles(_tree(archive, styles)) if styles in archive.namelist() else frozenset(),
        calculation is not None and attribute(calculation, "fullCalcOnLoad") in {"1", "true"},
        [told for start, told in _CARRIED if any(name.startswith(start) for name in archive.namelist())],
    )


def _tree(archive: zipfile.ZipFile, part: str) -> Element:
    try:
        with archive.open(part) as stream:
            return tree(stream)
    except KeyError as error:
        raise damaged(f"the part {part} is missing") from error


def _relations(archive: zipfile.ZipFile, part: str) -> list[Element]:
    return children(_tree(archive, part), "Relationship") if part in archive.namelist() else []


def _path(folder: str, target: str) -> str:
    """The name of a part that a relation points to, from the folder it is told in."""
    return target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _targets(archive: zipfile.ZipFile, part: str, folder: str) -> dict[str, str]:
    return {
        attribute(found, "Id"): _path(folder, attribute(found, "Target"))
        for found in _relations(archive, part)
        if attribute(found, "Type").endswith("/worksheet")
    }


def _target_of_type(archive: zipfile.ZipFile, part: str, folder: str, kind: str) -> str:
    for found in _relations(archive, part):
        if attribute(found, "Type").endswith(f"/{kind}"):
            return _path(folder, attribute(found, "Target"))
    return ""


def _sheet(element: Element, targets: dict[str, str], archive: zipfile.ZipFile) -> SheetPart | None:
    """A sheet of cells; None for a chart or a dialogue, which has no part of that type."""
    part = targets.get(attribute(element, "id"))
    if part is None:
        return None
    if part not in archive.namelist():
        raise damaged(f"the part {part} is missing")
    state = _STATES.get(attribute(element, "state"), VISIBLE)
    return SheetPart(attribute(element, "name"), part, state)


def _percent_styles(styles: Element) -> frozenset[str]:
    """Numbers of the cell styles whose format multiplies by a hundred for the eye."""
    codes = {attribute(f, "numFmtId"): attribute(f, "formatCode") for f in children(styles, "numFmt")}
    percent = {number for number, code in codes.items() if shows_percent(code)}
    percent |= _BUILT_IN_PERCENT - codes.keys()
    cells = next(iter(children(styles, "cellXfs")), None)
    formats = children(cells, "xf") if cells is not None else []
    return frozenset(str(at) for at, found in enumerate(formats) if attribute(found, "numFmtId") in percent)


def shows_percent(code: str) -> bool:
    """Whether a number format shows the value times a hundred; a quoted or escaped sign is only a text."""
    return "%" in _LITERAL.sub("", code)
