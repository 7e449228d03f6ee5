"""Two people at one form: each keeps what only they changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workspace.merge import merge

TEXT = st.text(alphabet="ab", max_size=2)


def test_what_was_left_alone_follows_the_row_and_what_was_typed_stays() -> None:
    joined = merge(
        {"a": "1", "b": "1", "c": "1"}, {"a": "2", "b": "2", "c": "1"}, {"a": "1", "b": "3", "c": "4"}
    )
    assert joined.values == {"a": "2", "b": "3", "c": "4"}
    assert (joined.taken, joined.contested) == (("a",), ("b",))


@given(st.dictionaries(st.sampled_from("abc"), st.tuples(TEXT, TEXT, TEXT)))
def test_nothing_typed_is_lost_and_nothing_changed_by_others_goes_unsaid(
    fields: dict[str, tuple[str, str, str]],
) -> None:
    original, theirs, typed = ({name: three[at] for name, three in fields.items()} for at in range(3))
    joined = merge(original, theirs, typed)
    for name, (was, now, mine) in fields.items():
        assert joined.values[name] == (mine if mine != was else now)
        told = name in joined.taken or name in joined.contested
        assert told == (now not in (was, joined.values[name]) or (mine == was and now != was))
