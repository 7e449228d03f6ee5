"""Whether a target is met, on track or behind: from its latest measurement and the pace since the last one.

Codes and numbers only: sentences are made where texts live.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import pandas as pd

from indices.measures import Improvement, Measurement, Series, improvements, index_series, observed_series

MET, ON_TRACK, BEHIND, CANNOT_SAY = "met", "on_track", "behind", "cannot_say"
REASONS: Final[dict[str, tuple[str, ...]]] = {
    MET: ("latest_meets", "all_rose"),
    ON_TRACK: ("pace_meets_required",),
    BEHIND: ("missed_this_year", "due_year_passed", "pace_below_required", "some_did_not_rise"),
    CANNOT_SAY: (
        "no_measurement", "only_related", "lower_bound_only", "no_previous", "no_due_year",
        "nothing_comparable",
    ),
}  # fmt: skip
EVERY_YEAR: Final = "every_year"
RISE: Final = "yoy>"
NOISE: Final = 1e-9
OPERATORS: Final[dict[str, Callable[[float, float], bool]]] = {
    ">=": lambda value, goal: value >= goal - NOISE,
    ">": lambda value, goal: value > goal + NOISE,
    "<=": lambda value, goal: value <= goal + NOISE,
    "rank<=": lambda value, goal: value <= goal + NOISE,
}
LESS_IS_BETTER: Final = ("<=", "rank<=")


@dataclass(frozen=True)
class Goal:
    """What a target asks for. `due_year` None: no year set."""

    operator: str
    value: float
    due_year: int | None
    every_year: bool

    def met_by(self, value: float) -> bool:
        """Whether a value satisfies the operator."""
        return OPERATORS[self.operator](value, self.value)

    def shortfall(self, value: float) -> float:
        """What is still needed, in the target's unit; below 0 where the value is better than asked for."""
        return value - self.value if self.operator in LESS_IS_BETTER else self.value - value

    def gain(self, before: float, after: float) -> float:
        """How far a value moved towards the goal."""
        return before - after if self.operator in LESS_IS_BETTER else after - before


@dataclass(frozen=True)
class Outcome:
    """One row of the result. Paces are in the target's unit a year, towards the goal; None = not known."""

    status: str
    reason_code: str
    measured_year: int | None = None
    measured_value: float | None = None
    measured_unit_id: str | None = None
    gap: float | None = None
    years_left: int | None = None
    required_pace: float | None = None
    previous_year: int | None = None
    previous_value: float | None = None
    recent_pace: float | None = None
    n_components: int | None = None
    n_improved: int | None = None
    breakdown: str | None = None
    observation_id: str | None = None


def evaluate_targets(targets: pd.DataFrame, observations: pd.DataFrame, score: pd.DataFrame) -> pd.DataFrame:
    """Status of every target with its arithmetic, one row a target, in the order of `targets`.

    `targets`: target_id, unit_id, operator, value, due_year, cadence, measure. `observations`:
    observation_id, target_id, year, period, value, relation, qualifier. `score`: the table of
    `analysis.analyse`, or that of `continuity.carried_on`, whose measured_unit_id is then told.

    Columns: target_id, unit_id, operator, target_value, due_year, then the fields of `Outcome`. Reason
    codes are those of `REASONS`. Raises KeyError for an operator or a column that is not known.
    """
    rows = [_row(target, observations, score) for target in targets.to_dict("records")]
    names = ["target_id", "unit_id", "operator", "target_value", "due_year", *Outcome.__dataclass_fields__]
    frame = pd.DataFrame.from_records(rows, columns=names)
    whole = ["due_year", "measured_year", "years_left", "previous_year", "n_components", "n_improved"]
    real = ["target_value", "measured_value", "gap", "required_pace", "previous_value", "recent_pace"]
    return frame.astype({**dict.fromkeys(whole, "Int64"), **dict.fromkeys(real, "float64")})


