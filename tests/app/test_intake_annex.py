"""A criteria annex on the import page: preview, checks with cells, a person's word line by line, undo."""

from __future__ import annotations

import base64
import csv
from pathlib import Path
from typing import Any

import pytest

from callbacks import intake as page
from callbacks import intake_annex, shell
from callbacks.intake_base import ANNEX, KIND, Desk
from callbacks.services import Services
from etl.build import build
from etl.intake.annex.confirm import confirmed
from etl.intake.annex.wish import Wish
from etl.settings import Settings
from etl.warehouse.queries import Warehouse
from indices.errors import DefinitionError, SourceError
from layouts.pages import intake_annex as layout
from layouts.text import t
from tests.app.conftest import of_type, shown
from tests.fixtures.annex.annexes import HEADER, write_book
from tests.fixtures.etl.packs import FRAMEWORK, INDEX, copy_of, small_pack

# The pack's framework has its total only in points of 100 here: two fields of the annex make it.
FIRST: list[list[Any]] = [
    ["1", "Vườn cam", 60],
    ["1.1", "Tưới cây đúng hạn", 40],
    ["1.2", "Bón phân theo mùa", 20],
    ["2", "Bến thuyền", 40],
    ["2.1", "Neo đậu an toàn", 25],
    ["2.2", "Đón khách niềm nở", 15],
]
SECOND: list[list[Any]] = [
    ["1", "Vườn cam", 60],
    ["1.1", "Chong đèn ban đêm", 10],
    ["1.2", "Tưới cây đúng hạn", 40],
    ["1.3", "Bón phân theo mùa vụ", 10],
    ["2", "Bến thuyền", 40],
    ["2.1", "Thuyền và khách qua bến", 40],
]
TITLE = "BỘ TIÊU CHÍ kèm theo Quyết định số 12/QĐ-UBND"
WHO = "Nguyễn Văn An"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An installation with a small pack and its release."""
    settings = small_pack(tmp_path_factory.mktemp("built") / "one")
    build(settings)
    return settings


@pytest.fixture
def desk(built: Settings, tmp_path: Path) -> Desk:
    """The desk of a copy of that installation."""
    settings = copy_of(built, tmp_path / "own")
    return Desk(settings.model_copy(update={"imports_dir": tmp_path / "own" / "imports"}), most_mb=8)


@pytest.fixture
def services(desk: Desk) -> Services:
    """Handlers' services over that installation."""
    return Services(Warehouse(desk.settings.releases_dir / "current.json"), "quang-ninh", desk)


def brought(desk: Desk, rows: list[list[Any]], name: str = "phu_luc.xlsx") -> str:
    """The id of an annex of the rows, sent as a browser sends it."""
    path = write_book(desk.settings.releases_dir.parent / name, [[TITLE], [], list(HEADER[:3]), *rows])
    data = base64.b64encode(path.read_bytes()).decode()
    return page.receive(desk, name, f"data:application/octet-stream;base64,{data}", WHO)


def look(services: Services, file_id: str, **said: str) -> Any:
    """The page of an annex with what a person said, by field of the wish."""
    asked = {"tep": file_id, **{ANNEX.get(name, name): value for name, value in said.items()}}
    return shell.show(page.PATH, "?" + "&".join(f"{k}={v}" for k, v in asked.items()), services).page


def held(component: Any) -> dict[str, Any]:
    """What the browser holds of the page: stores and grids by id."""
    stores = {store.id: store.data for store in of_type(component, "Store") if isinstance(store.id, str)}
    grids = {grid.id: grid.rowData for grid in of_type(component, "AgGrid") if isinstance(grid.id, str)}
    return stores | grids


def table(component: Any, name: str) -> list[dict[str, Any]]:
    """Rows of a table of the page."""
    grids = [g for g in of_type(component, "AgGrid") if isinstance(g.id, dict)]
    return next(grid.rowData for grid in grids if grid.id["table"] == name)


def second(desk: Desk, services: Services) -> Any:
    """The page of the later annex beside the first one."""
    said = {"index": INDEX, "like": "pci_2022", "framework_id": "pci_2023", "years": "2023"}
    return look(services, brought(desk, SECOND, "b.xlsx"), **said)


