"""The plan of the simulated pack: etl/demo/plan.yaml as plain values, checked once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict

PLAN = Path(__file__).with_name("plan.yaml")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldPlan(_Strict):
    """Points of one field by who gives them."""

    appraised: float
    survey: float


class LastField(_Strict):
    """The field of results: satisfaction and statistics."""

    code: str
    satisfaction: float
    statistics: float
    statistics_parts: int


class FrameworkPlan(_Strict):
    """The simulated framework; `like`: whose field names, ranking and groups it takes."""

    id: str
    name: dict[str, str]
    mark: dict[str, str]
    words: dict[str, dict[str, str]]
    notes: dict[str, str]
    like: str
    years: tuple[int, ...]
    step: float
    fields: dict[str, FieldPlan]
    appraised_criteria: int
    sub_criteria: int
    last_field: LastField


class ScorePlan(_Strict):
    """How totals and leaves spread, and how often a province claims more than it is given."""

    mean: float
    spread: float
    yearly: float
    leaf_spread: float
    overclaimed: float


class OverallPlan(_Strict):
    """The question about everything that the form lacks; `drives`: component -> how much it hangs on it."""

    item: dict[str, str]
    drives: dict[str, float]


class SurveyPlan(_Strict):
    """The satisfaction survey: respondents a district of each province.

    `tilt`: points by which a component lies off the province's share (adding to nothing among siblings);
    `item_range`: between the best and the worst question of a component; `pulls`: how a trait hangs on the
    respondent's mood.
    """

    codebook: str
    years: tuple[int, ...]
    mean: float
    spread: float
    respondents: int
    districts: int
    tilt: dict[str, float]
    item_range: float
    pulls: dict[str, float]
    overall: OverallPlan


class CommunePlan(_Strict):
    """What made-up communes are called, and the bloc they rank in (columns of units.csv)."""

    name: dict[str, str]
    bloc: dict[str, str]


class InternalPlan(_Strict):
    """Scores of the units of one province."""

    province: str
    communes: CommunePlan
    years: tuple[int, ...]
    maxima: tuple[float, ...]


class LevelPlan(_Strict):
    """Dossiers of one level of government."""

    received: int
    online: float


class DossierPlan(_Strict):
    """The dossiers of a year, real volumes divided by `divided_by`."""

    year: int
    divided_by: int
    levels: dict[str, LevelPlan]
    late: float


class Plan(_Strict):
    """All of it."""

    seed: int
    index: str
    satisfaction: str
    internal: str
    framework: FrameworkPlan
    scores: ScorePlan
    satisfaction_survey: SurveyPlan
    internal_units: InternalPlan
    dossiers: DossierPlan
    source: dict[str, str]


def load_plan(path: Path = PLAN) -> Plan:
    """The plan of a file."""
    content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Plan.model_validate(content)
