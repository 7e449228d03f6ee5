"""What axe finds on a page that somebody would be kept out by."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

STOPPING = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"]}
# What another theme can break; all other rules look at what a theme does not touch.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
THEMES = ("light", "dark")
# Hundreds of cells and marks that stand as they stand on the page itself, which test_pages looks at whole.
BESIDE = {"exclude": [[".grid-frame"], [".js-plotly-plot"]]}


def stopping(page: Page, only_colours: bool = False, whole: bool = True) -> list[tuple[str, str, list[str]]]:
    """Serious and critical violations: rule, what it asks for, first places; in tables, charts if `whole`."""
    options = OPTIONS | ({"runOnly": OF_COLOURS} if only_colours else {})
    found = Axe().run(page, context=None if whole else BESIDE, options=options).response["violations"]
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in STOPPING
    ]


def turn(page: Page, theme: str) -> None:
    """Press the button in the header where the page is not in that theme, and see that it took it."""
    root = page.locator("html")
    if root.get_attribute("data-theme") != theme:
        page.locator("[data-theme-toggle]").click()
    expect(root).to_have_attribute("data-theme", theme)
    expect(root).to_have_attribute("data-mantine-color-scheme", theme)


def in_both_themes(page: Page, whole: bool = True) -> dict[str, list[tuple[str, str, list[str]]]]:
    """What axe finds in the light and, after the button in the header, in the dark; only where it does."""
    found = {}
    for theme in THEMES:
        turn(page, theme)
        found[theme] = stopping(page, only_colours=theme == "dark", whole=whole)
    turn(page, "light")
    return {theme: violations for theme, violations in found.items() if violations}
