"""What is done about missing figures: a closed list of policies, each with its formula, units and source.

Two of them act inside a roll-up (rollup.spread); the others fill gaps of an indicator over the units first.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

_HANDBOOK: Final = (
    "OECD and JRC, Handbook on Constructing Composite Indicators (2008), chapter on missing data"
)


Statistic = Literal["mean", "median"]


@dataclass(frozen=True)
class Policy:
    """A named policy and its manual entry. `statistic` fills a gap (None: a roll-up deals with it)."""

    name: str
    title: str
    formula: str
    units: str
    source: str
    statistic: Statistic | None = None
    grouped: bool = False


_LIST: Final = (
    Policy(
        "refuse",
        "A missing child makes the parent missing",
        "parent missing if any v_i of weight other than 0 is missing",
        "those of the rule",
        "published totals, which no publisher gives for a unit without all its parts",
    ),
    Policy(
        "renormalise",
        "What is present carries the whole weight",
        "w_i of present children × Σ w / Σ w of present; missing below the least coverage",
        "coverage: part of the weight that is present, 0-1",
        "means over available indicators, as the R engine COINr takes them",
    ),
    Policy(
        "mean",
        "Mean of the units",
        "missing v = mean of the present v",
        "those of the indicator",
        _HANDBOOK,
        "mean",
    ),
    Policy(
        "median",
        "Median of the units",
        "missing v = median of the present v",
        "those of the indicator",
        _HANDBOOK,
        "median",
    ),
    Policy(
        "group_mean",
        "Mean of the unit's group",
        "missing v = mean of the present v of the same group; missing where the group has none",
        "those of the indicator",
        "R engine COINr, ASEM example (groups by size of the economy)",
        "mean",
        grouped=True,
    ),
    Policy(
        "group_median",
        "Median of the unit's group",
        "missing v = median of the present v of the same group; missing where the group has none",
        "those of the indicator",
        _HANDBOOK,
        "median",
        grouped=True,
    ),
)

POLICIES: Final[dict[str, Policy]] = {policy.name: policy for policy in _LIST}
_STATISTICS: Final[dict[str, Callable[[pd.DataFrame], pd.Series]]] = {
    "mean": lambda values: values.mean(),
    "median": lambda values: values.median(),
}


def impute(values: pd.DataFrame, policy: str, groups: pd.Series | None = None) -> pd.DataFrame:
    """Figures (units x codes) with gaps filled as the policy says; a policy of a roll-up changes nothing.

    `groups` gives each unit's group; a unit without one is filled from nobody. Raises KeyError for an unknown
    policy, ValueError for a grouped one without groups.
    """
    found = POLICIES[policy]
    if found.statistic is None:
        return values
    if not found.grouped:
        return values.fillna(_STATISTICS[found.statistic](values))
    if groups is None:
        raise ValueError(f"{policy} needs groups")
    of_group = values.groupby(groups.reindex(values.index)).transform(found.statistic)
    return values.fillna(of_group)


def coverage(values: pd.DataFrame) -> pd.Series:
    """Part of the codes that each unit has a figure for (0-1)."""
    return values.notna().mean(axis=1)


def covered(values: pd.DataFrame, least: float) -> pd.DataFrame:
    """The units with at least that part of the codes; what the others have is too little to score them."""
    return values[coverage(values) >= least - 1e-12]
