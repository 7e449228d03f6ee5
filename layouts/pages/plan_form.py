"""The forms of the plan: work, a cause, a report, a document, a comment. Checked by the server alone."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.components.notice import notice
from layouts.pages.plan_view import Desk, Form, Gone, Past
from layouts.text import DASH, t, tn, upper_first

WHO, BASE, TELL, SHOWN = "plan-who", "plan-base", "plan-tell", "plan-shown"
FIELD, PRESS = "plan-field", "plan-press"
SAVE, DELETE, RESTORE = "save", "delete", "restore"
FIELDS = {
    "assignment": (
        "index_code", "component_code", "year", "task", "target", "target_value", "lead", "partners",
        "deadline", "product", "authority", "status",
    ),
    "cause": ("index_code", "component_code", "year", "kind", "text"),
    "progress": ("day", "percent", "text", "title", "address"),
    "evidence": ("title", "address"),
    "comment": ("text",),
}  # fmt: skip
ONLY_NEW = {"progress": ("title", "address")}  # later ones are rows of their own
CHOICES = {"kind": ("objective", "subjective"), "status": ("open", "done", "stopped")}
LONG = {"task", "target", "text"}
REQUIRED = {
    "index_code", "component_code", "year", "task", "lead", "deadline", "kind", "text", "status",
    "day", "percent",
}  # fmt: skip
LABELS = {("progress", "text"): "done", ("comment", "text"): "comment", ("", "text"): "content"}


def field_id(name: str) -> dict[str, str]:
    """Id of the input of a field."""
    return {"type": FIELD, "name": name}


def press_id(what: str, row: str = "") -> dict[str, str]:
    """Id of a button that writes: what it does, and to which row where that is not the form's."""
    return {"type": PRESS, "what": what, "row": row}


def row_key(kind: str, row_id: str, version: int) -> str:
    """A row as a button names it."""
    return f"{kind}:{row_id}:{version}"


def label(kind: str, name: str, lang: str) -> str:
    """What a field is called in the form of a kind of row."""
    return t(f"plan.field.{LABELS.get((kind, name), name)}", lang)


def desk(view: Desk, form: Form | None, lang: str) -> Component:
    """Who writes, and where what went wrong is told: stands on the page whether a form is open or not."""
    base = None
    if form is not None:
        kept = {"hidden": dict(form.hidden), "original": dict(form.values)}
        base = {"kind": form.kind, "id": form.id, "version": form.version, **kept}
    rehearsed = notice(t("plan.rehearsed", lang, day=view.rehearsed), "info", lang)
    return html.Div(
        [
            rehearsed if view.rehearsed else None,
            _who(view, lang),
            html.Div(id=TELL, role="alert", className="plan-told"),
            dcc.Store(id=BASE, data=base),
        ],
        className="plan-desk no-print",
    )


def _who(view: Desk, lang: str) -> Component:
    if view.person:
        said = html.P(t("plan.writing_as", lang, person=view.person), className="note")
        return html.Div([said, dmc.TextInput(id=WHO, value=view.person, style={"display": "none"})])
    return dmc.TextInput(
        id=WHO,
        label=t("plan.who", lang),
        withAsterisk=True,
        className="control",
        persistence=True,
        persistence_type="local",
    )


def layout(form: Form, lang: str) -> Component:
    """The form of one row: what the data say, its fields, the buttons, what was done to it so far."""
    left_out = ONLY_NEW.get(form.kind, ()) if form.id else ()
    named = [name for name in FIELDS[form.kind] if name not in left_out]
    made = [_field(name, form, lang) for name in named]
    heading = f"plan.editing.{form.kind}" if form.id else f"plan.add.{form.kind}"
    return html.Section(
        [
            html.H2(t(heading, lang)),
            _help(form.kind, lang),
            html.Div(shown(form.shown, lang), id=SHOWN, role="status") if "component_code" in named else None,
            html.Div(made, className="plan-fields"),
            _buttons(form, lang),
            history(form.history, lang),
        ],
        className="plan-form no-print",
    )


def _help(kind: str, lang: str) -> Component:
    said = [t("plan.form_help", lang)]
    said += [t("plan.code_help", lang)] if "component_code" in FIELDS[kind] else []
    return html.P(" ".join(said), className="note")


