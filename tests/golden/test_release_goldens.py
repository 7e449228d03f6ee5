"""The release against what the publishers printed: every agreement the pack is known to reach.

Sources: VCCI (PCI, PGI), UNDP and CECODES (PAPI), Bộ KH&CN (DTI), Bộ Nội vụ (PAR Index);
each row of the release names its own.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

QUANG_NINH, THANH_HOA, DAK_LAK = "63:22", "63:38", "63:66"
PCI_EXACT_YEARS = [*range(2006, 2011), *range(2012, 2022)]
# Years whose dimensions and totals were read at the publisher; the others are added up from sub-dimensions.
PAPI_YEARS = [*range(2011, 2017), 2019]
PAPI_SUMMED_YEARS = [2017, 2018, *range(2020, 2025)]
PAPI_PROVEN_2019 = {"D1.1", "D3.2", "D3.3", "D4.1", "D4.2", "D4.3", "D7.2", "D7.3", "D8.1", "D8.2"}


def residuals(warehouse: Any, index: str, year: int, **where: Any) -> pd.DataFrame:
    """Rows with both a published and a recomputed value."""
    frame = warehouse.scores(index_code=index, year=year, **where)
    return frame[frame["published"].notna() & frame["recomputed"].notna()]


@pytest.mark.parametrize("year", PCI_EXACT_YEARS)
def test_pci_totals_recompute_within_a_hundredth(warehouse: Any, year: int) -> None:
    found = residuals(warehouse, "PCI", year, component_code="PCI")
    assert len(found) >= 63
    assert found["residual"].abs().max() <= 0.01


def test_pci_totals_of_2011_differ_and_say_so(warehouse: Any) -> None:
    found = residuals(warehouse, "PCI", 2011, component_code="PCI")
    assert 0.5 < found["residual"].abs().max() < 0.56
    assert (found["residual_class"] == "differs").sum() > 10
    known = warehouse.known_differences()
    assert ((known["index_code"] == "PCI") & (known["year"] == 2011)).any()


# Sub-indices whose coefficients reproduce the published number, by year (fit error under 0.001).
PCI_EXACT_SUB_INDICES = {
    2009: {2, 5, 7, 10},
    2010: {1, 2, 4, 5, 7, 10},
    2011: {1, 2, 4, 5, 7, 10},
    2013: {1, 2, 3, 4, 5, 6, 7, 8, 10},
    2014: {1, 2, 3, 4, 5, 6, 7, 10},
    2015: {1, 2, 3, 4, 5, 6, 7, 10},
    2017: {1, 2, 3, 4, 5, 6, 7, 10},
    2018: {1, 2, 3, 4, 5, 6, 7, 10},
    2019: {1, 2, 3, 4, 5, 6, 7, 10},
}


@pytest.mark.parametrize("year", sorted(PCI_EXACT_SUB_INDICES))
def test_pci_sub_indices_recompute_from_raw_indicators(warehouse: Any, year: int) -> None:
    for number in PCI_EXACT_SUB_INDICES[year]:
        found = residuals(warehouse, "PCI", year, component_code=f"PCI.{number}")
        # Raw indicators of ten provinces are missing for sub-index 10 of one year.
        complete = 53 if (year, number) == (2011, 10) else 63
        assert len(found) == complete, f"PCI.{number} of {year}"
        assert found["residual"].abs().max() <= 0.001, f"PCI.{number} of {year}"


def test_pci_sub_index_6_of_2013_from_its_design_weights(warehouse: Any) -> None:
    found = residuals(warehouse, "PCI", 2013, component_code="PCI.6")
    assert len(found) == 63
    assert found["residual"].abs().max() <= 0.00001
    components = warehouse.components("PCI", 2013).set_index("component_code")
    assert components.loc["PCI.6", "rule"] == "rescaled_sum"


def test_approximate_sub_indices_are_called_approximate(warehouse: Any) -> None:
    found = residuals(warehouse, "PCI", 2019, component_code="PCI.9")
    assert set(found["residual_class"]) <= {"approximate", "within_tolerance", "within_rounding", "exact"}
    assert (found["residual_class"] == "approximate").any()


@pytest.mark.parametrize("year", PAPI_YEARS)
def test_papi_dimensions_and_totals_are_sums(warehouse: Any, year: int) -> None:
    found = residuals(warehouse, "PAPI", year, view="main")
    found = found[found["level"].isin(["index", "dimension"])]
    assert len(found) > 400
    assert found["residual"].abs().max() <= 0.00001


@pytest.mark.parametrize("year", PAPI_SUMMED_YEARS)
def test_papi_sums_made_for_the_pack_are_no_evidence(warehouse: Any, year: int) -> None:
    found = residuals(warehouse, "PAPI", year, view="main")
    found = found[found["level"].isin(["index", "dimension"])]
    assert set(found["residual_class"]) == {"summed"}
    counted = warehouse.reconciliation()
    counted = counted[(counted["index_code"] == "PAPI") & (counted["year"] == year)]
    assert counted["cells"].sum() == 0
    assert found["residual"].abs().max() <= 0.00001


def test_papi_2019_sub_dimensions_from_indicators(warehouse: Any) -> None:
    for code in PAPI_PROVEN_2019:
        found = residuals(warehouse, "PAPI", 2019, component_code=code)
        assert len(found) == 63, code
        assert found["residual"].abs().max() <= 0.000001, code


def test_papi_2019_weighted_total(warehouse: Any) -> None:
    frame = warehouse.scores(index_code="PAPI", year=2019, view="weighted")
    found = frame[frame["published"].notna() & frame["recomputed"].notna()]
    assert len(found) == 63
    assert found["residual"].abs().max() <= 0.00001


def test_dti_pillars_make_the_total_of_2020(warehouse: Any) -> None:
    found = residuals(warehouse, "DTI", 2020, component_code="DTI")
    assert len(found) == 9
    assert found["residual"].abs().max() <= 0.00011
    assert (found["residual"].abs() <= 0.00005).sum() >= 8


def test_dti_2022_from_its_nine_main_indicators(warehouse: Any) -> None:
    found = residuals(warehouse, "DTI", 2022, component_code="DTI", view="main")
    assert len(found) == 5
    assert found["residual"].abs().max() <= 0.0001
    pillars = residuals(warehouse, "DTI", 2022, unit_id=QUANG_NINH, view="pillar")
    pillars = pillars[pillars["level"] == "pillar"].set_index("component_code")
    assert pillars["published"].round(4).to_dict() == {"CQS": 0.7804, "KTS": 0.7187, "XHS": 0.6864}
    assert pillars["residual"].abs().max() <= 0.0001


@pytest.mark.parametrize("year", [2023, 2024])
def test_pgi_is_the_plain_sum(warehouse: Any, year: int) -> None:
    found = residuals(warehouse, "PGI", year, component_code="PGI")
    assert len(found) >= 1
    assert found["residual"].abs().max() <= 0.011


def test_par_by_source_of_dak_lak_2023(warehouse: Any) -> None:
    found = residuals(warehouse, "PAR", 2023, unit_id=DAK_LAK, view="source")
    total = found[found["component_code"] == "PAR"].iloc[0]
    assert total["published"] == 87.33
    assert total["recomputed"] == pytest.approx(57.92 + 2.97 + 18.29 + 8.15, abs=1e-9)


def test_par_fields_of_thanh_hoa_2021_sum_to_one_hundredth_more(warehouse: Any) -> None:
    found = residuals(warehouse, "PAR", 2021, unit_id=THANH_HOA, component_code="PAR").iloc[0]
    assert found["published"] == 87.83
    assert found["recomputed"] == pytest.approx(87.84, abs=1e-9)
    assert found["residual_class"] == "within_rounding"


PUBLISHED_POSITIONS = [
    ("PAR", 2023, 92.18, 1, 63),
    ("PAR", 2022, 90.10, 1, 63),
    ("PAR", 2021, 91.14, 2, 63),
    ("PAR", 2019, 90.09, 1, 63),
    ("SIPAS", 2023, 90.61, 1, 63),
    ("SIPAS", 2021, 94.07, 1, 63),
    ("PCI", 2019, 73.40, 1, 63),
    ("PCI", 2020, 75.09, 1, 63),
    ("PCI", 2021, 73.02, 1, 63),
    ("PCI", 2024, 73.20, 2, 30),
    ("DTI", 2024, 0.7484, 17, 63),
    ("PAPI", 2024, 47.82, 1, 61),
]


@pytest.mark.parametrize(("index", "year", "score", "rank", "of"), PUBLISHED_POSITIONS)
def test_quang_ninh_stands_where_the_publishers_put_it(
    warehouse: Any, index: str, year: int, score: float, rank: int, of: int
) -> None:
    row = warehouse.scores(
        index_code=index, year=year, unit_id=QUANG_NINH, component_code=index, view="main"
    ).iloc[0]
    assert round(row["value"], 4 if score < 1 else 2) == pytest.approx(score, abs=1e-9)
    assert (row["rank"], row["n_ranked"]) == (rank, of)


def test_what_was_not_published_is_absent_not_zero(warehouse: Any) -> None:
    frame = warehouse.scores(index_code="PAPI", year=2023, component_code="PAPI")
    assert QUANG_NINH not in set(frame.loc[frame["value"].notna(), "unit_id"])
    assert (frame["value"].dropna() > 0).all()
    assert set(frame["n_ranked"].dropna()) == {61}


def test_a_fall_between_two_frameworks_is_not_called_a_fall(warehouse: Any) -> None:
    row = warehouse.scores(index_code="SIPAS", year=2022, unit_id=QUANG_NINH, component_code="SIPAS").iloc[0]
    assert row["comparability"] == "not_comparable"
    assert pd.isna(row["change"])


def test_figures_in_dispute_are_kept_side_by_side(warehouse: Any) -> None:
    found = warehouse.conflicts()
    par_2017 = found[
        (found["index_code"] == "PAR") & (found["year"] == 2017) & (found["unit_id"] == QUANG_NINH)
    ]
    assert par_2017.iloc[0]["value_used"] == 89.45
    assert 89.54 in set(par_2017["value_other"])
    hai_phong = found[
        (found["index_code"] == "SIPAS") & (found["year"] == 2023) & (found["unit_id"] == "63:31")
    ]
    assert (hai_phong.iloc[0]["value_used"], hai_phong.iloc[0]["value_other"]) == (88.90, 88.09)
