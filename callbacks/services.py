"""What handlers share: the query layer, the facts of the current release, and the views already drawn.

A release never changes, so a view of it is drawn once per process and kept (least recently used go first).
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dash.development.base_component import Component

from callbacks.url_state import Choice, Facts, Repair, ViewState
from etl.warehouse.queries import ReleaseInfo, Warehouse
from indices.errors import Problem, ReleaseError
from layouts.frames import as_rows
from layouts.text import LANGS, short_name

KEPT_VIEWS = 1024


@dataclass(frozen=True)
class Rendered:
    """A drawn page: its component, its title for the browser, repairs the page itself had to make."""

    children: Component
    title: str
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class Page:
    """One page. controls: which of province, index, year it obeys; extras: its own URL parameters; listed:
    whether the navigation names it; under: id of the page that the navigation shows as the present one
    instead; live: shows more than the release, so that it is drawn anew each time; tied: extras that hold
    for one province and year only; ready: reads what all its views share, before there are readers."""

    id: str
    path: str
    group: str
    controls: tuple[str, ...]
    render: Callable[["Services", ViewState], Rendered]
    extras: tuple[str, ...] = ()
    register: Callable[[Any, "Services"], None] | None = None
    validation: Callable[[], list[Component]] = list
    listed: bool = True
    tied: tuple[str, ...] = ()
    under: str = ""
    live: bool = False
    ready: Callable[["Services"], None] | None = None

    @property
    def title_key(self) -> str:
        """Key of the page's name in the translations."""
        return f"nav.{self.id}"


@dataclass
class Services:
    """Shared by all handlers of one app; safe to use from several threads."""

    warehouse: Warehouse
    default_province: str
    desk: Any = None
    jobs: Any = None
    shelf: Any = None
    responsibilities: Path | None = None
    metrics_token: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _facts: tuple[str, Facts] | None = None
    _views: OrderedDict[tuple[Any, ...], Any] = field(default_factory=OrderedDict)
    _newest: str = ""

    def release_id(self) -> str:
        """Id of the release being served now."""
        return self.warehouse.release_id()

    def release(self) -> ReleaseInfo:
        """What the current release says of itself."""
        return self.kept(("release",), self.warehouse.release)

    def facts(self) -> Facts:
        """What the current release offers to choose from."""
        release = self.release_id()
        if self._facts is None or self._facts[0] != release:
            self._facts = (release, read_facts(self.warehouse, self.default_province))
        return self._facts[1]

    def kept(self, key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What `make` gives for this release and key, made once. Never change what comes back."""
        full = (self.release_id(), *key)
        with self._lock:
            if full in self._views:
                self._views.move_to_end(full)
                return self._views[full]
        made = make()
        with self._lock:
            if full[0] != self._newest:
                self._forget(full[0])
            self._views[full] = made
            while len(self._views) > KEPT_VIEWS:
                self._views.popitem(last=False)
        return made

    def _forget(self, release: str) -> None:
        """Keep nothing of other releases: what they hold in memory is many times what a view takes."""
        for key in [key for key in self._views if key[0] != release]:
            del self._views[key]
        self._newest = release


def read_facts(warehouse: Warehouse, default_province: str) -> Facts:
    """Provinces, indices and years that a release can show. Raises ReleaseError when it holds no figures."""
    indices, provinces = _index_choices(warehouse), _province_choices(warehouse)
    if not indices or not provinces:
        raise ReleaseError([Problem("The release holds no figures", warehouse.release_id())])
    if not any(choice.key == default_province for choice in provinces):
        default_province = provinces[0].key
    return Facts(provinces, indices, default_province, indices[0].key)


def _index_choices(warehouse: Warehouse) -> tuple[Choice, ...]:
    rows = warehouse.indices()
    years = warehouse.coverage().groupby("index_code")["year"].agg(lambda s: tuple(sorted(set(map(int, s)))))
    held = rows[rows["index_code"].isin(years.index)]
    return tuple(
        Choice(
            row["index_code"],
            *(short_name(row, lang) for lang in LANGS),
            (row["name_vi"], row["name_en"]),
            years[row["index_code"]],
        )
        for row in as_rows(held)
    )


def _province_choices(warehouse: Warehouse) -> tuple[Choice, ...]:
    """The provinces by unit set, the set with the longest history first; a slug is one unit of one set."""
    aliases = warehouse.aliases().groupby("unit_id")["alias"].agg(tuple)
    rows = warehouse.units()
    rows = rows[rows["unit_id"].isin(aliases.index)]
    rows = rows.sort_values(["unit_set", "sort_order"], ascending=[False, True], kind="stable")
    return tuple(
        Choice(r.slug, r.name_vi, r.name_en, aliases[r.unit_id], group=r.unit_set) for r in rows.itertuples()
    )
