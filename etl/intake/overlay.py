"""The overlay of an import: what was read of a file, written as a small pack that lies over the others."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from etl.filekinds import FACT_COLUMNS, KINDS, PUBLISHED_BY
from etl.intake.atomic import not_written
from etl.intake.base import Base
from etl.intake.mapping_file import ImportMapping, SourceOfFile
from etl.numbers import to_integer
from etl.pack import IMPORT_FILE
from etl.readers.workbook import cell_place

# A file with fewer of the units in force than this share does not tell how many were ranked.
_MOST_OF_THEM = 0.5


def source_of(import_id: str) -> str:
    """Id under which the source of an import stands among the sources."""
    return f"import_{import_id}"


def write_scores(folder: Path, import_id: str, mapping: ImportMapping, rows: pd.DataFrame) -> None:
    """Score or indicator files of an extract's rows (texts), one an index and year, and their source.

    Raises ReleaseError when the disk does not take them.
    """
    facts = _as_facts(rows).assign(use=mapping.use, source_id=source_of(import_id))
    header = [column.name for column in FACT_COLUMNS]
    for (index, year), group in facts.groupby(["index_code", "year"], sort=False):
        name = f"sources/{index}/{mapping.kind}_{year}_{import_id}.csv"
        write_table(folder / name, header, group[header].itertuples(index=False, name=None))
    write_source(folder, import_id, mapping.source)


def _as_facts(rows: pd.DataFrame) -> pd.DataFrame:
    score, rank, own = (_places(rows, prefix) for prefix in ("", "rank_", "self_"))
    place = score.where(score != "", rank.where(rank != "", own))
    return rows.assign(place=place, rank_place=rank, self_place=own)


def _places(rows: pd.DataFrame, prefix: str) -> pd.Series[str]:
    cells = zip(rows["sheet"], rows[f"{prefix}row"], rows[f"{prefix}column"], strict=True)
    named = [
        cell_place(sheet, int(row), int(column)) if row and column else "" for sheet, row, column in cells
    ]
    return pd.Series(named, index=rows.index, dtype="str")


def write_source(folder: Path, import_id: str, source: SourceOfFile) -> None:
    """The row that tells who published the figures of an import."""
    told = {"source_id": source_of(import_id), **source.model_dump()}
    header = _header("sources")
    write_table(folder / f"sources/sources_{import_id}.csv", header, [[told[name] for name in header]])


def write_publication(
    folder: Path, import_id: str, mapping: ImportMapping, rows: pd.DataFrame, base: Base
) -> None:
    """Rows that tell how many units were scored, where the file changes what is held of them."""
    header = _header("publication")
    for key, group in rows.groupby(PUBLISHED_BY, sort=False):
        index, year, unit_set = map(str, key)
        held = base.view.publication(index)
        before = held[(held["year"] == int(year)) & (held["unit_set"] == unit_set)]
        told = _publication(mapping, group, before, base.in_force(unit_set, year))
        if told:
            told |= {"year": year, "unit_set": unit_set, "source_id": source_of(import_id)}
            path = folder / f"sources/{index}/publication_{import_id}.csv"
            write_table(path, header, [[told.get(name, "") for name in header]], add=path.exists())


def _publication(
    mapping: ImportMapping, rows: pd.DataFrame, before: pd.DataFrame, in_force: int
) -> dict[str, str]:
    """The publication row of one year's rows; nothing where the row in service (`before`) stays."""
    given, units = mapping.publication, rows["unit"].nunique()
    known = _count(before["n_units"].max())
    if known and max(given.n_units, units) < known:
        return {}
    told = _ranked(rows) if units >= _MOST_OF_THEM * in_force else 0
    whole = given.n_units or (max(known, units) if known else told)
    complete = given.complete and 0 < whole <= units
    if len(before) and before["complete"].all() >= complete and known >= whole:
        return {}
    flags = {"complete": str(int(complete)), "publishes_rank": str(int(given.publishes_rank))}
    withheld = before["withheld"].fillna("").max() if len(before) else ""
    return {"n_units": str(whole or ""), **flags, "withheld": str(withheld)}


def _ranked(rows: pd.DataFrame) -> int:
    """How many units were ranked at least: those of the file, or as many as its last rank tells."""
    last = to_integer(rows.loc[rows["component"] == rows["index_code"], "rank"]).max()
    return max(int(rows["unit"].nunique()), _count(last))


def _count(value: object) -> int:
    return 0 if pd.isna(value) else int(str(value))  # type: ignore[call-overload]


def write_record(folder: Path, record: Mapping[str, object]) -> None:
    """The row of the table of imports: which file, read how, by whom, when."""
    header = _header("imports")
    write_table(folder / IMPORT_FILE, header, [[record[name] for name in header]])


def write_years(folder: Path, import_id: str, years: Mapping[int, str]) -> None:
    """Years that frameworks are to cover from now on: year -> framework."""
    rows = [[framework, year] for year, framework in years.items()]
    write_table(folder / f"definitions/years_{import_id}.csv", ["framework", "year"], rows)


def write_table(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[object]], add: bool = False
) -> None:
    """A file of the pack's own form; with `add`, further rows of one. Raises ReleaseError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a" if add else "w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerows([] if add else [header])
            writer.writerows([" ".join(str(cell).split()) for cell in row] for row in rows)
    except OSError as error:
        raise not_written(path, error) from error


def _header(kind: str) -> list[str]:
    return [name for each in KINDS if each.name == kind for name in each.header]
