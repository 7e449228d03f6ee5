"""What the first visit costs a browser: bytes over the wire, seconds until the page can be used."""

from __future__ import annotations

import time
from dataclasses import dataclass

from tests.browser.conftest import running_browser


@dataclass(frozen=True)
class FirstLoad:
    """Compressed megabytes of everything that was fetched, seconds until the page stood and answered."""

    megabytes: float
    seconds: float


def first_load(address: str) -> FirstLoad:
    """The first visit of an address with an empty cache."""
    with running_browser() as browser:
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="vi-VN")
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        sizes: list[float] = []
        wire.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        start = time.perf_counter()
        page.goto(address, wait_until="domcontentloaded")
        page.wait_for_selector("#page h1")
        page.evaluate("() => new Promise(done => requestIdleCallback(done, { timeout: 5000 }))")
        seconds = time.perf_counter() - start
        page.wait_for_selector(".js-plotly-plot .main-svg", state="attached", timeout=60_000)
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(1500)
    return FirstLoad(sum(sizes) / 1e6, seconds)
