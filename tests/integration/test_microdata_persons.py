"""Persons stay out: planted in surveys and dossiers of every kind of file, they are in no byte of what the
commands leave behind, the pages and the interface answer, the documents hold or the logs say."""

from __future__ import annotations

import base64
import json
import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from flask import Flask
from typer.testing import CliRunner

from callbacks import dossiers as dossiers_page
from callbacks import survey as survey_page
from callbacks.api.examples import addresses
from callbacks.api.serve import blueprint
from callbacks.downloads import WRITERS, make_file
from callbacks.services import Services
from callbacks.url_state import parse
from etl.__main__ import app
from etl.build import build
from etl.dossiers.load import put_lists
from etl.settings import ROOT, Settings
from etl.warehouse.queries import Warehouse
from exports.__main__ import app as exports_app
from service.logs import JsonLines, Lines
from tests.app.conftest import of_type, shown
from tests.dossier_files import PROCEDURES, ROW, UNITS
from tests.fixtures import surveys
from tests.fixtures.etl.packs import read_rows, small_pack, write_rows
from tests.leaks import leaks

PERSON, PHONE, CARD, MAIL = "Trần Thị Bí Mật", "0912777333", "022187009911", "bimat@example.org"
# Columns that announce a person, and columns that nobody declared and whose names announce nothing.
ANSWERING = {
    "Họ và tên": PERSON,
    "Số CCCD": CARD,
    "SĐT": PHONE,
    "Email": MAIL,
    "Địa chỉ": "Thôn Kín Đáo, xã Vắng",
    "ghi_chu": "gặp ở ngõ Lạ Kỳ, nhà có giàn mướp",
    "cot_12": "Ẩn Danh",
    "so_thu_tu_khac": "77889911223",
}
APPLYING = {
    "ChuHoSo": PERSON,
    "SoGiayToChuHoSo": CARD,
    "SoDienThoaiChuHoSo": PHONE,
    "XaPhuongChuHoSo": "Thôn Kín Đáo",
    "TrichYeuHoSo": "Cấp lại sổ cho bà Bí Mật",
    "CotLa": "ngõ Lạ Kỳ",
    "SoKhac": "77889911223",
}
SECRETS = (
    PERSON,
    "Bí Mật",
    PHONE,
    CARD,
    MAIL,
    "Kín Đáo",
    "Lạ Kỳ",
    "giàn mướp",
    "Ẩn Danh",
    "77889911223",
    "BIMAT0",
)
ENDINGS = (".csv", ".xlsx", ".parquet")
BOOK = ROOT / "data/codebooks/sipas_form.yaml"


def answering(rows: int, slid: bool = False) -> pd.DataFrame:
    """Answers with persons in columns of their own; `slid`: in columns of the codebook too."""
    frame = surveys.answers(rows).assign(**ANSWERING)
    frame["ma_phieu"] = [f"BIMAT0{n:05d}" for n in range(rows)]
    for column in ("cau_9_3", "trong_so", "tinh", "gioi_tinh") if slid else ():
        frame[column] = frame[column].astype("str")
        frame.loc[[7, 9, 11], column] = [PERSON, PHONE, "Ẩn Danh"]
    return frame


def applying(month: int) -> pd.DataFrame:
    """Dossiers of a month, some settled late, with persons in their columns and where they slid to."""
    day = {name: value.replace("2024-03", f"2024-{month:02d}") for name, value in ROW.items()}
    late = day | {"NgayKetThucXuLy": f"2024-{month:02d}-20"}
    rows = [{"MaHoSo": f"H{month}.{n}"} | (late if n % 3 else day) | APPLYING for n in range(9)]
    slid = [
        {"MaHoSo": PERSON},
        {"MaHoSo": "H9.8", "DonViQuanLy": PERSON},
        {"MaHoSo": "H9.9", "MaTTHC": PHONE},
    ]
    return pd.DataFrame([*rows, *(day | APPLYING | one for one in slid)])


class Installation:
    """Commands as people run them, in a folder of their own; everything that is said goes to a file of it."""

    def __init__(self, folder: Path, brought: Path) -> None:
        self.folder, self.brought = folder, brought
        self.settings = small_pack(folder)
        self.places = [
            *("--data", str(self.settings.data_dir), "--definitions", str(self.settings.definitions_dir)),
            *("--releases", str(self.settings.releases_dir)),
        ]

    def run(self, *words: str, code: int = 0, program=app) -> str:
        """What a command says."""
        done = CliRunner().invoke(program, [*words, *self.places])
        with (self.folder / "said.txt").open("a", encoding="utf-8") as said:
            said.write(done.output)
        assert done.exit_code == code, done.output
        return done.output

    def bring(self, frame: pd.DataFrame, name: str) -> str:
        """A file that was brought, outside of the installation."""
        return str(surveys.write(frame, self.brought / name))

    def stage(self, frame: pd.DataFrame, name: str, code: int = 0) -> str:
        """The id of a draft of a survey."""
        words = ("--codebook", str(BOOK), "--stage", "--json")
        return str(json.loads(self.run("survey", self.bring(frame, name), *words, code=code))["draft"])


