"""Simulated answers and dossiers: margins as published, nobody behind them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from etl.demo.plan import DossierPlan, SurveyPlan
from etl.survey.codebook import Codebook

# Standard deviations of what a person, a commune, a view of a component and a question bring to an answer.
MOOD, CLUSTER, VIEW, OWN = 0.55, 0.22, 0.5, 0.63


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
    cluster = place % (2 * plan.districts)
    if codebook.cluster:
        columns[codebook.cluster] = [
            f"Xã {n % plan.districts + 1}.{n // plan.districts + 1}" for n in cluster
        ]
    if codebook.weight:
        columns[codebook.weight] = np.round(draw.uniform(0.6, 1.6, count), 3)
    mood = MOOD * draw.normal(size=count) + CLUSTER * draw.normal(size=2 * plan.districts)[cluster]
    for one in codebook.profile:
        first, second = list(one.values)[:2]
        leans = draw.normal(size=count) + plan.pulls.get(one.name, 0.0) * mood / MOOD > 0
        columns[one.column] = np.where(leans, second, first)
    return pd.DataFrame(columns | _items(codebook, share, plan, mood, draw))


def _items(
    codebook: Codebook, share: float, plan: SurveyPlan, mood: np.ndarray, draw: np.random.Generator
) -> dict[str, np.ndarray]:
    """Answers of every question: those of one component hang together, the one about everything on all."""
    parts = list(dict.fromkeys(item.component for item in codebook.items if item.component))
    views = {part: VIEW * draw.normal(size=len(mood)) for part in parts}
    drives = plan.overall.drives
    size = float(np.sqrt(sum(drive**2 for drive in drives.values())))
    everything = np.asarray(
        sum(drive / size * views[part] for part, drive in drives.items() if part in views)
    )
    made = {}
    for part in [*parts, ""]:
        items = [item for item in codebook.items if item.component == part]
        apart = np.linspace(plan.item_range / 200, -plan.item_range / 200, len(items))
        for item, off in zip(items, apart if len(items) > 1 else [0.0], strict=True):
            latent = mood + views.get(part, everything) + OWN * draw.normal(size=len(mood))
            wanted = float(np.clip(share + plan.tilt.get(part, 0.0) / 100 + off, 0.0, 1.0))
            made[item.column] = _coded(codebook, item.scale, wanted, latent)
    return made


def _coded(codebook: Codebook, scale_name: str, share: float, latent: np.ndarray) -> np.ndarray:
    """Codes by the order of the latent answers: the rounded share satisfied exactly, best answers last."""
    scale = codebook.scales[scale_name]
    others = [code for code in scale.codes if code not in scale.satisfied]
    good = round(share * len(latent))
    codes = np.concatenate([_steps(others, len(latent) - good), _steps(scale.satisfied, good)])
    made = np.empty(len(latent), dtype=np.int64)
    made[np.argsort(latent, kind="stable")] = codes
    return made


def _steps(codes: Sequence[int], count: int) -> np.ndarray:
    """So many codes in rising order, as many of each as can be."""
    return np.asarray(codes)[np.arange(count) * len(codes) // max(count, 1)]


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
