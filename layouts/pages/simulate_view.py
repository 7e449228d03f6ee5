"""What the simulation page is drawn from: levers, a scenario's outcome, a path. Data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from layouts.figure_ref import FigureRef
from layouts.subject import Subject
from layouts.text import numbered

SCENARIO, WEIGHTS, MODE = "gd", "ts", "kieu"
GOAL, REACH, COMPARED, MADE_ON, EVERYONE = "dich", "tran", "so", "bp", "bang"
ASKED = "tp"  # the component whose lever is looked for
MODE_WEIGHTS, ALL = "trong-so", "du"
RANK, POINTS = "hang", "diem"
# How far a path may raise a component, as said in the address, and what the engine calls it.
REACHES = {"toi-da": "", "ky-luc": "best_ever", "vung": "regional_best", "minh": "own_best"}


@dataclass(frozen=True)
class Lever:
    """A component (or a weight) that can be moved, in its own unit.

    base: as it stands; low, high: how far it can be moved; best: the best of all provinces that year;
    capped: `high` is the framework's maximum, else the range is what was observed; less: less is better.
    """

    code: str
    names: Mapping[str, str]
    parent: str
    depth: int
    base: float
    low: float
    high: float
    places: int
    best: float | None = None
    capped: bool = True
    less: bool = False

    def name(self, lang: str) -> str:
        """The name, its number before it where the code is a number."""
        return numbered(self.code, self.names.get(lang) or self.names["vi"])


@dataclass(frozen=True)
class Scenario:
    """What a person has changed: values of our components and weights, by code."""

    values: Mapping[str, float] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    name: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing is changed."""
        return not self.values and not self.weights


@dataclass(frozen=True)
class Place:
    """One unit before and after: totals, ranks (None without a total), the 5-95% band of the new rank."""

    unit_id: str
    name: str
    before: float | None
    after: float | None
    rank_before: int | None
    rank_after: int | None
    low: int | None
    high: int | None
    own: bool = False

    @property
    def places(self) -> int | None:
        """Places gained; negative where lost."""
        if self.rank_before is None or self.rank_after is None:
            return None
        return self.rank_before - self.rank_after


@dataclass(frozen=True)
class Beside:
    """The neighbour above or below the new rank, and whether the two differ: differs, negligible, unknown."""

    name: str
    verdict: str
    above: bool


@dataclass(frozen=True)
class Result:
    """A scenario's outcome: everyone by new rank, our own row, who stands beside us, our inner nodes then."""

    scenario: Scenario
    places: Sequence[Place]
    own: Place
    beside: Sequence[Beside]
    inner: Mapping[str, float]

    def overtaken(self) -> list[str]:
        """Names of those who were ahead of us and now are behind, the best placed first."""
        return [p.name for p in self._others(1) if _after(p) > _after(self.own)]

    def level(self) -> list[str]:
        """Names of those who were ahead of us and now share our rank."""
        return [p.name for p in self._others(1) if _after(p) == _after(self.own)]

    def overtaking(self) -> list[str]:
        """Names of those who were not ahead of us and now are."""
        return [p.name for p in self._others(-1) if _after(p) < _after(self.own)]

    def _others(self, side: int) -> list[Place]:
        """The ranked others who stood ahead of us before (side 1), or did not (side -1)."""
        ranked = [p for p in self.places if not p.own and p.rank_after is not None]
        return [p for p in ranked if ((_before(p) < _before(self.own)) == (side == 1))]


def _before(place: Place) -> int:
    return place.rank_before or 0


def _after(place: Place) -> int:
    return place.rank_after or 0


@dataclass(frozen=True)
class Goal:
    """What a path shall reach. kind: hang (a rank) or diem (index points); reach: a key of `REACHES`."""

    kind: str
    value: float
    reach: str


@dataclass(frozen=True)
class Step:
    """One component of a path: from, to, points it brings alone; total and rank after it and all before."""

    code: str
    start: float
    end: float
    gain: float
    total: float
    rank: int


@dataclass(frozen=True)
class RouteView:
    """A path: whether it reaches the goal, total and rank it reaches, what it lacks, its steps, its address.

    wanted: the total aimed at; proven: nothing is cheaper; by_points: effort counts the components' points.
    """

    goal: Goal
    feasible: bool
    total: float
    rank: int
    wanted: float
    shortfall: float
    proven: bool
    by_points: bool
    steps: Sequence[Step]
    href: str = ""


@dataclass(frozen=True)
class Ready:
    """A goal offered ready-made: what it is called, its address, whether it is the one shown."""

    label: str
    href: str
    chosen: bool


@dataclass(frozen=True)
class SimulateView:
    """The whole page. known: units with a total; announced: how many the publisher ranked (None: not said).

    parts: whether components are held, else only the total moves; weighted: levers of weights, none where no
    rule has any; mode: `trong-so` shows those; hrefs: addresses of mode and reset; unit_hrefs:
    the page of each unit's total, by id; made_on: the other release a scenario was made on; asked: the lever
    that another page led to.
    """

    subject: Subject
    levers: Mapping[str, Lever]
    weighted: Mapping[str, Lever]
    result: Result
    known: int
    announced: int | None
    parts: bool
    mode: str
    everyone: bool
    hrefs: Mapping[str, str]
    goal: Goal | None = None
    route: RouteView | None = None
    ready: Sequence[Ready] = ()
    compared: Sequence[Result] = ()
    compared_hrefs: Sequence[tuple[str, str]] = ()
    made_on: str = ""
    shared: bool = False
    address: Mapping[str, str] = field(default_factory=dict)
    stamp: str = ""
    asked: str = ""
    unit_hrefs: Mapping[str, str] = field(default_factory=dict)

    def key(self, unit: str, code: str = "") -> str:
        """The key of a published figure: of a component, or of the total."""
        index = str(self.subject.index["index_code"])
        return FigureRef(index, self.subject.year, unit, code or index).key

    @property
    def shown(self) -> Mapping[str, Lever]:
        """The levers of the mode."""
        return self.weighted if self.mode == MODE_WEIGHTS else self.levers
