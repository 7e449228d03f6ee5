"""The simulated pack made larger: more indices, years or communes, to see what grows with them."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from etl.definitions import META_FILE
from etl.demo.plan import CommunePlan, Plan
from etl.demo.tables import read_rows, write_rows
from etl.settings import Settings

Row = dict[str, str]
INDICES_FILE = "indices.csv"


@dataclass(frozen=True)
class Growth:
    """How much larger. indices: simulated indices in all; years: years of each, 0 as planned; communes: units
    added to those of the province whose internal index is simulated."""

    indices: int = 1
    years: int = 0
    communes: int = 0


def longer(plan: Plan, years: int) -> Plan:
    """The plan with that many years up to its last one; 0: the plan as it is.

    Scores rise as far over more years as they do over those of the plan: at its pace all provinces would
    come to the highest score in the end, and share a rank.
    """
    planned = plan.framework.years
    if years <= len(planned):
        scores = plan.scores
    else:
        yearly = plan.scores.yearly * (len(planned) - 1) / (years - 1)
        scores = plan.scores.model_copy(update={"yearly": yearly})
    span = tuple(range(planned[-1] - years + 1, planned[-1] + 1)) if years else planned
    framework = plan.framework.model_copy(update={"years": span})
    return plan.model_copy(update={"framework": framework, "scores": scores})


def commune_rows(plan: CommunePlan, owner: str, count: int) -> list[Row]:
    """Rows of units.csv for made-up communes of a province (`owner`: its unit id)."""
    return [
        {
            "unit_id": f"u:{owner.rpartition(':')[2]}:mp-{n}",
            "province_unit_id": owner,
            **plan.bloc,
            "name_vi": f"{plan.name['vi']} {n}",
            "name_en": f"{plan.name['en']} {n}",
        }
        for n in range(1, count + 1)
    ]


def copy_index(plan: Plan, settings: Settings, number: int) -> str:
    """Write the simulated index once more, as the `number`th; its code.

    Units take one another's scores, so that no two indices rank alike; what another index feeds into the
    first is a score like others in the copies.
    """
    code, definitions = f"{plan.index}{number}", settings.definitions_dir
    entries = read_rows(definitions / INDICES_FILE)
    last = max(int(entry["order"]) for entry in entries)
    entry = next(entry for entry in entries if entry["index_code"] == plan.index)
    names = {field: f"{entry[field]} {number}" for field in ("short_name_vi", "name_vi", "name_en")}
    added = {**entry, **names, "index_code": code, "order": str(last + 1), "leader_card": "0"}
    write_rows(definitions / INDICES_FILE, list(entry), [*entries, added])
    _copy_framework(plan, definitions, code)
    _copy_scores(plan, settings.data_dir / "sources", code, number)
    return code


def _copy_framework(plan: Plan, definitions: Path, code: str) -> None:
    first, copy = definitions / plan.framework.id, definitions / f"{plan.framework.id}_{code.lower()}"
    shutil.copytree(first, copy)
    meta = yaml.safe_load((first / META_FILE).read_text(encoding="utf-8"))
    own = {**meta, "id": copy.name, "index": code}
    (copy / META_FILE).write_text(yaml.safe_dump(own, allow_unicode=True, sort_keys=False), encoding="utf-8")
    for path in copy.glob("*.csv"):
        rows = read_rows(path)
        header = [name for name in rows[0] if name != "feed"]
        write_rows(path, header, [_renamed(row, plan.index, code) for row in rows])


def _copy_scores(plan: Plan, sources: Path, code: str, number: int) -> None:
    shutil.copytree(sources / plan.index, sources / code)
    for path in (sources / code).glob("scores_*.csv"):
        rows = read_rows(path)
        units = list(dict.fromkeys(row["unit"] for row in rows))
        moved = {unit: units[(place + number) % len(units)] for place, unit in enumerate(units)}
        write_rows(path, list(rows[0]), [_moved(_renamed(row, plan.index, code), moved) for row in rows])


def _renamed(row: Row, index: str, code: str) -> Row:
    return {name: code if value == index else value for name, value in row.items()}


def _moved(row: Row, units: Mapping[str, str]) -> Row:
    return {**row, "unit": units[row["unit"]]}
