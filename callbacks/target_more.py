"""What the targets page asks for beside the status: where the result is written, an honest forecast."""

from collections.abc import Iterable, Mapping
from typing import Any

from callbacks import engine
from callbacks.services import Services
from indices.forecast import Forecast, ForecastSettings, forecast
from indices.trend import comparable_run
from layouts.text import has
from layouts.views import Row

RANK, COUNT, NO_SERIES = "rank_depends", "counts_only", "too_short"


def evidence(services: Services, row: Row, observations: Iterable[Row], sources: Mapping[str, Row]) -> str:
    """Publisher, document and number of the source of the measured figure; "" where nothing is measured."""
    if not has(row["measured_value"]):
        return ""
    if has(row["observation_id"]):
        ids = [one["source_id"] for one in observations if one["observation_id"] == row["observation_id"]]
    else:
        ids = _score_sources(services, row)
    told = [sources[one] for one in dict.fromkeys(ids) if one in sources]
    return "; ".join(f"{one['publisher']}: {one['document']} ({one['source_id']})" for one in told)


def _score_sources(services: Services, row: Row) -> list[Any]:
    kind, _, codes = str(row["measure"] or "").partition(":")
    if kind not in ("score", "rank"):
        return []
    unit = row["measured_unit_id"] if has(row["measured_unit_id"]) else row["unit_id"]
    found = services.warehouse.scores(codes, int(row["measured_year"]), unit_id=unit, component_code=codes)
    return list(found["source_id"].dropna())


def read_forecast(services: Services, row: Row, observations: Iterable[Row]) -> Forecast:
    """A forecast of the measured figure for the due year, or for the year after it where none is set.

    None is made of a rank (it depends on the others' scores too) or of a count of components.
    """
    kind, _, index = str(row["measure"] or "").partition(":")
    last = int(row["measured_year"]) if has(row["measured_year"]) else 0
    due = int(row["due_year"]) if has(row["due_year"]) else last + 1
    if kind not in ("score", "observed"):
        return Forecast(due, 0, RANK if kind == "rank" else COUNT)
    points, scale = _scores(services, index, row) if kind == "score" else (_observed(observations), None)
    if not points or due <= max(points):
        return Forecast(due, len(points), NO_SERIES)
    return forecast(list(points), list(points.values()), due, scale)


def _scores(services: Services, index: str, row: Row) -> tuple[dict[int, float], ForecastSettings | None]:
    """Totals of the last years that may be compared with each other, and the ends of their scale."""
    rows = services.warehouse.scores(index, unit_id=str(row["unit_id"]), component_code=index, view="main")
    values = rows[rows["value"].notna()].set_index("year")["value"].sort_index()
    if values.empty:
        return {}, None
    years = [int(year) for year in values.index]
    run = comparable_run(engine.read_registry(services, index), (index, index), years)
    top = rows["max_score"].dropna()
    settings = ForecastSettings(low=0.0, high=float(top.iloc[-1]) if len(top) else None)
    return {year: float(values[year]) for year in run}, settings


def _observed(observations: Iterable[Row]) -> dict[int, float]:
    measured = [one for one in observations if one["relation"] == "measures" and has(one["value"])]
    return {int(one["year"]): float(one["value"]) for one in sorted(measured, key=lambda one: one["year"])}
