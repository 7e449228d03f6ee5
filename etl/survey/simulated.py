"""Simulated respondents, as many as asked, written block by block: nobody stands behind any of them.

A latent answer is the sum of what a cluster, a person, a person's view of a factor and the question itself
bring; cut at thresholds it becomes a code. Thresholds are solved so that the share of the population that is
satisfied with a factor is the published one: what a sample shows differs from it by sampling error alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from scipy import optimize, special

from etl.survey.answers import CLUSTER, DONT_KNOW, ITEM, MADE_UP, ROW, STRATUM, UNIT, WEIGHT
from etl.survey.simulated_plan import Plan, item_codes

Numbers: TypeAlias = npt.NDArray[np.float64]
BLOCK: Final = 250_000
# Every file carries the mark in its metadata, every respondent's number begins with MADE_UP.
MARK: Final = {"simulated": "1"}
YEAR, RESPONDENT = "year", "respondent"
_REACH, _FINE = 12.0, 1 << 16


@dataclass(frozen=True)
class Ask:
    """How many respondents of which provinces (unit id: name, ours first) and years, with which seed."""

    rows: int
    units: Mapping[str, str]
    years: tuple[int, ...]
    seed: int = 1


@dataclass(frozen=True)
class Population:
    """What respondents are drawn from.

    `cells`: a row a cluster in the order of the file, with year, unit, stratum, cluster, weight, shift (of
    all its answers), end (place of the first respondent after it). `cuts`: item -> the four thresholds
    between its codes; `loads`: item -> how it hangs on the persons' views of the factors.
    """

    plan: Plan
    ask: Ask
    cells: pd.DataFrame
    cuts: Mapping[str, Numbers]
    loads: Mapping[str, Numbers]


def population(plan: Plan, shares: Mapping[str, float], ask: Ask) -> Population:
    """The population of a plan whose `shares` (factor: satisfied, 0-1) hold in the first province of `ask`
    and in the last year of the plan; other provinces and years lie around it."""
    draw = np.random.default_rng([ask.seed, 0])
    cuts, loads = {}, {}
    for place, (factor, items) in enumerate(item_codes(plan).items()):
        apart = np.linspace(plan.item_range / 200.0, -plan.item_range / 200.0, len(items))
        for item, share in zip(items, shares[factor] + apart, strict=True):
            cuts[item], loads[item] = _cuts(plan, float(share)), np.eye(len(plan.factors))[place]
    top = plan.overall.code
    drives = np.array([factor.drives for factor in plan.factors.values()])
    cuts[top] = _cuts(plan, float(np.mean(list(shares.values()))))
    loads[top] = drives / np.linalg.norm(drives)
    return Population(plan, ask, _cells(plan, ask, draw), cuts, loads)


def _cuts(plan: Plan, satisfied: float) -> Numbers:
    """Thresholds of a latent answer whose strata lie apart: below them 1, 2, 3, 4, in the wished shares."""
    low = np.cumsum(plan.below) * (1.0 - satisfied)
    wanted = [*low, 1.0 - satisfied * plan.best]
    shifts = np.array([one.shift for one in plan.strata])
    size = np.array([one.share for one in plan.strata]) / sum(one.share for one in plan.strata)

    def over(cut: float, share: float) -> float:
        return float(size @ special.ndtr(cut - shifts)) - share

    return np.array([optimize.brentq(over, -_REACH, _REACH, args=(share,)) for share in wanted])


def _cells(plan: Plan, ask: Ask, draw: np.random.Generator) -> pd.DataFrame:
    shape = (len(ask.years), len(ask.units), len(plan.strata), plan.clusters)
    year, unit, stratum, cluster = (part.ravel() for part in np.indices(shape))
    count = len(year)
    size, spread = draw.uniform(0.5, 1.5, count), np.log(plan.weight_spread)
    base = np.array([one.share for one in plan.strata]) * len(plan.strata)
    of_unit = draw.normal(0.0, plan.unit_spread, len(ask.units))
    of_unit[0] = 0.0
    of_year = plan.yearly * (np.array(ask.years) - plan.years[-1])
    own = np.sqrt(plan.variance.cluster) * draw.normal(size=count)
    shift = own + np.array([one.shift for one in plan.strata])[stratum] + of_unit[unit] + of_year[year]
    return pd.DataFrame(
        {
            YEAR: np.array(ask.years)[year], UNIT: unit, STRATUM: stratum, CLUSTER: cluster,
            WEIGHT: np.round(base[stratum] * np.exp(draw.uniform(-spread, spread, count)), 4),
            "shift": shift, "end": np.round(np.cumsum(size) / size.sum() * ask.rows).astype(np.int64),
        }
    )  # fmt: skip


def tables(found: Population, year: int | None = None) -> Iterator[pa.Table]:
    """The answers as an import stores them (row, year, unit_id, stratum, cluster, weight, item_...), block by
    block; of one year where it is named. A block has draws of its own and needs none before it."""
    first, last = 0, found.ask.rows
    if year is not None:
        places = np.flatnonzero(found.cells[YEAR].to_numpy() == year)
        ends = found.cells["end"].to_numpy()
        first, last = int(ends[places[0] - 1]) if places[0] else 0, int(ends[places[-1]])
    for start in range(first, last, BLOCK):
        yield _block(found, start, min(start + BLOCK, last))


def _block(found: Population, start: int, stop: int) -> pa.Table:
    draw = np.random.default_rng([found.ask.seed, 1, start])
    place = np.arange(start, stop)
    cell = np.searchsorted(found.cells["end"].to_numpy(), place, side="right")
    variance, size = found.plan.variance, stop - start
    common = found.cells["shift"].to_numpy(dtype=np.float32)[cell]
    common += np.float32(np.sqrt(variance.general)) * draw.standard_normal(size, dtype=np.float32)
    views = draw.standard_normal((len(found.plan.factors), size), dtype=np.float32)
    views *= np.float32(np.sqrt(variance.factor))
    columns = _design(found, cell, place)
    for item, cuts in found.cuts.items():
        latent = draw.standard_normal(size, dtype=np.float32)
        latent *= np.float32(np.sqrt(variance.own))
        latent += common
        for view, load in zip(views, found.loads[item], strict=True):
            if load:
                latent += view if load == 1.0 else np.float32(load) * view
        columns[ITEM + item] = _coded(found.plan, latent, cuts, draw)
    return pa.table(columns).replace_schema_metadata(MARK)


def _coded(plan: Plan, latent: npt.NDArray[np.float32], cuts: Numbers, draw: np.random.Generator) -> pa.Array:
    codes = np.ones(len(latent), dtype=np.int8)
    for cut in cuts.astype(np.float32):
        codes += latent > cut
    chance = draw.integers(0, _FINE, len(latent), dtype=np.uint16)
    blank, unsure = round(plan.blank * _FINE), round((plan.blank + plan.dont_know) * _FINE)
    codes[chance < unsure] = DONT_KNOW
    return pa.array(codes, mask=chance < blank)


def _design(found: Population, cell: npt.NDArray[np.int64], place: npt.NDArray[np.int64]) -> dict[str, Any]:
    """The columns that name where a respondent was asked."""
    cells, words = found.cells, found.plan.words
    strata = [f"{words.stratum} {one + 1}" for one in range(len(found.plan.strata))]
    clusters = [f"{words.cluster} {one // found.plan.clusters + 1}.{one % found.plan.clusters + 1}"
                for one in range(len(strata) * found.plan.clusters)]  # fmt: skip
    stratum = cells[STRATUM].to_numpy()[cell]
    return {
        ROW: pa.array(place + 1),
        YEAR: pa.array(cells[YEAR].to_numpy(dtype=np.int16)[cell]),
        UNIT: _taken(list(found.ask.units), cells[UNIT].to_numpy()[cell]),
        STRATUM: _taken(strata, stratum),
        CLUSTER: _taken(clusters, stratum * found.plan.clusters + cells[CLUSTER].to_numpy()[cell]),
        WEIGHT: pa.array(cells[WEIGHT].to_numpy()[cell]),
    }


def _taken(texts: Sequence[str], places: npt.NDArray[np.int64]) -> Any:
    return pa.array(texts, pa.string()).take(pa.array(places))


def as_brought(table: pa.Table, units: Mapping[str, str]) -> pa.Table:
    """A block as a survey company would hand it over, in the columns of the simulated codebook."""
    names = pa.array([units[one] for one in table[UNIT].unique().to_pylist()])
    places = pa.compute.index_in(table[UNIT], value_set=table[UNIT].unique())
    numbers = pa.compute.add(table[ROW], 10**10).cast(pa.string())
    columns = {
        RESPONDENT: pa.compute.binary_join_element_wise(MADE_UP, numbers, ""),
        "unit": names.take(places.combine_chunks()),
        **{name: table[name] for name in (STRATUM, CLUSTER, WEIGHT)},
    }
    for name in table.column_names:
        if name.startswith(ITEM):
            columns[name.removeprefix(ITEM)] = _unsure(table[name])
    return pa.table(columns).replace_schema_metadata(MARK)


def _unsure(codes: pa.ChunkedArray) -> pa.ChunkedArray:
    nine = pa.scalar(9, codes.type)
    return pa.compute.if_else(pa.compute.equal(codes, pa.scalar(DONT_KNOW, codes.type)), nine, codes)


def write_parts(blocks: Iterator[pa.Table], folder: Path, most: int) -> tuple[int, list[Path]]:
    """Write blocks into Parquet parts, a new one after `most` rows; how many rows, and the files."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, files = 0, list[Path]()
    for block in blocks:
        files.append(folder / f"part-{len(files) + 1:05d}.parquet")
        rows += _write_part(chain([block], blocks), files[-1], most)
    return rows, files


def _write_part(blocks: Iterator[pa.Table], target: Path, most: int) -> int:
    """Write blocks until there are `most` rows or more; the first block is always there."""
    first, rows = next(blocks), 0
    with pq.ParquetWriter(target, first.schema, compression="zstd") as writer:
        for block in chain([first], blocks):
            writer.write_table(block)
            rows += len(block)
            if rows >= most:
                break
    return rows
