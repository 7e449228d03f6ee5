"""XML of the parts of a workbook: a document type is refused, so that no entity is ever expanded."""

from __future__ import annotations

import re
from typing import IO, Final
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from etl.readers.refusal import RefusedError, damaged

PROLOG_BYTES: Final = 64 * 1024
_PART_BYTES: Final = 32 * 1024 * 1024
_CHUNK: Final = 256 * 1024


class _PastPrologError(Exception):
    """The root element was reached: no document type can follow."""


def entity_trick() -> RefusedError:
    """The XML declares a document type, which no spreadsheet program writes."""
    return RefusedError(
        "The file declares XML entities, as attacks do and spreadsheet programs never do",
        found="a document type declaration",
        expected="plain XML",
        hint="open it in a spreadsheet program and save it anew",
    )


def make_parser() -> expat.XMLParserType:
    """A parser that stops at a document type; texts come in one piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: object) -> None:
    raise entity_trick()


def check_prolog(head: bytes) -> None:
    """Look at the beginning of a part. Raises RefusedError when it declares a document type."""
    parser = make_parser()
    parser.StartElementHandler = _stop
    try:
        parser.Parse(head[:PROLOG_BYTES], False)
    except (_PastPrologError, expat.ExpatError):
        return


def _stop(*_: object) -> None:
    raise _PastPrologError


def feed(parser: expat.XMLParserType, stream: IO[bytes]) -> None:
    """Parse a whole stream in pieces. Raises RefusedError when it is not well-formed."""
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(f"XML that breaks off: {error}") from error


def tree(stream: IO[bytes]) -> Element:
    """A small part as a tree. Raises RefusedError when it is large, broken or declares entities."""
    content = stream.read(_PART_BYTES + 1)
    if len(content) > _PART_BYTES:
        raise damaged("a part for styles or names that is larger than any program writes")
    try:
        root: Element = ElementTree.fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise entity_trick() from error
    except (ParseError, ValueError, LookupError) as error:
        raise damaged(f"XML that breaks off: {error}") from error
    return root


def local(name: str) -> str:
    """The name of an element or attribute without its namespace or prefix."""
    return re.split(r"[}:]", name)[-1]


def attribute(element: Element, name: str) -> str:
    """An attribute whatever its namespace; blank when absent."""
    return next((value for key, value in element.attrib.items() if local(key) == name), "")


def children(element: Element, name: str) -> list[Element]:
    """Descendants of that name whatever their namespace, in order."""
    return [found for found in element.iter() if isinstance(found.tag, str) and local(found.tag) == name]
