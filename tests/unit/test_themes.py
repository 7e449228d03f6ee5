"""Themes: the shipped crosswalk fits the frameworks, a weakness several indices see is flagged once."""

from __future__ import annotations

import pandas as pd
import pytest

from indices.themes import EVIDENCE_COLUMNS, Theme, ThemeLink, ThemeSettings, parse_themes, theme_weaknesses
from tests.unit.packdata import reference, registry, score

LAND = Theme("land", "đất", "land", (ThemeLink("A", "A.2"), ThemeLink("B", "B.7"), ThemeLink("B", "B.8")))
ROW = {"theme_code": "land", "name_vi": "đất", "name_en": "land", "index_code": "PCI", "framework_id": ""}


def rows() -> list[dict[str, str]]:
    """Rows of the shipped crosswalk."""
    return [{str(k): str(v) for k, v in row.items()} for row in reference("themes").to_dict("records")]


def cell(index: str, code: str, year: int = 2024, weak: int = 0, framework: str = "f") -> dict[str, object]:
    """One row of a score table."""
    return {
        "unit_id": "63:22",
        "index_code": index,
        "framework_id": framework,
        "year": year,
        "view": "main",
        "component_code": code,
        "value": 5.0,
        "max_score": 10.0,
        "share": 0.5,
        "rank": 9,
        "n_ranked": 63,
        "weak_count": weak,
        "flag_lost": weak > 0,
        "flag_rank": False,
        "flag_falling": weak > 1,
        "flag_low": False,
    }


def test_every_code_of_the_shipped_crosswalk_is_in_its_framework() -> None:
    themes, problems = parse_themes(rows(), registry())
    assert [problem.text() for problem in problems] == []
    codes = {theme.code for theme in themes}
    assert {
        "land", "informal_cost", "online_service", "transparency", "procedures", "civil_servants",
        "environment", "labour_training", "participation", "satisfaction", "digital_infrastructure",
        "business_support",
    } <= codes  # fmt: skip
    assert all(len({link.index_code for link in theme.links}) >= 2 for theme in themes)
    assert all(link.why_vi and link.why_en for theme in themes for link in theme.links)


def test_land_in_the_governance_survey_moves_with_the_framework() -> None:
    """The code of land certificates changed when construction permits left the dimension."""
    themes, _ = parse_themes(rows(), registry())
    land = next(theme for theme in themes if theme.code == "land")
    for link in land.links:
        for framework in registry().frameworks:
            if framework.id == link.framework_id:
                names = {c.name_vi for c in framework.components if c.code == link.component_code}
                assert all("đất" in name for name in names)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"component_code": "PCI.99"}, "unknown component"),
        ({"index_code": "XYZ", "component_code": "PCI.2"}, "unknown index"),
        ({"framework_id": "par_876", "component_code": "PCI.2"}, "unknown framework"),
        ({"name_en": "", "component_code": "PCI.2"}, "theme without code or name"),
    ],
)
def test_a_wrong_row_is_told(change: dict[str, str], what: str) -> None:
    _, problems = parse_themes([ROW | {"component_code": "PCI.2"} | change], registry())
    assert [problem.what for problem in problems] == [what]


def test_rows_that_stand_twice_or_rename_a_theme_are_told() -> None:
    again = ROW | {"component_code": "PCI.2"}
    _, problems = parse_themes([again, again, again | {"name_en": "soil", "index_code": "PGI"}], registry())
    assert [p.what for p in problems] == [
        "component stands twice",
        "one theme, two names",
        "unknown component",
    ]


def test_a_weakness_seen_by_two_indices_is_flagged_once() -> None:
    table = pd.DataFrame([cell("A", "A.2", weak=1), cell("B", "B.7", weak=2), cell("B", "B.8", weak=1)])
    found = theme_weaknesses(table, [LAND])
    (row,) = found.themes.to_dict("records")
    assert (row["flagged"], row["n_weak"], row["n_seen"], row["n_components"]) == (True, 2, 2, 3)
    assert row["weak_indices"] == "A;B"
    assert list(found.evidence.columns) == list(EVIDENCE_COLUMNS)
    assert found.evidence["weak"].sum() == 3


def test_two_components_of_one_index_count_once() -> None:
    table = pd.DataFrame([cell("A", "A.2"), cell("B", "B.7", weak=2), cell("B", "B.8", weak=1)])
    (row,) = theme_weaknesses(table, [LAND]).themes.to_dict("records")
    assert (row["flagged"], row["n_weak"], row["n_seen"], row["weak_indices"]) == (False, 1, 2, "B")
    strict = ThemeSettings(flags=3)
    (row,) = theme_weaknesses(table, [LAND], strict).themes.to_dict("records")
    assert (row["n_weak"], row["n_components"], row["weak_indices"]) == (0, 0, "")


def test_newest_figure_newest_framework_and_nothing_too_old() -> None:
    table = pd.DataFrame(
        [
            cell("A", "A.2", 2022, weak=2, framework="f"),
            cell("A", "A.2", 2024, weak=0, framework="f"),
            cell("B", "B.7", 2022, weak=2, framework="old"),
            cell("B", "B.8", 2023, weak=0, framework="new"),
        ]
    )
    found = theme_weaknesses(table, [LAND]).evidence
    assert found[["index_code", "component_code", "year"]].to_numpy().tolist() == [
        ["A", "A.2", 2024],
        ["B", "B.8", 2023],
    ]
    assert theme_weaknesses(table, [LAND], ThemeSettings(years_back=0)).evidence["index_code"].tolist() == [
        "A"
    ]


def test_the_shipped_figures_give_shared_weaknesses() -> None:
    themes, _ = parse_themes(rows(), registry())
    found = theme_weaknesses(score(), themes)
    assert found.themes.groupby("unit_id").size().max() <= len(themes)
    assert found.themes["flagged"].any()
    assert not found.themes.duplicated(["unit_id", "theme_code"]).any()
    seen = found.evidence.groupby(["unit_id", "theme_code"])["index_code"].nunique()
    counted = found.themes.set_index(["unit_id", "theme_code"])["n_seen"]
    assert (seen.sort_index() == counted.sort_index()).all()
