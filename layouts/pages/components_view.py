"""What the components page shows: data only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from layouts.subject import Subject
from layouts.text import has

# Parts of the page as its address names them; the first has none.
YEARS, LOST, OTHERS, SELF, CHECK = "", "diem-mat", "noi-khac", "tu-cham", "doi-chieu"
TABS = (YEARS, LOST, OTHERS, SELF, CHECK)


@dataclass(frozen=True)
class ComponentsView:
    """The components of one index in one year for one province.

    `tree` is the component table of the year (main view) in display order; `codes` the main components:
    those right under the total, or where these have no figures the first ones below that do; `own` our score
    rows; `fields` the score rows of all units for the total and the main components; `by_source` our rows by
    source of points; `written` the judgements on comparability; `filled` the years with component scores of
    ours, with addresses; `hrefs` the criterion page of every component, by code, `unit_hrefs` this page of
    every province, by unit id; `asked` the part of the page asked for, `tab_hrefs` the address of each;
    `under` years running under the maximum, by code.
    """

    subject: Subject
    tree: pd.DataFrame
    codes: tuple[str, ...]
    own: pd.DataFrame
    fields: pd.DataFrame
    by_source: pd.DataFrame
    written: tuple[Mapping[str, Any], ...] = ()
    filled: tuple[tuple[int, str], ...] = ()
    hrefs: Mapping[str, str] = field(default_factory=dict)
    unit_hrefs: Mapping[str, str] = field(default_factory=dict)
    asked: str = ""
    tab_hrefs: Mapping[str, str] = field(default_factory=dict)
    under: Mapping[str, int] = field(default_factory=dict)

    @property
    def root(self) -> str:
        """Code of the total."""
        return str(self.subject.index["index_code"])

    @cached_property
    def tabs(self) -> tuple[str, ...]:
        """The parts of the page that have something to show, in order."""
        wanted = {
            YEARS: True,
            LOST: self.scored and bool(self.own_main["lost"].notna().any()),
            OTHERS: self.scored,
            SELF: bool(self.own["self_score"].notna().any()),
            CHECK: bool(self.own["recomputed"].notna().any()),
        }
        return tuple(key for key, shown in wanted.items() if shown)

    @property
    def tab(self) -> str:
        """The part shown: the one asked for, else the first."""
        return self.asked if self.asked in self.tabs else YEARS

    @cached_property
    def main(self) -> pd.DataFrame:
        """The main components as the tree has them."""
        return self.tree[self.tree["component_code"].isin(self.codes)]

    @cached_property
    def own_main(self) -> pd.DataFrame:
        """Our score rows of the main components, in display order."""
        return self.own[self.own["component_code"].isin(self.codes)].sort_values("order_no")

    @property
    def scored(self) -> bool:
        """Whether we have a score of any main component."""
        return bool(self.own_main["value"].notna().any())

    @cached_property
    def own_total(self) -> dict[str, Any] | None:
        """Our score row of the total."""
        rows = self.own[self.own["component_code"] == self.root]
        return rows.iloc[0].to_dict() if len(rows) else None

    @cached_property
    def previous(self) -> int | None:
        """The year our components are compared with: that of the total, else the commonest among the
        components.
        """
        total = self.own_total
        if total is not None and has(total["prev_year"]):
            return int(total["prev_year"])
        years = self.own_main["prev_year"].dropna()
        return int(years.mode().iloc[0]) if len(years) else None

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Our main components that have a four-way class: comparable, with both ranks."""
        return self.own_main[self.own_main["four_way"].fillna("") != ""]

    @cached_property
    def losses(self) -> pd.DataFrame:
        """Our main components by what they cost the total: largest share of all lost points first."""
        return by_loss(self.own_main)


def by_loss(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with a known loss, largest first: by the share of all lost points (weights counted), else by
    points.
    """
    held = rows[rows["lost"].notna() & rows["max_score"].notna()]
    weighted = len(held) > 0 and bool(held["lost_share"].notna().all())
    held = held.assign(length=held["lost_share"] if weighted else held["lost"])
    return held.sort_values("length", ascending=False)
