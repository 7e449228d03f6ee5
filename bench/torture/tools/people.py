"""People who use the pages, for Locust: opened by `python -m locust`, never imported, since Locust changes
Python's own ways of waiting as soon as it is.

Each person opens the tool as a browser does (the page's frame, its scripts and fonts the first time, the list
of callbacks), then goes from page to page and changes the selects, sends every callback that a browser sends
for it, reads in between, and after some pages comes again. What they got is written as JSON in the end.
"""

from __future__ import annotations

import itertools
import json
import random
import re
import time
from argparse import ArgumentParser
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from locust import FastHttpUser, events, task
from locust.env import Environment

from tests import asked

SENT = {"Accept-Encoding": "br"}
ASKED = SENT | {"Content-Type": "application/json"}
CONTROLS = ("control-province", "control-index", "control-year")
FILES = re.compile(r'(?:src|href)="(/(?:assets|fonts|_dash-component-suites)/[^"]+)"')
BUSY = 503
# Reading times in shares of --think, half of them shorter than it.
SPREAD, SHORTEST, LONGEST = 0.6, 0.4, 5.0
VISIT = (4, 12)
OWN_PROVINCE, CONTROL_USED = 0.7, 0.3

numbers = itertools.count()


class RefusedError(Exception):
    """The server said that it is full. seconds: when to come again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Heard:
    """What people got. times: milliseconds by kind of answer; releases: views by the release they name."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.errors, self.releases = Counter[str](), Counter[str]()
        self.refused, self.began = 0, time.monotonic()

    def write(self, path: Path) -> None:
        """As JSON, with the seconds that all of it took."""
        told = vars(self) | {"seconds": time.monotonic() - self.began}
        path.write_text(json.dumps(told), encoding="utf-8")


heard = Heard()


@events.init_command_line_parser.add_listener
def _options(parser: ArgumentParser) -> None:
    parser.add_argument("--script", help="JSON: pages, provinces, indices, home, releases")
    parser.add_argument("--heard", help="where to write what people got")
    parser.add_argument("--think", type=float, default=5.0, help="median seconds between two views")
    parser.add_argument("--returning", action="store_true", help="their browsers have scripts and fonts")


@events.test_stop.add_listener
def _ended(environment: Environment, **_: Any) -> None:
    heard.write(Path(environment.parsed_options.heard))


@events.user_error.add_listener
def _stumbled(exception: Exception, **_: Any) -> None:
    """Somebody could not go on: an answer that nothing can be done with is an error too."""
    heard.errors[f"not understood: {exception!r}"[:120]] += 1


