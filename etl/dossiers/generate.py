"""Simulated dossiers, as many as asked, in the columns of a one-stop system: nobody stands behind any.

Every code begins with the mark of simulated dossiers, by which loading, screens and exports know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import yaml
from pydantic import BaseModel, ConfigDict

from etl.dossiers.catalogue import PROCEDURES, UNITS
from indices.dossier_rules import DossierRules

PLAN = Path(__file__).with_name("plan.yaml")
BLOCK = 500_000
_DAY = np.timedelta64(1, "D")


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Level(_Model):
    """Dossiers a level received in the counted months, the share online, how many units and their name."""

    received: int
    online: float
    units: int
    prefix: Mapping[str, str]


class Field(_Model):
    """A field of procedures: its name and the usual limit in working days."""

    vi: str
    en: str
    days: int


class Plan(_Model):
    """What simulated dossiers are made of; shares from 0 to 1."""

    province: str
    first: str
    months: int
    counted_months: int
    levels: Mapping[str, Level]
    fields: Mapping[str, Field]
    procedures_by_field: int
    services: Mapping[str, float]
    fee: float
    needs_result: float
    late: float
    early: float
    supplement: float
    synced: float
    digitised: float
    e_result: float
    reused: float
    identified: float
    paid: float
    complaint: float
    post: float


@dataclass(frozen=True)
class Lists:
    """The units and procedures that simulated dossiers name, as the lists of a store."""

    units: pd.DataFrame
    procedures: pd.DataFrame


def load_plan() -> Plan:
    """The shipped plan."""
    return Plan.model_validate(yaml.safe_load(PLAN.read_text(encoding="utf-8")))


def yearly(plan: Plan) -> int:
    """Dossiers of all months of the plan at the pace of the real counts."""
    counted = sum(level.received for level in plan.levels.values())
    return round(counted * plan.months / plan.counted_months)


def lists(plan: Plan, seed: int) -> Lists:
    """Units and procedures of the plan; a procedure belongs to one level."""
    draw = np.random.default_rng(seed)
    units = [
        {
            "unit": f"MP.{level[:1].upper()}{number:03d}",
            "name_vi": f"{about.prefix['vi']} {number}",
            "name_en": f"{about.prefix['en']} {number}",
            "level": level,
        }
        for level, about in plan.levels.items()
        for number in range(1, about.units + 1)
    ]
    procedures = []
    for level in plan.levels:
        for code, field in plan.fields.items():
            for number in range(1, plan.procedures_by_field + 1):
                procedures.append(
                    {
                        "procedure": f"MP.{level[:1].upper()}.{code}.{number:02d}",
                        "name_vi": f"{field.vi} {number}", "name_en": f"{field.en} {number}",
                        "field": code, "field_vi": field.vi, "field_en": field.en,
                        "service": draw.choice(list(plan.services), p=list(plan.services.values())),
                        "fee": int(draw.random() < plan.fee),
                        "needs_result": int(draw.random() < plan.needs_result),
                    }
                )  # fmt: skip
    return Lists(pd.DataFrame(units), pd.DataFrame(procedures))


def write_lists(made: Lists, folder: Path) -> tuple[Path, Path]:
    """Both lists as the files that a store takes."""
    folder.mkdir(parents=True, exist_ok=True)
    made.units.to_csv(folder / UNITS, index=False)
    made.procedures.to_csv(folder / PROCEDURES, index=False)
    return folder / UNITS, folder / PROCEDURES


def tables(plan: Plan, made: Lists, rules: DossierRules, count: int, seed: int) -> Iterator[pa.Table]:
    """Dossiers in blocks of any number: the same seed gives the same ones. Levels follow each other within
    a block in the shares of the plan, and of each exactly the rounded share came online."""
    draw = np.random.default_rng(seed)
    start = 0
    while start < count:
        size = min(BLOCK, count - start)
        yield _block(plan, made, rules, (start, size), draw)
        start += size


def write(blocks: Iterator[pa.Table], target: Path) -> int:
    """Write blocks as CSV or Parquet, by the ending of the file, one after the other; how many rows."""
    target.parent.mkdir(parents=True, exist_ok=True)
    writer: Any = None
    rows = 0
    try:
        for table in blocks:
            if writer is None:
                writer = _writer(target, table.schema)
            writer.write_table(table)
            rows += len(table)
    finally:
        if writer is not None:
            writer.close()
    return rows


def _writer(target: Path, schema: pa.Schema) -> Any:
    if target.suffix.lower() == ".parquet":
        return pq.ParquetWriter(target, schema, compression="zstd")
    return pacsv.CSVWriter(target, schema)


def _levels(plan: Plan, size: int) -> npt.NDArray[np.int64]:
    """Number of the level of each dossier, in the shares of the real counts."""
    weights = np.array([level.received for level in plan.levels.values()], float)
    ends = np.round(np.cumsum(weights) / weights.sum() * size).astype(np.int64)
    return np.repeat(np.arange(len(weights)), np.diff(ends, prepend=0))


def _online(plan: Plan, level: npt.NDArray[np.int64], draw: np.random.Generator) -> npt.NDArray[np.bool_]:
    """Exactly the rounded share of each level, anywhere in it."""
    online = np.zeros(len(level), bool)
    for number, about in enumerate(plan.levels.values()):
        places = np.flatnonzero(level == number)
        chosen = np.arange(len(places)) < round(about.online * len(places))
        online[places] = draw.permutation(chosen)
    return online


def _pick(level: npt.NDArray[np.int64], sizes: list[int], draw: np.random.Generator) -> npt.NDArray[np.int64]:
    """A unit or procedure of the level of each dossier, the first ones more often."""
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    share = draw.random(len(level)) ** 1.5
    return np.asarray(starts[level] + (share * np.array(sizes)[level]).astype(np.int64))


def _block(
    plan: Plan, made: Lists, rules: DossierRules, place: tuple[int, int], draw: np.random.Generator
) -> pa.Table:
    start, size = place
    level = _levels(plan, size)
    per_level = len(made.procedures) // len(plan.levels)
    unit = _pick(level, [about.units for about in plan.levels.values()], draw)
    procedure = _pick(level, [per_level] * len(plan.levels), draw)
    online = _online(plan, level, draw)
    days = np.array([plan.fields[code].days for code in made.procedures["field"]])[procedure]
    columns = _dates(plan, days, _punctual(unit), draw)
    channel = np.where(online, 2, np.where(draw.random(size) < plan.post, 3, 1))
    done = ~np.isnat(columns["NgayKetThucXuLy"])
    codes = {
        "MaHoSo": _ids(rules.simulated_prefix, start, size),
        "DonViQuanLy": _taken(made.units["unit"], unit),
        "MaTTHC": _taken(made.procedures["procedure"], procedure),
        "KenhThucHien": pa.array(channel.astype(np.int8)),
        "TrangThaiHoSoId": pa.array(np.where(done, 9, 2).astype(np.int8)),
        **{name: pa.array(days_.astype("datetime64[D]")) for name, days_ in columns.items()},
        **_flags(plan, done, draw),
    }
    return pa.table(codes).replace_schema_metadata({"simulated": "1"})


def _taken(codes: pd.Series[str], places: npt.NDArray[np.int64]) -> Any:
    return pa.array(codes.to_numpy()).take(pa.array(places))


def _ids(prefix: str, start: int, size: int) -> Any:
    numbers = pa.array(np.arange(start + 1, start + size + 1) + 10**9).cast(pa.string())
    return pa.compute.binary_join_element_wise(prefix + "H22", numbers, "-")


def _punctual(unit: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """How much more (or less) often a unit is late than all: some are, or no list would be worth reading."""
    return 0.4 + 1.2 * ((unit * 37) % 100) / 100


def _dates(
    plan: Plan, days: npt.NDArray[np.int64], often: npt.NDArray[np.float64], draw: np.random.Generator
) -> dict[str, npt.NDArray[np.datetime64]]:
    """Receipt on weekdays of the months; the promise in working days; the end before, on or after it. What
    would end after the last month is in process still."""
    size = len(days)
    first = np.datetime64(plan.first, "M")
    last = (first + plan.months).astype("datetime64[D]") - _DAY
    span = int((last - first.astype("datetime64[D]")) / _DAY) + 1
    received = np.busday_offset(
        first.astype("datetime64[D]") + draw.integers(0, span, size).astype("timedelta64[D]"),
        0,
        roll="backward",
    )
    received = np.maximum(received, np.busday_offset(first.astype("datetime64[D]"), 0, roll="forward"))
    due = np.busday_offset(received, days)
    kind = draw.random(size)
    late = kind < plan.late * often
    early = ~late & (kind < plan.late * often + plan.early)
    late_by = np.minimum(draw.geometric(0.25, size), 60)
    ahead = 1 + (draw.random(size) * np.maximum(days - 1, 0)).astype(np.int64)
    moved = np.where(late, late_by, np.where(early, -np.minimum(ahead, days), 0))
    finished = np.busday_offset(due, moved)
    finished = np.where(finished > last, np.datetime64("NaT", "D"), np.maximum(finished, received))
    waits = draw.random(size) < plan.supplement
    asked = np.where(waits, received + _DAY, np.datetime64("NaT", "D"))
    back = np.where(waits, received + 4 * _DAY, np.datetime64("NaT", "D"))
    answered = np.where(back <= finished, back, asked)
    return {
        "NgayTiepNhan": received, "NgayHenTra": due, "NgayKetThucXuLy": finished,
        "NgayYeuCauBoSung": asked, "NgayCongDanBoSung": answered,
    }  # fmt: skip


def _flags(plan: Plan, done: npt.NDArray[np.bool_], draw: np.random.Generator) -> dict[str, Any]:
    def drawn(share: float, where: npt.NDArray[np.bool_] | None = None) -> Any:
        found = draw.random(len(done), dtype=np.float32) < share
        return pa.array((found if where is None else found & where).astype(np.int8))

    return {
        "TrangThaiDongBoDVC": drawn(plan.synced), "HoSoCoThanhPhanSoHo": drawn(plan.digitised),
        "DaSoHoaKetQua": drawn(plan.e_result, done), "CoTaiSuDung": drawn(plan.reused),
        "TaiKhoanDuocXacThucVoiVNeID": drawn(plan.identified), "DuocThanhToanTrucTuyen": drawn(plan.paid),
        "CoPhanAnh": drawn(plan.complaint),
    }  # fmt: skip
