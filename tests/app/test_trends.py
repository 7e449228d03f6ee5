"""The trend page on the real release: lines as published, breaks as gaps, the finding, small multiples."""

from __future__ import annotations

import pytest

from callbacks import shell, trends
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts.figures.history import history
from layouts.pages import trends as page
from layouts.pages.trends_view import TrendsView
from tests.app.conftest import of_type, shown, state_of

PATH = trends.PAGE.path


def view_of(services: Services, facts: Facts, search: str) -> TrendsView:
    """The view of an address."""
    view = trends.build_view(services, state_of(search, facts, True, trends.PAGE.extras))
    assert view is not None
    return view


def test_the_line_is_the_published_series(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PCI&tinh=quang-ninh&nam=2021")
    rows = services.warehouse.scores("PCI", component_code="PCI", view="main")
    rows = rows[rows["unit_slug"] == "quang-ninh"].set_index("year")["value"]
    assert view.own is not None
    assert {y.year: y.value for y in view.own.years} == rows.dropna().to_dict()


def test_a_changed_framework_breaks_the_line(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PCI&tinh=quang-ninh&nam=2021")
    assert view.own is not None
    broken = [year.year for year in view.own.years if year.broken]
    assert broken == [2006, 2009, 2013]
    assert view.run[0] == 2013
    drawn = history(view.lines, view.bands, 2, "vi")["data"][-1]
    at = drawn["x"].index(2013)
    assert drawn["x"][at - 1] is None
    assert [band.first for band in view.bands] == [2005, 2006, 2009, 2013, 2017, 2022]


def test_a_year_that_was_not_published_is_a_gap_but_no_break(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&tinh=quang-ninh&nam=2024")
    assert view.own is not None
    by_year = {year.year: year for year in view.own.years}
    assert 2021 not in by_year
    assert not by_year[2022].joined
    assert not by_year[2022].broken
    assert "2021" in by_year[2022].reason
    assert view.run[0] == 2019


def test_sipas_of_2021_and_2022_are_never_one_line(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=SIPAS&tinh=quang-ninh&nam=2023")
    assert view.own is not None
    assert next(year for year in view.own.years if year.year == 2022).broken
    assert view.run == (2022, 2023)


def test_the_finding_agrees_with_the_table(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAR&tinh=quang-ninh&nam=2023")
    assert (
        page.headline(view, "vi") == "PAR Index: Quảng Ninh tăng từ 90,10 điểm (2022) lên 92,18 điểm (2023)"
    )
    table = {row["year"]: row for row in view.rows}
    assert (table[2022]["value"], table[2023]["value"]) == (90.10, 92.18)


def test_changed_maxima_are_drawn_as_shares(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&tinh=quang-ninh&nam=2024")
    assert view.by_share
    assert view.own is not None
    assert view.own.years[-1].value == pytest.approx(100 * view.rows[-1]["value"] / 80)


def test_every_component_has_a_small_multiple_that_leads_to_it(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&tinh=quang-ninh&nam=2024")
    assert len(view.minis) == 8
    alone = view_of(services, facts, view.minis[3].href.partition("?")[2])
    assert alone.code == view.minis[3].code
    assert alone.own is not None
    assert alone.own.years[-1].value == pytest.approx(view.minis[3].points[-1].value)


def test_an_unknown_component_is_told(services: Services) -> None:
    screen = shell.show(PATH, "?cs=PAPI&tp=khong-co", services)
    assert "khong-co" in shown(screen.notices)


def test_choosing_a_component_writes_the_address(services: Services) -> None:
    assert trends.chosen_component("1", "?cs=PAPI&lang=en", services) != "?cs=PAPI&lang=en"
    assert trends.chosen_component("PAPI", "?cs=PAPI&lang=en", services) is None


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "index", ["PAR", "SIPAS", "PCI", "PAPI", "DTI", "PGI", "Q766", "ICT", "DDCI", "IPAR"]
)
@pytest.mark.parametrize("province", ["quang-ninh", "lao-cai", "bac-ninh"])
def test_every_index_draws(services: Services, index: str, lang: str, province: str) -> None:
    screen = shell.show(PATH, f"?cs={index}&lang={lang}&tinh={province}", services)
    assert len(of_type(screen.page, "H1")) == 1


@pytest.mark.parametrize(("lang", "told"), [("vi", "QĐ 876"), ("en", "No. 876")])
def test_frameworks_over_the_years_are_called_in_the_language(
    services: Services, facts: Facts, lang: str, told: str
) -> None:
    view = trends.build_view(services, state_of(f"?cs=PAR&tinh=quang-ninh&lang={lang}", facts))
    assert view is not None
    assert told in [band.name for band in view.bands]
