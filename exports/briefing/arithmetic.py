"""One row of a table worked out, for whoever speaks to a slide: "Tối đa 10 − Đạt 9,06 = Điểm mất 0,94"."""

from __future__ import annotations

from exports.briefing.model import Col, Row, Table
from exports.briefing.report import cell
from exports.briefing.words import MINUS, Words, has

# (what stands first, what is taken away, what is left), by key of the column.
DIFFERENCES = (
    ("max", "value", "lost"),
    ("value", "before", "change"),
    ("value", "mean", "gap_mean"),
    ("value", "leader_value", "gap_leader"),
    ("value", "leader_value", "gap"),
    ("self", "value", "by"),
)
QUOTIENTS = (("value", "max"), ("score", "max"))  # what was obtained, of how much
WORKED = ("fields", "sources", "overview")  # tables whose charts show shares of the maximum
EXACT = 1e-9


def worked(table: Table | None, w: Words) -> str:
    """The first row that has all parts of at least one sum, with every sum that comes out exactly; "" where
    no row has any (a weight or a direction stands between).
    """
    for row in table.rows if table is not None else ():
        steps = _steps(table, row, w) if table is not None else []
        if steps and row.get("name"):
            return w.t("slide.notes_worked", name=row["name"], steps="; ".join(steps))
    return ""


def _steps(table: Table, row: Row, w: Words) -> list[str]:
    cols = {col.key: col for col in table.cols}
    found = [
        f"{_told(cols[one], row, w)} {MINUS} {_told(cols[other], row, w)} = {_told(cols[left], row, w)}"
        for one, other, left in DIFFERENCES
        if {one, other, left} <= set(cols) and _comes_out(row, one, other, left)
    ]
    for part, whole in QUOTIENTS if table.key in WORKED else ():
        if {part, whole} <= set(cols) and has(row.get(part)) and has(row.get(whole)) and row[whole]:
            share = w.percent(row[part] / row[whole])
            found.append(f"{_told(cols[part], row, w)} : {_told(cols[whole], row, w)} = {share}")
    return found


def _comes_out(row: Row, *keys: str) -> bool:
    if not all(has(row.get(key)) for key in keys):
        return False
    one, other, left = (float(row[key]) for key in keys)
    return abs(one - other - left) < EXACT


def _told(col: Col, row: Row, w: Words) -> str:
    return f"{col.label} {cell(row[col.key], col.kind, col.places(row), w)}"
