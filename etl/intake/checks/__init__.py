"""Checks beyond types on figures that are brought in: small functions, each with an id, a level and texts.

An error is certain (a score over its maximum, parts that do not make the whole) and stops the import; a
warning is only suspicious (two columns that seem exchanged) and a person must confirm it; a note only tells.
All of them are pure: rows in, findings out. docs/checks.md lists them.
"""

from etl.intake.checks.context import Banner, CheckContext, Limits
from etl.intake.checks.register import Check
from etl.intake.checks.run import CHECKS, check

__all__ = ["CHECKS", "Banner", "Check", "CheckContext", "Limits", "check"]
