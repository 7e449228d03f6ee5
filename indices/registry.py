"""All indices with their frameworks, and which years may be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final, NamedTuple

from indices.cells import HEADER_ROWS, nearest, row_place
from indices.checks import COMPONENTS
from indices.crosswalk import Crosswalk, Link, link_problems, maximum, read_links
from indices.errors import DefinitionError, Problem
from indices.framework import Framework, RawDefinition, parse_framework
from indices.model import RAW_LEVELS

COMPARABLE: Final = "comparable"
REWEIGHTED: Final = "reweighted"
NOT_COMPARABLE: Final = "not_comparable"
NO_PREVIOUS: Final = "no_previous"
CLASSES: Final = (COMPARABLE, REWEIGHTED, NOT_COMPARABLE)
SCOPES: Final = ("province", "internal")
INDICES, COMPARABILITY = "indices.csv", "comparability.csv"
TEXT_COLUMNS: Final = (
    "index_code", "short_name_vi", "name_vi", "name_en", "publisher_vi", "publisher_en", "scope",
)  # fmt: skip
MAY_BE_BLANK: Final = ("short_name_en", "about_vi", "about_en")


@dataclass(frozen=True)
class IndexInfo:
    """One row of indices.csv. `first_year` is the first measured year, None when not known.

    `short_name_en`: "" where the Vietnamese short name serves every language.
    """

    index_code: str
    order: int
    short_name_vi: str
    name_vi: str
    name_en: str
    short_name_en: str = ""
    publisher_vi: str = ""
    publisher_en: str = ""
    leader_card: bool = False
    scope: str = "province"
    first_year: int | None = None
    about_vi: str = ""
    about_en: str = ""


class Verdict(NamedTuple):
    """Whether two years may be compared, and why not (both languages; empty when no reason was written)."""

    kind: str
    reason_vi: str = ""
    reason_en: str = ""


@dataclass(frozen=True)
class Registry:
    """Every index and framework. `rules` maps (index, from, to, component or "") to the written verdicts.

    `links`: what components of one framework are called in a later one.
    """

    indices: tuple[IndexInfo, ...]
    frameworks: tuple[Framework, ...]
    rules: dict[tuple[str, int, int, str], Verdict] = field(default_factory=dict)
    links: tuple[Link, ...] = ()

    def framework(self, index: str, year: int) -> Framework:
        """The framework that scores `index` in `year`. Raises KeyError when none does."""
        if (index, year) not in self._owners:
            raise KeyError(f"no framework of {index} for {year}")
        return self._owners[index, year]

    @cached_property
    def _owners(self) -> dict[tuple[str, int], Framework]:
        return {(f.index, year): f for f in self.frameworks for year in f.years}

    @cached_property
    def _raw_names(self) -> dict[tuple[str, int, str], str]:
        """Names of raw indicators by index, year and code, without the differences of spacing and case."""
        return {
            (f.index, year, c.code): " ".join(c.name_vi.casefold().split())
            for f in self.frameworks
            for c in f.components
            if c.level in RAW_LEVELS
            for year in c.years or f.years
        }

    @cached_property
    def crosswalk(self) -> Crosswalk:
        """The links with the series they make."""
        return Crosswalk(self.links, self.frameworks)

    def code_in(self, index: str, year: int, component: str, other_year: int) -> str:
        """The code that a component of `year` has in another year; blank where it has none, or where its
        code stands for something else. Raises KeyError for a year without a framework.
        """
        series = self.crosswalk.series.get((self.framework(index, year).id, component), component)
        return self.crosswalk.code_in(self.framework(index, other_year).id, series)

    def comparability(self, index: str, from_year: int, to_year: int, component: str = "") -> Verdict:
        """May the component's values of two years be compared: class and reasons.

        `component` is its code in `to_year`. A row of comparability for the component and exactly this pair
        decides; then the crosswalk: a confirmed link compares (by share where the maximum changed, not at
        all where one is not known), a code that means something else does not. The number of a raw indicator
        under another name is another indicator. A row for the whole index and exactly this pair comes next.
        Otherwise the worst of the steps between the years does: a written row, else comparable inside one
        framework and not comparable across two.
        Raises KeyError for a year without a framework.
        """
        own = self.rules.get((index, from_year, to_year, component))
        if own is not None:
            return own
        if component and self._other_meaning(index, from_year, to_year, component):
            return Verdict(NOT_COMPARABLE)
        direct = self._written(index, from_year, to_year, component)
        if direct is not None:
            return direct
        steps = [
            self._step(index, a, b, self.code_in(index, to_year, component, b) or component)
            for a, b in pairwise(self._years(index, from_year, to_year))
        ]
        return max(steps, key=lambda verdict: CLASSES.index(verdict.kind), default=Verdict(COMPARABLE))

    def _other_meaning(self, index: str, from_year: int, to_year: int, component: str) -> bool:
        """The earlier year has nothing, or something else, under the component's name."""
        old, new = self.framework(index, from_year).id, self.framework(index, to_year).id
        before = self.code_in(index, to_year, component, from_year)
        if not before:
            held = (old, component) in self.crosswalk.series
            return held or bool(self.crosswalk.incoming.get((new, component)))
        if self.crosswalk.incoming.get((new, component)) and old != new:
            return False
        names = [
            self._raw_names.get(key) for key in ((index, from_year, before), (index, to_year, component))
        ]
        return None not in names and names[0] != names[1]

    def _written(self, index: str, from_year: int, to_year: int, component: str) -> Verdict | None:
        """What was written for exactly this pair: of the component, in the crosswalk, of the index."""
        own = self.rules.get((index, from_year, to_year, component))
        linked = self._linked(index, from_year, to_year, component)
        return own or linked or self.rules.get((index, from_year, to_year, ""))

    def _linked(self, index: str, from_year: int, to_year: int, component: str) -> Verdict | None:
        """The verdict of a confirmed link between the frameworks of two years; None where there is none."""
        old, new = self.framework(index, from_year), self.framework(index, to_year)
        found = self.crosswalk.incoming.get((new.id, component), ())
        link = next((link for link in found if link.from_framework == old.id and link.continues), None)
        if link is None:
            return None
        before = maximum(old.components, link.from_code, from_year)
        after = maximum(new.components, component, to_year)
        if before == after and (before is not None or (index, to_year, component) in self._raw_names):
            return Verdict(COMPARABLE)
        return Verdict(NOT_COMPARABLE if before is None or after is None else REWEIGHTED)

    def _step(self, index: str, from_year: int, to_year: int, component: str) -> Verdict:
        written = self._written(index, from_year, to_year, component)
        if written is not None:
            return written
        same = self.framework(index, from_year).id == self.framework(index, to_year).id
        return Verdict(COMPARABLE if same else NOT_COMPARABLE)

    def _years(self, index: str, from_year: int, to_year: int) -> list[int]:
        """The measured years from one to the other, both included; they must have a framework."""
        measured = {year for f in self.frameworks if f.index == index for year in f.years}
        inside = {year for year in measured if from_year <= year <= to_year}
        return sorted(inside | {from_year, to_year})


