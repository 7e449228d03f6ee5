"""What the page of the plan shows, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from layouts.views import Filter


@dataclass(frozen=True)
class Work:
    """An assignment: its values by field, how it stands, days past its deadline, names, what is unclear."""

    values: Mapping[str, Any]
    standing: str
    late: int
    criterion: str
    unclear: tuple[str, ...]
    href: str


@dataclass(frozen=True)
class Reason:
    """A cause: its values by field, the name of its criterion, who wrote it, where it is edited."""

    values: Mapping[str, Any]
    criterion: str
    by: str
    href: str


@dataclass(frozen=True)
class Load:
    """What one body carries: number of assignments by how they stand."""

    lead: str
    counts: Mapping[str, int]
    href: str


@dataclass(frozen=True)
class Past:
    """One line of a row's history: when (UTC), who, what was done, which fields."""

    at: str
    by: str
    action: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Form:
    """A row being written: its kind, id and version ("" and 0: a new one), values, choices, history."""

    kind: str
    id: str
    version: int
    values: Mapping[str, Any]
    indices: tuple[tuple[str, str], ...]
    close: str
    history: tuple[Past, ...] = ()


@dataclass(frozen=True)
class PlanView:
    """The plan of one province: what is shown after the filters, counts of all, the form if one is open."""

    province: str
    works: tuple[Work, ...]
    total: int
    counts: Mapping[str, int]
    filters: Mapping[str, tuple[Filter, ...]]
    loads: tuple[Load, ...]
    reasons: tuple[Reason, ...]
    add: Mapping[str, str]
    form: Form | None
    meta: Mapping[str, str]
