"""Sentences of the simulation page."""

from collections.abc import Sequence

from layouts import text
from layouts.pages.simulate_view import RANK, Goal, Place, Result, RouteView, SimulateView, Step
from layouts.subject import Subject
from layouts.text import t, tn

NAMED = 3  # names a sentence bears; more are counted


def headline(view: SimulateView, lang: str) -> str:
    """Where we stand and what the next rank asks for; in a scenario, what it gives and whom we pass."""
    own, subject = view.result.own, view.subject
    said = {
        "province": own.name,
        "total": subject.amount(own.after, lang),
        "rank": rank_words(own.rank_after, view),
        "what": subject.label(lang),
    }
    if view.result.scenario.empty:
        return t("simulate.head.still", lang, next=_next(view, lang), **said)
    change = text.signed((own.after or 0.0) - (own.before or 0.0), subject.decimals, lang)
    return t("simulate.head.moved", lang, change=change, how=movement(view.result, lang), **said)


def rank_words(rank: int | None, view: SimulateView) -> str:
    """ "2/63": of those with a total."""
    return text.rank_of(rank, sum(place.rank_after is not None for place in view.result.places))


def _next(view: SimulateView, lang: str) -> str:
    """What parts us from the next better rank, or the leader from the second."""
    own, places = view.result.own, view.result.places
    ahead = [p for p in places if p.rank_after and own.rank_after and p.rank_after < own.rank_after]
    behind = [p for p in places if not p.own and p not in ahead]
    if ahead:
        nearest = ahead[-1]
        gap = least_size(_gap(nearest, own), view.subject, lang)
        return t("simulate.head.next", lang, gap=gap, rank=nearest.rank_after, name=nearest.name)
    if not behind:
        return t("simulate.head.alone", lang)
    gap = least_size(_gap(own, behind[0]), view.subject, lang)
    return t("simulate.head.first", lang, gap=gap, name=behind[0].name)


def _gap(better: Place, worse: Place) -> float:
    return (better.after or 0.0) - (worse.after or 0.0)


def least_size(gap: float, subject: Subject, lang: str) -> str:
    """The size of a gap; one too small to be written says so instead of nothing."""
    least = 10.0**-subject.decimals
    if 0 < gap < least / 2:
        return t("simulate.less_than", lang, size=subject.size(least, lang))
    return subject.size(gap, lang)


def movement(result: Result, lang: str) -> str:
    """ "từ hạng 4 lên hạng 2, vượt A và B", "vẫn hạng 1"."""
    own = result.own
    if own.rank_after is None or own.rank_before is None:
        return t("simulate.move.none", lang)
    said = {"before": own.rank_before, "after": own.rank_after}
    if own.rank_after == own.rank_before:
        return t("simulate.move.same", lang, **said)
    if own.rank_after > own.rank_before:
        return t("simulate.move.down", lang, **said) + _named("behind", result.overtaking(), lang)
    passed = _named("passed", result.overtaken(), lang)
    return t("simulate.move.up", lang, **said) + passed + _named("level", result.level(), lang)


def _named(how: str, names: Sequence[str], lang: str) -> str:
    if not names:
        return ""
    said = text.listing(names, lang) if len(names) <= NAMED else tn("simulate.provinces", len(names), lang)
    return t(f"simulate.move.{how}", lang, names=said)


def holds(view: SimulateView, lang: str) -> list[str]:
    """That this is no forecast, what is held still, and of whom the rank is when not all are known."""
    reweighted = bool(view.mode or view.result.scenario.weights)
    said = [t(f"simulate.{'label_weights' if reweighted else 'label'}", lang, year=view.subject.year)]
    if view.announced is not None and view.known < view.announced:
        said.append(t("simulate.partly", lang, known=view.known, announced=view.announced))
    return said


def near_title(view: SimulateView, lang: str) -> str:
    """The finding of the chart: who changes places."""
    moved = [p for p in view.result.places if p.places]
    if view.result.scenario.empty:
        return t("simulate.near.still", lang)
    if not moved:
        return t("simulate.near.nobody", lang)
    others = sum(not p.own for p in moved)
    return tn("simulate.near.others", others, lang) if others else t("simulate.near.only_us", lang)


def goal_words(goal: Goal, subject: Subject, lang: str) -> str:
    """ "hạng 3", "75,50 điểm"."""
    if goal.kind == RANK:
        return t("simulate.path.rank", lang, rank=int(goal.value))
    return subject.amount(goal.value, lang)


def route_headline(view: SimulateView, route: RouteView, lang: str) -> str:
    """Whether the goal is within reach and at what; else how far it gets."""
    subject = view.subject
    said = {
        "goal": goal_words(route.goal, subject, lang),
        "reach": t(f"simulate.path.reach.{route.goal.reach}", lang),
        "total": subject.amount(route.total, lang),
        "rank": route.rank,
        "count": tn("simulate.path.components", len(route.steps), lang),
    }
    if not route.steps and route.feasible:
        return text.upper_first(t("simulate.path.there", lang, **said))
    if not route.steps:
        return text.upper_first(t("simulate.path.nothing", lang, **said))
    if not route.feasible:
        missing = least_size(route.shortfall, subject, lang)
        return text.upper_first(t("simulate.path.short", lang, missing=missing, **said))
    return text.upper_first(t("simulate.path.found", lang, **said))


def step_words(view: SimulateView, step: Step, lang: str) -> str:
    """One step as a sentence: raise what, from, to, what it brings, where that leads."""
    lever = view.levers[step.code]
    shown = {key: text.number(value, lever.places, lang) for key, value in _ends(step).items()}
    way = "lower" if lever.less else "raise"
    return t(
        f"simulate.path.{way}",
        lang,
        name=lever.name(lang),
        gain=least_size(step.gain, view.subject, lang),
        total=view.subject.amount(step.total, lang),
        rank=step.rank,
        **shown,
    )


def _ends(step: Step) -> dict[str, float]:
    return {"start": step.start, "end": step.end, "by": abs(step.end - step.start)}