def build_registry(
    raws: Sequence[RawDefinition],
    indices_rows: Sequence[Mapping[str, str]],
    comparability_rows: Sequence[Mapping[str, str]],
    crosswalk_rows: Sequence[Mapping[str, str]] = (),
) -> Registry:
    """The registry of all definitions. Raises one DefinitionError with all their problems."""
    problems: list[Problem] = []
    frameworks: list[Framework] = []
    for raw in raws:
        framework, found = parse_framework(raw)
        problems += found
        if framework is not None:
            frameworks.append(framework)
    infos = _infos(indices_rows, problems)
    problems += _framework_problems(frameworks, {info.index_code for info in infos})
    known = {info.index_code for info in infos} | {f.index for f in frameworks}
    rules = _verdicts(comparability_rows, known, problems)
    links = read_links(crosswalk_rows, problems)
    if not problems:
        problems += _unknown_components(rules, frameworks)
        problems += link_problems(links, frameworks)
    if problems:
        raise DefinitionError(problems)
    infos.sort(key=lambda info: info.order)
    return Registry(tuple(infos), tuple(frameworks), rules, tuple(links))


def _infos(rows: Sequence[Mapping[str, str]], problems: list[Problem]) -> list[IndexInfo]:
    infos: list[IndexInfo] = []
    for index, row in enumerate(rows):
        info = _info(row, row_place(index), problems)
        if info is not None and any(other.index_code == info.index_code for other in infos):
            problems.append(Problem("duplicate index", INDICES, row_place(index), info.index_code))
        elif info is not None:
            infos.append(info)
    return infos


