"""The second step: how the file is read, as guessed, for a person to correct and confirm."""

from collections.abc import Mapping, Sequence
from typing import Any

import dash_ag_grid as dag
import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts import text
from layouts.components import table
from layouts.components.controls import NavLink
from layouts.components.notice import empty, notice
from layouts.components.table import Col
from layouts.pages.intake_view import MapView
from layouts.text import t

INDEX, YEAR, SET, PUBLISHER, NAME = (
    "intake-index",
    "intake-year",
    "intake-set",
    "intake-publisher",
    "intake-name",
)
SHEETS, COLUMNS, CHECK, BASE = "intake-sheets", "intake-columns", "intake-check", "intake-base"
SETS = ("63", "34", "units")
ROLES = ("score", "rank", "self_score", "max_score", "note")
LAYOUTS = ("wide", "long", "pairs", "blocks", "annex")
FIGURES = ("score", "self_score", "max_score")
# Rows from which a grid that people edit scrolls inside itself, and how high it is then, in pixels.
MANY, TALL = 40, 560


def layout(view: MapView, lang: str) -> Component:
    """What was found, what must be confirmed, the columns, the first rows, and the button that checks."""
    children = [
        *(notice(line, "info", lang) for line in view.inspection.get("notices", ())),
        as_annex(view, lang),
        fits(view, lang),
        questions(view, lang),
        subject_fields(view, lang),
        sheet_section(view, lang),
        column_section(view, lang),
        preview_section(view, lang),
        save_section(view, lang),
        dcc.Store(id=BASE, data=_base(view)),
    ]
    return html.Div([child for child in children if child is not None], className="intake-map")


def _base(view: MapView) -> dict[str, Any]:
    """What the check needs beside the tables: the file, the mapping shown, what the fields showed."""
    mapping = dict(view.mapping)
    shown = {
        "index": mapping.get("index"),
        "year": mapping.get("year"),
        "unit_set": mapping.get("unit_set", SETS[0]),
    }
    states = {sheet["name"]: sheet["state"] for sheet in view.inspection["sheets"]}
    return {"file_id": view.file_id, "mapping": mapping, "shown": shown, "states": states}


def as_annex(view: MapView, lang: str) -> Component | None:
    """The other way to take a file with a table of criteria: as the annex of a decision."""
    return html.P(NavLink(t("annex.instead", lang), view.annex), className="note") if view.annex else None


def fits(view: MapView, lang: str) -> Component | None:
    """Saved mappings that fit this file: one press instead of all that follows."""
    if not view.fits:
        return None
    links = [
        NavLink(
            f"{title or name} ({text.percent(share, 0, lang)})",
            href,
            current="true" if name == view.chosen else None,
            className="chip",
        )
        for name, title, share, href in view.fits
    ]
    return html.Section([html.H2(t("intake.map.fits", lang)), html.Div(links, className="chips")])


def questions(view: MapView, lang: str) -> Component:
    """What the file does not say for certain; nothing of it is taken for granted."""
    if view.template:
        return notice(t("intake.map.template", lang), "info", lang)
    missing = view.inspection.get("missing", ())
    if not missing:
        return notice(t("intake.map.sure", lang), "info", lang)
    items = [html.Li(_question(row, lang)) for row in missing]
    heading = text.tn("intake.map.missing", len(items), lang)
    return html.Section([html.H2(heading), html.Ul(items, className="questions")])


def _question(row: Mapping[str, Any], lang: str) -> list[Any]:
    place = " ".join(str(part) for part in (row.get("sheet"), row.get("column")) if part)
    name = text.word("intake.decision", row["what"], lang)
    head = f"{name} ({place})" if place else name
    value = f": {row['value']}" if row["value"] else ""
    return [html.Strong(f"{head}{value}"), html.Span(reason(row, lang), className="muted")]


def reason(row: Mapping[str, Any], lang: str) -> str:
    """Why something was decided, in the reader's language; in English where nobody has translated it."""
    key = f"intake.reason.{str(row['reason']).replace('.', '_')}"
    if key in text.texts(lang):
        return t(key, lang, **row.get("facts", {}))
    return str(row.get("why", ""))


