"""Who is in front of the screen, in one call: `current()`. All else about people is in `access/`."""

from flask import g, has_request_context

from people.rights import SINGLE_USER, Person


def current() -> Person:
    """Who asks in this request. With sign-in off, and outside of requests: the single user, who may all."""
    person: Person = g.get("person", SINGLE_USER) if has_request_context() else SINGLE_USER
    return person


def may(right: str) -> bool:
    """Whether who asks has a right of `people/rights.yaml`."""
    return current().may(right)


def did(action: str, what: str) -> None:
    """Note something that was done, for the log of who did what: written once the request is answered."""
    if has_request_context():
        g.setdefault("deeds", []).append((action, what))


def author(typed: str | None) -> str:
    """The name to write under: of who is signed in; as typed where the server knows nobody."""
    person = current()
    return person.name if person.signed_in else (typed or "").strip()
