"""Two people changed one row: what each did, told apart, so that nothing typed is lost. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Merge:
    """A form after somebody was faster: what should stand in it, by field.

    `taken`: fields that only the other person changed, now as they stand; `contested`: fields that both
    changed to different things, as the typist has them; `theirs`: what stands in the row now.
    """

    values: Mapping[str, str]
    theirs: Mapping[str, str]
    taken: tuple[str, ...]
    contested: tuple[str, ...]


def merge(original: Mapping[str, str], theirs: Mapping[str, str], typed: Mapping[str, str]) -> Merge:
    """The form of somebody who opened a row at `original` and typed `typed` while it became `theirs`.

    What the typist left alone follows the row, what the typist changed stays as typed.
    """
    moved = [name for name in typed if theirs.get(name, "") != original.get(name, "")]
    alone = {name for name in moved if typed[name] == original.get(name, "")}
    values = {name: theirs.get(name, "") if name in alone else text for name, text in typed.items()}
    contested = tuple(name for name in moved if values[name] != theirs.get(name, ""))
    return Merge(values, dict(theirs), tuple(name for name in moved if name in alone), contested)
