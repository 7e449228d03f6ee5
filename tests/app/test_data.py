"""The data page: what the release holds, where sources disagree, how well it recomputes, what is missing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import brotli
import duckdb
import pytest

from app import Settings, create_app
from callbacks import data, data_releases, data_take
from callbacks.services import Services
from callbacks.subject import ROOT_VIEW
from callbacks.url_state import Facts
from etl.warehouse.dictionary import fields, table_names
from etl.warehouse.queries import Warehouse
from layouts import ids, text
from layouts.components.table import GRID
from layouts.frames import as_rows
from layouts.pages import data as data_layout
from layouts.pages import data_parts as parts
from layouts.pages.data_frameworks import framework_rows
from layouts.pages.data_parts import DataView, unmatched, year_spans
from service.version import VERSION
from tests import asked
from tests.app.conftest import asked_page, of_type, shown, state_of


@pytest.fixture(scope="module")
def view(warehouse: Warehouse) -> DataView:
    """The whole release at a glance."""
    return data.build_view(warehouse)


@pytest.fixture(scope="module")
def page(services: Services, facts: Facts):
    """The drawn page in Vietnamese."""
    return data.render(services, state_of("", facts)).children


def test_coverage_says_complete_partial_and_none(view: DataView) -> None:
    cells = parts.coverage_cells(view, "vi")
    assert (cells["PCI"][2019].state, cells["PCI"][2019].words) == ("complete", "63/63")
    assert cells["PAR"][2023].state == "partial"
    assert cells["PAR"][2023].words.endswith("/63")
    assert 2010 not in cells["PAPI"]


def test_the_page_names_release_and_time(page, warehouse: Warehouse) -> None:
    assert warehouse.release().release_id in shown(page)


def test_cells_lead_to_their_ranking(page) -> None:
    links = [link.href for link in of_type(page, "A") if getattr(link, "title", "")]
    assert any("cs=PCI" in href and "nam=2019" in href and href.startswith("/xep-hang") for href in links)


def test_both_values_of_a_conflict_stand_side_by_side(view: DataView) -> None:
    rows = parts.conflict_rows(view, "vi")
    hai_phong = [
        r for r in rows if r["index"] == "PAR Index" and r["year"] == 2023 and r["unit"] == "Hải Phòng"
    ]
    assert any(r["used"].startswith("91,87") and r["other"].startswith("91,81") for r in hai_phong)
    assert all(r["why"] for r in rows)


def test_reconciliation_counts_add_up(view: DataView) -> None:
    rows = parts.reconciliation_rows(view, "vi")
    pci = next(row for row in rows if row["index"] == "PCI" and row["year"] == 2019)
    assert pci["cells"] > 0
    assert pci["cells"] == sum(pci[name] for name in parts.CLASSES[:5])
    assert pci["listed"] <= pci["differs"] + pci["listed"]


def test_frameworks_carry_decision_years_and_proof(view: DataView) -> None:
    rows = framework_rows(view, "vi")
    par = next(row for row in rows if row["decision"] == "QĐ 876/QĐ-BNV")
    assert (par["years"], par["date"]) == ("2022–2023", "10/11/2022")
    assert "chưa rõ" in par["proof"]


def test_every_source_is_listed_with_its_trust_in_words(view: DataView) -> None:
    rows = parts.source_rows(view, "vi")
    assert len(rows) == len(view.sources)
    assert {row["trust"] for row in rows} <= {
        "cơ quan công bố",
        "bản của cơ quan công bố",
        "báo chí",
        "suy ra từ nguồn khác",
        "đáng ngờ",
    }


def test_what_is_missing_is_said(view: DataView, page) -> None:
    assert any(name == "PAR Index" for name, _, _ in parts.incomplete(view, "vi"))
    assert "Bảng tiêu chí chi tiết" in shown(page)


@pytest.mark.parametrize(
    ("years", "spans"),
    [("2013;2014;2016", "2013–2014, 2016"), ("", ""), ("2020", "2020"), ("2021,2020", "2020–2021")],
)
def test_years_are_written_as_spans(years: str, spans: str) -> None:
    assert year_spans(years) == spans


@pytest.mark.parametrize(
    ("date", "vi", "en"),
    [
        ("2026-01", "01/2026", "January 2026"),
        ("2022-11-10", "10/11/2022", "10 November 2022"),
        ("2024", "2024", "2024"),
        (None, "", ""),
        ("", "", ""),
    ],
)
def test_dates_are_written_as_far_as_known(date: str | None, vi: str, en: str) -> None:
    assert (text.loose_day(date, "vi"), text.loose_day(date, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("differs", "listed", "vi", "en"),
    [
        (62, 62, "62 số khác, đều đã biết lý do", "62 differ for a known reason"),
        (62, 5, "62 số khác, trong đó 5 số đã biết lý do", "62 differ, 5 of them for a known reason"),
        (62, 0, "62 số khác, chưa biết lý do", "62 differ, none for a known reason"),
    ],
)
def test_what_does_not_match_says_how_much_of_it_is_explained(
    differs: int, listed: int, vi: str, en: str
) -> None:
    counts = {"approximate": 0, "differs": differs, "listed": listed}
    for lang, said in (("vi", vi), ("en", en)):
        ((key, values),) = unmatched(counts, lang).items()
        assert text.t(f"data.rest_part.{key}", lang, **values) == said
    assert len(unmatched({**counts, "approximate": 1}, "vi")) == 2
    assert unmatched(dict.fromkeys(counts, 0), "vi") == {}


def test_tables_are_named_and_downloadable(page) -> None:
    tables = {store.id["table"] for store in of_type(page, "Store") if store.id["type"] == ids.TABLE_STORE}
    assert {b.id["table"] for b in of_type(page, "Button") if hasattr(b, "id")} == tables
    assert len(of_type(page, "AgGrid")) >= 5


def asked_rows(client, table: str, lang: str):
    """What the server answers when the browser asks for the rows of a table."""
    known = client.get(asked.DEPENDENCIES).get_json()
    output = next(one["output"] for one in known if "MATCH" in one["output"] and "rowData" in one["output"])
    own = {"type": ids.TABLE_LATER, "table": table}
    place = {"type": GRID, "table": table, "part": "grid"}
    question = {
        "output": output,
        "outputs": {"id": place, "property": "rowData"},
        "inputs": [{"id": own, "property": "data", "value": {"table": table, "lang": lang}}],
        "changedPropIds": [],
    }
    return client.post(asked.UPDATE, json=question, headers={"Accept-Encoding": "br"})


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_page_and_later_rows_are_small_answers(release_dir: Path, view: DataView, lang: str) -> None:
    """The budget of an answer is 30 kB; the rows that come after the page are all that its tables show."""
    client = create_app(Settings(releases_dir=release_dir, warm=False)).server.test_client()
    page = asked_page(client, "/du-lieu", f"?lang={lang}")
    answers = {name: asked_rows(client, data_layout.table_id(name), lang) for name in data_layout.LATER}
    assert all(answer.headers["Content-Encoding"] == "br" for answer in (page, *answers.values()))
    assert max(len(answer.data) for answer in (page, *answers.values())) < 30_000
    for name, answer in answers.items():
        held = json.loads(brotli.decompress(answer.data))["response"]
        (rows,) = (part["rowData"] for part in held.values())
        assert rows == json.loads(json.dumps(data_layout.later_rows(view, name, lang)))


def test_rows_come_after_the_page(page, services: Services) -> None:
    grids = {grid.id["table"]: grid.rowData for grid in of_type(page, "AgGrid")}
    late = {data_layout.table_id(name) for name in data_layout.LATER}
    assert {table for table, rows in grids.items() if rows is None} == late
    stores = [store.data for store in of_type(page, "Store") if store.id["type"] == ids.TABLE_LATER]
    assert {given["table"] for given in stores} == late
    assert all(data.later_rows(services, given) for given in stores)


@pytest.mark.parametrize("given", [None, 3, {}, {"table": "x", "lang": "vi"}, {"table": [], "lang": {}}])
def test_rows_of_no_table_are_none(services: Services, given: object) -> None:
    assert data.later_rows(services, given) is None


def test_the_page_names_the_version_of_the_program(page) -> None:
    assert VERSION in shown(page)


def test_whole_tables_are_offered_under_the_chosen_limits(services: Services, facts: Facts) -> None:
    state = state_of("?bang=PCI&bang-nam=2019", facts, extras=data.PAGE.extras)
    view = data_take.build_view(services, state)
    score = next(file for file in view.tables if file.name == "score")
    assert score.rows == services.warehouse.table_size("score", "PCI", 2019)
    assert score.addresses["parquet"] == "/api/v1/tables/score.parquet?index=PCI&year=2019"
    source = next(file for file in view.tables if file.name == "source")
    assert source.addresses["csv"] == "/api/v1/tables/source.csv"
    whole = data_take.build_view(services, state_of("", facts))
    assert "xlsx" not in next(file for file in whole.tables if file.name == "score").addresses
    assert len(whole.tables) == len(table_names())
    counted = {file.name: len(services.warehouse.table(file.name)) for file in whole.tables}
    assert {file.name: file.rows for file in whole.tables} == counted


def test_frameworks_tell_the_statuses_of_the_components_of_their_last_year(services: Services) -> None:
    warehouse = services.warehouse
    told = data.with_statuses(warehouse, warehouse.frameworks())
    for row in as_rows(told):
        tree = warehouse.components(row["index_code"], int(row["last_year"]), ROOT_VIEW)
        tree = tree[tree["framework_id"] == row["framework_id"]]
        assert row["statuses"] == tree["status"].value_counts().to_dict()
    assert sum(len(row["statuses"]) for row in as_rows(told)) > len(told)


def test_unknown_limits_and_releases_are_repaired_with_a_notice(services: Services, facts: Facts) -> None:
    state = state_of("?bang=XYZ&bang-nam=2019&tu=none", facts, extras=data.PAGE.extras)
    assert [repair.asked for repair in data.render(services, state).repairs] == ["XYZ", "2019", "none"]


def test_the_dictionary_is_whole(services: Services, facts: Facts) -> None:
    view = data_take.build_view(services, state_of("?tra=tat-ca", facts, extras=data.PAGE.extras))
    assert len(view.dictionary) == sum(len(fields(name)) for name in table_names())
    assert all(row["vi"] and row["en"] for row in view.dictionary)


def test_one_table_is_looked_up_at_a_time(services: Services, facts: Facts) -> None:
    for search, table in (("", "score"), ("?tra=target", "target"), ("?tra=none", "score")):
        view = data_take.build_view(services, state_of(search, facts, extras=data.PAGE.extras))
        assert {row["table"] for row in view.dictionary} == {table}
        assert [label for label, _, chosen in view.dictionary_chips if chosen] == [table]


def test_citations_name_release_and_date(services: Services, page) -> None:
    release = services.release()
    made = data_take.citations(release.release_id, release.built_at)
    assert set(made) == {"vi", "en", "bibtex"}
    assert all(release.release_id in text and release.built_at[:4] in text for text in made.values())
    assert made["bibtex"].startswith("@misc{")
    assert made["bibtex"].endswith("}")
    copied = [b for b in of_type(page, "Button") if getattr(b, "data-copy", "")]
    assert [getattr(b, "data-copy") for b in copied] == ["cite-vi", "cite-en", "cite-bibtex"]


@pytest.fixture
def two_releases(release_dir: Path, warehouse: Warehouse, tmp_path: Path) -> Path:
    """A folder with the real release and one before it, in which three figures were otherwise."""
    served = warehouse.release_file()
    shutil.copy(served, tmp_path / served.name)
    shutil.copy(release_dir / "current.json", tmp_path)
    old = tmp_path / "release_000000000001.duckdb"
    shutil.copy(served, old)
    with duckdb.connect(str(old)) as database:
        where = "index_code = 'PCI' AND year = 2019 AND component_code = 'PCI' AND view = 'main'"
        database.execute("UPDATE release_info SET value = '000000000001' WHERE key = 'release_id'")
        database.execute("UPDATE release_info SET value = '2020-01-01T00:00:00+00:00' WHERE key = 'built_at'")
        database.execute(f"UPDATE score SET value = value - 1, rank = 9 WHERE {where} AND unit_id = '63:22'")
        database.execute(f"DELETE FROM score WHERE {where} AND unit_id = '63:01'")
        again = "(* REPLACE ('63:22x' AS unit_id))"
        database.execute(
            f"INSERT INTO score SELECT {again[1:-1]} FROM score WHERE {where} AND unit_id = '63:22'"
        )
    return tmp_path


def test_two_releases_side_by_side(two_releases: Path) -> None:
    services = Services(Warehouse(two_releases / "current.json"), "quang-ninh")
    quiet = data_releases.build_view(services, state_of("", services.facts()))
    assert (len(quiet.kept), quiet.asked, quiet.counts) == (2, False, [])
    state = state_of("?tu=000000000001", services.facts(), extras=data.PAGE.extras)
    view = data_releases.build_view(services, state)
    assert (view.old, view.new, view.total) == ("000000000001", services.release_id(), 3)
    assert view.counts == [{"index": "PCI", "year": 2019, "new": 1, "changed": 1, "gone": 1, "ranks": 1}]
    changed = next(row for row in view.changes if row["change"] == "đổi")
    assert changed["unit"] == "Quảng Ninh"
    assert changed["new"] - changed["old"] == pytest.approx(1)
    assert (changed["old_rank"], changed["new_rank"]) == (9, 1)
    assert "1 số mới, 1 số đổi, 1 số mất; 1 hạng đổi" in shown(data.render(services, state).children)
    back = state_of(f"?tu={view.new}&den={view.old}", services.facts(), extras=data.PAGE.extras)
    assert data_releases.build_view(services, back).counts[0]["gone"] == 1


def test_a_release_with_other_tables_is_not_compared(two_releases: Path) -> None:
    with duckdb.connect(str(two_releases / "release_000000000001.duckdb")) as database:
        database.execute("ALTER TABLE score DROP COLUMN residual_class")
    services = Services(Warehouse(two_releases / "current.json"), "quang-ninh")
    state = state_of("?tu=000000000001", services.facts(), extras=data.PAGE.extras)
    page = data.render(services, state).children
    assert "không so sánh được" in shown(page)


def test_one_release_alone_says_so(release_dir: Path, warehouse: Warehouse, tmp_path: Path) -> None:
    shutil.copy(warehouse.release_file(), tmp_path)
    shutil.copy(release_dir / "current.json", tmp_path)
    services = Services(Warehouse(tmp_path / "current.json"), "quang-ninh")
    page = data.render(services, state_of("", services.facts())).children
    assert "Mới có một bản phát hành." in shown(page)


def test_nothing_to_tell_is_not_counted(services: Services, view: DataView) -> None:
    """No source disagrees, nothing differs: a good finding in words, no table without rows, no noughts."""
    clean = replace(
        view,
        conflicts=view.conflicts.head(0),
        reconciliation=view.reconciliation.assign(approximate=0, differs=0, listed=0),
    )
    made = data_layout.same(clean, "vi")
    (conflicts,) = [one for one in made.grids if one.id == "data-conflicts"]
    assert "Không số nào có nguồn thứ hai nói khác." in shown(conflicts)
    assert not of_type(conflicts, "AgGrid")
    assert "Còn lại" not in made.release
    assert "Còn lại" in data_layout.same(view, "vi").release
