"""Figures of ranking and components: pure, offline, with gaps as gaps and the archipelagos always drawn."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from layouts import theme
from layouts.figures.bump import BumpOptions, bump
from layouts.figures.dumbbell import Dot, DumbbellOptions, dumbbell
from layouts.figures.heatmap import HeatOptions, heatmap
from layouts.figures.history import Band, Line, Year, history
from layouts.figures.lost import LostOptions, lost, trimmed
from layouts.figures.radar import Web, radar
from layouts.figures.slope import Slope, slope
from layouts.figures.tilemap import DARK, PALE, TileOptions, proportion, tilemap

NAN = math.nan


def luminance(color: str) -> float:
    """Relative luminance of a hex colour (WCAG)."""
    parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """Contrast of two hex colours (WCAG)."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def tiles() -> pd.DataFrame:
    """Four tiles: two with figures, one without, one archipelago of the second."""
    return pd.DataFrame(
        {
            "unit_id": ["63:22", "63:48", "63:01", "63:48"],
            "label": ["Quảng Ninh", "Đà Nẵng", "Hà Nội", "Hoàng Sa"],
            "row": [0, 2, 1, 2],
            "col": [3, 2, 1, 4],
            "value": [73.4, 70.1, NAN, 70.1],
            "rank": [1.0, 5.0, 9.0, 5.0],
            "belongs": ["", "", "", "(Đà Nẵng)"],
            "hover": ["a", "b", "c", "d"],
        }
    )


def texts(figure: dict[str, Any]) -> str:
    """All words drawn in a figure."""
    drawn = [word for trace in figure["data"] for word in trace.get("text", [])]
    return " ".join(map(str, drawn + [note["text"] for note in figure["layout"].get("annotations", [])]))


def test_archipelagos_are_drawn_and_named_with_or_without_figures() -> None:
    for frame in (tiles(), tiles().assign(value=NAN, rank=NAN)):
        drawn = texts(tilemap(frame, TileOptions("63:22", no_data="hatched: none"), "vi"))
        assert "Hoàng<br>Sa" in drawn
        assert "(Đà Nẵng)" in drawn


def test_a_tile_without_the_figure_is_hatched_and_said_in_words() -> None:
    figure = tilemap(tiles(), TileOptions("63:22", no_data="hatched: none"), "vi")
    hatched = [trace for trace in figure["data"] if "pattern" in trace["marker"]]
    assert [trace["text"] for trace in hatched] == [["Hà<br>Nội"]]
    assert "hatched: none" in texts(figure)
    assert "hatched: none" not in texts(
        tilemap(tiles(), TileOptions("", by="rank", no_data="hatched: none"), "vi")
    )


def test_our_tile_alone_has_our_colour() -> None:
    known = tilemap(tiles(), TileOptions("63:22"), "vi")["data"][0]
    assert known["marker"]["line"]["color"].count(theme.OWN) == 1
    assert known["text"][0] == "<b>Quảng<br>Ninh</b>"


def test_no_map_is_fetched() -> None:
    figure = tilemap(tiles(), TileOptions("63:22"), "vi")
    assert {trace["type"] for trace in figure["data"]} == {"bar"}
    assert proportion(tiles()) == "5.3 / 3.6"


def test_words_on_tiles_can_be_read() -> None:
    assert all(contrast(theme.INK, color) >= 4.5 for color in PALE)
    assert all(contrast(theme.PAPER, color) >= 4.5 for color in DARK)


def years(values: list[tuple[str, int, float, bool]]) -> pd.DataFrame:
    """unit, year, value, joined as the bump wants them."""
    frame = pd.DataFrame(values, columns=["unit_id", "year", "value", "joined"])
    return frame.assign(name=frame["unit_id"].str.upper())


def test_a_year_without_figure_and_a_new_framework_break_the_line() -> None:
    frame = years(
        [("a", 1, 3, False), ("a", 2, 1, True), ("a", 4, 2, True), ("a", 5, 2, False), ("b", 5, 1, True)]
    )
    line = bump(frame, BumpOptions("a", named=("b",)), "vi")["data"][1]
    assert line["line"]["color"] != theme.OWN
    own = bump(frame, BumpOptions("a", named=("b",)), "vi")["data"][2]
    assert own["line"]["color"] == theme.OWN
    assert own["x"] == [1, 2, None, 4, None, 5]
    assert own["y"] == [3, 1, None, 2, None, 2]


