"""The checks on results that were really published: hardly a false alarm, and exchanged columns are found."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pandas as pd
import pytest

from etl.intake.checks import Limits, check
from etl.intake.extract import Extract
from etl.intake.findings import Finding, Level
from tests.fixtures.intake.published import published, published_context
from tests.unit.packdata import registry

# Complete tables; those of 2014, 2018 and 2021 to 2024 lack provinces that were withheld.
TABLES = [("PCI", year) for year in (2007, 2012, 2016, 2019, 2020)] + [
    ("PAPI", year) for year in (2012, 2015, 2017, 2020, 2023, 2024)
] + [("DTI", 2023)]  # fmt: skip
ABOUT_UNITS = {"units.blank", "blanks.hole", "units.missing"}


def findings(index: str, year: int, extract: Extract | None = None) -> list[Finding]:
    """What the checks say of a table when only the years before are held."""
    known = replace(published_context(index, year), limits=Limits(alike=1000))
    return check(extract or published(index, year), known)


@pytest.mark.parametrize(("index", "year"), TABLES)
def test_published_tables_raise_no_error_and_hardly_a_warning(index: str, year: int) -> None:
    found = findings(index, year)
    assert [f.problem.text() for f in found if f.level is Level.ERROR] == []
    doubts = [f for f in found if f.check not in ABOUT_UNITS]
    cells = len(published(index, year).rows)
    assert len(doubts) <= 2, [f.problem.text() for f in doubts]
    assert cells > 300


def swapped(extract: Extract, first: str, second: str) -> Extract:
    """The figures of two components under each other's names."""
    rows = extract.rows
    turned = rows["component"].map({first: second, second: first}).fillna(rows["component"])
    return Extract(rows.assign(component=turned))


def test_nearly_every_exchange_of_two_real_columns_is_found() -> None:
    """Every pair of leaves under one parent with one weight: the sum cannot tell them apart."""
    missed: list[str] = []
    tried = 0
    for index, year in [("PCI", 2020), ("PAPI", 2024)]:
        extract = published(index, year)
        tree = registry().framework(index, year).tree(year)
        for first, second in twins(extract.rows, tree.nodes):
            found = findings(index, year, swapped(extract, first, second))
            tried += 1
            blamed = {f.problem.found for f in found if f.check == "columns.exchanged"}
            errors = [f for f in found if f.level is Level.ERROR]
            if not errors and not {f"[{first}]", f"[{second}]"} <= blamed:
                missed.append(f"{index} {year} {first} {second}")
    assert tried > 20
    assert len(missed) <= 0.05 * tried, missed


def twins(rows: pd.DataFrame, nodes: dict) -> list[tuple[str, str]]:
    """Every second pair of leaves of the table that only their past tells apart."""
    held = set(rows["component"])
    leaves = [code for code, node in nodes.items() if code in held and not node.children]
    alike = [
        pair
        for pair in combinations(leaves, 2)
        if nodes[pair[0]].parent == nodes[pair[1]].parent and nodes[pair[0]].weight == nodes[pair[1]].weight
    ]
    return alike[::2]
