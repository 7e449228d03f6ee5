"""What pages are drawn from: plain frozen values, made by callbacks from a release, drawn by layouts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from indices.forecast import Forecast
from layouts.figures.strip import Strip
from layouts.figures.trend import Point
from layouts.text import short_name

Row = Mapping[str, Any]  # one row of a query, missing values as None


@dataclass(frozen=True)
class Scale:
    """How an index is written. unit: points | percent | ratio; headline: rank | group."""

    decimals: int
    maximum: float | None
    unit: str
    headline: str


@dataclass(frozen=True)
class Neighbour:
    """Another province and its score."""

    name: str
    value: float


@dataclass(frozen=True)
class CardView:
    """One index on the overview. row: the score row of the latest measured year, None when there is none.

    runner_up: who is second when we are first; first_known: the highest score held is that of the first.
    """

    info: Row
    scale: Scale
    row: Row | None = None
    group: str = ""
    strip: Strip | None = None
    trend: tuple[Point, ...] = ()
    reason: str = ""
    runner_up: Neighbour | None = None
    first_known: bool = False
    later_ranks: tuple[Row, ...] = ()
    withheld: tuple[Row, ...] = ()
    targets: tuple[Row, ...] = ()

    @property
    def code(self) -> str:
        """Index code."""
        return str(self.info["index_code"])

    @property
    def standing(self) -> Row | None:
        """The row of the latest known rank: a later year of which only the rank is known comes first."""
        return self.later_ranks[-1] if self.later_ranks else self.row

    @property
    def years(self) -> tuple[int, ...]:
        """The years whose figures the card shows."""
        return tuple(row["year"] for row in (self.row, *self.later_ranks) if row)

    def label(self, lang: str) -> str:
        """Short name and measured year: "XYZ 2024"."""
        year = f" {self.row['year']}" if self.row else ""
        return f"{short_name(self.info, lang)}{year}"


@dataclass(frozen=True)
class ComponentRow:
    """A component of one index in its measured year: the score row, its index and scale, its own page."""

    card: CardView
    row: Row
    href: str = ""

    @property
    def lost_part(self) -> float:
        """Part of the maximum not reached, 0-1."""
        return 1 - float(self.row["share"])


@dataclass(frozen=True)
class Rung:
    """How many index points a better rank asks for: the next one, and the one that a target names.

    holder: who stands at that rank now.
    """

    card: CardView
    rank: int
    points: float
    holder: str
    of_target: bool = False


@dataclass(frozen=True)
class Lever:
    """A component and what it would bring alone, all others standing still.

    component: its definition (name_vi, name_en, code). value, best: now, and the best of all that year.
    gain, places: index points and places from reaching that best. most: places at the maximum.
    need: rise in its own unit for the next better rank; None where it cannot reach one alone.
    href: its own page; holder_unit: id of who holds that best.
    """

    card: CardView
    component: Row
    value: float
    best: float
    holder: str
    gain: float
    places: int
    most: int
    need: float | None
    holder_unit: str = ""
    href: str = ""


@dataclass(frozen=True)
class Risk:
    """A component and the places lost if it alone fell. to: last year's figure or the region's median.

    basis: last | region; loss in index points.
    """

    card: CardView
    component: Row
    value: float
    to: float
    basis: str
    loss: float
    places: int


@dataclass(frozen=True)
class Outlook:
    """What would gain and lose places, most first. unknown: cards where places cannot be counted."""

    rungs: tuple[Rung, ...] = ()
    levers: tuple[Lever, ...] = ()
    risks: tuple[Risk, ...] = ()
    unknown: tuple[CardView, ...] = ()


@dataclass(frozen=True)
class Theme:
    """A weakness that several indices see: row of the theme, and the names (index, component) of where."""

    row: Row
    seen: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class OverviewView:
    """The whole overview of one province. components: all that stand right under a total; links: address of
    the components of an index by code; merged_from: (name, address) of the old provinces it is made of.
    """

    province: str
    slug: str
    as_of: int | None
    cards: tuple[CardView, ...]
    components: tuple[ComponentRow, ...]
    weak: tuple[ComponentRow, ...]
    strong: tuple[ComponentRow, ...]
    themes: tuple[Theme, ...]
    targets: tuple[Row, ...]
    targets_href: str
    release_id: str
    unit_set: str
    outlook: Outlook = field(default_factory=Outlook)
    links: Mapping[str, str] = field(default_factory=dict)
    merged_from: tuple[tuple[str, str], ...] = ()
    meta: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TargetItem:
    """A target with its status row, the source of its document, the observations beside it, the source of
    its result, a forecast of it (with the reason where there is none) and what is to be known of it.
    """

    row: Row
    source: str
    observations: tuple[Row, ...] = ()
    evidence: str = ""
    forecast: Forecast | None = None
    note: str = ""


@dataclass(frozen=True)
class Filter:
    """One choice of a filter: label, how many, address, chosen."""

    label: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class TargetsView:
    """Targets of one province after the filters; `others` are provinces that have targets (name, address)."""

    province: str
    items: tuple[TargetItem, ...]
    total: int
    counts: Mapping[str, int]
    areas: tuple[Filter, ...]
    statuses: tuple[Filter, ...]
    others: tuple[tuple[str, str], ...]
    meta: Mapping[str, str] = field(default_factory=dict)
