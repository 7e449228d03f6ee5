"""Which of the sheets are read: no figure twice, nothing doubtful beside what is sure."""

from __future__ import annotations

from dataclasses import dataclass, field

from etl.intake.decisions import SURE, Decision, decide
from etl.intake.guess.compare import first_difference
from etl.intake.guess.sheet import SheetGuess, names

_OVERLAP = 0.05
_A_FEW = 3


@dataclass
class _Chosen:
    """What the sheets chosen so far read: keys of their figures, and who stands in them."""

    guesses: list[SheetGuess] = field(default_factory=list)

    def covering(self, guess: SheetGuess) -> list[SheetGuess]:
        """The chosen sheets that together hold every figure of this one, of the same units and year."""
        whole = guess.covers <= self.covered(guess)
        return [one for one in self._alike(guess) if one.covers & guess.covers] if whole else []

    def covered(self, guess: SheetGuess) -> set[tuple[str, str]]:
        """Components and roles that chosen sheets hold for the units and year of this one."""
        return {key for one in self._alike(guess) for key in one.covers}

    def _alike(self, guess: SheetGuess) -> list[SheetGuess]:
        return [one for one in self.guesses if one.year == guess.year and _same_units(one, guess)]


def _same_units(one: SheetGuess, other: SheetGuess) -> bool:
    if not one.unit_ids or not other.unit_ids:
        return one.unit_ids == other.unit_ids
    shared = len(one.unit_ids & other.unit_ids) / min(len(one.unit_ids), len(other.unit_ids))
    return shared > _OVERLAP


def choose_sheets(guesses: list[SheetGuess], decisions: list[Decision]) -> None:
    """Mark the sheets that are read, and tell the decisions: about sheets, and about what is read of them.

    The sheet that covers most comes first.
    """
    chosen = _Chosen()
    strongest = max((_strength(guess) for guess in guesses), default=0.0)
    for guess in sorted(guesses, key=lambda g: -len(g.covers)):
        reason = _against(guess, chosen, strongest)
        if reason is None:
            _drop_columns(guess, chosen.covered(guess))
            chosen.guesses.append(guess)
            guess.read = True
            continue
        decisions.append(reason)
    for guess in guesses:
        if guess.read and guess.plan:
            count = len(guess.plan.columns)
            decisions.append(decide("sheet", "read", 0.9, "sheet.read", count=count, sheet=guess.sheet.name))
        if guess.read or not chosen.guesses:
            decisions += guess.decisions


def _drop_columns(guess: SheetGuess, covered: set[tuple[str, str]]) -> None:
    """Leave out columns that a sheet chosen before reads already."""
    if guess.plan is None or not covered & guess.covers:
        return
    kept = tuple(c for c in guess.plan.columns if (c.component, c.role) not in covered)
    letters = {column.column for column in kept}
    guess.plan = guess.plan.model_copy(update={"columns": kept})
    guess.decisions = [d for d in guess.decisions if d.what != "column" or d.column in letters]


def _against(guess: SheetGuess, chosen: _Chosen, strongest: float) -> Decision | None:
    """Why a sheet is not read; None when it is. Where nothing at all can be read, everything is told."""
    sheet = guess.sheet.name
    few = guess.plan is None or len(guess.plan.columns) < _A_FEW
    if guess.plan is None or (few and strongest >= SURE > _strength(guess)):
        return decide("sheet", "not read", 0.7, "sheet.nothing", sheet=sheet)
    others = chosen.covering(guess)
    if not others:
        return None
    differing = [cell for other in others if (cell := first_difference(guess, other))]
    told = names([other.sheet.name for other in others])
    if differing:
        return decide("sheet", "not read", 0.4, "sheet.differs", others=told, cell=differing[0], sheet=sheet)
    return decide("sheet", "not read", 0.9, "sheet.covered", others=told, sheet=sheet)


def _strength(guess: SheetGuess) -> float:
    columns = [d.confidence for d in guess.decisions if d.what == "column"]
    return max(columns, default=0.0) if guess.plan else 0.0
