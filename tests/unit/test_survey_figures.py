"""Figures of the survey page: a break of the series is a gap, the corners of the matrix are the medians."""

from __future__ import annotations

from layouts.figures import drivers, survey_years


def test_a_line_is_cut_where_years_do_not_compare_and_the_cut_is_marked() -> None:
    years = [
        survey_years.Year(2020, 93.0, None, None, None, False),
        survey_years.Year(2021, 94.07, None, None, None, False),
        survey_years.Year(2022, 87.6, 87.0, 85.0, 89.0, True),
    ]
    made = survey_years.figure(years, ("a", "b", "no link"), "vi")
    line, points = made["data"]
    assert line["x"] == [2020, 2021, None, 2022]
    assert line["connectgaps"] is False
    assert made["layout"]["shapes"][0]["x0"] == 2021.5
    assert [note["text"] for note in made["layout"]["annotations"]] == ["no link"]
    assert points["error_y"]["array"] == [2.0]
    assert points["error_y"]["arrayminus"] == [2.0]


def test_the_lines_of_the_matrix_stand_at_the_medians() -> None:
    rows = [
        drivers.Driver("a", "A", 0.1, 0.05, 0.15, 4.0, "first", True),
        drivers.Driver("b", "B", 0.2, 0.1, 0.3, 4.4, "keep", True),
        drivers.Driver("c", "C", 0.0, -0.1, 0.1, 4.2, "later", False),
    ]
    words = drivers.Words({what: what for what in ("first", "keep", "later", "enough")}, "x", "y")
    made = drivers.figure(rows, words, "vi")
    across, up = made["layout"]["shapes"]
    assert (across["x0"], up["y0"]) == (0.1, 4.2)
    assert made["data"][0]["text"] == ["a", "b", ""]
    assert {note["text"] for note in made["layout"]["annotations"]} == set(words.corners)


def test_marks_of_the_matrix_that_would_cover_each_other_change_sides_or_go() -> None:
    rows = [
        drivers.Driver(mark, mark, at, at - 0.02, at + 0.02, 4.0 + 0.001 * n, "keep", True)
        for n, (mark, at) in enumerate([("9.29", 0.300), ("9.19", 0.298), ("9.11", 0.296), ("1.1", 0.1)])
    ]
    rows.append(drivers.Driver("far", "far", 0.05, 0.03, 0.07, 3.0, "first", True))
    words = drivers.Words({what: what for what in ("first", "keep", "later", "enough")}, "x", "y")
    (points,) = drivers.figure(rows, words, "vi")["data"]
    crowd = points["textposition"][:3]
    written = [side for side, mark in zip(crowd, points["text"], strict=False) if mark]
    assert points["text"][0] == "9.29"
    assert len(written) >= 2
    assert len(set(written)) == len(written)
    assert points["text"][3:] == ["1.1", "far"]
