"""The overview of real provinces: figures on screen are the published ones, words agree with them."""

from __future__ import annotations

import re

import numpy as np
import pytest

from callbacks import engine, overview
from callbacks.cards import group_name, one_set, trend_of
from callbacks.outlook import build_outlook
from callbacks.services import Services
from callbacks.url_state import Facts
from etl.warehouse.queries import Warehouse
from indices.benchmarks import falls
from indices.ledger import ledger, risks
from layouts import movement, narrative, outlook_words, target_words
from layouts.figures import strip, trend
from layouts.pages import overview as overview_page
from layouts.text import t
from layouts.views import CardView, Outlook, OverviewView
from tests.app.conftest import of_type, shown, state_of
from tests.thorough import AT_LENGTH


@pytest.fixture(scope="module")
def view(warehouse: Warehouse, facts: Facts) -> OverviewView:
    """The latest overview of Quảng Ninh."""
    return overview.build_view(warehouse, state_of("?tinh=quang-ninh", facts))


@pytest.fixture(scope="module")
def cards(view: OverviewView) -> dict[str, CardView]:
    """Its cards by index code."""
    return {card.code: card for card in view.cards}


@pytest.mark.parametrize(
    ("code", "year", "value", "rank", "n"),
    [
        ("PAR", 2023, 92.18, 1, 63),
        ("SIPAS", 2023, 90.61, 1, 63),
        ("PCI", 2024, 73.20, 2, None),
        ("PAPI", 2024, 47.821236, 1, 61),
        ("DTI", 2024, 0.7484, 17, 63),
        ("PGI", 2024, 26.21, None, None),
    ],
)
def test_cards_hold_the_published_figures(
    cards: dict[str, CardView], code: str, year: int, value: float, rank: int | None, n: int | None
) -> None:
    row = cards[code].row
    assert row is not None
    assert (row["year"], row["rank"]) == (year, rank)
    assert row["value"] == pytest.approx(value)
    assert n is None or row["n_ranked"] == n


def test_six_cards_on_one_page(view: OverviewView) -> None:
    assert len(view.cards) == 6


def test_page_shows_them_in_vietnamese_and_english(services: Services, facts: Facts) -> None:
    for lang, figures in (("vi", ("92,18", "47,82", "0,7484")), ("en", ("92.18", "47.82", "0.7484"))):
        page = overview.render(services, state_of(f"?tinh=quang-ninh&lang={lang}", facts)).children
        assert all(figure in shown(page) for figure in figures)


def test_trends_break_where_nothing_was_published(cards: dict[str, CardView]) -> None:
    joined = {point.year: point.joined for point in cards["PAPI"].trend}
    assert 2018 not in joined
    assert 2021 not in joined
    assert 2023 not in joined
    assert not joined[2019]
    assert not joined[2022]
    assert not joined[2024]
    assert joined[2020]


def test_trends_break_where_the_framework_changed(cards: dict[str, CardView]) -> None:
    points = {point.year: point for point in cards["SIPAS"].trend}
    assert not points[2022].joined
    assert points[2023].joined
    figure = trend.figure(cards["SIPAS"].trend, 2, "vi")
    assert None in figure["data"][0]["y"]
    assert figure["data"][0]["connectgaps"] is False


def test_a_skipped_year_is_said(cards: dict[str, CardView]) -> None:
    assert "2023" in narrative.compared_with(cards["PAPI"], "vi")
    assert "2022" in narrative.compared_with(cards["PAPI"], "vi")


def test_a_later_rank_without_a_score_is_said(cards: dict[str, CardView]) -> None:
    assert "4/63" in " ".join(narrative.card_notes(cards["SIPAS"], "vi"))


def test_no_change_is_shown_between_frameworks(cards: dict[str, CardView]) -> None:
    row = cards["DTI"].row
    assert row is not None
    assert row["comparability"] == "not_comparable"
    assert all("điểm" not in text for text, _ in narrative.change_parts(cards["DTI"], "vi"))


def test_a_mean_of_a_part_is_neither_drawn_nor_told(cards: dict[str, CardView]) -> None:
    card = cards["PCI"]
    assert card.row is not None
    assert card.row["mean_kind"] == "partial"
    assert card.strip is not None
    assert card.strip.mean is None
    assert "trung bình" not in narrative.gap_sentence(card, "vi").lower()
    assert any("8" in note for note in narrative.card_notes(card, "vi"))


