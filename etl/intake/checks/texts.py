"""What each check is called and why it is there, in the languages of the product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from etl.plain_yaml import loaded

FOLDER = Path(__file__).with_name("texts")
# Texts of the checks, and of what reading finds.
FOLDERS = (FOLDER, Path(__file__).parents[1] / "layouts" / "texts")
LANGUAGES = ("vi", "en")


@dataclass(frozen=True)
class Told:
    """A check in one language: `title` (what is wrong), `why` (what it means), `mend` (what to do)."""

    title: str
    why: str = ""
    mend: str = ""


@cache
def catalogue(language: str) -> dict[str, Told]:
    """Texts of all checks of a language by their ids. Ids of reading and privacy are among them."""
    contents = [loaded((folder / f"{language}.yaml").read_text("utf-8")) for folder in FOLDERS]
    return {
        f"{family}.{name}": Told(**texts)
        for content in contents
        for family, checks in content["checks"].items()
        for name, texts in checks.items()
    }


def told(check: str, language: str) -> Told | None:
    """Texts of one check; None for a check that the catalogue does not name."""
    return catalogue(language).get(check)


@cache
def words(language: str) -> dict[str, str]:
    """Words around the findings: names of the levels, headings of the report."""
    content = loaded((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
    return dict(content["words"])
