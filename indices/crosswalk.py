"""What a component of one framework is called in a later one: renumbered, renamed, merged, split.

A row counts once a person has confirmed it. Rows of kind same and renamed carry a series on under its new
code; merged, split and unconfirmed ones end it, and say so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from indices.errors import Problem
from indices.framework import Framework
from indices.model import Component

SAME, RENAMED, MERGED, SPLIT = "same", "renamed", "merged", "split"
KINDS: Final = (SAME, RENAMED, MERGED, SPLIT)
UNCONFIRMED: Final = "unconfirmed"
CONTINUES: Final = (SAME, RENAMED)
CROSSWALK: Final = "crosswalk.csv"
CROSSWALK_HEADER: Final = (
    "from_framework", "from_code", "to_framework", "to_code", "kind", "confirmed_by", "note",
)  # fmt: skip
KEYS: Final = CROSSWALK_HEADER[:4]
_HEADER_ROWS: Final = 1

Code = tuple[str, str]


@dataclass(frozen=True)
class Link:
    """One row of a crosswalk. `confirmed_by` is blank while the row is only a proposal."""

    from_framework: str
    from_code: str
    to_framework: str
    to_code: str
    kind: str
    confirmed_by: str = ""
    note: str = ""
    file: str = CROSSWALK
    place: str = ""

    @property
    def told(self) -> str:
        """The kind that counts: unconfirmed until a person has confirmed the row."""
        return self.kind if self.confirmed_by else UNCONFIRMED

    @property
    def continues(self) -> bool:
        """Whether the series goes on under the new code."""
        return self.told in CONTINUES

    @property
    def old(self) -> Code:
        """(framework, code) before."""
        return self.from_framework, self.from_code

    @property
    def new(self) -> Code:
        """(framework, code) after."""
        return self.to_framework, self.to_code


def read_links(rows: Sequence[Mapping[str, str]], problems: list[Problem]) -> list[Link]:
    """Links of the rows that can be read; what is wrong with the others is added to `problems`.

    Rows are texts by CROSSWALK_HEADER; `file` and `line`, where given, say where they stand.
    """
    links = []
    for index, row in enumerate(rows):
        cells = {name: (row.get(name) or "").strip() for name in CROSSWALK_HEADER}
        place = f"row {row.get('line') or index + _HEADER_ROWS + 1}"
        link = Link(**cells, file=row.get("file") or CROSSWALK, place=place)
        found = list(_row_problems(link))
        problems += found
        links += [] if found else [link]
    return links


def _row_problems(link: Link) -> Iterator[Problem]:
    for name in KEYS:
        if not getattr(link, name):
            yield Problem(f"{name} is missing", link.file, link.place, expected=f"a value in {name}")
    if link.kind not in KINDS:
        expected = "one of " + ", ".join(KINDS)
        yield Problem("unknown kind of link", link.file, link.place, link.kind, expected)


def link_problems(links: Sequence[Link], frameworks: Sequence[Framework]) -> list[Problem]:
    """Links to frameworks or codes that do not exist, backwards in time, doubled, or not of their kind."""
    known = {framework.id: framework for framework in frameworks}
    problems = [problem for link in links for problem in _reference_problems(link, known)]
    problems += _count_problems(links)
    return problems or list(_joined_problems(links, frameworks))


def _reference_problems(link: Link, known: Mapping[str, Framework]) -> Iterator[Problem]:
    ends = (("from", *link.old), ("to", *link.new))
    for side, name, code in ends:
        if name not in known:
            expected = ", ".join(sorted(known))
            yield Problem("unknown framework", link.file, f"{link.place}, {side}_framework", name, expected)
        elif code not in {component.code for component in known[name].components}:
            place = f"{link.place}, {side}_code"
            yield Problem("unknown component", link.file, place, code, f"a code of {name}")
    if link.from_framework in known and link.to_framework in known:
        yield from _order_problems(link, known[link.from_framework], known[link.to_framework])


def _order_problems(link: Link, old: Framework, new: Framework) -> Iterator[Problem]:
    told = f"{old.id} to {new.id}"
    if old.index != new.index:
        expected = "two frameworks of one index"
        yield Problem("the frameworks are of different indices", link.file, link.place, told, expected)
    elif max(old.years) >= min(new.years):
        expected = "an earlier framework and a later one"
        yield Problem("the frameworks are not in order of time", link.file, link.place, told, expected)


def _count_problems(links: Sequence[Link]) -> Iterator[Problem]:
    """A code may be named again only by what kind of link allows it: a split by its old code, a merged one
    by its new code.
    """
    twice = Counter((link.old, link.new) for link in links)
    sent = Counter((link.old, link.to_framework) for link in links)
    got = Counter((link.from_framework, link.new) for link in links)
    for link in links:
        if twice[link.old, link.new] > 1:
            yield _clash("a link stands twice", link, "once")
        elif sent[link.old, link.to_framework] > 1 and link.kind != SPLIT:
            yield _clash("one old code goes to several new ones", link, SPLIT)
        elif got[link.from_framework, link.new] > 1 and link.kind != MERGED:
            yield _clash("several old codes go to one new one", link, MERGED)


def _joined_problems(links: Sequence[Link], frameworks: Sequence[Framework]) -> Iterator[Problem]:
    """Two codes of one framework that go on with one series, by links from different frameworks."""
    series = Crosswalk(tuple(links), tuple(frameworks)).series
    times = Counter((framework, name) for (framework, _), name in series.items())
    for link in links:
        if times[link.to_framework, series[link.new]] > 1:
            yield _clash("two codes go on with one series", link, "one code a framework")


def _clash(what: str, link: Link, expected: str) -> Problem:
    found = f"{link.from_code} to {link.to_code}: {link.kind}"
    return Problem(what, link.file, link.place, found, expected)


@dataclass(frozen=True)
class Crosswalk:
    """The links between all frameworks, and the series they make. Frameworks in any order."""

    links: tuple[Link, ...] = ()
    frameworks: tuple[Framework, ...] = ()

    @cached_property
    def incoming(self) -> dict[Code, list[Link]]:
        """Links to each (framework, code)."""
        return _grouped((link.new, link) for link in self.links)

    @cached_property
    def outgoing(self) -> dict[Code, list[Link]]:
        """Links from each (framework, code)."""
        return _grouped((link.old, link) for link in self.links)

    @cached_property
    def series(self) -> dict[Code, str]:
        """The series of every (framework, code): the name under which its figures stand in one line.

        It is the code it first had; a code that took another meaning gets the framework's name behind it.
        Without a crosswalk, equal codes of one index are one series.
        """
        found: dict[Code, str] = {}
        for framework in sorted(self.frameworks, key=lambda f: (f.index, min(f.years))):
            earlier = [f for f in self.frameworks if f.index == framework.index and _before(f, framework)]
            earlier.sort(key=lambda f: min(f.years), reverse=True)
            found |= self._series_of(framework, earlier, found)
        return found

    def _series_of(
        self, framework: Framework, earlier: Sequence[Framework], known: Mapping[Code, str]
    ) -> dict[Code, str]:
        codes = dict.fromkeys(component.code for component in framework.components)
        found: dict[Code, str] = {}
        for code in codes:
            links = [link for link in self.incoming.get((framework.id, code), ()) if link.continues]
            if links:
                latest = [f.id for f in earlier]
                link = min(links, key=lambda link: latest.index(link.from_framework))
                found[framework.id, code] = known[link.old]
        taken = set(found.values())
        for code in codes:
            if (framework.id, code) not in found:
                name = self._by_code(framework.id, code, earlier, known)
                own = f"{code}@{framework.id}"
                found[framework.id, code] = own if name is None or name in taken else name
        return found

    def _by_code(
        self, framework: str, code: str, earlier: Sequence[Framework], known: Mapping[Code, str]
    ) -> str | None:
        """The series that a code without a continuing link is in; None: one of its own."""
        if self.incoming.get((framework, code)):
            return None
        last = next((f.id for f in earlier if (f.id, code) in known), None)
        if last is None:
            return code
        return None if self.outgoing.get((last, code)) else known[last, code]

    def code_in(self, framework: str, series: str) -> str:
        """The code of a series in a framework; blank where it has none."""
        return self._codes.get((framework, series), "")

    @cached_property
    def _codes(self) -> dict[Code, str]:
        return {(framework, series): code for (framework, code), series in self.series.items()}


def _before(first: Framework, second: Framework) -> bool:
    return min(first.years) < min(second.years)


def _grouped(pairs: Iterator[tuple[Code, Link]]) -> dict[Code, list[Link]]:
    found: dict[Code, list[Link]] = {}
    for key, link in pairs:
        found.setdefault(key, []).append(link)
    return found


def maximum(components: Sequence[Component], code: str, year: int) -> float | None:
    """The maximum of a code in a year, in its own unit; None when not known."""
    held = (c.max_score for c in components if c.code == code and (not c.years or year in c.years))
    return next(held, None)
