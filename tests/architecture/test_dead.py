"""Nothing is kept that nobody uses: names of modules, classes of style sheets."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_house import PARTS, ROOT

MODULES = [*sorted(path for part in PARTS for path in (ROOT / part).rglob("*.py")), ROOT / "app.py"]
SHOWING = [
    path for part in PARTS for path in (ROOT / part).rglob("*") if path.suffix in (".py", ".js", ".html")
]
STYLES = sorted((ROOT / "layouts" / "assets").glob("*.css"))
# Classes that libraries give their own elements: the grid, Mantine, Dash and Plotly.
OF_OTHERS = re.compile(r"(ag|mantine|dash)-|annotation-text$|bartext$|nsewdrag$")


def read(path: Path) -> str:
    """The text of a file."""
    return path.read_text(encoding="utf-8")


def defined(tree: ast.Module) -> Iterator[str]:
    """Names that a module makes: functions and classes nobody hands over to a decorator, and constants."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if not node.decorator_list or isinstance(node, ast.ClassDef):
                yield node.name
        elif isinstance(node, ast.Assign):
            yield from (
                one.id for target in node.targets for one in ast.walk(target) if isinstance(one, ast.Name)
            )
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id


def test_every_name_of_a_module_is_used_somewhere() -> None:
    """In the product, or in what tries it as a library."""
    tests = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
    used = Counter(word for path in [*MODULES, *tests] for word in re.findall(r"\w+", read(path)))
    made = [(path.relative_to(ROOT), name) for path in MODULES for name in defined(ast.parse(read(path)))]
    assert len(made) > 1000
    assert [(str(path), name) for path, name in made if used[name] < 2 and not name.startswith("__")] == []


def test_every_class_of_the_style_sheets_is_given_to_something() -> None:
    """As it stands, or composed: `f"pill-{kind}"` gives every class that begins so."""
    shown = "\n".join(read(path) for path in SHOWING)
    begun = set(re.findall(r"(?<![\w-])([a-z][\w-]*-)\{", shown))
    given = set(re.findall(r"[a-z][\w-]*", shown))
    named: dict[str, str] = {}
    for path in STYLES:
        bare = re.sub(r"/\*.*?\*/|\"[^\"]*\"|\{[^{}]*\}", " ", read(path), flags=re.S)
        named |= dict.fromkeys(re.findall(r"\.([A-Za-z][\w-]*)", bare), path.name)
    assert len(named) > 300
    dead = [name for name in named if name not in given and not name.startswith(tuple(begun))]
    assert sorted((named[name], name) for name in dead if not OF_OTHERS.match(name)) == []