def test_a_strip_marks_its_own_province_once(cards: dict[str, CardView]) -> None:
    drawn = cards["PAPI"].strip
    assert drawn is not None
    figure = strip.figure(drawn, "vi")
    assert len(figure["data"][0]["x"]) == len(drawn.values) - 1
    assert figure["data"][1]["x"] == [drawn.own]
    assert figure["layout"]["separators"] == ",."


def test_headline_says_leads_falls_and_worst(view: OverviewView) -> None:
    told = narrative.headline(view.province, view.cards, "vi")
    assert "Quảng Ninh dẫn đầu" in told
    assert "PAR Index 2023" in told
    assert "17/63" in told
    assert "SIPAS 2023" not in told, "a newer rank of SIPAS is known and it is not the first"
    assert "14 bậc" in told


def test_the_second_is_known_by_rank_only(warehouse: Warehouse, facts: Facts) -> None:
    then = overview.build_view(warehouse, state_of("?tinh=quang-ninh&nam=2019", facts))
    sipas = next(card for card in then.cards if card.code == "SIPAS")
    assert sipas.row is not None
    assert sipas.row["mean_kind"] != "computed"
    assert sipas.runner_up is None, "a few scores of 63 do not say who was second"
    par = next(
        card for card in overview.build_view(warehouse, state_of("", facts)).cards if card.code == "PAR"
    )
    assert par.runner_up is not None
    assert par.runner_up.name == "Hải Phòng"


def test_weak_components_are_real_and_ordered(view: OverviewView) -> None:
    standings = [item.row["rank"] / item.row["n_ranked"] for item in view.weak]
    assert standings == sorted(standings, reverse=True)
    first = view.weak[0]
    assert (first.card.code, first.row["rank"], first.row["n_ranked"]) == ("DTI", 60, 63)
    assert all(item.lost_part > 0 for item in view.weak)
    assert len(view.weak) <= overview.WEAK_SHOWN


def test_three_strongest_stand_highest(view: OverviewView) -> None:
    standings = [item.row["rank"] / item.row["n_ranked"] for item in view.strong]
    assert len(standings) == overview.SHOWN
    assert standings == sorted(standings)
    every = [item.row["rank"] / item.row["n_ranked"] for item in view.components if item.row["rank"]]
    assert standings == sorted(every)[: overview.SHOWN]


def test_only_comparable_years_are_said_to_rise_or_fall(view: OverviewView) -> None:
    found = {one.card.code: one for one in movement.movements(view.cards, view.components, "vi")}
    assert {code: one.way for code, one in found.items()} == {
        "PAR": "up", "SIPAS": "up", "PCI": "up", "PGI": "up", "PAPI": "down", "DTI": "unknown",
    }  # fmt: skip
    assert "giảm 0,06 điểm" in found["PAPI"].told
    assert "giảm nhiều nhất: Công khai, minh bạch" in found["PAPI"].told
    assert "(−0,54)" in found["PAPI"].told
    assert "tăng nhiều nhất: Kiểm soát tham nhũng" in found["PAPI"].told
    assert "không so trực tiếp với 2023" in found["DTI"].told
    assert "4 chỉ số tăng điểm" in movement.finding(found.values(), "vi")
    only_down = [one for one in found.values() if one.way == "down"]
    assert movement.finding(only_down, "vi") == "1 chỉ số giảm điểm"
    assert movement.finding(only_down, "en") == "1 index fell"
    assert "PCI" in movement.unexplained(found.values(), "vi")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_sentences_of_every_province_are_whole(services: Services, facts: Facts, lang: str) -> None:
    for choice in facts.provinces[::12]:
        view = overview.build_view(services.warehouse, state_of(f"?tinh={choice.key}&lang={lang}", facts))
        told = [one.told for one in movement.movements(view.cards, view.components, lang)]
        outlook = build_outlook(services, narrative.recent(view.cards), lang)
        told += outlook_words.rungs(outlook.rungs, lang)
        told += [outlook_words.finding(outlook, lang), outlook_words.unknown(outlook, lang)]
        for sentence in (one for one in told if one):
            assert not re.search(r"\bNone\b|\bnan\b|\{|  |,,|;;|\.\.|, \.", sentence), sentence
            assert sentence.replace("**", "").strip() == sentence.replace("**", "")


@pytest.fixture(scope="module")
def hill(services: Services, facts: Facts) -> tuple[OverviewView, Outlook]:
    """Hà Giang, which stands in the middle: it has places to gain and to lose."""
    view = overview.build_view(services.warehouse, state_of("?tinh=ha-giang", facts))
    return view, build_outlook(services, narrative.recent(view.cards), "vi")


