"""The tree of one framework in one year: components merged with that year's parameters, linked, ordered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from indices.model import MAIN_VIEW, Component, Parameter, ViewEdge

OVERRIDES = ("weight", "ref_min", "ref_max", "target", "threshold")


@dataclass(frozen=True)
class Node:
    """A component in one year and view. Units of the numbers: those of the component; None = not known."""

    code: str
    parent: str
    level: str
    name_vi: str
    name_en: str
    min_score: float | None = None
    max_score: float | None = None
    weight: float | None = None
    direction: str = "+"
    normalise: str = ""
    ref_min: float | None = None
    ref_max: float | None = None
    slope: float | None = None
    intercept: float | None = None
    rule: str = ""
    factor: float | None = None
    offset: float | None = None
    span: float | None = None
    source_type: str = ""
    status: str = "unknown"
    note: str = ""
    log: str = ""
    cap: str = ""
    target: float | None = None
    threshold: float | None = None
    floor: float | None = None
    reference: str = ""
    bands: str = ""
    range_min: float | None = None
    range_max: float | None = None
    denominator: str = ""
    feed: str = ""
    max_error: float | None = None
    children: tuple[str, ...] = ()
    child_weights: tuple[float | None, ...] = ()
    depth: int = 0
    order: int = 0


@dataclass(frozen=True)
class Tree:
    """A linked tree. `root` is the index, or the first of the `roots`.

    A view may have several roots, and a component may stand under several parents of one view (what
    enters more than one pillar); the main tree has one root, and one parent for every other node.
    """

    framework_id: str
    index: str
    year: int
    view: str
    root: str
    roots: tuple[str, ...]
    nodes: dict[str, Node]
    missing: str = "refuse"
    coverage: float = 0.0

    def post_order(self) -> list[str]:
        """Codes, each once, with every child before its parents, siblings in display order."""
        return list(dict.fromkeys(code for root in self.roots for code in _post_order(self.nodes, root)))

    def leaves(self) -> list[str]:
        """Codes without children, in display order."""
        return [code for code in self.post_order() if not self.nodes[code].children]

    def inner(self) -> list[str]:
        """Codes with children, every child before its parent."""
        return [code for code in self.post_order() if self.nodes[code].children]

    def children(self, code: str) -> list[Node]:
        """The child nodes of `code` in display order, each with the weight it has under this parent."""
        parent = self.nodes[code]
        pairs = [(self.nodes[code], w) for code, w in zip(parent.children, parent.child_weights, strict=True)]
        return [child if child.weight == w else replace(child, weight=w) for child, w in pairs]


def components_of_year(components: Iterable[Component], year: int) -> list[Component]:
    """The component rows that hold in `year` (rows without years hold in all), in display order."""
    return [component for component in components if not component.years or year in component.years]


def build_tree(
    identity: tuple[str, str, str],
    year: int,
    components: Sequence[Component],
    parameters: Iterable[Parameter],
    edges: Sequence[ViewEdge] | None = None,
) -> Tree:
    """Link the components of `year`; `edges` None gives the main tree, else the view made of those edges.

    `identity` is (framework id, index code, missing policy). Edges to codes that the year does not have
    are left out.
    """
    nodes = _merge(components_of_year(components, year), {p.code: p for p in parameters if p.year == year})
    view = edges[0].view if edges else MAIN_VIEW
    linked = _link_main(nodes, identity[1]) if edges is None else _link_view(nodes, edges)
    roots = tuple(code for code, node in linked.items() if not node.parent)
    root = identity[1] if identity[1] in roots else next(iter(roots), "")
    return Tree(identity[0], identity[1], year, view, root, roots, _with_depth(linked, roots), identity[2])


def _merge(components: Iterable[Component], parameters: Mapping[str, Parameter]) -> dict[str, Node]:
    return {c.code: _node(c, parameters.get(c.code), order) for order, c in enumerate(components)}


def _node(component: Component, parameter: Parameter | None, order: int) -> Node:
    fields = component.model_dump(exclude={"years", "row", "pooled_as"})
    if parameter is not None:
        given = {name: getattr(parameter, name) for name in OVERRIDES}
        fields |= {name: value for name, value in given.items() if value is not None}
        fields |= {name: getattr(parameter, name) for name in ("slope", "intercept", "max_error")}
        fields["status"] = parameter.proof or component.status
    return Node(**fields, order=order)


def _link_main(nodes: dict[str, Node], root: str) -> dict[str, Node]:
    """Keep what hangs under the root; nodes without parent that are used in views only are left out."""
    below: dict[str, list[Node]] = {}
    for node in nodes.values():
        below.setdefault(node.parent, []).append(node)
    kept = _reach({parent: [n.code for n in children] for parent, children in below.items()}, root)
    return {
        code: replace(node, children=_codes(below.get(code)), child_weights=_weights(below.get(code)))
        for code, node in nodes.items()
        if code in kept
    }


def _link_view(nodes: dict[str, Node], edges: Iterable[ViewEdge]) -> dict[str, Node]:
    below: dict[str, list[Node]] = {}
    above: dict[str, Node] = {}
    for edge in edges:
        if edge.parent in nodes and edge.code in nodes:
            weight = nodes[edge.code].weight if edge.weight is None else edge.weight
            child = replace(nodes[edge.code], parent=edge.parent, weight=weight)
            below.setdefault(edge.parent, []).append(child)
            above.setdefault(edge.code, child)
    return {
        code: replace(
            above.get(code, replace(node, parent="")),
            children=_codes(below.get(code)),
            child_weights=_weights(below.get(code)),
        )
        for code, node in nodes.items()
        if code in below or code in above
    }


def _codes(nodes: Iterable[Node] | None) -> tuple[str, ...]:
    return tuple(node.code for node in nodes or ())


def _weights(nodes: Iterable[Node] | None) -> tuple[float | None, ...]:
    return tuple(node.weight for node in nodes or ())


def _with_depth(nodes: dict[str, Node], roots: Iterable[str]) -> dict[str, Node]:
    depth = dict.fromkeys(roots, 0)
    queue = list(depth)
    while queue:
        code = queue.pop()
        for child in nodes[code].children:
            if child not in depth:
                depth[child] = depth[code] + 1
                queue.append(child)
    return {code: replace(node, depth=depth.get(code, 0)) for code, node in nodes.items()}


def _post_order(nodes: Mapping[str, Node], root: str) -> Iterator[str]:
    for child in nodes[root].children:
        yield from _post_order(nodes, child)
    yield root


def _reach(children: Mapping[str, list[str]], start: str) -> set[str]:
    """Every code reachable from `start`; safe with cycles."""
    seen, queue = {start}, [start]
    while queue:
        for child in children.get(queue.pop(), ()):
            if child not in seen:
                seen.add(child)
                queue.append(child)
    return seen