def _row(
    target: Mapping[Hashable, Any], observations: pd.DataFrame, score: pd.DataFrame
) -> dict[str, object]:
    due = target["due_year"]
    every_year = str(target["cadence"]).replace(" ", "_") == EVERY_YEAR
    due_year = None if pd.isna(due) or due == "" else int(due)
    goal = Goal(str(target["operator"]), float(target["value"]), due_year, every_year)
    kind, _, codes = str(target["measure"]).partition(":")
    unit = target["unit_id"]
    if goal.operator == RISE:
        outcome = judge_rises(improvements(score, str(unit), codes.split(";")))
    elif kind == "observed":
        outcome = judge(goal, observed_series(observations, str(target["target_id"]), goal.shortfall))
    else:
        outcome = judge(goal, index_series(score, str(unit), codes, kind))
    told = {"operator": goal.operator, "target_value": goal.value, "due_year": goal.due_year}
    return {"target_id": target["target_id"], "unit_id": unit, **told, **asdict(outcome)}


def judge(goal: Goal, series: Series) -> Outcome:
    """The outcome of a goal for one series of measurements."""
    latest = series.latest
    if latest is None:
        return Outcome(CANNOT_SAY, "only_related" if series.has_related else "no_measurement")
    outcome = _measured(goal, latest, series.previous)
    if goal.met_by(latest.value) and not (latest.at_least and goal.operator in LESS_IS_BETTER):
        return replace(outcome, status=MET, reason_code="latest_meets", required_pace=None)
    if latest.at_least:
        return replace(outcome, reason_code="lower_bound_only")
    return _not_met(goal, outcome)


def _measured(goal: Goal, latest: Measurement, previous: Measurement | None) -> Outcome:
    """The arithmetic, before the verdict."""
    gap = max(goal.shortfall(latest.value), 0.0)
    left = None if goal.due_year is None else max(goal.due_year - latest.year, 0)
    outcome = Outcome(
        CANNOT_SAY,
        "no_previous",
        measured_year=latest.year,
        measured_value=latest.value,
        measured_unit_id=latest.unit_id,
        gap=gap,
        years_left=left,
        required_pace=gap / left if left else None,
        observation_id=latest.observation_id,
    )
    if previous is None:
        return outcome
    pace = goal.gain(previous.value, latest.value) / (latest.year - previous.year)
    outcome = replace(outcome, previous_year=previous.year, previous_value=previous.value)
    return replace(outcome, recent_pace=pace)


def _not_met(goal: Goal, outcome: Outcome) -> Outcome:
    if goal.every_year:
        return replace(outcome, status=BEHIND, reason_code="missed_this_year")
    if outcome.years_left is None:
        return replace(outcome, reason_code="no_due_year")
    if outcome.required_pace is None:
        return replace(outcome, status=BEHIND, reason_code="due_year_passed")
    if outcome.recent_pace is None:
        return outcome
    if outcome.recent_pace >= outcome.required_pace - NOISE:
        return replace(outcome, status=ON_TRACK, reason_code="pace_meets_required")
    return replace(outcome, status=BEHIND, reason_code="pace_below_required")


def judge_rises(found: list[Improvement]) -> Outcome:
    """The outcome of "every component rises every year": all comparable components of all indices together.

    A component that kept its maximum cannot rise and is not counted.
    """
    compared, rose = sum(part.compared for part in found), sum(part.rose for part in found)
    counts = Outcome(
        CANNOT_SAY,
        "nothing_comparable" if found else "no_measurement",
        measured_year=max((part.year for part in found), default=None),
        measured_value=float(rose) if compared else None,
        gap=float(compared - rose) if compared else None,
        n_components=compared,
        n_improved=rose,
        breakdown=";".join(f"{p.index_code}:{p.year}:{p.rose}/{p.compared}" for p in found) or None,
    )
    if not compared:
        return counts
    if rose == compared:
        return replace(counts, status=MET, reason_code="all_rose")
    return replace(counts, status=BEHIND, reason_code="some_did_not_rise")
