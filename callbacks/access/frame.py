"""The frame of the app for who is signed in: name, ways to the own account, and what the role may not see."""

from callbacks.access.browser import csrf
from callbacks.people import current
from layouts.pages import access


def dressed(html: str) -> str:
    """The first HTML with the bar of the person, their rights and the token of their writes."""
    person = current()
    parts = {"%may%": "", "%csrf%": "", "%person%": ""}
    if person.signed_in:
        parts = {
            "%may%": access.may_attribute(person.rights),
            "%csrf%": access.csrf_tag(csrf()),
            "%person%": access.person_bar(access.Bar(person.name, person.role, person.rights, csrf())),
        }
    for mark, text in parts.items():
        html = html.replace(mark, text, 1)
    return html
