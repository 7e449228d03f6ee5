"""Tables of a release about surveys whose answers were imported: items, estimates, differences.

The answers stay beside the import; what was added up when they came in is all that is needed here.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from etl.layers import Layers
from etl.pack import Pack
from etl.survey.codebook import Codebook, load_codebook
from etl.survey.cube import CELLS, design_of, make_cells
from etl.survey.drivers import DRIVER_TABLE, DRIVERS, make_drivers
from indices.errors import Problem, SourceError
from indices.registry import Registry
from indices.survey_report import DIFFERENCE_COLUMNS, ESTIMATE_COLUMNS, Survey, class_differences, estimates
from indices.survey_rollup import RollUp
from indices.survey_totals import CODE
from indices.tree import Tree, build_tree

CODEBOOK = "codebook.json"
WAVE = "wave_id"
ITEM_COLUMNS = (WAVE, "code", "component_code", "label_vi", "label_en", "order_no")


@dataclass(frozen=True)
class Wave:
    """One imported survey: its row in the pack, its codebook, its cells and what drives satisfaction."""

    wave_id: str
    index: str
    year: int
    book: Codebook
    cells: pd.DataFrame
    drivers: pd.DataFrame


def read_waves(pack: Pack, layers: Layers) -> list[Wave]:
    """The surveys of the imports in force. Raises SourceError for one whose answers are not on this disk."""
    return [_wave(row, layers) for row in pack["survey_waves"].to_dict("records")]


def _wave(row: Mapping[Hashable, Any], layers: Layers) -> Wave:
    stored = Path(str(row["responses"]))
    folder = layers.data[int(row["layer"])].parent / stored.parent.name
    responses, kept = folder / stored.name, folder / CELLS
    if not responses.is_file():
        hint = "bring the folder of imports back from a copy, or undo the import"
        what, place = "The answers of a survey are not on this disk", str(folder)
        raise SourceError([Problem(what, stored.name, place, "no such file", hint=hint)])
    book = load_codebook(folder / CODEBOOK)
    cells = pd.read_parquet(kept) if kept.is_file() else make_cells(responses, book)
    told = folder / DRIVERS
    drivers = pd.read_parquet(told) if told.is_file() else make_drivers(responses, book, cells)
    return Wave(str(row[WAVE]), str(row["index_code"]), int(row["year"]), book, cells, drivers)


def with_roll_up(rows: pd.DataFrame, waves: list[Wave]) -> pd.DataFrame:
    """Rows of surveys with how items make components where the framework gives no rule, the question about
    everything, and the shares that the survey is held against (percent, by semicolons)."""
    books = {wave.wave_id: wave.book for wave in waves}
    told: dict[str, dict[str, str]] = {
        "roll_up": {key: book.roll_up for key, book in books.items()},
        "overall": {key: book.overall for key, book in books.items()},
        "goals": {key: ";".join(f"{goal:g}" for goal in book.goals) for key, book in books.items()},
    }
    return rows.assign(**{name: rows[WAVE].map(said).astype("str") for name, said in told.items()})


def survey_tables(waves: list[Wave], registry: Registry) -> dict[str, pd.DataFrame]:
    """The tables survey_item, survey_estimate, survey_difference and survey_driver."""
    made = [_tables(wave, registry) for wave in waves]
    names = ("survey_item", "survey_estimate", "survey_difference", "survey_driver")
    columns = (ITEM_COLUMNS, (WAVE, *ESTIMATE_COLUMNS), (WAVE, *DIFFERENCE_COLUMNS), (WAVE, *DRIVER_TABLE))
    empty = {name: pd.DataFrame(columns=list(told)) for name, told in zip(names, columns, strict=True)}
    return {
        name: pd.concat([one[name] for one in made], ignore_index=True) if made else empty[name]
        for name in names
    }


def _tables(wave: Wave, registry: Registry) -> dict[str, pd.DataFrame]:
    tree = tree_of(registry, wave.index, wave.year)
    belongs = {item.code: item.component for item in wave.book.items if item.component in tree.nodes}
    roll = RollUp(tree, belongs, wave.book.roll_up)
    cells = wave.cells[wave.cells[CODE] != ""]
    survey = Survey(cells, design_of(wave.cells), roll, wave.book.least)
    shown = estimates(survey)
    frames = {
        "survey_item": pd.DataFrame(_items(wave), columns=list(ITEM_COLUMNS)),
        "survey_estimate": shown,
        "survey_difference": class_differences(survey, shown),
        "survey_driver": wave.drivers,
    }
    return {name: frame.assign(**{WAVE: wave.wave_id}) for name, frame in frames.items()}


def tree_of(registry: Registry, index: str, year: int) -> Tree:
    """The main tree of an index in a year; an empty one where no framework covers the year."""
    try:
        return registry.framework(index, year).tree(year)
    except KeyError:
        return build_tree(("", index, "refuse"), year, [], [])


def _items(wave: Wave) -> Iterator[tuple[object, ...]]:
    for order, item in enumerate(wave.book.items):
        labels = (item.label_vi, item.label_en or item.label_vi)
        yield wave.wave_id, item.code, item.component, *labels, order
