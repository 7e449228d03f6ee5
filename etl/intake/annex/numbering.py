"""Which level a number opens or goes on: the tree that a sequence of numbers describes, read top down.

Styles are not set beforehand: I / 1 / 1.1 / a), 1 / 1.1 / 1.1.1 and A / I / 1 all come out of the order in
which they follow each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from etl.intake.annex.labels import ARABIC, ROMAN, Label

FITS, GAP, LOST, DOUBLE, NONE = "fits", "gap", "lost", "double", "none"
_ORDER: Final = (FITS, GAP, LOST, DOUBLE, NONE)


@dataclass(frozen=True)
class Placing:
    """Where a label would go: under the open node at `depth` - 1 (0: the top).

    `how`: fits; gap (numbers before it are missing); lost (its parent is missing); double (its number was
    there already or is smaller); none (nowhere). `expected`: the number that would fit, as a code step.
    """

    label: Label
    depth: int
    how: str
    expected: str = ""


@dataclass
class Open:
    """The open nodes, top down: each with its label and the code it got."""

    labels: list[Label] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    # The last label of each style that was seen at a depth: numbers may go on across parents.
    seen: dict[tuple[int, tuple[str, bool, int]], Label] = field(default_factory=dict)

    def place(self, candidates: Sequence[Label]) -> list[Placing]:
        """The best placings of a cell's candidates: one, or several that fit equally well.

        A style that its depth has had goes before a new one, the deepest first: after h), "i)" is a letter,
        but after H, "I" is the first of the Roman numbers that stood under A to G too.
        """
        found = [self._place(label) for label in candidates]
        best = min((_ORDER.index(placing.how) for placing in found), default=len(_ORDER))
        top = [placing for placing in found if _ORDER.index(placing.how) == best]
        if top and top[0].how != FITS:
            return [placing for placing in top if placing.label.typed] or top
        usual = [placing for placing in top if (placing.depth, placing.label.style) in self.seen]
        deepest = max((placing.depth for placing in usual), default=0)
        return [placing for placing in usual if placing.depth == deepest] or top

    def enter(self, placing: Placing) -> str:
        """Open the node of a placing and give back its code."""
        del self.labels[placing.depth :], self.codes[placing.depth :]
        above = self.codes[-1] if self.codes else ""
        code = _printed(placing.label) if placing.how == LOST else _code(placing.label, above)
        self.labels.append(placing.label)
        self.codes.append(code)
        self.seen[placing.depth, placing.label.style] = placing.label
        return code

    def _place(self, label: Label) -> Placing:
        for depth, other in enumerate(self.labels):
            if label.style == other.style and label.parts[:-1] == other.parts[:-1]:
                how = FITS if label.follows(other) else GAP if label.last > other.last else DOUBLE
                return Placing(label, depth, how, _next(other))
        if len(label.parts) > 1:
            return self._dotted(label)
        if any(label.style == other.style for other in self.labels):
            return Placing(label, len(self.labels), NONE)
        for depth in range(len(self.labels)):
            before = self.seen.get((depth, label.style))
            if before is not None and label.follows(before):
                return Placing(label, depth, FITS)
        return self._child(label, len(self.labels))

    def _dotted(self, label: Label) -> Placing:
        """A number like 1.2.3 belongs under 1.2, or under the roman number of its first part."""
        for depth in range(len(self.labels), 0, -1):
            if _prefix(self.labels[depth - 1]) == label.parts[:-1]:
                return self._child(label, depth)
        return Placing(label, len(self.labels), LOST, ".".join(map(str, label.parts[:-1])))

    def _child(self, label: Label, depth: int) -> Placing:
        """A first child: number one, or one that goes on counting where the last parent's children ended.

        A list of letters or Roman numbers within the annex begins with its first: a second c) is not 100.
        """
        before = self.seen.get((depth, label.style))
        goes_on = before is not None and len(label.parts) == 1 and label.follows(before)
        late = NONE if label.kind != ARABIC and depth else GAP
        return Placing(label, depth, FITS if label.last == 1 or goes_on else late, "1")


def _prefix(label: Label) -> tuple[int, ...]:
    """What dotted numbers below a label begin with; nothing for letters."""
    return label.parts if label.kind in (ARABIC, ROMAN) else ()


def _next(label: Label) -> str:
    return ".".join(map(str, (*label.parts[:-1], label.last + 1)))


def _code(label: Label, above: str) -> str:
    """The code of a label under a code: dotted numbers keep what is printed where it says the whole way."""
    printed = _printed(label)
    if label.kind == ARABIC and len(label.parts) > 1 and printed.rpartition(".")[0] == above:
        return printed
    return f"{above}.{label.step}" if above else label.step


def _printed(label: Label) -> str:
    return ".".join(map(str, label.parts))
