"""`make screenshot`: draws docs/overview.png, the README's picture, from the current release."""

from __future__ import annotations

from pathlib import Path

from etl.settings import Settings
from tests.browser.conftest import ROOT, running_browser, running_server, settle


def main() -> None:
    """Serve the current release, open the overview, keep the picture."""
    with running_server(Path(Settings().releases_dir)) as address, running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/?tinh=quang-ninh&lang=vi")
        settle(page)
        page.screenshot(path=ROOT / "docs" / "overview.png")


if __name__ == "__main__":
    main()
