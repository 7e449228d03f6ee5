"""What can go wrong with people's accounts, as problems a screen can tell in its own words."""

from __future__ import annotations

from indices.errors import DataError, Problem


class PeopleError(DataError):
    """Something about an account or a setting that cannot be."""

    exit_code = 9


class RuleError(PeopleError):
    """One thing that cannot be done or kept; `code` names it for a screen, `values` fill its sentence."""

    def __init__(self, code: str, what: str, **values: object) -> None:
        """Say in one sentence what is wrong."""
        self.code, self.values = code, values
        super().__init__([Problem(what)])
