"""A real server (gunicorn, two workers) over the real release, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.ports import free_port

# Two browsers and two servers share the processor of the tests: what is expected comes, if later.
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screenshots"
PICTURES = os.environ.get("CCHC_PICTURES") == "true"
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]


def chromium_path() -> str:
    """The browser of this computer; `make chromium` installs one."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise RuntimeError("No Chromium found: run `make chromium` (Debian, Ubuntu: apt-get install chromium)")


def wait_for(address: str, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    """Return once the server answers; fail when it died or stays silent."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server stopped with code {process.returncode}")
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it answers, if only that it has nothing to serve
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"no answer from {address} in {seconds} s")


@contextmanager
def running_server(releases: Path, **settings: str) -> Iterator[str]:
    """Address of a gunicorn serving that folder of releases, with other settings where said."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "2",
            "--preload",
            "--no-control-socket",
            "--graceful-timeout",
            "3",
            "app:server",
        ],
        cwd=ROOT,
        env={**os.environ, "CCHC_RELEASES_DIR": str(releases), **settings},
    )
    try:
        wait_for(f"{address}/healthz", process)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


@contextmanager
def running_browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(release_dir: Path) -> Iterator[str]:
    """Where the app answers."""
    with running_server(release_dir) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the session."""
    with running_browser() as found:
        yield found


class Watch:
    """What a page did that it should not: console errors, failed or outside requests."""

    def __init__(self, page: Page, address: str) -> None:
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.on("console", lambda m: self.errors.append(m.text) if m.type == "error" else None)
        page.on("pageerror", lambda e: self.errors.append(str(e)))
        page.on("response", lambda r: self.errors.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on(
            "request",
            lambda r: (
                self.outside.append(r.url) if not r.url.startswith((address, "data:", "blob:")) else None
            ),
        )


def new_context(browser: Browser, **more: Any) -> BrowserContext:
    """A browser of its own: nothing kept, 1440 pixels wide."""
    return browser.new_context(viewport={"width": 1440, "height": 1000}, locale="vi-VN", **more)


@contextmanager
def watched(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page that fails on console errors and on any outside request; what it kept is gone afterwards."""
    found = context.new_page()
    watch = Watch(found, address)
    yield found
    if found.url.startswith(address):
        found.evaluate("localStorage.clear()")
    found.close()
    assert watch.outside == []
    assert watch.errors == []


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser's memory for all tests that do not ask for their own: scripts are fetched once."""
    made = new_context(browser, accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """A page at 1440 pixels that fails the test on console errors and on any outside request."""
    with watched(context, address) as found:
        yield found
    context.clear_permissions()


@pytest.fixture
def first_page(browser: Browser, address: str) -> Iterator[Page]:
    """The same in a browser that was never here: nothing is in its memory."""
    made = new_context(browser)
    with watched(made, address) as found:
        yield found
    made.close()


# Drawn, nothing asked of the server, charts and tables in place, and so for a while: answers ask again.
QUIET = """() => {
  const root = document.documentElement;
  if (!root) { return false; } // between one document and the next
  const page = document.getElementById("page");
  const seen = (one) => one.offsetParent !== null;
  const all = (kind) => [...document.querySelectorAll(kind)].filter(seen);
  const here = (kind, part) => all(kind).every((one) => one.querySelector(part));
  const table = root.dataset.printView ? ".paper-table" : ".ag-row, .ag-overlay";
  const drawn = page && page.querySelector("h1") && page.getAttribute("aria-busy") !== "true"
    && document.fonts.status === "loaded"
    && here(".dash-graph", ".main-svg") && here(".grid-frame", table);
  const now = performance.now();
  window.quietSince = drawn ? window.quietSince || now : 0;
  return Boolean(drawn) && now - window.quietSince > 200;
}"""


def settle(page: Page) -> None:
    """Wait until the page has drawn: no callback under way, charts and tables in place."""
    page.evaluate("window.quietSince = 0")
    page.wait_for_function(QUIET, timeout=60_000)


def shoot(page: Page, name: str) -> None:
    """Keep a full-page picture under build/screenshots for who looks at the run (`make browser-tests`)."""
    if not PICTURES:
        return
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


@pytest.fixture(scope="session")
def own_address(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where an app with a workspace answers: empty at first, each test keeps to a page of its own."""
    file = tmp_path_factory.mktemp("workspace") / "w.sqlite"
    settings = {"CCHC_WORKSPACE": "true", "CCHC_WORKSPACE_PATH": str(file), "CCHC_DATABASE_URL": ""}
    with running_server(release_dir, **settings) as found:
        yield found
