"""Roles and rights, from `rights.yaml`, and the person who asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

VIEW: Final = "view"
EXPORT: Final = "export"
PLAN_WRITE: Final = "plan.write"
PLAN_WRITE_OWN: Final = "plan.write_own"
IMPORT: Final = "import"
PUBLISH: Final = "publish"
READER: Final = "reader"
ADMINISTRATOR: Final = "administrator"
READING: Final = frozenset({VIEW, EXPORT})


@cache
def _told() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("rights.yaml").read_text("utf-8"))
    return found


@cache
def rights() -> dict[str, str]:
    """Every right with its meaning."""
    return dict(_told()["rights"])


@cache
def roles() -> dict[str, frozenset[str]]:
    """Every role with its rights, from the least to the most. Raises ValueError for a right unknown."""
    found = {role: frozenset(given) for role, given in _told()["roles"].items()}
    unknown = {right for given in found.values() for right in given} - set(rights())
    if unknown:
        raise ValueError(f"rights.yaml: no such right: {', '.join(sorted(unknown))}")
    return found


@dataclass(frozen=True)
class Person:
    """Who asks. `id` is the account's, "" for the single user of one's own machine, who may do everything.

    `reads_only`: a program with a key of the person's.
    `department`: the body whose assignments a department editor may write on, as assignments name it.
    """

    id: str = ""
    login: str = ""
    name: str = ""
    role: str = ADMINISTRATOR
    department: str = ""
    reads_only: bool = False

    @property
    def signed_in(self) -> bool:
        """Whether the server knows who this is; if not, sign-in is off and names are as people type them."""
        return bool(self.id)

    @property
    def rights(self) -> frozenset[str]:
        """What the person's role may do; nothing for a role that is no more."""
        given = roles().get(self.role, frozenset())
        return given & READING if self.reads_only else given

    def may(self, right: str) -> bool:
        """Whether the person has a right."""
        return right in self.rights

    def owns(self, department: str) -> bool:
        """Whether a department is the person's own: the same words, capitals and spaces apart."""
        own = _same(self.department)
        return bool(own) and own == _same(department)

    def may_write_for(self, lead: str) -> bool:
        """Whether the person may write on an assignment of the body `lead`."""
        return self.may(PLAN_WRITE) or (self.may(PLAN_WRITE_OWN) and self.owns(lead))


def _same(text: str) -> str:
    return " ".join(text.casefold().split())


SINGLE_USER: Final = Person()
