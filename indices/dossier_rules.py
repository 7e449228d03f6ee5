"""What QĐ 766 makes of dossiers, as data: codes of the one-stop system, indicators, maxima, targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

# What the counts of a period are called; every indicator is made of these.
RECEIVED, SETTLED, OPEN, CARRIED = "received", "settled", "open", "carried"
EARLY, ON_TIME, LATE = "settled_early", "settled_on_time", "settled_late"
OPEN_WITHIN, OPEN_LATE = "open_within", "open_late"
OUTCOMES = (EARLY, ON_TIME, LATE)
# Sums over dossiers by what they are counted at, their receipt or their end: of each dossier the product of
# these, blank ones as zero; of none of them: one. `online`, `early`, `on_time` and `late` are 1 or 0 as the
# channel and the outcome say; the others are columns of the settled rows.
AT_RECEIPT: Final[Mapping[str, tuple[str, ...]]] = {
    "received": (),
    "received_online": ("online",),
    "online_counted": ("online", "online_ok"),
    "synced": ("synced",),
    "reused": ("reused",),
    "shared": ("shared",),
    "identified": ("identified",),
    "complaints": ("complaint",),
    "fee_base": ("fee",),
    "paid": ("fee", "paid"),
}
AT_END: Final[Mapping[str, tuple[str, ...]]] = {
    "settled": (),
    "settled_early": ("early",),
    "settled_on_time": ("on_time",),
    "settled_late": ("late",),
    "days_sum": ("taken_days",),
    "late_days_sum": ("late_days",),
    "result_base": ("needs_result",),
    "result_e": ("needs_result", "e_result"),
    "digitised": ("digitised", "e_result"),
}
# In a cube: +1 in the month in which a dossier is first overdue at the month's end, -1 in that of its end.
OVERDUE: Final = "overdue"
MEASURES: Final = (*AT_RECEIPT, *AT_END, OVERDUE)
# Columns of the system that a file may not have; a count that needs one is unknown then. `online_ok` is made
# of the electronic result.
OPTIONAL: Final = (
    "synced", "digitised", "e_result", "identified", "paid", "reused", "shared", "complaint",
)  # fmt: skip
_MADE_OF: Final = {"online_ok": "e_result"}


def unknown_counts(absent: Iterable[str]) -> list[str]:
    """The counts that are unknown where these columns were not in some file."""
    gone = set(absent)
    factors = {**AT_RECEIPT, **AT_END}
    return [name for name, parts in factors.items() if gone & {_MADE_OF.get(part, part) for part in parts}]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Ratio(_Model):
    """A share of counts: the sum of the `of` counts over that of the `base` counts."""

    of: tuple[str, ...]
    base: tuple[str, ...]


class Indicator(_Model):
    """One indicator: share × maximum, full points from `full_from` percent on and pro rata below.

    `source`: dossiers (counted), catalogue (counted over procedures), given (told from outside).
    `times`: code of an indicator whose share multiplies this one; `less`: shares taken off 100%.
    """

    code: str
    source: Literal["dossiers", "catalogue", "given"] = "dossiers"
    share: Ratio | None = None
    times: str = ""
    less: tuple[Ratio, ...] = ()
    full_from: float = Field(default=100, gt=0, le=100)
    scored: bool = True

    def ratios(self) -> tuple[Ratio, ...]:
        """Every ratio that the indicator is made of."""
        return (*((self.share,) if self.share else ()), *self.less)


class Group(_Model):
    """A group with the maximum that the decision gives it, the groups or indicators under it."""

    code: str
    parts: tuple[str, ...]
    maximum: float = Field(gt=0)


class OnlineTarget(_Model):
    """The share of dossiers received online to reach in a year, in percent, and who says so."""

    year: int
    percent: float
    source: str


class Cited(_Model):
    """What figures of dossiers name as their source; the months are added to the document."""

    publisher: str
    document: str


class Link(_Model):
    """A criterion of another index that dossiers on time feed: points in proportion to the share, full from
    `full_from` percent, none below `none_below`."""

    index: str
    component: str
    maximum: float
    full_from: float = 100
    none_below: float = 0


class DossierRules(_Model):
    """All rules. `source`: what figures of dossiers cite. `maxima`: points of each indicator, none where they
    are not known (a setting).

    `statuses`: code of the system to what it means; `channels`, `services`: likewise. `pause_extends_due`:
    whether waiting for the citizen moves the promised day. `most_requests`: requests to supplement after
    which a dossier counts as late. `blank_due`: what a dossier without a promised day is, on_time as the
    rules say or computed from its time limit. `calendar_years`: dates outside these years are mistakes.
    `id_form`: pattern of a dossier's code; what is not of its form may be anything and is not kept.
    `simulated_prefix`: how codes of made-up dossiers begin.
    """

    index: str
    framework: str
    source: Cited
    columns: Mapping[str, tuple[str, ...]]
    statuses: Mapping[str, Literal["left_out", "refused", "open", "stopped", "done"]]
    channels: Mapping[str, Literal["direct", "online", "post"]]
    services: Mapping[str, Literal["none", "partial", "full"]]
    calendar_years: tuple[int, int]
    hour_units: tuple[str, ...]
    true_values: tuple[str, ...]
    id_form: str
    simulated_prefix: str
    pause_extends_due: bool = True
    most_requests: int = 1
    blank_due: Literal["on_time", "computed"] = "on_time"
    groups: tuple[Group, ...]
    indicators: tuple[Indicator, ...]
    maxima: Mapping[str, float | None]
    online_targets: tuple[OnlineTarget, ...] = ()
    links: tuple[Link, ...] = ()
    late_bands: tuple[int, ...] = (1, 5, 10, 20)

    @model_validator(mode="after")
    def _consistent(self) -> DossierRules:
        codes = [one.code for one in self.indicators]
        doubled = {code for code in codes if codes.count(code) > 1}
        if doubled:
            raise ValueError(f"indicators given twice: {sorted(doubled)}")
        if unknown := set(self.maxima) - set(codes):
            raise ValueError(f"maxima of unknown indicators: {sorted(unknown)}")
        known = set(codes) | {group.code for group in self.groups}
        if unknown := {part for group in self.groups for part in group.parts} - known:
            raise ValueError(f"groups of unknown parts: {sorted(unknown)}")
        for group in self.groups:
            self._fits(group)
        return self

    def _fits(self, group: Group) -> None:
        """Known maxima of a group never exceed its own; when all are known they add up to it."""
        told = [self.maximum(part) for part in group.parts]
        total = sum(value for value in told if value is not None)
        if total > group.maximum or (None not in told and total != group.maximum):
            raise ValueError(f"the maxima under {group.code} make {total:g}, not {group.maximum:g}")

    def maximum(self, code: str) -> float | None:
        """Points at most of a group or an indicator; None when unknown, 0 for one that only informs."""
        for group in self.groups:
            if group.code == code:
                return group.maximum
        return self.maxima.get(code) if self.indicator(code).scored else 0.0

    def indicator(self, code: str) -> Indicator:
        """The indicator with this code; KeyError when there is none."""
        found = next((one for one in self.indicators if one.code == code), None)
        if found is None:
            raise KeyError(code)
        return found

    def group(self, code: str) -> Group | None:
        """The group with this code; None for an indicator."""
        return next((one for one in self.groups if one.code == code), None)

    def tops(self) -> Iterator[Group]:
        """The groups that stand under the total, in their order."""
        inner = {part for group in self.groups for part in group.parts}
        return (group for group in self.groups if group.code not in inner)
