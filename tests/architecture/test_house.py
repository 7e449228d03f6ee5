"""The house rules of docs/architecture.md, measured: sizes, names in code, purity, repository."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = (
    "indices",
    "etl",
    "layouts",
    "callbacks",
    "exports",
    "people",
    "workspace",
    "configuration",
    "service",
)
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
STANDARD_OR_NUMERIC = {"numpy", "pandas", "scipy", "pydantic", "indices"}


@cache
def product_files() -> tuple[Path, ...]:
    """Every Python file of the product itself: not tests, not bench."""
    found = [ROOT / "app.py"]
    for part in PARTS:
        found += sorted((ROOT / part).rglob("*.py"))
    return tuple(found)


@cache
def parsed(path: Path) -> ast.Module:
    """The syntax tree of one file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the product with the place it stands."""
    for path in product_files():
        for node in ast.walk(parsed(path)):
            if isinstance(node, FUNCTION):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last statement."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def argument_count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Named arguments, self and cls apart."""
    names = [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    return len([n for n in names if n not in {"self", "cls"}])


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the constants that are docstrings."""
    holders = (ast.Module, ast.ClassDef, *FUNCTION)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr):
            found.add(id(node.body[0].value))
    return found


def constants() -> Iterator[tuple[str, object]]:
    """Every literal of the product's code that is not a docstring, with its place."""
    for path in product_files():
        skip = docstrings(parsed(path))
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Constant) and id(node) not in skip:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value


def index_codes() -> set[str]:
    """Codes of the indices, from the definitions."""
    lines = (ROOT / "indices/definitions/indices.csv").read_text(encoding="utf-8-sig").splitlines()
    return {line.split(",")[0] for line in lines[1:] if line.strip()}


def test_functions_stay_small() -> None:
    lengths = sorted(length(node) for _, node in functions())
    assert len(lengths) > 100
    assert statistics.median(lengths) <= 10
    assert lengths[int(0.95 * len(lengths))] <= 45
    assert [place for place, node in functions() if length(node) > 60] == []


def test_functions_take_at_most_five_arguments() -> None:
    assert [place for place, node in functions() if argument_count(node) > 5] == []


def test_modules_stay_small() -> None:
    sizes = {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8").count("\n") for p in product_files()}
    assert {name: size for name, size in sizes.items() if size > 500} == {}
    assert sizes["app.py"] < 80


def test_no_index_is_named_in_code() -> None:
    codes = index_codes()
    assert codes
    assert [(place, value) for place, value in constants() if value in codes] == []


def test_no_year_is_named_in_code() -> None:
    years = [
        (place, value)
        for place, value in constants()
        if (type(value) is int and 1990 <= value <= 2100)
        or (isinstance(value, str) and re.fullmatch(r"(19|20)\d\d", value))
    ]
    assert years == []


def test_vietnamese_text_lives_in_translations_and_definitions() -> None:
    vietnamese = re.compile(
        r"[ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]{1}\w*\s+\w", re.I
    )
    assert [
        (place, value) for place, value in constants() if isinstance(value, str) and vietnamese.search(value)
    ] == []


def test_the_domain_imports_only_numbers_and_itself() -> None:
    found = set()
    for path in (p for p in product_files() if p.is_relative_to(ROOT / "indices")):
        for node in ast.walk(parsed(path)):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
            found |= {name.split(".")[0] for name in names}
    foreign = found - STANDARD_OR_NUMERIC - set(sys.stdlib_module_names)
    assert foreign == set()
    assert found & {"pathlib", "os", "io", "shutil", "tempfile", "socket", "urllib"} == set()


def test_imports_stand_at_the_top() -> None:
    hidden = []
    for place, node in functions():
        hidden += [place for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]
    assert hidden == []


def test_public_functions_say_what_they_mean() -> None:
    silent = []
    for path in product_files():
        body = parsed(path).body
        silent += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in body
            if isinstance(node, (*FUNCTION, ast.ClassDef))
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert silent == []


def tracked() -> list[Path]:
    """Files under version control (or all files when git is not there)."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / line for line in done.stdout.splitlines() if (ROOT / line).is_file()]


def test_the_repository_stays_lean() -> None:
    files = tracked()
    assert [str(p) for p in files if p.stat().st_size > 10_000_000] == []
    forbidden = {".xlsx", ".xls", ".ods", ".duckdb", ".parquet", ".docx", ".pptx", ".pdf", ".zip"}
    assert [str(p) for p in files if p.suffix.lower() in forbidden] == []
    pictures = [p for p in files if p.suffix.lower() in {".png", ".jpg", ".jpeg"}]
    assert [p.name for p in pictures] in ([], ["overview.png"])
    assert all(p.stat().st_size < 300_000 for p in pictures)


def test_the_lock_pins_everything_and_names_no_registry() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        blocks = re.split(r"\n(?=\S)", text)
        pins = [b for b in blocks if re.match(r"[a-z0-9]", b)]
        assert pins
        assert [b.splitlines()[0] for b in pins if "==" not in b or "--hash=sha256:" not in b] == []


def test_the_app_names_no_outside_address() -> None:
    """Texts served to a browser hold no address to fetch from (fonts, scripts, tiles)."""
    allowed = {"http://www.w3.org/2000/svg", "http://127.0.0.1"}
    found = []
    for path in [*product_files(), *(ROOT / "layouts/assets").rglob("*")]:
        if path.is_file() and path.suffix in {".py", ".css", ".js", ".svg", ".html"}:
            urls = re.findall(r"https?://[^\s\"')]+", path.read_text(encoding="utf-8"))
            found += [(path.name, u) for u in urls if not any(u.startswith(a) for a in allowed)]
    assert found == []
