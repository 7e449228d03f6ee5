"""What a plan promised against what the next figures show, criterion by criterion. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from indices.registry import NOT_COMPARABLE, REWEIGHTED

REACHED, SHORT, IMPROVED, SAME, FELL = "reached", "short", "improved", "same", "fell"
CHANGED, WITHHELD, GONE, WAITING = "changed", "withheld", "gone", "waiting"
MERGED, SPLIT, UNCONFIRMED = "merged", "split", "unconfirmed"  # kinds of links that end a criterion
# From the best to what nothing can be said of; SHORT: better than before but under what was promised.
KINDS = (REACHED, IMPROVED, SHORT, SAME, FELL, CHANGED, WITHHELD, MERGED, SPLIT, UNCONFIRMED, GONE, WAITING)
EXACT = 9  # decimals to which two published scores are compared


@dataclass(frozen=True)
class Figure:
    """A published score, and the points that could be had (None where the framework has no maximum)."""

    value: float
    maximum: float | None = None


@dataclass(frozen=True)
class Found:
    """What the release holds for a criterion that was promised something.

    `year`: the next measured year after the one that the plan answers, None while there is none; `code`: the
    criterion in the framework of that year, blank where it has none; `comparability`: the class of the two
    years for it; `sign`: -1 where less of it is better; `link`: how a criterion without a code there went
    over into others (MERGED, SPLIT, UNCONFIRMED), blank where it ended.
    """

    year: int | None
    code: str = ""
    before: Figure | None = None
    after: Figure | None = None
    comparability: str = ""
    sign: int = 1
    link: str = ""


@dataclass(frozen=True)
class Result:
    """How a promise ended. `target` and `before` are in points of the new year's framework where the two
    years are compared by share; `change`: after less before, None where the two do not compare."""

    kind: str
    year: int | None
    code: str
    before: float | None
    after: float | None
    target: float | None
    change: float | None = None
    rescaled: bool = False


def judge(target: float | None, found: Found) -> Result:
    """How a promise to bring a criterion to `target` (None: no score was named) ended.

    A promise without a score can be improved, not reached. Where the maximum changed, what was and what was
    promised count as shares of it. A criterion without an earlier score is measured by the target alone.
    """
    before, after = found.before, found.after
    was, now = (None if figure is None else figure.value for figure in (before, after))
    open_ = Result("", found.year, found.code, was, now, target)
    if found.year is None:
        return replace(open_, kind=WAITING)
    if not found.code:
        return replace(open_, kind=found.link or GONE)
    if after is None:
        return replace(open_, kind=WITHHELD)
    scale = _scale(found)
    if scale is None:
        return replace(open_, kind=CHANGED)
    was = None if before is None else before.value * scale
    wanted = None if target is None else target * scale
    change = None if was is None else round(after.value - was, EXACT)
    kind = _kind(wanted, after.value, change, found.sign)
    rescaled = scale != 1
    return replace(open_, kind=kind, before=was, target=wanted, change=change, rescaled=rescaled)


def _scale(found: Found) -> float | None:
    """What turns points of the earlier framework into points of the later; None where nothing does."""
    if found.comparability == NOT_COMPARABLE:
        return None
    if found.comparability != REWEIGHTED or found.before is None or found.after is None:
        return None if found.comparability == REWEIGHTED else 1.0
    old, new = found.before.maximum, found.after.maximum
    return new / old if old and new else None


def _kind(wanted: float | None, now: float, change: float | None, sign: int) -> str:
    if wanted is not None and round(sign * (now - wanted), EXACT) >= 0:
        return REACHED
    if change is None:
        return SHORT if wanted is not None else CHANGED
    moved = sign * change
    if moved > 0:
        return SHORT if wanted is not None else IMPROVED
    return SAME if moved == 0 else FELL


def tally(results: Iterable[Result]) -> dict[str, int]:
    """How many promises ended in each way, in the order of KINDS; ways that none ended in are left out."""
    counts = Counter(result.kind for result in results)
    return {kind: counts[kind] for kind in KINDS if counts[kind]}