def test_ranks_run_downwards_from_one() -> None:
    figure = bump(years([("a", 1, 1, True), ("b", 1, 63, True)]), BumpOptions("a"), "vi")
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high == 0
    assert figure["layout"]["yaxis"]["tickvals"][0] == 1


def test_end_names_do_not_overlap() -> None:
    frame = years([(unit, 1, value, True) for unit, value in (("a", 2), ("b", 1), ("c", 3), ("d", 63))])
    notes = bump(frame, BumpOptions("a", named=("b", "c")), "vi")["layout"]["annotations"]
    heights = sorted(note["y"] for note in notes)
    assert min(b - a for a, b in pairwise(heights)) >= 1.5


def test_heat_map_shades_each_column_on_its_own_and_outlines_us() -> None:
    frame = pd.DataFrame({"name": ["A", "B"], "x": [0.5, 0.7], "y": [0.2, NAN]})
    figure = heatmap(frame, HeatOptions("B", [("x", "First"), ("y", "Second")]), "vi")
    assert figure["data"][0]["z"] == [[0.0, 0.0], [1.0, None]]
    assert figure["data"][0]["text"] == [["50,0", "20,0"], ["70,0", ""]]
    dash = figure["data"][1]
    assert (dash["x"], dash["y"], dash["text"]) == ([1], [1], "–")
    assert dash["textfont"]["color"] == theme.MUTED, "the ink of the cells cannot be read on dark paper"
    outline = figure["layout"]["shapes"][0]
    assert (outline["y0"], outline["y1"], outline["line"]["color"]) == (0.5, 1.5, theme.OWN)


def test_heat_map_names_are_whole() -> None:
    long = "Ngân hàng Nhà nước chi nhánh tỉnh Quảng Ninh"
    columns = HeatOptions("", [("x", "X")])
    short, two = (heatmap(pd.DataFrame({"name": [name], "x": [1.0]}), columns, "vi") for name in ("A", long))
    assert two["layout"]["yaxis"]["ticktext"][0].replace("<br>", " ") == long
    assert two["layout"]["margin"]["l"] > short["layout"]["margin"]["l"]
    assert two["layout"]["height"] > short["layout"]["height"]


def test_heat_map_cells_can_be_read() -> None:
    figure = heatmap(pd.DataFrame({"name": ["A"], "x": [1.0]}), HeatOptions("A", [("x", "X")]), "vi")
    assert all(contrast(theme.INK, color) >= 4.5 for _, color in figure["data"][0]["colorscale"])


def test_lost_points_say_lost_of_maximum_and_share() -> None:
    frame = pd.DataFrame(
        {
            "name": ["A", "B"],
            "length": [0.6, 0.4],
            "lost": [3.44, 1.0],
            "max_score": [16.5, 10.0],
            "lost_share": [0.6, NAN],
        }
    )
    bars = lost(frame, LostOptions(2), "vi")["data"][0]
    assert bars["text"] == ["mất 3,44/16,5 điểm · 60,0%", "mất 1,00/10 điểm"]
    assert bars["x"] == [0.6, 0.4]


@pytest.mark.parametrize(("value", "places"), [(16.5, 1), (10, 0), (3.333, 3), (100.0, 0)])
def test_a_maximum_shows_the_decimals_it_needs(value: float, places: int) -> None:
    assert trimmed(value) == places


