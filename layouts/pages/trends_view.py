"""What the trend page shows: data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from indices.trend import Trend
from layouts.figures.history import Band, Line
from layouts.figures.trend import Point
from layouts.subject import Subject


@dataclass(frozen=True)
class Mini:
    """A component as a small multiple: its points, rank now, class of its trend, address of its own view."""

    code: str
    name: str
    points: tuple[Point, ...]
    rank: str
    trend: Trend
    href: str


@dataclass(frozen=True)
class TrendsView:
    """One component of one index over the years for one province.

    `component`: its row of names; `choices`: (code, name, depth); `lines`, `bands`: what is drawn;
    `by_share`: values are shares of the maximum in percent, as maxima differ between years; `run`: the years
    since the last break; `rows`: a row a year for the table: year, value, max_score, share, rank, n_ranked,
    mean, region_mean, leader_value, leader, reason; `criterion_href`: the page that tells all of it.
    """

    subject: Subject
    code: str
    component: Mapping[str, Any]
    choices: Sequence[tuple[str, str, int]]
    lines: Sequence[Line]
    bands: Sequence[Band]
    by_share: bool
    trend: Trend
    run: tuple[int, ...]
    rows: Sequence[Mapping[str, Any]]
    minis: Sequence[Mini]
    criterion_href: str = ""

    @property
    def own(self) -> Line | None:
        """Our line."""
        return next((line for line in self.lines if line.look == "own" and line.years), None)

    @property
    def is_total(self) -> bool:
        """Whether the whole index is shown."""
        return self.code == self.subject.index["index_code"]
