"""The page of dossiers: figures as the store counts them, every period, unknowns kept apart, empty states."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from callbacks import dossiers as page
from callbacks import pages, warming
from callbacks.downloads import make_file
from callbacks.services import Services
from callbacks.url_state import Facts
from etl.dossiers import generate
from etl.dossiers.load import Ask, load, put_lists
from etl.dossiers.rules import load_rules
from etl.publish import serve
from etl.tables_dossiers import LATE_KEPT
from etl.warehouse import schema
from etl.warehouse.connect import Pointer
from etl.warehouse.queries import Warehouse
from indices.dossier_cube import Cube
from indices.dossier_report import late_bands
from layouts.pages import dossiers as layout_of
from layouts.pages import dossiers_parts
from layouts.pages.dossiers_view import DossiersView, NoDossiers
from layouts.text import LANGS, number, percent, t
from tests.app.conftest import of_type, shown, state_of
from tests.dossier_files import loaded, new_store, row
from tests.dossier_release import cube_of, of_another_too, with_dossiers

COUNT = 12_000


@pytest.fixture(scope="module")
def simulated(warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The real release with a year of simulated dossiers."""
    folder, plan = tmp_path_factory.mktemp("dossiers"), generate.load_plan()
    lists = generate.lists(plan, 1)
    path = folder / "made.parquet"
    generate.write(generate.tables(plan, lists, load_rules(), COUNT, 2), path)
    put_lists(folder / "store", *generate.write_lists(lists, folder / "lists"))
    load(folder / "store", Ask(path, plan.province))
    return with_dossiers(warehouse.release_file(), folder / "store", folder / "release")


@pytest.fixture(scope="module")
def cube(simulated: Warehouse) -> Cube:
    """The counts of the simulated dossiers."""
    return cube_of(simulated)


@pytest.fixture(scope="module")
def with_store(simulated: Warehouse) -> Services:
    """Services over the real release with simulated dossiers."""
    return Services(simulated, "quang-ninh")


def view_of(services: Services, facts: Facts, search: str) -> DossiersView:
    """The view of an address."""
    view = page.build_view(services, state_of(search, facts, extras=page.PAGE.extras))
    assert isinstance(view, DossiersView)
    return view


def drawn(services: Services, facts: Facts, search: str):
    """The rendered page of an address."""
    return page.render(services, state_of(search, facts, extras=page.PAGE.extras))


def test_it_is_a_page_of_its_own() -> None:
    assert pages.find("/ho-so-766") is page.PAGE
    assert (page.PAGE.group, page.PAGE.live) == ("ground", False)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("2024-03", "2024-03", "2024-03"), ("2024-q2", "2024-04", "2024-06"), ("2024", "2024-01", "2024-12"),
     ("", "2024-12", "2024-12")],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_period_shows_what_the_release_counts(
    with_store: Services, facts: Facts, cube: Cube, asked: str, first: str, last: str, lang: str
) -> None:
    search = f"?tinh=quang-ninh&lang={lang}" + (f"&ky={asked}" if asked else "")
    view = view_of(with_store, facts, search)
    counts = cube.counts(first, last).iloc[0]
    good = counts["settled_early"] + counts["settled_on_time"] + counts["open_within"]
    share = good / (counts["settled"] + counts["open"])
    assert view.share == pytest.approx(share)
    assert view.late_total == counts["settled_late"] + counts["open_late"]
    assert view.form[-1]["tiep_nhan_tong"] == counts["received"] + counts["carried"]
    assert sum(unit["late_all"] for unit in view.units) == view.late_total
    told = drawn(with_store, facts, search)
    assert percent(share, 1, lang) in shown(of_type(told.children, "H1")[0])
    assert number(view.points[0]["points"], 2, lang) in shown(told.children)
    assert told.repairs == ()


