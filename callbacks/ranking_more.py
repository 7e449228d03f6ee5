"""What the ranking page asks for beside the scores: rank bands, estimates for new provinces, its switches."""

from dataclasses import replace

from callbacks import engine
from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known, source_lines
from callbacks.url_state import Facts, ViewState, altered, search_of
from indices.simulated import NEGLIGIBLE, Simulation
from layouts import text
from layouts.pages.ranking_bands import Bands
from layouts.pages.ranking_estimates import EstimatesView
from layouts.pages.ranking_parts import RankingView
from layouts.subject import Subject
from layouts.text import t

REGION, UNIT_SET = "vung", "bo"
OLD, NEW = "63", "34"
PATH = "/xep-hang"
Group = tuple[str, tuple[tuple[str, str, bool], ...]]


def read_bands(services: Services, view: RankingView) -> Bands:
    """Rank bands of the totals of the year; empty unless the figures held give exactly the ranks shown."""
    if not view.is_total or view.subject.internal or not view.ranked:
        return Bands()
    index, year = str(view.subject.index["index_code"]), view.subject.year
    simulation = engine.read_simulation(services, index, year)
    found = engine.read_year(services, index, year)
    if simulation is None or found is None:
        return Bands()
    given, ranks = services.kept(("bands", index, year), lambda: _bands(simulation))
    shown = view.scores[view.scores["rank"].notna()]
    if given != dict(zip(shown["unit_id"], shown["rank"].astype(int), strict=True)):
        return Bands()
    own = view.subject.own_id
    alike = [
        other
        for other in ranks
        if own in ranks and other != own and simulation.differ(own, other)[0] == NEGLIGIBLE
    ]
    return Bands(ranks, frozenset(alike), whole=len(found.plan().inputs) > 1)


def _bands(simulation: Simulation) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """Rank and band (lowest, highest rank) of every unit, as the figures held give them."""
    table = simulation.bands()
    ranks = {str(unit): int(rank) for unit, rank in table["rank"].dropna().items()}
    bands = {
        str(unit): (int(low), int(high))
        for unit, low, high in table[["rank_low", "rank_high"]].dropna().itertuples()
    }
    return ranks, bands


def estimates_of(services: Services, subject: Subject) -> list[dict[str, object]]:
    """Estimated totals of the new provinces for a year of the old ones, best first, missing ones last."""
    if subject.internal or subject.unit_set != OLD:
        return []
    index, year = str(subject.index["index_code"]), subject.year

    def read() -> list[dict[str, object]]:
        rows = services.warehouse.backcast(index, year, component_code=index)
        return records(rows.sort_values("value", ascending=False, na_position="last", kind="stable"))

    found: list[dict[str, object]] = services.kept(("estimates", index, year), read)
    return found


def build_estimates(services: Services, subject: Subject, state: ViewState) -> EstimatesView | None:
    """The view of the estimates; None where the year has none."""
    rows = estimates_of(services, subject)
    if not any(text.has(row["value"]) for row in rows):
        return None
    merger, units = known(services, "merger"), known(services, "units")
    now = merger[merger["old_unit_id"] == subject.own_id]["new_unit_id"].tolist()
    now += units[(units["slug"] == state.province) & (units["unit_set"] == NEW)]["unit_id"].tolist()
    scores = services.warehouse.scores(
        str(subject.index["index_code"]),
        subject.year,
        component_code=str(subject.index["index_code"]),
        view="main",
    )
    return EstimatesView(
        subject=replace(subject, sources=source_lines(services, scores["source_id"])),
        rows=tuple(rows),
        names={row["unit_id"]: text.name(row, state.lang) for row in records(units)},
        own_id=str(now[0]) if now else "",
        switches=set_switch(state, services.facts(), True),
    )


def set_switch(state: ViewState, facts: Facts, offered: bool) -> tuple[Group, ...]:
    """The link between the published old provinces and the estimates for the new ones."""
    if not offered:
        return ()
    chosen = state.extra(UNIT_SET) == NEW
    items = (
        (t("bands.set_old", state.lang), _address(state, facts, UNIT_SET, ""), not chosen),
        (t("bands.set_new", state.lang), _address(state, facts, UNIT_SET, NEW), chosen),
    )
    return (("set", items),)


def region_switch(view: RankingView, state: ViewState, facts: Facts) -> tuple[Group, ...]:
    """All regions, and each region that has units of this year."""
    if view.subject.internal or "region_code" not in view.units:
        return ()
    held = view.units[view.units["unit_id"].isin(view.scores["unit_id"])].drop_duplicates("region_code")
    rows = [row for row in records(held) if text.has(row["region_code"])]
    rows.sort(key=lambda row: str(row["region_vi"]))
    every = (t("common.all", state.lang), _address(state, facts, REGION, ""), not view.region)
    items = tuple(
        (
            text.name(row, state.lang, "region"),
            _address(state, facts, REGION, row["region_code"]),
            view.region == row["region_code"],
        )
        for row in rows
    )
    return (("region", (every, *items)),)


def _address(state: ViewState, facts: Facts, key: str, value: str) -> str:
    return PATH + search_of(altered(state, {key: value}), facts)
