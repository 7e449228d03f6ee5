"""The rules of dossiers and the working days: shipped ones, and what a province lays over them."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import holidays
import yaml
from pydantic import ValidationError

from etl.dossiers.store import GIVEN, RULES, WORKING_DAYS
from etl.plain_yaml import loaded
from indices.dossier_calendar import WorkCalendar, make_calendar
from indices.dossier_rules import DossierRules
from indices.errors import DefinitionError, Problem, SourceError

SHIPPED = Path(__file__).with_name("rules.yaml")
COUNTRY = "VN"


def load_rules(folder: Path | None = None) -> DossierRules:
    """The shipped rules with those of the folder over them, field by field (maxima code by code).

    Raises DefinitionError, naming every field that is wrong.
    """
    content = _yaml(SHIPPED)
    own = folder / RULES if folder else None
    if own and own.is_file():
        over = _yaml(own)
        maxima = {**content["maxima"], **over.get("maxima", {})}
        content |= {**over, "maxima": maxima}
    try:
        return DossierRules.model_validate(content)
    except ValidationError as error:
        raise DefinitionError(
            Problem("The rules of dossiers are wrong", RULES, ".".join(map(str, e["loc"])), expected=e["msg"])
            for e in error.errors()
        ) from error


def _yaml(path: Path) -> dict[str, Any]:
    try:
        found = loaded(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DefinitionError(
            [Problem("The rules of dossiers cannot be read", path.name, found=str(error))]
        ) from error
    if not isinstance(found, dict):
        raise DefinitionError([Problem("The rules of dossiers are no list of fields", path.name)])
    return found


def load_calendar(rules: DossierRules, folder: Path | None = None) -> WorkCalendar:
    """Monday to Friday without the public holidays of the country, with the days of `working_days.csv`
    (date, works: 0 or 1, note) over them: bridge days, Saturdays worked instead. Raises DefinitionError."""
    first, last = rules.calendar_years
    off = set(holidays.country_holidays(COUNTRY, years=range(first, last + 1)))
    worked: set[date] = set()
    own = folder / WORKING_DAYS if folder else None
    for day, works in _given_days(own) if own and own.is_file() else ():
        (worked if works else off).add(day)
        (off if works else worked).discard(day)
    return make_calendar(date(first, 1, 1), date(last, 12, 31), off, worked)


def _given_days(path: Path) -> list[tuple[date, bool]]:
    days, problems = [], []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), 2):
            try:
                days.append((date.fromisoformat(row["date"]), bool(int(row["works"]))))
            except (KeyError, TypeError, ValueError) as error:
                problems.append(
                    Problem(
                        "A working day cannot be read",
                        path.name,
                        f"row {number}",
                        str(error),
                        "date,works (0 or 1)",
                    )
                )
    if problems:
        raise DefinitionError(problems)
    return days


def read_given(folder: Path) -> dict[str, float]:
    """Shares (percent in `given.csv`: code, percent, note) of indicators that dossiers do not tell, as 0-1;
    empty without the file. Raises SourceError."""
    path = folder / GIVEN
    if not path.is_file():
        return {}
    found, problems = {}, []
    with path.open(encoding="utf-8-sig", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), 2):
            try:
                found[row["code"]] = float(row["percent"]) / 100
            except (KeyError, TypeError, ValueError) as error:
                problems.append(
                    Problem(
                        "A given share cannot be read", path.name, f"row {number}", str(error), "code,percent"
                    )
                )
    if problems:
        raise SourceError(problems)
    return found
