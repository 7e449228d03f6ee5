"""The second step for a criteria annex: what it is, the framework it makes, what changed, a person's word."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import text
from layouts.components import table
from layouts.components.controls import NavLink
from layouts.components.notice import empty, notice
from layouts.components.table import Col
from layouts.pages import intake_draft
from layouts.pages.intake_map import choice, choice_column, column, editor
from layouts.pages.intake_view import AnnexView
from layouts.text import t

BASE, LOOK, SAVE, CHANGES, LINKS = (
    "annex-base",
    "annex-look",
    "annex-save",
    "annex-changes",
    "annex-links",
)
SEEN_ALL, SAME_ALL = "annex-seen-all", "annex-same-all"
FIELDS = {
    name: f"annex-{name.replace('_', '-')}"
    for name in ("index", "like", "framework_id", "years", "decision", "date", "sheet", "sources")
}
VERDICTS = ("confirm", "reject")
KINDS = ("same", "renamed", "merged", "split")
MOST_ROWS = 12

Row = Mapping[str, Any]


def layout(view: AnnexView, lang: str) -> Component:
    """What the annex is; its problems or its tree, findings, changes and crosswalk; the button that saves."""
    made = [] if view.problems else definition(view, lang)
    children = [
        notice(t("annex.about", lang), "info", lang),
        html.P(NavLink(t("annex.as_figures", lang), view.figures), className="note"),
        wish_fields(view, lang),
        *(_problem(row, lang) for row in view.problems),
        *made,
        dcc.Store(id=BASE, data={"file_id": view.file_id, "wish": dict(view.wish)}),
    ]
    return html.Div(children, className="intake-map intake-annex")


def definition(view: AnnexView, lang: str) -> list[Component]:
    """All that the annex makes, in the order in which a person judges it."""
    parts = [
        html.P(verdict(view, lang), className="lede"),
        intake_draft.findings_grid(view.findings, lang),
        tree_section(view, lang),
    ]
    if view.usable:
        parts += [change_section(view, lang), link_section(view, lang), save_section(lang)]
    return parts


def verdict(view: AnnexView, lang: str) -> str:
    """One sentence: how many criteria, what they add up to, what stands in the way."""
    levels = [row["level"] for row in view.findings]
    found = [
        text.tn(f"intake.count.{level}", levels.count(level), lang)
        for level in intake_draft.LEVELS
        if level in levels
    ]
    told = text.listing(found, lang) or t("intake.count.none", lang)
    if not view.tree:
        return t("annex.verdict.none", lang, found=told)
    total, count = text.number(view.total, 2, lang), text.number(len(view.tree) - 1, 0, lang)
    key = "usable" if view.usable else "refused"
    return t(f"annex.verdict.{key}", lang, count=count, total=total, found=told)


def wish_fields(view: AnnexView, lang: str) -> Component:
    """What the annex itself does not say; suggestions stand in the fields."""
    wish = view.wish
    pairs = {"index": view.indices, "like": view.frameworks, "sheet": [(s, s) for s in view.sheets]}
    fields = [
        choice(
            identity,
            t(f"annex.field.{name}", lang),
            [{"value": value, "label": label} for value, label in pairs[name]],
            wish[name] or (view.sheets[0] if name == "sheet" and len(view.sheets) == 1 else ""),
        )
        if name in pairs
        else dmc.TextInput(
            id=identity, label=t(f"annex.field.{name}", lang), value=wish[name], className="control",
            placeholder=t(f"annex.example.{name}", lang),
        )
        for name, identity in FIELDS.items()
    ]  # fmt: skip
    button = html.Button(t("annex.look", lang), id=LOOK, type="button", className="button")
    return html.Section(
        [
            html.H2(t("annex.what", lang)),
            html.P(t("annex.what_help", lang), className="note"),
            html.Div([*fields, button], className="intake-fields"),
        ]
    )


def _problem(row: Row, lang: str) -> Component:
    parts = [row["what"]]
    parts += [
        f"{t(f'intake.problem.{key}', lang)}: {row[key]}"
        for key in ("found", "expected", "hint")
        if row.get(key)
    ]
    return notice("; ".join(parts), "failure", lang)


def tree_section(view: AnnexView, lang: str) -> Component:
    """Every criterion as it will stand: code, name, maximum, where the score comes from."""
    title = t("annex.tree.title", lang)
    if not view.tree:
        return html.Section(
            [html.H2(title), empty(t("annex.tree.none", lang), t("annex.tree.none_help", lang))]
        )
    columns = (
        Col("code", t("annex.tree.code", lang), width=110),
        Col("name", t("annex.tree.name", lang), flex=3, least=180, wrap=True),
        Col("max", t("annex.tree.max", lang), "number", 2, width=90),
        Col("source", t("annex.tree.source", lang), flex=1, least=110, hide_under=520),
    )
    rows = [
        {**row, "head": row["depth"] <= 1, "source": source_name(row["source"], lang)} for row in view.tree
    ]
    spec = table.Spec("annex-tree", title, columns, rows, sortable=False, max_height=_height(rows))
    return html.Section([html.H2(title), table.grid(spec, lang)])


def source_name(code: str, lang: str) -> str:
    """Where a score comes from, in words; not known is said."""
    return text.word("annex.source", code or "unknown", lang)


def _height(rows: Sequence[Any]) -> int:
    return 420 if len(rows) > MOST_ROWS else 0


def change_section(view: AnnexView, lang: str) -> Component:
    """Every difference from the framework before, each to be ticked by a person."""
    title = t("annex.changes.title", lang)
    if not view.changes:
        return html.Section(
            [
                html.H2(title),
                empty(t("annex.changes.none", lang), t("annex.changes.none_help", lang)),
                html.Div(
                    [editor(CHANGES, [], [], title, lang), _tick(SEEN_ALL, "annex.changes.all", lang)],
                    hidden=True,
                ),
            ]
        )
    rows = [
        {**row, "seen": False, "change_name": change_name(row, lang)}
        for row in sorted(view.changes, key=_change_order)
    ]
    columns = [
        column("seen", t("annex.changes.seen", lang), width=90, editable=True, cellDataType="boolean"),
        column("change_name", t("annex.changes.change", lang), width=190),
        column("component", t("annex.changes.component", lang), width=100),
        column("name", t("annex.changes.name", lang), flex=3, minWidth=180, tooltipField="name"),
        column("before", t("annex.changes.before", lang), flex=1, minWidth=110, tooltipField="before"),
        column("after", t("annex.changes.after", lang), flex=1, minWidth=110, tooltipField="after"),
    ]
    note = html.P(t("annex.changes.note", lang), className="note")
    heading = html.H2(text.tn("annex.changes.count", len(rows), lang))
    grid = editor(CHANGES, columns, rows, title, lang)
    return html.Section([heading, note, _tick(SEEN_ALL, "annex.changes.all", lang), grid])


CHANGE_ORDER = ("dropped", "renumbered", "merged", "split", "changed", "added")


def _change_order(row: Row) -> int:
    """What may break a trend stands above what is merely new."""
    return CHANGE_ORDER.index(row["change"]) if row["change"] in CHANGE_ORDER else len(CHANGE_ORDER)


def change_name(row: Row, lang: str) -> str:
    """A line of the difference in words: what happened, and to which attribute."""
    if row["change"] == "changed":
        return text.word("annex.changed", row["what"], lang)
    return text.word("annex.change", row["change"], lang)


def link_section(view: AnnexView, lang: str) -> Component:
    """The proposed crosswalk: a person confirms or rejects each row."""
    title = t("annex.links.title", lang)
    columns = [
        choice_column(
            "verdict",
            t("annex.links.verdict", lang),
            {name: t(f"annex.links.{name}", lang) for name in VERDICTS},
            width=130,
        ),
        column("from_code", t("annex.links.from", lang), width=100, editable=True),
        column("old_name", t("annex.links.old_name", lang), flex=3, minWidth=160, tooltipField="old_name"),
        column("to_code", t("annex.links.to", lang), width=100),
        column("new_name", t("annex.links.new_name", lang), flex=3, minWidth=160, tooltipField="new_name"),
        choice_column(
            "kind",
            t("annex.links.kind", lang),
            {name: t(f"annex.kind.{name}", lang) for name in KINDS},
            width=150,
        ),
        column("note", t("annex.links.note", lang), flex=2, minWidth=140, tooltipField="note"),
    ]
    rows = [{**row, "verdict": "", "doubtful": row["old_name"] != row["new_name"]} for row in view.links]
    grid = editor(LINKS, columns, rows, title, lang)
    if not rows:
        hidden = html.Div([grid, _tick(SAME_ALL, "annex.links.all", lang)], hidden=True)
        return html.Section([html.H2(title), html.P(t("annex.links.none", lang), className="note"), hidden])
    note = html.P(t("annex.links.help", lang), className="note")
    heading = html.H2(text.tn("annex.links.count", len(rows), lang))
    return html.Section([heading, note, _tick(SAME_ALL, "annex.links.all", lang), grid])


def _tick(identity: str, key: str, lang: str) -> Component:
    return html.Button(t(key, lang), id=identity, type="button", className="button")


def same_confirmed(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Rows whose names are letter for letter the same are confirmed, the others left to be judged."""
    return [
        dict(row) | ({"verdict": VERDICTS[0]} if row["old_name"] == row["new_name"] else {}) for row in rows
    ]


def waiting(lines: Sequence[Row], links: Sequence[Row]) -> int:
    """How many lines nobody has given a word on."""
    open_links = [row for row in links if row.get("verdict") not in VERDICTS]
    return len([row for row in lines if not row.get("seen")]) + len(open_links)


def save_section(lang: str) -> Component:
    """The button that makes the draft."""
    return html.Section(
        [
            html.P(t("annex.save_help", lang), className="note"),
            html.Button(t("annex.save", lang), id=SAVE, type="button", className="button button-main"),
        ]
    )
