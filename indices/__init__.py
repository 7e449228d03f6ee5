"""How composite indices are defined, scored, ranked and compared. Pure: no files, screen or database.

The public interface is the names of `API`, by module; docs/engine.md explains them with a worked example. A
module is loaded when it is first asked for, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType
from typing import Final

API: Final[dict[str, tuple[str, ...]]] = {
    "errors": ("Problem", "DataError", "DefinitionError", "SourceError"),
    "framework": ("RawDefinition", "Framework", "parse_framework"),
    "registry": ("IndexInfo", "Registry", "Verdict", "build_registry"),
    "tree": ("Node", "Tree"),
    "rules": ("RULES", "Rule", "Children"),
    "scoring": ("recompute", "score", "Scored", "influence", "is_computable"),
    "ranking": ("rank_values",),
    "analysis": ("AnalysisInputs", "analyse"),
    "gaps": ("peer_gaps",),
    "targets": ("evaluate_targets", "Goal", "judge"),
    "audit": (
        "correlations", "correlation_flags", "cronbach_alpha", "alphas", "index_correlations", "Limits",
    ),
    "audit_pca": ("principal_components", "components_to_keep", "PrincipalComponents"),
    "audit_weights": (
        "effective_weights", "variance_shares", "leave_one_out", "balance_weights", "correlation_shares",
        "Balance",
    ),
    "themes": ("parse_themes", "theme_weaknesses", "Theme", "ThemeLink", "ThemeSettings", "ThemeReport"),
    "trend": ("comparable_run", "classify", "slope", "pace", "Trend", "TrendSettings", "Pace"),
    "forecast": ("forecast", "Forecast", "ForecastSettings"),
    "decompose": ("decompose", "year_values", "YearPair", "Decomposition"),
    "backcast": ("backcast", "backcast_ranks", "population_weights", "BackcastRule"),
    "trace": ("trace_cell", "trace", "to_frame", "Step", "Source"),
    "trace_inputs": ("trace_inputs", "needs_everyone", "Cell", "TraceInputs"),
    "continuity": ("continuations", "carried_on"),
    "prepare": ("prepare", "count_imputed", "Prepared"),
    "contributions": ("contributions", "Contributions"),
    "normalise": ("NORMALISATIONS", "normalise"),
    "scale": ("Scale", "Normalisation"),
    "missing": ("impute", "coverage", "covered"),
    "outliers": ("treat", "Shape", "Treated"),
    "plan": ("Plan", "make_plan", "rescore"),
    "draws": ("Uncertain", "Sampling"),
    "uncertainty": ("Observed", "Model", "make_model", "simulate"),
    "simulated": ("Simulation", "Grouping"),
    "sobol": ("sobol_indices", "sensitivity"),
    "standing": ("Field",),
    "scenario": ("Engine", "make_engine"),
    "ledger": ("Case", "Falls", "make_case", "ledger", "risks", "recovered_together"),
    "held": ("Crowd", "HeldCase", "held_case"),
    "path": ("Goal", "Effort", "Route", "least_effort"),
    "rank_range": ("rank_range", "Extreme"),
}  # fmt: skip
__all__ = ["API", *API]  # noqa: PLE0604


def __getattr__(name: str) -> ModuleType:
    """A public module, loaded when first asked for. Raises AttributeError for any other name."""
    if name not in API:
        raise AttributeError(f"module {__name__} has no attribute {name}")
    return import_module(f"{__name__}.{name}")


def __dir__() -> list[str]:
    """The public modules and API."""
    return sorted(__all__)
