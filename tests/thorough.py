"""How far a run goes: at length where CCHC_FUZZ=all says so (`make torture`), a share of it otherwise."""

import os
from collections.abc import Sequence
from itertools import product
from typing import TypeVar

import pytest

One = TypeVar("One")
Other = TypeVar("Other")
AT_LENGTH = os.environ.get("CCHC_FUZZ") == "all"
at_length = pytest.mark.skipif(not AT_LENGTH, reason="at length only: CCHC_FUZZ=all, make torture")


def covering(ones: Sequence[One], others: Sequence[Other]) -> list[tuple[One, Other]]:
    """Pairs in which each of both occurs; at length every pair."""
    if AT_LENGTH:
        return list(product(ones, others))
    most = max(len(ones), len(others))
    return [(ones[n % len(ones)], others[n % len(others)]) for n in range(most)]
