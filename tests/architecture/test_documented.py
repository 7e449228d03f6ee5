"""What exists is documented: commands, settings, pages, rules, dependencies, translations, links."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.architecture import generated
from tests.architecture.test_house import PARTS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def read(*parts: str) -> str:
    """Text of a file of the project."""
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def test_every_make_target_for_people_is_in_the_readme() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", read("Makefile"), flags=re.M)
    assert "run" in targets
    assert [t for t in targets if f"make {t}" not in read("README.md")] == []


def test_starting_the_app_does_not_undo_a_roll_back() -> None:
    commands = re.findall(r"^RUN = (.*)$", read("Makefile"), flags=re.M)
    assert len(commands) == 2
    assert "-m etl.fresh || $(PY) -m etl build --if-changed" in commands[0]
    assert "-m service.start" in commands[1]
    assert 'BUILD = ("-m", "etl", "build", "--if-changed")' in read("service", "start.py")


def cli_words() -> tuple[set[str], set[str]]:
    """Commands and options of `python -m etl`, from the program itself."""
    import click
    import typer.main

    from etl.__main__ import app

    commands: set[str] = set()
    options: set[str] = set()

    def walk(command: click.Command, path: str) -> None:
        options.update(o for p in command.params for o in p.opts if o.startswith("--"))
        for name, child in getattr(command, "commands", {}).items():
            commands.add(f"{path}{name}")
            walk(child, f"{path}{name} ")

    walk(typer.main.get_command(app), "")
    return commands, options - {"--help", "--install-completion", "--show-completion"}


def test_every_command_and_option_is_documented() -> None:
    commands, options = cli_words()
    text = read("docs", "cli.md")
    assert {"build", "check", "list", "reconcile", "releases", "rollback"} <= commands
    assert [c for c in sorted(commands) if f"python -m etl {c}" not in text] == []
    assert [o for o in sorted(options) if f"`{o}" not in text] == []


def test_every_setting_is_documented() -> None:
    """One row a setting, in one document, with the value it has when nobody says anything."""
    from configuration.sources import name_of
    from service.settings import KINDS

    rows = re.findall(
        r"^\| `([A-Z_]+)` \|.*\| (.*) \|$", read("docs", "operations.md") + read("docs", "roles.md"), re.M
    )
    told = dict(rows)
    fields = {name_of(kind, name): held for kind in KINDS for name, held in kind.model_fields.items()}
    assert sorted(fields) == sorted(
        name for name, _ in rows if name not in ("CCHC_CONFIG", "CCHC_SECRETS_DIR")
    )
    plain = {name: held.default for name, held in fields.items() if type(held.default) in (int, str, bool)}
    usual = {
        name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in plain.items()
    }
    assert {n: told[n] for n, value in usual.items() if value and told[n].strip("`") != value} == {}


def test_every_class_of_settings_is_told_and_reads_the_same_places() -> None:
    from service.settings import KINDS

    def bases(node: ast.ClassDef) -> set[str]:
        return {getattr(base, "id", "") for base in node.bases}

    listed, astray = set(), []
    for path in (p for part in ("", *PARTS) for p in (ROOT / part).glob("**/*.py" if part else "*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and "Configured" in bases(node):
                listed.add((".".join(path.relative_to(ROOT).with_suffix("").parts), node.name))
            if isinstance(node, ast.ClassDef) and "BaseSettings" in bases(node) and node.name != "Configured":
                astray.append(f"{path.relative_to(ROOT)} {node.name}")
    assert astray == []
    assert listed == {(kind.__module__, kind.__name__) for kind in KINDS}


def test_every_page_is_documented() -> None:
    from callbacks.pages import PAGES

    text = read("docs", "pages.md")
    assert len(PAGES) >= 5
    assert [p.path for p in PAGES if f"`{p.path}`" not in text] == []


def test_every_rule_is_in_the_method() -> None:
    from indices.rules import RULES

    text = read("docs", "method.md")
    assert len(RULES) >= 7
    assert [name for name in RULES if f"`{name}`" not in text] == []


def test_every_check_on_imports_and_every_setting_of_it_is_documented() -> None:
    from dataclasses import asdict

    from etl.intake.checks import CHECKS, Limits

    text = read("docs", "checks.md")
    assert [check.id for check in CHECKS if f"| `{check.id}` | {check.level} |" not in text] == []
    assert [name for name, value in asdict(Limits()).items() if f"| `{name}` | {value:g} |" not in text] == []


def test_every_dependency_says_why() -> None:
    text = read("docs", "dependencies.md")
    for name in ("requirements.in", "requirements-dev.in"):
        lines = [x for x in read(name).splitlines() if re.match(r"[a-z]", x)]
        packages = [re.split(r"[<>=;\s\[]", x)[0] for x in lines]
        assert [p for p in packages if f"| {p} |" not in text] == []


def keys(tree: object, path: str = "") -> set[str]:
    """Dotted paths of the leaves of a translation file."""
    if not isinstance(tree, dict):
        return {path}
    return {k for name, child in tree.items() for k in keys(child, f"{path}.{name}" if path else str(name))}


def test_both_languages_say_the_same_things() -> None:
    vi, en = (yaml.safe_load(read("layouts", "translations", f"{x}.yaml")) for x in ("vi", "en"))
    assert keys(vi) == keys(en)
    assert len(keys(vi)) > 50


def placeholders(tree: object, path: str = "") -> dict[str, set[str]]:
    """The {names} each text expects."""
    if isinstance(tree, dict):
        return {k: v for n, child in tree.items() for k, v in placeholders(child, f"{path}.{n}").items()}
    return {path: set(re.findall(r"{(\w+)", str(tree)))}


def test_both_languages_use_the_same_values() -> None:
    vi, en = (
        placeholders(yaml.safe_load(read("layouts", "translations", f"{x}.yaml"))) for x in ("vi", "en")
    )
    assert {k: (vi[k], en[k]) for k in vi if vi[k] != en[k]} == {}


def test_every_text_asked_for_exists() -> None:
    vi = keys(yaml.safe_load(read("layouts", "translations", "vi.yaml")))
    missing = []
    for path in [*(ROOT / "layouts").rglob("*.py"), *(ROOT / "callbacks").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "t"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and node.args[0].value not in vi
            ):
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.args[0].value}")
    assert missing == []


@pytest.mark.parametrize("page", ["README.md", *sorted(str(p.relative_to(ROOT)) for p in DOCS.glob("*.md"))])
def test_links_between_documents_lead_somewhere(page: str) -> None:
    here = (ROOT / page).parent
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", read(page))
    assert [link for link in links if not (here / link).exists()] == []


def test_generated_parts_are_up_to_date(warehouse: object) -> None:
    stale = [path for path, text in generated.documents(warehouse).items() if read(path) != text]
    assert stale == [], "run `make docs`"
