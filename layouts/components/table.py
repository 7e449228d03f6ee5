"""Data tables: one builder over AG Grid, so that every table reads, sorts, filters and exports alike.

A table is a list of `Col` and plain rows; row keys with a meaning of their own: `own` (our province: tinted,
repeated under the header when far down), `cut` (a group ends above this row), `<field>_why` (why the cell is
empty), `<field>_hint` (what the cell says on hover), `<field>_less` (less is better: a fall has the colour
of a gain), and in trees `code`, `parent`, `indent`, `branch`, `open`, `shown`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import dash_ag_grid as dag
from dash import dcc, html
from dash.development.base_component import Component

from layouts import ids, text, theme

ROW_HEIGHT, HEADER_HEIGHT = 30, 40
EMPTY = 64  # pixels under the head of a table without rows, for the words that say so (assets/table.css)
ROW_MARKS = ("own", "cut", "head", "out")
GRID = "grid"
RENDERERS = {"bar": "CsBar", "strip": "CsStrip"}
_GRID_TEXTS = "table.grid."
_NUMERIC = frozenset({"number", "integer", "count", "change", "signed", "share", "rank"})
_FORMATTERS = {
    "number": "csNumber",
    "integer": "csNumber",
    "count": "csNumber",
    "rank": "csNumber",
    "change": "csChange",
    "signed": "csSigned",
    "share": "csShare",
}


@dataclass(frozen=True)
class Col:
    """One column: `kind` is text, number, integer, count, rank, change, signed, share, bar (from zero),
    strip (a dot between `span`), words, link (a name that leads to the row's `href`) or tree.

    `width` is fixed pixels; without it the column takes `flex` of what is left, at least `least` pixels.
    `why` is the reason of an empty cell, `hide_under` the table width below which the column is left out,
    `spread` lets the cell of a row marked `out` take the next column too,
    `order` marks the column whose rising order is the table's own (group cuts are drawn in it).
    """

    field: str
    label: str
    kind: str = "text"
    decimals: int = 0
    width: int = 0
    flex: int = 1
    least: int = 120
    span: tuple[float, float] = (0.0, 1.0)
    why: str = ""
    hint: str = ""
    unit: str = ""
    hide_under: int = 0
    order: bool = False
    pinned: bool = False
    wrap: bool = False
    spread: bool = False
    export: bool = True


@dataclass(frozen=True)
class Spec:
    """A table: its id, what a screen reader calls it, columns, rows, and whether rows form a tree.

    A row may name the figures in its cells (`refs`: field to key) and where its name leads (`href`).
    `max_height` (pixels) makes the table scroll inside itself; without it all rows are laid out.
    `later`: the page is sent without the rows, which are asked for as soon as it is on the screen
    (`asking`); the grid says that it loads, at the height it keeps.
    """

    table_id: str
    name: str
    columns: tuple[Col, ...]
    rows: Sequence[Mapping[str, Any]]
    tree: bool = False
    sortable: bool = True
    max_height: int = 0
    later: bool = False


def grid_id(table_id: str) -> dict[str, str]:
    """Id of the grid of a table; `part` lets a download ask for "the grid, if there is one"."""
    return {"type": GRID, "table": table_id, "part": "grid"}


def grid(spec: Spec, lang: str) -> Component:
    """The grid of `spec` with texts in `lang`, in a frame that names it (see assets/grid.js)."""
    identity = grid_id(spec.table_id)
    flow = {"width": "100%", "height": None}
    made = dag.AgGrid(
        id=identity,
        rowData=None if spec.later else [dict(row) for row in spec.rows],
        columnDefs=[column_def(col, spec, lang) for col in spec.columns],
        defaultColDef={
            "resizable": True,
            "sortable": spec.sortable and not spec.tree,
            "suppressHeaderMenuButton": True,
            "wrapHeaderText": True,
            "autoHeaderHeight": True,
            "comparator": {"function": "csCompare"},
        },
        dashGridOptions=_options(spec, lang),
        rowClassRules={f"row-{mark}": f"params.data && params.data.{mark}" for mark in ROW_MARKS},
        eventListeners=_listeners(spec),
        style={"height": spec.max_height, "width": "100%"} if spec.max_height else flow,
    )
    kinds = {"data-grid": True, "grid-flow": not spec.max_height, "grid-tall": _tall(spec)}
    marks = {"data-grid": json.dumps(identity), "data-name": spec.name}
    if any(row.get("refs") for row in spec.rows):
        marks["data-hint"] = text.t("provenance.grid_hint", lang)
    classes = " ".join(("grid-frame", *(k for k, on in kinds.items() if on)))
    return html.Div(made, className=classes, style=_kept(spec), **marks)


def asking(spec: Spec, lang: str, search: str = "") -> Component:
    """What stands beside a `later` table: it has the rows asked for (see callbacks.data). search: the query
    string of the page, where its state decides the rows.
    """
    told = {"table": spec.table_id, "lang": lang} | ({"search": search} if search else {})
    return dcc.Store(id=ids.table_later(spec.table_id), data=told)


def _kept(spec: Spec) -> dict[str, str]:
    """The height that the rows will take at least, kept until they are drawn (see csDrawn)."""
    rows = sum(1 for row in spec.rows if row.get("shown", True)) if spec.tree else len(spec.rows)
    room = rows * ROW_HEIGHT or EMPTY
    return {} if spec.max_height else {"minHeight": f"{HEADER_HEIGHT + room}px"}


def _tall(spec: Spec) -> bool:
    """Whether rows grow with their text: then all cells are centred."""
    return any(col.wrap or col.kind in {"words", "tree"} for col in spec.columns)


def payload(
    spec: Spec, title: str, meta: Mapping[str, Any], unit: str = "", in_grid: bool = False
) -> dict[str, Any]:
    """What the table's Store holds for downloads: {title, columns, rows, meta}.

    in_grid: without rows; a download takes those of the grid, and a long table is not sent twice.
    """
    columns = [export_column(col) for col in spec.columns if col.export]
    told = {"title": title, "columns": columns, "meta": dict(meta) | {"unit": unit}}
    if in_grid:
        return told
    fields = [column["field"] for column in columns]
    return told | {"rows": [{name: row.get(name) for name in fields} for row in spec.rows]}


def export_column(col: Col) -> dict[str, Any]:
    """A column as the exports want it: decimals only where the value is a number."""
    decimals = col.decimals if col.kind in _NUMERIC or col.kind in RENDERERS else None
    signed = col.kind in {"change", "signed"}
    label = col.label or text.DASH
    return {
        "field": col.field,
        "label": label,
        "decimals": decimals,
        "signed": signed,
        "unit": col.unit,
        "percent": col.kind == "share",
        "for_room": bool(col.hide_under),
    }


def column_def(col: Col, spec: Spec, lang: str) -> dict[str, Any]:
    """AG Grid's definition of one column; functions are named ones of assets/grid.js."""
    made: dict[str, Any] = {
        "field": col.field,
        "headerName": f"{col.label} ({col.unit})" if col.unit else col.label,
        "context": {"why": col.why, "from": col.hide_under, "order": col.order},
        "tooltipValueGetter": {"function": "csReason(params)"},
        "cellClass": _cell_class(col),
        "headerClass": "head-number" if col.kind in _NUMERIC else "",
    }
    made |= _size(col, _tall(spec)) | _content(col, lang)
    if col.spread:
        made["colSpan"] = {"function": "params.data && params.data.out ? 2 : 1"}
    if col.hint:
        made["headerTooltip"] = col.hint
    if spec.sortable and not spec.tree and col.kind not in {*RENDERERS, "words"}:
        made |= _filter(col)
    return made


def _cell_class(col: Col) -> str:
    classes = ["cell-number"] if col.kind in _NUMERIC else []
    classes += ["cell-wrap"] if col.wrap or col.kind == "tree" else []
    return " ".join([*classes, f"kind-{col.kind}"])


def _size(col: Col, tall: bool) -> dict[str, Any]:
    size: dict[str, Any] = {"width": col.width, "minWidth": min(col.width, 48)} if col.width else {}
    if not col.width:
        size = {"flex": col.flex, "minWidth": col.least}
    if col.pinned:
        size |= {"pinned": "left", "lockPinned": True}
    if tall and col.kind in {"text", "tree", "link"}:
        size |= {"wrapText": True, "autoHeight": True}
    return size


def _content(col: Col, lang: str) -> dict[str, Any]:
    if col.kind in _FORMATTERS:
        call = f"{_FORMATTERS[col.kind]}(params.value, {col.decimals}, '{lang}', params)"
        return {
            "valueFormatter": {"function": call},
            "cellClassRules": _direction(col) | _soft(col) | _marked(col),
        }
    if col.kind in RENDERERS:
        least, most = col.span
        return {"cellRenderer": RENDERERS[col.kind], "cellRendererParams": {"least": least, "most": most}}
    if col.kind == "link":
        return {"cellRenderer": "CsLink"}
    if col.kind == "words":
        return {"cellRenderer": "CsWords", "autoHeight": True, "cellDataType": False}
    if col.kind == "tree":
        words = {"openWord": text.t("table.open", lang), "closeWord": text.t("table.close", lang)}
        return {"cellRenderer": "CsTree", "cellRendererParams": words}
    return {"valueFormatter": {"function": "csText(params.value)"}, "cellClassRules": _marked(col)}


def _direction(col: Col) -> dict[str, str]:
    if col.kind == "count":
        return {"cell-zero": "params.value == 0"}
    if col.kind != "change":
        return {}
    worse = f"params.data && params.data.{col.field}_less"
    return {
        "cell-up": f"({worse}) ? params.value < 0 : params.value > 0",
        "cell-down": f"({worse}) ? params.value > 0 : params.value < 0",
    }


def _soft(col: Col) -> dict[str, str]:
    """A figure of our own making among published ones is set apart: rows say so by `<field>_soft`."""
    return {"cell-soft": f"params.data && params.data.{col.field}_soft"}


def _marked(col: Col) -> dict[str, str]:
    """A figure whose source can be opened: rows name it under `refs`, by field (see layouts.figure_ref)."""
    return {"cell-figure": f"params.data && params.data.refs && params.data.refs.{col.field}"}


def _filter(col: Col) -> dict[str, Any]:
    if col.kind in _NUMERIC:
        return {"filter": "agNumberColumnFilter"}
    fold = {"textFormatter": {"function": "csFold(params)"}, "buttons": ["reset"]}
    return {"filter": "agTextColumnFilter", "filterParams": fold}


def _options(spec: Spec, lang: str) -> dict[str, Any]:
    options: dict[str, Any] = {
        "theme": {"function": _theme()},
        "rowHeight": ROW_HEIGHT,
        "animateRows": False,
        "suppressCellFocus": False,
        "enableCellTextSelection": True,
        "ensureDomOrder": True,
        "suppressMovableColumns": True,
        "suppressColumnVirtualisation": True,
        "tooltipShowDelay": 250,
        "localeText": grid_texts(lang),
        "enableBrowserTooltips": False,
        "suppressDragLeaveHidesColumns": True,
        # A table is one stop of the Tab key, as every composite control is: arrows go about in it.
        "tabToNextCell": {"function": "csLeave(params)"},
        "tabToNextHeader": {"function": "csLeave(params)"},
    }
    if not spec.max_height:
        options["domLayout"] = "autoHeight"
    if spec.tree:
        options |= {
            "isExternalFilterPresent": {"function": "true"},
            "doesExternalFilterPass": {"function": "csShown(params)"},
        }
    return options


def editor_options(lang: str) -> dict[str, Any]:
    """Options of a grid whose cells people change: a click opens a cell, leaving it keeps what was typed."""
    return {
        "theme": {"function": _theme()},
        "rowHeight": ROW_HEIGHT,
        "domLayout": "autoHeight",
        "singleClickEdit": True,
        "stopEditingWhenCellsLoseFocus": True,
        "suppressMovableColumns": True,
        "ensureDomOrder": True,
        "localeText": grid_texts(lang),
    }


@cache
def grid_texts(lang: str) -> Mapping[str, str]:
    """AG Grid's own words in `lang`, from the section table.grid of the translations."""
    return {
        key.removeprefix(_GRID_TEXTS): words
        for key, words in text.texts(lang).items()
        if key.startswith(_GRID_TEXTS)
    }


def _listeners(spec: Spec) -> dict[str, list[str]]:
    listeners = {
        "gridSizeChanged": ["csFit(params)"],
        "rowDataUpdated": ["csMarkSort(params)"],
        "firstDataRendered": ["csDrawn(params)"],
    }
    listeners |= {"cellClicked": ["csFigure(params)"], "cellKeyDown": ["csFigure(params)"]}
    if spec.tree:
        return listeners | {"cellKeyDown": ["csTreeKey(params)", "csFigure(params)"]}
    return listeners | {"sortChanged": ["csMarkSort(params)"], "filterChanged": ["csPinOwn(params)"]}


def _theme() -> str:
    """AG Grid's quiet theme with the house tokens (style sheet variables, so that they are named once)."""
    params = {
        "fontFamily": "inherit",
        "fontSize": "var(--size-sm)",
        "headerFontSize": "var(--size-xs)",
        "headerFontWeight": 400,
        "foregroundColor": "var(--ink)",
        "backgroundColor": "var(--paper)",
        "headerBackgroundColor": "var(--paper)",
        "headerTextColor": "var(--muted)",
        "borderColor": "var(--line)",
        "wrapperBorder": "none",
        "wrapperBorderRadius": 0,
        "columnBorder": "none",
        "headerColumnBorder": "none",
        "headerRowBorder": "1px solid var(--ink)",
        "rowHoverColor": "var(--shade)",
        "accentColor": "var(--blue)",
        "cellHorizontalPadding": theme.SPACE["sm"],
        "rowVerticalPaddingScale": 0.6,
        "spacing": 6,
        "browserColorScheme": "inherit",
        "iconSize": 12,
        "headerHeight": HEADER_HEIGHT,
    }
    return f"themeQuartz.withParams({json.dumps(params)})"
