"""A bullet bar: how far a measured value is towards its target. Plain HTML: no script, prints, scales."""

from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True)
class Bullet:
    """Places on the track as shares 0-1 of its length: value None = no observation; target always stands."""

    value: float | None
    target: float
    status: str
    label: str


def scale(value: float | None, target: float, low: float, high: float) -> tuple[float | None, float]:
    """Value and target as shares of a track from low to high, kept inside it."""
    span = (high - low) or 1.0

    def place(number: float) -> float:
        return min(1.0, max(0.0, (number - low) / span))

    return (None if value is None else place(value)), place(target)


def rank_scale(rank: float | None, target: float, n: float) -> tuple[float | None, float]:
    """Ranks as shares: the first of n fills the track, the last leaves it empty."""
    return scale(None if rank is None else n + 1 - rank, n + 1 - target, 0, n)


def bullet(item: Bullet) -> Component:
    """The bar. Its meaning is in `label`, read by screen readers; beside it the page writes the numbers."""
    fill = (
        []
        if item.value is None
        else [html.Div(className="bullet-fill", style={"width": f"{item.value * 100:.1f}%"})]
    )
    mark = html.Div(className="bullet-mark", style={"left": f"{item.target * 100:.1f}%"})
    return html.Div(
        [*fill, mark], className=f"bullet bullet-{item.status}", role="img", **{"aria-label": item.label}
    )
