"""Each component's part of all points that the index lost, told alike on every level of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exports.briefing.words import has

ADDS_UP = 0.01  # of the points lost: rounding of a hundred published scores
SLACK = 0.005  # of all lost points


def of_total(rows: Sequence[dict[str, Any]], root: str) -> list[dict[str, Any]]:
    """Rows of one unit and year with `lost_share` as a part of what the total lost.

    The release tells the share among components of one level. Where leaves stand on several levels, such
    shares cannot stand in one table or be added up. So: where the points that the leaves lost make up those
    of the total, a share is lost points by all lost points; else the release's shares stay as long as no
    component has less than its own parts together; else only those right under the total are told.
    """
    lost = _lost_in_all(rows, root)
    if lost:
        return [_with(row, row["lost"] / lost if _told(row, root) else None) for row in rows]
    if _agree(rows, root):
        return list(rows)
    return [row if row["parent_code"] in (None, root) else _with(row, None) for row in rows]


def _with(row: dict[str, Any], share: float | None) -> dict[str, Any]:
    return {**row, "lost_share": share}


def _told(row: dict[str, Any], root: str) -> bool:
    return has(row["lost"]) and row["component_code"] != root


def _lost_in_all(rows: Sequence[dict[str, Any]], root: str) -> float | None:
    """The points lost by the leaves where they make up those of the total (which are rounded for themselves);
    None where they do not.
    """
    scored = [row for row in rows if has(row["value"])]
    total = next((row["lost"] for row in scored if row["component_code"] == root), None)
    inner = {row["parent_code"] for row in scored}
    leaves = [row["lost"] for row in scored if row["component_code"] not in inner]
    if not has(total) or not total or not leaves or not all(map(has, leaves)):
        return None
    return float(sum(leaves)) if abs(sum(leaves) - total) <= ADDS_UP * total else None


def _agree(rows: Sequence[dict[str, Any]], root: str) -> bool:
    """Whether no component has a smaller share than its parts together."""
    shares = {row["component_code"]: row["lost_share"] for row in rows if has(row["lost_share"])}
    below: dict[str, float] = {}
    for row in rows:
        parent = row["parent_code"]
        if parent in shares and parent != root and row["component_code"] in shares:
            below[parent] = below.get(parent, 0.0) + shares[row["component_code"]]
    return all(parts <= shares[code] + SLACK for code, parts in below.items())
