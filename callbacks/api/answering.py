"""From a checked question to what is sent: rows of the release as JSON, never anything worked out anew."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from callbacks.api.asking import Question, Vocabularies
from callbacks.api.files import MEDIA
from callbacks.api.problems import ApiError, Told
from callbacks.api.routes import LIMIT, OFFSET, RELEASE, TRACE, Route, full_path
from etl.warehouse.dictionary import table_names
from etl.warehouse.queries import Queries, ReleaseInfo
from indices.model import MAIN_VIEW
from layouts.frames import as_rows


def plain(value: Any) -> Any:
    """A value as JSON knows it: missing as null, whole numbers as whole, dataclasses as objects."""
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return None
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value.item() if hasattr(value, "item") else value


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame as JSON objects."""
    return [{str(name): plain(value) for name, value in row.items()} for row in as_rows(frame)]


def told(release: ReleaseInfo) -> dict[str, Any]:
    """The release that an answer is of."""
    return {
        "id": release.release_id,
        "built_at": release.built_at,
        "pack_date": release.pack_date,
        "simulated": release.simulated,
    }


def vocabularies(view: Queries) -> dict[str, dict[str, tuple[str, ...]]]:
    """The words that parameters may take in this release, each with the values of the column it stands for.

    A unit goes by its id or by its name in addresses.
    """
    units, components = view.units(), view.component_words()
    by_unit = {str(unit): (str(unit),) for unit in units["unit_id"]}
    slugs = units.groupby("slug")["unit_id"].agg(tuple)
    return {
        "index": _same(view.indices()["index_code"]),
        "framework": _same(view.frameworks()["framework_id"]),
        "set": _same(units["unit_set"].drop_duplicates()),
        "unit": by_unit | {str(slug): ids for slug, ids in slugs.items()},
        "table": {name: (name,) for name in table_names()},
        "format": {name: (name,) for name in MEDIA},
        "view": _same(components["view"].drop_duplicates()),
        "level": _same(components["level"].drop_duplicates()),
    }


def _same(words: pd.Series) -> dict[str, tuple[str, ...]]:
    return {str(word): (str(word),) for word in words}


def answer(route: Route, asked: Question, view: Queries, release: ReleaseInfo) -> dict[str, Any]:
    """The body of an answer of one release."""
    if route.answer == RELEASE:
        return {"release": told(release)}
    if route.answer == TRACE:
        return {"release": told(release), "query": asked.query, "trace": trace(asked, view)}
    page = view.page(route.answer, asked.filters, asked.window)
    return {
        "release": told(release),
        "query": asked.query,
        "total": page.total,
        "limit": asked.window.limit,
        "offset": asked.window.offset,
        "next": following(route, asked, page.total),
        "rows": records(page.rows),
    }


def following(route: Route, asked: Question, total: int) -> str | None:
    """Address of the next page; None on the last one."""
    after = asked.window.offset + asked.window.limit
    if after >= total:
        return None
    path = full_path(route)
    held = {param.name: param for param in route.params}
    for name, value in asked.query.items():
        if name in held and held[name].in_path:
            path = path.replace("{" + name + "}", str(value))
    query = {n: v for n, v in asked.query.items() if n not in (LIMIT, OFFSET) and not _in_path(held, n)}
    texts = {n: ",".join(map(str, v)) if isinstance(v, list) else v for n, v in query.items()}
    return f"{path}?{urlencode({**texts, LIMIT: asked.window.limit, OFFSET: after}, safe=',:')}"


def _in_path(held: Mapping[str, Any], name: str) -> bool:
    return name in held and held[name].in_path


def trace(asked: Question, view: Queries) -> Any:
    """The derivation of one cell. Raises ApiError where the release has no such cell."""
    limits = {name: values[0] for name, values in asked.filters.items()}
    roll_up = limits.get("view", MAIN_VIEW)
    for unit in asked.filters["unit_id"]:
        try:
            step = view.trace(limits["index_code"], limits["year"], unit, limits["component_code"], roll_up)
        except KeyError:
            continue
        return plain(step)
    found = " ".join(str(value) for value in asked.query.values())
    expected = "an index, year, unit and component that /scores has"
    raise ApiError("no_such_cell", Told(found=found, expected=expected))


__all__ = ["Vocabularies", "answer", "following", "plain", "records", "told", "trace", "vocabularies"]
