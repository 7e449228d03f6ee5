"""The releases kept and the differences of two of them, for the data page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import pandas as pd

from callbacks.services import Services
from callbacks.url_state import Repair, ViewState, altered, search_of
from etl.intake.diff import Diff
from etl.warehouse.kept import differences, kept, signature
from indices.errors import DataError
from layouts import text
from layouts.components.twin import plain
from layouts.frames import as_rows
from layouts.pages.data_releases import SHOWN, KeptRelease, ReleasesView

OLD, NEW = "tu", "den"
logger = logging.getLogger(__name__)


def chosen(
    services: Services, state: ViewState, known: Sequence[KeptRelease]
) -> tuple[str, str, list[Repair]]:
    """The two releases to compare: those asked for, else the served one with the one built before it."""
    ids = [release.release_id for release in known]
    new = state.extra(NEW) if state.extra(NEW) in ids else services.release_id()
    before = ids[ids.index(new) + 1 :] if new in ids else []
    others = [one for one in (*before, *ids) if one != new]
    old = state.extra(OLD) if state.extra(OLD) in ids else next(iter(others), "")
    pairs = ((state.extra(OLD), old), (state.extra(NEW), new))
    repairs = [Repair("value", asked, now) for asked, now in pairs if asked and asked != now]
    return old, new, repairs


def build_view(services: Services, state: ViewState) -> ReleasesView:
    """The releases and what changed between the two chosen ones."""
    known = known_releases(services)
    old, new, _ = chosen(services, state, known)
    # Two whole releases are set side by side when somebody asks for it: it takes seconds.
    asked = bool(state.extra(OLD) or state.extra(NEW))
    found, failed = _differences(services, old, new) if asked else (None, "")
    names = _names(services, state.lang)
    changes = change_rows(found, names) if found else []
    return ReleasesView(
        kept=known,
        old=old,
        new=new,
        old_chips=_chips(services, state, known, OLD, old if asked else ""),
        new_chips=_chips(services, state, known, NEW, new),
        counts=count_rows(found, names) if found else [],
        changes=changes[:SHOWN],
        total=len(changes),
        failed=failed,
        asked=asked,
        meta={"source": [], "release_id": services.release_id(), "filters": []},
    )


def known_releases(services: Services) -> list[KeptRelease]:
    """The releases on disk; looked into again only when another file lies there.

    The one in use is the release this view is drawn from: the pointer may have moved since the view began.
    """
    folder, current = services.warehouse.folder(), services.release_id()
    key = ("kept-releases", signature(folder))

    def listed() -> list[KeptRelease]:
        return [KeptRelease(**vars(one), served=one.release_id == current) for one in kept(folder)]

    return services.kept(key, listed)


def _differences(services: Services, old: str, new: str) -> tuple[Diff | None, str]:
    if not old or old == new:
        return None, ""
    try:
        return services.kept(
            ("diff", old, new), lambda: differences(services.warehouse.folder(), old, new)
        ), ""
    except DataError as error:
        logger.info("two releases could not be compared: %s", type(error).__name__)
        return None, str(error)


def _chips(
    services: Services, state: ViewState, known: Sequence[KeptRelease], name: str, now: str
) -> list[tuple[str, str, bool]]:
    made = []
    for one in known:
        asked = altered(state, {name: one.release_id})
        address = "/du-lieu" + search_of(asked, services.facts()) + "#data-releases"
        made.append(
            (f"{one.release_id} · {text.day(one.built_at, state.lang)}", address, one.release_id == now)
        )
    return made


def _names(services: Services, lang: str) -> dict[str, dict[str, str]]:
    indices = {row["index_code"]: text.short_name(row, lang) for row in as_rows(services.warehouse.indices())}
    units = {row["unit_id"]: text.name(row, lang) for row in as_rows(services.warehouse.units())}
    words = {kind: text.t(f"releases.word.{kind}", lang) for kind in ("new", "changed", "gone", "same")}
    return {"index": indices, "unit": units, "word": words}


def count_rows(found: Diff, names: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """How many figures are new, changed and gone, and how many ranks moved, by index and year."""
    keys = ["index_code", "year"]
    counted = found.changes.groupby([*keys, "change"]).size().unstack("change")
    moved = found.ranks.groupby(keys).size().rename("ranks")
    table = pd.concat([counted, moved], axis=1).reindex(columns=["new", "changed", "gone", "ranks"])
    rows = as_rows(table.fillna(0).astype("int64").sort_index().reset_index())
    return [_named(row, names) for row in rows]


def _named(row: dict[str, Any], names: dict[str, dict[str, str]]) -> dict[str, Any]:
    index = str(row.pop("index_code"))
    return {"index": names["index"].get(index, index)} | {name: plain(value) for name, value in row.items()}


def change_rows(found: Diff, names: dict[str, dict[str, str]]) -> list[dict[str, Any]]:
    """Figures that are new, changed or gone, and ranks that moved, each figure in one row."""
    keys = ["index_code", "year", "unit_set", "unit_id", "component_code"]
    ranks = found.ranks[[*keys, "old", "new"]].rename(columns={"old": "old_rank", "new": "new_rank"})
    values = found.changes[[*keys, "change", "old", "new", "place"]]
    both = values.merge(ranks, on=keys, how="outer").sort_values(keys, kind="stable")
    return [_change(row, names) for row in as_rows(both)]


def _change(row: dict[str, Any], names: dict[str, dict[str, str]]) -> dict[str, Any]:
    change = plain(row["change"]) or "same"
    return {
        "index": names["index"].get(row["index_code"], row["index_code"]),
        "year": int(row["year"]),
        "unit": names["unit"].get(row["unit_id"], row["unit_id"]),
        "component": row["component_code"],
        "change": names["word"][change],
        **{name: plain(row[name]) for name in ("old", "new", "old_rank", "new_rank", "place")},
    }
