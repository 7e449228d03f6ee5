"""Bad input that goes through several functions: each case is refused in words, or means what it says."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.torture import fuzzing
from bench.torture.tools.again import workbook_again
from bench.torture.tools.guiding import told
from callbacks.url_state import ViewState, parse, search_of
from etl.readers.workbook import Sheet, Workbook
from tests.thorough import AT_LENGTH

# Each example reads files or asks a server: few here, thousands in `make torture` (bench.torture.fuzzing).
FEW = 200 if AT_LENGTH else 6
CELLS = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.floats(), st.booleans())
KINDS = (
    "uploads through the page",
    "damaged folders of definitions",
    "damaged workbooks whose figures are written and read again",
)
FACTS = fuzzing.FACTS
TEXTS = st.text(min_size=1, max_size=30)


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[fuzzing.inputs.Case, int]]:
    """The cases of `make torture` over a small installation of their own."""
    folder = tmp_path_factory.mktemp("inputs")
    with fuzzing.apart(folder):
        return fuzzing.kinds(folder)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=FEW)
@given(seed=st.integers(0, 2**32))
def test_a_case_is_refused_or_means_what_it_says(
    kinds: dict[str, tuple[fuzzing.inputs.Case, int]], kind: str, seed: int
) -> None:
    case, _ = kinds[kind]
    assert case(random.Random(seed)) in {"taken", "kept", "refused", "same"}


@given(
    st.sampled_from(FACTS.provinces),
    st.sampled_from(FACTS.indices),
    st.sampled_from([None, 2018, 2019]),
    st.sampled_from(["vi", "en"]),
    st.dictionaries(st.sampled_from(["a", "b"]), TEXTS),
)
def test_a_state_written_as_an_address_reads_as_itself(province, index, year, lang, own) -> None:  # type: ignore[no-untyped-def]
    state = ViewState(province.key, index.key, year, lang, tuple(sorted(own.items())))
    assert parse(search_of(state, FACTS), FACTS, True, ("a", "b")) == (state, [])


@settings(max_examples=100 if AT_LENGTH else 20)
@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=6))
def test_figures_of_a_workbook_read_as_themselves_from_a_tidy_text(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[object]]
) -> None:
    folder = tmp_path_factory.getbasetemp()
    assert workbook_again(Workbook("x", "xlsx", [Sheet("A", rows)]), Path(folder))  # type: ignore[arg-type]


def test_what_the_fuzzer_says_is_understood() -> None:
    begun = "#2\tINITED cov: 413 ft: 1\n#300\tDONE   cov: 450 ft: 9\nDone 300 runs in 5 second(s)\n"
    assert told(begun, 0).fault == ""
    assert (told(begun, 0).runs, told(begun, 0).covered) == (300, (413, 450))
    crashed = told("#2\tINITED cov: 413\n#17\tNEW cov: 414\n === Uncaught\nWrongError: again\n", 77)
    assert (crashed.runs, crashed.fault) == (17, "WrongError: again")
    assert told("", -9).fault.startswith("ended with -9")
