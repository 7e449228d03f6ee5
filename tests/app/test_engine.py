"""The engine over the real release: the figures a page works with are those that were published."""

from __future__ import annotations

import numpy as np
import pytest

from callbacks import engine
from callbacks.services import Services
from indices.ledger import ledger

PLACES = [("PCI", 2021), ("PCI", 2009), ("PAPI", 2019), ("DTI", 2022), ("DTI", 2023)]


@pytest.mark.parametrize(("index", "year"), PLACES)
def test_a_case_stands_where_the_release_says(services: Services, index: str, year: int) -> None:
    rows = services.warehouse.scores(index, year, view="main", level="index")
    mine = rows[(rows["unit_id"] == "63:22")].iloc[0]
    case = engine.read_case(services, index, year, "63:22")
    assert case is not None
    assert case.total == pytest.approx(mine["value"], abs=1e-9)
    if mine["rank_kind"] == "computed" or case.field.known == mine["n_ranked"]:
        assert case.rank == mine["rank"]


@pytest.mark.parametrize(("index", "year"), PLACES)
def test_bands_hold_the_rank(services: Services, index: str, year: int) -> None:
    simulation = engine.read_simulation(services, index, year)
    assert simulation is not None
    known_totals = int(engine.read_year(services, index, year).totals.notna().sum())
    bands = simulation.bands()
    known = bands[bands["rank"] > 0]
    assert len(known) == known_totals
    assert (known["rank_low"] <= known["rank"]).all()
    assert (known["rank"] <= known["rank_high"]).all()
    totals = engine.read_year(services, index, year).totals.reindex(known.index)
    assert np.allclose(known["score"], totals, atol=1e-9)


def test_a_what_if_that_changes_nothing_moves_nobody(services: Services) -> None:
    found = engine.read_engine(services, "PCI", 2021).run({})
    assert (found["change"].dropna() == 0).all()
    assert (found["rank_before"].dropna() == found["rank_after"].dropna()).all()


def test_a_ledger_of_real_points(services: Services) -> None:
    rows = ledger(engine.read_case(services, "PAPI", 2024, "63:22"))
    assert len(rows) > 8
    assert (rows["gain"] > 0).all()
    assert (rows["places_gained"].dropna() >= 0).all()


def test_history_holds_only_comparable_years(services: Services) -> None:
    history = engine.read_history(services, "PCI", 2021)
    assert history is not None
    years = services.warehouse.scores("PCI", view="main", level="index")
    assert 1 < len(history.frames) <= years["year"].nunique()
    assert history.latest.equals(engine.read_year(services, "PCI", 2021).values)
    assert history.regions["63:22"]


def test_a_year_without_figures_has_no_case(services: Services) -> None:
    assert engine.read_year(services, "PAR", 1999) is None
    assert engine.read_case(services, "PAR", 1999, "63:22") is None