def judged(component: Any, verdicts: dict[str, str]) -> tuple[Any, list[Any], list[Any]]:
    """Base, lines and links after a person ticked every line and judged the links (by new code)."""
    found = held(component)
    lines = [row | {"seen": True} for row in found[layout.CHANGES]]
    links = [row | {"verdict": verdicts.get(row["to_code"], "confirm")} for row in found[layout.LINKS]]
    return found[layout.BASE], lines, links


def framework(desk: Desk, services: Services, rows: list[list[Any]], **said: str) -> str:
    """The published draft of an annex, every line confirmed."""
    file_id = brought(desk, rows, f"{said['framework_id']}.xlsx")
    draft = intake_annex.saved(desk, *judged(look(services, file_id, index=INDEX, **said), {}), WHO)
    desk.intake.publish(draft, WHO)
    return draft


def test_a_file_of_criteria_and_maxima_is_taken_for_an_annex(desk: Desk, services: Services) -> None:
    component = look(services, brought(desk, FIRST))
    text = shown(component)
    assert "phu_luc.xlsx: từ phụ lục tiêu chí đến khung đo" in text
    assert held(component)[layout.BASE]["wish"]["decision"] == "12/QĐ-UBND"
    assert "Chọn tệp" in text


def test_index_year_and_id_are_suggested_and_the_tree_is_shown(desk: Desk, services: Services) -> None:
    component = look(services, brought(desk, FIRST), index=INDEX)
    wish = held(component)[layout.BASE]["wish"]
    assert (wish["like"], wish["years"], wish["framework_id"]) == (FRAMEWORK, "2022", "pci_2022")
    tree = next(
        g for g in of_type(component, "AgGrid") if isinstance(g.id, dict) and g.id["table"] == "annex-tree"
    )
    assert {row["code"]: row["max"] for row in tree.rowData} == {INDEX: 100, **{r[0]: r[2] for r in FIRST}}
    assert "6 tiêu chí, cộng đủ 100,00 điểm" in shown(component)


@pytest.mark.parametrize(
    ("edit", "check", "cell"),
    [
        (lambda rows: rows[5].__setitem__(2, 14), "Các phần cộng lại không bằng điểm tối đa", "Phụ lục!C7"),
        (lambda rows: rows[5].__setitem__(0, "2.1"), "Số thứ tự lặp lại", "Phụ lục!A9"),
        (lambda rows: rows[0].__setitem__(2, 50), "Tổng điểm tối đa không đúng thang điểm", "Phụ lục!C4"),
    ],
)
def test_what_is_wrong_is_told_with_its_cell_and_nothing_can_be_saved(
    desk: Desk, services: Services, edit: Any, check: str, cell: str
) -> None:
    rows = [list(row) for row in FIRST]
    edit(rows)
    component = look(services, brought(desk, rows), index=INDEX)
    found = table(component, "intake-findings")
    told = {(row["what"], row["place"]) for row in found}
    assert any(check in what for what, _ in told), told
    assert layout.SAVE not in [button.id for button in of_type(component, "Button") if hasattr(button, "id")]
    assert cell in {place for what, place in told if check in what}
    with pytest.raises((SourceError, DefinitionError)):
        intake_annex.saved(desk, held(component)[layout.BASE], [], [], WHO)
    assert desk.intake.drafts() == []


def test_a_renumbering_is_confirmed_line_by_line_and_kept(desk: Desk, services: Services) -> None:
    framework(desk, services, FIRST, framework_id="pci_2022", years="2022")
    component = second(desk, services)
    lines = {
        (row["change"], row["component"], row["before"], row["after"])
        for row in held(component)[layout.CHANGES]
    }
    assert ("renumbered", "1.2", "1.1", "1.2") in lines
    assert ("changed", "1.3", "20", "10") in lines
    assert {c for change, c, *_ in lines if change == "added"} == {"1.1", "2.1"}
    assert {c for change, c, *_ in lines if change == "dropped"} == {"2.1", "2.2"}
    base, ticked, links = judged(component, {"2": "reject"})
    assert ("1.1", "1.2") in {(row["from_code"], row["to_code"]) for row in links}
    draft = intake_annex.saved(desk, base, ticked, links, WHO)
    overlay = desk.settings.imports_dir / "drafts" / draft / "overlay/definitions/crosswalk_pci_2023.csv"
    with overlay.open(encoding="utf-8", newline="") as handle:
        kept = {row["to_code"]: (row["from_code"], row["confirmed_by"]) for row in csv.DictReader(handle)}
    assert kept["1.2"] == ("1.1", WHO)
    assert "2" not in kept
    assert "Bản nháp sẵn sàng công bố" in shown(shell.show(page.PATH, f"?nhap={draft}", services).page)


