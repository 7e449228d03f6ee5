"""The registry of pages. To add one: write callbacks/<page>.py with PAGE, add it here, name it in texts."""

from callbacks import (
    audit,
    briefing,
    compare,
    components,
    criterion,
    data,
    dossiers,
    intake,
    internal,
    overview,
    plan,
    ranking,
    simulate,
    styles,
    survey,
    targets,
    trends,
)
from callbacks.api import page as api
from callbacks.services import Page

PAGES: tuple[Page, ...] = (
    overview.PAGE,
    ranking.PAGE,
    components.PAGE,
    criterion.PAGE,
    compare.PAGE,
    trends.PAGE,
    targets.PAGE,
    simulate.PAGE,
    briefing.PAGE,
    plan.PAGE,
    internal.PAGE,
    survey.PAGE,
    dossiers.PAGE,
    audit.PAGE,
    data.PAGE,
    intake.PAGE,
    api.PAGE,
    styles.PAGE,
)
HOME = PAGES[0]
GROUPS = ("results", "action", "ground", "audit")


def find(pathname: str | None) -> Page | None:
    """The page at a path (a trailing slash is forgiven); None when there is none."""
    path = "/" + (pathname or "").strip("/")
    return next((page for page in PAGES if page.path == path), None)
