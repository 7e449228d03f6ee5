"""The cheapest path to a goal on the simulation page: caps within reach, steps, goals ready-made."""

from dataclasses import replace

from callbacks.engine import read_history
from callbacks.records import records
from callbacks.services import Services
from callbacks.simulate_setup import Setup
from callbacks.simulate_state import USUAL_REACH, write_goal
from indices.benchmarks import caps
from indices.path import Effort, Route, least_effort
from indices.path import Goal as Aim
from layouts.pages.simulate_view import POINTS, RANK, REACHES, Goal, RouteView, Step
from layouts.text import has
from layouts.views import Row

RANK_MEASURE, SCORE_MEASURE = "rank", "score"


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
    by_points = all(lever.capped for lever in inputs)
    cost = {} if by_points else {v.code: 1 / (v.high - v.low) for v in inputs if v.high > v.low}
    effort = Effort(cost=cost, caps=_caps(services, setup, goal.reach))
    if not by_points:
        effort = replace(effort, only=frozenset(cost))
    return _view(least_effort(setup.case, aim, effort), goal, by_points)


def _caps(services: Services, setup: Setup, reach: str) -> dict[str, float]:
    """The best values within reach; a raw figure without a maximum never goes beyond what was observed."""
    limits = {code: v.low if v.less else v.high for code, v in setup.levers.items() if not v.capped}
    history = read_history(services, str(setup.subject.index["index_code"]), setup.subject.year)
    if REACHES[reach] and history is not None:
        return limits | caps(history, setup.case.unit, REACHES[reach])
    return limits


def _view(route: Route, goal: Goal, by_points: bool) -> RouteView:
    rows = route.steps.to_dict("records")
    return RouteView(
        goal=goal,
        feasible=route.feasible,
        total=route.total,
        rank=route.rank,
        wanted=route.goal,
        shortfall=route.shortfall,
        proven=route.proven,
        by_points=by_points,
        steps=tuple(
            Step(r["code"], r["start"], r["end"], r["gain"], r["total"], int(r["rank"])) for r in rows
        ),
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
