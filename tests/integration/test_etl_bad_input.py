"""Bad input, one fault at a time on a copy of a small real pack: each is refused with place and way out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from etl.build import build, load_material
from etl.settings import Settings
from indices.errors import DefinitionError, Problem, SourceError
from tests.fixtures.etl.packs import FRAMEWORK, SCORES, change, set_cell, small_pack

PUBLICATION = "sources/PCI/publication.csv"
PROVINCES = "reference/provinces.csv"
Spoil = Callable[[Settings], object]


@pytest.fixture
def pack(tmp_path: Path) -> Settings:
    return small_pack(tmp_path)


def problems(settings: Settings) -> tuple[Problem, ...]:
    with pytest.raises((SourceError, DefinitionError)) as caught:
        load_material(settings)
    return caught.value.problems


def cell(column: str, value: str, line: int = 3, file: str = SCORES) -> Spoil:
    """Write one cell of the scores of the later year."""
    return lambda settings: set_cell(settings, line, column, value, file)


def text(old: str, new: str, file: str = SCORES) -> Spoil:
    """Replace text once in a file."""

    def spoil(settings: Settings) -> None:
        path = settings.data_dir / file
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return spoil


def raw(edit: Callable[[bytes], bytes], file: str = SCORES) -> Spoil:
    """Change the bytes of a file."""

    def spoil(settings: Settings) -> None:
        path = settings.data_dir / file
        path.write_bytes(edit(path.read_bytes()))

    return spoil


def repeat(line: int, **cells: str) -> Spoil:
    """Append a copy of a row of the scores, with some cells changed."""
    return lambda s: change(s, SCORES, lambda rows: rows.append({**rows[line - 2], **cells}))


def second_file(settings: Settings) -> None:
    path = settings.data_dir / SCORES
    path.with_name("scores_2019_b.csv").write_bytes(path.read_bytes())


FAULTS: list[tuple[str, Spoil, str, str, str]] = [
    # name, fault, what it says, where, found or expected or hint
    (
        "unknown province",
        cell("unit", "Quảng Nin"),
        "The unit is not known",
        "row 3, column unit",
        "Quảng Ninh",
    ),
    (
        "ambiguous alias",
        cell("unit", "QN"),
        "The name of a unit is ambiguous",
        "row 3, column unit",
        "Quảng Nam",
    ),
    ("blank unit", cell("unit", ""), "A cell that must be filled is blank", "row 3, column unit", "a unit"),
    ("duplicate used row", repeat(3), "Two values in use for one key", "row", "also in"),
    (
        "over the maximum",
        cell("score", "100.01"),
        "The score is over the maximum",
        "row 3, column score",
        "100",
    ),
    ("under the minimum", cell("score", "-1"), "The score is under the minimum", "row 3, column score", "0"),
    ("text in a number", cell("score", "cao"), "Not a number", "row 3, column score", "plain digits"),
    ("comma decimals", cell("score", "64,41"), "Not a number", "row 3, column score", "64.41"),
    ("thousand separators", cell("score", "1.234,5"), "Not a number", "row 3, column score", "thousand"),
    ("percent sign", cell("score", "64.4%"), "Not a number", "row 3, column score", "percent"),
    ("wrong year", cell("year", "2018"), "The year is not that of the file", "row 3, column year", "2019"),
    ("no year", cell("year", "19"), "Not a year", "row 3, column year", "four digits"),
    (
        "missing column",
        text("component,", "komponent,"),
        "A column is missing",
        "column component",
        "komponent",
    ),
    ("surplus column", text("note\n", "note,extra\n"), "A column is not known", "column extra", "source_id"),
    (
        "unknown component",
        cell("component", "PCI.99"),
        "The component is not known",
        "column component",
        "PCI.9",
    ),
    ("empty file", raw(lambda _: b""), "The file is empty", "", "fill it"),
    (
        "header only",
        raw(lambda b: b.split(b"\n")[0] + b"\n"),
        "The file has a header and no rows",
        "row 2",
        "fill",
    ),
    ("unknown source", cell("source_id", "P9999"), "The source is not known", "column source_id", "P"),
    ("rank no integer", cell("rank", "7.0"), "Not a whole number", "row 3, column rank", "write 7"),
    (
        "rank beyond",
        cell("rank", "64"),
        "The rank is beyond the units ranked",
        "row 3, column rank",
        "1 to 63",
    ),
    ("two files", second_file, "Two values in use for one key", "row", "scores_2019"),
    ("not UTF-8", raw(lambda b: b + b"\xc3("), "The file is not UTF-8", "row", "Windows-1258"),
    (
        "BOM",
        raw(lambda b: b"\xef\xbb\xbf" + b),
        "The file starts with a byte order mark",
        "first",
        "without BOM",
    ),
    ("abolished unit", cell("unit", "Hà Tây"), "The unit no longer existed", "row 3, column unit", "2008"),
    (
        "unknown unit set",
        cell("unit_set", "64"),
        "Not one of the allowed words",
        "column unit_set",
        "63 | 34",
    ),
    ("unknown use", cell("use", "alternativ"), "Not one of the allowed words", "column use", "alternative?"),
    ("broken quote", raw(lambda b: b + b'"x'), "The file is not readable as CSV", "row", "quotes"),
    ("short row", raw(lambda b: b + b"2019,63\n"), "A row has the wrong number of cells", "row", "11 cells"),
    (
        "year of no framework",
        lambda s: (s.data_dir / SCORES).rename(s.data_dir / "sources/PCI/scores_2031.csv"),
        "The year is not that of the file",
        "column year",
        "2031",
    ),
    (
        "unknown index",
        lambda s: (s.data_dir / "sources/PCI").rename(s.data_dir / "sources/PCX"),
        "The index is not known",
        "folder",
        "PCI",
    ),
    (
        "unknown kind of file",
        lambda s: (s.data_dir / "sources/extra.csv").write_text("a\n1\n"),
        "A file of the pack is of no known kind",
        "name",
        "known kinds",
    ),
    (
        "no publication row",
        lambda s: change(s, PUBLICATION, lambda rows: rows.pop()),
        "The publication row of a year is missing",
        "",
        "year 2019",
    ),
    (
        "publication twice",
        lambda s: change(s, PUBLICATION, lambda rows: rows.append(rows[0])),
        "A publication row stands twice",
        "row",
        "one row",
    ),
    (
        "a required file is gone",
        lambda s: (s.data_dir / PROVINCES).unlink(),
        "A file that every release needs is missing",
        "",
        "provinces",
    ),
    (
        "unknown region",
        cell("region_code", "ZZ", 2, PROVINCES),
        "The region is not known",
        "region_code",
        "known",
    ),
    (
        "unit twice",
        lambda s: change(s, PROVINCES, lambda rows: rows.append(rows[0])),
        "An id stands twice",
        "column unit_id",
        "once",
    ),
    (
        "alias of two units",
        lambda s: change(
            s, "reference/aliases.csv", lambda rows: rows.append({**rows[0], "unit_id": "63:22"})
        ),
        "An alias means two units",
        "alias",
        "one unit",
    ),
    (
        "alias of no unit",
        cell("unit_id", "63:00", 2, "reference/aliases.csv"),
        "The unit id is not known",
        "column unit_id",
        "63:",
    ),
    (
        "target of no unit",
        cell("unit", "Atlantis", 2, "targets/targets.csv"),
        "The unit is not known",
        "column unit",
        "known name",
    ),
    (
        "target of no index",
        cell("measure", "rank:PCY", 2, "targets/targets.csv"),
        "The index is not known",
        "column measure",
        "PCI",
    ),
    (
        "withheld unit unknown",
        cell("withheld", "Quảng Nnh", 2, PUBLICATION),
        "The unit is not known",
        "column withheld",
        "Quảng Ninh",
    ),
]


@pytest.mark.parametrize(
    ("spoil", "what", "place", "told"), [f[1:] for f in FAULTS], ids=[f[0] for f in FAULTS]
)
def test_each_fault_is_refused(pack: Settings, spoil: Spoil, what: str, place: str, told: str) -> None:
    spoil(pack)
    found = [p for p in problems(pack) if p.what == what]
    assert found, [p.text() for p in problems(pack)]
    assert any(place in p.place and told in " ".join([p.found, p.expected, p.hint]) for p in found), found
    assert all(p.file or p.what.startswith("A file that every") for p in found)


def test_the_small_pack_itself_has_no_problem(pack: Settings) -> None:
    assert len(load_material(pack).pack["scores"]) > 1000


def test_names_in_nfd_are_matched(pack: Settings) -> None:
    path = pack.data_dir / SCORES
    path.write_text(unicodedata.normalize("NFD", path.read_text(encoding="utf-8")), encoding="utf-8")
    material = load_material(pack)
    assert "Quảng Ninh" in set(material.pack["scores"]["unit"])


def test_a_header_in_nfd_is_refused(pack: Settings) -> None:
    text("note\n", unicodedata.normalize("NFD", "note,ghi chú\n"))(pack)
    assert "A column header is not in NFC form" in {p.what for p in problems(pack)}


def test_values_kept_beside_the_used_one_are_no_duplicates(pack: Settings) -> None:
    repeat(3, score="1.0", use="alternative", note="another source")(pack)
    repeat(3, score="900", use="doubtful", note="a misprint")(pack)
    assert (load_material(pack).pack["scores"]["use"] != "").sum() == 2


def test_all_faults_of_one_run_are_told_together_and_nothing_is_built(pack: Settings) -> None:
    for line, (column, value) in enumerate(
        [("unit", "QN"), ("score", "64,41"), ("rank", "99"), ("year", "1")], 5
    ):
        set_cell(pack, line, column, value)
    set_cell(pack, 2, "component", "XX", "sources/PCI/scores_2018.csv")
    (pack.data_dir / "sources/PCI/indicators_2018.csv").write_bytes(b"")
    with pytest.raises(SourceError) as caught:
        build(pack)
    assert len({p.what for p in caught.value.problems}) >= 6
    assert not list(pack.releases_dir.glob("*.duckdb"))
    assert not (pack.releases_dir / "current.json").exists()


def test_faults_of_definitions_and_sources_are_told_in_one_run(pack: Settings) -> None:
    components = pack.definitions_dir / FRAMEWORK / "components.csv"
    components.write_text(components.read_text(encoding="utf-8").replace("weighted_mean", "weigted_mean", 1),
                          encoding="utf-8")  # fmt: skip
    set_cell(pack, 3, "score", "64,41")
    with pytest.raises(DefinitionError) as caught:
        load_material(pack)
    files = {p.file for p in caught.value.problems}
    assert f"{FRAMEWORK}/components.csv" in files
    assert SCORES in files


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        (f"{FRAMEWORK}/framework.yaml", "a: [", "not readable as YAML"),
        (f"{FRAMEWORK}/framework.yaml", "- a\n", "not a mapping"),
        (f"{FRAMEWORK}/views.csv", "view,parent\n", "A column is missing"),
        ("extra/components.csv", "code\nx\n", "no framework"),
        ("indices.csv", "", "The file is empty"),
    ],
)
def test_faults_of_definition_files(pack: Settings, file: str, content: str, what: str) -> None:
    path = pack.definitions_dir / file
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    assert any(what in p.what for p in problems(pack))


def test_line_ends_of_windows_change_nothing(pack: Settings) -> None:
    raw(lambda b: b.replace(b"\n", b"\r\n"))(pack)
    assert len(load_material(pack).pack["scores"]) > 1000