def _info(row: Mapping[str, str], place: str, problems: list[Problem]) -> IndexInfo | None:
    before = len(problems)
    for name in TEXT_COLUMNS:
        if not row.get(name):
            problems.append(Problem(f"{name} is missing", INDICES, place, expected=f"a value in {name}"))
    if row.get("scope") and row["scope"] not in SCOPES:
        problems.append(Problem("unknown scope", INDICES, place, row["scope"], "one of " + ", ".join(SCOPES)))
    numbers = {name: _whole(row.get(name) or "", name, place, problems) for name in ("order", "first_year")}
    if len(problems) > before:
        return None
    texts = {name: row.get(name) or "" for name in (*TEXT_COLUMNS, *MAY_BE_BLANK)}
    card = row.get("leader_card") == "1"
    return IndexInfo(**texts, order=numbers["order"] or 0, first_year=numbers["first_year"], leader_card=card)


def _whole(text: str, name: str, place: str, problems: list[Problem]) -> int | None:
    if text and not text.isdecimal():
        problems.append(Problem(f"{name} is not a whole number", INDICES, place, text))
        return None
    return int(text) if text else None


def _framework_problems(frameworks: Sequence[Framework], known: set[str]) -> list[Problem]:
    problems: list[Problem] = []
    owner: dict[tuple[str, int], str] = {}
    ids: set[str] = set()
    for framework in frameworks:
        if framework.index not in known:
            hint = nearest(framework.index, sorted(known))
            problems.append(Problem("unknown index", framework.id, "index", framework.index, INDICES, hint))
        if framework.id in ids:
            problems.append(Problem("duplicate framework id", framework.id, "id", framework.id))
        ids.add(framework.id)
        problems += _feed_problems(framework, known)
        for year in framework.years:
            other = owner.setdefault((framework.index, year), framework.id)
            if other != framework.id:
                told = f"{year} is also in {other}"
                problems.append(Problem("two frameworks for one year", framework.id, "years", told))
    return problems


def _feed_problems(framework: Framework, known: set[str]) -> list[Problem]:
    strange = [c for c in framework.components if c.feed and c.feed not in known - {framework.index}]
    file = f"{framework.id}/{COMPONENTS}"
    return [
        Problem(
            "feed is not another index", file, f"row {c.row}", c.feed, INDICES, nearest(c.feed, sorted(known))
        )
        for c in strange
    ]


def _verdicts(
    rows: Sequence[Mapping[str, str]], known: set[str], problems: list[Problem]
) -> dict[tuple[str, int, int, str], Verdict]:
    verdicts: dict[tuple[str, int, int, str], Verdict] = {}
    for index, row in enumerate(rows):
        found = list(_verdict_problems(row, f"row {index + HEADER_ROWS + 1}", known))
        problems += found
        if not found:
            years = int(row["from_year"]), int(row["to_year"])
            key = (row["index_code"], *years, row.get("component_code") or "")
            verdicts[key] = Verdict(row["class"], row.get("reason_vi") or "", row.get("reason_en") or "")
    return verdicts


def _verdict_problems(row: Mapping[str, str], place: str, known: set[str]) -> list[Problem]:
    code, kind = row.get("index_code") or "", row.get("class") or ""
    years = [row.get(name) or "" for name in ("from_year", "to_year")]
    told: list[tuple[str, str, str]] = []
    if code not in known:
        told.append(("unknown index", code, ", ".join(sorted(known))))
    if kind not in CLASSES:
        told.append(("unknown class", kind, "one of " + ", ".join(CLASSES)))
    if not all(year.isdecimal() for year in years) or int(years[0]) >= int(years[1]):
        told.append(("years are not in order", " ".join(years), "an earlier and a later year"))
    if kind != COMPARABLE and not (row.get("reason_vi") and row.get("reason_en")):
        told.append(("reason is missing", "", "a reason in both languages"))
    return [Problem(what, COMPARABILITY, place, found, expected) for what, found, expected in told]


def _unknown_components(
    rules: Mapping[tuple[str, int, int, str], Verdict], frameworks: Sequence[Framework]
) -> list[Problem]:
    known = {(f.index, c.code) for f in frameworks for c in f.components}
    return [
        Problem("unknown component", COMPARABILITY, found=f"{index} {code}", expected="a code of the index")
        for index, _, _, code in rules
        if code and (index, code) not in known
    ]
