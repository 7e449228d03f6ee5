"""What the audit page tells of one index and year: reconciliation, correlations, weights."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from callbacks.engine import IndexYear, read_year, without_parts
from callbacks.services import Services
from callbacks.subject import known
from callbacks.url_state import ViewState
from indices.audit import alphas, correlation_flags, oriented
from indices.audit_pca import PrincipalComponents, components_to_keep, principal_components
from indices.audit_weights import leave_one_out, variance_shares
from indices.tree import Tree
from layouts import text
from layouts.components.twin import plain
from layouts.figure_ref import ref_of
from layouts.frames import as_rows
from layouts.pages.audit_parts import PartsView
from layouts.pages.audit_recon import ReconView
from layouts.pages.audit_weights import WeightsView
from layouts.pages.data_parts import CLASSES

FEWEST: Final = 10  # units under which a correlation says nothing worth telling
SHOWN: Final = 25
AGREES: Final = ("exact", "within_rounding", "summed")


def names_of(services: Services, index: str, year: int, lang: str) -> dict[str, str]:
    """Names of the components of a year by code."""
    rows = as_rows(known(services, "components", index, year))
    return {str(row["component_code"]): text.name(row, lang) for row in rows}


def unit_names(services: Services, lang: str) -> dict[str, str]:
    """Names of all units by id."""
    return {row["unit_id"]: text.name(row, lang) for row in as_rows(known(services, "units"))}


def meta_of(services: Services, index: str, year: int) -> dict[str, Any]:
    """What downloads say of the origin of worked-out figures."""
    return {"source": [], "release_id": services.release_id(), "filters": [f"{index} {year}"]}


def recon_view(services: Services, state: ViewState, year: int) -> ReconView:
    """Published against recomputed: all years of the index, the largest residuals of the chosen one."""
    index, lang = state.index, state.lang
    rows = known(services, "reconciliation", index)
    sums = dict.fromkeys(("cells", *CLASSES), "sum") | {"max_abs_residual": "max"}
    yearly = rows.groupby("year", as_index=False).agg(sums).sort_values("year", ascending=False)
    return ReconView(
        services.facts().index(index).name(lang),
        year,
        [_year_row(row) for row in as_rows(yearly)],
        largest_residuals(services, state, year),
        _known_rows(services, index, lang),
    )


def _year_row(row: dict[str, Any]) -> dict[str, Any]:
    counts = {name: int(row[name]) for name in ("cells", *CLASSES)}
    return {"year": int(row["year"]), "largest": plain(row["max_abs_residual"])} | counts


def largest_residuals(services: Services, state: ViewState, year: int) -> list[dict[str, Any]]:
    """The cells of the year that differ most from what was recomputed, beyond rounding."""
    rows = services.kept(("residuals", state.index, year), lambda: _residuals(services, state.index, year))
    return [
        {
            "unit": text.name(row, state.lang, "unit_name"),
            "component": text.name(row, state.lang, "component_name"),
            "class": row["residual_class"],
            "refs": {"published": ref_of(row), "recomputed": ref_of(row)},
            **{name: plain(row[name]) for name in ("published", "recomputed", "residual")},
        }
        for row in as_rows(rows)
    ]


def _residuals(services: Services, index: str, year: int) -> pd.DataFrame:
    rows = services.warehouse.scores(index, year)
    rows = rows[rows["residual"].notna() & ~rows["residual_class"].isin(AGREES)]
    order = rows["residual"].abs().sort_values(ascending=False, kind="stable").index
    return rows.loc[order].drop_duplicates(["unit_id", "component_code"]).head(SHOWN)


def _known_rows(services: Services, index: str, lang: str) -> list[dict[str, Any]]:
    rows = known(services, "known_differences")
    return [
        {
            "year": int(row["year"]),
            "component": row["component_code"],
            "most": plain(row["max_abs"]),
            "reason": text.name(row, lang, "reason"),
        }
        for row in as_rows(rows[rows["index_code"] == index])
    ]


@dataclass(frozen=True)
class Parts:
    """What the engine's audit says of the parts of an index: see `indices.audit` and `indices.audit_pca`."""

    flags: pd.DataFrame
    alphas: pd.DataFrame
    pca: PrincipalComponents | None


def read_parts(services: Services, index: str, year: int) -> Parts | None:
    """The audit of the parts, worked out once a release; None with fewer than FEWEST units."""
    return services.kept(("audit-parts", index, year), lambda: _read_parts(services, index, year))


