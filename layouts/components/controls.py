"""Links that keep the reader in the app, and the selects of the shared bar."""

from typing import Any

import dash_mantine_components as dmc
from dash.development.base_component import Component

from layouts import html
from layouts.text import t, word


def NavLink(label: Any, href: str, current: str | None = None, **extra: Any) -> Component:  # noqa: N802
    """A link inside the app: a real address, followed without reload (assets/page.js)."""
    marks: dict[str, Any] = {"data-nav": "1"} | ({"aria-current": current} if current else {})
    return html.A(label, href=href, **(marks | extra))


def rich(text: str) -> list[Any]:
    """A sentence whose **marked** words are strong."""
    return [html.Strong(part) if i % 2 else part for i, part in enumerate(text.split("**")) if part]


def select(control: Any, lang: str) -> Component:
    """A labelled select, found by typing without accents. control: see layouts.shell.Control."""
    return dmc.Select(
        id=control.id,
        searchable=True,
        allowDeselect=False,
        checkIconPosition="right",
        maxDropdownHeight=320,
        comboboxProps={"shadow": "sm", "transitionProps": {"duration": 0}},
        filter={"function": "withoutAccents"},
        **select_props(control, lang),
    )


def select_props(control: Any, lang: str) -> dict[str, Any]:
    """What of a select depends on the view: words, options, value, whether it is shown."""
    return {
        "label": t(f"controls.{control.key}", lang),
        "nothingFoundMessage": t("controls.nothing_found", lang),
        "data": _options(control.options, lang),
        "value": control.value,
        "className": f"control control-{control.key}" + ("" if control.shown else " control-off"),
    }


def _options(options: list[tuple[str, str, str]], lang: str) -> list[dict[str, Any]]:
    """Options as the select wants them: plain, or under the heading of their group."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for value, label, group in options:
        groups.setdefault(group, []).append({"value": value, "label": label})
    if list(groups) in ([], [""]):
        return groups.get("", [])
    return [{"group": word("controls.group", group, lang), "items": items} for group, items in groups.items()]


def chips(items: list[tuple[str, str, bool]], label: str) -> Component:
    """A row of filters as links (label, address, chosen): the choice lives in the URL."""
    links = [
        NavLink(text, href, current="true" if chosen else None, className="chip")
        for text, href, chosen in items
    ]
    return html.Nav(links, className="chips no-print", **{"aria-label": label})
