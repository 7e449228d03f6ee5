"""How a figure is rounded where it is shown: one rule for screens, documents and sentences beside them."""

from __future__ import annotations

NUDGE = 1 + 1e-12  # so that 71.25, and the sum that should be it, round to 71.3


def rounded(value: float, decimals: int) -> float:
    """Rounded as spreadsheets and browsers show it, halves away from zero; never a negative zero.

    A chart that Excel or a browser draws and a sentence that says its number must not differ.
    """
    return round(float(value) * NUDGE, decimals) + 0.0
