"""The criterion page over the real release: figures, history, who does better, parts, the derivation."""

from __future__ import annotations

import pandas as pd
import pytest

from callbacks import compare, criterion, ranking, shell, trends
from callbacks.services import Services
from callbacks.url_state import Facts
from indices.normalise import NORMALISATIONS
from indices.persistence import years_under
from indices.rules import RULES
from indices.trace import to_frame
from layouts.components import trace
from layouts.pages import criterion as page_layout
from layouts.pages import criterion_words as words
from layouts.pages.criterion_view import CriterionView
from layouts.text import number, t
from tests.app.conftest import of_type, shown, state_of

ENTRY = "?tinh=quang-ninh&cs=PCI&nam=2019&tp=PCI.1"
DAYS = "?tinh=quang-ninh&cs=PCI&nam=2019&tp=1.01"
GOVERNANCE = "?tinh=quang-ninh&cs=PAPI&nam=2024&tp=D8"


@pytest.fixture(scope="module")
def view_of(services: Services, facts: Facts):
    """A view by its query string."""

    def made(search: str) -> CriterionView:
        found = criterion.build_view(services, state_of(search, facts, True, criterion.PAGE.extras))
        assert found is not None
        return found

    return made


@pytest.fixture(scope="module")
def page_of(services: Services, facts: Facts):
    """A drawn page by its query string."""
    return lambda search: (
        criterion.render(services, state_of(search, facts, True, criterion.PAGE.extras)).children
    )


def test_the_headline_says_what_was_lost_and_the_place(view_of) -> None:
    said = words.headline(view_of(GOVERNANCE), "vi")
    assert said == "Quản trị điện tử: Quảng Ninh mất 6,06/10 điểm, hạng 4/61 (PAPI 2024)"


def test_the_figures_are_those_of_the_release(view_of, page_of, services: Services) -> None:
    row = services.warehouse.scores("PCI", 2019, unit_id="63:22", component_code="PCI.1").iloc[0]
    said = shown(of_type(page_of(ENTRY), "Dl")[0])
    for value in (row["value"], row["mean"], row["region_mean"], row["leader_value"]):
        assert number(value, 2, "vi") in said
    assert row["leader_name_vi"] in said
    assert f"{row['rank']}/{row['n_ranked']}" in said
    assert view_of(ENTRY).maximum == row["max_score"]


def test_less_is_better_where_the_definition_says_so(view_of) -> None:
    view = view_of(DAYS)
    assert view.less_is_better
    assert view.raw
    assert view.maximum is None
    values = [row["value"] for row in view.ordered]
    assert values == sorted(values)
    better = sum(value < view.own["value"] for value in values)
    assert words.strip_title(view, "vi").startswith(f"{better} trong 63")
    assert "hơn trung bình cả nước" in words.gaps(view, "vi")


def test_the_history_is_that_of_the_trend_page(view_of, services: Services) -> None:
    view = view_of(ENTRY)
    rows = services.warehouse.scores("PCI", unit_id="63:22", series_code="PCI.1")
    rows = rows[(rows["view"] == "main") & rows["value"].notna()]
    assert [row["year"] for row in view.years.rows] == sorted(rows["year"])
    broken = [row["year"] for row in view.years.rows if row["reason"]]
    expected = rows[rows["comparability"] == "not_comparable"]["year"]
    assert broken == sorted(expected)


def test_years_under_the_maximum_are_counted_in_a_row() -> None:
    rows = pd.DataFrame(
        {
            "series_code": ["a"] * 6,
            "year": [2015, 2016, 2017, 2018, 2020, 2021],
            "value": [9.0, 10.0, 8.0, 7.0, 7.0, 6.0],
            "max_score": [10.0] * 6,
            "comparability": ["no_previous", *["comparable"] * 4, "not_comparable"],
        }
    )
    assert years_under(rows).tolist() == [1, 0, 1, 2, 1, 1]
    assert years_under(rows.iloc[::-1]).tolist() == [1, 1, 2, 1, 0, 1]
    assert years_under(rows.assign(max_score=float("nan"))).tolist() == [0] * 6


def test_the_page_counts_the_same_years(view_of, services: Services) -> None:
    view = view_of(ENTRY)
    rows = services.warehouse.scores("PCI", unit_id="63:22", component_code="PCI.1", view="main")
    rows = rows.sort_values("year")
    count, last = 0, None
    for row in rows[rows["year"] <= 2019].to_dict("records"):
        under = row["value"] < row["max_score"]
        joined = row["comparability"] in ("comparable", "reweighted") and last == row["year"] - 1
        count = (count + 1 if joined else 1) if under else 0
        last = row["year"]
    assert view.under == count
    assert f"Năm thứ {count} liên tiếp" in words.persistence(view, "vi")


def test_who_does_better_are_the_best_and_the_likes(view_of, services: Services) -> None:
    view = view_of(ENTRY)
    rows = services.warehouse.scores("PCI", 2019, component_code="PCI.1", view="main")
    best = rows.sort_values("value", ascending=False)["unit_name_vi"].head(3).tolist()
    section = page_layout.better_block(view, "vi")
    names = [shown(cell) for cell in of_type(section, "Th") if cell.scope == "row"]
    assert names[:3] == best
    assert len(view.likes) == 3
    assert all("tp=PCI.1" in link.href for link in of_type(section, "A"))