def subject_fields(view: MapView, lang: str) -> Component:
    """Which index, year, unit set and publisher: what the figures are."""
    mapping = view.mapping
    names = [{"value": code, "label": name} for code, name in view.indices]
    sets = [{"value": code, "label": text.word("intake.set", code, lang)} for code in SETS]
    publisher = str((mapping.get("source") or {}).get("publisher", ""))
    return html.Section(
        [
            html.H2(t("intake.map.subject", lang)),
            html.Div(
                [
                    choice(INDEX, t("common.index", lang), names, mapping.get("index")),
                    dmc.NumberInput(
                        id=YEAR, label=t("controls.year", lang), value=mapping.get("year") or "",
                        hideControls=True, allowDecimal=False, className="control",
                    ),
                    choice(SET, t("intake.map.set", lang), sets, mapping.get("unit_set", SETS[0])),
                    dmc.TextInput(
                        id=PUBLISHER, label=t("intake.map.publisher", lang), value=publisher,
                        className="control",
                    ),
                ],
                className="intake-fields",
            ),
        ]
    )  # fmt: skip


def choice(identity: str, label: str, options: list[dict[str, str]], value: Any) -> Component:
    """A select of (value, label) options, found by typing without accents."""
    return dmc.Select(
        id=identity, label=label, data=options, value=value or None, searchable=True, allowDeselect=False,
        comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}},
        filter={"function": "withoutAccents"}, className="control",
    )  # fmt: skip


def sheet_section(view: MapView, lang: str) -> Component:
    """Sheets as they are, and how those that are read are laid out."""
    maps = {str(one.get("sheet", "")): one for one in view.mapping.get("sheets", ())}
    rows = []
    for sheet in view.inspection["sheets"]:
        mapped = maps.get(sheet["name"])
        rows.append(
            {
                "sheet": sheet["name"],
                "size": f"{sheet['rows']} × {sheet['columns']}",
                "state": t(f"intake.sheet.{sheet['state']}", lang),
                "read": mapped is not None,
                "layout": (mapped or {}).get("layout", sheet["layout"] or LAYOUTS[0])
                if mapped is not None
                else "",
                "header_rows": ", ".join(
                    str(n) for n in (mapped or {}).get("header_rows", sheet["header_rows"])
                ),
                "first_row": (mapped or {}).get("first_row") or None,
                "last_row": (mapped or {}).get("last_row") or None,
                "unit": ((mapped or {}).get("unit") or {}).get("column", ""),
            }
        )
    columns = [
        column("sheet", t("intake.sheet.name", lang), flex=2, minWidth=150),
        column("size", t("intake.sheet.size", lang), width=100),
        column("state", t("intake.sheet.state", lang), width=90),
        column("read", t("intake.sheet.read", lang), width=80, editable=True, cellDataType="boolean"),
        choice_column(
            "layout",
            t("intake.sheet.layout", lang),
            {name: t(f"intake.layout.{name}", lang) for name in LAYOUTS},
            flex=1,
            minWidth=150,
        ),
        column("header_rows", t("intake.sheet.header_rows", lang), width=110, editable=True),
        column(
            "first_row", t("intake.sheet.first_row", lang), width=90, editable=True, cellDataType="number"
        ),
        column("last_row", t("intake.sheet.last_row", lang), width=90, editable=True, cellDataType="number"),
        column("unit", t("intake.sheet.unit", lang), width=90, editable=True),
    ]
    title = t("intake.sheet.title", lang)
    return html.Section(
        [
            html.H2(title),
            html.P(t("intake.sheet.note", lang), className="note"),
            editor(SHEETS, columns, rows, title, lang),
        ]
    )


def column_section(view: MapView, lang: str) -> Component:
    """Every column of figures: what it is, how sure, why."""
    rows = column_rows(view, lang)
    title = t("intake.columns.title", lang)
    if not rows:
        return html.Section(
            [html.H2(title), empty(t("intake.columns.none", lang), t("intake.columns.none_help", lang))]
        )
    names = {"": t("intake.columns.nothing", lang)} | dict(view.components)
    columns = [
        column("sheet", t("intake.sheet.name", lang), width=130),
        column("column", t("intake.columns.column", lang), width=76),
        column("header", t("intake.columns.header", lang), flex=2, minWidth=150),
        choice_column("component", t("common.component", lang), names, flex=3, minWidth=190),
        choice_column(
            "role",
            t("intake.columns.role", lang),
            {name: t(f"intake.role.{name}", lang) for name in ROLES},
            width=130,
        ),
        column("factor", t("intake.columns.factor", lang), width=80, editable=True, cellDataType="number"),
        column("sure", t("intake.columns.sure", lang), width=90),
        column("why", t("intake.columns.why", lang), flex=3, minWidth=180, tooltipField="why"),
    ]
    note = html.P(t("intake.columns.note", lang), className="note")
    return html.Section([html.H2(title), note, editor(COLUMNS, columns, rows, title, lang)])


