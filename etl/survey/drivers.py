"""What drives overall satisfaction, made once when a survey comes in: from sums of products by cluster."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

from etl.intake.atomic import not_written
from etl.survey.answers import CLUSTER, ITEM, STRATUM, UNIT, WEIGHT
from etl.survey.codebook import Codebook
from etl.survey.cube import design_of, item_scale
from indices.survey_design import make_design
from indices.survey_drivers import DRIVER_COLUMNS, Moments, drivers, moments
from indices.survey_sample import BLANK, ItemScale, take
from indices.survey_totals import CODE

DRIVERS: Final = "drivers.parquet"
DRIVER_TABLE: Final = (UNIT, CODE, *DRIVER_COLUMNS, "performance", "what", "explained", "n", "left_out", "df")
BATCH: Final = 100_000
# Fewer degrees of freedom than this leave slopes that say nothing.
LEAST_FREEDOM: Final = 10


def make_drivers(responses: Path, book: Codebook, cells: pd.DataFrame) -> pd.DataFrame:
    """DRIVER_TABLE of a file of stored answers: of everybody (unit ""), and of each unit whose sample is
    large enough; no row where the codebook names no question about everything."""
    empty = pd.DataFrame(columns=list(DRIVER_TABLE))
    if not book.overall:
        return empty
    design = make_design(design_of(cells))
    items = [item.code for item in book.items if item.code != book.overall]
    parts = [
        moments(take(batch, _scales(book)), book.overall, items, design)
        for batch in _batches(responses, book)
    ]
    if not parts:
        return empty
    whole = sum(parts[1:], parts[0])
    strata = design.clusters[STRATUM].str.split("/").str[0]
    units = sorted(strata.unique())
    made = [_of_unit("", whole, design.clusters)] if len(units) > 1 else []
    for unit in units:
        at = (strata == unit).to_numpy()
        made.append(_of_unit(unit, whole.of(at), design.clusters[at]))
    held = [part for part in made if len(part)]
    return pd.concat(held, ignore_index=True)[list(DRIVER_TABLE)] if held else empty


def _scales(book: Codebook) -> dict[str, ItemScale]:
    return {item.code: item_scale(book.scales[item.scale]) for item in book.items}


def _batches(responses: Path, book: Codebook) -> Iterator[pd.DataFrame]:
    """The answers by item, a few at a time; strata and blank clusters named as in the cells."""
    columns = {ITEM + item.code: item.code for item in book.items}
    with pq.ParquetFile(responses) as file:
        for batch in file.iter_batches(BATCH, columns=["row", UNIT, STRATUM, CLUSTER, WEIGHT, *columns]):
            frame = batch.to_pandas().rename(columns=columns)
            stratum = frame[STRATUM].astype("str").where(frame[STRATUM].notna(), BLANK)
            cluster = (
                frame[CLUSTER].astype("str").where(frame[CLUSTER].notna(), "#" + frame["row"].astype("str"))
            )
            yield frame.assign(**{STRATUM: frame[UNIT] + "/" + stratum, CLUSTER: cluster})


def _of_unit(unit: str, found: Moments, clusters: pd.DataFrame) -> pd.DataFrame:
    """The drivers of one unit; no row where its sample cannot tell them."""
    reached = clusters[(found.answered > 0)]
    freedom = len(reached) - reached[STRATUM].nunique() - len(found.items)
    if freedom < LEAST_FREEDOM:
        return pd.DataFrame(columns=list(DRIVER_TABLE))
    try:
        made = drivers(found, make_design(clusters))
    except (ValueError, np.linalg.LinAlgError):
        return pd.DataFrame(columns=list(DRIVER_TABLE))
    told: dict[str, str | float] = {
        UNIT: unit,
        "explained": made.explained,
        "n": made.n,
        "left_out": made.left_out,
        "df": freedom,
    }
    return made.table.assign(**told)


def write_drivers(folder: Path, responses: Path, book: Codebook, cells: pd.DataFrame) -> Path:
    """The drivers beside the answers. Raises ReleaseError when they cannot be written."""
    target = folder / DRIVERS
    try:
        make_drivers(responses, book, cells).to_parquet(target, index=False, compression="zstd")
    except OSError as error:
        raise not_written(target, error) from error
    return target
