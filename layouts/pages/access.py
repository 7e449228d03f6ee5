"""People on the screen: the bar of who is signed in, a refusal, and the forms of accounts."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dash import html
from dash.development.base_component import Component
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from layouts import shell
from layouts.text import LANGS, day, t, word

FOLDER = Path(__file__).parent.parent / "templates"
PEOPLE, LOG, KEYS = "/nguoi-dung", "/nhat-ky", "/khoa"
WAYS = (("people.manage", PEOPLE, "people"), ("audit.read", LOG, "log"))

__all__ = ["LANGS", "Bar", "csrf_tag", "may_attribute", "person_bar", "refused", "render"]


@dataclass(frozen=True)
class Bar:
    """Who is signed in: name, role, rights, and the token that signing out needs."""

    name: str
    role: str
    rights: Collection[str]
    csrf: str

    @property
    def ways(self) -> list[tuple[str, str]]:
        """Addresses that this person may open beside the pages, with the key of their names."""
        return [(path, key) for right, path, key in WAYS if right in self.rights]


@cache
def environment() -> Environment:
    """What templates are drawn by: everything in them escaped, a value nobody gave an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=select_autoescape(), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.globals.update(t=t, word=word, langs=LANGS, day=day)
    # Both are our own words, not anybody's.
    made.globals["variables"] = Markup(shell.theme.css_variables())  # nosec B704
    made.globals["theme_script"] = Markup(shell.THEME_SCRIPT)  # nosec B704
    return made


def render(name: str, lang: str, **values: object) -> str:
    """The page of a template, everything in it escaped. Raises UndefinedError for a value nobody gave."""
    return environment().get_template(f"access/{name}.html").render(lang=lang, **values)


def person_bar(bar: Bar) -> str:
    """The bar over every page, in all languages: one of them shows (assets/access.css)."""
    return environment().get_template("access/bar.html").render(bar=bar)


def may_attribute(rights: Collection[str]) -> str:
    """What the person may do, for the style sheet to hide what leads nowhere."""
    return f' data-may="{escape(" ".join(sorted(rights)))}"'


def csrf_tag(token: str) -> str:
    """The token that assets/access.js sends with every write."""
    return f'<meta name="csrf-token" content="{escape(token)}">'


def refused(lang: str) -> Component:
    """In the place of a page that the role may not see."""
    return html.Div(
        className="empty state-page",
        children=[
            html.H1(t("access.refused.title", lang)),
            html.P(t("access.refused.page", lang)),
            html.Div(html.A(t("notice.home", lang), href="/"), className="state-ways"),
        ],
    )
