"""What can be taken away from the data page: whole tables by index and year, the release, how to cite it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from callbacks.api.files import MOST_XLSX_CELLS
from callbacks.api.page import PAGE as API
from callbacks.api.routes import BASE
from callbacks.services import Services
from callbacks.url_state import Facts, Repair, ViewState, altered, carried, search_of
from etl.warehouse.dictionary import fields, meaning, table_names
from layouts.pages.data_take import FORMATS, TableFile, TakeView
from layouts.text import LANGS, day, t

INDEX, YEAR, WORDS = "bang", "bang-nam", "tra"
EVERY = "tat-ca"
FIRST = ("score", "fact", "component", "reconciliation", "target", "source", "unit")


def chosen(facts: Facts, state: ViewState) -> tuple[str, str, list[Repair]]:
    """The index and year that whole tables are limited to ("" = all), and what had to be repaired."""
    index, year = state.extra(INDEX), state.extra(YEAR)
    known = {choice.key: {str(at) for at in choice.years} for choice in facts.indices}
    every = t("take.all", state.lang)
    repairs: list[Repair] = []
    if index and index not in known:
        repairs.append(Repair("value", index, every))
        index = ""
    if year and year not in known.get(index, set()):
        repairs.append(Repair("value", year, every))
        year = ""
    words = state.extra(WORDS)
    if words and words not in (EVERY, *table_names()):
        repairs.append(Repair("value", words, FIRST[0]))
    return index, year, repairs


def build_view(services: Services, state: ViewState) -> TakeView:
    """All that the page offers to take away."""
    index, year, _ = chosen(services.facts(), state)
    release = services.release()
    return TakeView(
        tables=services.kept(("take", index, year), lambda: table_files(services, index, year)),
        index_chips=index_chips(services.facts(), state, index),
        year_chips=year_chips(services.facts(), state, index, year),
        release_address=f"{BASE}/release.duckdb",
        release_size=services.kept(("size",), lambda: services.warehouse.release_file().stat().st_size),
        api_address=API.path + search_of(carried(state), services.facts()),
        citations=citations(release.release_id, release.built_at),
        dictionary=dictionary(looked_up(state)),
        dictionary_chips=dictionary_chips(services.facts(), state),
        meta={"source": [], "release_id": release.release_id, "filters": []},
    )


def ordered() -> list[str]:
    """The tables, those most asked for first."""
    return [*FIRST, *(name for name in table_names() if name not in FIRST)]


def table_files(services: Services, index: str, year: str) -> list[TableFile]:
    """The tables with the addresses of their files under the chosen limits."""
    limits = {name: _limits(name, index, year) for name in ordered()}
    sizes = services.warehouse.table_sizes(limits)
    return [table_file(name, sizes[name], own) for name, own in limits.items()]


def _limits(name: str, index: str, year: str) -> dict[str, Any]:
    """The limits that a table has columns for."""
    columns = {field.name for field in fields(name)}
    asked = {"index_code": index, "year": int(year) if year else ""}
    return {column: value for column, value in asked.items() if value and column in columns}


def table_file(name: str, size: int, limits: Mapping[str, Any]) -> TableFile:
    """A table of `size` rows under its limits; no address for XLSX where it would be too large."""
    query = "&".join(f"{'index' if k == 'index_code' else k}={v}" for k, v in limits.items())
    good = [fmt for fmt in FORMATS if fmt != "xlsx" or size * len(fields(name)) <= MOST_XLSX_CELLS]
    addresses = {fmt: f"{BASE}/tables/{name}.{fmt}" + (f"?{query}" if query else "") for fmt in good}
    told = meaning(name)
    return TableFile(name, {"vi": told.vi, "en": told.en}, size, addresses)


def index_chips(facts: Facts, state: ViewState, index: str) -> list[tuple[str, str, bool]]:
    """All indices, or one."""
    every = [("", t("take.all", state.lang)), *((c.key, c.name(state.lang)) for c in facts.indices)]
    return [(name, _address(facts, state, {INDEX: key, YEAR: ""}), key == index) for key, name in every]


def year_chips(facts: Facts, state: ViewState, index: str, year: str) -> list[tuple[str, str, bool]]:
    """Years of the chosen index; none without one."""
    if not index:
        return []
    years = ["", *(str(at) for at in reversed(facts.years(index)))]
    names = {"": t("take.all", state.lang)}
    return [(names.get(at, at), _address(facts, state, {YEAR: at}), at == year) for at in years]


def _address(facts: Facts, state: ViewState, changes: Mapping[str, str], place: str = "data-take") -> str:
    return "/du-lieu" + search_of(altered(state, changes), facts) + f"#{place}"


def citations(release_id: str, built_at: str) -> dict[str, str]:
    """The release as a reference, by kind: both languages and BibTeX."""
    told = {
        lang: t("cite.text", lang, id=release_id, date=day(built_at, lang), year=built_at[:4])
        for lang in LANGS
    }
    bibtex = [
        f"@misc{{par-index-{release_id},",
        f"  title  = {{{_braced(t('cite.title', 'vi'))}}},",
        f"  year   = {{{built_at[:4]}}},",
        f"  note   = {{{_braced(t('cite.bibtex_note', 'en', id=release_id, date=built_at[:10]))}}}",
        "}",
    ]
    return told | {"bibtex": "\n".join(bibtex)}


def _braced(text: str) -> str:
    return re.sub(r"[{}\\]", "", text)


def looked_up(state: ViewState) -> tuple[str, ...]:
    """The tables whose columns are explained: the one asked for, else the first, or all."""
    asked = state.extra(WORDS, FIRST[0])
    if asked == EVERY:
        return table_names()
    return (asked if asked in table_names() else FIRST[0],)


def dictionary_chips(facts: Facts, state: ViewState) -> list[tuple[str, str, bool]]:
    """Every table to look up, and all of them."""
    now = looked_up(state)
    items = [
        (EVERY, t("take.all", state.lang), len(now) > 1),
        *((name, name, now == (name,)) for name in ordered()),
    ]
    return [
        (label, _address(facts, state, {WORDS: "" if key == FIRST[0] else key}, "data-dictionary"), chosen)
        for key, label, chosen in items
    ]


def dictionary(names: Iterable[str]) -> list[dict[str, str]]:
    """Every column of the tables as a row: table, column, kind, unit, meaning in both languages."""
    return [
        {
            "table": name,
            "column": field.name,
            "kind": field.kind,
            "unit": field.meaning.unit,
            "vi": field.meaning.vi,
            "en": field.meaning.en,
        }
        for name in names
        for field in fields(name)
    ]
