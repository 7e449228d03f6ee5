"""What the page of the plan shows, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from indices.promises import Result
from layouts.views import Filter

Fields = Mapping[str, str]


@dataclass(frozen=True)
class Work:
    """An assignment: its values by field, how it stands, days past its deadline (0: none), what its
    criterion and index are called, what of the "6 rõ" is unclear, its own address, and the last report
    (percent, day)."""

    values: Mapping[str, Any]
    standing: str
    late: int
    criterion: str
    index: str
    unclear: tuple[str, ...]
    href: str
    percent: int | None = None
    reported: date | None = None


@dataclass(frozen=True)
class Reason:
    """A cause: its values by field, what its criterion and index are called, who wrote it, where it is
    edited."""

    values: Mapping[str, Any]
    criterion: str
    index: str
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
    """One line of history: when (UTC), who, what was done, to which kind of row and what names that row,
    and of a change every field with its value before and after."""

    at: str
    by: str
    action: str
    kind: str
    about: str
    changes: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Gone:
    """A deleted row that can be brought back: kind, id, version, what names it, who deleted it and when."""

    kind: str
    id: str
    version: int
    label: str
    by: str
    at: str


@dataclass(frozen=True)
class Form:
    """A row being written: its kind, id and version ("" and 0: a new one), texts of its fields, values that
    stand in no field (`hidden`), choices, where closing leads, its history, and what the data say of it."""

    kind: str
    id: str
    version: int
    values: Fields
    indices: tuple[tuple[str, str], ...]
    close: str
    hidden: Fields = field(default_factory=dict)
    history: tuple[Past, ...] = ()
    shown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """Who writes here: the name that is signed in ("": people type theirs), a day that was set, and whether
    the person may write everything."""

    person: str
    rehearsed: str
    may_write: bool = True


@dataclass(frozen=True)
class PlanView:
    """The plan of one province: what is shown after the filters, counts of all, the form if one is open."""

    province: str
    desk: Desk
    board: bool
    ways: tuple[Filter, ...]
    works: tuple[Work, ...]
    overdue: tuple[Work, ...]
    total: int
    counts: Mapping[str, int]
    filters: Mapping[str, tuple[Filter, ...]]
    loads: tuple[Load, ...]
    reasons: tuple[Reason, ...]
    add: Mapping[str, str]
    form: Form | None
    gone: tuple[Gone, ...]
    outcomes: tuple["Outcome", ...]
    search: str
    meta: Mapping[str, str]


@dataclass(frozen=True)
class Proof:
    """A document that bears a report out; `edit`: where it is changed."""

    title: str
    address: str
    edit: str


@dataclass(frozen=True)
class Report:
    """A progress report: day, percent, text, who wrote it, its documents, where to change or add to it."""

    day: date
    percent: int
    text: str
    by: str
    proofs: tuple[Proof, ...]
    edit: str
    add_proof: str


@dataclass(frozen=True)
class Remark:
    """A comment: who, when (UTC), the text, where it is changed."""

    by: str
    at: str
    text: str
    edit: str


@dataclass(frozen=True)
class WorkView:
    """One assignment with all that was written on it. `work` None: there is no such row; `live` False: it
    was deleted. `links`: addresses of forms; `gone`: deleted rows about it (or itself), newest first."""

    province: str
    desk: Desk
    work: Work | None
    live: bool
    back: str
    criterion_href: str
    links: Mapping[str, str]
    reports: tuple[Report, ...]
    remarks: tuple[Remark, ...]
    history: tuple[Past, ...]
    form: Form | None
    gone: tuple[Gone, ...]
    outcome: "Outcome | None"
    may_report: bool = True

    @property
    def title(self) -> str:
        """The task, for the browser's title."""
        return str(self.work.values["task"]) if self.work else ""


@dataclass(frozen=True)
class Heir:
    """A criterion of the new framework that an old one went over into: code, name, score as told ("": none)
    and the key of that figure."""

    code: str
    name: str
    value: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Outcome:
    """What an assignment promised and what came: the work, how it ended, the criterion as the new year names
    it, decimals of its scores, keys of the two figures ("": none). `old_name`: its name of the earlier year
    where the new one is another; `heirs`: what it went over into, by `link` (merged, split, unconfirmed,
    namesake)."""

    work: Work
    result: Result
    criterion: str
    places: int
    before_ref: str
    after_ref: str
    old_name: str = ""
    link: str = ""
    heirs: tuple[Heir, ...] = ()
