"""The engine as a library: the worked example runs, the interface is documented, imports stay light."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import indices

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "engine.md").read_text(encoding="utf-8")
NAMES = [(module, name) for module, names in indices.API.items() for name in names]


def blocks() -> list[str]:
    """The Python blocks of the page."""
    return re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)


def test_the_worked_example_runs() -> None:
    assert len(blocks()) == 1
    for block in blocks():
        exec(compile(block, "docs/engine.md", "exec"), {"__name__": "example"})


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda item: str(item))
def test_every_public_name_exists_and_says_what_it_means(module: str, name: str) -> None:
    found = getattr(import_module(f"indices.{module}"), name)
    if inspect.isfunction(found) or inspect.isclass(found):
        assert (found.__doc__ or "").strip()
        assert found.__doc__ != f"{name}()"


@pytest.mark.parametrize("module", indices.API)
def test_every_public_module_and_name_is_in_the_page(module: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{module}` |"))
    listed = set(re.findall(r"`(\w+)`", row.split("|")[2]))
    assert listed == set(indices.API[module])


def test_modules_are_reached_through_the_package() -> None:
    assert indices.trace.trace_cell is import_module("indices.trace").trace_cell
    assert "trace" in dir(indices)
    with pytest.raises(AttributeError):
        _ = indices.nothing_of_the_kind


def python(code: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import indices, sys; print([m for m in ('numpy', 'pandas', 'scipy') if m in sys.modules])"
    assert python(code).strip() == "[]"


def test_no_public_module_pulls_in_a_screen_or_a_database() -> None:
    code = (
        "import indices, sys\n"
        "for name in indices.API: getattr(indices, name)\n"
        "print([m for m in ('dash', 'duckdb', 'sqlalchemy', 'plotly', 'etl') if m in sys.modules])"
    )
    assert python(code).strip() == "[]"


def test_the_package_is_marked_as_typed() -> None:
    assert (ROOT / "indices" / "py.typed").exists()
