"""Sizes of the benches of microdata as they are typed."""

from __future__ import annotations

import pytest

from bench.sizes import sizes


def test_small_numbers_are_millions_and_others_stand() -> None:
    assert sizes(["1", "10", "50"], ()) == (1_000_000, 10_000_000, 50_000_000)
    assert sizes(["20000", "2_000_000"], ()) == (20_000, 2_000_000)
    assert sizes([], (5_000,)) == (5_000,)


@pytest.mark.parametrize("word", ["0", "-1", "many"])
def test_what_is_no_size_is_refused(word: str) -> None:
    with pytest.raises(ValueError):
        sizes([word], ())
