"""The overview: from a release to the view of one province, and the page."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from callbacks import components, targets
from callbacks.cards import MAIN, build_card, read_tables
from callbacks.outlook import build_outlook
from callbacks.provenance import criterion_href
from callbacks.records import records, unit_ids
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import Facts, ViewState, carried, search_of
from etl.warehouse.queries import Queries
from layouts import narrative
from layouts.figure_ref import FigureRef, lever_key, ref_of
from layouts.pages.overview import layout
from layouts.text import has, name, short_name, t
from layouts.views import CardView, ComponentRow, Outlook, OverviewView, Row, Theme

LEAST_PER_INDEX, WEAK_SHOWN, SHOWN = 3, 10, 3
NOT_COMPONENTS = ("index", "indicator")
SEEN = [
    "theme_code", "unit_id", "weak_count", "index_code", "share", "component_name_vi", "component_name_en",
]  # fmt: skip


def build_view(warehouse: Queries, state: ViewState) -> OverviewView:
    """Everything the overview of a province shows; year None = the latest of each index."""
    units = unit_ids(warehouse, state.province)
    infos = [info for info in records(warehouse.indices()) if info["leader_card"]]
    codes = [info["index_code"] for info in infos]
    tables = read_tables(warehouse, units["unit_id"].tolist(), codes, state.year)
    seen = records(warehouse.observations())
    aims = [with_related(row, seen) for row in targets_of(warehouse, units)]
    cards = tuple(with_targets(build_card(i, tables[i["index_code"]], state), aims) for i in infos)
    parts = component_rows(warehouse, cards)
    release = warehouse.release()
    return OverviewView(
        province=name(units.iloc[0], state.lang),
        slug=state.province,
        as_of=state.year,
        cards=cards,
        components=tuple(parts),
        weak=weakest(parts),
        strong=strongest(parts),
        themes=shared_weaknesses(warehouse, units["unit_id"].tolist(), state),
        targets=tuple(aims),
        targets_href="",
        release_id=release.release_id,
        unit_set=units["unit_set"].iloc[0],
        meta={
            "release_id": release.release_id,
            "filters": told_filters(state),
            "source": publishers(infos, state.lang),
        },
    )


def targets_of(warehouse: Queries, units: pd.DataFrame) -> list[Row]:
    """The targets of some units, unit by unit: out of all targets, which are asked for once."""
    every = warehouse.targets()
    return [row for unit in units["unit_id"] for row in records(every[every["unit_id"] == unit])]


def publishers(infos: Iterable[Row], lang: str) -> str:
    """Who published the indices shown, each once."""
    return "; ".join(dict.fromkeys(str(info[f"publisher_{lang}"] or info["publisher_vi"]) for info in infos))


def told_filters(state: ViewState) -> str:
    """What the view was limited to, for the downloaded files."""
    return f"{state.province} · {state.year or t('controls.latest', state.lang)}"


def with_related(target: Row, observations: Iterable[Row]) -> Row:
    """The target with the latest figure that stands beside it without measuring it, in the same unit."""
    beside = [
        row
        for row in observations
        if row["target_id"] == target["target_id"]
        and row["relation"] == "related"
        and row["measure_unit"] == target["measure_unit"]
    ]
    return {**target, "related": max(beside, key=lambda row: row["year"], default=None)}


def with_targets(card: CardView, aims: Iterable[Row]) -> CardView:
    """The card with the targets that its index measures."""
    return replace(card, targets=tuple(aim for aim in aims if card.code in measured_indices(aim)))


def measured_indices(target: Row) -> tuple[str, ...]:
    """Index codes of a target that one index measures: "rank:XYZ" -> ("XYZ",); else none."""
    kind, _, codes = str(target["measure"] or "").partition(":")
    return tuple(codes.split(";")) if kind in ("score", "rank") else ()


def component_rows(warehouse: Queries, cards: Iterable[CardView]) -> list[ComponentRow]:
    """The components right under the total of each card's index in its year, those with a known maximum."""
    measured = {(card.code, card.row["year"], card.row["unit_id"]): card for card in cards if card.row}
    if not measured:
        return []
    codes, years, units = (sorted(set(part)) for part in zip(*measured, strict=True))
    found = warehouse.scores(codes, years, unit_id=units, view=MAIN)
    known = ~found["level"].isin(NOT_COMPONENTS) & found["share"].notna() & found["value"].notna()
    depth = found["depth"].where(known)
    top = found[known & (depth == depth.groupby([found["index_code"], found["year"]]).transform("min"))]
    keyed = [((row["index_code"], row["year"], row["unit_id"]), row) for row in records(top)]
    return [ComponentRow(measured[key], row) for key, row in keyed if key in measured]


