"""What the JSON interface says when it cannot answer: RFC 9457 problems that name found and expected."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Final

MEDIA: Final = "application/problem+json"
BAD, MISSING, NOT_ALLOWED, FAILED = 400, 404, 405, 500
KINDS: Final = {
    "unknown_parameter": (BAD, "Unknown parameter"),
    "repeated_parameter": (BAD, "A parameter that takes one value has several"),
    "bad_value": (BAD, "A parameter has a value it cannot take"),
    "too_large": (BAD, "The file would be too large in this format"),
    "missing_parameter": (BAD, "A required parameter is missing"),
    "unknown_value": (MISSING, "There is nothing of that name in this release"),
    "no_such_cell": (MISSING, "This release has no such figure"),
    "no_such_route": (MISSING, "There is no such address"),
    "read_only": (NOT_ALLOWED, "This interface only reads"),
    "failed": (FAILED, "The answer could not be made"),
}


@dataclass(frozen=True)
class Told:
    """The particulars: which parameter, what stood there, what would do, and where to look on."""

    parameter: str = ""
    found: str = ""
    expected: str = ""
    hint: str = ""


class ApiError(Exception):
    """A request that cannot be answered; `kind` is one of KINDS."""

    def __init__(self, kind: str, told: Told) -> None:
        """Keep kind and particulars; the message is the sentence a reader of a log sees."""
        self.kind, self.told = kind, told
        self.status, self.title = KINDS[kind]
        super().__init__(f"{self.title}: {told.parameter} {told.found}".strip())

    def body(self, instance: str) -> dict[str, Any]:
        """The members of the problem; `instance` is the address that was asked."""
        told = {name: text for name, text in asdict(self.told).items() if text}
        return {
            "type": f"urn:problem:{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail(),
            "instance": instance,
            **told,
        }

    def detail(self) -> str:
        """One sentence: what was found, what was expected, what may help."""
        told = self.told
        name = f"{told.parameter}: " if told.parameter else ""
        found = f"found {told.found}" if told.found else "nothing was given"
        expected = f", expected {told.expected}" if told.expected else ""
        hint = f" ({told.hint})" if told.hint else ""
        return f"{name}{found}{expected}{hint}."
