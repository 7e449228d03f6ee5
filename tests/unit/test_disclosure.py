"""Small cells stay hidden: at the boundary, and against anyone who can add and subtract."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from indices.disclosure import Hidden, hide
from indices.errors import DataError


def grid(rows: list[list[int]]) -> pd.DataFrame:
    """Cells of a table of two traits."""
    return pd.DataFrame(
        [{"a": f"a{i}", "b": f"b{j}", "n": n} for i, row in enumerate(rows) for j, n in enumerate(row)]
    )


def reasons(found: Hidden) -> list[str]:
    """Why each cell is hidden."""
    return found.cells["hidden"].to_list()


def test_the_least_number_is_shown_and_one_less_is_not() -> None:
    line = pd.DataFrame({"a": ["x", "y", "z"], "n": [30, 40, 90]})
    assert reasons(hide(line, ["a"], 30)) == ["", "", ""]
    assert reasons(hide(line, ["a"], 31)) == ["small", "complement", ""]


def test_two_small_cells_that_are_few_together_need_a_third() -> None:
    line = pd.DataFrame({"a": list("xyzw"), "n": [4, 5, 60, 70]})
    assert reasons(hide(line, ["a"], 10)) == ["small", "small", "complement", ""]
    enough = pd.DataFrame({"a": list("xyzw"), "n": [5, 5, 60, 70]})
    assert reasons(hide(enough, ["a"], 10)) == ["small", "small", "", ""]


def test_nobody_is_no_secret_and_hides_nothing() -> None:
    line = pd.DataFrame({"a": ["x", "y"], "n": [5, 0]})
    found = hide(line, ["a"], 10)
    assert reasons(found) == ["small", ""]
    assert found.totals.to_dict("records") == [{"trait": "a", "line": ""}]
    assert reasons(hide(pd.DataFrame({"a": ["x", "y"], "n": [50, 0]}), ["a"], 10)) == ["", ""]


def test_figures_of_hidden_cells_are_missing() -> None:
    line = pd.DataFrame({"a": list("xyz"), "n": [3, 40, 90], "value": [0.1, 0.2, 0.3]})
    shown = hide(line, ["a"], 10).shown(["n", "value"])
    assert shown["value"].isna().to_list() == [True, True, False]
    assert shown["n"].isna().to_list() == [True, True, False]


def test_a_bridge_between_two_blocks_is_found() -> None:
    """Two hidden cells in every line are not enough: the one that joins two blocks follows by subtraction."""
    found = hide(grid([[3, 3, 50, 50], [3, 3, 3, 50], [50, 50, 3, 3], [50, 50, 3, 3]]), ["a", "b"], 5)
    assert attack(found) == []


@pytest.mark.parametrize(
    ("cells", "least"),
    [
        (pd.DataFrame({"a": ["x", "x"], "n": [5, 9]}), 5),
        (pd.DataFrame({"a": ["x", "y"], "n": [5, -1]}), 5),
        (pd.DataFrame({"a": ["x", "y"], "n": [5, np.nan]}), 5),
        (pd.DataFrame({"a": ["x", "y"], "n": [5, 6]}), 0),
    ],
)
def test_bad_tables_are_refused(cells: pd.DataFrame, least: int) -> None:
    with pytest.raises(DataError):
        hide(cells, ["a"], least)


def attack(found: Hidden) -> list[int]:
    """Hidden cells whose number follows exactly from what is shown, by linear programming: least = most."""
    cells = found.cells
    unknown = np.flatnonzero(cells["hidden"] != "")
    closed = set(zip(found.totals["trait"], found.totals["line"], strict=True))
    equations, right = [], []
    for over, others in (("a", ["b"]), ("b", ["a"]), ("a, b", [])):
        for name, places in (
            cells.groupby(others).indices.items() if others else [("", np.arange(len(cells)))]
        ):
            label = name[0] if isinstance(name, tuple) else str(name)
            if (over, label) not in closed:
                equations.append(np.isin(unknown, places).astype(float))
                right.append(cells["n"].to_numpy()[np.intersect1d(places, unknown)].sum())
    if not len(unknown) or not equations:
        return []
    fixed = []
    for at, cell in enumerate(unknown):
        aim = np.eye(len(unknown))[at]
        ends = [
            linprog(sign * aim, A_eq=np.array(equations), b_eq=np.array(right), bounds=(None, None))
            for sign in (1, -1)
        ]
        # No least and no most: status 3, unbounded. A cell that is fixed has one value.
        if all(end.status == 0 for end in ends) and abs(ends[0].fun + ends[1].fun) < 1e-6:
            fixed.append(int(cell))
    return fixed


tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(
        st.lists(
            st.one_of(st.just(0), st.integers(1, 12), st.integers(10, 90)), min_size=width, max_size=width
        ),
        min_size=2,
        max_size=4,
    )
)


@given(tables)
def test_nobody_can_work_a_hidden_cell_out(rows: list[list[int]]) -> None:
    cells = grid(rows)
    found = hide(cells, ["a", "b"], 10)
    small = (cells["n"] > 0) & (cells["n"] < 10)
    assert (found.cells["hidden"] == "small").equals(small)
    assert (found.cells.loc[cells["n"] == 0, "hidden"] == "").all()
    assert attack(found) == []
    if not small.any():
        assert (found.cells["hidden"] == "").all()
