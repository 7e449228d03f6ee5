"""Totals of a year restated for the provinces after the merger: estimates only, apart from published ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text
from layouts.components.table import Col, Spec, grid, payload
from layouts.components.twin import Table, buttons
from layouts.pages import ranking_bands
from layouts.subject import Subject
from layouts.text import has, t

TABLE_ID = "ranking-estimates"


@dataclass(frozen=True)
class EstimatesView:
    """Estimates of one index and year, a row a new province, best first; those without one last.

    rows: of the query layer, missing values None. names: of old provinces by unit id. own_id: the new
    province that ours is, or is part of. switches: see ranking_bands.
    """

    subject: Subject
    rows: tuple[Mapping[str, Any], ...]
    names: Mapping[str, str]
    own_id: str
    switches: tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...] = ()

    @property
    def known(self) -> list[Mapping[str, Any]]:
        """Rows that have an estimate."""
        return [row for row in self.rows if has(row["value"])]


def layout(view: EstimatesView, lang: str) -> Component:
    """The page: what these figures are, the rule, the table."""
    title = t("estimates.table", lang, what=view.subject.label(lang))
    rows = [_row(place, row, view, lang) for place, row in enumerate(view.rows, 1)]
    spec = Spec(TABLE_ID, title, columns(view, lang), rows)
    meta = view.subject.meta((view.subject.label(lang), t("estimates.word", lang)), (rule(view, lang),))
    return html.Article(
        [
            html.P(
                f"{text.name(view.subject.index, lang)} · {t('estimates.word', lang)}", className="kicker"
            ),
            html.H1(headline(view, lang)),
            html.P(rule(view, lang), className="lede"),
            *ranking_bands.switches(view.switches, lang),
            html.Section(
                [
                    html.Div(
                        [html.H2(title), buttons(Table(TABLE_ID, title, (), ()), lang)],
                        className="section-head",
                    ),
                    html.P(coverage(view, lang), className="note"),
                    grid(spec, lang),
                    dcc.Store(
                        id=ids.table_store(TABLE_ID),
                        data=payload(spec, title, meta, view.subject.unit_word(lang)),
                    ),
                ],
                className="ranking-table",
            ),
        ],
        className="page-ranking page-estimates",
    )


def headline(view: EstimatesView, lang: str) -> str:
    """Our new province's estimate, and who stands highest; always called an estimate."""
    own = next((row for row in view.known if row["unit_id"] == view.own_id), None)
    if not view.known:
        return t("estimates.none", lang, what=view.subject.label(lang))
    first = view.known[0]
    best = t(
        "estimates.best",
        lang,
        unit=text.name(first, lang, "unit_name"),
        score=view.subject.amount(first["value"], lang),
        what=view.subject.label(lang),
    )
    if own is None or own is first:
        return best
    rank = t("estimates.rank", lang, rank=int(own["rank"]), n=len(view.rows)) if has(own["rank"]) else ""
    told = t(
        "estimates.own",
        lang,
        unit=text.name(own, lang, "unit_name"),
        score=view.subject.amount(own["value"], lang),
        rank=rank,
    )
    return f"{best} {told}"


def rule(view: EstimatesView, lang: str) -> str:
    """How the old provinces were put together, and why so."""
    if not view.rows:
        return ""
    row = view.rows[0]
    reason = str(row[f"rule_why_{lang}"] or row["rule_why_vi"] or "")
    return t("estimates.rule", lang, rule=t(f"estimates.rule_{row['rule']}", lang), why=reason)


def coverage(view: EstimatesView, lang: str) -> str:
    """How many new provinces have an estimate, whether they are ranked, and what an empty cell means."""
    ranked = any(has(row["rank"]) for row in view.rows)
    key = "estimates.coverage_ranked" if ranked else "estimates.coverage"
    return t(key, lang, n=len(view.known), of=len(view.rows))


def columns(view: EstimatesView, lang: str) -> tuple[Col, ...]:
    """Rank where all are known, province, estimate, coverage, what it is made of."""
    unit = view.subject.unit_word(lang)
    made = (
        Col("rank", t("estimates.rank_column", lang), "rank", width=84, order=True),
        Col("name", t("common.province", lang), width=150),
        Col("score", t("estimates.word", lang), "number", view.subject.decimals, width=104, unit=unit),
        Col("coverage", t("estimates.covered", lang), "share", width=96, hide_under=420),
        Col("parts", t("estimates.parts", lang), flex=3, least=150, wrap=True),
    )
    ranked = any(has(row["rank"]) for row in view.rows)
    return made if ranked else made[1:]


def _row(place: int, row: Mapping[str, Any], view: EstimatesView, lang: str) -> dict[str, Any]:
    parts = [view.names.get(unit, unit) for unit in str(row["constituents"] or "").split(";") if unit]
    why = t("estimates.missing", lang)
    return {
        "unit_id": row["unit_id"],
        "rank": row["rank"] if has(row["rank"]) else None,
        "name": text.name(row, lang, "unit_name"),
        "score": row["value"],
        "coverage": row["coverage"],
        "parts": text.listing(parts, lang),
        "own": row["unit_id"] == view.own_id,
        "score_soft": True,
        "rank_soft": True,
        "score_hint": t("estimates.hint", lang),
        "score_why": why,
        "rank_why": t("estimates.no_rank", lang),
    }