def test_published_and_undone_like_any_import(desk: Desk, services: Services) -> None:
    before = services.release_id()
    draft = framework(desk, services, FIRST, framework_id="pci_2022", years="2022")
    ids = set(services.warehouse.frameworks()["framework_id"])
    assert "pci_2022" in ids
    assert services.release_id() != before
    desk.intake.undo(draft, WHO)
    assert services.release_id() == before
    assert "pci_2022" not in set(services.warehouse.frameworks()["framework_id"])


def test_a_line_without_a_word_stops_the_draft(desk: Desk, services: Services) -> None:
    component = look(services, brought(desk, FIRST), index=INDEX)
    base, lines, links = judged(component, {})
    assert lines
    lines[0]["seen"] = False
    assert layout.waiting(lines, links) == 1
    with pytest.raises(DefinitionError, match="wait for a person's word"):
        intake_annex.saved(desk, base, lines, links, WHO)
    with pytest.raises(DefinitionError, match="no longer what the file gives"):
        intake_annex.saved(desk, base, lines[1:], links, WHO)
    assert desk.intake.drafts() == []


def test_pairs_of_equal_names_can_be_confirmed_together(desk: Desk, services: Services) -> None:
    framework(desk, services, FIRST, framework_id="pci_2022", years="2022")
    component = second(desk, services)
    rows = {row["to_code"]: row["verdict"] for row in layout.same_confirmed(held(component)[layout.LINKS])}
    assert rows["1.2"] == "confirm"
    assert rows["1.3"] == ""


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"years": "sớm"}, "The years are not readable"),
        ({"years": "2019"}, "A framework scores these years already"),
        ({"framework_id": FRAMEWORK}, "There is a framework of that name already"),
        ({"sheet": "Tờ 9"}, "There is no such sheet"),
    ],
)
def test_what_cannot_be_is_said_and_the_form_stays(
    desk: Desk, services: Services, said: dict[str, str], found: str
) -> None:
    component = look(services, brought(desk, FIRST), **({"index": INDEX} | said))
    assert found in shown(component)
    assert t("annex.look", "vi") in shown(component)


def test_the_file_can_be_read_as_figures_instead_and_back(desk: Desk, services: Services) -> None:
    file_id = brought(desk, FIRST)
    as_figures = look(services, file_id, **{KIND: intake_annex.FIGURES})
    assert t("annex.instead", "vi") in shown(as_figures)
    assert layout.BASE not in held(as_figures)
    assert layout.BASE in held(look(services, file_id, **{KIND: intake_annex.FRAMEWORK}))


def test_another_index_starts_the_wish_anew() -> None:
    base = {"file_id": "f", "wish": Wish(index="PAR", like="par_1").__dict__}
    values = ["PCI", "par_1", "par_2", "2030", "", "", "", ""]
    assert intake_annex.wished(base, values) == {
        "tep": "f", "loai": "khung-do", "chi-so": "PCI",
    }  # fmt: skip
    values[0] = "PAR"
    assert intake_annex.wished(base, values)["nam-do"] == "2030"


def test_a_link_that_does_not_fit_is_refused(desk: Desk, services: Services) -> None:
    framework(desk, services, FIRST, framework_id="pci_2022", years="2022")
    component = second(desk, services)
    base, lines, links = judged(component, {})
    links[0]["from_code"] = "9.9"
    with pytest.raises(DefinitionError, match=r"9\.9"):
        intake_annex.saved(desk, base, lines, links, WHO)


def test_confirmed_rows_carry_the_name_of_the_person(desk: Desk, services: Services) -> None:
    component = look(services, brought(desk, FIRST), index=INDEX)
    base, lines, links = judged(component, {})
    registry = desk.looker.context().registry
    draft = intake_annex.drafted(desk.intake.workbook(base["file_id"]), Wish(**base["wish"]), registry)
    assert {link.confirmed_by for link in confirmed(draft, lines, links, WHO, registry).links} <= {WHO}
