"""The page of internal indices: published figures by bloc, the maximum that applies, each component alone."""

from __future__ import annotations

import json
from dataclasses import replace

import brotli
import pandas as pd
import pytest
from plotly.utils import PlotlyJSONEncoder

from callbacks import internal as page
from callbacks import pages
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts import ids
from layouts.pages import internal
from layouts.pages.internal_parts import LOWEST, matrix
from layouts.pages.ranking_parts import RankingView
from tests.app.conftest import of_type, shown, state_of


def drawn(search: str, services: Services, facts: Facts):
    """The rendered page of a query string."""
    return page.render(services, state_of(search, facts, extras=page.PAGE.extras))


def test_it_is_a_page_of_its_own() -> None:
    assert pages.find("/noi-bo") is page.PAGE
    assert page.PAGE.group == "ground"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_blocs_stand_apart_with_the_published_figures(services: Services, facts: Facts, lang: str) -> None:
    search = f"?tinh=tay-ninh&nam=2023&bo=IPAR&lang={lang}"
    view = page.build_view(services, state_of(search, facts, extras=page.PAGE.extras))
    assert view is not None
    rows = internal.own_rows(view)
    direct = services.warehouse.scores("IPAR", 2023, component_code=view.code, view="main")
    own = direct[direct["unit_id"].isin(rows["unit_id"])].set_index("unit_id")["value"]
    assert rows.set_index("unit_id")["value"].to_dict() == own.to_dict()
    told = drawn(search, services, facts).children
    assert len(of_type(told, "Section")) == rows["bloc"].nunique() >= 1
    assert ("96,85%" if lang == "vi" else "96.85%") in shown(told)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_only_a_bloc_that_is_held_whole_has_a_leader(services: Services, facts: Facts, lang: str) -> None:
    """Of some units of a bloc the first is the highest of those held; ranks make it the leader."""
    view = page.build_view(services, state_of("?tinh=quang-ninh&bo=IPAR", facts, extras=page.PAGE.extras))
    assert view is not None
    rows = internal.own_rows(view)
    assert rows["rank"].isna().all()
    leads = {"vi": "dẫn đầu khối sở, ban, ngành", "en": "leads departments and agencies"}[lang]
    some = {"vi": "cao nhất trong 2 đơn vị có số liệu", "en": "is highest of the 2 units held"}[lang]
    told = internal.headline(rows, view, lang)
    assert some in told
    assert leads not in told
    whole = internal.headline(rows.assign(rank=[1.0, 2.0]), view, lang)
    assert leads in whole
    assert some not in whole


def test_the_internal_indices_are_offered_and_an_unknown_one_is_repaired(
    services: Services, facts: Facts
) -> None:
    codes = {row["index_code"] for row in page.internal_indices(services)}
    assert "IPAR" in codes
    found = drawn("?tinh=tay-ninh&bo=XYZ", services, facts)
    assert [repair.asked for repair in found.repairs] == ["XYZ"]
    if len(codes) > 1:
        hrefs = [getattr(link, "href", "") for link in of_type(found.children, "A")]
        assert all(any(f"bo={code}" in href for href in hrefs) for code in codes)


def test_the_first_index_shown_is_one_the_province_has(services: Services, facts: Facts) -> None:
    view = page.build_view(services, state_of("?tinh=tay-ninh", facts))
    assert view is not None
    assert view.subject.index["index_code"] == "IPAR"
    assert len(internal.own_rows(view))


def test_a_rank_without_a_score_does_not_open_the_page(services: Services, facts: Facts) -> None:
    """Of Quảng Ninh one index holds a rank alone, another the scores of its units: those are shown first."""
    view = page.build_view(services, state_of("?tinh=quang-ninh", facts))
    assert view is not None
    assert internal.own_rows(view)["value"].notna().any()


@pytest.mark.parametrize(("code", "told"), [("IPAR", "điểm tối đa áp dụng"), ("DDCI", "trong dữ liệu")])
def test_the_order_told_is_that_of_the_index(services: Services, facts: Facts, code: str, told: str) -> None:
    view = page.build_view(services, state_of(f"?tinh=quang-ninh&bo={code}", facts, extras=page.PAGE.extras))
    assert view is not None
    made = internal.bloc_section(internal.blocs(internal.own_rows(view))[0], view, "vi", "")
    assert next(note.children for note in of_type(made, "P")).endswith(told)


def test_parts_of_the_points_are_what_units_are_compared_in() -> None:
    """The points obtained are one component under the total: those below them tell units apart."""
    tree = pd.DataFrame(
        {"component_code": ["T", "P", "P.1", "P.2", "P.3"], "parent_code": [None, "T", "P", "P", "P"]}
    )
    assert page.compared_codes(tree, {"T", "P", "P.1", "P.2"}, "T") == ("P.1", "P.2")
    assert page.compared_codes(tree, {"T", "P"}, "T") == ("P",)


def test_a_province_without_figures_is_told_who_has_some(services: Services, facts: Facts) -> None:
    assert "Tây Ninh" in shown(drawn("?tinh=quang-ninh&nam=2023&bo=IPAR", services, facts).children)


@pytest.mark.parametrize(
    ("lang", "told"), [("vi", "chưa có điểm của đơn vị nào"), ("en", "no unit's score is held")]
)
def test_units_without_any_score_are_a_whole_sentence(
    services: Services, facts: Facts, lang: str, told: str
) -> None:
    found = shown(drawn(f"?tinh=quang-ninh&bo=DDCI&lang={lang}", services, facts).children)
    assert told in found
    assert "1 units" not in found