@pytest.mark.parametrize(("lang", "said"), [("vi", "chưa nêu tiêu chí nào"), ("en", "is not guessed")])
def test_that_no_link_to_other_indices_is_known_is_said(
    with_store: Services, facts: Facts, lang: str, said: str
) -> None:
    text = shown(drawn(with_store, facts, f"?tinh=quang-ninh&lang={lang}").children)
    assert not load_rules().links
    assert said in text


def test_a_link_that_a_province_knows_takes_the_place_of_the_sentence(
    with_store: Services, facts: Facts
) -> None:
    view = view_of(with_store, facts, "?tinh=quang-ninh")
    section = dossiers_parts.units_section(replace(view, links=("X",)), "vi")
    assert t("dossiers.links_unknown", "vi") not in shown(section)
    assert t("dossiers.links_unknown", "vi") in shown(dossiers_parts.units_section(view, "vi"))


def test_units_stand_by_how_many_are_late_and_gains_add_up(with_store: Services, facts: Facts) -> None:
    view = view_of(with_store, facts, "?tinh=quang-ninh&ky=2024")
    late = [unit["late_all"] for unit in view.units]
    assert late == sorted(late, reverse=True)
    # Every late dossier is worth the same, so together they close the whole gap of both indicators.
    gain = sum(unit["gain"] for unit in view.units)
    missed = 1 - view.share
    at_541 = next(row for row in view.points if row["code"] == "5.4")
    assert gain >= 20 * missed - 1e-9
    assert gain <= 20 * missed + (6 - at_541["points"]) + missed * 6 / 0.9 + 1e-9


def test_what_nobody_knows_is_neither_lost_nor_got(with_store: Services, facts: Facts) -> None:
    view = view_of(with_store, facts, "?tinh=quang-ninh&ky=2024-03")
    by_code = {row["code"]: row for row in view.points}
    assert by_code["1.1"]["state"] == "no_maximum"
    assert by_code["1.2"]["state"] == "no_figure"
    assert by_code["4.5"]["points"] is None
    assert by_code["4.5"]["share"] is not None
    assert by_code["CKMB"]["open"] == pytest.approx(12)
    assert by_code["Q766"]["maximum"] == 100
    tops = [row for row in view.points if row["depth"] == 1]
    assert sum(row["points"] for row in tops) == pytest.approx(by_code["Q766"]["points"])


def test_the_late_list_names_no_person_and_only_late_dossiers(with_store: Services, facts: Facts) -> None:
    view = view_of(with_store, facts, "?tinh=quang-ninh&ky=2024")
    assert 0 < len(view.late) <= page.LATE_SHOWN
    assert set(view.late[0]) == {
        "id", "unit", "level", "field", "procedure", "received", "due", "finished", "late_days", "days",
    }  # fmt: skip
    days = [one["days"] for one in view.late]
    assert days == sorted(days, reverse=True)
    assert days[-1] > 0