def test_levers_are_those_of_the_ledger(services: Services, hill: tuple[OverviewView, Outlook]) -> None:
    view, outlook = hill
    case = engine.read_case(services, "PAPI", 2024, "63:02")
    found = engine.read_year(services, "PAPI", 2024)
    assert case is not None
    assert found is not None
    table = ledger(case).set_index("code")
    papi = [one for one in outlook.levers if one.card.code == "PAPI"]
    assert papi
    assert [one.places for one in papi] == sorted((one.places for one in papi), reverse=True)
    for one in papi:
        code = one.component["code"]
        assert code in case.plan.inputs
        assert one.need == table.loc[code, "need"]
        assert one.most == table.loc[code, "places_gained"]
        assert one.best == found.values[code].max()
        total = case.totals(np.array([case.plan.place[code]]), np.array([one.best]))
        assert one.places == case.rank - case.ranks(total)[0] > 0
        assert one.gain == pytest.approx(total[0] - case.total)
    row = next(card.row for card in view.cards if card.code == "PAPI")
    assert row is not None
    assert case.rank == row["rank"] == 30


def test_risks_are_those_of_the_engine(services: Services, hill: tuple[OverviewView, Outlook]) -> None:
    case, history = (
        engine.read_case(services, "PAPI", 2024, "63:02"),
        engine.read_recent(services, "PAPI", 2024),
    )
    assert case is not None
    assert history is not None
    table = risks(case, falls(history, "63:02")).set_index("code")
    own = [one for one in hill[1].risks if one.card.code == "PAPI"]
    assert own
    for one in own:
        row = table.loc[one.component["code"]]
        assert one.places == row[f"places_{one.basis}"] == row[["places_last", "places_region"]].max()
        assert one.loss == row[f"fall_{one.basis}"]
        assert one.to < one.value


def test_the_fall_to_last_year_is_the_whole_history_s(services: Services) -> None:
    recent, whole = (read(services, "PAPI", 2024) for read in (engine.read_recent, engine.read_history))
    assert recent is not None
    assert whole is not None
    assert len(recent.frames) == 2 < len(whole.frames)
    for part in ("last", "region"):
        assert getattr(falls(recent, "63:02"), part).equals(getattr(falls(whole, "63:02"), part))


def test_rungs_reach_the_rank_they_name(services: Services, facts: Facts) -> None:
    view = overview.build_view(services.warehouse, state_of("?tinh=quang-ninh", facts))
    outlook = build_outlook(services, view.cards, "vi")
    steps = {(one.card.code, one.rank): one for one in outlook.rungs}
    case = engine.read_case(services, "DTI", 2024, "63:22")
    assert case is not None
    for rank in (16, 3):
        written = outlook_words.at_least(steps["DTI", rank].points, 4)
        assert case.field.rank_of("63:22", np.array([case.total + written]))[0] <= rank
        assert case.field.rank_of("63:22", np.array([case.total + written - 0.0002]))[0] > rank
    assert steps["DTI", 3].of_target
    assert "0,0769 điểm thì đạt mục tiêu hạng 3" in outlook_words.rungs(outlook.rungs, "vi")[0]


def test_places_are_not_counted_where_totals_are_missing(services: Services, view: OverviewView) -> None:
    outlook = build_outlook(services, view.cards, "vi")
    assert [card.code for card in outlook.unknown] == ["PAR", "SIPAS", "PCI", "PGI"]
    assert {one.card.code for one in (*outlook.rungs, *outlook.levers, *outlook.risks)} <= {"PAPI", "DTI"}


def test_a_weakness_of_several_indices_is_told_once(warehouse: Warehouse, view: OverviewView) -> None:
    rows = warehouse.theme_weaknesses("63:22", 2024)
    flagged = rows[rows["flagged"].astype(bool)]
    assert {theme.row["theme_code"] for theme in view.themes} == set(flagged["theme_code"])
    assert len(view.themes) == len({theme.row["theme_code"] for theme in view.themes}) == 6
    assert all(len(theme.seen) >= 2 and all(part for _, part in theme.seen) for theme in view.themes)
    assert "Bộ chỉ số 766" in {index for theme in view.themes for index, _ in theme.seen}


def test_the_four_questions_stand_in_order(services: Services, facts: Facts) -> None:
    for lang in ("vi", "en"):
        page = overview.render(services, state_of(f"?tinh=ha-giang&lang={lang}", facts)).children
        told = [shown(h).strip() for h in of_type(page, "H2")]
        asked = [t(f"overview_ask.{key}", lang) for key in ("stand", "moved", "why", "next")]
        places = [next(n for n, one in enumerate(told) if one.startswith(ask)) for ask in asked]
        assert places == sorted(places)


