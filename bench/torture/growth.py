"""How cost grows with indices, years, units and readers; which limit the growth meets first."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.torture.report import Finding, Section
from bench.torture.tools.audience import Audience, audiences
from bench.torture.tools.exponents import growing, slope
from bench.torture.tools.grown import BUILDS, READINGS, Built, GrownError, Measured, grow, look
from etl.demo.growth import Growth
from etl.demo.plan import load_plan
from etl.demo.write import settings_of

TIMES = (1, 3, 10)
COMMUNES = 3321
# More than two workers answer at once, each: from there on waiting grows, one way all along.
READERS = (10, 30, 100)
SECONDS = 15.0
# n log n over a tenfold of these sizes is a slope of about 1.09; the rest is room for chance.
MOST = 1.15
COMMAND = "python -m bench.torture growth"
HELD = f"{COMMAND}, tests/unit/test_growth.py"
LEAD = (
    "Simulated packs of 1, 3 and 10 times the size (`python -m etl demo` with `--indices`, `--years`, "
    "`--communes`), each built and read by processes of its own, pages not drawn ahead; processor time, "
    f"not time on the clock. Of {BUILDS} builds and of {READINGS} readings the least of each figure and view "
    "counts; all packs are read in turn, so that a machine slowed for a while slows all of them. "
    "1x is one index of 138 scores a "
    "province and year, four years, 63 provinces, beside the smaller SIPAS and internal index. The exponent "
    "is the slope of the last step in log-log; "
    "where a cost grows by half or more, that of its growing part is told too (p of a + b n^p through the "
    "three sizes), so that a fixed cost hides nothing. Of pages, the one that costs most at the largest size "
    "is followed through all sizes, and the one that grows most. "
    "Kept where both are at most 1.15; n log n is about 1.09 at these sizes. "
    "Readers ask without pause, each question over a new connection, always more of them than two workers "
    "answer at once: waiting then grows as the readers do (exponent 1). Every view was drawn before."
)


@dataclass(frozen=True)
class Kind:
    """One way to grow. name: as told; sizes: what is simulated at each of `TIMES`; internal: read the pages
    of the province's internal index."""

    name: str
    grow: Callable[[int], Growth]
    internal: bool = False


@dataclass(frozen=True)
class Figure:
    """One figure of an installation, or one of each page: how it is told, the limit of the product it has, if
    any, and whether of pages that one is followed which grows most, not the one that has most."""

    what: str
    value: Callable[[Measured], float | dict[str, float]]
    unit: str
    limit: float = math.inf
    growing_most: bool = False


def _kinds() -> list[Kind]:
    years = len(load_plan().framework.years)
    return [
        Kind("indices", lambda n: Growth(indices=n)),
        Kind("years", lambda n: Growth(years=years * n)),
        Kind("communes", lambda n: Growth(communes=round(COMMUNES * n / TIMES[-1])), internal=True),
    ]


FIGURES = (
    Figure("build", lambda m: m.build.seconds, "s", 20.0),
    Figure("memory of a build", lambda m: m.build.memory, "MiB"),
    Figure("release on disk", lambda m: m.build.size, "MiB"),
    Figure("very first view of every page, together", lambda m: m.read.first, "s"),
    Figure("first view, median", lambda m: m.read.view, "ms"),
    Figure("first view of the slowest page", lambda m: m.read.pages, "ms", 400.0),
    Figure("first view of the page that grows most", lambda m: m.read.pages, "ms", growing_most=True),
    Figure("largest answer", lambda m: m.read.answers, "kB"),
    Figure("memory of a worker", lambda m: m.read.memory, "MiB"),
)


def run(quick: bool) -> Section:
    """Measure all of it; `quick`: without the largest size."""
    times = TIMES[:2] if quick else TIMES
    broken: list[Finding] = []
    with tempfile.TemporaryDirectory() as folder:
        start = Pack("1 time", Path(folder) / "start", Growth(), False)
        packs = {kind.name: _packs(kind, times, start) for kind in _kinds()}
        figures = taken([each for own in packs.values() for each in own], broken)
        grown = {name: list(_as_far(own, figures)) for name, own in packs.items()}
        releases = settings_of(start.place).releases_dir
        crowds = audiences(releases, READERS[: len(times)], 5.0 if quick else SECONDS)
    whole = section(grown, times, crowds)
    return replace(whole, findings=(*broken, *whole.findings))


@dataclass(frozen=True)
class Pack:
    """A pack to measure: how it is called, its folder, what is simulated, whether the pages of the internal
    index are read."""

    name: str
    place: Path
    growth: Growth
    internal: bool


def _packs(kind: Kind, times: Sequence[int], start: Pack) -> list[Pack]:
    """The packs of one way to grow; the least of all but the communes is the pack as it is planned."""
    planned, beside = (() if kind.internal else TIMES[:1]), start.place.parent
    return [
        start
        if n in planned
        else Pack(f"{n} times the {kind.name}", beside / f"{kind.name}_{n}", kind.grow(n), kind.internal)
        for n in times
    ]


def taken(packs: Sequence[Pack], broken: list[Finding]) -> dict[Pack, Measured]:
    """The figures of every pack that came to its end; one that did not is told in `broken`."""
    built: dict[Pack, Built] = {}
    for pack in dict.fromkeys(packs):
        try:
            built[pack] = grow(pack.place, pack.growth)
            print(f"    {pack.name}: {built[pack]}", flush=True)
        except GrownError as error:
            broken.append(_stopped(pack, error))
    found: dict[Pack, Measured] = {}
    for pack, read in zip(built, look([(pack.place, pack.internal) for pack in built]), strict=True):
        if isinstance(read, GrownError):
            broken.append(_stopped(pack, read))
        else:
            found[pack] = Measured(built[pack], read)
            print(f"    {pack.name}: {read}", flush=True)
    return found


