"""All that is shown of one survey: items and components, in all, by unit and by trait, small cells hidden."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from indices.disclosure import SHOWN, hide
from indices.survey import MEAN, NET, SATISFIED, Estimates, Measure, table
from indices.survey_compare import Pairs, differences
from indices.survey_design import Design, make_design
from indices.survey_rollup import PERCENT, RollUp, estimate_tree
from indices.survey_sample import CLUSTER, STRATUM
from indices.survey_totals import CODE, SUMS, Totals

UNIT, TRAIT, CLASS, MEASURE, HIDDEN = "unit_id", "trait", "class", "measure", "hidden"
MEASURES: Final[tuple[Measure, ...]] = (SATISFIED, MEAN, NET)
# Everything that tells of a cell: what is hidden is hidden whole.
TOLD: Final = ("value", "se", "low", "high", "n", "n_clusters", "df", "deff")
CELL_COLUMNS: Final = (TRAIT, UNIT, CLASS, STRATUM, CLUSTER, CODE, *SUMS)
ESTIMATE_COLUMNS: Final = (UNIT, TRAIT, CLASS, CODE, MEASURE, *TOLD, "method", HIDDEN)
DIFFERENCE_COLUMNS: Final = (
    UNIT, TRAIT, CODE, "a", "b", "difference", "se", "low", "high", "df", "p", "p_adjusted", "differs",
)  # fmt: skip


@dataclass(frozen=True)
class Survey:
    """One survey, counted.

    `cells`: CELL_COLUMNS; rows of trait "" are of everybody, those of a trait are split by its classes.
    `clusters`: stratum and cluster of the whole design. `roll`: how items make components. `least`: cells of
    fewer respondents are not shown.
    """

    cells: pd.DataFrame
    clusters: pd.DataFrame
    roll: RollUp
    least: int

    @property
    def traits(self) -> list[str]:
        """The traits that respondents are told apart by."""
        return [name for name in dict.fromkeys(self.cells[TRAIT]) if name]

    def totals(self, by: Sequence[str], trait: str = "") -> Totals:
        """The sums by unit, by class of a trait, both or neither."""
        rows = self.cells[self.cells[TRAIT] == trait]
        if trait:
            rows = rows[rows[CLASS] != ""]
        keys = [STRATUM, CLUSTER, *by, CODE]
        sums = rows.groupby(keys, as_index=False, sort=True)[list(SUMS)].sum()
        return Totals(sums, self.clusters, tuple(by))


def estimates(survey: Survey) -> pd.DataFrame:
    """ESTIMATE_COLUMNS: shares and net shares in percent, means in codes of the scale.

    Unit "" is everybody asked, where more than one unit was; trait "" all respondents of the unit. `hidden`:
    why a cell is not shown ("" shown | small | complement).
    """
    design = make_design(survey.clusters)
    found = [part for by, trait in _cuts(survey) for part in _of_cut(survey, design, by, trait)]
    if not found:
        return pd.DataFrame(columns=list(ESTIMATE_COLUMNS))
    return _hidden(pd.concat(found, ignore_index=True), survey.least)[list(ESTIMATE_COLUMNS)]


def _cuts(survey: Survey) -> Iterator[tuple[list[str], str]]:
    """Units and traits to estimate by."""
    many = survey.cells[UNIT].nunique() > 1
    for trait in ("", *survey.traits):
        of_trait = [CLASS] if trait else []
        yield [UNIT, *of_trait], trait
        if many:
            yield of_trait, trait


def _of_cut(survey: Survey, design: Design, by: list[str], trait: str) -> Iterator[pd.DataFrame]:
    totals = survey.totals(by, trait)
    for measure in MEASURES:
        rows = table(estimate_tree(totals, design, survey.roll, measure))
        scale = 1.0 if measure == MEAN else PERCENT
        inside = {name: rows[name] * scale for name in ("value", "se", "low", "high")}
        told = {UNIT: "", CLASS: ""} | {name: rows[name] for name in by} | inside
        yield rows.assign(**told, **{TRAIT: trait, MEASURE: measure})


def _hidden(rows: pd.DataFrame, least: int) -> pd.DataFrame:
    """The rows without what would tell of few people."""
    made = rows.assign(**{HIDDEN: SHOWN})
    keys = [UNIT, TRAIT, CODE, MEASURE]
    small = made[(made["n"] > 0) & (made["n"] < least)]
    wanted = pd.MultiIndex.from_frame(small[keys]).unique()
    groups = made[pd.MultiIndex.from_frame(made[keys]).isin(wanted)].groupby(keys, sort=False)
    for (_, trait, _, _), group in groups:
        if trait:
            reasons = hide(group[[CLASS, "n"]], [CLASS], least).cells[HIDDEN].to_numpy()
        else:
            reasons = np.where(group["n"] < least, "small", SHOWN)
        made.loc[group.index, HIDDEN] = reasons
    at = made[HIDDEN] != SHOWN
    shown = {name: made[name].astype("float64").mask(at) for name in TOLD}
    return made.assign(**shown, method=made["method"].mask(at, ""))


def class_differences(survey: Survey, shown: pd.DataFrame) -> pd.DataFrame:
    """DIFFERENCE_COLUMNS: satisfied shares of each two classes of a trait, in percentage points.

    p is adjusted (Holm) over all the differences of a unit and trait. Classes hidden in `shown` are left out.
    """
    design = make_design(survey.clusters)
    found = []
    for trait in survey.traits:
        every = estimate_tree(survey.totals([UNIT, CLASS], trait), design, survey.roll)
        visible = shown[(shown[TRAIT] == trait) & (shown[MEASURE] == SATISFIED) & (shown[HIDDEN] == SHOWN)]
        known = pd.MultiIndex.from_frame(visible[[UNIT, CLASS, CODE]])
        keep = pd.MultiIndex.from_frame(every.keys[[UNIT, CLASS, CODE]]).isin(known)
        for unit in dict.fromkeys(every.keys[UNIT]):
            at = np.flatnonzero(keep & (every.keys[UNIT] == unit).to_numpy())
            rows = differences(_only(every, at), Pairs(along=CLASS))
            found.append(rows.assign(**{TRAIT: trait}))
    if not found:
        return pd.DataFrame(columns=list(DIFFERENCE_COLUMNS))
    rows = pd.concat(found, ignore_index=True)
    scaled = {name: rows[name] * PERCENT for name in ("difference", "se", "low", "high")}
    return rows.assign(**scaled)[list(DIFFERENCE_COLUMNS)]


def _only(found: Estimates, at: np.ndarray) -> Estimates:
    """Some of the estimates."""
    keys = found.keys.iloc[at].reset_index(drop=True)
    columns = (found.scores.tocsc()[:, at].tocsr(), found.reach.tocsc()[:, at].tocsr())
    return Estimates(
        found.design, found.measure, keys, found.value[at], found.n[at], found.plain[at], *columns
    )
