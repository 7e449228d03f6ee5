"""YAML of people: whatever is wrong with it is one error in one line."""

from __future__ import annotations

import pytest
import yaml

from etl.plain_yaml import loaded

BOMB = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{m}, *{m}]\n" for m, n in zip("abcdefgh", "bcdefghi", strict=True)
)


def test_plain_values_come_as_pyyaml_reads_them() -> None:
    text = "name: PCI\nyears: [2018, 2019]\nwith: {a: 1.5, b: null, c: true}\n"
    assert loaded(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: 1\nb: 2\na: 3\n", "the field 'a' stands twice (line 3)"),
        ("x: {a: 1, a: 1}\n", "stands twice"),
        (BOMB, "a reference (*) is not taken"),
        ("a: " + "9" * 5000, "digits"),
        ("a: 2019-13-45\n", "month"),
        ("[" * 3000, ""),
        ("a: " + "[" * 3000 + "]" * 3000, "nested too deeply"),
        ("a: !!python/object:os.system x\n", "could not determine a constructor"),
        ("? [1]\n: 2\n", "unhashable"),
        ("a: \x00\n", "control characters"),
        ("a: !!int x\n", "invalid literal"),
        ("a: !!binary é\n", "failed to convert"),
        ("!!omap [a]\n", "expected"),
        ("<<: 5\n", "merging"),
        ("a: !!timestamp x\n", ""),
        ("a: !!bool maybe\n", "maybe"),
        ("a: !!float\n", ""),
    ],
)
def test_what_cannot_be_taken_is_one_error_in_one_line(text: str, told: str) -> None:
    with pytest.raises(yaml.YAMLError) as caught:
        loaded(text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