class Person(FastHttpUser):
    """One person with a browser."""

    network_timeout = connection_timeout = 60.0

    def on_start(self) -> None:
        """Somebody of a province, by lot from a fixed seed."""
        options = self.environment.parsed_options
        self.script = json.loads(Path(options.script).read_text(encoding="utf-8"))
        self.draw = random.Random(next(numbers))
        self.think, self.fresh = options.think, not options.returning
        self.known: list[dict[str, Any]] = []
        self.left, self.pause = 0, 0.0
        self.state: dict[str, str] = {}
        self.path, self.search, self.values = "/", "", ["", "", ""]

    def wait_time(self) -> float:
        """Reading the view; or, after a refusal, as long as the server asked for."""
        read = self.think * self.draw.lognormvariate(0, SPREAD)
        return self.pause or min(max(read, SHORTEST * self.think), LONGEST * self.think)

    @task
    def go_on(self) -> None:
        """The next thing this person does."""
        self.pause = 0.0
        # As behind a proxy, where each view may come to another process.
        self.client.client.clientpool.close()
        try:
            if not self.left:
                self._arrive()
            elif self.draw.random() < CONTROL_USED:
                self._use_control()
            else:
                self._follow_link()
            self.left = self.left - 1 if self.left else self.draw.randint(*VISIT)
        except RefusedError as refusal:
            self.pause = refusal.seconds + self.draw.random()

    def _arrive(self) -> None:
        """Open an address as from a bookmark, or the first page."""
        self._choose()
        frame = self._ask("frame", "GET", self.path + self.search)
        if self.fresh and frame is not None:
            for file in dict.fromkeys(FILES.findall(frame.decode())):
                self._ask("file", "GET", file)
            self._ask("file", "GET", "/tim/vi.json")
            self.fresh = False
        self._ask("frame", "GET", "/_dash-layout")
        listed = self._ask("frame", "GET", asked.DEPENDENCIES)
        self.known = json.loads(listed) if listed else self.known
        self._view()

    def _follow_link(self) -> None:
        self._choose()
        self._view()

    def _choose(self) -> None:
        """A page, and mostly the own province; index and year stay where the lot does not change them."""
        page, script = self.draw.choice(self.script["pages"]), self.script
        own = self.draw.random() < OWN_PROVINCE
        index = self.draw.choice(script["indices"])
        self.state = {"tinh": script["home"] if own else self.draw.choice(script["provinces"])}
        if "index" in page["controls"]:
            self.state["cs"] = index
        self.path, self.search = page["path"], "?" + urlencode(self.state)

    def _use_control(self) -> None:
        """Choose another province or index: that writes the address, and the new address draws the page."""
        number = self.draw.randrange(2)
        self.values[number] = self.draw.choice(self.script["indices" if number else "provinces"])
        self.search = self._write() or self.search
        self._view()

    def _view(self) -> None:
        """Ask for the page of the address, then for what its parts ask for, as they appear."""
        callback = asked.drawing(self.known)
        body = self._ask(
            f"view {self.path}", "POST", asked.UPDATE, asked.body(callback, self.path, self.search)
        )
        if body is None:
            return
        told = json.loads(body)
        page = told["response"].get("page", {}).get("children")
        if not page:
            heard.errors[f"{self.path}: an answer without a page"] += 1
            return
        footer = json.dumps(told["response"].get("footer"))
        heard.releases[" ".join(one for one in self.script["releases"] if one in footer)] += 1
        controls = told["response"].get("document", {}).get("data", {}).get("controls", {})
        self.values = [controls.get(name, {}).get("value", "") for name in CONTROLS]
        self._write()
        for one, held in following(self.known, page):
            self._ask("part", "POST", asked.UPDATE, question(one, held))

    def _write(self) -> str | None:
        """What the selects send whenever they are set; the query string that comes back, if one does."""
        callback = next(one for one in self.known if [part["id"] for part in one["inputs"]] == [*CONTROLS])
        held = dict(zip(CONTROLS, self.values, strict=True))
        body = question(callback, {(name, "value"): value for name, value in held.items()})
        for part, value in zip(body["state"], (self.path, self.search), strict=True):
            part["value"] = value
        answer = self._ask("control", "POST", asked.UPDATE, body)
        found = json.loads(answer) if answer else {}
        written = found.get("sideUpdate", {}).get("url", {}).get("search")
        return str(written) if written else None

    def _ask(self, kind: str, method: str, path: str, body: Any = None) -> bytes | None:
        """The content of an answer, None after an error. Raises RefusedError for 503 with Retry-After."""
        more = {"data": json.dumps(body), "headers": ASKED} if body else {"headers": SENT}
        with self.client.request(method, path, name=kind, catch_response=True, **more) as answer:
            status, after = answer.status_code, (answer.headers or {}).get("Retry-After")
            refused = status == BUSY and after is not None
            if refused or status in (200, 204):
                answer.success()
            else:
                answer.failure(f"status {status}")
            content: bytes | None = answer.content
            took = answer.request_meta["response_time"]
        if refused:
            heard.refused += 1
            raise RefusedError(float(after))
        if status in (200, 204):
            heard.times[kind].append(round(took, 1))
            return content or b""
        heard.errors[f"{kind}: {status or 'no answer: ' + str(answer.error)[:80]}"] += 1
        return None


def following(
    known: list[dict[str, Any]], page: Any
) -> list[tuple[dict[str, Any], dict[tuple[str, str], Any]]]:
    """The callbacks that a page starts as soon as it is shown, with the values of its parts."""
    parts = dict(_parts(page))
    found = []
    for one in known:
        inputs = {part["id"] for part in one["inputs"]}
        quiet = one["prevent_initial_call"] or one["clientside_function"] or not inputs <= parts.keys()
        if not quiet:
            held = {(name, prop): value for name, props in parts.items() for prop, value in props.items()}
            found.append((one, held))
    return found


def _parts(tree: Any) -> list[tuple[str, dict[str, Any]]]:
    """(id, properties) of every part of a drawn page that has a plain id."""
    if isinstance(tree, list):
        return [part for one in tree for part in _parts(one)]
    if not isinstance(tree, dict):
        return []
    props = tree.get("props", {})
    own = [(props["id"], props)] if isinstance(props.get("id"), str) else []
    return own + _parts(props.get("children"))


def question(callback: dict[str, Any], held: dict[tuple[str, str], Any]) -> dict[str, Any]:
    """What a browser sends for a callback, with the values that the parts of the page have."""
    made: dict[str, Any] = {"output": callback["output"], "outputs": []}
    if not callback.get("no_output"):
        made = asked.body(callback | {"inputs": [], "state": []}, "", "")
    for kind in ("inputs", "state"):
        made[kind] = [
            {
                "id": part["id"],
                "property": part["property"],
                "value": held.get((part["id"], part["property"])),
            }
            for part in callback[kind]
        ]
    made["changedPropIds"] = [f"{part['id']}.{part['property']}" for part in callback["inputs"]]
    return made
