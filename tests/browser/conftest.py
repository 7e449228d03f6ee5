"""A real server (gunicorn, two workers) over the real release, and a real Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# Two browsers and two servers share the processor of the tests: what is expected comes, if later.
expect.set_options(timeout=20_000)

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "build" / "screenshots"
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


def free_port() -> int:
    """A port of the loopback nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
            "--threads",
            "4",
            "--no-control-socket",
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


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh page at 1440 pixels that fails the test on console errors and on any outside request."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="vi-VN", accept_downloads=True
    )
    found = context.new_page()
    watch = Watch(found, address)
    yield found
    context.close()
    assert watch.outside == []
    assert watch.errors == []


def settle(page: Page) -> None:
    """Wait until the page has drawn: no callback under way, charts in place."""
    page.wait_for_load_state("networkidle")
    page.wait_for_function("document.title && !document.title.startsWith('Updating')")
    page.wait_for_function("document.querySelector('#page h1') !== null")
    page.wait_for_timeout(300)


def shoot(page: Page, name: str) -> None:
    """Keep a full-page picture under build/screenshots for whoever looks at the run."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
