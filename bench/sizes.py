"""Sizes as they are typed for the benches of microdata: below a thousand they are millions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

MILLION: Final = 1_000_000
# Nobody measures so few rows.
FEWEST: Final = 1_000
# MiB that any size may take at its peak.
PEAK: Final = 2048.0


def sizes(words: Sequence[str], usual: tuple[int, ...]) -> tuple[int, ...]:
    """How many rows each word asks for ("1 10 50": millions; "2000000": as it stands), the usual ones without
    words. Raises ValueError for what is no size."""
    counts = tuple(int(word.replace("_", "")) for word in words)
    if any(count <= 0 for count in counts):
        raise ValueError("a size is more than nought")
    return tuple(count * MILLION if count < FEWEST else count for count in counts) or usual
