"""Words for criteria that a later framework renumbered, merged or split."""

from collections.abc import Mapping
from typing import Any

from layouts.text import has, t

ENDED = ("merged", "split", "unconfirmed")


def ended_reason(row: Mapping[str, Any], lang: str) -> str:
    """Why a criterion cannot be followed into the earlier framework: merged, split, or nobody confirmed."""
    codes = str(row["prev_code"]).replace(";", ", ")
    return t(f"ranking.why.{row['prev_link']}", lang, year=int(row["prev_year"]), codes=codes)


def old_code(row: Mapping[str, Any], lang: str) -> str:
    """The code that the criterion had in the year compared with, in words; blank where it is the same."""
    before = row.get("prev_code")
    if not has(before) or before == row["component_code"]:
        return ""
    return t("components.was_code", lang, code=before, year=int(row["prev_year"]))
