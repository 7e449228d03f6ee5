"""The page of styles: nothing is asked of the release but its id, which a saved picture names."""

from callbacks.services import Page, Rendered, Services
from callbacks.url_state import ViewState
from layouts.pages import styles
from layouts.text import t


def render(services: Services, state: ViewState) -> Rendered:
    """Every component in every state, in the language of the address."""
    return Rendered(styles.layout(services.release_id(), state.lang), t("nav.styles", state.lang))


PAGE = Page(id="styles", path="/kieu", group="audit", controls=(), render=render, listed=False)
