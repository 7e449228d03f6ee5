"""The small guesses: words of headers, years in texts, scales of figures, rows and headers of tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.intake.context import Known
from etl.intake.guess.cells import Figures, about, figures
from etl.intake.guess.columns import read_header
from etl.intake.guess.header import header_rows
from etl.intake.guess.rows import follow
from etl.intake.guess.scale import number_style, scaled
from etl.intake.guess.subject import named_in
from etl.intake.guess.years import years_in
from etl.intake.layouts.headers import Headers
from etl.intake.layouts.table import Reading, Table
from etl.intake.propose import propose
from etl.intake.vocabulary import FILE, load_vocabulary, words
from etl.pack import pack_files
from etl.readers.workbook import Sheet
from etl.settings import ROOT, Settings
from indices.errors import SourceError
from tests.fixtures.guide import tables as books


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PCI 2009 \ncó trọng số", "pci 2009 co trong so"),
        ("Un-weighted2015PAPI", "un weighted 2015 papi"),
        ("par_index", "par index"),
        ("Tỉnh, thành phố", "tinh thanh pho"),
        ("ĐẮK LẮK", "dak lak"),
        ("% hài lòng", "% hai long"),
    ],
)
def test_texts_are_compared_as_plain_words(text: str, expected: str) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("parts", "role", "total_of", "names"),
    [
        (("Thứ hạng \nPCI 2009",), "rank", {"PCI"}, ()),
        (("PCI 2009 có trọng số",), "", {"PCI"}, ()),
        (("Un-weighted2015PAPI", "Chỉ số PAPI (không có trọng số)"), "", {"PAPI"}, ()),
        (("The Weighted PCI Score in 2017",), "", {"PCI"}, ()),
        (("Tổng điểm",), "score", {"*"}, ()),
        (("Xếp hạng theo tổng điểm",), "rank", {"*"}, ()),
        (("par_rank",), "rank", {"PAR"}, ()),
        (("Điểm",), "score", set(), ()),
        (("Nhóm\n xếp hạng",), "group", set(), ()),
        (("Mã PCI",), "unit_code", set(), ()),
        (("Sub-Index 10: Law & Order",), "", set(), ("law order",)),
        (("Chỉ số thành phần 11", "chỉ số 11_csht"), "", set(), ("co so ha tang",)),
        (("1. Cải cách thể chế", "Tự đánh giá"), "self_score", set(), ("cai cach the che",)),
        (("PCI.3",), "", set(), ()),
    ],
)
def test_headers_are_taken_apart(
    parts: tuple[str, ...], role: str, total_of: set[str], names: tuple[str, ...]
) -> None:
    said = read_header(parts, books.context())
    assert (said.role, set(said.total_of), said.names[:1]) == (role, total_of, names)


@pytest.mark.parametrize(
    ("part", "code"), [("D1.1", "D1.1"), ("1.2. Tên", "1.2"), ("PCI.3", "PCI.3"), ("II.1", "II.1")]
)
def test_codes_in_headers(part: str, code: str) -> None:
    assert read_header((part,), books.context()).codes == (code,)


@pytest.mark.parametrize(
    ("text", "years", "in_words"),
    [
        ("Kết quả năm 2023", {2023}, True),
        ("PAPI_2011-2016", set(), False),
        ("2016_PAPI", {2016}, False),
        ("PCI2018", {2018}, False),
        ("Quyết định ngày 17/4/2024 về kết quả năm 2023", {2023}, True),
        ("ngày 17 tháng 4 năm 2024", set(), False),
        ("giai đoạn 2021-2030", set(), False),
        ("Điện thoại 02033820", set(), False),
        ("Kế hoạch 1995", set(), False),
    ],
)
def test_years_in_texts(text: str, years: set[int], in_words: bool) -> None:
    found, said = years_in(text, books.context())
    assert found == years
    assert said == in_words or not found


@pytest.mark.parametrize(
    ("text", "indices"),
    [
        ("Chỉ số cải cách hành chính năm 2023", {"PAR"}),
        ("Năng lực cạnh tranh cấp sở, ban, ngành", {"DDCI"}),
        ("Xếp hạng PAR INDEX và SIPAS", {"PAR", "SIPAS"}),
        ("Provincial Competitiveness Index", {"PCI"}),
        ("Bảng điểm", set()),
    ],
)
def test_names_of_indices_in_texts(text: str, indices: set[str]) -> None:
    assert named_in(text, books.context()) == indices


def known(low: float | None, high: float | None) -> Known:
    """A component with these limits."""
    return Known("X", ("x",), (), 0, low, high, False)


@pytest.mark.parametrize(
    ("values", "percents", "low", "high", "factor", "reason"),
    [
        ((55.0, 91.2), 0, 0, 100, 1, ""),
        ((0.55, 0.912), 2, 0, 100, 100, "column.factor"),
        ((0.55, 0.912), 0, 0, 100, 100, "column.factor"),
        ((55.0, 91.2), 0, 0, 1, 0.01, "column.factor"),
        ((0.5, 2.8), 0, 0, 1, 1, "column.outside"),
        ((120.0, 280.0), 0, 0, 100, 1, "column.outside"),
        ((0.5, 0.9), 2, 0, 9.5, 1, "column.scale_open"),
        ((0.5, 0.9), 2, 0, None, 1, "column.percent_open"),
        ((3.0, 9.0), 0, 0, None, 1, ""),
        ((4.1, 8.2), 0, 1, 10, 1, ""),
        ((0.2, 0.7), 0, 1, 10, 1, "column.scale_open"),
    ],
)
def test_figures_are_compared_with_the_scale(
    values: tuple[float, ...], percents: int, low: float, high: float | None, factor: float, reason: str
) -> None:
    found = scaled(Figures(values, percents=percents), known(low, high))
    assert (found.factor, found.reason) == (factor, reason)
    assert (found.trust == 1) == (not reason)


@pytest.mark.parametrize(
    ("texts", "style", "is_open"),
    [
        (["91,25", "88,1"], "comma", False),
        (["91.25", "1,234.5"], "dot", False),
        (["91", "88"], "auto", False),
        (["1.234", "2.345"], "auto", True),
        (["91,2", "88.1"], "auto", True),
        ([], "auto", False),
    ],
)
def test_the_style_of_numbers_is_that_of_the_whole_column(
    texts: list[str], style: str, is_open: bool
) -> None:
    found, evidence = number_style(texts)
    assert (found, bool(evidence)) == (style, is_open)


def test_cells_that_say_nothing_was_published_are_blank() -> None:
    sheet = Sheet(
        "s", [["91,5"], ["-"], [None], ["n/a"], [88], ["94%"], ["Tốt"]], percent=frozenset({(5, 1)})
    )
    found = figures(sheet, range(1, 8), 1)
    assert found.values == (91.5, 88.0, 0.94)
    assert (found.texts, found.others, found.percents) == (("91,5", "94%"), ("Tốt",), 2)
    assert about(True) is None


def test_the_rows_of_data_end_before_look_ups_and_means() -> None:
    units = books.provinces()[:10]
    rows: list[books.Row] = [
        ["Tỉnh", "Điểm"],
        *([u, 5.0] for u in units),
        [None],
        [units[3], 5.0],
        ["Trung vị", 5],
    ]
    found = follow(Sheet("s", rows), 1, books.context())
    assert found is not None
    assert (found.first, found.last, found.distinct, found.tail, found.second) == (2, 11, 10, True, False)


def test_a_misspelt_first_or_last_unit_is_not_taken_for_a_footer() -> None:
    rows: list[books.Row] = [
        ["Tỉnh", "Điểm"],
        *([u, 5.0] for u in ("Hà Nộii", *books.provinces()[1:9], "Cà Mauu")),
    ]
    found = follow(Sheet("s", rows), 1, books.context())
    assert found is not None
    assert (found.first, found.last) == (2, 11)
    assert found.unknown == ["Hà Nộii", "Cà Mauu"]


def test_regions_and_totals_between_units_are_skipped() -> None:
    names = ["Đồng bằng sông Hồng", *books.provinces()[:3], "Tổng cộng", *books.provinces()[3:6]]
    rows: list[books.Row] = [["Tỉnh", "Điểm"], *([n, 5.0] for n in names)]
    found = follow(Sheet("s", rows), 1, books.context())
    assert found is not None
    assert found.skips == ["Đồng bằng sông Hồng", "Tổng cộng"]
    assert found.unknown == []


@pytest.mark.parametrize(
    ("rows", "first", "expected"),
    [
        ([["Title"], [], ["Tỉnh", "A", "B"], ["x", 1, 2]], 4, (3,)),
        ([["Tỉnh", "A", "B"], ["(1)", "(2)", "(3)"], ["x", 1, 2]], 3, (1,)),
        ([["Tỉnh", "A", "B"], [], ["pci_id", "a_1", "b_1"], ["x", 1, 2]], 4, (1, 3)),
        ([["Tỉnh", "A", "B"], [None, "unit"], ["id", "a_1", "b_1"], ["x", 1, 2]], 4, (1, 3)),
        ([["Tỉnh", "A", "B"], ["Điểm tối đa", 10, 20], ["x", 1, 2]], 3, (1,)),
        ([["Tỉnh", "A", "B"], ["Trung bình cả nước", 10, 20], ["x", 1, 2]], 3, (1,)),
        ([["Tỉnh", "1", "2"], ["x", 1, 2]], 2, (1,)),
        ([["x", 1, 2]], 1, ()),
    ],
)
def test_rows_of_headers(rows: list[books.Row], first: int, expected: tuple[int, ...]) -> None:
    vocabulary = books.context().vocabulary
    assert header_rows(Sheet("s", rows), first, range(1, 4), vocabulary) == expected


def test_headers_are_told_as_the_layouts_tell_them() -> None:
    """An anchor that was proposed must be found again by the reading of the file."""
    for workbook in (books.grouped("PAR", 2023), books.wide("PAPI", 2022), books.pairs("PCI", 2014)):
        found = propose(workbook, books.context())
        assert found.mapping is not None
        plan = found.mapping.sheets[0]
        table = Table(Reading(workbook.name, found.mapping, books.context().names), workbook.sheets[0], plan)
        texts = Headers(table).texts
        letters = {c.column: c.header for c in plan.columns}
        assert {letter: texts[books.column_number(letter)] for letter in letters} == letters


def test_units_inside_longer_texts() -> None:
    context = books.context()
    assert context.unit_inside("Ket qua PAR 2024 tinh Quang Ninh") == {"63:22", "34:22"}
    assert context.unit_inside("PAR_2024_QuangNinh") == {"63:22", "34:22"}
    assert context.unit_inside("Ket qua PAR 2024") == frozenset()
    assert context.heading_unit("Đơn vị: Tỉnh Quảng Ninh") == {"63:22", "34:22"}
    assert context.units("12. Quảng Ninh") == {"63:22", "34:22"}
    assert len(context.units("QN")) == 3
    assert context.units("Trung vị") == frozenset()


def test_a_pack_may_bring_its_own_vocabulary(tmp_path: Path) -> None:
    own = tmp_path / FILE
    own.parent.mkdir()
    text = (ROOT / "data" / FILE).read_text(encoding="utf-8")
    own.write_text(text.replace("[stt, tt,", "[stt, tt, số hiệu dòng,"), encoding="utf-8")
    vocabulary = load_vocabulary(Settings(data_dir=tmp_path))
    assert "so hieu dong" in vocabulary.roles["ordinal"]
    assert pack_files(tmp_path) == []
    own.write_text("roles: [1", encoding="utf-8")
    with pytest.raises(SourceError, match="vocabulary"):
        load_vocabulary(Settings(data_dir=tmp_path))


def test_the_shipped_vocabulary_is_no_part_of_the_pack() -> None:
    assert FILE.as_posix() not in pack_files(ROOT / "data")
    shipped = load_vocabulary(Settings())
    assert {"unit", "rank", "score", "self_score", "max_score", "year", "component"} <= set(shipped.roles)
    assert {info.index_code for info in books.context().registry.indices} >= set(shipped.indices)
