"""The ranking page over the real release: published figures, honest ranks, withheld provinces named."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from callbacks import engine, ranking, ranking_more
from callbacks.services import Services
from callbacks.subject import read_subject
from callbacks.url_state import Facts
from layouts.pages import internal, ranking_bands
from layouts.pages import ranking_parts as parts
from layouts.pages import ranking_words as words
from layouts.pages.ranking import table_notes
from layouts.pages.ranking_parts import RankingView
from layouts.text import t
from tests.app.conftest import of_type, shown, state_of
from tests.thorough import AT_LENGTH

AT_1440 = 784  # pixels that the page leaves for the table on a window of 1440


@pytest.fixture(scope="module")
def view_of(services: Services, facts: Facts):
    """A view by its query string."""

    def made(search: str) -> RankingView:
        found = ranking.build_view(services, state_of(search, facts, True, ranking.PAGE.extras))
        assert found is not None
        return found

    return made


@pytest.fixture(scope="module")
def page_of(services: Services, facts: Facts):
    """A drawn page by its query string."""
    return lambda search: ranking.render(services, state_of(search, facts, True, ranking.PAGE.extras))


def test_a_full_year_ranks_all_provinces(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    rows = parts.table_rows(view, "vi")
    assert len(rows) == 63
    assert rows[0]["name"] == "Quảng Ninh"
    assert rows[0]["own"]
    assert rows[0]["rank"] == 1
    assert rows[0]["score"] == pytest.approx(73.40, abs=0.005)
    assert [row["rank"] for row in rows] == sorted(row["rank"] for row in rows)


def test_the_headline_says_rank_score_and_distance(view_of) -> None:
    said = words.headline(view_of("?tinh=quang-ninh&cs=PCI&nam=2019"), "vi")
    assert "1/63" in said
    assert "73,40 điểm" in said
    assert "Đồng Tháp" in said


def test_the_headline_in_english_has_points(view_of) -> None:
    said = words.headline(view_of("?tinh=quang-ninh&cs=PCI&nam=2019&lang=en"), "en")
    assert "73.40" in said
    assert "73,40" not in said


def test_an_incomplete_pack_says_so_and_computes_no_rank(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PAR&nam=2023")
    held = len(view.scores)
    assert 0 < held < 63
    assert f"{held}/63 tỉnh có số liệu trong dữ liệu" in " ".join(words.lede(view, "vi"))
    assert set(view.scores["rank_kind"].dropna()) <= {"published"}
    assert "92,18" in words.headline(view, "vi")


def test_no_ranks_at_all_are_said_plainly(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=Q766&nam=2024")
    assert not view.ranked
    rows = parts.table_rows(view, "vi")
    assert [row["score"] for row in rows] == sorted((row["score"] for row in rows), reverse=True)
    assert "rank" not in {col.field for col in parts.columns(view, rows, "vi")}
    assert "34/63" in " ".join(words.lede(view, "vi"))


def test_withheld_provinces_stand_at_the_bottom_with_the_reason(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=PAPI&nam=2023")
    last = parts.table_rows(view, "vi")[-2:]
    assert {row["name"] for row in last} == {"Quảng Ninh: không công bố", "Bình Dương: không công bố"}
    for row in last:
        assert row["score"] is None
        assert row["score_why"]
    assert "không công bố kết quả của Quảng Ninh" in words.headline(view, "vi")


def test_group_cuts_stand_between_groups(view_of) -> None:
    rows = parts.table_rows(view_of("?tinh=quang-ninh&cs=PAPI&nam=2023"), "vi")
    cuts = [n for n, row in enumerate(rows) if row["cut"]]
    assert len(cuts) == 3
    assert all(rows[n]["group"] != rows[n - 1]["group"] for n in cuts)


def test_every_empty_cell_has_a_reason(view_of) -> None:
    for search in ("?cs=PAR&nam=2023", "?cs=PAPI&nam=2023", "?cs=DTI&nam=2024", "?cs=SIPAS&nam=2024"):
        for row in parts.table_rows(view_of(search), "vi"):
            for field in ("rank", "score", "change", "rank_change"):
                assert row[field] is not None or row[f"{field}_why"], (search, row["name"], field)


def test_another_framework_gives_no_change_but_the_reason(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=DTI&nam=2024")
    rows = parts.table_rows(view, "vi")
    assert all(row["change"] is None for row in rows)
    assert "2023" in rows[0]["change_why"]
    assert "Không so trực tiếp với 2023" in " ".join(words.lede(view, "vi"))


def test_a_component_can_be_ranked(view_of, page_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=DTI&nam=2024&tp=HDCQS")
    assert view.own["rank"] == 60
    assert view.own["value"] == pytest.approx(0.4088)
    assert "60/63" in words.headline(view, "vi")
    assert "hạng 60/63" in shown(page_of("?tinh=quang-ninh&cs=DTI&nam=2024&tp=HDCQS").children)


def test_an_unknown_component_is_repaired_with_a_notice(page_of) -> None:
    page = page_of("?cs=PCI&nam=2019&tp=nothing")
    assert [(r.parameter, r.asked) for r in page.repairs] == [("value", "nothing")]
    assert "1/63" in shown(page.children)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_filled_and_treated_figures_are_told(view_of, lang: str) -> None:
    view = view_of("?tinh=quang-ninh&cs=PCI&nam=2019")
    kinds = ["imputed", "recomputed", "published"] + ["published"] * (len(view.scores) - 3)
    told = {"value_kind": kinds, "treatment": None, "n_imputed": None}
    scores = view.scores.assign(**told)
    scores.loc[1, "n_imputed"], scores.loc[2, "treatment"] = 2, "winsorised"
    changed = replace(view, scores=scores)
    rows = {row["unit_id"]: row for row in parts.table_rows(changed, lang)}
    hints = [rows[unit].get("score_hint") for unit in scores["unit_id"]]
    assert hints[0] == t("ranking.why.imputed", lang)
    assert t("ranking.why.rests_on_imputed", lang, n=2) in hints[1]
    assert hints[2] == t("ranking.why.treated", lang)
    assert set(hints[3:]) == {None}
    assert [bool(rows[unit].get("score_soft")) for unit in scores["unit_id"][:3]] == [True, True, False]
    assert t("ranking.note.imputed", lang) in table_notes(changed, lang)
    assert t("ranking.note.imputed", lang) not in table_notes(view, lang)


@pytest.mark.parametrize(("cs", "nam", "count"), [("PCI", 2019, 65), ("PAR", 2023, 65), ("Q766", 2024, 65)])
def test_the_map_draws_all_provinces_and_both_archipelagos(page_of, cs: str, nam: int, count: int) -> None:
    graph = of_type(page_of(f"?tinh=quang-ninh&cs={cs}&nam={nam}").children, "Graph")[0]
    labels = [label for trace in graph.figure["data"] for label in trace["text"]]
    assert len(labels) == count
    assert {"Hoàng<br>Sa", "Trường<br>Sa"} <= set(labels)
    notes = {note["text"] for note in graph.figure["layout"]["annotations"]}
    assert {"(Đà Nẵng)", "(Khánh Hòa)"} <= notes


def test_ranks_over_the_years_break_where_nothing_was_published(page_of) -> None:
    graph = of_type(page_of("?tinh=quang-ninh&cs=PAPI&nam=2024").children, "Graph")[1]
    own = graph.figure["data"][-1]
    assert own["text"][0] == "Quảng Ninh"
    at = own["x"].index(2024)
    assert own["x"][at - 2 : at] == [2022, None]


def test_units_of_a_province_are_ranked_by_bloc(view_of, page_of) -> None:
    view = view_of("?tinh=tay-ninh&cs=IPAR&nam=2023")
    blocs = internal.blocs(internal.own_rows(view))
    assert [len(bloc) for bloc in blocs] == [19, 6]
    first = blocs[0].iloc[0]
    assert first["value"] == pytest.approx(96.85)
    assert first["points_max"] == pytest.approx(71.5)
    assert "96,85%" in shown(page_of("?tinh=tay-ninh&cs=IPAR&nam=2023").children)


def test_a_province_without_internal_scores_is_told_who_has_them(page_of) -> None:
    said = shown(page_of("?tinh=quang-ninh&cs=IPAR&nam=2023").children)
    assert "Tây Ninh" in said
    assert "Hà Nội" in said


def test_the_table_fits_and_names_itself(page_of) -> None:
    page = page_of("?tinh=quang-ninh&cs=PAPI&nam=2023")
    assert taken(of_type(page.children, "AgGrid")[0], AT_1440) <= AT_1440
    assert any("data-name" in div.to_plotly_json()["props"] for div in of_type(page.children, "Div"))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "asked", ["cs=PAPI&nam=2022", "cs=PCI&nam=2016", "cs=PAR&nam=2023", "cs=DTI&nam=2024"]
)
def test_groups_are_whole_and_regions_stand_only_where_they_have_room(page_of, asked: str, lang: str) -> None:
    grid = of_type(page_of(f"?tinh=quang-ninh&{asked}&lang={lang}").children, "AgGrid")[0]
    columns = {col["field"]: col for col in grid.columnDefs}
    if "group" in columns:
        longest = max(len(row["group"] or "") for row in grid.rowData)
        assert columns["group"]["width"] >= 7 * longest + 16
    region = columns["region"]
    first = region["context"]["from"]
    assert "region" in standing(grid, first)
    assert "region" not in standing(grid, first - 1)
    assert region["minWidth"] >= 150
    for width in (first, AT_1440, 1100):
        assert taken(grid, width) <= width


def standing(grid: Any, width: int) -> set[str]:
    """Fields of the columns of a table of that many pixels."""
    return {col["field"] for col in grid.columnDefs if col["context"]["from"] <= width}


def taken(grid: Any, width: int) -> int:
    """Pixels that its columns need at least."""
    there = standing(grid, width)
    return sum(col.get("width", col.get("minWidth", 0)) for col in grid.columnDefs if col["field"] in there)


def test_charts_have_caption_twin_and_downloads(page_of) -> None:
    page = page_of("?tinh=quang-ninh&cs=PCI&nam=2019").children
    assert (
        len(of_type(page, "Graph")) == len(of_type(page, "Figcaption")) == len(of_type(page, "Details")) == 2
    )
    assert all(caption.children for caption in of_type(page, "Figcaption"))
    tables = {store.id["table"] for store in of_type(page, "Store")}
    asked = {button.id["table"] for button in of_type(page, "Button") if hasattr(button, "id")}
    assert tables == asked == {"ranking", "ranking-map", "ranking-years"}


def test_choosing_a_component_writes_the_address(services: Services) -> None:
    search = "?tinh=quang-ninh&cs=DTI&nam=2024"
    assert "tp=HDCQS" in ranking.chosen_component("HDCQS", search, services)
    assert ranking.chosen_component("DTI", search, services) is None
    assert "tp" not in ranking.chosen_component("DTI", search + "&tp=HDCQS", services)
    assert ranking.chosen_component(None, search, services) is None


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_index_and_year_draws(services: Services, facts: Facts, lang: str) -> None:
    for choice in facts.indices:
        for year in choice.years if AT_LENGTH else {*choice.years[::3], *choice.years[-1:]}:
            state = state_of(f"?tinh=quang-ninh&cs={choice.key}&nam={year}&lang={lang}", facts, True)
            page = ranking.render(services, state)
            assert of_type(page.children, "H1")[0].children
            assert "nan" not in shown(page.children).split()


@pytest.mark.parametrize("province", ["ha-noi", "binh-duong", "khanh-hoa", "tay-ninh"])
def test_other_provinces_draw(services: Services, facts: Facts, province: str) -> None:
    for index in ("PAR", "PCI", "PAPI", "PGI"):
        page = ranking.render(services, state_of(f"?tinh={province}&cs={index}", facts, True))
        assert of_type(page.children, "H1")[0].children


def test_bands_are_those_of_the_simulation(services: Services, view_of) -> None:
    view = view_of("?tinh=ha-giang&cs=PAPI&nam=2024")
    simulation = engine.read_simulation(services, "PAPI", 2024)
    assert simulation is not None
    table = simulation.bands()
    rows = {row["unit_id"]: row for row in parts.table_rows(view, "vi")}
    for unit, band in table[table["rank"].notna()].iterrows():
        low, high = int(band["rank_low"]), int(band["rank_high"])
        shown_band = str(low) if low == high else f"{low}–{high}"
        assert rows[unit]["band"].removesuffix(" ≈") == shown_band
        assert rows[unit]["rank"] == band["rank"]
        if unit != "63:02":
            alike = simulation.differ("63:02", str(unit))[0] == "negligible"
            assert rows[unit]["band"].endswith("≈") == alike
    assert view.bands.alike
    own = table.loc["63:02"]
    said = " ".join(words.lede(view, "vi"))
    assert f"Hạng 30 ({int(own['rank_low'])}–{int(own['rank_high'])}): tính cả làm tròn" in said
    assert "Khác biệt không đáng kể với" in said


def test_totals_alone_allow_for_rounding_only(view_of) -> None:
    view = view_of("?tinh=quang-ninh&cs=DTI&nam=2024")
    assert view.bands.ranks
    assert not view.bands.whole
    assert "làm tròn của điểm công bố" in " ".join(words.lede(view, "vi"))


def test_an_incomplete_year_and_a_component_have_no_bands(view_of) -> None:
    assert not view_of("?tinh=quang-ninh&cs=PAR&nam=2023").bands.ranks
    assert not view_of("?tinh=quang-ninh&cs=DTI&nam=2024&tp=HDCQS").bands.ranks


def test_ties_are_named(view_of) -> None:
    rows = [
        {"rank": 2, "name": "A"},
        {"rank": 2, "name": "B"},
        {"rank": 1, "name": "C"},
        {"rank": None, "name": "D"},
    ]
    assert ranking_bands.ties(rows) == {2: ["A", "B"]}
    assert ranking_bands.ties_note({2: ["A", "B"]}, "vi") == "Đồng hạng: hạng 2 có A và B."
    many = [f"Xã {n}" for n in range(9)]
    told = "Đồng hạng: hạng 2 có Xã 0, Xã 1, Xã 2, Xã 3, Xã 4, Xã 5 và 3 nơi khác."
    assert ranking_bands.ties_note({2: many}, "vi") == told
    view = view_of("?tinh=quang-ninh&cs=DTI&nam=2024")
    shared = view.scores["rank"].dropna()
    assert bool(shared.duplicated().any()) == ("Đồng hạng" in " ".join(table_notes(view, "vi")))


def test_a_row_says_who_shares_its_rank_however_many_do(view_of) -> None:
    """Not all of them in every row: of many units that share a rank the table would grow by their square."""
    view = view_of("?cs=PAPI&nam=2023")
    shared = replace(view, scores=view.scores.assign(rank=1))
    rows = [row for row in parts.table_rows(shared, "vi") if row["rank"] == 1]
    first = ", ".join(row["name"] for row in rows[: ranking_bands.NAMES_SHOWN])
    told = f"đồng hạng: {first} và {len(rows) - ranking_bands.NAMES_SHOWN} nơi khác"
    assert len(rows) == len(view.rows)
    assert {row["rank_hint"] for row in rows} == {told}
    assert all("rank_hint" not in row for row in parts.table_rows(view, "vi") if row["rank"] == 1)


def test_a_region_shows_its_provinces_only(view_of, services: Services) -> None:
    region = str(services.warehouse.units("63").set_index("unit_id").loc["63:22", "region_code"])
    whole, part = view_of("?cs=PAPI&nam=2023"), view_of(f"?cs=PAPI&nam=2023&vung={region}")
    members = set(whole.units[whole.units["region_code"] == region]["unit_id"])
    rows = parts.table_rows(part, "vi")
    assert {row["unit_id"] for row in rows} <= members
    assert len(rows) == sum(row["unit_id"] in members for row in parts.table_rows(whole, "vi"))
    assert words.headline(part, "vi") == words.headline(whole, "vi")


def test_unknown_region_and_set_are_repaired(page_of) -> None:
    page = page_of("?cs=PAPI&nam=2023&vung=nowhere&bo=62")
    assert [repair.asked for repair in page.repairs] == ["nowhere", "62"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_new_provinces_are_estimates_and_say_so(services: Services, facts: Facts, page_of, lang: str) -> None:
    state = state_of("?tinh=yen-bai&cs=PAPI&nam=2024&bo=34", facts, True, ranking.PAGE.extras)
    subject = read_subject(services, state)
    assert subject is not None
    view = ranking_more.build_estimates(services, subject, state)
    assert view is not None
    direct = services.warehouse.backcast("PAPI", 2024, component_code="PAPI")
    assert {row["unit_id"]: row["value"] for row in view.known} == {
        row["unit_id"]: row["value"] for row in direct[direct["value"].notna()].to_dict("records")
    }
    assert {row["kind"] for row in view.rows} == {"estimate"}
    assert view.own_id == "34:15"
    page = page_of(f"?tinh=yen-bai&cs=PAPI&nam=2024&bo=34&lang={lang}").children
    told = shown(page)
    assert t("estimates.rule_population", lang) in told
    assert t("estimates.word", lang) in told
    stored = next(store.data for store in of_type(page, "Store"))
    assert len(stored["rows"]) == len(direct)
    assert next(col["label"] for col in stored["columns"] if col["field"] == "score") == t(
        "estimates.word", lang
    )
    assert not {"change", "gap", "group"} & {col["field"] for col in stored["columns"]}


def test_new_provinces_are_offered_for_totals_of_the_old_set_only(view_of) -> None:
    assert [key for key, _ in view_of("?cs=PAPI&nam=2024").switches] == ["set", "region"]
    assert [key for key, _ in view_of("?cs=DTI&nam=2024&tp=HDCQS").switches] == ["region"]
