"""What a template consists of: its columns or rows, which of them add up, the stamp that tells versions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from indices.framework import Framework
from indices.scoring import is_computable
from indices.tree import Node, Tree

Kind = Literal["scores", "criteria"]
KINDS: Final[tuple[Kind, ...]] = ("scores", "criteria")
# Raised when the form of templates changes, so that older ones are refused.
FORM: Final = 1
_ADDED_UP: Final = "sum_points"
_OWN_MAXIMUM: Final = "applicable_ratio"
_STAMP_LENGTH: Final = 12


@dataclass(frozen=True)
class Part:
    """A component in a template. `parts`: codes whose figures add up to it (none: it is entered).

    `own_maximum`: each unit has a maximum of its own there. `aside`: it stands in another roll-up only.
    """

    node: Node
    parts: tuple[str, ...] = ()
    own_maximum: bool = False
    aside: bool = False


@dataclass(frozen=True)
class Spec:
    """A template of one framework in one year. `unit`: the one unit of a template of criteria.

    `units`: names of the rows of a template of scores; they are no part of the stamp.
    """

    kind: Kind
    framework: Framework
    year: int
    unit_set: str
    unit: str = ""
    units: tuple[str, ...] = field(default=(), compare=False)

    @property
    def root(self) -> str:
        """Code of the total."""
        return self.framework.index

    def parts(self) -> list[Part]:
        """Components in display order: the main tree from the total down, then (scores) other roll-ups."""
        main, *views = self.framework.trees(self.year)
        found = {code: _part(main, code) for code in _top_down(main, main.root)}
        for view in views if self.kind == "scores" else []:
            for node in sorted(view.nodes.values(), key=lambda node: node.order):
                found.setdefault(node.code, Part(node, aside=True))
        return list(found.values())

    @property
    def stamp(self) -> str:
        """Changes with everything that a person filling the template in relies on."""
        told = [FORM, self.kind, self.framework.id, self.year]
        rows = [_told(part) for part in self.parts()]
        text = json.dumps([told, rows], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:_STAMP_LENGTH]


def _told(part: Part) -> list[object]:
    node = part.node
    same = (node.code, node.parent, node.level, node.name_vi, node.min_score, node.max_score)
    return [*same, list(part.parts), part.own_maximum]


def _part(tree: Tree, code: str) -> Part:
    """A sum adds up only where its rule is trusted and a missing part leaves it missing."""
    node = tree.nodes[code]
    adds = node.rule == _ADDED_UP and tree.missing == "refuse" and is_computable(tree, code)
    above = tree.nodes.get(node.parent)
    own = above is not None and above.rule == _OWN_MAXIMUM
    return Part(node, node.children if adds else (), own)


def _top_down(tree: Tree, code: str) -> Iterator[str]:
    yield code
    for child in tree.nodes[code].children:
        yield from _top_down(tree, child)
