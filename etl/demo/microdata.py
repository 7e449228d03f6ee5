"""Simulated answers and dossiers: margins as published, nobody behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etl.demo.plan import DossierPlan, SurveyPlan
from etl.survey.codebook import Codebook

BLANK_SHARE = 0.01


def answers(
    codebook: Codebook,
    satisfied: Mapping[str, float],
    names: Mapping[str, str],
    plan: SurveyPlan,
    draw: np.random.Generator,
) -> pd.DataFrame:
    """Answers of every unit of `satisfied` (unit id -> percent): columns as the codebook names them.

    Of each item exactly the rounded share of a unit's respondents is satisfied, in an order of its own.
    """
    frames = [_of_unit(codebook, names[unit], share / 100, plan, draw) for unit, share in satisfied.items()]
    frame = pd.concat(frames, ignore_index=True)
    if codebook.respondent:
        frame.insert(0, codebook.respondent, [f"MP{n:06d}" for n in range(1, len(frame) + 1)])
    return frame


def _of_unit(
    codebook: Codebook, name: str, share: float, plan: SurveyPlan, draw: np.random.Generator
) -> pd.DataFrame:
    count = plan.respondents * plan.districts
    place = np.arange(count)
    columns: dict[str, object] = {codebook.unit: [name] * count}
    if codebook.stratum:
        columns[codebook.stratum] = [f"Huyện {n % plan.districts + 1}" for n in place]
    if codebook.cluster:
        columns[codebook.cluster] = [
            f"Xã {n % plan.districts + 1}.{n // plan.districts % 2 + 1}" for n in place
        ]
    if codebook.weight:
        columns[codebook.weight] = np.round(draw.uniform(0.6, 1.6, count), 3)
    for one in codebook.profile:
        columns[one.column] = draw.choice(list(one.values)[:2], count)
    for item in codebook.items:
        columns[item.column] = _item(codebook, item.scale, share, count, draw)
    return pd.DataFrame(columns)


def _item(
    codebook: Codebook, scale_name: str, share: float, count: int, draw: np.random.Generator
) -> np.ndarray:
    scale = codebook.scales[scale_name]
    others = [code for code in scale.codes if code not in scale.satisfied]
    good = round(share * count)
    codes = np.concatenate([draw.choice(scale.satisfied, good), draw.choice(others, count - good)])
    return np.asarray(draw.permutation(codes))


def dossiers(
    plan: DossierPlan, units: Mapping[str, Sequence[str]], draw: np.random.Generator
) -> pd.DataFrame:
    """One row a dossier, without any person: levels as large, and as much online, as the plan says.

    `units`: names of the units of each level.
    """
    frames = []
    for level, about in plan.levels.items():
        count = round(about.received / plan.divided_by)
        online = np.arange(count) < round(about.online * count)
        start = pd.Timestamp(year=plan.year, month=1, day=2)
        received = start + pd.to_timedelta(draw.integers(0, 120, count), unit="D")
        allowed = draw.integers(1, 16, count)
        late = draw.random(count) < plan.late
        worked = np.where(late, allowed + draw.integers(1, 6, count), draw.integers(0, allowed + 1))
        frames.append(
            pd.DataFrame(
                {
                    "MaHoSo": [f"MP.{level[:1].upper()}{n:06d}" for n in range(1, count + 1)],
                    "DonViQuanLy": draw.choice(list(units[level]), count),
                    "MaTTHC": [f"MP.{n:03d}" for n in draw.integers(1, 60, count)],
                    "KenhThucHien": np.where(draw.permutation(online), 2, 1),
                    "NgayTiepNhan": received,
                    "NgayHenTra": received + pd.to_timedelta(allowed, unit="D"),
                    "NgayKetThucXuLy": received + pd.to_timedelta(worked, unit="D"),
                }
            )
        )
    return pd.concat(frames, ignore_index=True)