def column_rows(view: MapView, lang: str) -> list[dict[str, Any]]:
    """The columns that the mapping reads, as rows to edit; `sheet_at`, `column_at` lead back to it."""
    said = {
        (row["sheet"], row["column"]): row
        for row in view.inspection.get("decisions", ())
        if row["what"] == "column"
    }
    made = []
    for sheet_at, sheet in enumerate(view.mapping.get("sheets", ())):
        for column_at, column in enumerate(sheet.get("columns", ())):
            decision = said.get((sheet.get("sheet", ""), column.get("column", "")), {})
            made.append(
                {
                    "sheet_at": sheet_at, "column_at": column_at,
                    "sheet": sheet.get("sheet") or sheet.get("pattern", ""),
                    "column": column.get("column", ""), "header": column.get("header", ""),
                    "component": column.get("component", ""), "role": column.get("role", ROLES[0]),
                    "factor": column.get("factor", 1.0),
                    "sure": text.percent(decision.get("confidence"), 0, lang) if decision else "",
                    "doubtful": bool(decision) and not decision.get("sure"),
                    "why": reason(decision, lang) if decision else "",
                }
            )  # fmt: skip
    return made


def column(field: str, name: str, **more: Any) -> dict[str, Any]:
    """A column of a grid that people edit; cells that can be changed are tinted."""
    return {
        "field": field,
        "headerName": name,
        "sortable": False,
        "cellClass": "cell-edit" if more.get("editable") else "",
    } | more


def choice_column(field: str, name: str, names: Mapping[str, str], **more: Any) -> dict[str, Any]:
    """A column whose cells take one of some values, shown in words."""
    editor = {
        "cellEditor": "agSelectCellEditor",
        "cellEditorParams": {"values": list(names)},
        "refData": dict(names),
    }
    return column(field, name, editable=True, **editor, **more)


def editor(
    identity: str, columns: list[dict[str, Any]], rows: Sequence[Mapping[str, Any]], name: str, lang: str
) -> Component:
    """A grid whose marked cells can be changed; a long one scrolls inside itself."""
    height = TALL if len(rows) > MANY else 0
    options = table.editor_options(lang) | ({"domLayout": "normal"} if height else {})
    made = dag.AgGrid(
        id=identity,
        rowData=[dict(row) for row in rows],
        columnDefs=columns,
        defaultColDef={
            "resizable": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "suppressHeaderMenuButton": True,
        },
        dashGridOptions=options,
        rowClassRules={"row-doubtful": "params.data && params.data.doubtful"},
        style={"width": "100%", "height": height or None},
    )
    flow = "" if height else " grid-flow"
    return html.Div(made, className=f"data-grid{flow}", role="group", **{"aria-label": name})


def preview_section(view: MapView, lang: str) -> Component:
    """The first rows as they would be stored."""
    title = t("intake.preview.title", lang)
    if view.problems:
        return html.Section([html.H2(title), *(notice(line, "failure", lang) for line in view.problems)])
    if not view.preview:
        return html.Section(
            [html.H2(title), empty(t("intake.preview.none", lang), t("intake.preview.none_help", lang))]
        )
    fields = [
        name
        for name in ("year", "unit", "component", "score", "rank", "self_score", "max_score", "cell")
        if any(row.get(name) for row in view.preview)
    ]
    columns = tuple(
        Col(name, t(f"intake.preview.{name}", lang), least=90, flex=2 if name in {"unit", "component"} else 1)
        for name in fields
    )
    rows = [{**row, **{name: _decimal(row.get(name), lang) for name in FIGURES}} for row in view.preview]
    spec = table.Spec("intake-preview", title, columns, rows, sortable=False)
    return html.Section(
        [html.H2(title), html.P(t("intake.preview.note", lang), className="note"), table.grid(spec, lang)]
    )


def _decimal(stored: Any, lang: str) -> str:
    """A stored figure as the reader writes it, every printed decimal kept."""
    return str(stored or "").replace(".", ",") if lang == "vi" else str(stored or "")


def save_section(view: MapView, lang: str) -> Component:
    """The name to keep this mapping under, and the button that checks the file."""
    return html.Section(
        [
            dmc.TextInput(
                id=NAME, label=t("intake.map.name", lang), description=t("intake.map.name_help", lang),
                value=str(view.mapping.get("name", "")), className="control",
            ),
            html.Button(
                t("intake.map.check", lang), id=CHECK, type="button", className="button button-main",
                disabled=not view.mapping,
            ),
        ],
        className="intake-save",
    )  # fmt: skip