def test_dumbbell_draws_dots_that_exist_and_joins_the_two_ends() -> None:
    frame = pd.DataFrame({"name": ["A", "B"], "own": [7.0, 6.0], "leader": [8.0, NAN], "end": ["X (+1)", ""]})
    dots = [Dot("leader", "Leader", theme.BLUES[6], "diamond"), Dot("own", "Us", theme.OWN)]
    figure = dumbbell(frame, DumbbellOptions(dots, ("own", "leader")), "vi")
    assert figure["data"][0]["x"] == [7.0, 8.0, None]
    assert figure["data"][1]["x"] == [8.0, None]
    ticks = figure["layout"]["xaxis"]["tickvals"]
    assert 6 <= min(ticks) <= max(ticks) <= 8


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_figure_is_one_plotly_accepts(lang: str) -> None:
    frame = pd.DataFrame(
        {"name": ["A"], "length": [1.0], "lost": [1.0], "max_score": [2.0], "lost_share": [1.0]}
    )
    two = pd.DataFrame({"name": ["A"], "own": [0.5], "leader": [0.9]})
    options = DumbbellOptions([Dot("own", "Us", theme.OWN)], ("own", "leader"), percent=True)
    made = [
        tilemap(tiles(), TileOptions("63:22", no_data="x"), lang),
        bump(years([("a", 1, 1, True), ("a", 2, 2, True)]), BumpOptions("a", by="value"), lang),
        heatmap(pd.DataFrame({"name": ["A"], "x": [1.0]}), HeatOptions("A", [("x", "X")], by="rank"), lang),
        lost(frame, LostOptions(), lang),
        dumbbell(two, options, lang),
    ]
    for figure in made:
        go.Figure(figure)


@pytest.mark.parametrize("values", [[1.0, 1.0, 1.0, 9.0], [3.0, 3.1, 3.2, 3.3], [0.0, 5.0, 5.0, 5.1]])
def test_labels_of_a_slope_stand_apart_and_inside(values: list[float]) -> None:
    lines = [Slope(f"n{number}", value, value, theme.CROWD) for number, value in enumerate(values)]
    made = slope(lines, ("a", "b"), 1, "vi")["layout"]
    low, high = made["yaxis"]["range"]
    for x in (0, 1):
        places = sorted(word["y"] for word in made["annotations"] if word["x"] == x)
        assert len(places) == len(values)
        gaps = [after - before for before, after in pairwise(places)]
        assert min(gaps) > 0.04 * (max(values) - min(values))
        assert low < places[0]
        assert places[-1] < high
        assert sum(places) == pytest.approx(sum(values))


def test_years_of_a_component_stand_apart_on_a_phone() -> None:
    """Names of lines go under the plot, years and names of frameworks keep clear of each other."""
    years = [Year(2000 + n, 60.0 + n, n > 0) for n in range(20)]
    bands = [Band("QĐ 1150", 2000, 2000), Band("QĐ 1149", 2001, 2002), Band("QĐ 876", 2003, 2019)]
    layout = history([Line("Quảng Ninh", years, "own")], bands, 2, "vi")["layout"]
    phone = layout["meta"]["narrow"]
    ticks = phone["xaxis.tickvals"]
    assert ticks[-1] == 2019
    assert min(b - a for a, b in pairwise(ticks)) * 275 / 20 >= 34
    assert phone["showlegend"]
    assert [note["text"] for note in phone["annotations"]] == [band.name for band in bands]
    assert len({note["yshift"] for note in phone["annotations"]}) == 2
    assert phone["margin"]["r"] < layout["margin"]["r"]


def test_a_narrow_layout_changes_only_what_the_wide_one_has() -> None:
    """So that a place that becomes wider brings everything back."""
    line = Line("Quảng Ninh", [Year(2001, 1.0, False), Year(2002, 2.0, True)], "own")
    layout = history([line], [Band("A", 2001, 2002)], 2, "vi")["layout"]
    for path in layout["meta"]["narrow"]:
        found = layout
        for key in path.split("."):
            assert key in found, path
            found = found[key]


def test_a_web_is_drawn_on_flat_axes_where_its_shares_are() -> None:
    names = ["A", "B", "C", "D"]
    made = radar(
        [Web("Ours", "own", [1.0, 0.5, None, 0.25], own=True), Web("Theirs", "x", [0.5] * 4)], names, "vi"
    )
    ours = made["data"][-1]  # on top of the others
    assert ours["name"] == "Ours"
    assert list(zip(ours["x"], ours["y"], strict=True)) == [
        (0, 1),
        (0.5, 0),
        (None, None),
        (-0.25, 0),
        (0, 1),
    ]
    assert ours["text"][1] == "B: 50,0%"
    assert {trace["type"] for trace in made["data"]} == {"scatter"}
    labels = [note["text"] for note in made["layout"]["annotations"]]
    assert labels[-4:] == names
    assert labels[:4] == ["25%", "50%", "75%", "100%"]
    assert made["layout"]["yaxis"]["scaleanchor"] == "x"
