"""The drawer that says where a figure comes from: value, source, place, trust, recomputed, citation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts import text
from layouts.components.controls import NavLink
from layouts.text import has, number, t, word

CITATION_ID = "figure-citation"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class FigureView:
    """One figure with everything known of its origin.

    row: its score row; used: the fact in use (None: not published); others: facts not used; names: index,
    component, unit and framework as a reader says them; decimals and unit_word: how its score is written;
    trace_href: its derivation; known: why a known difference is accepted; release: id, and whether simulated.
    """

    row: Row
    used: Row | None
    others: tuple[Row, ...]
    names: Mapping[str, str]
    decimals: int
    unit_word: str
    trace_href: str
    release_id: str
    simulated: bool = False
    known: str = ""
    imported: Row = field(default_factory=dict)

    @property
    def what(self) -> str:
        """ "PCI 2019"."""
        return f"{self.names['index']} {self.row['year']}"


def title(view: FigureView, lang: str) -> str:
    """The figure itself, with its component."""
    return f"{view.names['component']}: {amount(view, lang)}"


def amount(view: FigureView, lang: str) -> str:
    """The value as the screen writes it, with its maximum where it has one."""
    row = view.row
    if not has(row["value"]):
        return t("provenance.rank_only", lang, rank=text.rank_of(row["rank"], row["n_ranked"]))
    shown = number(row["value"], view.decimals, lang)
    if view.unit_word == "%":
        return f"{shown}%"
    most = row["max_score"]
    return f"{shown}/{_plain(most, lang)}" if has(most) else shown


def _plain(value: Any, lang: str) -> str:
    """A number with the decimals it has, six at most."""
    digits = f"{float(value):.6f}".rstrip("0").partition(".")[2]
    return number(value, len(digits), lang)


def body(view: FigureView, lang: str) -> Component:
    """What stands in the drawer under its title."""
    head = html.P(f"{view.names['unit']} · {view.what}", className="kicker")
    made_up = html.P(t("simulated.banner", lang), className="simulated") if view.simulated else None
    parts = [head, made_up, _figures(view, lang), _source(view, lang), _others(view, lang)]
    parts += [_trace(view, lang), _citation(view, lang)]
    return html.Div([part for part in parts if part is not None], className="figure-source")


def _list(pairs: list[tuple[str, Any]]) -> Component:
    rows = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in pairs if value not in ("", None)]
    return html.Dl(rows, className="origin")


def _section(key: str, lang: str, children: list[Any]) -> Component:
    return html.Section([html.H3(t(f"provenance.{key}", lang)), *children])


def _figures(view: FigureView, lang: str) -> Component:
    """Published beside recomputed, the difference and what it means."""
    row = view.row
    digits = int(row["decimals"]) if has(row["decimals"]) else view.decimals
    finer = min(max(digits, view.decimals) + 2, 6)
    published = number(row["published"], digits, lang)
    pairs = [(t("provenance.published", lang), published if has(row["published"]) else _unpublished(lang))]
    if has(row["recomputed"]):
        pairs.append((t("provenance.recomputed", lang), number(row["recomputed"], finer, lang)))
    if has(row["residual"]):
        kind = word("data.class", row["residual_class"], lang)
        pairs.append(
            (t("provenance.residual", lang), f"{text.signed(row['residual'], finer, lang)} ({kind})")
        )
    if has(row["self_score"]):
        pairs.append((t("provenance.self_score", lang), number(row["self_score"], view.decimals, lang)))
    if has(row["rank"]):
        rank, kind = (
            text.rank_of(row["rank"], row["n_ranked"]),
            t(f"provenance.rank_{row['rank_kind']}", lang),
        )
        pairs.append((t("common.rank", lang), f"{rank} ({kind})"))
    if row["value_kind"] in ("recomputed", "imputed"):
        pairs.append((t("provenance.kind", lang), t(f"provenance.kind_{row['value_kind']}", lang)))
    known = [html.P(view.known, className="note")] if view.known else []
    return _section("figures", lang, [_list(pairs), *known])


def _unpublished(lang: str) -> str:
    return t("provenance.no_published", lang)


def _source(view: FigureView, lang: str) -> Component:
    """Publisher, document, place in it, trust; and the file and row that hold the figure here."""
    fact = view.used
    if fact is None:
        return _section("source", lang, [html.P(t("provenance.no_source", lang), className="note")])
    pairs = [
        (t("data.source.publisher", lang), fact["source_publisher"]),
        (t("data.source.document", lang), fact["source_document"]),
        (t("data.source.date", lang), fact["source_date"]),
        (t("provenance.place", lang), fact["place"]),
        (t("data.source.trust", lang), trust(fact, lang)),
        (t("data.source.address", lang), fact["source_address"]),
        (t("provenance.file", lang), t("provenance.row", lang, file=fact["file"], row=fact["row"])),
        (t("provenance.rank_place", lang), fact["rank_place"]),
        (t("provenance.self_place", lang), fact["self_place"]),
        (t("data.source.note", lang), fact["note"]),
    ]
    if view.imported:
        told = t("provenance.import_line", lang, who=view.imported["who"], file=view.imported["file_name"])
        pairs.append((t("provenance.imported", lang), told))
    return _section("source", lang, [_list(pairs)])


def trust(fact: Row, lang: str) -> str:
    """How far a source can be trusted, in words, with its number in the list of sources."""
    return f"{word('data.trust', fact['source_trust'], lang)} · {fact['source_id']}"


def _others(view: FigureView, lang: str) -> Component | None:
    """Figures of other sources for the same cell, and why they are not used."""
    if not view.others:
        return None
    items = [
        html.Li(
            t(
                "provenance.other",
                lang,
                value=number(fact["published"], int(fact["decimals"] or view.decimals), lang),
                source=f"{fact['source_publisher']}, {fact['source_document']}",
                why=word("data.use", fact["use"], lang),
            )
        )
        for fact in view.others
    ]
    return _section("others", lang, [html.Ul(items, className="bullets")])


def _trace(view: FigureView, lang: str) -> Component:
    link = NavLink(t("provenance.trace", lang), view.trace_href, className="button")
    return html.P(link, className="button-row")


def citation(view: FigureView, lang: str) -> str:
    """The figure as one cites it: who published what and where, under which decision, from which release."""
    fact = view.used or {}
    document = ", ".join(
        str(fact[key]) for key in ("source_document", "source_date", "place") if has(fact.get(key))
    )
    publisher = fact.get("source_publisher") or view.names["publisher"]
    parts = [
        f"{t('simulated.short', lang).upper()}" if view.simulated else "",
        f"{publisher}, {document}" if document else str(publisher),
        f"{view.names['unit']}, {view.names['full']} {view.row['year']}, {title(view, lang)}",
        t("provenance.under", lang, decision=view.names["decision"]) if view.names["decision"] else "",
        t("provenance.computed", lang) if not has(view.row["published"]) and has(view.row["value"]) else "",
        t("provenance.release", lang, id=view.release_id),
    ]
    return ". ".join(part for part in parts if part) + "."


def _citation(view: FigureView, lang: str) -> Component:
    """The citation with a button that copies it (assets/copy.js)."""
    marks = {"data-copy": CITATION_ID, "data-copied": t("provenance.copied", lang)}
    button = html.Button(t("provenance.copy", lang), type="button", className="button", **marks)
    quote = html.P(citation(view, lang), id=CITATION_ID, className="citation")
    return _section("citation", lang, [quote, html.Div(button, className="button-row")])


def unknown(lang: str) -> Component:
    """What the drawer says of a figure that the release does not hold (an old link, another release)."""
    return html.P(t("provenance.unknown", lang), className="note")
