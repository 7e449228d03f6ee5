"""Whether the figures of a column are on the scale of the component, and how texts write numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from etl.intake.context import Known
from etl.intake.guess.cells import Figures
from etl.intake.mapping_file import Numbers
from etl.readers.numbers import Style, decide

_FACTORS: Final = (100.0, 0.01)
# Scores of a smaller scale are not published as shares of one.
_LEAST_PERCENT: Final = 50.0


@dataclass(frozen=True)
class Scaled:
    """The factor of a column and how far it can be trusted (1: nothing speaks against it); `reason` a key of
    REASONS where there is something to say, with its facts."""

    factor: float = 1.0
    trust: float = 1.0
    reason: str = ""
    facts: dict[str, object] = field(default_factory=dict)


def scaled(figures: Figures, known: Known) -> Scaled:
    """Compare the values with the least and greatest score of the component."""
    if not figures.values:
        return Scaled()
    if known.high is None:
        return Scaled(1.0, 0.5, "column.percent_open") if figures.percents else Scaled()
    low, high = known.low or 0.0, known.high
    facts: dict[str, object] = {
        "low": _short(figures.low), "high": _short(figures.high), "least": _short(low), "most": _short(high),
    }  # fmt: skip
    share_like = figures.high <= 1.0 < high
    for factor in _FACTORS:
        on_scale = _inside(figures, low, high, 1.0) and not (share_like and factor > 1)
        if on_scale or not _plausible(figures, low, high, factor):
            continue
        trust = 0.95 if figures.percents == len(figures.values) or not share_like else 0.8
        return Scaled(factor, trust, "column.factor", facts | {"factor": f"{factor:g}"})
    if share_like and high > 1 and (figures.percents or figures.high <= 0.1 * high):
        return Scaled(1.0, 0.4, "column.scale_open", facts)
    if not _inside(figures, low, high, 1.0):
        return Scaled(1.0, 0.4, "column.outside", facts)
    return Scaled()


def _plausible(figures: Figures, low: float, high: float, factor: float) -> bool:
    """Whether a factor brings the values to the scale, and not to its very bottom."""
    small = factor > 1 and high < _LEAST_PERCENT
    return not small and _inside(figures, low, high, factor) and figures.high * factor >= 0.1 * high


def _inside(figures: Figures, low: float, high: float, factor: float) -> bool:
    room = 1e-6 * max(abs(high), 1.0)
    return figures.low * factor >= low - room and figures.high * factor <= high + room


def _short(number: float) -> str:
    return f"{number:.6g}"


def number_style(texts: Sequence[str]) -> tuple[Numbers, str]:
    """How texts write decimals: comma, dot, or auto with what leaves it open (blank: nothing does)."""
    decision = decide(texts)
    if not decision.usable:
        return "auto", decision.why
    styles: dict[Style, Numbers] = {Style.COMMA: "comma", Style.DOT: "dot"}
    return styles.get(decision.style, "auto"), ""
