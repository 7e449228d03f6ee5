"""Audit, published against recomputed: classes by year, the largest residuals, known differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from layouts import text
from layouts.components.table import Col
from layouts.pages.audit import Block
from layouts.pages.data_parts import CLASSES, unmatched
from layouts.text import t, word

GOOD = ("exact", "within_rounding", "within_tolerance")


@dataclass(frozen=True)
class ReconView:
    """yearly: rows {year, cells, one a class, largest}, newest first; largest: rows of the chosen year with
    unit, component, published, recomputed, residual, class; known: rows {year, component, most, reason}.
    """

    index: str
    year: int
    yearly: Sequence[Mapping[str, Any]]
    largest: Sequence[Mapping[str, Any]]
    known: Sequence[Mapping[str, Any]]


def recon_blocks(view: ReconView, lang: str) -> list[Block]:
    """The chosen year in a sentence, all years, the largest residuals, what is known of them."""
    compared = any(row["cells"] for row in view.yearly if row["year"] == view.year)
    more = [_largest(view, lang)] if compared else []
    return [_years(view, lang), *more, *([_known(view, lang)] if view.known else [])]


def _years(view: ReconView, lang: str) -> Block:
    return Block(
        recon_finding(view, lang),
        t("audit.explain.recon", lang),
        "audit-recon",
        t("audit.recon.years", lang, index=view.index),
        (
            Col("year", t("common.year", lang), width=62),
            Col("cells", t("data.recon.cells", lang), "integer", width=76),
            *(
                Col(name, t(f"data.class.{name}", lang), "count", flex=1, least=80, hide_under=_hide(name))
                for name in CLASSES
            ),
            Col("largest", t("data.recon.largest", lang), "number", 6, width=104),
        ),
        view.yearly,
        nothing=t("audit.recon.none", lang, index=view.index),
    )


def _hide(name: str) -> int:
    return 0 if name in ("exact", "differs", "listed") else 720


def recon_finding(view: ReconView, lang: str) -> str:
    """How much of the chosen year reproduces; of all years where that year has nothing to compare."""
    rows = [row for row in view.yearly if row["year"] == view.year and row["cells"]]
    told = rows or [row for row in view.yearly if row["cells"]]
    if not told:
        return t("audit.recon.none", lang, index=view.index)
    counts = {name: sum(int(row[name]) for row in told) for name in ("cells", *CLASSES)}
    good = sum(counts[name] for name in GOOD)
    rest = [t(f"audit.recon.rest.{key}", lang, **said) for key, said in unmatched(counts, lang).items()]
    told_rest = text.listing(rest, lang) if rest else t("audit.recon.rest.nothing", lang)
    key = "audit.recon.finding" if rows else "audit.recon.finding_all"
    shown = {"good": text.number(good, 0, lang), "cells": text.number(counts["cells"], 0, lang)}
    return t(key, lang, index=view.index, year=view.year, rest=told_rest, **shown)


def _largest(view: ReconView, lang: str) -> Block:
    rows = [dict(row) | {"class": word("data.class", row["class"], lang)} for row in view.largest]
    finding = t("audit.recon.no_largest", lang, year=view.year)
    if view.largest:
        first = view.largest[0]
        size = text.number(abs(first["residual"]), 4, lang)
        told = {"unit": first["unit"], "component": first["component"], "size": size, "year": view.year}
        finding = t("audit.recon.largest", lang, **told)
    return Block(
        finding,
        t("audit.explain.residual", lang),
        "audit-residuals",
        t("audit.recon.largest_table", lang, year=view.year),
        (
            Col("unit", t("data.conflict.unit", lang), flex=2, least=96),
            Col("component", t("releases.component", lang), flex=3, least=110, wrap=True),
            Col("published", t("audit.recon.published", lang), "number", 4, width=110, hide_under=560),
            Col("recomputed", t("audit.recon.recomputed", lang), "number", 4, width=110, hide_under=560),
            Col("residual", t("audit.recon.residual", lang), "signed", 4, width=88),
            Col("class", t("audit.recon.class", lang), flex=1, least=110, hide_under=700),
        ),
        rows,
    )


def _known(view: ReconView, lang: str) -> Block:
    return Block(
        t("audit.recon.known", lang, count=text.number(len(view.known), 0, lang), index=view.index),
        "",
        "audit-known",
        t("audit.recon.known_table", lang),
        (
            Col("year", t("common.year", lang), width=62),
            Col("component", t("releases.component", lang), flex=1, least=64),
            Col("most", t("audit.recon.most", lang), "number", 4, width=120, hide_under=560),
            Col("reason", t("data.recon.note", lang), flex=5, least=170, wrap=True),
        ),
        view.known,
    )