def test_the_foot_names_sources_and_release(services: Services, facts: Facts) -> None:
    page = overview.render(services, state_of("?tinh=quang-ninh", facts)).children
    foot = next(shown(p) for p in of_type(page, "P") if "sources" in str(getattr(p, "className", "")))
    for card in overview.build_view(services.warehouse, state_of("?tinh=quang-ninh", facts)).cards:
        assert card.row is not None
        assert f"{card.label('vi')}: {card.row['source_id']}" in foot


def test_a_year_shows_what_was_known_then(warehouse: Warehouse, facts: Facts) -> None:
    then = overview.build_view(warehouse, state_of("?tinh=quang-ninh&nam=2021", facts))
    rows = {card.code: card.row for card in then.cards}
    assert all(row is None or row["year"] <= 2021 for row in rows.values())
    assert rows["PGI"] is None
    papi = next(card for card in then.cards if card.code == "PAPI")
    assert papi.row is not None
    assert papi.row["year"] == 2020
    assert "2021" in " ".join(narrative.card_notes(papi, "vi"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_province_has_a_page(warehouse: Warehouse, services: Services, facts: Facts, lang: str) -> None:
    some = 4 if lang == "vi" else 12  # the words differ, the figures do not
    for choice in facts.provinces[:: 1 if AT_LENGTH else some]:
        page = overview.render(services, state_of(f"?tinh={choice.key}&lang={lang}", facts)).children
        assert of_type(page, "H1")[0].children == choice.name(lang)
        assert len(of_type(page, "Article")) == 1 + 6


def test_a_new_province_points_to_the_old_ones(services: Services, facts: Facts) -> None:
    page = overview.render(services, state_of("?tinh=lao-cai-34", facts)).children
    hrefs = [getattr(link, "href", "") for link in of_type(page, "A")]
    assert "/?tinh=yen-bai" in hrefs


def test_every_chart_has_a_label_and_a_twin(services: Services, facts: Facts) -> None:
    page = overview.render(services, state_of("?tinh=quang-ninh", facts)).children
    held = [d for d in of_type(page, "Div") if of_type(d.children, "Graph")]
    direct = [d for d in held if type(d.children).__name__ == "Graph"]
    assert direct
    assert all(getattr(div, "aria-label", "") for div in direct)
    assert len(of_type(page, "Details")) == 5
    captions = [shown(c) for c in of_type(page, "Caption")]
    assert "Các chỉ số của Quảng Ninh" in captions


def test_twins_hold_the_figures_of_the_drawings(services: Services, facts: Facts) -> None:
    page = overview.render(services, state_of("?tinh=quang-ninh", facts)).children
    stores = {store.id["table"]: store.data for store in of_type(page, "Store")}
    papi = [row["PAPI"] for row in stores["overview-strips"]["rows"] if row["PAPI"] is not None]
    assert len(papi) == 61
    assert stores["overview-cards"]["meta"]["release_id"] == services.release_id()
    rows = {row["index"]: row for row in stores["overview-cards"]["rows"]}
    assert rows["PAR Index"]["score"] == pytest.approx(92.18)


@pytest.mark.parametrize(("lang", "name"), [("vi", "Nhóm A (từ 90)"), ("en", "Group A (90 and above)")])
def test_a_card_says_group_once(lang: str, name: str) -> None:
    groups = ({"year": 1, "group_code": "A", f"name_{lang}": name},)
    told = t("card.group", lang, group=group_name(groups, {"year": 1, "group_code": "A"}, lang))
    assert told.lower().count("nhóm" if lang == "vi" else "group") == 1
    assert told.replace(":", "") == name


def test_two_sets_never_share_a_trend() -> None:
    rows = [
        {"unit_set": "63", "year": year, "value": 1.0, "prev_year": year - 1, "comparability": "comparable"}
        for year in (2019, 2020)
    ]
    new = {"unit_set": "34", "year": 2021, "value": 2.0, "prev_year": None, "comparability": "no_previous"}
    assert one_set([*rows, new]) == [new]
    assert [point.joined for point in trend_of(rows, {}, "vi")] == [True, True]


def test_a_target_nothing_measures_shows_what_stands_beside_it(view: OverviewView) -> None:
    target = next(row for row in view.targets if row["reason_code"] == "only_related" and row["value"] == 99)
    assert target["related"]["value"] == 90.61
    told = target_words.related(target, "vi")
    assert "90,61% (2023)" in told
    assert target["status"] == "cannot_say"
    assert told in shown(overview_page.layout(view, "vi"))
