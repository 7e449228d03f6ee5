"""What the page of dossiers shows, as plain rows: every figure comes from the engine, none is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Choice:
    """A period that can be chosen: its words, address, whether it is shown now."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class DossiersView:
    """The dossiers of one province in one period.

    `counts`: the counts of the period. `share`: of dossiers in time, 0-1. `points`: a row an indicator, group
    and the total (code, name, group, share, points, maximum, open, depth). `months`: a row a month. `units`:
    a row a unit, most late first. `late`: dossiers late by most, at most as many as `late_shown`.
    `bands`: how many were settled how late. `online`: a row a level. `form`: the lines of form II.06a.
    `loads`: how many loads, the last one. Names are in the reader's language.
    """

    province: str
    period: str
    choices: Sequence[Choice]
    counts: Row
    share: float | None
    points: Sequence[Row]
    months: Sequence[Row]
    units: Sequence[Row]
    late: Sequence[Row]
    late_total: int
    bands: Sequence[Row]
    online: Sequence[Row]
    form: Sequence[Row]
    simulated: bool
    loaded: str
    odd: int
    links: Sequence[str] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)

    @property
    def inside(self) -> str:
        """The period as it stands inside a sentence."""
        return self.period[:1].lower() + self.period[1:]


@dataclass(frozen=True)
class NoDossiers:
    """Nothing is loaded of this province; `others`: names and addresses of those that have dossiers."""

    province: str
    others: Sequence[tuple[str, str]] = ()