def enough(found: IndexYear | None) -> bool:
    """Whether enough units have all parts of some branch, or at least two of them."""
    if found is None:
        return False
    parts = [[c for c in found.tree.nodes[code].children if c in found.values] for code in found.tree.inner()]
    return any(int(found.values[some].notna().sum(axis=1).gt(1).sum()) >= FEWEST for some in parts)


def whole_units(found: IndexYear, code: str) -> int:
    """How many units have every part of a branch that anybody has."""
    parts = [child for child in found.tree.nodes[code].children if child in found.values]
    return int(found.values[parts].notna().all(axis=1).sum())


def _read_parts(services: Services, index: str, year: int) -> Parts | None:
    found = read_year(services, index, year)
    if found is None or not enough(found):
        return None
    tree, values = found.tree, found.values
    top = [code for code in tree.nodes[tree.root].children if code in values]
    try:
        pca = principal_components(oriented(tree, values)[top])
    except ValueError:
        pca = None
    if pca is not None and pca.units < FEWEST:
        pca = None
    flags, alpha = correlation_flags(tree, values), alphas(tree, values)
    held = [whole_units(found, str(code)) >= FEWEST for code in alpha["code"]]
    return Parts(flags[flags["n"] >= FEWEST].reset_index(drop=True), alpha[held].reset_index(drop=True), pca)


def parts_view(services: Services, state: ViewState, year: int) -> PartsView:
    """Correlations, alpha and principal components of the parts of the index."""
    index, found = state.index, read_parts(services, state.index, year)
    engine = read_year(services, index, year)
    none = pd.DataFrame()
    root = engine.tree.root if engine else index
    return PartsView(
        index=services.facts().index(index).name(state.lang),
        year=year,
        names=names_of(services, index, year, state.lang),
        root=root,
        flags=found.flags if found else none,
        alphas=found.alphas if found else none,
        pca=found.pca.table if found and found.pca else none,
        kept=components_to_keep(found.pca) if found and found.pca else 0,
        units=found.pca.units if found and found.pca else 0,
        top=[c for c in engine.tree.nodes[root].children if c in engine.values] if engine else (),
        why="" if found else "few_units",
        meta=meta_of(services, index, year),
    )


@dataclass(frozen=True)
class Weights:
    """What the engine says of the weights (see `indices.audit_weights`), or why it says nothing of a part."""

    weights: pd.DataFrame
    left_out: pd.DataFrame
    units: int
    why: str = ""
    why_left_out: str = ""


def cut(tree: Tree, stops: tuple[str, ...]) -> Tree:
    """The tree without what stands under `stops`: their figures are then its leaves."""
    nodes = {
        code: replace(node, children=(), child_weights=()) if code in stops else node
        for code, node in tree.nodes.items()
    }
    short = replace(tree, nodes=nodes)
    reached = set(short.post_order())
    return replace(short, nodes={code: node for code, node in nodes.items() if code in reached})


def read_weights(services: Services, index: str, year: int) -> Weights:
    """The audit of the weights, worked out once a release."""
    return services.kept(("audit-weights", index, year), lambda: _read_weights(services, index, year))


def _read_weights(services: Services, index: str, year: int) -> Weights:
    none, found = pd.DataFrame(), read_year(services, index, year)
    if found is None or not enough(found) or found.tree.root not in found.values:
        return Weights(none, none, 0, "few_units", "few_units")
    with warnings.catch_warnings():
        # A part that hardly any unit has gives no variance: its share is missing, which is what is shown.
        warnings.simplefilter("ignore", RuntimeWarning)
        shares = variance_shares(found.tree, found.values)
    few = [code for code in shares["code"] if code not in found.values or found.values[code].count() < FEWEST]
    shares["importance"] = shares["importance"].mask(shares["code"].isin(few))
    stops = without_parts(found.tree, found.values)
    if found.tree.root in stops:
        return Weights(shares, none, 0, "", "parts_missing")
    tree = cut(found.tree, stops)
    return Weights(shares, leave_one_out(tree, found.values), int(found.totals.notna().sum()))


def weights_view(services: Services, state: ViewState, year: int) -> WeightsView:
    """Stated against effective weights, and how the ranking moves without each leaf."""
    made = read_weights(services, state.index, year)
    return WeightsView(
        services.facts().index(state.index).name(state.lang),
        year,
        names_of(services, state.index, year, state.lang),
        unit_names(services, state.lang),
        made.weights,
        made.left_out,
        made.units,
        made.why,
        made.why_left_out,
        meta_of(services, state.index, year),
    )
