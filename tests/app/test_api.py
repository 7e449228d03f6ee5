"""The JSON interface: what the screens show, in pages, kept by ETag, refused clearly; documented in full."""

from __future__ import annotations

import io
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from flask import Flask
from flask.testing import FlaskClient

from callbacks.api import page as api_page
from callbacks.api.answering import plain
from callbacks.api.examples import addresses
from callbacks.api.files import PIECE, release_file, whole
from callbacks.api.problems import KINDS
from callbacks.api.routes import MOST_ROWS, ROUTES, full_path
from callbacks.api.serve import blueprint
from callbacks.services import Services
from callbacks.url_state import Facts
from etl.warehouse.queries import Warehouse
from exports.whole import safe_texts
from layouts.text import LANGS
from tests.app.conftest import of_type, shown, state_of

DOC = Path(__file__).resolve().parents[2] / "docs" / "api.md"


@pytest.fixture(scope="module")
def client(services: Services) -> FlaskClient:
    """A client of a server that has the interface alone."""
    server = Flask("api")
    server.register_blueprint(blueprint(services))
    return server.test_client()


def ask(client: FlaskClient, address: str) -> Any:
    """The JSON of a good answer."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


@pytest.mark.parametrize("route", ROUTES, ids=lambda r: r.id)
def test_every_route_answers_and_is_documented(client: FlaskClient, services: Services, route) -> None:
    answer = client.get(addresses(services)[route.id])
    assert answer.status_code == 200
    assert services.release_id() in answer.headers["ETag"]
    body = answer.get_json(silent=True) or {}
    if route.listed:
        assert body["release"]["id"] == services.release_id()
        assert body["rows"]
        assert body["total"] >= len(body["rows"])
    row = next(line for line in DOC.read_text().splitlines() if line.startswith(f"| `{full_path(route)}` |"))
    assert [p.name for p in route.params if f"`{p.name}`" not in row] == []


def test_every_kind_of_problem_is_documented() -> None:
    text = DOC.read_text()
    assert [kind for kind, (code, _) in KINDS.items() if f"| {code} | `{kind}` |" not in text] == []


def test_scores_are_those_of_the_query_layer(client: FlaskClient, warehouse: Warehouse) -> None:
    expected = warehouse.scores("PCI", 2019, unit_id="63:22", view="main")
    body = ask(client, "/api/v1/scores?index=PCI&year=2019&unit=63:22&view=main&limit=1000")
    assert body["total"] == len(expected) == len(body["rows"])
    for got, row in zip(body["rows"], expected.to_dict("records"), strict=True):
        assert got == {name: plain(value) for name, value in row.items()}
    total = next(row for row in body["rows"] if row["component_code"] == "PCI")
    assert (total["rank"], round(total["value"], 2), total["comparability"]) == (1, 73.4, "comparable")
    assert total["source_id"]


def test_pages_fit_together(client: FlaskClient) -> None:
    whole = ask(client, "/api/v1/scores?index=DTI&year=2022&limit=1000")["rows"]
    found, address = [], "/api/v1/scores?index=DTI&year=2022&limit=150"
    while address:
        body = ask(client, address)
        found, address = found + body["rows"], body["next"]
    assert found == whole
    assert len(whole) > 300


def test_a_path_keeps_its_words_on_the_next_page(client: FlaskClient) -> None:
    first = ask(client, "/api/v1/frameworks/pci_2017_2021/components?year=2019&limit=5")
    assert first["next"] == "/api/v1/frameworks/pci_2017_2021/components?year=2019&limit=5&offset=5"
    assert ask(client, first["next"])["rows"][0] != first["rows"][0]


def test_a_unit_goes_by_its_name_too(client: FlaskClient, warehouse: Warehouse) -> None:
    units = warehouse.units()
    wanted = set(units[units["slug"] == "quang-ninh"]["unit_id"])
    rows = ask(client, "/api/v1/units?unit=quang-ninh")["rows"]
    assert {row["unit_id"] for row in rows} == wanted
    assert wanted == {"63:22"}


def test_several_values_are_joined_by_commas(client: FlaskClient, warehouse: Warehouse) -> None:
    body = ask(client, "/api/v1/scores?index=PCI,PAPI&year=2018,2019&level=index&view=main&limit=1000")
    assert body["total"] == len(warehouse.scores(["PCI", "PAPI"], [2018, 2019], level="index", view="main"))
    assert {(row["index_code"], row["year"]) for row in body["rows"]} >= {("PCI", 2018), ("PAPI", 2019)}


def test_a_trace_is_that_of_the_query_layer(client: FlaskClient, warehouse: Warehouse) -> None:
    step = warehouse.trace("PCI", 2019, "63:22", "PCI")
    got = ask(client, "/api/v1/trace?index=PCI&year=2019&unit=quang-ninh&component=PCI")["trace"]
    assert got["value"] == step.value
    assert [child["code"] for child in got["children"]] == [child.code for child in step.children]
    assert got["formula"]["symbols"] == step.formula.symbols
    leaf = step.leaves()[0]
    assert leaf.source is not None
    assert leaf.source.file in str(got)


def test_targets_and_reconciliation_are_those_of_the_query_layer(
    client: FlaskClient, warehouse: Warehouse
) -> None:
    rows = ask(client, "/api/v1/targets?unit=63:22&limit=1000")["rows"]
    assert [row["target_id"] for row in rows] == warehouse.targets("63:22")["target_id"].tolist()
    rows = ask(client, "/api/v1/reconciliation?index=PCI&limit=1000")["rows"]
    expected = warehouse.reconciliation("PCI")
    assert [row["exact"] for row in rows] == expected["exact"].tolist()


def test_missing_figures_are_null(client: FlaskClient) -> None:
    rows = ask(client, "/api/v1/scores?index=Q766&year=2024&limit=1000")["rows"]
    assert {row["rank"] for row in rows} == {None}
    assert plain(math.nan) is None


def test_an_answer_is_kept_by_its_mark(client: FlaskClient, services: Services) -> None:
    address = "/api/v1/scores?index=PCI&year=2019&limit=1"
    first = client.get(address)
    mark = first.headers["ETag"]
    assert services.release_id() in mark
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    packed = client.get(address, headers={"If-None-Match": f'{mark[:-1]}:br"'})
    assert packed.status_code == 304
    other = client.get(f"{address}&offset=1", headers={"If-None-Match": mark})
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("address", "status", "kind", "found", "expected"),
    [
        ("/scores?indx=PCI", 400, "unknown_parameter", "indx", "index"),
        ("/release?limit=1", 400, "unknown_parameter", "limit", "no parameter"),
        ("/scores?index=PCX", 404, "unknown_value", "PCX", "PCI"),
        ("/scores?unit=quang-nin", 404, "unknown_value", "quang-nin", "in all"),
        ("/scores?level=fields", 404, "unknown_value", "fields", "field"),
        ("/scores?year=last", 400, "bad_value", "last", "whole number"),
        ("/scores?index=", 400, "bad_value", '""', "PCI"),
        ("/scores?limit=0", 400, "bad_value", "0", str(MOST_ROWS)),
        (f"/scores?limit={MOST_ROWS + 1}", 400, "bad_value", str(MOST_ROWS + 1), str(MOST_ROWS)),
        ("/scores?limit=1&limit=2", 400, "repeated_parameter", "1, 2", "one value"),
        ("/trace?index=PCI", 400, "missing_parameter", None, "whole number"),
        ("/trace?index=PCI&year=2019&unit=63:22&component=x", 404, "no_such_cell", "PCI 2019", "/scores"),
        ("/frameworks/par/components", 404, "unknown_value", "par", "one of"),
        ("/tables/score.xlsx", 400, "too_large", "rows", "at most"),
        ("/tables/scores.csv", 404, "unknown_value", "scores", "score"),
        ("/tables/score.doc", 404, "unknown_value", "doc", "csv"),
        ("/score", 404, "no_such_route", "/api/v1/score", "/api/v1/scores"),
        ("/", 404, "no_such_route", "/api/v1/", "/api/v1/scores"),
    ],
)
def test_refusals_name_what_was_found_and_expected(
    client: FlaskClient, address: str, status: int, kind: str, found: str | None, expected: str
) -> None:
    answer = client.get(f"/api/v1{address}")
    body = answer.get_json()
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (body["status"], body["type"]) == (status, f"urn:problem:{kind}")
    assert found is None or found in body["found"]
    assert expected in body["expected"]
    assert body["instance"] == f"/api/v1{address}"


def test_a_whole_table_comes_in_three_kinds(client: FlaskClient, warehouse: Warehouse) -> None:
    expected = warehouse.table("score", "DTI", 2022)
    address = "/api/v1/tables/score.{}?index=DTI&year=2022"
    made = {kind: client.get(address.format(kind)) for kind in ("csv", "parquet", "xlsx")}
    release = warehouse.release_id()
    for kind, answer in made.items():
        assert f"score_DTI_2022_{release}.{kind}" in answer.headers["Content-Disposition"]
    rows = pd.read_csv(
        io.BytesIO(made["csv"].data), encoding="utf-8-sig", float_precision="round_trip", low_memory=False
    )
    assert rows["value"].tolist() == pytest.approx(expected["value"].tolist(), abs=0, nan_ok=True)
    table = pq.read_table(io.BytesIO(made["parquet"].data))
    assert table.column_names == list(expected.columns)
    assert table["value"].to_pylist() == [plain(v) for v in expected["value"]]
    assert table["rank"].type == "int64"
    about = {key.decode(): text.decode() for key, text in table.schema.metadata.items()}
    assert (about["release_id"], about["index_code"], about["simulated"]) == (release, "DTI", "false")
    book = openpyxl.load_workbook(io.BytesIO(made["xlsx"].data), read_only=True)
    sheet = list(book["score"].iter_rows(values_only=True))
    at = sheet[0].index("value")
    assert [row[at] for row in sheet[1:]] == pytest.approx([plain(v) for v in expected["value"]], abs=1e-12)
    told = list(book["about"].iter_rows(values_only=True))
    assert ("release_id", release) == told[0][:2]
    assert any(line[0] == "published" and "công bố" in line[3] for line in told)


def test_a_large_table_comes_in_pieces_that_fit(client: FlaskClient, warehouse: Warehouse) -> None:
    answer = client.get("/api/v1/tables/score.csv?index=PAPI&year=2020,2021,2022")
    rows = pd.read_csv(io.BytesIO(answer.data), encoding="utf-8-sig", low_memory=False)
    expected = warehouse.table("score", "PAPI", [2020, 2021, 2022])
    assert len(expected) > PIECE
    assert rows["position"].tolist() == expected["position"].tolist()


def test_the_whole_release_is_one_file(client: FlaskClient, warehouse: Warehouse, tmp_path) -> None:
    answer = client.get("/api/v1/release.duckdb")
    release = warehouse.release_id()
    assert f"release_{release}.duckdb" in answer.headers["Content-Disposition"]
    file = tmp_path / "release.duckdb"
    file.write_bytes(answer.data)
    with duckdb.connect(str(file), read_only=True) as database:
        told = dict(database.execute("SELECT key, value FROM release_info").fetchall())
    assert told["release_id"] == release


def test_files_of_made_up_figures_say_so(services: Services) -> None:
    release = replace(services.release(), simulated=True)
    assert whole("score", {}, release).about["simulated"] == "true"
    server = Flask("file")
    with server.test_request_context():
        answer = release_file(services.warehouse.release_file(), release)
    assert "_simulated.duckdb" in answer.headers["Content-Disposition"]
    answer.close()


def test_no_spreadsheet_runs_a_text_of_a_whole_table() -> None:
    texts = pd.Series(["=1+1", "-", "+84", "plain", None, "@x"], dtype="str")
    assert safe_texts(texts).tolist()[:4] == ["'=1+1", "-", "'+84", "plain"]
    assert safe_texts(texts).iloc[5] == "'@x"
    assert pd.isna(safe_texts(texts).iloc[4])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)("/api/v1/scores", json={"index": "PCI"})
    assert (answer.status_code, answer.get_json()["type"]) == (405, "urn:problem:read_only")
    assert "POST" not in answer.headers["Allow"]


def test_a_failure_has_a_reference_and_no_trace(client: FlaskClient, services: Services, monkeypatch) -> None:
    def fail() -> None:
        raise RuntimeError("a secret of the machine")

    monkeypatch.setattr(services.warehouse, "pinned", fail)
    answer = client.get("/api/v1/release")
    assert answer.status_code == 500
    assert "reference" in answer.get_json()["found"]
    assert "secret" not in answer.get_data(as_text=True)


def test_the_page_names_every_address_with_an_example_that_answers(
    client: FlaskClient, services: Services, facts: Facts
) -> None:
    for lang in LANGS:
        page = api_page.render(services, state_of(f"?lang={lang}", facts)).children
        text = shown(page)
        assert [full_path(r) for r in ROUTES if f"GET {full_path(r)}" not in text] == []
        assert "comparability" in text
        links = [a.href for a in of_type(page, "A") if getattr(a, "className", "") == "api-example"]
        assert len(links) == len(ROUTES)
        assert [a for a in links if client.get(a).status_code != 200] == []
