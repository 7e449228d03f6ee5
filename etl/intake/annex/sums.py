"""Do the points of an annex add up: children to their parent at every level, the top ones to the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from etl.intake.annex.criteria import Criterion, leaves
from etl.intake.annex.header import MAXIMUM, Columns
from etl.intake.annex.maxima import points_of
from etl.intake.findings import At, Finding, Level, finding

SLACK: Final = 1e-6


class Sums:
    """The checks of one annex: its criteria, the stated total (None: not stated) and that of the scale."""

    def __init__(self, criteria: Sequence[Criterion], columns: Columns, at: At) -> None:
        """`at` names file and sheet."""
        self.criteria, self.columns, self.at = list(criteria), columns, at

    def findings(self, stated: float | None, scale: float) -> Iterator[Finding]:
        """Everything that does not add up, and what is not known."""
        for parent in self.criteria:
            children = self._children(parent.code)
            if children:
                yield from self._of_parent(parent, children)
        yield from self._of_total(stated, scale)
        yield from self._unknown()
        yield from self._extra()

    def _children(self, code: str) -> list[Criterion]:
        return [c for c in self.criteria if c.parent == code]

    def _of_parent(self, parent: Criterion, children: list[Criterion]) -> Iterator[Finding]:
        total = _sum(children, bool(parent.extra))
        if total is None:
            return
        if parent.maximum is None:
            what = "A criterion has no maximum of its own; it stays not known"
            hint = f"its parts add up to {total:g}"
            yield self._at(parent, "annex.maximum_missing", Level.WARNING, what, parent.code, hint=hint)
        elif parent.minimum == 0 and abs(total - parent.maximum) > SLACK * len(children):
            what = f"The parts of {parent.code} do not add up to its maximum"
            found, expected = f"{total:g}", f"{parent.maximum:g}"
            hint = self._lost(parent, parent.maximum - total)
            yield self._at(parent, "annex.sum", Level.ERROR, what, found, expected=expected, hint=hint)

    def _lost(self, parent: Criterion, difference: float) -> str:
        """A row without a number that holds just the points that are missing."""
        inside = [c for c in self.criteria if c.code == parent.code or c.code.startswith(f"{parent.code}.")]
        rows = [row for c in inside for row, cell in c.steps if _points(cell) == round(difference, 6) > 0]
        return f"row {rows[0]} has these points and no number" if rows else ""

    def _of_total(self, stated: float | None, scale: float) -> Iterator[Finding]:
        top = [c for c in self.criteria if not c.parent]
        total = _sum(top)
        if stated is not None and abs(stated - scale) > SLACK:
            what = "The stated total is not that of the scale"
            yield self._at(None, "annex.total", Level.ERROR, what, f"{stated:g}", expected=f"{scale:g}")
        if total is not None and top and abs(total - scale) > SLACK * len(top):
            what = "The criteria at the top do not add up to the total"
            yield self._at(top[0], "annex.total", Level.ERROR, what, f"{total:g}", expected=f"{scale:g}")

    def _unknown(self) -> Iterator[Finding]:
        for criterion in leaves(self.criteria):
            if criterion.maximum is None and not criterion.extra:
                what = "A criterion has no maximum; it stays not known"
                yield self._at(criterion, "annex.maximum_missing", Level.WARNING, what, criterion.code)

    def _extra(self) -> Iterator[Finding]:
        for criterion in self.criteria:
            above = next((c for c in self.criteria if c.code == criterion.parent), None)
            if criterion.extra and not (above and above.extra):
                what = f"Points on top of the total ({criterion.extra})"
                hint = "they count in the sum but not in the maximum; check how the decision caps them"
                found = f"{criterion.minimum:g} to {criterion.maximum or 0:g}"
                yield self._at(criterion, "annex.extra", Level.WARNING, what, found, hint=hint)

    def _at(
        self, row: Criterion | None, check: str, level: Level, what: str, found: str, **more: str
    ) -> Finding:
        number = row.row if row else self.columns.last_row
        at = At(self.at.file, self.at.sheet, number, self.columns.of(MAXIMUM))
        return finding(check, level, at, what, found=found, **more)


def _sum(children: Sequence[Criterion], extra: bool = False) -> float | None:
    """The sum of the maxima of those that count in the total (of all with `extra`); None: one not known."""
    held = [child.maximum for child in children if extra or not child.extra]
    return None if None in held else sum(value for value in held if value is not None)


def _points(cell: object) -> float | None:
    try:
        found = points_of(cell)  # type: ignore[arg-type]
    except ValueError:
        return None
    return None if found is None else round(found.high, 6)