def _stopped(pack: Pack, error: GrownError) -> Finding:
    return Finding(f"{pack.name}: simulated, built and read to the end", str(error), "", False, COMMAND)


def _as_far(packs: Sequence[Pack], figures: Mapping[Pack, Measured]) -> Iterator[Measured]:
    """Figures at each size up to the first that broke."""
    for pack in packs:
        if pack not in figures:
            return
        yield figures[pack]


def section(grown: Mapping[str, list[Measured]], times: Sequence[int], crowds: Sequence[Audience]) -> Section:
    """What was measured, judged. `grown`: figures at each of `times` by what grew, as far as it came;
    `crowds`: by readers."""
    findings = [
        _finding(name, figure, times[: len(each)], each)
        for name, each in grown.items()
        for figure in FIGURES
        if len(each) > 1
    ]
    return Section(
        "Growth", LEAD, (_first_to_break(grown, times), *findings, *(_read_by(crowds) if crowds else ()))
    )


def _finding(name: str, figure: Figure, times: Sequence[int], measured: Sequence[Measured]) -> Finding:
    values, page = followed(figure, measured)
    found, kept = judged(times, values)
    words = f"{told(values, figure.unit)}{page and f' ({page})'}; {found}"
    return Finding(f"{_sizes(name, times)}: {figure.what}", words, f"exponent {MOST:g}", kept, HELD)


def followed(figure: Figure, measured: Sequence[Measured]) -> tuple[list[float], str]:
    """A figure at each size; of one by page, that of one page through all sizes, and the page's id."""
    values = [figure.value(one) for one in measured]
    found = [one for one in values if isinstance(one, dict)]
    if not found:
        return [one for one in values if not isinstance(one, dict)], ""
    first, last = found[0], found[-1]
    page = max(last, key=lambda name: last[name] / (first[name] if figure.growing_most else 1))
    return [one[page] for one in found], page


def _sizes(name: str, times: Sequence[int]) -> str:
    if name == "communes":
        return f"{', '.join(f'{round(COMMUNES * n / TIMES[-1]):,}' for n in times)} communes"
    return f"{', '.join(map(str, times))} times the {name}"


def told(values: Sequence[float], unit: str) -> str:
    """Figures with three digits and their unit."""
    return ", ".join(f"{value:.3g}" if value < 1000 else f"{value:,.0f}" for value in values) + f" {unit}"


def judged(sizes: Sequence[float], costs: Sequence[float]) -> tuple[str, bool]:
    """The exponents of costs in words, and whether none is worse than n log n."""
    last, part = slope(sizes, costs), growing(sizes, costs)
    words = f"exponent {last:.2f}" + ("" if part is None else f", of the growing part {part:.2f}")
    return words, max(last, part or 0.0) <= MOST


def _first_to_break(grown: Mapping[str, list[Measured]], times: Sequence[int]) -> Finding:
    """The limit of the product that the least growth reaches, by any of the ways to grow."""
    met = [
        (reached(times[: len(each)], followed(figure, each)[0], figure.limit), name, figure)
        for name, each in grown.items()
        for figure in FIGURES
        if each and figure.limit < math.inf
    ]
    words = [
        f"{figure.what} passes {figure.limit:g} {figure.unit} at {most:.2g} times the {name}"
        for most, name, figure in sorted(met, key=lambda one: one[0])
        if most < math.inf
    ]
    found = "; then ".join(words) or f"nothing up to {times[-1]} times"
    return Finding("The first to break", found, "", None, COMMAND)


def reached(sizes: Sequence[float], costs: Sequence[float], limit: float) -> float:
    """The size at which a cost passes its limit, between the sizes measured (straight in log-log); the first
    size when it is above there already, infinity when it never is."""
    if costs[0] > limit:
        return sizes[0]
    for place in range(1, len(sizes)):
        if costs[place] > limit:
            bend = slope(sizes[: place + 1], costs[: place + 1])
            return float(sizes[place - 1] * (limit / costs[place - 1]) ** (1 / bend))
    return math.inf


def _read_by(crowds: Sequence[Audience]) -> list[Finding]:
    sizes = [crowd.readers for crowd in crowds]
    who = f"{', '.join(map(str, sizes))} readers at once, two workers"
    words, kept = judged(sizes, [crowd.slow for crowd in crowds])
    failed = sum(crowd.failed for crowd in crowds)
    usual = told([crowd.usual for crowd in crowds], "ms")
    refused = ", ".join(str(crowd.refused) for crowd in crowds)
    return [
        Finding(f"{who}: 95 of 100 answers within", f"{told([c.slow for c in crowds], 'ms')}; {words}",
                f"exponent {MOST:g}", kept, HELD),
        Finding(f"{who}: half of the answers within", usual, "", None, COMMAND),
        Finding(f"{who}: answers a second", told([c.rate for c in crowds], ""), "", None, COMMAND),
        Finding(f"{who}: told to come again, then answered", f"{refused} times", "", None, COMMAND),
        Finding(f"{who}: not answered", f"{failed}", "0", failed == 0, COMMAND),
    ]  # fmt: skip
