"""Stored ranges against those pooled from the pack, as docs/deviations.md records them."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from etl.facts import fact_rows, unit_names
from etl.pack import read_pack
from tests.unit.packdata import ROOT, facts_of, reference, registry

INDEX = "PCI"
# Framework: ranges stored, equal to the pooled ones of the pack, narrower, wider.
RECORDED = {
    "pci_2009_2012": (255, 135, 120, 0),
    "pci_2013_2016": (333, 278, 53, 2),
    "pci_2017_2021": (384, 384, 0, 0),
}


@cache
def pooled(framework_id: str) -> pd.DataFrame:
    """Stored and pooled ranges of every year and indicator of a framework, worked out in plain pandas."""
    (framework,) = (f for f in registry().frameworks if f.id == framework_id)
    stored = pd.DataFrame(
        [
            (p.year, p.code, p.ref_min, p.ref_max, p.slope)
            for p in framework.parameters
            if p.ref_min is not None
        ],
        columns=["year", "code", "ref_min", "ref_max", "slope"],
    )
    known = {
        (year, c.code): c.pooled_as or " ".join(c.name_vi.casefold().split())
        for c in framework.components
        for year in c.years or framework.years
    }
    stored["name"] = [known[key] for key in zip(stored["year"], stored["code"], strict=True)]
    figures = pd.concat([facts_of(INDEX, year) for year in framework.years])
    own = figures.groupby(["year", "component_code"])["published"].agg(["min", "max"]).reset_index()
    merged = stored.merge(own, left_on=["year", "code"], right_on=["year", "component_code"])
    merged = merged.sort_values(["name", "year"])
    names = merged.groupby("name")
    return merged.assign(low=names["min"].cummin(), high=names["max"].cummax())


@pytest.mark.parametrize("framework_id", RECORDED)
def test_the_record_of_deviations_is_what_is_found(framework_id: str) -> None:
    table = pooled(framework_id)
    narrower = (table["ref_min"] > table["low"] + 1e-12) | (table["ref_max"] < table["high"] - 1e-12)
    wider = (table["ref_min"] < table["low"] - 1e-12) | (table["ref_max"] > table["high"] + 1e-12)
    equal = ~narrower & ~wider
    found = (len(table), int(equal.sum()), int(narrower.sum()), int((wider & ~narrower).sum()))
    assert found == RECORDED[framework_id]
    assert set(table.loc[wider, "code"]) <= {"6.13"}
    listed = known_narrower(framework_id)
    assert {(str(row.year), row.code) for row in table[narrower].itertuples()} == listed
    told = (ROOT / "docs" / "deviations.md").read_text(encoding="utf-8")
    assert f"| {framework_id} | " + " | ".join(map(str, found)) + " |" in told


def known_narrower(framework_id: str) -> set[tuple[str, str]]:
    """Year and code of every narrower range that the pack lists as known."""
    rows = read_pack(ROOT / "data")["known_ranges"]
    mine = rows[rows["framework_id"] == framework_id]
    return {(row.year, code) for row in mine.itertuples() for code in row.codes.split(";")}


@pytest.mark.parametrize(
    ("framework_id", "years", "compared", "stored_same", "pooled_same"),
    [
        ("pci_2013_2016", (2013, 2014), 61, 24, 33),
        ("pci_2013_2016", (2014, 2015), 76, 46, 59),
    ],
)
def test_pooled_ranges_explain_the_published_coefficients_better(
    framework_id: str, years: tuple[int, int], compared: int, stored_same: int, pooled_same: int
) -> None:
    """Slope times range is nine times a weight, and weights do not change inside a framework: the range under
    which more of them stay the same (to half a percent) is nearer to the publisher's.
    """
    table = pooled(framework_id)
    (framework,) = (f for f in registry().frameworks if f.id == framework_id)
    parents = {(year, c.code): c.parent for c in framework.components for year in c.years or framework.years}
    proof = {(p.year, p.code): p.proof for p in framework.parameters}
    proven = [
        proof.get((y, parents[y, c])) == "proven" for y, c in zip(table["year"], table["code"], strict=True)
    ]
    table = table[np.array(proven) & table["slope"].fillna(0).ne(0)]
    same = []
    for low, high in (("ref_min", "ref_max"), ("low", "high")):
        weight = table["slope"].abs() * (table[high] - table[low])
        wide = table.assign(weight=weight).pivot(index="name", columns="year", values="weight")
        both = wide[list(years)].dropna()
        same.append(int(((both[years[1]] / both[years[0]] - 1).abs() < 0.005).sum()))
    assert (len(both), *same) == (compared, stored_same, pooled_same)


def test_the_shipped_reference_tables_name_only_known_things() -> None:
    ids = {framework.id for framework in registry().frameworks}
    known = {info.index_code for info in registry().indices}
    pack = read_pack(ROOT / "data")
    assert set(pack["known_ranges"]["framework_id"]) <= ids
    assert set(reference("backcast")["index_code"]) <= known
    assert set(reference("themes")["index_code"]) <= known
    assert fact_rows(pack, unit_names(pack))["unit_id"].notna().all()
