"""Every address, page and callback has a rule: who adds one says which right it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from app import Settings, create_app
from callbacks import access
from callbacks.access import rules
from callbacks.pages import PAGES
from people.audit import EXPORTED
from people.settings import Settings as People

RULES = "callbacks/access/rules.yaml"
FILE = Path(access.__file__).with_name("rules.yaml")


@pytest.fixture(scope="module")
def held(release_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """What the app with everything on has: endpoints, pages, callbacks."""
    with pytest.MonkeyPatch.context() as patch:
        told = {
            "SIGN_IN": "both", "SECRET_KEY": "k" * 40, "OIDC_ISSUER": "http://127.0.0.1:1",
            "WORKSPACE": "true", "OIDC_CLIENT_ID": "x",
            "WORKSPACE_PATH": str(tmp_path_factory.mktemp("w") / "w.sqlite"),
        }  # fmt: skip
        for name, value in told.items():
            patch.setenv(f"CCHC_{name}", value)
        app: Any = create_app(Settings(releases_dir=release_dir))
    return {
        "routes": {rule.endpoint for rule in app.server.url_map.iter_rules()},
        "pages": {page.id for page in PAGES},
        "callbacks": set(rules.callback_names(app.callback_map).values()),
    }


@pytest.mark.parametrize("part", ["routes", "pages", "callbacks"])
def test_everything_that_answers_has_a_rule_and_no_rule_is_left_over(
    held: dict[str, set[str]], part: str
) -> None:
    ruled = set(rules.table()[part])
    assert sorted(held[part] - ruled) == [], f"add to {RULES}, under {part}: which right does it ask for?"
    assert sorted(ruled - held[part]) == [], f"take out of {RULES}, under {part}"


def test_callbacks_have_names_of_their_own(held: dict[str, set[str]], release_dir: Path) -> None:
    app: Any = create_app(Settings(releases_dir=release_dir))
    names = list(rules.callback_names(app.callback_map).values())
    assert len(names) == len(set(names)), "two callbacks of one module with one name share a rule"


def test_no_rule_stands_twice() -> None:
    """YAML keeps the last of two equal keys without a word."""
    for part, entries in yaml.safe_load(FILE.read_text("utf-8")).items():
        lines = FILE.read_text("utf-8").split(f"\n{part}:\n")[1].split("\n\n")[0].splitlines()
        assert len([line for line in lines if line.startswith("  ")]) == len(entries), part


def test_what_is_logged_is_something_that_has_a_rule() -> None:
    table = rules.table()
    assert set(table["acts"]) <= set(table["routes"]) | set(table["callbacks"])


def test_what_costs_much_is_counted() -> None:
    """What is taken away, brought or asked of the interface has a rate, whose kind the settings know."""
    table = rules.table()
    counted = set(table["rates"])
    assert counted <= set(table["routes"]) | set(table["callbacks"])
    assert set(table["rates"].values()) == set(People().rates())
    assert sorted({name for name, act in table["acts"].items() if act == EXPORTED} - counted) == []
    assert sorted({name for name in table["routes"] if name.startswith("api.")} - counted) == []
    assert {"access.sign_in", "access.password", "access.start", "access.finish"} <= counted
