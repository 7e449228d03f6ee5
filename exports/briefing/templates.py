"""A province's own templates, looked at before anything is made: what is wrong is told at once, in words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.exceptions import PackageNotFoundError as NoDocument
from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError as NoSlides

from exports.briefing.docx_template import OWN, STANDARD
from indices.errors import DataError, Problem

EMU_A_CM = 360000
WIDE, HIGH, SLACK = 33.867, 19.05, 0.05  # cm of a widescreen slide
TITLES = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
UNREADABLE = (NoDocument, NoSlides, BadZipFile, KeyError, ValueError, OSError)
MADE_BY = "python -m exports template writes one that has them all"


class TemplateError(DataError):
    """A template that cannot be written into as it is."""

    exit_code = 9


def check(path: Path) -> None:
    """Raise TemplateError with everything that stands in the way of using a template."""
    looked = CHECKS.get(path.suffix.lower())
    if looked is None:
        known = ", ".join(CHECKS)
        raise TemplateError([Problem("This kind of template is not known", path.name, expected=known)])
    problems = looked(path)
    if problems:
        raise TemplateError(problems)


def _opened(path: Path, opener: Callable[[str], Any]) -> Any:
    try:
        return opener(str(path))
    except UNREADABLE as error:
        hint = f"save it again as {path.suffix.lower()} ({type(error).__name__})"
        raise TemplateError([Problem("The template does not open", path.name, hint=hint)]) from None


def _docx(path: Path) -> list[Problem]:
    """Styles: all of the report's or none of them (then they are added); each a style of paragraphs."""
    styles = {style.name: style.type for style in _opened(path, Document).styles}
    missing = [name for name in OWN if name not in styles]
    problems = []
    if missing and len(missing) < len(OWN):
        found = ", ".join(sorted(name for name in styles if name not in STANDARD and name not in OWN)[:12])
        problems.append(
            Problem(
                "Styles of the report are missing; were they renamed?", path.name, found=found,
                expected=", ".join(missing), hint=MADE_BY,
            )
        )  # fmt: skip
    wrong = [name for name in (*OWN, *STANDARD) if styles.get(name, PARAGRAPH) != PARAGRAPH]
    if wrong:
        names = ", ".join(wrong)
        problems.append(Problem("These must be styles of paragraphs", path.name, found=names, hint=MADE_BY))
    return problems


def _pptx(path: Path) -> list[Problem]:
    """The size of a widescreen slide, and a layout with a title."""
    deck = _opened(path, Presentation)
    problems = []
    size = deck.slide_width / EMU_A_CM, deck.slide_height / EMU_A_CM
    if abs(size[0] - WIDE) > SLACK or abs(size[1] - HIGH) > SLACK:
        problems.append(
            Problem(
                "The slides of the template have another size", path.name,
                found=f"{size[0]:.2f} x {size[1]:.2f} cm", expected=f"{WIDE} x {HIGH} cm",
                hint="Design > Slide Size > Widescreen (16:9)",
            )
        )  # fmt: skip
    if not any(titled(layout) for layout in deck.slide_layouts):
        problems.append(Problem("No layout of the template has a title", path.name, hint="add Title Only"))
    return problems


def titled(layout: Any) -> bool:
    """Whether a layout of slides has a place for a title."""
    return any(one.placeholder_format.type in TITLES for one in layout.placeholders)


PARAGRAPH = WD_STYLE_TYPE.PARAGRAPH
CHECKS: dict[str, Callable[[Path], list[Problem]]] = {".docx": _docx, ".pptx": _pptx}
