"""One family of errors for people: what is wrong, where, what was found and expected, how to mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in the material, told so that its author can mend it."""

    what: str
    file: str = ""
    place: str = ""
    found: str = ""
    expected: str = ""
    hint: str = ""

    def where(self) -> str:
        """The file and the place in it, "file › place"; empty when neither is known."""
        return " › ".join(part for part in (self.file, self.place) if part)

    def text(self) -> str:
        """One line: where, what, then found, expected and hint where they are known."""
        details = (("found", self.found), ("expected", self.expected), ("hint", self.hint))
        told = [f"{label}: {value}" for label, value in details if value]
        head = f"{self.where()}: {self.what}" if self.where() else self.what
        return "; ".join([head, *told])


class DataError(Exception):
    """Material that cannot be used. Carries every problem found, not only the first.

    `exit_code` is what a command line returns for the class of error.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the problems; the message is one line a problem."""
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(problem.text() for problem in self.problems))


class DefinitionError(DataError):
    """A framework, the list of indices or the table of comparability is wrong."""

    exit_code = 3


class SourceError(DataError):
    """A source table or a row of it is wrong."""

    exit_code = 4


class ReconciliationError(DataError):
    """A published figure differs from the recomputed one and nobody has written down why."""

    exit_code = 5


class ReleaseError(DataError):
    """A release could not be written, found or switched to."""

    exit_code = 6
