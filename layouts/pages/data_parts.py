"""The data page's pure parts: coverage matrix, sources, conflicts, reconciliation and frameworks as table
rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from layouts import text
from layouts.components.table import Col
from layouts.components.twin import plain
from layouts.figure_ref import ref_of
from layouts.frames import as_rows
from layouts.text import has, t

CLASSES = (
    "exact",
    "within_rounding",
    "within_tolerance",
    "approximate",
    "differs",
    "listed",
    "summed",
    "not_computable",
)


@dataclass(frozen=True)
class DataView:
    """What the release holds. `names` are component names by (index, year, code), where a table needs
    them; `version` is that of the program that shows it.
    """

    release_id: str
    built_at: str
    pack_date: str
    indices: pd.DataFrame
    coverage: pd.DataFrame
    sources: pd.DataFrame
    conflicts: pd.DataFrame
    reconciliation: pd.DataFrame
    differences: pd.DataFrame
    frameworks: pd.DataFrame
    names: Mapping[tuple[str, int, str], Mapping[str, Any]] = field(default_factory=dict)
    version: str = ""

    def meta(self) -> dict[str, Any]:
        """What a download says of its origin."""
        return {"source": [], "release_id": self.release_id, "filters": []}


@dataclass(frozen=True)
class Cell:
    """One cell of the coverage matrix: state is complete, partial, ranks or none."""

    state: str
    words: str
    hint: str


def short_names(view: DataView, lang: str) -> dict[str, str]:
    """Short name of every index by its code, in display order."""
    return {row["index_code"]: text.short_name(row, lang) for row in as_rows(view.indices)}


def years(view: DataView) -> list[int]:
    """Every year from the first to the last that anything is held of."""
    held = view.coverage["year"].astype(int)
    return list(range(held.min(), held.max() + 1)) if len(held) else []


def coverage_cells(view: DataView, lang: str) -> dict[str, dict[int, Cell]]:
    """Index code -> year -> cell; an index without anything still has its row."""
    best = view.coverage.sort_values(["n_totals", "n_ranks"]).drop_duplicates(
        ["index_code", "year"], keep="last"
    )
    made: dict[str, dict[int, Cell]] = {code: {} for code in short_names(view, lang)}
    for row in as_rows(best):
        if row["index_code"] in made:
            made[row["index_code"]][int(row["year"])] = _cell(row, lang)
    return made


def _cell(row: Mapping[str, Any], lang: str) -> Cell:
    totals, ranks = int(row["n_totals"]), int(row["n_ranks"])
    of = int(row["n_units"]) if has(row["n_units"]) else None
    count = max(totals, ranks)
    state = (
        "complete" if row["complete"] and totals else "partial" if totals else "ranks" if ranks else "none"
    )
    words = text.DASH if state == "none" else f"{count}/{of}" if of else str(count)
    hint = t(
        "data.coverage.hint",
        lang,
        totals=totals,
        ranks=ranks,
        components=int(row["n_components"]),
        state=t(f"data.coverage.{state}", lang),
    )
    note = row[f"note_{lang}"]
    return Cell(state, words, f"{hint} {note}".strip() if has(note) else hint)


def unmatched(counts: Mapping[str, int], lang: str) -> dict[str, dict[str, str]]:
    """What the recomputed figures that do not match are: a phrase for each class that has any, its numbers.

    counts: approximate, differs, and `listed`, those of `differs` that have a known reason.
    """
    every = counts["listed"] == counts["differs"]
    reasons = "_all" if every else "_some" if counts["listed"] else ""
    shown = {name: text.number(count, 0, lang) for name, count in counts.items()}
    keys = {"differs": f"differs{reasons}", "approximate": "approximate"}
    return {
        key: {"count": shown[name], "listed": shown["listed"]} for name, key in keys.items() if counts[name]
    }


def source_rows(view: DataView, lang: str) -> list[dict[str, Any]]:
    """Every source with its trust in words."""
    return [
        {key: plain(row[key]) for key in ("source_id", "publisher", "document", "address", "note")}
        | {"date": text.loose_day(row["date"], lang) or None}
        | {"trust": _known(f"data.trust.{row['trust']}", str(row["trust"]), lang)}
        for row in as_rows(view.sources)
    ]


def _known(key: str, otherwise: str, lang: str) -> str:
    """The text of a code of the data, or the code itself where no text is written for it."""
    return text.texts(lang).get(key, otherwise)


def source_columns(lang: str) -> tuple[Col, ...]:
    """Columns of the sources table."""
    return (
        Col("source_id", t("data.source.id", lang), width=76),
        Col("publisher", t("data.source.publisher", lang), flex=2, least=130, wrap=True),
        Col("document", t("data.source.document", lang), flex=4, least=200, wrap=True),
        Col("date", t("data.source.date", lang), width=104),
        Col("trust", t("data.source.trust", lang), width=186),
        Col("address", t("data.source.address", lang), flex=4, least=180, hide_under=760),
        Col("note", t("data.source.note", lang), flex=3, least=150, hide_under=980),
    )


def conflict_rows(view: DataView, lang: str) -> list[dict[str, Any]]:
    """A row for every value that was found but is not used, beside the one that is."""
    short = short_names(view, lang)
    rows = []
    for row in as_rows(view.conflicts):
        key = (row["index_code"], int(row["year"]), row["component_code"])
        rows.append(
            {
                "index": short.get(row["index_code"], row["index_code"]),
                "year": int(row["year"]),
                "unit": text.name(row, lang, "unit_name"),
                "component": _component(view, key, lang),
                "used": _value(row["value_used"], row["rank_used"], lang),
                "used_why": t("data.conflict.none_used", lang),
                "other": _value(row["value_other"], row["rank_other"], lang),
                "source_used": plain(row["source_used"]),
                "source_other": plain(row["source_other"]),
                "why": _known(f"data.use.{row['use']}", str(row["use"]), lang),
                "note": plain(row["note"]),
                "refs": {"used": ref_of(row), "other": ref_of(row)},
            }
        )
    return rows


def _component(view: DataView, key: tuple[str, int, str], lang: str) -> str:
    if key[0] == key[2]:
        return t("data.total", lang)
    found = view.names.get(key)
    return text.name(found, lang) if found is not None else key[2]


def _value(value: Any, rank: Any, lang: str) -> str | None:
    """A score as written, with its rank where there is one: two values may differ in the rank only."""
    parts = []
    if has(value):
        shown = f"{float(value):.4f}".rstrip("0")
        parts.append(text.number(value, max(2, len(shown.partition(".")[2])), lang))
    if has(rank):
        parts.append(t("data.conflict.rank", lang, rank=int(rank)))
    return ", ".join(parts) or None


def conflict_columns(lang: str) -> tuple[Col, ...]:
    """Columns of the conflicts table: the value used stands before the other one."""
    return (
        Col("index", t("common.index", lang), width=96),
        Col("year", t("common.year", lang), width=66),
        Col("unit", t("data.conflict.unit", lang), flex=2, least=120),
        Col("component", t("common.component", lang), flex=2, least=120, hide_under=760),
        Col("used", t("data.conflict.used", lang), width=122),
        Col("source_used", t("data.conflict.source", lang), width=76, hide_under=760),
        Col("other", t("data.conflict.other", lang), width=122),
        Col("source_other", t("data.conflict.source", lang), width=76, hide_under=760),
        Col("why", t("data.conflict.why", lang), width=150, hide_under=560),
        Col("note", t("data.source.note", lang), flex=5, least=200, hide_under=640, wrap=True),
    )


def reconciliation_rows(view: DataView, lang: str) -> list[dict[str, Any]]:
    """A row an index and year: cells compared and how they fall into classes; the largest residual."""
    if view.reconciliation.empty:
        return []
    short, order = short_names(view, lang), {code: n for n, code in enumerate(short_names(view, lang))}
    sums = dict.fromkeys(("cells", *CLASSES), "sum")
    rows = view.reconciliation.groupby(["index_code", "year"], as_index=False).agg(
        sums | {"max_abs_residual": "max"}
    )
    rows["_order"] = rows["index_code"].map(order)
    rows = rows.sort_values(["_order", "year"], ascending=[True, False])
    notes = _difference_notes(view, lang)
    return [
        {
            "index": short.get(row["index_code"], row["index_code"]),
            "year": int(row["year"]),
            "largest": plain(row["max_abs_residual"]),
            "note": notes.get((row["index_code"], int(row["year"]))),
        }
        | {name: int(row[name]) for name in ("cells", *CLASSES)}
        for row in as_rows(rows)
    ]


def _difference_notes(view: DataView, lang: str) -> dict[tuple[str, int], str]:
    """Reasons of the known differences, joined by index and year."""
    made: dict[tuple[str, int], list[str]] = {}
    for row in as_rows(view.differences):
        made.setdefault((row["index_code"], int(row["year"])), []).append(text.name(row, lang, "reason"))
    return {key: "; ".join(dict.fromkeys(reasons)) for key, reasons in made.items()}


def reconciliation_columns(lang: str) -> tuple[Col, ...]:
    """Columns of the reconciliation table: one a class."""
    return (
        Col("index", t("common.index", lang), width=96),
        Col("year", t("common.year", lang), width=62),
        Col("cells", t("data.recon.cells", lang), "integer", width=72),
        *(
            Col(
                name,
                t(f"data.class.{name}", lang),
                "count",
                width=85,
                hide_under=700 if name in CLASSES[1:4] else 0,
            )
            for name in CLASSES
        ),
        Col("largest", t("data.recon.largest", lang), "number", 6, width=96, hide_under=560),
        Col("note", t("data.recon.note", lang), flex=4, least=200, hide_under=820, wrap=True),
    )


def year_spans(years_text: str) -> str:
    """ "2013;2014;2016" -> "2013–2014, 2016"."""
    held = sorted(int(item) for item in years_text.replace(",", ";").split(";") if item.strip().isdigit())
    spans: list[list[int]] = []
    for year in held:
        if spans and year == spans[-1][1] + 1:
            spans[-1][1] = year
        else:
            spans.append([year, year])
    return ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in spans)


def incomplete(view: DataView, lang: str) -> Sequence[tuple[str, str, str]]:
    """(index, complete years, partial years) of every index with a year that is not complete."""
    made = []
    for code, name in short_names(view, lang).items():
        rows = view.coverage[view.coverage["index_code"] == code]
        full = set(
            rows[rows["complete"].fillna(False).astype(bool) & (rows["n_totals"] > 0)]["year"].astype(int)
        )
        part = set(rows["year"].astype(int)) - full
        if part:
            made.append((name, year_spans(";".join(map(str, full))), year_spans(";".join(map(str, part)))))
    return made
