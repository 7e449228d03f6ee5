"""The command that makes simulated respondents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
import yaml

from etl.cli.common import Shared, command
from etl.pack import Pack, read_pack
from etl.survey import simulated_plan as plans
from etl.survey.simulated import Ask, Population, as_brought, population, tables, write_parts


@dataclass
class RespondentOptions:
    """How many simulated respondents, of what, and where they go."""

    out: Annotated[Path, typer.Option(help="Folder to write.", metavar="DIR")]
    rows: Annotated[int, typer.Option(help="How many.", min=1)] = 100_000
    provinces: Annotated[int, typer.Option(help="Of how many provinces.", min=1)] = 1
    years: Annotated[int, typer.Option(help="Of how many years, the last ones.", min=1)] = 1
    part_rows: Annotated[int, typer.Option(help="A new part after so many.", min=1)] = 5_000_000
    seed: Annotated[int, typer.Option(help="The same seed makes the same respondents.")] = 1


@command
def respondents_command(shared: Shared, asked: RespondentOptions) -> None:
    """Make simulated respondents, Parquet parts and a codebook for each year: nothing in them is real."""
    plan, pack = plans.load_plan(), read_pack(shared.settings.data_dir)
    shares = plans.published_shares(plan, pack)
    units = provinces_of(plan, pack, asked.provinces)
    ask = Ask(asked.rows, units, plan.years[-asked.years :], asked.seed)
    made = population(plan, shares, ask)
    counts = {str(year): _write_year(made, year, asked) for year in ask.years}
    told = {"ok": True, "simulated": True, "rows": sum(counts.values()), "folder": str(asked.out)}
    if shared.json:
        shared.data({**told, "years": counts, "calibrated_to": shares})
        return
    listed = ", ".join(f"{factor} {100 * share:.2f}%" for factor, share in shares.items())
    shared.say(f"{told['rows']:,} simulated respondents in {asked.out}; factors calibrated to {listed}.")


def provinces_of(plan: plans.Plan, pack: Pack, count: int) -> Mapping[str, str]:
    """Unit id and name of so many provinces, that of the published figures first."""
    rows = pack["provinces"]
    rows = rows[(rows["unit_set"] == plan.unit_set) & (rows["valid_to"] == rows["valid_to"].max())]
    named = dict(zip(rows["unit_id"], rows["name_vi"], strict=True))
    ours = [unit for unit, name in named.items() if name == plan.published.unit]
    order = [*ours, *(unit for unit in named if unit not in ours)]
    return {unit: named[unit] for unit in order[:count]}


def _write_year(made: Population, year: int, asked: RespondentOptions) -> int:
    """The parts of one year, and its codebook beside them; how many rows."""
    blocks = (as_brought(block, made.ask.units) for block in tables(made, year))
    rows, _ = write_parts(blocks, asked.out / str(year), asked.part_rows)
    book = plans.simulated_codebook(made.plan, year).model_dump(mode="json", exclude_defaults=True)
    told = yaml.safe_dump(book, allow_unicode=True, sort_keys=False)
    (asked.out / f"{year}.yaml").write_text(told, encoding="utf-8")
    return rows
