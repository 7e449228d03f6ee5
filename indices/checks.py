"""Checks of one definition after its cells were read: links, maxima, and the numbers each rule needs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from indices.checks_scale import denominator_problems, scale_told
from indices.errors import Problem
from indices.model import MAIN_VIEW, Component, Parameter, ViewEdge
from indices.rollup import Rule
from indices.rules import RULES
from indices.tree import Node, Tree

COMPONENTS, VIEWS, PARAMETERS = "components.csv", "views.csv", "parameters.csv"
NO_ROOT: Final = "not exactly one root"
RANGE: Final = "reference range"
MAXIMA_TOLERANCE: Final = 1e-6


def link_problems(
    folder: str, index: str, components: Sequence[Component], edges: Sequence[ViewEdge], years: Sequence[int]
) -> list[Problem]:
    """Duplicate codes, missing parents, cycles, roots, stray nodes: each told once, with its years."""
    file = f"{folder}/{COMPONENTS}"
    found: dict[tuple[str, str, str, str, str], list[int]] = {}
    for year in years:
        rows = [c for c in components if not c.years or year in c.years]
        for place, what, value, expected in _links_of_year(index, rows, edges):
            found.setdefault((what, file, place, value, expected), []).append(year)
    return [Problem(*key, hint=_years_hint(held, years)) for key, held in found.items()]


def _years_hint(held: Sequence[int], years: Sequence[int]) -> str:
    return "" if len(held) == len(years) else "in " + ", ".join(map(str, held))


def _links_of_year(
    index: str, rows: Sequence[Component], edges: Sequence[ViewEdge]
) -> Iterator[tuple[str, str, str, str]]:
    """(place, what, found, expected) of each broken link among the rows of one year."""
    known = {row.code: row for row in rows}
    for code, times in Counter(row.code for row in rows).items():
        if times > 1:
            yield f"row {known[code].row}", "duplicate code", code, "one row a code and year"
    for row in rows:
        if row.parent and row.parent not in known:
            yield f"row {row.row}", "missing parent", row.parent, "the code of another row of the year"
    for code in sorted(_in_cycle(known)):
        yield f"row {known[code].row}", "cycle", code, "a parent outside its own branch"
    yield from _root_links(index, rows, {name for edge in edges for name in (edge.parent, edge.code)})


def _root_links(
    index: str, rows: Sequence[Component], viewed: set[str]
) -> Iterator[tuple[str, str, str, str]]:
    roots = [row for row in rows if row.level == "index"]
    if len(roots) != 1:
        codes = ", ".join(row.code for row in roots) or "none"
        yield "", NO_ROOT, codes, "one row of level index"
    for row in roots:
        if row.code != index:
            yield f"row {row.row}", "root code is not the index code", row.code, index
        if row.parent:
            yield f"row {row.row}", "the root has a parent", row.parent, "no parent"
    for row in rows:
        if not row.parent and row.level != "index" and row.code not in viewed:
            yield f"row {row.row}", "component outside the tree", row.code, "a parent, or a place in a view"


def _in_cycle(known: dict[str, Component]) -> set[str]:
    caught: set[str] = set()
    for start in known:
        path, code = [], start
        while code in known and code not in path:
            path.append(code)
            code = known[code].parent
        if code in path:
            caught.update(path[path.index(code) :])
    return caught


def view_problems(folder: str, edges: Sequence[ViewEdge], components: Iterable[Component]) -> list[Problem]:
    """Views that name unknown codes, name an edge twice, or run in a circle."""
    file, known = f"{folder}/{VIEWS}", {c.code for c in components}
    problems = [
        Problem("view names an unknown code", file, f"row {edge.row}", code, "a code of components.csv")
        for edge in edges
        for code in (edge.parent, edge.code)
        if code not in known
    ]
    times = Counter((edge.view, edge.parent, edge.code) for edge in edges)
    problems += [
        Problem("duplicate edge", file, found=" ".join(key), expected="once a view and parent")
        for key, count in times.items()
        if count > 1
    ]
    return problems + [Problem("cycle in a view", file, found=view) for view in _circular_views(edges)]


def _circular_views(edges: Sequence[ViewEdge]) -> list[str]:
    """Views left with edges after taking away, again and again, the edges to nodes without children."""
    left = list(edges)
    while True:
        parents = {(edge.view, edge.parent) for edge in left}
        inner = [edge for edge in left if (edge.view, edge.code) in parents]
        if len(inner) == len(left):
            return sorted({edge.view for edge in left})
        left = inner


def parameter_problems(
    folder: str, parameters: Sequence[Parameter], components: Sequence[Component], years: Sequence[int]
) -> list[Problem]:
    """Parameters for codes or years that the framework does not have, or given twice."""
    file = f"{folder}/{PARAMETERS}"
    times = Counter((p.year, p.code) for p in parameters)
    problems = [
        Problem("duplicate parameter", file, found=f"{year} {code}", expected="one row a year and code")
        for (year, code), count in times.items()
        if count > 1
    ]
    for p in parameters:
        place = f"row {p.row}"
        if p.year not in years:
            expected = ", ".join(map(str, years))
            problems.append(Problem("parameter for another year", file, place, str(p.year), expected))
        elif not any(c.code == p.code and (not c.years or p.year in c.years) for c in components):
            expected = f"a code of components.csv in {p.year}"
            problems.append(Problem("parameter for an unknown code", file, place, p.code, expected))
    return problems


def tree_problems(folder: str, trees: Sequence[Tree], pooled: bool = False) -> list[Problem]:
    """Numbers that do not fit together in the linked trees (all years and views), each told once.

    `pooled`: ranges come from the figures of the years, so that they may be wanting while there are none.
    """
    found = [_node_problems(folder, tree, code) for tree in trees for code in tree.inner()]
    found += [
        denominator_problems(f"{folder}/{COMPONENTS}", tree) for tree in trees if tree.view == MAIN_VIEW
    ]
    never = [problem for problem in _never_given(folder, trees) if not (pooled and RANGE in problem.what)]
    return list(dict.fromkeys([*chain.from_iterable(found), *never]))


def _node_problems(folder: str, tree: Tree, code: str) -> Iterator[Problem]:
    node, children = tree.nodes[code], tree.children(code)
    if not node.rule or node.status == "unknown":
        return
    file, rule = f"{folder}/{COMPONENTS}", RULES[node.rule]
    for check in (_maxima, _lone_child, _own_numbers, _child_numbers, _references, scale_told):
        for what, found, expected in check(rule, node, children):
            yield Problem(what, file, f"{node.code}", found, expected)


Told = Iterator[tuple[str, str, str]]
Check = Callable[[Rule, Node, list[Node]], Told]


def _maxima(rule: Rule, node: Node, children: list[Node]) -> Told:
    maxima = [child.max_score for child in children]
    known = [value for value in maxima if value is not None]
    if rule.name != "sum_points" or node.max_score is None or len(known) < len(maxima):
        return
    if abs(sum(known) - node.max_score) > MAXIMA_TOLERANCE * len(known):
        yield "children's maxima do not add up to the parent's", f"{sum(known):g}", f"{node.max_score:g}"


def _lone_child(rule: Rule, node: Node, children: list[Node]) -> Told:
    wanted = 1 if rule.lone_child else rule.takes
    if wanted and len(children) != wanted:
        told = "one child" if wanted == 1 else f"{wanted} children"
        yield f"{rule.name} takes {told}", ", ".join(child.code for child in children), told


def _own_numbers(rule: Rule, node: Node, children: list[Node]) -> Told:
    held = {"offset": node.offset, "span": node.span, "max": node.max_score}
    for name in sorted(rule.needs & set(held)):
        if held[name] is None:
            yield f"{rule.name} needs {name}", "blank", "a number"


def _child_numbers(rule: Rule, node: Node, children: list[Node]) -> Told:
    """Some children with the number and some without is a slip; none is a year without coefficients."""
    for name in sorted(rule.needs & {"weight", "slope"}):
        blank = [child.code for child in children if getattr(child, name) is None]
        if 0 < len(blank) < len(children):
            yield f"{name} is missing for {rule.name}", ", ".join(blank), "a number (0 = not used)"
    sloped = any(child.slope is not None for child in children)
    if "intercept" in rule.needs and sloped and node.intercept is None:
        yield f"{rule.name} needs intercept", "blank", "the intercept of the year"


def _references(rule: Rule, node: Node, children: list[Node]) -> Told:
    for child in children if rule.normalises else ():
        if not child.weight and "weight" in rule.needs:
            continue
        if child.normalise:
            low, high = child.ref_min, child.ref_max
            if low is not None and high is not None and low >= high:
                found = f"{child.code}: {low:g} to {high:g}"
                yield "reference range is empty", found, "ref_min below ref_max"
        elif child.direction == "-" and not rule.relative:
            yield "less is better but not normalised", child.code, "normalise min_max, with a range"


def _never_given(folder: str, trees: Sequence[Tree]) -> Iterator[Problem]:
    """Weighted nodes whose children have no weight (or reference range, or slope) in any year at all."""
    file = f"{folder}/{COMPONENTS}"
    state: dict[tuple[str, str, str], bool] = {}
    for tree in trees:
        for code in tree.inner():
            node = tree.nodes[code]
            if node.rule and node.status != "unknown":
                for name, given in _given(RULES[node.rule], tree.children(code)):
                    key = (code, node.rule, name)
                    state[key] = state.get(key, False) or given
    for (code, rule, name), given in state.items():
        if not given:
            what, expected = f"{name} is missing for {rule}", f"{name} of the children"
            yield Problem(what, file, code, "blank in every year", expected)


def _given(rule: Rule, children: Sequence[Node]) -> Iterator[tuple[str, bool]]:
    for name in sorted(rule.needs & {"weight", "slope"}):
        yield name, any(getattr(child, name) is not None for child in children)
    scaled = [child for child in children if child.normalise == "min_max" and child.weight]
    if rule.normalises and scaled:
        yield RANGE, any(c.ref_min is not None and c.ref_max is not None for c in scaled)
