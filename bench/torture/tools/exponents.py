"""How something grows with a size: the exponent p of cost ~ size^p, from costs at a few sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence

# Between these the exponent of the growing part is looked for.
LEAST, MOST = 0.01, 6.0
# Less growth than this in all tells nothing of how the growing part grows.
ENOUGH = 1.5


def slope(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """The slope of the last step in log-log: what doubling the largest size would do."""
    return math.log(costs[-1] / costs[-2]) / math.log(sizes[-1] / sizes[-2])


def growing(sizes: Sequence[float], costs: Sequence[float]) -> float | None:
    """The exponent p of cost = a + b * size^p through three sizes: a fixed cost does not hide it.

    None when the costs hardly grow, or do not grow at each step: chance would then decide.
    """
    if len(costs) != 3 or costs[-1] < ENOUGH * costs[0] or not costs[0] < costs[1] < costs[2]:
        return None
    wanted = (costs[2] - costs[1]) / (costs[1] - costs[0])
    low, high = LEAST, MOST
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _ratio(sizes, middle) < wanted else (low, middle)
    return (low + high) / 2


def _ratio(sizes: Sequence[float], power: float) -> float:
    first, second, third = (size**power for size in sizes)
    return (third - second) / (second - first)
