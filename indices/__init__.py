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
    "references": ("pooled_reference", "pooled_over"),
    "groups": ("GROUP_RULES", "GroupRule"),
    "pipeline": ("Processing", "Stages", "run"),
    "strengths": ("rank_table", "group_ranks", "strengths", "weaknesses"),
    "outrank": (
        "outranking", "copeland_scores", "ranking_support", "supported_rankings", "profile_duels",
        "borda_points", "condorcet_winner",
    ),
    "pairwise": ("Comparison", "pairwise_weights"),
    "benefit": ("Bounds", "benefit_of_the_doubt"),
    "plan": ("Plan", "make_plan", "rescore"),
    "draws": ("Uncertain", "Sampling"),
    "uncertainty": ("Observed", "Model", "make_model", "simulate"),
    "simulated": ("Simulation", "Grouping"),
    "sobol": ("sobol_indices", "sensitivity"),
    "standing": ("Field",),
    "scenario": ("Engine", "Outcome", "make_engine"),
    "ledger": ("Case", "Falls", "make_case", "ledger", "risks", "recovered_together"),
    "benchmarks": ("History", "caps", "falls"),
    "held": ("Crowd", "HeldCase", "held_case"),
    "path": ("Goal", "Effort", "Route", "least_effort"),
    "rank_range": ("rank_range", "Extreme"),
    "survey_sample": ("ItemScale", "Sample", "take"),
    "survey_totals": ("Totals", "totals", "merge", "pooled"),
    "survey_design": ("Design", "make_design", "oddities"),
    "survey": ("Estimates", "estimate", "table"),
    "survey_interval": ("Confidence", "interval"),
    "survey_rollup": ("RollUp", "estimate_tree"),
    "survey_compare": ("Pairs", "differences", "holm", "benjamini_hochberg"),
    "survey_target": ("Precision", "gap_to_target", "respondents", "to_tell"),
    "survey_drivers": ("Moments", "moments", "Drivers", "drivers"),
    "survey_rake": ("Raked", "rake"),
    "disclosure": ("Hidden", "hide"),
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
