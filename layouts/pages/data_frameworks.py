"""The data page's table of frameworks: decision, years covered, how much of each is proven."""

from collections.abc import Mapping
from typing import Any

from layouts import text
from layouts.components.table import Col
from layouts.components.twin import plain
from layouts.frames import as_rows
from layouts.pages.data_parts import DataView, short_names, year_spans
from layouts.text import t


def framework_rows(view: DataView, lang: str) -> list[dict[str, Any]]:
    """Every framework: decision, years, how much of it is proven."""
    short = short_names(view, lang)
    order = {code: n for n, code in enumerate(short)}
    rows = sorted(
        as_rows(view.frameworks),
        key=lambda row: (order.get(row["index_code"], 99), row["first_year"] or 0),
    )
    return [
        {
            "index": short.get(row["index_code"], row["index_code"]),
            "name": text.name(row, lang),
            "decision": text.decision(row, lang) or None,
            "date": text.loose_day(row["decision_date"], lang) or None,
            "years": year_spans(str(row["years"] or "")),
            "proof": _proof(row.get("statuses") or {}, lang),
            "note": plain(row[f"notes_{lang}"]),
        }
        for row in rows
    ]


def _proof(statuses: Mapping[str, int], lang: str) -> str | None:
    """ "12 đã kiểm chứng, 3 suy ra": how many components have which trust."""
    order = ("proven", "inferred", "approximate", "unknown")
    return (
        ", ".join(
            f"{statuses[name]} {t(f'data.status.{name}', lang)}" for name in order if statuses.get(name)
        )
        or None
    )


def framework_columns(lang: str) -> tuple[Col, ...]:
    """Columns of the frameworks table."""
    return (
        Col("index", t("common.index", lang), width=104),
        Col("name", t("data.framework.name", lang), flex=3, least=180),
        Col("decision", t("data.framework.decision", lang), width=150),
        Col("date", t("data.framework.date", lang), width=104, hide_under=820),
        Col("years", t("data.framework.years", lang), width=120),
        Col("proof", t("data.framework.proof", lang), flex=3, least=180, hide_under=560, wrap=True),
        Col("note", t("data.source.note", lang), flex=5, least=220, hide_under=820, wrap=True),
    )
