"""What axe finds on a page that somebody would be kept out by."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

STOPPING = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"]}
# What another theme can break; all other rules look at what a theme does not touch.
OF_COLOURS = ["color-contrast", "link-in-text-block"]


def stopping(page: Page, only_colours: bool = False) -> list[tuple[str, str, list[str]]]:
    """Serious and critical violations: rule, what it asks for, the first places."""
    options = OPTIONS | ({"runOnly": OF_COLOURS} if only_colours else {})
    found = Axe().run(page, options=options).response["violations"]
    return [
        (one["id"], one["help"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in found
        if one["impact"] in STOPPING
    ]
