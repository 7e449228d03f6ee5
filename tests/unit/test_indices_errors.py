"""The error family: what a person reads, and what a command returns."""

from __future__ import annotations

from indices.errors import DataError, DefinitionError, Problem, ReconciliationError, ReleaseError, SourceError


def test_a_problem_says_where_what_found_expected_and_how_to_mend() -> None:
    problem = Problem("unknown province", "scores.csv", "row 5", "Quang Nin", "a known name", "Quảng Ninh?")
    expected = (
        "scores.csv › row 5: unknown province; found: Quang Nin; expected: a known name; hint: Quảng Ninh?"
    )
    assert problem.text() == expected


def test_a_problem_without_a_place_is_still_a_sentence() -> None:
    assert Problem("no components").text() == "no components"
    assert Problem("no components", "components.csv").text() == "components.csv: no components"


def test_an_error_carries_every_problem_and_an_exit_code_of_its_class() -> None:
    error = DefinitionError(Problem(f"problem {number}") for number in (1, 2))
    assert [problem.what for problem in error.problems] == ["problem 1", "problem 2"]
    assert str(error) == "problem 1\nproblem 2"
    family = (DefinitionError, SourceError, ReconciliationError, ReleaseError)
    assert [kind.exit_code for kind in family] == [3, 4, 5, 6]
    assert all(issubclass(kind, DataError) for kind in family)
