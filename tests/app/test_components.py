"""The components page over the real release: the four-way headline, lost points, leaders, heat map,
residuals.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from callbacks import components
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts.pages import components_lost, components_self
from layouts.pages import components_parts as parts
from layouts.pages import components_words as words
from layouts.pages.components_view import SELF, TABS, ComponentsView
from layouts.pages.components_ways import ways_block
from tests.app.conftest import of_type, shown, state_of
from tests.thorough import AT_LENGTH


@pytest.fixture(scope="module")
def view_of(services: Services, facts: Facts):
    """A view by its query string."""

    def made(search: str) -> ComponentsView:
        found = components.build_view(services, state_of(search, facts, True, components.PAGE.extras))
        assert found is not None
        return found

    return made


@pytest.fixture(scope="module")
def page_of(services: Services, facts: Facts):
    """A drawn page by its query string."""
    return lambda search: (
        components.render(services, state_of(search, facts, True, components.PAGE.extras)).children
    )


def test_the_headline_counts_the_four_ways(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    counts = words.four_way(view)
    assert sum(counts.values()) == len(view.compared) == 10
    said = words.headline(view, "vi")
    assert f"{counts['up_up']}/10 thành phần tăng điểm, tăng hạng" in said
    assert said.count("thành phần") == 1, "what is counted is said once"


def test_without_a_comparable_year_it_says_why(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=DTI&nam=2024")
    assert words.four_way(view) == {}
    assert "Không so trực tiếp với 2023" in " ".join(words.lede(view, "vi"))
    assert "0,5912/1" in words.headline(view, "vi")


def test_without_ranks_only_scores_are_compared(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=Q766&nam=2024")
    assert words.four_way(view) == {}
    assert sum(words.directions(view).values()) == 5
    assert "không có hạng nên chỉ so điểm" in " ".join(words.lede(view, "vi"))


def test_the_tree_opens_from_the_total_down_to_indicators(view_of) -> None:
    rows = parts.tree_rows(view_of("?tinh=quang-ninh&cs=PCI&nam=2019"), "vi")
    assert rows[0]["head"]
    assert rows[0]["score"] == pytest.approx(73.396484)
    shown_rows = [row for row in rows if row["shown"]]
    assert len(shown_rows) == 11
    assert len(rows) == 139
    hidden = {row["parent"] for row in rows if not row["shown"]}
    assert hidden == {row["code"] for row in rows if row["branch"] and not row["open"]}


def test_two_years_stand_side_by_side(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    rows = parts.tree_rows(view, "vi")
    labels = [col.label for col in parts.tree_columns(view, rows, "vi")]
    assert {"Điểm 2019", "Điểm 2018", "Hạng 2019"} <= set(labels)
    entry = next(row for row in rows if row["code"] == "PCI.1")
    assert entry["change"] == pytest.approx(entry["score"] - entry["previous"])
    assert entry["way"] == "giảm điểm, giảm hạng"
    assert len(entry["flags"]) == 2


def test_a_raw_indicator_gets_better_or_worse_not_more_points(view_of) -> None:
    rows = parts.tree_rows(view_of("?tinh=quang-ninh&cs=PCI&nam=2019"), "vi")
    days = next(row for row in rows if row["code"] == "1.01")
    assert days["change"] > 0
    assert days["change_less"]
    assert days["way"] == "kém đi, giảm hạng"


def test_an_unknown_maximum_is_said(view_of) -> None:
    rows = parts.tree_rows(view_of("?tinh=quang-ninh&cs=PAR&nam=2023"), "vi")
    unknown = [row for row in rows if row["most"] is None]
    assert unknown
    assert all(row["most_word"] == "chưa rõ" for row in unknown)


def test_lost_points_come_largest_first(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PAPI&nam=2024")
    frame = parts.lost_frame(view.own_main, "vi")
    assert frame.iloc[0]["name"] == "Quản trị điện tử"
    assert frame.iloc[0]["lost"] == pytest.approx(10 - 3.94, abs=0.005)
    assert frame["lost_share"].sum() == pytest.approx(1)
    assert frame["length"].is_monotonic_decreasing


def test_weighted_components_count_with_their_weight(view_of) -> None:
    frame = parts.lost_frame(view_of("?tinh=quang-ninh&cs=PCI&nam=2019").own_main, "vi")
    assert frame["length"].is_monotonic_decreasing
    assert not frame["lost"].is_monotonic_decreasing


def test_leaders_come_with_the_gap(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PAPI&nam=2024")
    frame, by_share = parts.leader_frame(view, "vi")
    assert not by_share
    first = frame.iloc[0]
    assert (first["leader_name"], round(first["gap"], 2)) == ("Bình Thuận", -0.40)
    assert (frame["gap"] <= 1e-9).all()


def test_the_heat_map_is_ordered_by_total_and_marks_us(view_of, page_of) -> None:
    frame, by = parts.heat_frame(view_of("?tinh=quang-ninh&cs=PCI&nam=2019"), "vi")
    assert by == "share"
    assert len(frame) == 63
    assert frame["total"].is_monotonic_decreasing
    graph = of_type(page_of("?tinh=quang-ninh&cs=PCI&nam=2019&xem=noi-khac"), "Graph")[-1]
    assert graph.figure["data"][0]["type"] == "heatmap"
    assert len(graph.figure["layout"]["shapes"]) == 1


def test_points_by_source_where_the_index_has_them(page_of) -> None:
    said = shown(page_of("?tinh=dak-lak&cs=PAR&nam=2023"))
    assert "mất 3,71/22 điểm" in said


def test_published_and_recomputed_stand_side_by_side(view_of) -> None:
    rows = parts.residual_rows(view_of("?tinh=quang-ninh&cs=PCI&nam=2019"), "vi")
    total = rows[0]
    assert total["published"] == pytest.approx(total["recomputed"], abs=0.01)
    assert {row["kind"] for row in rows} <= {
        "khớp",
        "khớp trong làm tròn",
        "trong sai số cho phép",
        "quy tắc gần đúng",
    }


def test_a_withheld_province_sees_the_years_it_has(page_of) -> None:
    page = page_of("?tinh=quang-ninh&cs=PAPI&nam=2023")
    said = shown(page)
    assert "không có điểm được công bố" in said
    assert any("nam=2024" in link.href or link.children == "2024" for link in of_type(page, "A"))


@pytest.mark.parametrize("tab", TABS)
def test_charts_have_caption_twin_and_downloads(page_of, tab: str) -> None:
    page = page_of(f"?tinh=quang-ninh&cs=PCI&nam=2019&xem={tab}")
    assert len(of_type(page, "Graph")) == len(of_type(page, "Figcaption")) == len(of_type(page, "Details"))
    tables = [store.id["table"] for store in of_type(page, "Store")]
    assert tables or not tab
    assert len(tables) == len(set(tables))
    downloads = {button.id["table"] for button in of_type(page, "Button") if hasattr(button, "id")}
    assert downloads == set(tables)


def test_the_four_ways_name_the_components(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    columns = [part for part in of_type(ways_block(view, "vi"), "Div") if "way-" in str(part.className)]
    counts = words.four_way(view)
    assert len(columns) == len(counts)
    for way, count in counts.items():
        column = next(part for part in columns if part.className.endswith(way))
        assert len(of_type(column, "Li")) == count
        assert f"{count}/10" in shown(column)
    assert {"tp=PCI.1"} <= {link.href.split("&")[-1] for link in of_type(ways_block(view, "vi"), "A")}


def test_the_steps_add_up_from_the_maximum_to_the_score(view_of) -> None:
    for search in ("?tinh=quang-ninh&cs=PCI&nam=2019", "?tinh=quang-ninh&cs=PAPI&nam=2024"):
        view = view_of(search)
        steps = components_lost.waterfall_frame(parts.lost_frame(view.own_main, "vi"), view, "vi")
        total = view.own_total
        assert steps["step"].sum() == pytest.approx(total["max_score"] - total["value"])
        assert steps["step"].is_monotonic_decreasing
        drawn = components_lost.lost_block(view, "vi")
        bars = of_type(drawn, "Graph")[0].figure["data"][0]
        assert bars["base"][-1] == pytest.approx(total["value"])


def test_what_is_under_its_maximum_says_for_how_long_and_what_to_do(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019&xem=diem-mat")
    rows = components_lost.under_rows(view, "vi")
    assert len(rows) == 10
    by_code = {row["component_code"]: row for row in view.own_main.to_dict("records")}
    for row in rows:
        own = by_code[row["refs"]["score"].split("|")[3]]
        flagged = any(own[flag] for flag in parts.FLAGS)
        assert row["kind_key"] == ("keep" if own["lost"] < 1e-6 else "overcome" if flagged else "improve")
        assert row["years"] == view.under[own["component_code"]]
    entry = next(row for row in rows if row["refs"]["score"].endswith("PCI.1"))
    assert entry["years"] == 7
    assert sum(row["share"] for row in rows) == pytest.approx(1)


def test_shares_of_several_levels_are_of_all_lost_points(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PAPI&nam=2024&xem=diem-mat")
    rows = components_lost.under_rows(view, "vi")
    assert {row["kind_key"] for row in rows} <= set(components_lost.KINDS)
    assert len(rows) > len(view.main)
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.01)


def test_the_parts_of_the_page_are_in_the_address(view_of, services: Services, facts: Facts) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    assert view.tabs == ("", "diem-mat", "noi-khac", "doi-chieu")
    assert view.tab_hrefs["diem-mat"].endswith("xem=diem-mat")
    state = state_of("?tinh=quang-ninh&cs=PCI&nam=2019&xem=tu-cham", facts, True, components.PAGE.extras)
    assert [repair.asked for repair in components.render(services, state).repairs] == ["Tự chấm và thẩm định"]


def test_self_scores_stand_beside_the_appraised_ones(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    own = view.own.assign(self_score=view.own["value"].where(view.own["level"] == "sub_index"))
    own.loc[own["component_code"] == "PCI.1", "self_score"] += 0.5
    own.loc[own["component_code"] == "PCI.2", "self_score"] -= 0.2
    told = replace(view, own=own)
    assert SELF in told.tabs
    frame = components_self.self_frame(told, "vi")
    assert frame.iloc[0]["component_code"] == "PCI.1"
    assert frame.iloc[0]["gap"] == pytest.approx(-0.5)
    assert components_self.finding(frame, told, "vi") == (
        "Thẩm định trừ 0,50 điểm ở 1/10 tiêu chí tự chấm; thẩm định thêm 0,20 điểm ở 1/10 tiêu chí tự chấm"
    )
    assert len(of_type(components_self.dots_block(frame, told, "vi"), "Graph")) == 1


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_index_and_year_draws(services: Services, facts: Facts, lang: str) -> None:
    for choice in facts.indices:
        for year in choice.years if AT_LENGTH else {*choice.years[::3], *choice.years[-1:]}:
            tab = TABS[year % len(TABS)]
            search = f"?tinh=quang-ninh&cs={choice.key}&nam={year}&lang={lang}&xem={tab}"
            page = components.render(services, state_of(search, facts, True, components.PAGE.extras)).children
            assert of_type(page, "H1")[0].children
            assert "nan" not in shown(page).split()
