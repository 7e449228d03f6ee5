"""What the criterion page shows: data only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from indices.trace import Step
from layouts.pages.trends_view import TrendsView
from layouts.subject import Subject
from layouts.text import has

Row = Mapping[str, Any]
RAW = "indicator"  # raw figures in units of their own: neither maximum nor lost points


@dataclass(frozen=True)
class CriterionView:
    """One component of one index in one year for one province.

    `about`: its row of the tree; `path`: (name, address) from the total down to what stands over it;
    `choices`: (code, name, depth) of the components that can be opened; `own`: our score row, None without
    one this year; `rows`: of every unit its names, value and rank, with the keys of its figure;
    `parts`: what it is made of, as rows of the tree joined with our score rows (and `href`); `years`: its
    history, None without any; `under`: years running under the maximum; `likes`: unit ids of the provinces
    most like ours, nearest first; `hrefs`: address of this component by unit id; `trace`: its derivation;
    `leads`: where else to look at it, (words key, address).
    """

    subject: Subject
    code: str
    tree: str
    about: Row
    path: Sequence[tuple[str, str]]
    choices: Sequence[tuple[str, str, int]]
    own: Row | None
    rows: Sequence[Row]
    parts: Sequence[Row]
    years: TrendsView | None
    under: int
    likes: Sequence[str]
    hrefs: Mapping[str, str]
    trace: Step | None
    part_hrefs: Mapping[str, str] = field(default_factory=dict)
    leads: Sequence[tuple[str, str]] = ()
    written: Sequence[Row] = ()

    @property
    def known(self) -> bool:
        """Whether we have a value."""
        return self.own is not None and has(self.own["value"])

    @property
    def raw(self) -> bool:
        """Whether it is a raw indicator, written as it was printed."""
        return bool(self.about["level"] == RAW)

    @property
    def maximum(self) -> float | None:
        """Points that can be had: those of our row, else of the tree; None where not known or raw."""
        held = (self.own or {}).get("max_score")
        most = held if has(held) else self.about["max_score"]
        return float(most) if has(most) and not self.raw else None

    @property
    def decimals(self) -> int:
        """Decimals of its figures: those of the index, or as printed for a raw indicator."""
        row = self.own or {}
        return (
            min(int(row["decimals"]), 3) if self.raw and has(row.get("decimals")) else self.subject.decimals
        )

    @property
    def less_is_better(self) -> bool:
        """Whether less of it is better."""
        return bool(self.about["direction"] == "-")

    @cached_property
    def ordered(self) -> list[Row]:
        """Rows of all units with a value, best first."""
        held = [row for row in self.rows if has(row["value"])]
        sign = 1 if self.less_is_better else -1
        return sorted(held, key=lambda row: (sign * row["value"], row["unit_order"]))
