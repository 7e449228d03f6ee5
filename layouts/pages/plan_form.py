"""The forms of the plan: an assignment, a cause. What is typed is checked by the server alone."""

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.pages.plan_view import Form
from layouts.text import t

WHO, SAVE, DELETE, BASE, TELL = "plan-who", "plan-save", "plan-delete", "plan-base", "plan-tell"
FIELD = "plan-field"
FIELDS = {
    "assignment": (
        "index_code", "component_code", "year", "task", "target", "lead", "partners", "deadline", "product",
        "authority", "status",
    ),
    "cause": ("index_code", "component_code", "year", "kind", "text"),
}  # fmt: skip
CHOICES = {"kind": ("objective", "subjective"), "status": ("open", "done", "stopped")}
LONG = {"task", "target", "text"}
REQUIRED = {"index_code", "component_code", "year", "task", "lead", "deadline", "kind", "text", "status"}


def field_id(name: str) -> dict[str, str]:
    """Id of the input of a field."""
    return {"type": FIELD, "name": name}


def layout(form: Form, lang: str) -> Component:
    """The form of one row: its fields, who writes, the buttons, and what was done to it so far."""
    made = [_field(name, form, lang) for name in FIELDS[form.kind]]
    key = "edit" if form.id else "add"
    return html.Section(
        [
            html.H2(t(f"plan.{key}.{form.kind}" if key == "add" else f"plan.editing.{form.kind}", lang)),
            html.P(t("plan.form_help", lang), className="note"),
            html.Div(made, className="plan-fields"),
            html.Div(_who(lang), className="plan-fields"),
            html.Div(id=TELL, role="alert", className="plan-told"),
            _buttons(form, lang),
            dcc.Store(id=BASE, data={"kind": form.kind, "id": form.id, "version": form.version}),
            _history(form, lang),
        ],
        className="plan-form no-print",
    )


def _field(name: str, form: Form, lang: str) -> Component:
    shared: dict[str, Any] = {
        "id": field_id(name),
        "label": t(f"plan.field.{name}", lang),
        "withAsterisk": name in REQUIRED,
        "className": "control plan-long" if name in LONG else "control",
    }
    value = str(form.values.get(name, "") or "")
    if name == "index_code":
        options = [{"value": code, "label": label} for code, label in form.indices]
        return dmc.Select(data=options, value=value or None, searchable=True, **shared)
    if name in CHOICES:
        options = [{"value": one, "label": t(f"plan.{name}.{one}", lang)} for one in CHOICES[name]]
        return dmc.Select(data=options, value=value or options[0]["value"], allowDeselect=False, **shared)
    if name in LONG:
        return dmc.Textarea(value=value, autosize=True, minRows=2, **shared)
    return dmc.TextInput(value=value, placeholder=t(f"plan.example.{name}", lang), **shared)


def _who(lang: str) -> Component:
    return dmc.TextInput(
        id=WHO,
        label=t("plan.who", lang),
        withAsterisk=True,
        className="control",
        persistence=True,
        persistence_type="local",
    )


def _buttons(form: Form, lang: str) -> Component:
    save = html.Button(t("plan.save", lang), id=SAVE, type="button", className="button button-main")
    delete = html.Button(
        t("plan.delete", lang), id=DELETE, type="button", className="button", hidden=not form.id
    )
    return html.Div(
        [save, NavLink(t("plan.close", lang), form.close, className="button"), delete],
        className="button-row",
    )


def _history(form: Form, lang: str) -> Component | None:
    if not form.history:
        return None
    lines = []
    for past in form.history:
        fields = ", ".join(t(f"plan.field.{name}", lang).lower() for name in past.fields)
        told = t(f"plan.action.{past.action}", lang, by=past.by, at=past.at)
        lines.append(html.Li(f"{told}: {fields}" if past.action == "change" else told))
    return html.Details(
        [html.Summary(t("plan.history", lang)), html.Ul(lines, className="note")], className="plan-history"
    )


def placeholders() -> list[Component]:
    """What the callbacks name, as Dash knows it before a form is open."""
    return [
        html.Button(id=SAVE),
        html.Button(id=DELETE),
        dcc.Store(id=BASE),
        html.Div(id=TELL),
        dmc.TextInput(id=WHO),
    ]
