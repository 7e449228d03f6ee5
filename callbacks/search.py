"""What the search box knows: provinces, indices, components, targets and pages, with where each leads.

The list is made once per release and language, sent once to a browser and searched there, so that every
letter typed answers at once.
"""

from typing import Any

from callbacks import overview, ranking, targets
from callbacks.provenance import COMPONENT, CRITERION_PATH
from callbacks.records import records
from callbacks.services import Page, Services
from callbacks.url_state import Choice, fold
from etl.warehouse.queries import Queries
from layouts import text
from layouts.text import LANGS, t

Entry = dict[str, Any]
MOST_ALIASES = 8
# Of two entries that fit alike, the kind that stands earlier comes first.
KINDS = ("page", "province", "index", "target", "component")


def entries(services: Services, pages: tuple[Page, ...], lang: str) -> list[Entry]:
    """All entries of a language: kind, name, what it is, words it is found by, path and own parameters."""
    facts, warehouse = services.facts(), services.warehouse
    return [
        *(_page(page, lang) for page in pages if page.listed),
        *(_province(choice, lang) for choice in facts.provinces),
        *(_index(choice, lang) for choice in facts.indices),
        *_components(warehouse, facts.indices, lang),
        *_targets(warehouse, lang),
    ]


def _entry(kind: str, name: str, about: str, words: tuple[str, ...], path: str, **query: str) -> Entry:
    found_by = " ".join(dict.fromkeys(fold(word) for word in (name, *words) if word))
    return {
        "kind": kind, "rank": KINDS.index(kind), "name": name, "about": about, "words": found_by,
        "path": path, "query": query,
    }  # fmt: skip


def _page(page: Page, lang: str) -> Entry:
    return _entry("page", t(page.title_key, lang), t("search.kind.page", lang), (), page.path)


def _province(choice: Choice, lang: str) -> Entry:
    about = text.word("controls.group", choice.group, lang)
    words = (choice.key, choice.name_en, *choice.aliases[:MOST_ALIASES])
    return _entry("province", choice.name(lang), about, words, overview.PAGE.path, tinh=choice.key)


def _index(choice: Choice, lang: str) -> Entry:
    long = choice.aliases[LANGS.index(lang)]
    return _entry("index", choice.name(lang), long, choice.aliases, ranking.PAGE.path, cs=choice.key)


def _components(warehouse: Queries, indices: tuple[Choice, ...], lang: str) -> list[Entry]:
    """The components of each index as its latest framework names them."""
    made = []
    for choice in indices:
        rows = records(warehouse.components(choice.key, max(choice.years)))
        names = {row["component_code"]: text.name(row, lang) for row in rows}
        for row in rows:
            if row["component_code"] != choice.key:
                above = names.get(row["parent_code"], "")
                about = " › ".join(part for part in (choice.name(lang), above) if part)
                code = row["component_code"]
                words = (code, row["name_vi"], choice.name(lang))
                asked = {"cs": choice.key, COMPONENT: code}
                made.append(_entry("component", names[code], about, words, CRITERION_PATH, **asked))
    return made


def _targets(warehouse: Queries, lang: str) -> list[Entry]:
    """The targets, each on the page of its own province."""
    slugs = {row["unit_id"]: row["slug"] for row in records(warehouse.units())}
    made = []
    for row in records(warehouse.targets()):
        about = " · ".join(str(part) for part in (row["document"], row["clause"]) if text.has(part))
        query = {"tinh": slugs[row["unit_id"]]} if row["unit_id"] in slugs else {}
        made.append(
            _entry("target", text.name(row, lang), about, (row["name_vi"],), targets.PAGE.path, **query)
        )
    return made
