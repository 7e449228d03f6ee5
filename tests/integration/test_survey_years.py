"""Surveys of several years on the page: years that do not compare are not joined, and it says why."""

from __future__ import annotations

import shutil

import pytest

from callbacks import survey as page
from callbacks.services import Services
from callbacks.url_state import parse
from etl.build import build
from etl.definitions import load_definitions
from etl.intake.service import Intake
from etl.settings import ROOT
from etl.survey.codebook import Codebook
from etl.survey.stage import stage_survey
from etl.warehouse.queries import Warehouse
from indices.registry import Registry
from tests.app.conftest import of_type, shown
from tests.fixtures import surveys
from tests.fixtures.etl.packs import read_rows, small_pack, write_rows

YEARS = (2021, 2022, 2023)
DEFINITIONS = ROOT / "indices/definitions"


def of_year(registry: Registry, form: Codebook, year: int) -> Codebook:
    """The form asked in a year, its items spread over the factors that the framework had then."""
    tree = registry.framework(form.index, year).tree(year)
    leaves = [code for code, node in tree.nodes.items() if not node.children]
    items = tuple(
        item.model_copy(update={"component": leaves[place % len(leaves)]})
        for place, item in enumerate(form.items)
    )
    return form.model_copy(update={"year": year, "items": items})


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """A release with surveys of three years, the first before the series breaks."""
    settings, form = small_pack(tmp_path_factory.mktemp("years") / "pack"), surveys.form()
    for folder in DEFINITIONS.glob(f"{form.index.lower()}_*"):
        shutil.copytree(folder, settings.definitions_dir / folder.name)
    for name in ("indices.csv", "comparability.csv"):
        listed = settings.definitions_dir / name
        ours = (row for row in read_rows(DEFINITIONS / name) if row["index_code"] == form.index)
        write_rows(listed, [*(read_rows(listed) if listed.exists() else ()), *ours])
    build(settings)
    intake, files = Intake(settings), tmp_path_factory.mktemp("files")
    registry = load_definitions(DEFINITIONS).registry
    assert registry is not None
    for seed, year in enumerate(YEARS, start=1):
        path = surveys.write(surveys.answers(seed=seed), files / f"khao_sat_{year}.csv")
        upload = intake.receive(path.name, path.read_bytes(), "người thử")
        book = of_year(registry, form, year)
        draft = stage_survey(intake, upload.file_id, book, "người thử")
        assert draft.state.value == "staged", draft.reason
        intake.publish(draft.id, "người thử")
    return Services(Warehouse(settings.releases_dir / "current.json"), "quang-ninh")


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "Trước năm 2022 không so được"), ("en", "respondents and structure changed")]
)
def test_the_break_of_the_series_is_drawn_and_said(services: Services, lang: str, said: str) -> None:
    state = parse(f"?tinh=quang-ninh&lang={lang}", services.facts(), False, page.PAGE.extras)[0]
    view = page.build_view(services, state)
    assert view is not None
    history = view.history.set_index("year")
    assert history["broken"].to_dict() == {2021: False, 2022: True, 2023: False}
    assert history["value"].notna().all()
    drawn = page.render(services, state).children
    assert said in shown(drawn)
    table = next(one for one in of_type(drawn, "Table") if "2021" in shown(one) and "2022" in shown(one))
    assert history.loc[2022, "reason"] in shown(table)
