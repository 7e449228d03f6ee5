"""What would gain and lose places: the ledger of every index of the overview, against the year's real
neighbours.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from callbacks import engine
from callbacks.engine import IndexYear
from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known
from indices.benchmarks import falls
from indices.ledger import Case, Falls, ledger, risks
from layouts.target_words import is_rank
from layouts.text import has, name
from layouts.views import CardView, Lever, Outlook, Risk, Row, Rung

LEVERS, LEVERS_PER_INDEX, RISKS, RISKS_PER_INDEX = 5, 3, 3, 2
BASES = ("last", "region")


@dataclass(frozen=True)
class Stand:
    """An index of which places can be counted: its card, the case of our unit, everybody's figures, names."""

    card: CardView
    case: Case
    found: IndexYear
    names: Mapping[str, str]

    def component(self, code: str) -> Row:
        """Code and names of a component."""
        node = self.case.plan.tree.nodes[code]
        return {"code": code, "name_vi": node.name_vi, "name_en": node.name_en or node.name_vi}


def build_outlook(services: Services, cards: Iterable[CardView], lang: str) -> Outlook:
    """Rungs, levers and risks over all cards; cards of which places cannot be counted are told apart."""
    names = {row["unit_id"]: name(row, lang) for row in records(known(services, "units"))}
    measured = [card for card in cards if card.row]
    stands = [stand for card in measured if (stand := read_stand(services, card, names))]
    counted = {stand.card.code for stand in stands}
    levers = [lever for stand in stands for lever in levers_of(stand)[:LEVERS_PER_INDEX]]
    dangers = [risk for stand in stands for risk in risks_of(services, stand)[:RISKS_PER_INDEX]]
    return Outlook(
        rungs=tuple(rung for stand in stands for rung in rungs_of(stand)),
        levers=tuple(sorted(levers, key=lambda lever: -lever.places)[:LEVERS]),
        risks=tuple(sorted(dangers, key=lambda risk: -risk.places)[:RISKS]),
        unknown=tuple(card for card in measured if card.code not in counted),
    )


def read_stand(services: Services, card: CardView, names: Mapping[str, str]) -> Stand | None:
    """Where a card stands; None unless all ranked totals are known and give the rank that is shown."""
    row = card.row or {}
    if not has(row.get("rank")) or not has(row.get("n_ranked")):
        return None
    found = engine.read_year(services, card.code, int(row["year"]))
    case = engine.read_case(services, card.code, int(row["year"]), str(row["unit_id"]))
    if found is None or case is None or case.field.known != row["n_ranked"] or case.rank != row["rank"]:
        return None
    return Stand(card, case, found, names)


def rungs_of(stand: Stand) -> list[Rung]:
    """Index points to the next better rank, and to the best rank that the card's targets name."""
    wanted = {next_rank(stand.case): False} | dict.fromkeys(_asked(stand.card, stand.case.rank), True)
    return [_rung(stand, rank, of_target) for rank, of_target in wanted.items() if rank]


def next_rank(case: Case) -> int:
    """The nearest rank better than ours that somebody holds; 0 when there is none (ties leave gaps)."""
    others = case.field.others(case.unit)
    mine = case.field.rounded(np.array([case.total]))[0]
    ahead = others[others > mine + case.field.tolerance]
    return int((others > ahead.min() + case.field.tolerance).sum()) + 1 if len(ahead) else 0


def _asked(card: CardView, rank: int) -> list[int]:
    return [int(aim["value"]) for aim in card.targets if is_rank(aim) and aim["value"] < rank][:1]


def _rung(stand: Stand, rank: int, of_target: bool) -> Rung:
    case = stand.case
    holder = str(case.field.others(case.unit).index[rank - 1])
    points = case.field.total_for(case.unit, rank) - case.total
    return Rung(stand.card, rank, points, stand.names.get(holder, ""), of_target)


def levers_of(stand: Stand) -> list[Lever]:
    """The deepest components held that alone, brought to the best of the year, gain places: most first."""
    case, best = stand.case, stand.found.best
    if case.rank == 1:
        return []
    inputs = set(case.plan.inputs)
    lines = [line for line in records(ledger(case)) if line["code"] in inputs and line["code"] in best]
    to = np.array([best[line["code"]] for line in lines], dtype=np.float64)
    totals = case.totals(np.array([case.plan.place[line["code"]] for line in lines], dtype=np.int64), to)
    reached = zip(lines, to.tolist(), totals.tolist(), case.ranks(totals).tolist(), strict=True)
    made = [_lever(stand, line, Reached(*after)) for line, *after in reached if 0 < after[-1] < case.rank]
    return sorted(made, key=lambda lever: (-lever.places, -lever.gain, lever.component["code"]))


@dataclass(frozen=True)
class Reached:
    """What a component alone leads to at the best of the year: its value, the total, the rank."""

    value: float
    total: float
    rank: int


def _lever(stand: Stand, line: dict[str, Any], reached: Reached) -> Lever:
    case, code = stand.case, line["code"]
    holder = str((stand.found.values[code] - reached.value).abs().idxmin())
    return Lever(
        card=stand.card,
        component=stand.component(code),
        value=float(line["value"]),
        best=reached.value,
        holder=stand.names.get(holder, ""),
        gain=reached.total - case.total,
        places=case.rank - reached.rank,
        most=int(line["places_gained"] or 0),
        need=line["need"],
    )


def risks_of(services: Services, stand: Stand) -> list[Risk]:
    """Components that would lose places if they fell to last year's figure or the region's median."""
    case = stand.case
    history = engine.read_recent(services, stand.card.code, stand.found.year)
    if history is None:
        return []
    bounds = falls(history, case.unit)
    table = risks(case, bounds)
    inputs = set(case.plan.inputs)
    made = [_risk(stand, line, bounds) for line in records(table) if line["code"] in inputs]
    losing = [risk for risk in made if risk is not None and risk.places > 0]
    return sorted(losing, key=lambda risk: (-risk.places, -risk.loss, risk.component["code"]))


def _risk(stand: Stand, line: dict[str, Any], bounds: Falls) -> Risk | None:
    """The larger of the two falls; None where neither is known."""
    given = [basis for basis in BASES if has(line[f"places_{basis}"])]
    if not given:
        return None
    basis = max(given, key=lambda one: (line[f"places_{one}"], line[f"fall_{one}"]))
    return Risk(
        card=stand.card,
        component=stand.component(line["code"]),
        value=float(line["value"]),
        to=float(getattr(bounds, basis)[line["code"]]),
        basis=basis,
        loss=float(line[f"fall_{basis}"]),
        places=int(line[f"places_{basis}"]),
    )
