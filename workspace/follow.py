"""How the work stands: overdue or not, what of the "6 rõ" is unclear, who carries how much. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

DONE, STOPPED, OVERDUE, SOON, OPEN = "done", "stopped", "overdue", "soon", "open"
STANDINGS = (OVERDUE, SOON, OPEN, DONE, STOPPED)  # the most urgent first
NOTICE = timedelta(days=14)
# Người, việc, thời gian, trách nhiệm, sản phẩm, thẩm quyền: the fields that make each of them clear.
SIX_CLEAR = ("lead", "task", "deadline", "target", "product", "authority")


class Work(Protocol):
    """What is asked of an assignment, whether a row or a record."""

    lead: str
    deadline: date
    status: str


@dataclass(frozen=True)
class Burden:
    """What one body carries: numbers of assignments by how they stand on a day."""

    lead: str
    counts: dict[str, int]

    @property
    def unfinished(self) -> int:
        """How many still have to be done."""
        return sum(self.counts[name] for name in (OVERDUE, SOON, OPEN))


def standing(work: Work, today: date) -> str:
    """How an assignment stands: done and stopped are what people said, the rest follows from the deadline.

    The day of the deadline itself is not overdue.
    """
    if work.status in (DONE, STOPPED):
        return work.status
    if work.deadline < today:
        return OVERDUE
    return SOON if work.deadline - today <= NOTICE else OPEN


def unclear(work: Work) -> tuple[str, ...]:
    """Which fields of the "6 rõ" nobody has filled in."""
    return tuple(name for name in SIX_CLEAR if not getattr(work, name))


def burdens(works: Iterable[Work], today: date) -> list[Burden]:
    """What each lead body carries; those with most overdue, then with most unfinished, first."""
    found: dict[str, dict[str, int]] = {}
    for work in works:
        counts = found.setdefault(work.lead, dict.fromkeys(STANDINGS, 0))
        counts[standing(work, today)] += 1
    told = [Burden(lead, counts) for lead, counts in found.items()]
    return sorted(told, key=lambda b: (-b.counts[OVERDUE], -b.unfinished, b.lead))
