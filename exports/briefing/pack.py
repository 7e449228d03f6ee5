"""The documents of a briefing by kind, and how their files are called."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from exports.briefing import docx_report, pdf_report, pdf_summary, pptx_slides, xlsx_annex
from exports.briefing.model import Briefing, Wish, Written
from exports.briefing.words import Words
from indices.errors import Problem, ReleaseError

LASTING = 3600  # seconds after which a half-written file is one that a killed process left
ROOM = "make room on the disk or see who may write there, then try again"
MARK = 8  # letters of what tells packs of one release apart
FORMATS = ("docx", "pptx", "xlsx", "pdf")


@dataclass(frozen=True)
class Templates:
    """A province's own .docx and .pptx to write into; None for the ones made here."""

    by_suffix: Mapping[str, Path] = field(default_factory=dict)

    def of(self, suffix: str) -> Path | None:
        """The template of a kind of file."""
        return self.by_suffix.get(suffix)


@dataclass(frozen=True)
class Document:
    """One file to make: its kind (a word of its name), suffix, and how."""

    kind: str
    suffix: str
    make: Callable[[Briefing, Templates], bytes]


DOCUMENTS = (
    Document("docx", "docx", lambda b, t: docx_report.report(b, t.of("docx"))),
    Document("pptx", "pptx", lambda b, t: pptx_slides.slides(b, t.of("pptx"))),
    Document("xlsx", "xlsx", lambda b, t: xlsx_annex.annex(b)),
    Document("pdf", "pdf", lambda b, t: pdf_report.report(b)),
    Document("summary", "pdf", lambda b, t: pdf_summary.summary(b)),
)


def documents(formats: tuple[str, ...]) -> tuple[Document, ...]:
    """The documents of some formats; pdf gives the report and the leader's page."""
    return tuple(one for one in DOCUMENTS if one.suffix in formats)


def file_name(slug: str, year: int, document: Document, lang: str, pin: str) -> str:
    """ "quang-ninh_2023_bao-cao_ea0c08c59fc9.docx": province, year, what it is, release; scope in `pin`."""
    word = Words(lang).t(f"file.{document.kind}")
    return f"{slug}_{year}_{word}_{pin}.{document.suffix}"


def write(
    briefing: Briefing, formats: tuple[str, ...], folder: Path, templates: Templates | None = None
) -> Iterator[tuple[Path, bool]]:
    """Write the documents that are not there yet, one after the other: (file, whether it was made now).

    A file appears whole or not at all, so that a run that was cut off goes on where it stopped. Raises
    ReleaseError when the disk does not take one.
    """
    wish = briefing.wish
    for one in documents(formats):
        path = folder / file_name(wish.province, wish.year, one, wish.lang, pin_of(briefing, templates))
        if path.exists():
            yield path, False
            continue
        _put(path, one.make(briefing, templates or Templates()))
        yield path, True


def _put(path: Path, content: bytes) -> None:
    """Write a file beside its place and name it when the disk has it; raises ReleaseError."""
    for left in path.parent.glob(f".{path.name}.*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LASTING:
                left.unlink()
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
        problem = Problem("A document cannot be written", path.name, str(path.parent), str(error), hint=ROOM)
        raise ReleaseError([problem]) from error


def pin_of(briefing: Briefing, templates: Templates | None = None) -> str:
    """What tells two sets of files of one province and year apart: the release, a narrower scope, and a mark
    where anything else differs from the plain pack: whom it stands beside, what people wrote, templates. So a
    run that goes on never keeps a file that says something else.
    """
    own = [path.read_bytes() for _, path in sorted((templates or Templates()).by_suffix.items())]
    wish = briefing.wish
    told = [wish.compare, wish.department, briefing.written, *own]
    usual = [Wish(wish.province, wish.year).compare, "", Written()]
    mark = [] if told == usual else [hashlib.sha256(repr(told).encode()).hexdigest()[:MARK]]
    return "_".join([*wish.indices, briefing.pin.release_id, *mark])
