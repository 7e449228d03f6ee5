"""Which components belong to one lead body: what the province assigned, or its table of responsibilities.

The definitions of the indices name no lead body, so nothing here is guessed: without a table and without
assignments there is no scope, and the refusal says so.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from exports.briefing.model import Frames, NothingToBriefError, Wish, Written
from exports.briefing.words import DASH, Words
from indices.errors import Problem

NAMED = 12  # bodies that a refusal names


def same(one: str, other: str) -> bool:
    """Whether two spellings name one body: capitals and blanks do not count."""
    return plain(one) == plain(other)


def plain(name: str) -> str:
    """A name for comparing."""
    return " ".join(name.split()).casefold()


def bodies(written: Written) -> tuple[str, ...]:
    """Every lead body that is named, each in its first spelling, by the alphabet."""
    found: dict[str, str] = {}
    for one in (*written.duties, *written.assignments):
        if one.lead.strip():
            found.setdefault(plain(one.lead), " ".join(one.lead.split()))
    return tuple(found[key] for key in sorted(found))


def codes_of(frames: Frames, wish: Wish, written: Written) -> Mapping[str, frozenset[str]]:
    """Components by index that are the department's. Raises NothingToBriefError where none is known.

    A table of responsibilities decides; where it names nobody for an index, the assignments do. What is said
    of a component holds for all under it, unless something nearer says otherwise.
    """
    found: dict[str, frozenset[str]] = {}
    for code in map(str, frames.indices["index_code"]):
        leads = {duty.code: duty.lead for duty in written.duties if duty.index == code}
        leads = leads or {task.code: task.lead for task in written.assignments if task.index == code}
        own = {name for name, lead in _spread(frames, code, leads).items() if same(lead, wish.department)}
        own |= {
            task.code
            for task in written.assignments
            if task.index == code and same(task.lead, wish.department)
        }
        if own:
            found[code] = frozenset(own)
    if not found:
        raise NothingToBriefError([_unknown(wish, written)])
    return found


def _spread(frames: Frames, code: str, leads: Mapping[str, str]) -> dict[str, str]:
    """The lead of every component of an index: its own, else that of the nearest one over it."""
    parents = _parents(frames, code)
    told: dict[str, str] = {}
    for name in {*parents, *leads}:
        at: str | None = name
        while at is not None and at not in leads:
            at = parents.get(at)
        if at is not None:
            told[name] = leads[at]
    return told


def _parents(frames: Frames, code: str) -> dict[str, str | None]:
    """Each component's parent, from the tree of the year and from the own rows of the year."""
    found: dict[str, str | None] = {}
    own = frames.history
    if len(own):
        own = own[(own["index_code"] == code) & (own["year"] == frames.year)]
    for frame in (frames.trees.get(code), own):
        if frame is not None and len(frame):
            for name, parent in zip(frame["component_code"], frame["parent_code"], strict=True):
                found.setdefault(str(name), None if pd.isna(parent) else str(parent))
    return found


def _unknown(wish: Wish, written: Written) -> Problem:
    w, known = Words(wish.lang), bodies(written)
    hint = w.t("refuse.department_known", names="; ".join(known[:NAMED])) if known else ""
    told = hint or w.t("refuse.department_hint")
    return Problem(w.t("refuse.department"), found=wish.department or DASH, hint=told)
