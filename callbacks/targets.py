"""The targets: from a release and the filters in the URL to the targets of one province, and the page."""

from collections import Counter
from dataclasses import replace

from callbacks import target_more
from callbacks.records import records, unit_ids
from callbacks.services import Page, Rendered, Services
from callbacks.url_state import Facts, Repair, ViewState, altered, carried, search_of
from etl.warehouse.queries import Queries
from layouts import target_words as words
from layouts.pages.targets import GROUPS, NO_FIGURE, group_of, layout
from layouts.text import has, name, t, word
from layouts.views import Filter, Row, TargetItem, TargetsView

PATH = "/muc-tieu"
AREA, STATUS = "lv", "tt"


def build_view(warehouse: Queries, state: ViewState, facts: Facts) -> TargetsView:
    """The targets of the chosen province after the filters of the URL."""
    units = unit_ids(warehouse, state.province)
    every = records(warehouse.targets())
    own = [row for row in every if row["unit_id"] in set(units["unit_id"])]
    shown = [row for row in own if _passes(row, state)]
    observations = records(warehouse.observations())
    sources = {row["source_id"]: row for row in records(warehouse.sources())}
    named = {row["target_id"]: words.name(row, state.lang) for row in every}
    items = [
        replace(_item(row, observations, sources), note=words.note(row, named, state.lang))
        for row in sorted(shown, key=_order)
    ]
    release = warehouse.release()
    return TargetsView(
        province=name(units.iloc[0], state.lang),
        items=tuple(items),
        total=len(own),
        counts=Counter(group_of(row) for row in own),
        areas=_filters(own, AREA, state, facts),
        statuses=_filters(own, STATUS, state, facts),
        others=_others(every, own, state, facts),
        meta={"release_id": release.release_id, "filters": _told(state), "source": _documents(own)},
    )


def _passes(row: Row, state: ViewState) -> bool:
    return state.extra(AREA) in ("", row["area"]) and state.extra(STATUS) in ("", group_of(row))


def _order(row: Row) -> tuple[int, int, str]:
    return (*GROUPS, NO_FIGURE).index(group_of(row)), row["due_year"] or 9999, row["target_id"]


def _item(row: Row, observations: list[Row], sources: dict[str, Row]) -> TargetItem:
    beside = tuple(one for one in observations if one["target_id"] == row["target_id"])
    source = sources.get(row["source_id"])
    told = f"{source['publisher']}: {source['document']}" if source else ""
    return TargetItem(row, told, beside)


def _filters(own: list[Row], key: str, state: ViewState, facts: Facts) -> tuple[Filter, ...]:
    values = Counter(row["area"] if key == AREA else group_of(row) for row in own)
    order = sorted(values) if key == AREA else [group for group in (*GROUPS, NO_FIGURE) if group in values]
    counts = {"": len(own)} | {value: values[value] for value in order}
    return tuple(
        Filter(
            _label(key, value, state.lang),
            count,
            PATH + search_of(altered(state, {key: value}), facts),
            state.extra(key) == value,
        )
        for value, count in counts.items()
    )


def _label(key: str, value: str, lang: str) -> str:
    if not value:
        return t("common.all", lang)
    return word("area", value, lang) if key == AREA else t(f"targets.group.{value}", lang)


def _others(every: list[Row], own: list[Row], state: ViewState, facts: Facts) -> tuple[tuple[str, str], ...]:
    """Other provinces that have targets, so that an empty page leads somewhere."""
    mine = {row["unit_id"] for row in own}
    counts = Counter(row["unit_name"] for row in every if row["unit_id"] not in mine)
    found = [(choice, counts[choice.name_vi]) for choice in facts.provinces if choice.name_vi in counts]
    return tuple(
        (f"{choice.name(state.lang)} ({count})", PATH + search_of(carried(state, province=choice.key), facts))
        for choice, count in found
    )


def _told(state: ViewState) -> str:
    return "; ".join([state.province, *[f"{key}={value}" for key, value in state.extras]])


def _documents(own: list[Row]) -> str:
    return "; ".join(dict.fromkeys(str(row["document"]) for row in own))


def checked(warehouse: Queries, state: ViewState) -> tuple[ViewState, tuple[Repair, ...]]:
    """The state without filters nobody could mean, and a repair for each that was dropped."""
    areas = set(warehouse.targets()["area"])
    known = {AREA: areas, STATUS: {*GROUPS, NO_FIGURE}}
    bad = [(key, value) for key, value in state.extras if value not in known.get(key, ())]
    repairs = tuple(Repair("value", value, t("common.all", state.lang)) for _, value in bad)
    return replace(state, extras=tuple(pair for pair in state.extras if pair not in bad)), repairs


def explained(services: Services, view: TargetsView) -> TargetsView:
    """The view with the evidence and the forecast of every target that something measures."""
    sources = {row["source_id"]: row for row in records(services.warehouse.sources())}
    items = tuple(
        replace(
            item,
            evidence=target_more.evidence(services, item.row, item.observations, sources),
            forecast=target_more.read_forecast(services, item.row, item.observations),
        )
        if has(item.row["measured_value"])
        else item
        for item in view.items
    )
    return replace(view, items=items)


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    warehouse = services.warehouse.pinned()
    state, repairs = checked(warehouse, state)
    view = explained(services, build_view(warehouse, state, services.facts()))
    return Rendered(layout(view, state.lang), t("targets.title", state.lang, province=view.province), repairs)


PAGE = Page(
    id="targets", path=PATH, group="action", controls=("province",), render=render, extras=(AREA, STATUS)
)