def shown(lines: Sequence[str], lang: str) -> Component | None:
    """What the data hold about the criterion, clearly no text of anybody's."""
    if not lines:
        return None
    return html.Aside(
        [
            html.H3(t("plan.shown", lang)),
            html.Ul([html.Li(line) for line in lines]),
            html.P(t("plan.shown_help", lang), className="note"),
        ],
        className="plan-shown",
    )


def _field(name: str, form: Form, lang: str) -> Component:
    required = name in REQUIRED or form.kind == "evidence"
    shared: dict[str, Any] = {
        "id": field_id(name),
        "label": label(form.kind, name, lang),
        "withAsterisk": required,
        "className": "control plan-long" if name in LONG else "control",
    }
    value = form.values.get(name, "")
    if name == "index_code":
        options = [{"value": code, "label": called} for code, called in form.indices]
        return dmc.Select(data=options, value=value or None, searchable=True, **shared)
    if name in CHOICES:
        options = [{"value": one, "label": t(f"plan.{name}.{one}", lang)} for one in CHOICES[name]]
        return dmc.Select(data=options, value=value or options[0]["value"], allowDeselect=False, **shared)
    if name in LONG:
        return dmc.Textarea(value=value, autosize=True, minRows=2, **shared)
    return dmc.TextInput(value=value, placeholder=t(f"plan.example.{name}", lang), **shared)


def _buttons(form: Form, lang: str) -> Component:
    save = html.Button(t("plan.save", lang), id=press_id(SAVE), type="button", className="button button-main")
    delete = html.Button(
        t("plan.delete", lang), id=press_id(DELETE), type="button", className="button", hidden=not form.id
    )
    return html.Div(
        [save, NavLink(t("plan.close", lang), form.close, className="button"), delete],
        className="button-row",
    )


def differences(lines: Sequence[str], lang: str) -> Component:
    """Field by field what somebody else changed while this form was open."""
    return html.Div(
        [html.Ul([html.Li(line) for line in lines]), html.P(t("plan.merge.next", lang))],
        className="plan-differences",
    )


def history(lines: Sequence[Past], lang: str) -> Component | None:
    """What was done, in words, closed until asked for."""
    if not lines:
        return None
    items = [html.Li(part) for line in lines for part in told(line, lang)]
    return html.Details(
        [html.Summary(t("plan.history", lang)), html.Ul(items, className="note")], className="plan-history"
    )


def told(line: Past, lang: str) -> list[str]:
    """One line of history as sentences: one, or one for every field that a change made different."""
    what = t(f"plan.row.{line.kind}", lang)
    about = f" “{line.about}”" if line.kind == "evidence" else f" {line.about}%" if line.about else ""
    said = t(f"plan.action.{line.action}", lang, by=line.by, at=line.at, what=what + about)
    if line.action != "change":
        return [said]
    return [f"{said}: {_changed(line.kind, one, lang)}" for one in line.changes]


def _changed(kind: str, one: tuple[str, str, str], lang: str) -> str:
    field, before, after = one
    if field in CHOICES:
        before, after = (t(f"plan.{field}.{value}", lang) for value in (before, after))
    field_name = label(kind, field, lang).lower()
    return t("plan.changed", lang, field=field_name, before=before or DASH, after=after or DASH)


def gone(rows: Sequence[Gone], lang: str) -> Component | None:
    """Rows that were deleted, each with a button that brings it back."""
    if not rows:
        return None
    items = [
        html.Li(
            [
                html.Span(f"{upper_first(t(f'plan.row.{row.kind}', lang))}: {row.label} "),
                html.Span(t("plan.deleted_by", lang, by=row.by, at=row.at), className="note"),
                html.Button(
                    t("plan.restore", lang),
                    id=press_id(RESTORE, row_key(row.kind, row.id, row.version)),
                    type="button",
                    className="button",
                    **{"aria-label": f"{t('plan.restore', lang)}: {row.label}"},
                ),
            ]
        )
        for row in rows
    ]
    return html.Details(
        [html.Summary(tn("plan.deleted", len(rows), lang)), html.Ul(items, className="plan-list")],
        className="plan-history no-print",
    )


def placeholders() -> list[Component]:
    """What the callbacks name, as Dash knows it before the page is open."""
    typed = [dmc.TextInput(id=field_id(name)) for name in ("index_code", "component_code", "year")]
    return [dcc.Store(id=BASE), html.Div(id=TELL), html.Div(id=SHOWN), dmc.TextInput(id=WHO), *typed]
