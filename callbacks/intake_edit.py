"""From the tables that a person corrected back to a mapping: plain values in, a checked mapping out."""

from collections.abc import Mapping, Sequence
from typing import Any

from etl.intake.mapping_file import ImportMapping, mapping_of
from layouts.pages.intake_map import ROLES

Row = Mapping[str, Any]
VISIBLE = "visible"


def corrected(base: Row, subject: Row, sheets: Sequence[Row], columns: Sequence[Row]) -> ImportMapping:
    """The mapping with the corrections of a person. Raises SourceError naming every field that is wrong.

    `base`: `mapping`, the one that was shown, and `states`, sheet -> visible, hidden or very_hidden;
    `subject`: index, year, unit_set, publisher, name; `sheets`, `columns`: the two tables as they are now.
    """
    shown = base["mapping"]
    plans = [dict(plan) for plan in shown.get("sheets", ())]
    for row in columns:
        _correct_column(plans, row)
    content = dict(shown) | {"sheets": _sheets([_kept(plan) for plan in plans], sheets, base["states"])}
    source = dict(shown.get("source") or {}) | {"publisher": str(subject.get("publisher") or "").strip()}
    content |= {
        "source": source,
        "index": subject.get("index") or "",
        "unit_set": subject.get("unit_set") or "",
    }
    content |= {"name": str(subject.get("name") or "").strip(), "year": _whole(subject.get("year"))}
    return mapping_of(content, content["name"] or "mapping")


def _correct_column(plans: list[dict[str, Any]], row: Row) -> None:
    plan = plans[int(row["sheet_at"])]
    columns = [dict(column) for column in plan.get("columns", ())]
    columns[int(row["column_at"])] |= {
        "component": row.get("component") or "",
        "role": row.get("role") or ROLES[0],
        "factor": float(row.get("factor") or 1.0),
    }
    plan["columns"] = columns


def _kept(plan: Row) -> dict[str, Any]:
    """Without the columns that a person set to "not read"; only those of a long table need no component."""
    if plan.get("component_from") or plan.get("layout") in ("annex", "blocks"):
        return dict(plan)
    return dict(plan) | {"columns": [column for column in plan.get("columns", ()) if column["component"]]}


def _sheets(
    plans: list[dict[str, Any]], rows: Sequence[Row], states: Mapping[str, str]
) -> list[dict[str, Any]]:
    by_name = {str(plan.get("sheet", "")): plan for plan in plans}
    made = [plan for name, plan in by_name.items() if not name]
    for row in rows:
        if row.get("read"):
            hidden = {"hidden": "read"} if states.get(row["sheet"], VISIBLE) != VISIBLE else {}
            made.append(_correct_sheet(by_name.get(row["sheet"], {"sheet": row["sheet"]}), row) | hidden)
    return made


def _correct_sheet(plan: Row, row: Row) -> dict[str, Any]:
    unit = dict(plan.get("unit") or {})
    wanted = str(row.get("unit") or "").strip().upper()
    if wanted != unit.get("column", ""):
        unit = {"column": wanted}
    return dict(plan) | {
        "layout": row.get("layout") or plan.get("layout", "wide"),
        "header_rows": _rows(row.get("header_rows")),
        "first_row": _whole(row.get("first_row")) or 0,
        "last_row": _whole(row.get("last_row")) or 0,
        "unit": unit,
    }


def _rows(words: Any) -> list[Any]:
    """ "1, 2" as numbers; what is no number goes on as it is, for the mapping to refuse it."""
    parts = [part.strip() for part in str(words or "").replace(";", ",").split(",") if part.strip()]
    return [int(part) if part.isdecimal() else part for part in parts]


def _whole(value: Any) -> Any:
    """A whole number, None for nothing; anything else goes on as it is."""
    if value in (None, ""):
        return None
    text = str(value).strip()
    return int(float(text)) if text.replace(".", "", 1).isdecimal() and float(text).is_integer() else text