@pytest.mark.parametrize(("by", "first"), [("share", 80.0), ("value", 8.0)])
def test_components_of_a_bloc_stand_side_by_side(
    services: Services, facts: Facts, by: str, first: float
) -> None:
    """A cell is the unit's figure: a share of its own maximum where every one has a maximum."""
    view = page.build_view(services, state_of("?tinh=tay-ninh&nam=2023&bo=IPAR", facts))
    assert view is not None
    bloc = internal.blocs(internal.own_rows(view))[0].head(2)
    ids = bloc["unit_id"].tolist()
    parts = pd.DataFrame(
        {
            "unit_id": [unit for unit in ids for _ in range(2)],
            "component_code": ["1", "2"] * 2,
            "component_name": ["1 Chỉ đạo", "2 Thể chế"] * 2,
            "value": [8.0, 5.0, 4.0, 5.0],
            "share": [0.8, 0.5, 0.5, 0.5] if by == "share" else [0.8, None, 0.5, 0.5],
        }
    )
    made = matrix(bloc, replace(view, parts=parts), "vi")
    assert made is not None
    assert "2 Thể chế" in shown(made)
    assert "xa nhất ở 1 Chỉ đạo" in shown(made)
    stored = next(one.data for one in of_type(made, "Store") if "rows" in (one.data or {}))
    assert next(row["1"] for row in stored["rows"]) == pytest.approx(first)
    assert [row["total"] for row in stored["rows"]] == bloc["value"].tolist()


def test_one_component_alone_makes_no_matrix(services: Services, facts: Facts) -> None:
    view = page.build_view(services, state_of("?tinh=tay-ninh&nam=2023&bo=IPAR", facts))
    assert view is not None
    assert view.parts["component_code"].nunique() < 2
    assert matrix(internal.own_rows(view), view, "vi") is None


def grown(view: RankingView, count: int) -> RankingView:
    """The view with so many units, copies of those it has under ids and names of their own, each with three
    components.
    """
    own = internal.own_rows(view)["unit_id"]
    rows = view.scores[view.scores["unit_id"].isin(own)]
    names = [f"{unit}-{n}" for n in range(count) for unit in [own.iloc[n % len(own)]]]
    old = [name.rpartition("-")[0] for name in names]
    scores = rows.set_index("unit_id").loc[old].reset_index()
    titles = [f"{name} {n}" for n, name in enumerate(scores["unit_name_vi"])]
    scores = scores.assign(unit_id=names, unit_name_vi=titles, unit_order=range(count))
    units = view.units.set_index("unit_id").loc[old].reset_index().assign(unit_id=names)
    parts = pd.concat(
        pd.DataFrame(
            {"unit_id": names, "component_code": code, "component_name": f"{code} Thành phần",
             "value": [(n * int(code)) % 97 / 10 for n in range(count)], "share": None}
        )
        for code in "123"
    )  # fmt: skip
    return replace(view, scores=scores, units=units.drop_duplicates("unit_id"), parts=parts)


def packed(told: object) -> int:
    """Bytes of an answer as it is sent."""
    return len(brotli.compress(json.dumps(told, cls=PlotlyJSONEncoder).encode(), quality=4))


def test_a_page_of_all_communes_of_the_country_is_a_small_answer(services: Services, facts: Facts) -> None:
    """3,321 units: the table's rows come after the page, and only the lowest units are drawn."""
    view = page.build_view(services, state_of("?tinh=tay-ninh&nam=2023&bo=IPAR", facts))
    assert view is not None
    many = grown(view, 3321)
    made = internal.layout(many, "vi", "?tinh=tay-ninh")
    assert packed(made) < 30_000
    stores = [one.data for one in of_type(made, "Store") if one.id["type"] == ids.TABLE_LATER]
    late = [internal.later_rows(many, asked["table"], "vi") for asked in stores]
    told = sum(len(grid.rowData or []) for grid in of_type(made, "AgGrid"))
    assert sum(map(len, late)) + told == 3321
    assert {asked["search"] for asked in stores} == {"?tinh=tay-ninh"}
    largest = of_type(made, "Graph")[0].figure["data"][0]
    assert len(largest["y"]) == LOWEST
    assert f"{LOWEST} đơn vị thấp nhất trong" in shown(made)


def test_the_rows_of_a_long_bloc_are_those_a_short_one_shows(
    services: Services, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    search = "?tinh=tay-ninh&nam=2023&bo=IPAR&lang=en"
    short = of_type(drawn(search, services, facts).children, "AgGrid")
    monkeypatch.setattr(internal, "LONG", 0)
    told = drawn(search, services, facts).children
    assert [grid.rowData for grid in of_type(told, "AgGrid")] == [None] * len(short)
    assert [grid.columnDefs for grid in of_type(told, "AgGrid")] == [grid.columnDefs for grid in short]
    asked = [one.data for one in of_type(told, "Store") if one.id["type"] == ids.TABLE_LATER]
    assert [page.later_rows(services, one) for one in asked] == [grid.rowData for grid in short]
    assert len(short[0].rowData) > 1


@pytest.mark.parametrize(
    "asked",
    [None, 3, {}, {"table": "ranking-x"}, {"table": [], "search": 1}, {"table": {}, "search": "?bo=IPAR"}],
)
def test_rows_of_no_bloc_are_none(services: Services, asked: object) -> None:
    assert page.later_rows(services, asked) is None
