"""The simulated pack: adds up, follows published totals, builds with the real commands, says what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from callbacks import data, shell
from callbacks.downloads import make_file
from callbacks.services import Services
from etl.build import build
from etl.demo.framework import leaves
from etl.demo.plan import Plan, load_plan
from etl.demo.scorecards import scorecard
from etl.demo.write import Demo, write_demo
from etl.settings import ROOT, Settings
from etl.survey.codebook import load_codebook
from etl.warehouse.queries import Warehouse
from layouts.pages.data_frameworks import framework_rows
from tests.app.conftest import shown

REAL = Settings(data_dir=ROOT / "data", definitions_dir=ROOT / "indices/definitions")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan, with few respondents."""
    made = load_plan()
    few = made.satisfaction_survey.model_copy(update={"respondents": 10})
    return made.model_copy(update={"satisfaction_survey": few})


@pytest.fixture(scope="module")
def demo(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """The simulated pack and its release."""
    made = write_demo(plan, REAL, tmp_path_factory.mktemp("demo") / "pack")
    build(made.settings)
    return made


@pytest.fixture(scope="module")
def served(demo: Demo) -> Warehouse:
    """The simulated release."""
    return Warehouse(demo.settings.releases_dir / "current.json")


def test_the_framework_has_the_shape_of_the_decision(plan: Plan) -> None:
    tree = leaves(plan.framework)
    assert sum(leaf.maximum for leaf in tree) == 100
    assert sum(leaf.level == "sub_criterion" for leaf in tree) == 88
    criteria = {leaf.parent for leaf in tree if leaf.level == "sub_criterion"}
    assert len(criteria) + sum(leaf.level == "criterion" for leaf in tree) == 37
    by_source = pd.Series([leaf.maximum for leaf in tree]).groupby([leaf.source for leaf in tree]).sum()
    assert by_source.to_dict() == {
        "appraised": 61.5,
        "survey_leaders": 22.0,
        "socioeconomic": 6.5,
        "sipas": 10.0,
    }


@pytest.mark.parametrize("total", [60.0, 82.37, 92.18, 97.0])
def test_a_scorecard_adds_up_to_its_total(plan: Plan, total: float) -> None:
    tree = leaves(plan.framework)
    card = scorecard(tree, total, 90.61, plan.scores, np.random.default_rng(3))
    assert sum(card.leaves.values()) == pytest.approx(total, abs=1e-9)
    assert card.leaves["8.1"] == 9.06
    assert all(0 <= card.leaves[leaf.code] <= leaf.maximum for leaf in tree)
    assert all(card.leaves[code] <= own for code, own in card.own.items())


def test_the_release_says_that_it_is_simulated(served: Warehouse) -> None:
    assert served.release().simulated
    assert served.release().pack_date == "", (
        "the age of the sources of populations is not that of the figures"
    )
    facts = served.facts("PAR", 2023)
    assert set(facts["source_id"]) == {"MP001"}


def test_totals_are_the_published_ones_where_there_are_any(served: Warehouse, warehouse: Warehouse) -> None:
    simulated = served.scores("PAR", 2023, component_code="PAR", view="main").set_index("unit_id")["value"]
    real = (
        warehouse.scores("PAR", 2023, component_code="PAR", view="main")
        .set_index("unit_id")["published"]
        .dropna()
    )
    assert len(real) > 15
    assert simulated[real.index].tolist() == pytest.approx(real.tolist())
    assert len(simulated) == 63


def test_everything_adds_up_and_feeds(served: Warehouse) -> None:
    told = served.reconciliation()
    assert told["differs"].sum() == 0
    assert told[told["index_code"] == "PAR"]["cells"].sum() > 1000
    scores = served.scores("PAR", 2023, component_code=["8.1"], view="main").set_index("unit_id")["value"]
    satisfied = served.scores("SIPAS", 2023, component_code="SIPAS", view="main").set_index("unit_id")[
        "value"
    ]
    assert (scores - satisfied[scores.index] / 10).abs().max() <= 0.005 + 1e-9


def test_own_scores_stand_beside_the_appraised(served: Warehouse) -> None:
    rows = served.scores("PAR", 2024, view="main")
    own = rows[rows["self_score"].notna()]
    assert len(own) == 63 * 83
    assert (own["self_score"] >= own["value"] - 1e-9).all()
    assert 0.2 < (own["self_score"] > own["value"] + 0.004).mean() < 0.4


def test_answers_have_the_shares_of_the_scores(demo: Demo, served: Warehouse) -> None:
    """Questions that belong to the first part itself lie around the province's share and have it as mean."""
    frame = pd.read_parquet(demo.files / "survey.parquet")
    book = load_codebook(demo.files / "survey.yaml")
    satisfied = served.scores("SIPAS", 2024, component_code="SIPAS", view="main").set_index("unit_name_vi")[
        "value"
    ]
    own = [item.column for item in book.items if item.component == "I"]
    assert len(own) == 6
    shares = (frame[own] >= 4).groupby(frame["tinh"]).mean().mean(axis=1) * 100
    count = len(frame) / 63
    assert (shares - satisfied[shares.index]).abs().max() <= 100 / count / 2 + 1e-9


def test_answers_hang_together_and_one_question_is_about_everything(demo: Demo) -> None:
    frame = pd.read_parquet(demo.files / "survey.parquet")
    book = load_codebook(demo.files / "survey.yaml")
    assert book.overall == "9.0"
    told = frame[[item.column for item in book.items]].corr()
    within, apart = told.loc["cau_9_23", "cau_9_24"], told.loc["cau_9_23", "cau_9_16"]
    assert within > apart > 0.1
    assert told.loc["cau_9_0", "cau_9_23"] > told.loc["cau_9_0", "cau_9_16"]


def test_dossiers_have_the_published_shares_and_no_person(demo: Demo, plan: Plan) -> None:
    frame = pd.read_csv(demo.files / "dossiers.csv", dtype="str")
    online = (frame["KenhThucHien"] == "2").groupby(frame["MaHoSo"].str[:4]).mean()
    for level, about in plan.dossiers.levels.items():
        assert online[f"MP.{level[:1].upper()}"] == pytest.approx(about.online, abs=0.002)
    assert {"ChuHoSo", "SoGiayToChuHoSo", "SoDienThoaiChuHoSo"} & set(frame.columns) == set()


@pytest.mark.parametrize(("lang", "said"), [("vi", "DỮ LIỆU MÔ PHỎNG"), ("en", "SIMULATED DATA")])
def test_every_page_says_so(served: Warehouse, lang: str, said: str) -> None:
    services = Services(served, "quang-ninh")
    for path in ("/", "/xep-hang", "/thanh-phan", "/xu-huong", "/du-lieu"):
        assert said in shown(shell.show(path, f"?lang={lang}&cs=PAR", services).header)


def test_english_pages_call_the_simulated_decision_in_english(served: Warehouse) -> None:
    services = Services(served, "quang-ninh")
    for path in ("/tieu-chi", "/xu-huong"):
        told = str(shell.show(path, "?tinh=quang-ninh&lang=en&cs=PAR", services))
        assert "'mô phỏng'" not in told
        assert "'simulated'" in told
    rows = {lang: framework_rows(data.view_of(services), lang) for lang in ("vi", "en")}
    assert {row["decision"] for row in rows["en"]} > {"simulated"}
    assert {row["decision"] for row in rows["vi"]} > {"mô phỏng"}


def test_real_figures_say_nothing_of_the_kind(warehouse: Warehouse) -> None:
    services = Services(warehouse, "quang-ninh")
    assert "MÔ PHỎNG" not in shown(shell.show("/", "", services).header)


def test_downloads_say_so_in_title_and_notes() -> None:
    payload = {
        "title": "Bảng",
        "columns": [{"field": "a", "label": "A", "decimals": None}],
        "rows": [{"a": "x"}],
        "meta": {},
    }
    plain, marked = (make_file(payload | {"simulated": it}, None, None, "csv", "vi") for it in (False, True))
    assert "mo-phong" not in plain["filename"]
    assert "mo-phong" in marked["filename"]


def test_the_same_plan_makes_the_same_pack(plan: Plan, demo: Demo, tmp_path: Path) -> None:
    again = write_demo(plan, REAL, tmp_path / "again")
    for name in (
        "data/sources/PAR/scores_2023.csv",
        "definitions/par_demo/components.csv",
        "files/dossiers.csv",
    ):
        one, other = (made.files.parent / name for made in (demo, again))
        assert one.read_bytes() == other.read_bytes()
