"""Damaged and ambiguous tables: what cannot be known is not claimed, and no wrong figure passes as sure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from etl.intake.decisions import SURE
from etl.intake.findings import errors_of
from etl.intake.inspection import Inspection
from etl.intake.layouts import extract
from etl.intake.propose import propose
from etl.readers.workbook import Sheet, Workbook
from tests.fixtures.guide import tables as books

HEAD, FIRST = 2, 4
Damage = Callable[[Sheet], None]


def inspect(workbook: Workbook) -> Inspection:
    """The proposal for a workbook."""
    return propose(workbook, books.context())


def doubts(found: Inspection) -> set[str]:
    """What the proposal leaves to a person, the publisher apart."""
    return {decision.what for decision in found.missing} - {"source"}


def untitled(workbook: Workbook, name: str = "bang.xlsx") -> Workbook:
    """The same table without a title, in a file whose name says nothing."""
    return replace(books.changed(workbook, lambda s: s.rows.__setitem__(0, ["Bảng số liệu"])), name=name)


# Damages of the summary table.
def header_to_the_right(sheet: Sheet) -> None:
    sheet.rows[HEAD].insert(2, None)


def header_to_the_left(sheet: Sheet) -> None:
    del sheet.rows[HEAD][2]


def header_lost(sheet: Sheet) -> None:
    del sheet.rows[HEAD : HEAD + 2]


def one_header_lost(sheet: Sheet) -> None:
    sheet.rows[HEAD][4] = None


def headers_of_two_levels_swapped(sheet: Sheet) -> None:
    row = sheet.rows[HEAD]
    row[2], row[3] = row[3], row[2]


def second_column_of_units(sheet: Sheet) -> None:
    names = books.provinces()
    for r, row in enumerate(sheet.rows[FIRST:-1]):
        row.insert(2, names[(r + 7) % len(names)])
    sheet.rows[HEAD].insert(2, "Tỉnh liền kề")
    sheet.rows[-1].insert(2, None)


def another_header_twice(sheet: Sheet) -> None:
    for row in sheet.rows[HEAD:]:
        row.append(row[3] if row else None)


def unknown_column(sheet: Sheet) -> None:
    for r, row in enumerate(sheet.rows[FIRST:]):
        row.append(r / 7)
    sheet.rows[HEAD].append("Chỉ tiêu bổ sung")


def ranks_of_another_year(sheet: Sheet) -> None:
    for r, row in enumerate(sheet.rows[FIRST:-1]):
        row[-1] = r + 1


def row_twice(sheet: Sheet) -> None:
    sheet.rows.insert(20, list(sheet.rows[19]))


def second_table_below(sheet: Sheet) -> None:
    sheet.rows += [[], *(list(row) for row in sheet.rows[HEAD:])]


def total_without_a_name(sheet: Sheet) -> None:
    sheet.rows[HEAD][2] = "Điểm"


def ambiguous_numbers(sheet: Sheet) -> None:
    for row in sheet.rows[FIRST:-1]:
        row[2] = f"{row[2]:.3f}"


def mixed_decimal_signs(sheet: Sheet) -> None:
    for r, row in enumerate(sheet.rows[FIRST:-1]):
        row[2] = f"{row[2]:.2f}".replace(".", "," if r % 2 else ".")


def another_scale(sheet: Sheet) -> None:
    for row in sheet.rows[FIRST:-1]:
        row[3] = float(str(row[3])) * 3


def title_of_another_year(sheet: Sheet) -> None:
    sheet.rows[0] = ["Kết quả PAPI năm 2021"]


def two_years_in_the_title(sheet: Sheet) -> None:
    sheet.rows[0] = ["Kết quả PAPI năm 2021 và năm 2022"]


def units_across(sheet: Sheet) -> None:
    table = sheet.rows[HEAD:-1]
    width = max(len(row) for row in table)
    sheet.rows = [[row[c] if c < len(row) else None for row in table] for c in range(width)]


def three_units_misspelt(sheet: Sheet) -> None:
    for row in (FIRST, 30, 66):
        sheet.rows[row][1] = f"{sheet.rows[row][1]}zz"


def rows_shuffled(sheet: Sheet) -> None:
    sheet.rows[FIRST:-1] = sorted(sheet.rows[FIRST:-1], key=lambda row: str(row[3]))


def columns_moved(sheet: Sheet) -> None:
    for row in sheet.rows[HEAD:]:
        row[3:6] = row[5:2:-1]


def blank_rows_between(sheet: Sheet) -> None:
    sheet.rows[30:30] = [[], []]


DAMAGES: dict[Damage, set[str]] = {
    header_to_the_right: {"header_rows", "column"},
    header_to_the_left: {"header_rows", "column"},
    header_lost: {"header_rows", "unread"},
    one_header_lost: {"header_rows", "column", "unread"},
    headers_of_two_levels_swapped: {"column"},
    second_column_of_units: {"unit"},
    another_header_twice: {"column", "unread"},
    unknown_column: {"unread"},
    ranks_of_another_year: {"column"},
    row_twice: {"rows"},
    second_table_below: {"rows"},
    total_without_a_name: {"column"},
    ambiguous_numbers: {"column"},
    mixed_decimal_signs: {"column"},
    another_scale: {"column"},
    title_of_another_year: {"year"},
    units_across: {"layout"},
}
HARMLESS: list[Damage] = [rows_shuffled, columns_moved, blank_rows_between]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: d.__name__)
def test_damage_is_left_to_a_person(damage: Damage) -> None:
    found = inspect(books.changed(books.wide("PAPI", 2022), damage))
    assert doubts(found) >= DAMAGES[damage]
    assert not found.ready
    assert all(decision.confidence < SURE or not decision.value for decision in found.missing)


@pytest.mark.parametrize("damage", HARMLESS, ids=lambda d: d.__name__)
def test_what_only_moves_whole_rows_or_columns_does_no_harm(damage: Damage) -> None:
    workbook = books.changed(books.wide("PAPI", 2022), damage)
    found = inspect(workbook)
    assert doubts(found) == set()
    assert figures(workbook, found) == books.truth("PAPI", 2022)


def figures(workbook: Workbook, found: Inspection) -> dict[tuple[str, str], float] | None:
    """Scores by unit id and component; None where reading finds an error."""
    if found.mapping is None:
        return None
    names = books.context().names
    read = extract(workbook, found.mapping, names)
    if errors_of(read.findings):
        return None
    rows = zip(read.rows["unit"], read.rows["component"], read.rows["score"], strict=True)
    return {
        (str(names.lookup("63", unit).unit_id), code): float(score) for unit, code, score in rows if score
    }


def damaged() -> Iterator[tuple[str, Damage]]:
    """Every damage of tables of several indices."""
    for index in ("PAPI-2022", "SIPAS-2023", "PCI-2018", "PAR-2023", "DTI-2022"):
        for damage in (*DAMAGES, *HARMLESS, three_units_misspelt, two_years_in_the_title):
            yield index, damage


@pytest.mark.parametrize(("table", "damage"), damaged(), ids=lambda v: getattr(v, "__name__", v))
def test_no_wrong_figure_is_sure(table: str, damage: Damage) -> None:
    """What nobody is asked about and what reading does not refuse is right, or left out."""
    index, year = table.split("-")[0], int(table.split("-")[1])
    workbook = books.changed(books.wide(index, year), damage)
    found = inspect(workbook)
    read = figures(workbook, found)
    if doubts(found) or read is None:
        return
    expected = books.truth(index, year)
    wrong = {
        key: value for key, value in read.items() if expected.get(key) != pytest.approx(value, abs=0.006)
    }
    assert wrong == {}


def test_a_year_that_is_not_stated_is_missing() -> None:
    found = inspect(
        replace(
            books.changed(books.wide("PAPI", 2022), lambda s: s.rows.__setitem__(0, ["PAPI"])),
            name="papi.xlsx",
        )
    )
    assert {"year", "framework"} <= doubts(found)
    assert found.mapping is not None
    assert found.mapping.year is None
    year = next(d for d in found.decisions if d.what == "year")
    assert (year.value, year.confidence, year.reason) == ("", 0, "none")


def test_two_years_that_disagree_are_contested() -> None:
    found = inspect(books.wide("PAPI", 2022, name="PAPI_2021.xlsx"))
    year = next(d for d in found.decisions if d.what == "year")
    assert year.reason == "year.contested"
    assert year.confidence < SURE
    assert year in found.missing


@pytest.mark.parametrize(
    "title",
    [
        "Kết quả PAPI năm 2022 (Quyết định số 283/QĐ-BNV ngày 17/4/2023)",
        "Kết quả PAPI năm 2022, công bố tháng 4 năm 2023",
        "PAPI năm 2022, giai đoạn 2021-2025",
    ],
)
def test_dates_and_spans_are_no_years(title: str) -> None:
    workbook = books.changed(
        books.wide("PAPI", 2022, name="papi.xlsx"), lambda s: s.rows.__setitem__(0, [title])
    )
    year = next(d for d in inspect(workbook).decisions if d.what == "year")
    assert (year.value, year.sure) == ("2022", True)


def test_codes_that_fit_two_indices_leave_the_index_open() -> None:
    rows = [
        [unit, *(20 + (r * 7 + c * 3) % 60 for c in range(5))] for r, unit in enumerate(books.provinces())
    ]
    found = inspect(books.book("bang.xlsx", Sheet1=[["Tỉnh", "1", "2", "3", "4", "5"], *rows]))
    index = next(d for d in found.decisions if d.what == "index")
    assert index.reason == "index.contested"
    assert {"index", "year", "framework"} <= doubts(found)


def test_codes_that_fit_two_frameworks_leave_the_framework_open() -> None:
    parts = books.components("PAPI", 2015, "index", "dimension")
    rows = [
        [u, *(books.score(p, r, c) for c, p in enumerate(parts))] for r, u in enumerate(books.provinces())
    ]
    found = inspect(books.book("papi.xlsx", Sheet1=[["Tỉnh", *(p.code for p in parts)], *rows]))
    framework = next(d for d in found.decisions if d.what == "framework")
    assert framework.confidence < SURE
    assert framework in found.missing


def test_a_year_that_no_framework_covers_is_said() -> None:
    workbook = untitled(books.wide("PAR", 2023), "PAR 2026.xlsx")
    framework = next(d for d in inspect(workbook).decisions if d.what == "framework")
    assert framework.reason == "framework.none_for_year"
    assert not framework.sure


def test_totals_of_several_indices_leave_the_index_open() -> None:
    rows = [[u, 80 - r / 3, 82 - r / 5, 70 - r / 6] for r, u in enumerate(books.provinces())]
    found = inspect(books.book("Tong hop 2023.xlsx", Sheet1=[["Tỉnh", "PAR Index", "SIPAS", "PCI"], *rows]))
    assert "index" in doubts(found)


def test_scores_of_two_years_side_by_side_are_not_mixed() -> None:
    header: books.Row = ["Tỉnh", "PCI 2017", "PCI 2018"]
    rows = [[u, 60 + r / 10, 61 + r / 9] for r, u in enumerate(books.provinces())]
    found = inspect(books.book("PCI.xlsx", Sheet1=[header, *rows]))
    assert "year" in doubts(found)
    assert {"column"} & doubts(found)


def test_names_of_both_systems_leave_the_set_open() -> None:
    both = [unit for unit in books.provinces("34") if unit in books.provinces("63")][:6]
    rows = [[unit, 80 + r] for r, unit in enumerate(both)]
    found = inspect(books.book("PAR.xlsx", Sheet1=[["Tỉnh", "PAR Index"], *rows]))
    assert "unit_set" in doubts(found)


def test_an_annex_that_names_two_provinces_or_none() -> None:
    two = replace(books.annex("PAR", 2023), name="PAR 2023 Hai Phong.xlsx")
    none = books.changed(books.annex("PAR", 2023), lambda s: s.rows.__setitem__(1, []))
    for workbook in (two, none):
        unit = next(d for d in inspect(workbook).decisions if d.what == "unit")
        assert not unit.sure


def test_an_annex_with_the_maxima_of_another_decision() -> None:
    def doubled(sheet: Sheet) -> None:
        for row in sheet.rows[3:]:
            row[2] = float(str(row[2])) * 2

    found = inspect(books.changed(books.annex("PAR", 2023), doubled))
    assert next(d for d in found.decisions if d.what == "components").reason == "components.maxima"
    assert "components" in doubts(found)


def test_an_annex_with_more_points_than_the_maximum() -> None:
    def swapped(sheet: Sheet) -> None:
        for row in sheet.rows[2:]:
            row[2], row[3] = row[3], row[2]
        sheet.rows[2][2], sheet.rows[2][3] = sheet.rows[2][3], sheet.rows[2][2]

    assert "column" in doubts(inspect(books.changed(books.annex("PAR", 2023), swapped)))


def test_two_sheets_that_disagree_are_not_chosen_between() -> None:
    workbook = books.wide("PCI", 2018)
    other = books.changed(workbook, lambda s: s.rows[10].__setitem__(3, 9.99)).sheets[0]
    other.name = "Draft"
    found = inspect(Workbook("PCI_2018.xlsx", "xlsx", [workbook.sheets[0], other]))
    decision = found.decision("sheet", "Draft")
    assert decision is not None
    assert (decision.reason, decision.facts["cell"], decision.sure) == ("sheet.differs", "D11", False)


def test_a_long_table_without_a_year_or_with_unknown_codes() -> None:
    table = books.long_table("PCI", 2019)
    without = books.changed(table, lambda s: s.rows.__setitem__(slice(None), [row[1:] for row in s.rows]))
    assert "year" in doubts(inspect(without))

    def unknown(sheet: Sheet) -> None:
        for row in sheet.rows[1:]:
            row[2] = "PCI.77" if row[2] == "PCI.3" else row[2]

    assert "components" in doubts(inspect(books.changed(table, unknown)))


def test_the_same_province_in_two_blocks() -> None:
    units = [*books.provinces()[:4], books.provinces()[0]]
    assert "unit" in doubts(inspect(books.blocks("PAR", 2023, units)))


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["hello"]],
        [["a", 1], ["b", 2]],
        [["Tỉnh", "Điểm"], ["Quảng Ninh", 91.2]],
        [[None], [None, None, 3.5]],
    ],
)
def test_what_is_no_table_gives_no_mapping_and_no_failure(rows: list[books.Row]) -> None:
    found = inspect(books.book("x.xlsx", Sheet1=rows))
    assert found.mapping is None
    assert {"index", "year"} <= doubts(found)


def test_hidden_sheets_are_not_read() -> None:
    workbook = books.changed(books.wide("PCI", 2018), lambda s: setattr(s, "state", "hidden"))
    found = inspect(workbook)
    assert found.mapping is None
    told = found.decision("sheet", "Sheet1")
    assert told is not None
    assert told.reason == "sheet.hidden"
