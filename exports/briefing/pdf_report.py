"""The report as PDF/A, tagged, from the same blocks as the DOCX."""

from __future__ import annotations

from exports.briefing.model import Briefing
from exports.briefing.pdf_parts import code, page
from exports.briefing.report import Turn, blocks, issuer, title
from exports.briefing.typeset import archival, quoted
from exports.briefing.words import Words


def report(briefing: Briefing) -> bytes:
    """The report as the bytes of a PDF/A file."""
    w = Words(briefing.wish.lang)
    found = blocks(briefing)
    last = max(n for n, one in enumerate(found) if isinstance(one, Turn))  # the annexes come after it
    written = [code(block, w) for block in found]
    written.insert(last, _signature(w))
    parts = [page(briefing, w), _front(briefing, w), *written]
    return archival("\n\n".join(parts))


def _signature(w: Words) -> str:
    """Who gets the report, at the left; who signs it, at the right."""
    lines = " #linebreak() ".join(f"#text({quoted(line)})" for line in w.t("doc.recipients_list").split("|"))
    head = f'#text(size: 11.5pt, weight: "bold", style: "italic", {quoted(w.t("doc.recipients"))})'
    signer = f'#text(size: 12.5pt, weight: "bold", {quoted(w.t("doc.signer"))})'
    return f"""
#block(breakable: false, above: 1.4em, width: 100%, grid(columns: (1fr, 1fr),
  [#set par(justify: false); #set text(size: 10.5pt); {head} #linebreak() {lines}], align(center)[{signer}]))
"""


def _front(b: Briefing, w: Words) -> str:
    """Heading of the state, title, contents."""
    marks = [w.t("doc.scope_department", department=b.wish.department)] if b.wish.department else []
    marks += [w.t("common.simulated")] if b.pin.simulated else []
    extra = "\n\n".join(f'#text(size: 12pt, weight: "bold", {quoted(mark)})' for mark in marks)
    return f"""
#set par(justify: false)
#grid(columns: (38%, 62%), row-gutter: 6pt, align: center,
  [#text(size: 11.5pt, {quoted(issuer(b))}) #linebreak()
    #underline(offset: 3pt, text(size: 12pt, weight: "bold", {quoted(w.t("doc.body"))}))],
  [#text(size: 11.5pt, weight: "bold", {quoted(w.t("doc.nation"))}) #linebreak()
    #underline(offset: 3pt, text(size: 12.5pt, weight: "bold", {quoted(w.t("doc.motto"))}))],
  [#text(size: 11.5pt, {quoted(w.t("doc.number"))})],
  [#text(size: 12.5pt, style: "italic", {quoted(w.t("doc.place_date", province=b.province))})])
#v(10mm)
#align(center)[#text(size: 15pt, weight: "bold", {quoted(w.t("doc.kind"))})

#text(size: 13.5pt, weight: "bold", {quoted(title(b))})

#text(size: 12pt, {quoted(w.t("doc.draft"))})

{extra}]
#v(6mm)
#align(center, text(weight: "bold", {quoted(w.t("doc.contents"))}))
#outline(title: none, depth: 2, indent: 6mm)
#pagebreak()
#set par(justify: true)
"""
