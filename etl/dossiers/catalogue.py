"""The two lists that dossiers are told by: units with their level, procedures with field and service."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from indices.errors import Problem, SourceError

UNITS, PROCEDURES = "units.csv", "procedures.csv"
UNIT_COLUMNS: Final = ("unit", "name_vi", "level")
PROCEDURE_COLUMNS: Final = ("procedure", "name_vi", "field", "field_vi", "service", "fee", "needs_result")
LEVELS: Final = ("provincial", "district", "commune")
SERVICES: Final = ("none", "partial", "full")
UNKNOWN: Final = "?"


@dataclass(frozen=True)
class Catalogue:
    """`units`: unit, name_vi, name_en, level. `procedures`: procedure, names, field with names, service,
    0/1 fee and needs_result. Both by their code."""

    units: pd.DataFrame
    procedures: pd.DataFrame


def load_catalogue(folder: Path) -> Catalogue:
    """The lists of a folder. Raises SourceError with every problem of both."""
    problems: list[Problem] = []
    units = _read(folder / UNITS, UNIT_COLUMNS, problems)
    procedures = _read(folder / PROCEDURES, PROCEDURE_COLUMNS, problems)
    if not problems:
        _among(units, "level", LEVELS, UNITS, problems)
        _among(procedures, "service", SERVICES, PROCEDURES, problems)
        for flag in ("fee", "needs_result"):
            _among(procedures, flag, ("0", "1"), PROCEDURES, problems)
    if problems:
        raise SourceError(problems)
    flags = {flag: procedures[flag].astype(int) for flag in ("fee", "needs_result")}
    return Catalogue(units, procedures.assign(**flags))


def _read(path: Path, needed: tuple[str, ...], problems: list[Problem]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        hint = "give it with --units or --procedures; docs/dossiers.md tells its columns"
        problems.append(Problem("A list of dossiers cannot be read", path.name, found=str(error), hint=hint))
        return pd.DataFrame()
    missing = [name for name in needed if name not in frame]
    if missing:
        problems.append(Problem("A list of dossiers lacks columns", path.name, expected=", ".join(missing)))
        return frame
    key = needed[0]
    for code in frame[key][frame[key].duplicated() | (frame[key] == "")].unique():
        problems.append(Problem("A code is blank or stands twice", path.name, key, str(code)))
    for name in ("name", *(["field"] if "field" in frame else [])):
        english, vietnamese = f"{name}_en", f"{name}_vi"
        own = frame[english] if english in frame else frame[vietnamese]
        frame[english] = own.where(own != "", frame[vietnamese])
    return frame


def _among(
    frame: pd.DataFrame, column: str, known: tuple[str, ...], file: str, problems: list[Problem]
) -> None:
    for place in frame.index[~frame[column].isin(known)]:
        expected = ", ".join(known)
        problems.append(
            Problem(
                "A value is not known", file, f"row {place + 2}, {column}", frame[column][place], expected
            )
        )
