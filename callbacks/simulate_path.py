"""The cheapest path to a goal on the simulation page: caps within reach, steps, goals ready-made."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Final

import numpy as np

from callbacks.engine import read_history
from callbacks.records import records
from callbacks.services import Services
from callbacks.simulate_setup import Setup
from callbacks.simulate_state import FINE, USUAL_REACH, write_goal
from callbacks.subject import known
from indices.benchmarks import History, caps
from indices.held import HeldCase
from indices.path import Effort, Route, least_effort
from indices.path import Goal as Aim
from layouts.frames import as_rows
from layouts.pages.simulate_view import POINTS, RANK, REACHES, Goal, Lever, RouteView, Step
from layouts.text import has
from layouts.views import Row

RANK_MEASURE, SCORE_MEASURE = "rank", "score"
OVER_YEARS: Final = frozenset({"best_ever", "own_best"})
NOISE: Final = 1e-9
TIE_BREAK: Final = 1e-4  # of a point: orders components that cost the same, changes nothing else


def usual_goal(setup: Setup, reach: str = "") -> Goal | None:
    """The next better rank; None where nobody is ahead."""
    ahead = int((setup.case.field.others(setup.case.unit) > setup.case.total).sum())
    better = min(setup.case.rank - 1, ahead)
    return Goal(RANK, better, reach or USUAL_REACH) if better >= 1 else None


def find_route(services: Services, setup: Setup, goal: Goal) -> RouteView | None:
    """The path to a goal; None where components are not held, so that nothing can be said of them."""
    if not setup.parts:
        return None
    subject = setup.subject
    key = ("route", subject.index["index_code"], subject.year, subject.own_id, goal)
    made: RouteView = services.kept(key, lambda: _find(services, setup, goal))
    return made


def _find(services: Services, setup: Setup, goal: Goal) -> RouteView:
    aim = Aim(rank=int(goal.value)) if goal.kind == RANK else Aim(total=goal.value)
    inputs = [setup.levers[code] for code in setup.case.plan.inputs if code in setup.levers]
    limits = _caps(services, setup, goal.reach)
    by_points = all(lever.capped for lever in inputs)
    cost = _by_points(inputs, limits) if by_points else _by_shares(inputs)
    route = least_effort(setup.case, aim, Effort(cost=cost, caps=limits, only=frozenset(cost)))
    return _view(route, _steps(setup, route, limits), goal, by_points)


def _by_points(inputs: Sequence[Lever], limits: Mapping[str, float]) -> dict[str, float]:
    """Every point costs 1; among equals the component with more room comes first, so that steps are few."""
    rooms = {lever.code: abs(limits.get(lever.code, lever.high) - lever.base) for lever in inputs}
    most = max(rooms.values(), default=0.0) or 1.0
    return {code: 1 + TIE_BREAK * (1 - room / most) for code, room in rooms.items()}


def _by_shares(inputs: Sequence[Lever]) -> dict[str, float]:
    """Units differ: the way from the lowest to the highest province costs 1."""
    return {v.code: 1 / (v.high - v.low) for v in inputs if v.high > v.low}


def _caps(services: Services, setup: Setup, reach: str) -> dict[str, float]:
    """The best values within reach; a raw figure without a maximum never goes beyond what was observed."""
    limits = {code: v.low if v.less else v.high for code, v in setup.levers.items() if not v.capped}
    history = _history(services, setup, REACHES[reach]) if REACHES[reach] else None
    if history is None:
        return limits
    found = caps(history, setup.case.unit, REACHES[reach])
    return limits | {code: _within(value, setup.levers.get(code)) for code, value in found.items()}


def _history(services: Services, setup: Setup, reach: str) -> History | None:
    """The years that a reach looks at: this one alone where it asks for no other."""
    if reach in OVER_YEARS:
        return read_history(services, str(setup.subject.index["index_code"]), setup.subject.year)
    units = known(services, "units", setup.subject.unit_set).set_index("unit_id")
    return History(setup.year.tree, [setup.year.values], units["region_code"])


def _within(value: float, lever: Lever | None) -> float:
    """A cap no further than the lever goes."""
    return value if lever is None else min(max(value, lever.low), lever.high)


def _steps(setup: Setup, route: Route, limits: Mapping[str, float]) -> tuple[Step, ...]:
    """The steps with ends that a slider can show, each re-scored alone and after those before it.

    An end is rounded on, never back, so that the goal is still reached. Where references are held
    (`indices.held`) the totals are those of the route itself.
    """
    rows, case = as_rows(route.steps), setup.case
    if isinstance(case, HeldCase):
        return tuple(
            Step(r["code"], r["start"], r["end"], r["gain"], r["total"], int(r["rank"])) for r in rows
        )
    so_far = np.full(case.plan.n_inputs, np.nan)
    found = []
    for row in rows:
        lever, place = setup.levers[row["code"]], case.plan.place[row["code"]]
        end = rounded_on(row["end"], lever, limits.get(lever.code))
        alone = np.full(case.plan.n_inputs, np.nan)
        alone[place] = so_far[place] = end
        total = case.together(so_far)
        rank = int(case.ranks(np.array([total]))[0])
        found.append(Step(lever.code, row["start"], end, case.together(alone) - case.total, total, rank))
    return tuple(found)


def rounded_on(end: float, lever: Lever, limit: float | None) -> float:
    """An end to the lever's decimals, in the better direction; finely or at the limit where it is passed."""
    most = (lever.low if lever.less else lever.high) if limit is None else limit
    sign = -1.0 if lever.less else 1.0
    ends = [sign * _up(sign * end, places) for places in (lever.places, FINE)]
    return next((found for found in ends if sign * found <= sign * most), most)


def _up(value: float, places: int) -> float:
    return round(ceil(value * 10**places - NOISE) / 10**places, places)


def _view(route: Route, steps: tuple[Step, ...], goal: Goal, by_points: bool) -> RouteView:
    total, rank = (steps[-1].total, steps[-1].rank) if steps else (route.total, route.rank)
    return RouteView(
        goal=goal,
        feasible=route.feasible,
        total=total,
        rank=rank,
        wanted=route.goal,
        shortfall=route.shortfall,
        proven=route.proven,
        by_points=by_points,
        steps=steps,
    )


def target_goals(services: Services, setup: Setup) -> list[tuple[Row, str]]:
    """Targets of our unit for this index as (target, goal in the address): a rank or a score to reach."""
    index = str(setup.subject.index["index_code"])
    rows = records(services.warehouse.targets(setup.subject.own_id))
    found = []
    for row in rows:
        measure, _, of = str(row["measure"] or "").partition(":")
        if of != index or not has(row["value"]) or measure not in (RANK_MEASURE, SCORE_MEASURE):
            continue
        kind = RANK if measure == RANK_MEASURE else POINTS
        found.append((row, write_goal(kind, float(row["value"]))))
    return found