def known_framework(settings: Settings) -> None:
    """The small pack, with the framework of the survey."""
    index = surveys.form().index
    for folder in (ROOT / "indices/definitions").glob(f"{index.lower()}_*"):
        shutil.copytree(folder, settings.definitions_dir / folder.name)
    listed = settings.definitions_dir / "indices.csv"
    every = read_rows(ROOT / "indices/definitions/indices.csv")
    write_rows(listed, [*read_rows(listed), *(row for row in every if row["index_code"] == index)])


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of an installation whose server logs lines and JSON there."""
    folder = tmp_path_factory.mktemp("installation")
    handlers = []
    for name, form in (("log.txt", Lines()), ("log.jsonl", JsonLines())):
        handlers.append(logging.FileHandler(folder / name, encoding="utf-8"))
        handlers[-1].setFormatter(form)
        logging.getLogger().addHandler(handlers[-1])
    level = logging.getLogger().level
    logging.getLogger().setLevel(logging.INFO)
    yield folder
    logging.getLogger().setLevel(level)
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        handler.close()


@pytest.fixture(scope="module")
def made(logged: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Surveys staged of every kind of file, one refused, one published; dossiers of every kind loaded."""
    one = Installation(logged, tmp_path_factory.mktemp("brought"))
    known_framework(one.settings)
    lists = {"u.csv": UNITS, "p.csv": PROCEDURES}
    for name, text in lists.items():
        (one.brought / name).write_text(text, encoding="utf-8")
    put_lists(one.settings.dossiers_dir, one.brought / "u.csv", one.brought / "p.csv")
    build(one.settings)
    for month, ending in enumerate(ENDINGS, start=3):
        path = one.bring(applying(month), f"{PERSON}{ending}")
        one.run("dossiers", "load", path, "--province", "quang-ninh", "--no-build")
    for ending in ENDINGS:
        one.stage(answering(300, slid=True), f"{PERSON}{ending}", code=4)
    drafts = [one.stage(answering(300 + n), f"{PERSON}{ending}") for n, ending in enumerate(ENDINGS)]
    one.run("imports", "publish", drafts[-1])
    return one


@pytest.fixture(scope="module")
def services(made: Installation) -> Services:
    return Services(Warehouse(made.settings.releases_dir / "current.json"), "quang-ninh")


def test_no_person_is_in_any_file_that_surveys_and_dossiers_leave_behind(made: Installation) -> None:
    kinds = {path.suffix for path in made.folder.rglob("*") if path.is_file()}
    assert {".parquet", ".duckdb", ".csv", ".json", ".jsonl", ".txt"} <= kinds
    names = {path.name for path in made.folder.rglob("*")}
    assert {".builds.jsonl", "rows.csv", "responses.parquet", "journal.jsonl", "store.json"} <= names
    assert set(SECRETS) <= {s for told in leaks(made.brought, SECRETS).values() for s in told}
    assert leaks(made.folder, SECRETS) == {}


def test_of_a_survey_only_what_its_codebook_declares_is_kept(made: Installation) -> None:
    book = surveys.form()
    kept = list((made.settings.imports_dir / "files").glob("*/*.parquet"))
    # The refused one holds the same answers whatever kind of file it came in: it is kept once.
    assert len(kept) == len(ENDINGS) + 1
    for path in kept:
        assert set(pq.read_schema(path).names) <= set(book.columns)
    stored = {"row", "unit_id", "stratum", "cluster", "weight"}
    stored |= {f"item_{item.code}" for item in book.items} | {f"profile_{one.name}" for one in book.profile}
    for path in made.settings.imports_dir.rglob("responses.parquet"):
        assert set(pq.read_schema(path).names) == stored
    listed = [pd.read_csv(path) for path in made.settings.imports_dir.rglob("rows.csv")]
    assert {name for rows in listed for name in rows["column"].dropna()} <= set(book.columns)


def test_no_person_is_in_what_pages_show_and_give_away(made: Installation, services: Services) -> None:
    folder = made.folder / "taken"
    folder.mkdir()
    count = 0
    for page in (survey_page.PAGE, dossiers_page.PAGE):
        for lang in ("vi", "en"):
            asked = parse(f"?tinh=quang-ninh&lang={lang}", services.facts(), False, page.extras)[0]
            drawn = page.render(services, asked).children
            (folder / f"{page.id}_{lang}.txt").write_text(f"{drawn}{shown(drawn)}", encoding="utf-8")
            for held in (store.data for store in of_type(drawn, "Store")):
                for ending in WRITERS if isinstance(held, dict) and held.get("rows") else ():
                    content = base64.b64decode(make_file(held, None, None, ending, lang)["content"])
                    count += 1
                    (folder / f"{page.id}_{lang}_{count}.{ending}").write_bytes(content)
    assert count >= 20
    assert "H5.1" in (folder / "dossiers_vi.txt").read_text(encoding="utf-8")
    assert leaks(folder, SECRETS) == {}


def test_no_person_is_in_what_the_interface_answers(made: Installation, services: Services) -> None:
    server, folder = Flask("api"), made.folder / "answers"
    folder.mkdir()
    server.register_blueprint(blueprint(services))
    for name, address in addresses(services).items():
        answer = server.test_client().get(address)
        ending = ".duckdb" if name == "file" else ".txt"
        (folder / f"{name}{ending}").write_bytes(answer.get_data())
    assert len(list(folder.iterdir())) >= 10
    assert leaks(folder, SECRETS) == {}


def test_no_person_is_in_documents(made: Installation, services: Services) -> None:
    folder = made.folder / "documents"
    words = ["--year", "2019", "--province", "quang-ninh", "--format", "xlsx,docx"]
    made.run("briefing", *words, "--out", str(folder), program=exports_app)
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} >= {".xlsx", ".docx"}
    assert leaks(folder, SECRETS) == {}


def test_the_search_for_leaks_finds_what_is_packed(tmp_path: Path) -> None:
    frame = pd.DataFrame({"x": [PERSON] * 50})
    for ending in ENDINGS:
        surveys.write(frame, tmp_path / f"a{ending}")
    (tmp_path / "b.json").write_text(json.dumps({"x": PERSON}), encoding="utf-8")
    (tmp_path / "c.txt").write_text("nobody", encoding="utf-8")
    assert set(leaks(tmp_path, [PERSON])) == {"a.csv", "a.xlsx", "a.parquet", "b.json"}
