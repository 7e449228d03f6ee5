"""The third and fourth step: what the checks found, what would change, and the decision."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import text
from layouts.components import table
from layouts.components.notice import empty, notice
from layouts.components.table import Col
from layouts.pages.intake_view import DraftView
from layouts.text import t

PUBLISH, DISCARD, UNDO, CONFIRM, DRAFT = (
    "intake-publish",
    "intake-discard",
    "intake-undo",
    "intake-confirm",
    "intake-draft",
)
LEVELS = ("error", "warning", "note")
SHAPES = {
    "staged": "on_track", "refused": "behind", "publishing": "on_track", "published": "met",
    "discarded": "none", "undone": "none", "failed": "behind",
}  # fmt: skip
MARKS = {"met": "✓", "on_track": "→", "behind": "!", "none": "–"}
MOST_ROWS = 500


def layout(view: DraftView, lang: str) -> Component:
    """State in words, decision, findings, changes."""
    children = [
        html.P(verdict(view, lang), className="lede"),
        notice(t("intake.draft.moved", lang), "info", lang) if view.moved else None,
        decision(view, lang),
        findings_grid(view.findings, lang),
        diff_section(view, lang),
        provenance(view, lang),
        dcc.Store(id=DRAFT, data=view.draft["id"]),
    ]
    return html.Div([child for child in children if child is not None], className="intake-draft")


def state_pill(row: Mapping[str, Any], lang: str) -> Component:
    """The state of an import in a word, with a shape before it."""
    shape = SHAPES[row["state"]]
    mark = html.Span(MARKS[shape], className="pill-mark", **{"aria-hidden": "true"})
    return html.Span([mark, t(f"intake.state.{row['state']}", lang)], className=f"pill pill-{shape}")


def verdict(view: DraftView, lang: str) -> str:
    """One sentence: what was read and found, and where it stands."""
    counts = {level: int(view.draft.get("findings", {}).get(level, 0)) for level in LEVELS}
    said = text.listing([text.tn(f"intake.count.{level}", n, lang) for level, n in counts.items() if n], lang)
    found = said or t("intake.count.none", lang)
    read = t("intake.draft.read", lang, rows=text.number(view.draft.get("rows", 0), 0, lang), found=found)
    reason = f" {view.draft['reason']}" if view.draft.get("reason") else ""
    stands = t(f"intake.verdict.{view.draft['state']}", lang)
    return f"{read} {stands}{reason}"


def decision(view: DraftView, lang: str) -> Component:
    """The buttons that fit the state; warnings must be confirmed before publishing."""
    state, warned = view.draft["state"], int(view.draft.get("findings", {}).get("warning", 0))
    can = {
        "publish": state in {"staged", "undone", "failed"},
        "discard": state in {"staged", "refused", "failed"},
        "undo": state == "published",
    }
    confirm = dmc.Checkbox(
        id=CONFIRM, label=text.tn("intake.draft.confirm", warned, lang), checked=False,
        style={} if warned and can["publish"] else {"display": "none"},
    )  # fmt: skip
    buttons = [
        _button(PUBLISH, "publish", "button button-main", can["publish"], lang),
        _button(DISCARD, "discard", "button", can["discard"], lang),
        _button(UNDO, "undo", "button", can["undo"], lang),
    ]
    progress = html.P(_progress(view, lang), className="note", role="status")
    return html.Section(
        [confirm, html.Div(buttons, className="button-row"), progress], className="intake-decision no-print"
    )


def _button(identity: str, name: str, classes: str, shown: bool, lang: str) -> Component:
    style = {} if shown else {"display": "none"}
    return html.Button(
        t(f"intake.draft.{name}", lang), id=identity, type="button", className=classes, style=style
    )


def _progress(view: DraftView, lang: str) -> str:
    work = view.draft.get("work") or {}
    if view.draft["state"] != "publishing":
        return ""
    return t(
        "intake.draft.working", lang, step=text.word("intake.work", work.get("step") or "starting", lang)
    )


def findings_grid(findings: Sequence[Mapping[str, Any]], lang: str) -> Component:
    """Every finding with its cell, worst first."""
    title = t("intake.findings.title", lang)
    if not findings:
        return html.Section(
            [html.H2(title), empty(t("intake.findings.none", lang), t("intake.findings.none_help", lang))]
        )
    rows = sorted((_finding(row, lang) for row in findings), key=lambda row: row["order"])[:MOST_ROWS]
    columns = (
        Col("level", t("intake.findings.level", lang), width=100),
        Col("place", t("intake.findings.place", lang), width=150),
        Col("what", t("intake.findings.what", lang), flex=3, least=180, wrap=True),
        Col("found", t("intake.problem.found", lang), flex=1, least=90, wrap=True),
        Col("expected", t("intake.problem.expected", lang), flex=2, least=110, wrap=True),
        Col("hint", t("intake.problem.hint", lang), flex=2, least=110, wrap=True, hide_under=700),
    )
    note = (
        text.tn("intake.findings.cut", len(findings), lang)
        if len(findings) > MOST_ROWS
        else t("intake.findings.note", lang)
    )
    return html.Section(
        [html.H2(title), html.P(note, className="note"), _grid("intake-findings", title, columns, rows, lang)]
    )


def _finding(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    problem = row["problem"]
    return {
        "order": LEVELS.index(row["level"]),
        "level": t(f"intake.level.{row['level']}", lang),
        "place": problem["place"] or problem["file"],
        "what": row.get("title") or problem["what"],
        "what_hint": problem["what"],
        "found": problem["found"],
        "expected": problem["expected"],
        "hint": row.get("mend") or problem["hint"],
    }


def diff_section(view: DraftView, lang: str) -> Component:
    """What publishing would change against the release in service."""
    title = t("intake.diff.title", lang)
    counts = view.diff.get("counts", {})
    if not any(counts.values()):
        return html.Section(
            [html.H2(title), empty(t("intake.diff.none", lang), t("intake.diff.none_help", lang))]
        )
    facts = [
        html.Div([html.Dt(t(f"intake.diff.{name}", lang)), html.Dd(text.number(n, 0, lang))])
        for name, n in counts.items()
        if n
    ]
    blocks = [
        block
        for name in ("changed", "gone", "ranks", "unreconciled")
        if (block := _diff_block(name, view, lang))
    ]
    return html.Section([html.H2(title), html.Dl(facts, className="facts"), *blocks])


def _diff_block(name: str, view: DraftView, lang: str) -> Component | None:
    rows: Sequence[Mapping[str, Any]] = view.diff.get(name, ())
    if not rows:
        return None
    shown = [
        {
            **row,
            "unit": view.names.get(row.get("unit_id", ""), row.get("unit_id", "")),
            "component": view.names.get(row.get("component_code", ""), row.get("component_code", "")),
        }
        for row in rows[:MOST_ROWS]
    ]
    fields = [
        f
        for f in ("year", "unit", "component", "before", "after", "place")
        if any(text.has(row.get(f)) for row in shown)
    ]
    columns = tuple(
        Col(
            f,
            t(f"intake.diff.{f}", lang),
            "number" if f in {"before", "after"} else "text",
            0 if name == "ranks" else 2,
            least=80,
            flex=2 if f in {"unit", "component"} else 1,
        )
        for f in fields
    )
    title = t(f"intake.diff.{name}_title", lang)
    return html.Section([html.H3(title), _grid(f"intake-{name}", title, columns, shown, lang)])


def _grid(
    identity: str, title: str, columns: tuple[Col, ...], rows: Sequence[Mapping[str, Any]], lang: str
) -> Component:
    spec = table.Spec(identity, title, columns, rows, max_height=420 if len(rows) > 10 else 0)
    return table.grid(spec, lang)


def provenance(view: DraftView, lang: str) -> Component:
    """Who, when, which file, which mapping: what the journal keeps."""
    draft = view.draft
    told = {
        "file": draft.get("file_name"), "sha": draft.get("file_id"), "mapping": draft.get("mapping"),
        "who": draft.get("who"), "staged": text.day(draft["staged_at"], lang),
        "published": " · ".join(str(draft[k]) for k in ("published_by", "published_release") if draft.get(k)),
        "undone": draft.get("undone_by"), "id": draft["id"],
    }  # fmt: skip
    rows = [html.Div([html.Dt(t(f"intake.record.{k}", lang)), html.Dd(str(v))]) for k, v in told.items() if v]
    return html.Section([html.H2(t("intake.record.title", lang)), html.Dl(rows, className="facts record")])