def test_the_form_is_laid_out_in_thirteen_columns(with_store: Services, facts: Facts) -> None:
    told = drawn(with_store, facts, "?tinh=quang-ninh&ky=2024-03&lang=vi")
    form = next(one for one in of_type(told.children, "Table") if "form-table" in one.className)
    head, body = form.children[1].children, form.children[2].children
    assert [sum(getattr(cell, "colSpan", 1) for cell in row.children) for row in head[:1]] == [13]
    assert [cell.children for cell in head[3].children] == [f"({n})" for n in range(1, 14)]
    assert {len(row.children) for row in body} == {13}
    assert [shown(cell) for cell in head[2].children] == ["Trực tuyến", "Trực tiếp, dịch vụ bưu chính"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_simulated_dossiers_say_so_on_the_page_and_in_files(
    with_store: Services, facts: Facts, lang: str
) -> None:
    told = drawn(with_store, facts, f"?tinh=quang-ninh&lang={lang}").children
    assert t("simulated.banner", lang) in shown(told)
    stores = [one.data for one in of_type(told, "Store")]
    assert len(stores) >= 6
    for held in stores:
        assert held["meta"]["simulated"]
        made = make_file({**held, "simulated": True}, None, None, "csv", lang)
        assert t("simulated.banner", lang) in base64.b64decode(made["content"]).decode("utf-8-sig")


def test_real_dossiers_have_no_banner(warehouse: Warehouse, facts: Facts, tmp_path: Path) -> None:
    folder = new_store(tmp_path / "store")
    loaded(folder, "a.csv", [row("H1.1"), row("H1.2")])
    services = Services(with_dossiers(warehouse.release_file(), folder, tmp_path / "release"), "quang-ninh")
    told = shown(drawn(services, facts, "?tinh=quang-ninh").children)
    assert t("simulated.banner", "vi") not in told
    assert "100,0%" in told
    assert t("dossiers.late_none", "vi") in told


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_empty_page_says_how_to_load_and_who_has_dossiers(
    services: Services, with_store: Services, facts: Facts, lang: str
) -> None:
    nothing = drawn(services, facts, f"?tinh=quang-ninh&lang={lang}").children
    assert "python -m etl dossiers load" in shown(nothing)
    assert isinstance(page.build_view(services, state_of("", facts)), NoDossiers)
    other = drawn(with_store, facts, f"?tinh=ha-noi&lang={lang}").children
    assert any("tinh=quang-ninh" in link.href for link in of_type(other, "A"))


def test_a_period_that_is_not_loaded_is_repaired(with_store: Services, facts: Facts) -> None:
    found = drawn(with_store, facts, "?tinh=quang-ninh&ky=1999-01")
    assert [repair.asked for repair in found.repairs] == ["1999-01"]
    assert "12/2024" in found.repairs[0].shown


def test_a_new_release_is_seen_without_a_restart_and_the_old_one_keeps_its_figures(
    warehouse: Warehouse, facts: Facts, tmp_path: Path
) -> None:
    folder, places = new_store(tmp_path / "store"), tmp_path / "releases"
    loaded(folder, "a.csv", [row("H1.1")])
    services = Services(with_dossiers(warehouse.release_file(), folder, places, "one"), "quang-ninh")
    first = view_of(services, facts, "")
    assert (first.counts["received"], first.meta["release_id"]) == (1, "one")
    loaded(folder, "b.csv", [row("H1.2"), row("H1.1", NgayKetThucXuLy="2024-03-14")])
    (folder / "given.csv").write_text("code,percent\n1.2,100\n", encoding="utf-8")
    assert view_of(services, facts, "").counts == first.counts
    with_dossiers(warehouse.release_file(), folder, places, "two")
    second = view_of(services, facts, "")
    assert (second.counts["received"], second.late_total) == (2, 1)
    assert second.points[0]["open"] == pytest.approx(first.points[0]["open"] - 4)
    serve(places, Pointer("one", "release_one.duckdb", "2026-01-01T00:00:00+00:00"))
    assert view_of(services, facts, "").counts == first.counts


def test_a_page_asks_for_its_counts_once_and_cites_their_source(
    simulated: Warehouse, facts: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    services, asked = Services(of_another_too(simulated, "hai-phong"), "hai-phong"), []
    warming.read(services)
    for name in ("frame", "columns"):
        told = partial(lambda ask, one: asked.append(str(one)) or ask(one), getattr(services.warehouse, name))
        monkeypatch.setattr(services.warehouse, name, told)
    view = view_of(services, facts, "?tinh=quang-ninh&ky=2024-03")
    # Counts of every province, and what all views share, were read before there were readers.
    assert len(asked) == 2
    for name in ("dossier_late", "dossier_late_days"):
        assert sum(re.search(rf"FROM {name}\b", one) is not None for one in asked) == 1
    assert any("dossiers_quang-ninh" in line for line in view.meta["source"])
    asked.clear()
    # A server whose release was changed under it asks for them with the first view.
    late = Services(services.warehouse, "hai-phong")
    view_of(late, facts, "?tinh=quang-ninh&ky=2024")
    view_of(late, facts, "?tinh=quang-ninh&ky=2024-03")
    assert sum("FROM dossier_count" in one for one in asked) == 1


@pytest.mark.parametrize("default", ["quang-ninh", "an-giang"])
def test_a_province_with_dossiers_is_drawn_before_there_are_readers(
    simulated: Warehouse, facts: Facts, default: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That which readers see first, or else another: its page is then there, in either language."""
    services, asked = Services(simulated, default), []
    warming.read(services)
    monkeypatch.setattr(simulated, "columns", lambda one: asked.append(one))
    for lang in LANGS:
        assert isinstance(view_of(services, facts, f"?tinh=quang-ninh&lang={lang}"), DossiersView)
    assert asked == []


def test_cells_are_gone_through_once_however_many_periods_are_asked(cube: Cube) -> None:
    fresh = Cube({name: cut.copy() for name, cut in cube.cuts.items()}, cube.absent)
    by_unit = [fresh.counts(month, month, ("unit",)) for month in ("2024-03", "2024-04")]
    # A period is a difference of sums by month, never another pass over the cells.
    for cut in fresh.cuts.values():
        cut.drop(columns=list(cut.columns), inplace=True)
    both = fresh.counts("2024-03", "2024-04", ("unit",))
    assert (by_unit[0]["received"] + by_unit[1]["received"]).tolist() == both["received"].tolist()


def test_bands_of_lateness_count_any_number_of_dossiers() -> None:
    many = 10**12
    days = pd.DataFrame({"late_days": [0, 1, 2, 5, 6, 21, 1], "count": [1, 2, 3, 4, many, 6, 7]})
    counts = [row["count"] for row in late_bands(days, (1, 5, 10, 20))]
    assert counts == [10, 7, many, 0, 6]


def test_what_a_page_reads_does_not_grow_with_the_dossiers(simulated: Warehouse) -> None:
    # Cells are bounded by units, procedures, kinds of service, channels and months; late ones by month.
    plan = generate.load_plan()
    units = sum(level.units for level in plan.levels.values())
    procedures = plan.procedures_by_field * len(plan.fields) * len(plan.levels)
    months = simulated.frame(sa.select(schema.dossier_count.c.month).distinct())
    most = (units * 3 * 3 + procedures * 3) * len(months)
    assert len(simulated.frame(sa.select(schema.dossier_count))) <= most
    late = simulated.frame(sa.select(schema.dossier_late))
    assert late.groupby(["month", "state"]).size().max() <= LATE_KEPT


def test_the_foot_counts_odd_rows_only_where_there_are_some(with_store: Services, facts: Facts) -> None:
    view = view_of(with_store, facts, "?tinh=quang-ninh")
    assert layout_of.foot(replace(view, odd=0), "vi").endswith("Không có dòng nào bất thường khi nạp.")
    assert "3 dòng bất thường" in layout_of.foot(replace(view, odd=3), "vi")


def test_a_phone_shows_every_month_and_says_the_last(with_store: Services, facts: Facts) -> None:
    """The line fits its place: fewer words in a narrow one, the newest month always among them."""
    view = view_of(with_store, facts, "?tinh=quang-ninh")
    section = layout_of.months_section(view, "vi")
    (graph,) = of_type(section, "Graph")
    layout = graph.figure["layout"]
    few = layout["meta"]["narrow"]
    assert "minWidth" not in (graph.style or {})
    assert len(layout["annotations"]) == len(view.months) == 12
    said = {one["x"] for one in few["annotations"]}
    shares = [row["share"] for row in view.months]
    assert 11 in said
    assert len(said) <= 3
    assert said <= {11, shares.index(min(shares)), shares.index(max(shares))}
    assert few["xaxis.ticktext"][-1] == view.months[-1]["short"]
    assert sum(bool(label) for label in few["xaxis.ticktext"]) == 6
