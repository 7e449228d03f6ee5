"""A scenario as the address writes it: `gd=1.2:0,5;3:1` values, `ts` weights, `dich=hang:3` a goal, `so`
several side by side.

Only what differs is written. Reading never raises: what is unknown, no number, out of range or covered by
another change is left out or moved to the nearest possible value, and told as a Repair.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from callbacks.url_state import Repair
from indices.tree import Tree
from layouts.pages.simulate_view import POINTS, RANK, REACHES, Goal, Lever, Scenario
from layouts.text import number

PAIRS, PAIR, FIELDS, ENTRIES = ";", ":", "~", "!"
NUMBER = re.compile(r"[-\u2212]?\d{1,9}([.,]\d{1,9})?")
MOST_COMPARED, LONGEST_NAME = 4, 60
MOST_TOLD, LONGEST_PART = 5, 40
FINE = 9  # decimals of an address at most
SAME = 10.0**-FINE
USUAL_REACH = "ky-luc"


def read_number(text: str) -> float | None:
    """A number with a comma or a point before its decimals; None for anything else."""
    found = text.strip().replace("\u2212", "-")
    return float(found.replace(",", ".")) if NUMBER.fullmatch(found) else None


def write_number(value: float, places: int = FINE) -> str:
    """The shortest writing with a decimal comma: 0.50 -> "0,5"."""
    shown = f"{round(value, places) + 0.0:.{places}f}"
    return (shown.rstrip("0").rstrip(".") if "." in shown else shown).replace(".", ",")


def read_changes(asked: str, levers: Mapping[str, Lever], lang: str) -> tuple[dict[str, float], list[Repair]]:
    """New values by code from "code:value;code:value", and what of it could not be used as written: one
    Repair for all that is left out, one for all that is beyond its range.
    """
    found: dict[str, float] = {}
    dropped: list[str] = []
    moved: list[tuple[str, str]] = []
    for part in (one for one in asked.split(PAIRS) if one.strip()):
        code, _, told = part.partition(PAIR)
        lever, value = levers.get(code.strip()), read_number(told)
        if lever is None or value is None:
            dropped.append(part)
            continue
        kept = min(max(value, lever.low), lever.high)
        if abs(kept - value) > SAME:
            moved.append((part, number(kept, lever.places, lang)))
        if min(abs(kept - base) for base in (lever.base, round(lever.base, lever.places))) > SAME:
            found[lever.code] = kept
    below = [code for code in found if any(above in found for above in _above(code, levers))]
    dropped += [f"{code}{PAIR}{write_number(found[code])}" for code in below]
    return {code: v for code, v in found.items() if code not in below}, _repairs(dropped, moved)


def _repairs(dropped: Sequence[str], moved: Sequence[tuple[str, str]]) -> list[Repair]:
    """What was left out, and what was moved into its range."""
    found = [Repair("change", _short(dropped), "")] if dropped else []
    if moved:
        found.append(Repair("range", _short([part for part, _ in moved]), _short([to for _, to in moved])))
    return found


def _short(parts: Sequence[str]) -> str:
    """The first few of many, each cut to a length that a notice bears."""
    shown = "; ".join(part[:LONGEST_PART] for part in parts[:MOST_TOLD])
    return shown + " …" if len(parts) > MOST_TOLD else shown


def _above(code: str, levers: Mapping[str, Lever]) -> list[str]:
    found = []
    while code in levers and levers[code].parent in levers:
        code = levers[code].parent
        found.append(code)
    return found


def write_changes(changes: Mapping[str, float]) -> str:
    """The address's writing of changes."""
    return PAIRS.join(f"{code}{PAIR}{write_number(value)}" for code, value in changes.items())


def read_asked(asked: str, levers: Mapping[str, Lever], tree: Tree) -> tuple[str, list[Repair]]:
    """The lever an address leads to: of the component asked for, else of the nearest one above it."""
    code = asked
    while code in tree.nodes and code not in levers and tree.nodes[code].parent:
        code = tree.nodes[code].parent
    found = code if code in levers else ""
    known = not asked or found or asked == tree.root
    return found, [] if known else [Repair("change", asked[:LONGEST_PART], "")]


def read_goal(asked: str, reach: str) -> tuple[Goal | None, list[Repair]]:
    """The goal "hang:3" or "diem:75,5" under a reach; None where none is asked for."""
    repairs = [Repair("value", reach[:40], USUAL_REACH)] if reach and reach not in REACHES else []
    kind, _, told = asked.partition(PAIR)
    value = read_number(told)
    kinds = (RANK, POINTS)
    if not asked:
        return None, repairs
    if kind not in kinds or value is None or (kind == RANK and (value < 1 or value % 1)):
        return None, [*repairs, Repair("change", asked[:40], "")]
    return Goal(kind, value, reach if reach in REACHES else USUAL_REACH), repairs


def write_goal(kind: str, value: float) -> str:
    """The address's writing of a goal."""
    return f"{kind}{PAIR}{write_number(value)}"


def plain_name(name: str) -> str:
    """A scenario's name without the signs that part scenarios in an address."""
    return " ".join(name.replace(FIELDS, " ").replace(ENTRIES, " ").split())[:LONGEST_NAME]


def read_compared(asked: str) -> list[tuple[str, str, str]]:
    """(name, values, weights) of up to four scenarios to stand side by side, still as written."""
    entries = [one.split(FIELDS) for one in asked.split(ENTRIES) if one]
    padded = [(*entry, "", "", "")[:3] for entry in entries]
    return [(plain_name(name), values, weights) for name, values, weights in padded][:MOST_COMPARED]


def write_compared(entries: Iterable[tuple[str, str, str]]) -> str:
    """The address's writing of scenarios side by side."""
    return ENTRIES.join(FIELDS.join(entry).rstrip(FIELDS) for entry in entries)


def written(scenario: Scenario) -> tuple[str, str]:
    """Values and weights of a scenario as the address has them."""
    return write_changes(scenario.values), write_changes(scenario.weights)
