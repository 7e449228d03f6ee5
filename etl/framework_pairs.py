"""Which component of one framework is which of the next: proposals by name and place, to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from etl.mapping import fold
from indices.crosswalk import RENAMED, SAME, Link
from indices.framework import Framework
from indices.tree import Node, Tree

# How alike names must be (0 to 1): under one parent; under another one; with the very same code.
NEAR: Final = 0.75
FAR: Final = 0.9
SAME_CODE: Final = 0.6
# What is left of the confidence when the parent is another one, and when no child goes along.
_MOVED: Final = 0.9
_EMPTIED: Final = 0.5
# Names that differ in accents only are no typing slips: accents make words.
_ACCENTS: Final = 0.98


@dataclass(frozen=True)
class Pair:
    """A proposal: code `old` of the first tree is code `new` of the second.

    `similarity` of the names and `confidence` in the pair, 0 to 1: lower than the similarity where the parent
    is another one or parts do not go along. `kind`: same or renamed.
    """

    old: str
    new: str
    similarity: float
    confidence: float = 1.0
    kind: str = SAME


def similarity(first: str, second: str) -> float:
    """How alike two names are, 0 to 1; 1 only for equal ones, word order and accents count little."""
    return float(_table([first], [second])[0, 0])


def _table(firsts: Sequence[str], seconds: Sequence[str]) -> NDArray[np.float64]:
    """Similarity of every name with every other one."""
    folded = [[fold(name) for name in names] for names in (firsts, seconds)]
    ratios = process.cdist(*folded, scorer=fuzz.token_sort_ratio, dtype=np.float64) / 100.0
    equal = np.array([[one == two for two in seconds] for one in firsts])
    return np.where(equal, 1.0, np.minimum(ratios, _ACCENTS))


def propose_pairs(first: Tree, second: Tree) -> list[Pair]:
    """Pairs of the two main trees, each code at most once, in the order of the second tree.

    Going down from the root, children of a pair are paired by name, the most alike first; then what is left
    anywhere on the same level, if the names are nearly equal; then equal codes under a pair whose names are
    alike at all. Everything else counts as dropped and added.
    """
    found = _Matching(first, second)
    found.down([first.root])
    for level in dict.fromkeys(node.level for node in second.nodes.values()):
        fresh = found.match(found.free(first, level), found.free(second, level), FAR)
        found.down(fresh)
    found.by_code()
    paired = {pair: similarity(first.nodes[pair[0]].name_vi, second.nodes[pair[1]].name_vi) for pair in found}
    pairs = [_judged(first, second, dict(paired), pair) for pair in paired]
    return sorted(pairs, key=lambda pair: second.nodes[pair.new].order)


class _Matching:
    """Codes paired so far, both ways."""

    def __init__(self, first: Tree, second: Tree) -> None:
        self.first, self.second = first, second
        self.new_of: dict[str, str] = {first.root: second.root}
        self.old_of: dict[str, str] = {second.root: first.root}

    def __iter__(self) -> Iterator[tuple[str, str]]:
        yield from self.new_of.items()

    def free(self, tree: Tree, level: str) -> list[Node]:
        """Nodes of a level that are in no pair yet."""
        taken = self.new_of if tree is self.first else self.old_of
        return [node for node in tree.nodes.values() if node.level == level and node.code not in taken]

    def down(self, olds: Iterable[str]) -> None:
        """Pair the children of pairs, and theirs."""
        queue = list(olds)
        while queue:
            old = queue.pop(0)
            queue += self.match(*self._children(old), NEAR)

    def _children(self, old: str) -> tuple[list[Node], list[Node]]:
        ours = [node for node in self.first.children(old) if node.code not in self.new_of]
        theirs = self.second.children(self.new_of[old])
        return ours, [node for node in theirs if node.code not in self.old_of]

    def match(self, olds: Sequence[Node], news: Sequence[Node], least: float) -> list[str]:
        """Pair the most alike first, equal codes before others; gives back the old codes paired."""
        if not olds or not news:
            return []
        alike = _table([node.name_vi for node in olds], [node.name_vi for node in news])
        equal = np.array([[old.code == new.code for new in news] for old in olds])
        order = np.argsort(-(alike + equal * 1e-6), axis=None, kind="stable")
        fresh = []
        for place in order:
            i, j = divmod(int(place), len(news))
            if alike[i, j] >= least and olds[i].code not in self.new_of and news[j].code not in self.old_of:
                self._pair(olds[i].code, news[j].code)
                fresh.append(olds[i].code)
        return fresh

    def by_code(self) -> None:
        """Pair what is left with its own code, where the parents are a pair and the names not strangers."""
        for code, old in self.first.nodes.items():
            new = self.second.nodes.get(code)
            if new is None or code in self.new_of or code in self.old_of:
                continue
            together = self.new_of.get(old.parent) == new.parent
            if together and similarity(old.name_vi, new.name_vi) >= SAME_CODE:
                self._pair(code, code)

    def _pair(self, old: str, new: str) -> None:
        self.new_of[old], self.old_of[new] = new, old


def _judged(first: Tree, second: Tree, paired: dict[tuple[str, str], float], pair: tuple[str, str]) -> Pair:
    old, new = first.nodes[pair[0]], second.nodes[pair[1]]
    alike = paired[pair]
    confidence = alike if (old.parent, new.parent) in paired or not old.parent else alike * _MOVED
    most = max(len(old.children), len(new.children))
    kept = sum((a, b) in paired for a in old.children for b in new.children)
    confidence *= 1.0 if not most else _EMPTIED + (1 - _EMPTIED) * kept / most
    kind = SAME if fold(old.name_vi) == fold(new.name_vi) else RENAMED
    return Pair(old.code, new.code, alike, round(confidence, 2), kind)


def proposed_links(first: Framework, second: Framework) -> list[Link]:
    """Rows for a crosswalk, not confirmed: every pair but the totals, whose comparability is judged apart."""
    before, after = first.tree(max(first.years)), second.tree(min(second.years))
    return [
        Link(first.id, pair.old, second.id, pair.new, pair.kind, note=_told(pair, before, after))
        for pair in propose_pairs(before, after)
        if pair.new != after.root
    ]


def _told(pair: Pair, first: Tree, second: Tree) -> str:
    """What a person needs to judge a pair: how sure, the names and the maxima where they differ."""
    old, new = first.nodes[pair.old], second.nodes[pair.new]
    parts = [f"{pair.confidence:.0%}"]
    parts += [f"{old.name_vi} → {new.name_vi}"] if old.name_vi != new.name_vi else [new.name_vi]
    if old.max_score != new.max_score:
        parts.append(f"max {_number(old.max_score)} → {_number(new.max_score)}")
    return "; ".join(parts)


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:g}"
