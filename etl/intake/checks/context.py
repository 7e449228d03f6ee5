"""What the checks know beside the file itself: definitions, names, what is already held, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from etl.intake.mapping_file import ImportMapping
from etl.mapping import UnitNames
from indices.registry import Registry

FACT_COLUMNS: Final = (
    "index_code", "year", "unit_set", "unit_id", "component_code", "published", "decimals", "max_score",
)  # fmt: skip
UNIT_COLUMNS: Final = ("unit_id", "unit_set", "name_vi", "bloc", "valid_from", "valid_to")
DIFFERENCE_COLUMNS: Final = ("index_code", "year", "component_code", "unit_id", "max_abs")


@dataclass(frozen=True)
class Limits:
    """Settings of the checks: from when on something is said.

    `alike`: hits of one check in one column that are told one by one; the rest is counted. `years_back`: how
    many earlier years are looked at. `jump_years`, `jump_sd`: a jump needs that many comparable years and is
    that many times the unit's usual yearly change. `apart_sd`: the same against what the other units did.
    `level_sd`: a column whose mean moved by so many of its standard deviations. `units`: fewer figures in a
    column than this say nothing about the column. `full`: share of filled cells from which a blank one is a
    hole. `known_units`: share of all units that the latest year must have had to say which are expected.
    `gain`, `pair_gain`, `slip_gain`: how much better (in log likelihood) columns, two units, a stretch of
    rows must fit another's past than their own to be called exchanged or slipped.
    `same`: share of figures equal to another year's from which they are called a copy.
    """

    alike: int = 20
    years_back: int = 8
    jump_years: int = 4
    jump_sd: float = 5.0
    apart_sd: float = 7.0
    level_sd: float = 3.0
    units: int = 8
    full: float = 0.8
    known_units: float = 0.5
    gain: float = 10.0
    pair_gain: float = 15.0
    slip_gain: float = 40.0
    same: float = 0.9


@dataclass(frozen=True)
class Banner:
    """A text above a table, or the name of its sheet (row and column 0)."""

    sheet: str
    row: int
    column: int
    text: str


def _none(columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in columns})


@dataclass(frozen=True)
class CheckContext:
    """Everything a check may look at; all of it is plain values and frames, so that checks are pure.

    `units`: UNIT_COLUMNS, every known unit. `facts`: FACT_COLUMNS, the figures held and in use: those of the
    index (its history) and of the indices that feed it. `differences`: DIFFERENCE_COLUMNS, the differences
    between published and recomputed that are written down. `file`: the name people know it by. `sha256`: of
    the file; `held_files`: hash -> how an earlier import of the same file is called. `banners`: see
    `banners.banners_of`.
    """

    registry: Registry
    names: UnitNames
    units: pd.DataFrame = field(default_factory=lambda: _none(UNIT_COLUMNS))
    facts: pd.DataFrame = field(default_factory=lambda: _none(FACT_COLUMNS))
    differences: pd.DataFrame = field(default_factory=lambda: _none(DIFFERENCE_COLUMNS))
    file: str = ""
    sha256: str = ""
    held_files: Mapping[str, str] = field(default_factory=dict)
    banners: tuple[Banner, ...] = ()
    mapping: ImportMapping | None = None
    limits: Limits = Limits()

    @property
    def summed(self) -> bool:
        """Whether the file's author added the totals up himself, so that they prove nothing."""
        return self.mapping is not None and self.mapping.use == "summed"

    @property
    def promises_all(self) -> bool:
        """Whether the file claims to hold every unit its publisher scored."""
        return self.mapping is None or self.mapping.publication.complete
