"""Typst: one compiler for the PDF and for pictures of charts; fonts come from packages alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import fontpkg_be_vietnam_pro
import typst

from exports.briefing.draw import WIDTH, svg
from exports.briefing.model import Chart
from exports.briefing.words import Words

PPI = 200.0
STANDARD = "a-2a"  # archival, and tagged so that a screen reader can follow it
NOT_IN_A_FONT = "could not be displayed"
FAMILY = "Be Vietnam Pro"


@cache
def fonts() -> typst.Fonts:
    """The fonts of the compiler itself and the app's own; the machine's are not looked at."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(Path(fontpkg_be_vietnam_pro.ROOT))],
    )


def quoted(text: str) -> str:
    """A text as a string of Typst code."""
    kept = "".join(c for c in text if c >= " " or c == "\n")  # people paste control characters
    escaped = kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(source: str, **options: object) -> bytes | list[bytes]:
    """What the compiler makes of a source; options as `typst.Compiler.compile`."""
    made = typst.Compiler(font_paths=fonts(), ignore_system_fonts=True).compile(source.encode(), **options)  # type: ignore[arg-type]
    if made is None:
        raise AssertionError("the compiler gives bytes when no file is named")
    return made


def archival(source: str) -> bytes:
    """A PDF/A of a source; a plain PDF where a letter that somebody typed is in no font at hand."""
    try:
        made = compiled(source, format="pdf", pdf_standards=[STANDARD], timestamp=0)
    except typst.TypstError as error:
        if NOT_IN_A_FONT not in str(error):
            raise
        made = compiled(source, format="pdf", timestamp=0)
    return made if isinstance(made, bytes) else made[0]


def image_code(chart: Chart, w: Words, width: str = "100%") -> str:
    """A chart as an image in Typst code, with its alternative text."""
    return f'image(bytes({quoted(svg(chart, w))}), format: "svg", width: {width}, alt: {quoted(chart.alt)})'


def pictures(charts: list[Chart], w: Words) -> list[bytes]:
    """Every chart as a PNG, in order; all in one run of the compiler."""
    if not charts:
        return []
    pages = [
        f"#page(width: {WIDTH}pt, height: auto, margin: 2pt)[#{image_code(chart, w)}]" for chart in charts
    ]
    made = compiled("\n".join(pages), format="png", ppi=PPI)
    return made if isinstance(made, list) else [made]