def weakest(items: Iterable[ComponentRow]) -> tuple[ComponentRow, ...]:
    """The weak components, worst standing first: at least three an index where it has them, ten at most."""
    by_index: dict[str, list[ComponentRow]] = defaultdict(list)
    for item in sorted((item for item in items if item.lost_part > 0), key=_weakness, reverse=True):
        by_index[item.card.code].append(item)
    most = max(LEAST_PER_INDEX, WEAK_SHOWN // max(1, len(by_index)))
    kept = [item for group in by_index.values() for item in group[:most]]
    chosen = sorted(kept, key=_weakness, reverse=True)[:WEAK_SHOWN]
    return tuple(sorted(chosen, key=_standing, reverse=True))


def _weakness(item: ComponentRow) -> tuple[int, float, float]:
    return int(item.row["weak_count"] or 0), *_standing(item)


def _standing(item: ComponentRow) -> tuple[float, float]:
    """How far down the ranking, 0-1, then how far from the maximum."""
    row = item.row
    known = has(row["rank"]) and has(row["n_ranked"])
    return (row["rank"] / row["n_ranked"] if known else 0.0), item.lost_part


def strongest(items: Iterable[ComponentRow]) -> tuple[ComponentRow, ...]:
    """The components that stand highest among all units, the nearest to its maximum first where equal."""
    ranked = [item for item in items if has(item.row["rank"]) and has(item.row["n_ranked"])]
    return tuple(sorted(ranked, key=lambda item: (_standing(item)[0], item.lost_part))[:SHOWN])


def shared_weaknesses(warehouse: Queries, units: list[str], state: ViewState) -> tuple[Theme, ...]:
    """Weaknesses that several indices see, each once with where it is seen; by the newest figures known."""
    rows = warehouse.theme_weaknesses()  # of all units: asked for once, whatever the province
    rows = rows[rows["unit_id"].isin(units)]
    rows = rows[rows["as_of_year"] <= state.year] if state.year else rows
    rows = rows[(rows["as_of_year"] == rows["as_of_year"].max()) & rows["flagged"].astype(bool)]
    if rows.empty:
        return ()
    year = int(rows["as_of_year"].iloc[0])
    evidence = warehouse.theme_evidence(None, year)[SEEN]
    evidence = evidence[evidence["unit_id"].isin(units) & evidence["weak_count"].fillna(0).astype(bool)]
    seen = records(evidence.sort_values("share"))
    ordered = rows.sort_values(["n_weak", "worst_share"], ascending=[False, True])
    names = {row["index_code"]: short_name(row, state.lang) for row in records(warehouse.indices())}
    found = [(row, _seen(row, seen, state.lang)) for row in records(ordered)]
    return tuple(
        Theme(row, tuple((names.get(code, code), part) for code, part in where)) for row, where in found
    )


def _seen(theme: Row, evidence: list[Row], lang: str) -> tuple[tuple[str, str], ...]:
    """Of every index that sees the weakness, the component furthest from its maximum."""
    weak = str(theme["weak_indices"] or "").split(";")
    own = [
        row
        for row in evidence
        if row["theme_code"] == theme["theme_code"]
        and row["unit_id"] == theme["unit_id"]
        and row["weak_count"]
    ]
    firsts = {code: next((row for row in own if row["index_code"] == code), None) for code in weak}
    return tuple((code, name(row, lang, "component_name") if row else "") for code, row in firsts.items())


def former_provinces(warehouse: Queries, state: ViewState, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Name and address of the old provinces that a new one is made of; nothing for an old one."""
    units, merger = warehouse.units(), warehouse.merger()
    own = units[units["slug"] == state.province]["unit_id"]
    old = units[units["unit_id"].isin(merger[merger["new_unit_id"].isin(own)]["old_unit_id"])]
    return tuple(
        (name(row, state.lang), PAGE.path + search_of(replace(state, province=row["slug"]), facts))
        for row in records(old)
    )


def components_link(card: CardView, state: ViewState, facts: Facts) -> str:
    """Address of the components of a card's index in its year."""
    year = int(card.row["year"]) if card.row else None
    return components.PAGE.path + search_of(carried(state, index=card.code, year=year), facts)


def linked(services: Services, items: Iterable[ComponentRow], state: ViewState) -> tuple[ComponentRow, ...]:
    """The components with the address of the page that tells all of each."""
    return tuple(
        replace(item, href=criterion_href(services, ref, state.province, state.lang))
        for item in items
        if (ref := FigureRef.parse(ref_of(item.row)))
    )


def with_ways(services: Services, outlook: Outlook, state: ViewState) -> Outlook:
    """The outlook with the address of the page that tells all of each lever."""
    levers = [
        replace(lever, href=criterion_href(services, ref, state.province, state.lang))
        for lever in outlook.levers
        if (ref := FigureRef.parse(lever_key(lever)))
    ]
    return replace(outlook, levers=tuple(levers))


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    view = build_view(services.warehouse.pinned(), state)
    facts = services.facts()
    key = ("outlook", state.province, state.year, state.lang)
    outlook = services.kept(key, lambda: build_outlook(services, narrative.recent(view.cards), state.lang))
    view = replace(
        view,
        outlook=with_ways(services, outlook, state),
        links={card.code: components_link(card, state, facts) for card in view.cards},
        targets_href=targets.PATH + search_of(carried(state), facts),
        merged_from=former_provinces(services.warehouse, state, facts),
        weak=linked(services, view.weak, state),
        strong=linked(services, view.strong, state),
    )
    return Rendered(layout(view, state.lang), f"{view.province} · {t('nav.overview', state.lang)}")


PAGE = Page(id="overview", path="/", group="results", controls=("province", "year"), render=render)
