"""What a release tells of dossiers: counts by province, the longest late ones, the rules of their scores."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import sqlalchemy as sa

from etl.warehouse import schema as t
from etl.warehouse.queries import Queries
from indices.dossier_cube import CUTS, MONTH, Cube
from indices.dossier_rules import MEASURES, DossierRules


@dataclass(frozen=True)
class DossierInfo:
    """What holds for all dossiers of a release. `given`: shares (0-1) of indicators that dossiers do not
    tell; `absent`: columns that some load did not have; `loads`: a row a load, the oldest first."""

    store_id: str
    simulated: bool
    absent: frozenset[str]
    rules: DossierRules
    given: Mapping[str, float]
    loads: pd.DataFrame


def dossier_info(release: Queries) -> DossierInfo | None:
    """What a release says of its dossiers; None where it holds none."""
    rows = release.frame(sa.select(t.dossier_info))
    told = dict(zip(rows["key"], rows["value"], strict=True))
    if not told:
        return None
    return DossierInfo(
        store_id=told["store_id"],
        simulated=told["simulated"] == "1",
        absent=frozenset(filter(None, (told["absent"] or "").split(";"))),
        rules=DossierRules.model_validate_json(told["rules"]),
        given=json.loads(told["given"]),
        loads=release.frame(sa.select(t.dossier_load).order_by(t.dossier_load.c.number)),
    )


def dossier_cube(release: Queries, province: str, absent: frozenset[str]) -> Cube:
    """All counts of a province (its slug), in one query: as many rows whatever the number of dossiers."""
    c = t.dossier_count.c
    found = release.columns(sa.select(t.dossier_count).where(c.province == province))
    return Cube({name: _cut(found, name, dimensions) for name, dimensions in CUTS.items()}, absent)


def _cut(found: pa.Table, name: str, dimensions: Sequence[str]) -> pd.DataFrame:
    """The cells of one cut. Texts are told apart before they are texts of Python: there are few of them."""
    cells = found.select([*dimensions, MONTH, *MEASURES]).filter(pc.equal(found["cut"], name))
    for text in (*dimensions, MONTH):
        cells = cells.set_column(cells.column_names.index(text), text, cells[text].dictionary_encode())
    cut: pd.DataFrame = cells.unify_dictionaries().to_pandas()
    return cut


def dossier_units(release: Queries) -> pd.DataFrame:
    """Units that dossiers name: unit, names, level."""
    return release.frame(sa.select(t.dossier_unit))


def dossier_procedures(release: Queries) -> pd.DataFrame:
    """Procedures that dossiers name: names, field with names, service, 0/1 fee and needs_result."""
    return release.frame(sa.select(t.dossier_procedure))


def late_dossiers(release: Queries, province: str, first: str, last: str, most: int) -> pd.DataFrame:
    """Dossiers settled late in the months (YYYY-MM) or overdue at their end, the latest by far first, at most
    `most` (no more than a release keeps); no person is known of any. `days`: calendar days late."""
    c = t.dossier_late.c
    where = _within(c, province, first, last), _state(c, last)
    return release.frame(
        sa.select(t.dossier_late).where(*where).order_by(c.days.desc(), c.id).limit(most),
    )


def _within(c: Any, province: str, first: str, last: str) -> sa.ColumnElement[bool]:
    return sa.and_(c.province == province, c.month.between(first, last))


def _state(c: Any, last: str) -> sa.ColumnElement[bool]:
    """Settled in any of the months, or open at the end of the last."""
    return sa.or_(c.state == "settled", sa.and_(c.state == "open", c.month == last))


def late_days(release: Queries, province: str, first: str, last: str) -> pd.DataFrame:
    """How many dossiers of the months were settled how many working days late: late_days, count."""
    c = t.dossier_late_days.c
    # All months at once: they are few, and the next period finds them read.
    found = release.frame(sa.select(c.month, c.late_days, c["count"]).where(c.province == province))
    inside = found["month"].between(first, last)
    return pd.DataFrame({name: found[name][inside].astype("int64") for name in ("late_days", "count")})
