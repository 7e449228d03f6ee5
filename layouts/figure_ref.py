"""Which published figure a number on the screen is: the key that marks it and asks for its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layouts.text import has

BETWEEN = "|"
MAIN = "main"
LONGEST = 200


@dataclass(frozen=True)
class FigureRef:
    """One cell of the score table: index, measured year, unit, component, and the tree it stands in."""

    index: str
    year: int
    unit: str
    component: str
    view: str = MAIN

    @property
    def key(self) -> str:
        """The reference as one text, for data attributes; the main tree is not said."""
        parts = [self.index, str(self.year), self.unit, self.component]
        return BETWEEN.join(parts if self.view == MAIN else [*parts, self.view])

    @classmethod
    def parse(cls, key: object) -> FigureRef | None:
        """The reference of a key; None where it is not one."""
        parts = str(key or "")[:LONGEST].split(BETWEEN)
        if len(parts) not in (4, 5) or not all(parts) or not parts[1].isdecimal():
            return None
        return cls(parts[0], int(parts[1]), parts[2], parts[3], *parts[4:])


def ref_of(row: Mapping[str, Any], **other: Any) -> str:
    """The key of a score row's figure, with other keys where asked ("" where it names none)."""
    named = {name: row.get(name) for name in ("index_code", "year", "unit_id", "component_code", "view")}
    named |= other
    if not all(has(named[name]) for name in ("index_code", "year", "unit_id", "component_code")):
        return ""
    view = str(named["view"]) if has(named["view"]) else MAIN
    index, unit, component = (str(named[name]) for name in ("index_code", "unit_id", "component_code"))
    return FigureRef(index, int(named["year"]), unit, component, view).key


def target_key(target: Mapping[str, Any]) -> str:
    """The key of the published total that measures a target; "" where no single one does."""
    kind, _, code = str(target["measure"] or "").partition(":")
    if kind not in ("score", "rank") or ";" in code or not has(target["measured_value"]):
        return ""
    named = {"index_code": code, "year": target["measured_year"], "unit_id": target["measured_unit_id"]}
    return ref_of(named, component_code=code)


def lever_key(lever: Any, of_holder: bool = False) -> str:
    """The key of our figure of a lever (layouts.views.Lever); of_holder: of the figure it could rise to."""
    row = lever.card.row or {}
    unit = lever.holder_unit if of_holder else row.get("unit_id")
    return ref_of(row, unit_id=unit, component_code=lever.component["code"], view=MAIN)


def before_of(row: Mapping[str, Any]) -> str:
    """The key of the figure that a score row is compared with: its older code where it was renumbered."""
    older = row.get("prev_code")
    code = older if has(older) and BETWEEN not in str(older) else row.get("component_code")
    return ref_of(row, year=row.get("prev_year"), component_code=code)
