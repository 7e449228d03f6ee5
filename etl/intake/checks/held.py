"""What the checks need to know of a pack: units, figures in use, differences that are written down."""

from __future__ import annotations

import pandas as pd

from etl.facts import fact_rows, internal_units, typed_facts, unit_names
from etl.filekinds import IN_USE
from etl.intake.checks.context import DIFFERENCE_COLUMNS, FACT_COLUMNS, UNIT_COLUMNS, CheckContext
from etl.mapping import UnitNames
from etl.pack import Pack
from indices.registry import Registry


def known_units(pack: Pack) -> pd.DataFrame:
    """UNIT_COLUMNS of provinces of both sets and of internal units (by their full name)."""
    provinces = pack["provinces"].assign(bloc="")
    internal = internal_units(pack).assign(valid_from="", valid_to="")
    internal = internal.assign(name_vi=internal["name"])
    return pd.concat([frame[list(UNIT_COLUMNS)] for frame in (provinces, internal)], ignore_index=True)


def facts_in_use(pack: Pack, names: UnitNames) -> pd.DataFrame:
    """FACT_COLUMNS of every figure of a checked pack that counts."""
    facts = typed_facts(fact_rows(pack, names))
    return facts.loc[facts["use"].isin(IN_USE) & facts["unit_id"].notna(), list(FACT_COLUMNS)]


def wanted_indices(registry: Registry, index: str) -> set[str]:
    """The index and those that feed it."""
    mine = [framework for framework in registry.frameworks if framework.index == index]
    return {index} | {c.feed for framework in mine for c in framework.components if c.feed}


def context_of(pack: Pack, registry: Registry, index: str) -> CheckContext:
    """A context for files of an index; add what belongs to one file with `dataclasses.replace`."""
    names = unit_names(pack)
    facts = facts_in_use(pack, names)
    return CheckContext(
        registry=registry,
        names=names,
        units=known_units(pack),
        facts=facts[facts["index_code"].isin(wanted_indices(registry, index))],
        differences=pack["known_differences"][list(DIFFERENCE_COLUMNS)],
    )