def test_parts_lead_on_and_carry_their_scores(view_of, services: Services) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    assert view.code == "PCI"
    assert len(view.parts) == 10
    own = services.warehouse.scores("PCI", 2019, unit_id="63:22", level="sub_index", view="main")
    assert [part["value"] for part in view.parts] == pytest.approx(own["value"].tolist())
    assert view.part_hrefs["PCI.1"].endswith("tp=PCI.1")


def test_the_derivation_is_that_of_the_release(view_of, page_of, services: Services) -> None:
    view = view_of(ENTRY)
    step = services.warehouse.trace("PCI", 2019, "63:22", "PCI.1")
    pd.testing.assert_frame_equal(to_frame(view.trace), to_frame(step))
    table = trace.trace_table(page_layout.trace_view(view), "t", "vi")
    assert [row["contribution"] for row in table.rows[1:]] == pytest.approx(
        [child.contribution for child in step.children]
    )
    assert sum(row["contribution"] for row in table.rows[1:]) + step.base + step.remainder == pytest.approx(
        step.recomputed
    )
    for row, child in zip(table.rows[1:], step.children, strict=True):
        assert child.source.file in row["source"]
        assert f"dòng {child.source.row}" in row["source"]
    assert number(step.recomputed, 4, "vi") in shown(page_of(ENTRY))


def test_codes_that_look_like_numbers_stand_in_brackets(view_of) -> None:
    step = view_of(ENTRY).trace
    told = trace.worded(step.formula.symbols, step, "vi")
    assert [f"[{child.code}]" in told for child in step.children] == [True] * 10
    assert told.startswith("3,79442 + ")
    assert trace.worded(step.formula.symbols, step, "en").startswith("3.79442 + ")


def test_a_long_derivation_shows_one_level_and_leads_on(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    assert len(list(view.trace.walk())) > trace.MOST_STEPS
    assert len(list(trace.steps(view.trace))) == 11
    links = of_type(trace.trace_tree(page_layout.trace_view(view), "vi"), "A")
    assert any(link.href.endswith("tp=PCI.1") for link in links)


def test_the_navigation_shows_components_as_the_present_page(services: Services) -> None:
    header = shell.show("/tieu-chi", ENTRY, services).header
    links = {shown(link): getattr(link, "aria-current", None) for link in of_type(header, "A")}
    assert links["Thành phần"] == "page"
    assert links["Xếp hạng"] is None
    assert "Tiêu chí" not in links


@pytest.mark.parametrize("module", [ranking, trends])
def test_other_pages_lead_to_the_criterion_they_show(module, services: Services, facts: Facts) -> None:
    state = state_of("?tinh=quang-ninh&cs=PCI&nam=2019&tp=PCI.3", facts, True, module.PAGE.extras)
    page = module.render(services, state).children
    hrefs = [link.href for link in of_type(page, "A") if link.href.startswith("/tieu-chi")]
    assert any("nam=2019" in href and "tp=PCI.3" in href for href in hrefs)


def test_the_comparison_leads_to_its_components(services: Services, facts: Facts) -> None:
    state = state_of("?tinh=quang-ninh&cs=PCI&nam=2019", facts, True, compare.PAGE.extras)
    page = compare.render(services, state).children
    rows = of_type(page, "AgGrid")[0].rowData
    assert all(row["href"].startswith("/tieu-chi") for row in rows)


def test_a_withheld_year_says_so(page_of) -> None:
    said = shown(page_of("?tinh=quang-ninh&cs=PAPI&nam=2023&tp=D8"))
    assert "không có điểm được công bố" in said


def test_an_unknown_component_is_repaired_to_the_total(services: Services, facts: Facts) -> None:
    state = state_of("?tinh=quang-ninh&cs=PCI&nam=2019&tp=khong-co", facts, True, criterion.PAGE.extras)
    made = criterion.render(services, state)
    assert [(repair.parameter, repair.asked) for repair in made.repairs] == [("value", "khong-co")]
    known = state_of(ENTRY, facts, True, criterion.PAGE.extras)
    assert criterion.render(services, known).repairs == ()


def test_another_tree_shows_its_own_component(view_of) -> None:
    view = view_of("?tinh=dak-lak&cs=PAR&nam=2023&tp=SRC.appraised&cay=source")
    assert view.tree == "source"
    assert view.own["value"] == pytest.approx(57.92)
    assert view_of(f"{ENTRY}&cay=khong_co").tree == "main"


def test_choosing_a_component_writes_the_address(services: Services) -> None:
    assert criterion.chosen_component("PCI.2", ENTRY, services).endswith("tp=PCI.2")
    assert criterion.chosen_component("PCI.1", ENTRY, services) is None
    assert "tp=" not in criterion.chosen_component("PCI", ENTRY, services)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_rule_and_scale_has_words(lang: str) -> None:
    for name in RULES:
        assert t(f"criterion.rule.{name}", lang)
    for name in NORMALISATIONS:
        assert t(f"trace.normalise.{name}", lang)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_index_draws_its_latest_year(services: Services, facts: Facts, lang: str) -> None:
    for choice in facts.indices:
        tree = services.warehouse.components(choice.key, max(choice.years))
        for code in (choice.key, tree["component_code"].iloc[-1]):
            search = f"?tinh=quang-ninh&cs={choice.key}&nam={max(choice.years)}&tp={code}&lang={lang}"
            page = criterion.render(services, state_of(search, facts, True, criterion.PAGE.extras)).children
            assert of_type(page, "H1")[0].children
            assert "nan" not in shown(page).lower().split()
