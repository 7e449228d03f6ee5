"""The answers of a survey added up once, when they come in: what every later figure is made from."""

from __future__ import annotations

from pathlib import Path

import ibis
import pandas as pd

from etl.microdata.answers import Answered, count_answers
from etl.microdata.engine import microdata_engine
from etl.survey.answers import ITEM, PROFILE, UNIT
from etl.survey.codebook import Codebook, Scale
from indices.survey_report import CELL_COLUMNS, CLASS, TRAIT
from indices.survey_sample import CLUSTER, STRATUM, ItemScale
from indices.survey_totals import CODE, SUMS, Totals

CELLS = "cells.parquet"


def item_scale(scale: Scale) -> ItemScale:
    """A scale of a codebook as the engine takes it; other codes of stored answers are no answers."""
    codes, satisfied = (tuple(float(code) for code in part) for part in (scale.codes, scale.satisfied))
    return ItemScale(codes, satisfied)


def answered(table: ibis.Table, book: Codebook) -> Answered:
    """The answers of a table by the items of a codebook."""
    items = {one.code: (ITEM + one.code, item_scale(book.scales[one.scale])) for one in book.items}
    return Answered(table, items)


def make_cells(responses: Path, book: Codebook) -> pd.DataFrame:
    """CELL_COLUMNS of a file of stored answers: of everybody, then by the classes of each trait.

    A row with a blank code names a cluster of the design where nobody of trait "" may have answered.
    """
    with microdata_engine() as engine:
        asked = answered(engine.read_parquet(str(responses)), book)
        whole = count_answers(asked, [UNIT])
        parts = [_rows(whole, "")]
        for trait in (one.name for one in book.profile):
            found = count_answers(asked, [UNIT, PROFILE + trait])
            parts.append(_rows(found, trait).rename(columns={PROFILE + trait: CLASS}))
    named = whole.clusters.assign(**dict.fromkeys((TRAIT, UNIT, CLASS, CODE), ""), **dict.fromkeys(SUMS, 0.0))
    cells = pd.concat([*parts, named], ignore_index=True)
    return cells.assign(**{CLASS: cells[CLASS].fillna("")})[list(CELL_COLUMNS)]


def _rows(found: Totals, trait: str) -> pd.DataFrame:
    return found.table.assign(**{TRAIT: trait}) if trait else found.table.assign(**{TRAIT: "", CLASS: ""})


def design_of(cells: pd.DataFrame) -> pd.DataFrame:
    """Stratum and cluster of the whole design, out of cells."""
    return cells.loc[cells[CODE] == "", [STRATUM, CLUSTER]].reset_index(drop=True)


def write_cells(folder: Path, responses: Path, book: Codebook) -> Path:
    """Add the answers up and write the cells beside them. Raises OSError when they cannot be written."""
    target = folder / CELLS
    make_cells(responses, book).to_parquet(target, index=False, compression="zstd")
    return target
