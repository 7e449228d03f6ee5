"""The lower parts of the survey page: what drives satisfaction, gaps to targets, years, the map."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known
from indices.survey_target import gap_to_target, with_implied_effect

BROKEN = "not_comparable"
SHARES = ("value", "low", "high", "se")


def read_drivers(services: Services, wave: pd.Series, unit_id: str, every: pd.DataFrame) -> pd.DataFrame:
    """What goes with overall satisfaction in the province, else in everybody asked; labelled."""
    rows = services.warehouse.survey_drivers(str(wave["wave_id"]))
    own = rows[rows["unit_id"] == unit_id] if unit_id else rows.iloc[:0]
    used = own if len(own) else rows[rows["unit_id"] == ""]
    labels = every.drop_duplicates("code")[["code", "label_vi", "label_en"]]
    return used.merge(labels, on="code", how="inner").sort_values("importance", ascending=False)


def read_gaps(rows: pd.DataFrame, goals: list[float]) -> pd.DataFrame:
    """Every component and question against every goal (percent), with the answers that would tell."""
    shares = rows[rows["value"].notna()].assign(**{name: rows[name] / 100.0 for name in SHARES})
    if shares.empty or not goals:
        return pd.DataFrame()
    found = [gap_to_target(with_implied_effect(shares), goal / 100.0) for goal in goals]
    both = pd.concat(found, ignore_index=True)
    percents = [*SHARES, "target", "gap", "gap_low", "gap_high"]
    return both.assign(**{name: both[name] * 100.0 for name in percents})


def goals_of(wave: pd.Series, targets: tuple[Mapping[str, Any], ...]) -> list[float]:
    """The shares that decisions ask of the province and those that the codebook names."""
    said = [float(goal) for goal in str(wave["goals"] or "").split(";") if goal]
    return sorted({*said, *(float(row["value"]) for row in targets)})


def read_history(
    services: Services, index: str, unit_id: str, waves: pd.DataFrame, lang: str
) -> pd.DataFrame:
    """A row a year: published total, own estimate with its ends, whether and why it may not be compared with
    the year before."""
    scores = services.warehouse.unit_history(unit_id, index) if unit_id else pd.DataFrame()
    published = {int(row["year"]): row["published"] for row in records(scores)} if len(scores) else {}
    own = {int(row["year"]): row for row in records(waves)}
    reasons = [
        (int(row["from_year"]), int(row["to_year"]), str(row[f"reason_{lang}"] or ""))
        for row in records(known(services, "comparability", index))
        if row["class"] == BROKEN
    ]
    years = sorted({*published, *own})
    rows = []
    for before, year in zip([None, *years], years, strict=False):
        why = [told for a, b, told in reasons if before is not None and before <= a and b <= year]
        mine = own.get(year, {})
        ends = {name: mine.get(name) for name in ("value", "low", "high", "n")}
        rows.append(
            {"year": year, "published": published.get(year), **ends,
             "broken": bool(why), "reason": " ".join(why)}
        )  # fmt: skip
    return pd.DataFrame(rows)
