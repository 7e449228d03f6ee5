"""What is within reach of a unit, and what it could fall back to, from years that may be compared.

Caps of a path (best ever, best of the region ...) and falls of a ledger (last year's, the region's median).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.ledger import Falls
from indices.tree import Tree


@dataclass(frozen=True)
class History:
    """Figures (units x codes) of comparable years, this year's last, and the region of every unit."""

    tree: Tree
    frames: Sequence[pd.DataFrame]
    regions: pd.Series

    @property
    def latest(self) -> pd.DataFrame:
        """This year's figures."""
        return self.frames[-1]

    def neighbours(self, unit: str) -> list[str]:
        """The units of the unit's region, itself among them; none where it has no region."""
        same = self.regions.index[self.regions == self.regions.get(unit)]
        return [str(name) for name in same if name in self.latest.index]

    def best(self, frame: pd.DataFrame) -> pd.Series:
        """The best figure of every code: the least where less is better."""
        nodes = self.tree.nodes
        less = [code for code in frame.columns if code in nodes and nodes[code].direction == "-"]
        return frame.max().where(~frame.columns.isin(less), frame.min())


Reach = Callable[[History, str], pd.Series]
REACHES: Final[dict[str, Reach]] = {
    "best_ever": lambda h, unit: h.best(pd.concat(h.frames)),
    "own_best": lambda h, unit: h.best(pd.concat([frame[frame.index == unit] for frame in h.frames])),
    "national_best": lambda h, unit: h.best(h.latest),
    "regional_best": lambda h, unit: h.best(h.latest.loc[h.neighbours(unit)]),
}


def caps(history: History, unit: str, reach: str) -> dict[str, float]:
    """The best value within reach of a unit, by code, for `path.Effort`; codes without a figure are left out.

    `reach`: best_ever (any unit in any of the years), own_best (the unit itself), national_best or
    regional_best (this year). Without caps a path may go to the maximum. Raises KeyError for another name.
    """
    found = REACHES[reach](history, unit)
    return {str(code): float(value) for code, value in found.items() if not np.isnan(value)}


def falls(history: History, unit: str) -> Falls:
    """What a unit could fall back to: its figures of the year before, its region's medians of this year.

    Missing where there is no year before, or the region has no figure.
    """
    before = history.frames[-2] if len(history.frames) > 1 else None
    last = pd.Series(before.loc[unit]) if before is not None and unit in before.index else None
    return Falls(last, history.latest.loc[history.neighbours(unit)].median())
