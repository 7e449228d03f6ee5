"""The comparison page on the real release: whom we stand beside, the finding, the table, the addresses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from callbacks import compare, shell
from callbacks.services import Services
from callbacks.url_state import Facts
from layouts import text
from layouts.pages import compare as page
from layouts.pages import compare_words as words
from layouts.pages.compare_view import BENCHMARK, CompareView
from tests.app.conftest import of_type, shown, state_of

PATH = compare.PAGE.path


def view_of(services: Services, facts: Facts, search: str) -> CompareView:
    """The view of an address."""
    made = compare.build_view(services, state_of(search, facts, True, compare.PAGE.extras))
    assert made is not None
    return made[0]


def test_usually_beside_the_best_other_and_two_likes(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&nam=2024&tinh=quang-ninh")
    assert [side.name for side in view.others] == ["Tây Ninh", "Bắc Ninh", "Hưng Yên"]
    assert [like.name for like in view.likes[:2]] == ["Bắc Ninh", "Hưng Yên"]
    assert [side.key for side in view.sides if side.kind == BENCHMARK] == ["vung", "ca-nuoc"]


def test_figures_are_the_published_ones(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PCI&nam=2019&tinh=quang-ninh&voi=dong-thap")
    scores = services.warehouse.scores("PCI", 2019, component_code="PCI", view="main").set_index("unit_slug")
    assert view.total["quang-ninh"] == scores.loc["quang-ninh", "value"]
    assert view.total["dong-thap"] == scores.loc["dong-thap", "value"]
    rows = page.table_rows(view, "vi")
    assert rows[0]["gap_0"] == pytest.approx(
        scores.loc["quang-ninh", "value"] - scores.loc["dong-thap", "value"]
    )
    assert all(row["gap_0"] == pytest.approx(row["ours"] - row["side_0"]) for row in rows)
    assert not any(row.get(mark) for row in rows for mark in ("own", "cut", "out"))


def test_the_finding_agrees_with_the_table(services: Services, facts: Facts) -> None:
    search = "?cs=PCI&nam=2019&tinh=quang-ninh&voi=dong-thap"
    rows = page.table_rows(view_of(services, facts, search), "vi")[1:]
    said = shown(of_type(shell.show(PATH, search, services).page, "H1")[0])
    assert f"{sum(row['gap_0'] > 0 for row in rows)}/{len(rows)}" in said
    worst = min(rows, key=lambda row: row["gap_0"])
    assert text.number(-worst["gap_0"], 2, "vi") in said


@pytest.mark.parametrize(("lang", "told"), [("vi", "không hơn"), ("en", "is ahead of Hai Phong on none of")])
def test_ahead_on_nothing_is_told_in_words(services: Services, facts: Facts, lang: str, told: str) -> None:
    view = view_of(services, facts, f"?cs=PCI&nam=2019&tinh=quang-ninh&voi=hai-phong&lang={lang}")
    behind = view.rows.assign(**{view.own.key: 0.0, view.others[0].key: 1.0})
    said = words.headline(replace(view, rows=behind), lang)
    assert told in said
    assert "0/" not in said
    assert "on 0 of" not in said


def test_best_ever_is_no_lower_than_anybody(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&nam=2023&tinh=da-nang&moc=ky-luc&voi=ha-noi,can-tho")
    others = view.rows[["da-nang", "ha-noi", "can-tho"]].max(axis=1)
    assert (view.rows["ky-luc"] >= others.fillna(0)).all()


def test_a_province_that_is_none_is_told(services: Services) -> None:
    screen = shell.show(PATH, "?cs=PAPI&nam=2024&voi=hai-phong,khong-co", services)
    assert "khong-co" in shown(screen.notices)
    assert "Hải Phòng" in shown(screen.page)


def test_all_others_may_be_removed(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, f"?cs=PAPI&nam=2024&voi={compare.NONE}")
    assert view.others == ()
    assert view.sides


def test_choosing_writes_the_address_and_keeps_the_rest(services: Services) -> None:
    wanted = compare.chosen_others(["ha-noi", "da-nang"], "?cs=PAPI&nam=2024&lang=en&moc=ky-luc", services)
    assert wanted is not None
    assert "voi=ha-noi,da-nang" in wanted
    assert "moc=ky-luc" in wanted
    assert "lang=en" in wanted
    assert compare.chosen_others(["ha-noi", "da-nang"], wanted, services) is None
    assert compare.chosen_others([], wanted, services) == wanted.replace("ha-noi,da-nang", compare.NONE)


def test_likes_can_be_added_and_removed(services: Services, facts: Facts) -> None:
    view = view_of(services, facts, "?cs=PAPI&nam=2024&voi=bac-ninh")
    chosen = {like.name: like.chosen for like in view.likes}
    assert chosen["Bắc Ninh"] is True
    added = next(like for like in view.likes if not like.chosen)
    again = view_of(services, facts, added.href.partition("?")[2])
    assert [side.name for side in again.others] == ["Bắc Ninh", added.name]


def test_two_years_only_where_they_compare(services: Services, facts: Facts) -> None:
    assert view_of(services, facts, "?cs=PCI&nam=2019&voi=dong-thap").before["quang-ninh"][0] == 2018
    assert view_of(services, facts, "?cs=DTI&nam=2024&voi=hai-phong").before == {}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    "index", ["PAR", "SIPAS", "PCI", "PAPI", "DTI", "PGI", "Q766", "ICT", "DDCI", "IPAR"]
)
def test_every_index_draws(services: Services, index: str, lang: str) -> None:
    screen = shell.show(PATH, f"?cs={index}&lang={lang}&kieu=radar", services)
    assert len(of_type(screen.page, "H1")) == 1
