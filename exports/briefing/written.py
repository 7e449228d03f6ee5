"""From the rows that people wrote in the workspace to what a briefing takes of them.

Pure: the caller reads the rows (`workspace.store.listed`) and hands them over; nothing here opens anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exports.briefing.model import Assignment, Cause, Duty, Written

STOPPED = "stopped"
CLEAR = ("task", "target", "lead", "partners", "product", "authority")


def written_of(
    causes: Iterable[Any], works: Iterable[Any], about: tuple[str, int], duties: Iterable[Duty] = ()
) -> Written:
    """What stands for one unit and measured year, `about`. A cause stays with its criterion from year to
    year: where a criterion has none in the year, the last ones written for it stand in, with their year.

    `causes` and `works`: rows with the fields of `workspace.models.Cause` and `Assignment`.
    """
    unit_id, year = about
    own = [row for row in causes if row.unit_id == unit_id and row.year <= year]
    last: dict[tuple[str, str], int] = {}
    for row in own:
        key = (row.index_code, row.component_code)
        last[key] = max(last.get(key, row.year), row.year)
    kept = tuple(
        Cause(row.index_code, row.component_code, row.kind, row.text, 0 if row.year == year else row.year)
        for row in own
        if row.year == last[row.index_code, row.component_code]
    )
    given = tuple(
        _assignment(row)
        for row in works
        if (row.unit_id, row.year) == (unit_id, year) and row.status != STOPPED
    )
    return Written(kept, given, tuple(duties))


def _assignment(row: Any) -> Assignment:
    told = {name: getattr(row, name) or "" for name in CLEAR}
    return Assignment(row.index_code, row.component_code, deadline=row.deadline.isoformat(), **told)
