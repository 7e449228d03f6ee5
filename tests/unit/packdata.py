"""The shipped definitions and pack for tests of the engine: registry, and facts as the engine takes them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from etl.build import load_material, make_tables
from etl.definitions import load_definitions
from etl.facts import fact_rows, typed_facts, unit_names
from etl.filekinds import IN_USE
from etl.pack import read_pack
from etl.settings import Settings
from indices.assemble import node_table, on_component_scale, trees_of
from indices.registry import Registry

ROOT = Path(__file__).resolve().parents[2]


@cache
def registry() -> Registry:
    """The registry of the shipped definitions."""
    found = load_definitions(ROOT / "indices" / "definitions")
    assert found.registry is not None, [problem.text() for problem in found.problems]
    return found.registry


@cache
def facts() -> pd.DataFrame:
    """Every used fact of the shipped pack."""
    pack = read_pack(ROOT / "data")
    rows = typed_facts(fact_rows(pack, unit_names(pack)))
    used = rows["use"].isin(IN_USE)
    return rows[used & rows["unit_id"].notna()].reset_index(drop=True)


@cache
def score() -> pd.DataFrame:
    """The score table of the shipped pack, as a release holds it."""
    return make_tables(load_material(Settings()))["score"]


def reference(name: str) -> pd.DataFrame:
    """A table of data/reference as text."""
    return pd.read_csv(ROOT / "data" / "reference" / f"{name}.csv", dtype=str, keep_default_na=False)


def facts_of(index: str, year: int, unit_set: str = "63") -> pd.DataFrame:
    """Used facts of one index and year."""
    rows = facts()
    mine = (rows["index_code"] == index) & (rows["year"] == year) & (rows["unit_set"] == unit_set)
    return rows[mine]


def wide(index: str, year: int, unit_set: str = "63") -> pd.DataFrame:
    """Published values of one index and year in component units, units x codes."""
    mine = facts_of(index, year, unit_set)
    scaled = on_component_scale(mine, node_table(registry(), trees_of(registry(), mine)))
    scaled = scaled[scaled["published"].notna()]
    return scaled.pivot(index="unit_id", columns="component_code", values="published")
