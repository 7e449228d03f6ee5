"""The page of internal indices: published figures by bloc, the maximum that applies, each component alone."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from callbacks import internal as page
from callbacks import pages
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts.pages import internal
from layouts.pages.internal_parts import matrix
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
