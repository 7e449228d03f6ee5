"""From a wish (index, year, province) to a template: which framework, which units, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from etl.facts import unit_names
from etl.intake.template.spec import KINDS, Kind, Spec
from etl.mapping import UNIT_SEPARATOR, nearest
from etl.pack import Pack
from indices.errors import DefinitionError, Problem, SourceError
from indices.framework import Framework
from indices.registry import Registry

INTERNAL = "units"


@dataclass(frozen=True)
class Wish:
    """What a person asks for. `province`: only its row, or only its own units. `unit`: one unit by its name.

    `unit_set`: blank: the provinces there are at the end of that year, or the units of a province's own set.
    """

    index: str
    year: int
    kind: Kind = "scores"
    province: str = ""
    unit: str = ""
    unit_set: str = ""


def plan_template(wish: Wish, registry: Registry, pack: Pack) -> Spec:
    """The template of a wish. Raises DefinitionError where no framework covers the year, SourceError where
    the unit is unknown or none is left.
    """
    if wish.kind not in KINDS:
        expected = " | ".join(KINDS)
        raise SourceError([Problem("Unknown kind of template", found=wish.kind, expected=expected)])
    framework = _framework(wish, registry)
    internal = framework.unit_set == INTERNAL
    unit_set = wish.unit_set or (INTERNAL if internal else _set_of(framework, wish.year, pack))
    units = _internal(wish, pack) if unit_set == INTERNAL else _provinces(wish, unit_set, pack)
    if not units:
        hint = "choose another --unit-set or --province"
        what, found = "No unit is left for the template", f"{unit_set} in {wish.year}"
        raise SourceError([Problem(what, found=found, hint=hint)])
    if wish.kind == "scores":
        return Spec("scores", framework, wish.year, unit_set, units=tuple(units))
    if len(units) > 1:
        hint = "say whose criteria: --unit NAME" if unit_set == INTERNAL else "say whose: --province NAME"
        what, found = "A template of criteria is for one unit", f"{len(units)} units"
        raise SourceError([Problem(what, found=found, expected="one", hint=hint)])
    return Spec("criteria", framework, wish.year, unit_set, units[0], tuple(units))


def _framework(wish: Wish, registry: Registry) -> Framework:
    known = [info.index_code for info in registry.indices]
    if wish.index not in known:
        hint = f"nearest known: {', '.join(nearest(wish.index, known))}"
        what = "There is no such index"
        raise DefinitionError([Problem(what, found=wish.index, expected=", ".join(known), hint=hint)])
    try:
        return registry.framework(wish.index, wish.year)
    except KeyError:
        own = [framework for framework in registry.frameworks if framework.index == wish.index]
        raise DefinitionError([_not_covered(wish, own)]) from None


def _not_covered(wish: Wish, frameworks: Sequence[Framework]) -> Problem:
    years = sorted(year for framework in frameworks for year in framework.years)
    last = max(frameworks, key=lambda framework: max(framework.years)).id if frameworks else "..."
    what = f"No framework of {wish.index} covers {wish.year}"
    hint = (
        f"if the decision stays the same, add {wish.year} to the years in {last}/framework.yaml; "
        "if there is a new decision, make its framework first: "
        f"python -m etl annex FILE --index {wish.index} --years {wish.year} --like {last}"
    )
    return Problem(what, found=str(wish.year), expected=", ".join(map(str, years)), hint=hint)


def _set_of(framework: Framework, year: int, pack: Pack) -> str:
    """The framework's set of provinces; where those had ceased by the end of the year, the one after."""
    alive = pack["provinces"][_alive(pack["provinces"], f"{year}-12-31")]
    sets = list(dict.fromkeys(alive["unit_set"]))
    return framework.unit_set if framework.unit_set in sets or not sets else sets[0]


def _alive(provinces: pd.DataFrame, day: str) -> pd.Series:
    """Which provinces there are on a day (ISO)."""
    begun = (provinces["valid_from"] == "") | (provinces["valid_from"] <= day)
    return begun & ((provinces["valid_to"] == "") | (provinces["valid_to"] >= day))


def _provinces(wish: Wish, unit_set: str, pack: Pack) -> list[str]:
    """Provinces of a set, as the pack calls them, without those that had ceased before the year.

    Provinces that began later stay: publishers score merged ones for years before the merger too.
    """
    frame = pack["provinces"]
    of_set = frame[frame["unit_set"] == unit_set]
    lasting = (of_set["valid_to"] == "") | (of_set["valid_to"] >= str(wish.year))
    held = of_set[lasting]
    if not (wish.province or wish.unit):
        return list(held["name_vi"])
    unit_id = _find(wish.province or wish.unit, unit_set, pack)
    return list(held.loc[held["unit_id"] == unit_id, "name_vi"])


def _internal(wish: Wish, pack: Pack) -> list[str]:
    """A province's own units, with its name before theirs."""
    provinces = pack["provinces"].set_index("unit_id")["name_vi"]
    units = pack["units"]
    if wish.province:
        owners = {_find(wish.province, unit_set, pack, lenient=True) for unit_set in ("63", "34")}
        units = units[units["province_unit_id"].isin(owners)]
    names = units["province_unit_id"].map(provinces) + UNIT_SEPARATOR + units["name_vi"]
    if not wish.unit:
        return list(names)
    asked = wish.unit
    if UNIT_SEPARATOR not in asked and wish.province:
        asked = f"{wish.province}{UNIT_SEPARATOR}{asked}"
    unit_id = _find(asked, INTERNAL, pack)
    return list(names[units["unit_id"] == unit_id])


def _find(name: str, unit_set: str, pack: Pack, lenient: bool = False) -> str:
    match = unit_names(pack).find(unit_set, name)
    if match.unit_id or lenient:
        return match.unit_id or ""
    expected = ", ".join(match.candidates or match.near)
    raise SourceError([Problem("The unit is not known", found=name, expected=expected)])
