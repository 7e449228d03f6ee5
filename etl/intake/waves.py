"""Waves of surveys that a release holds already: each (codebook, year, set of units) is in it once.

Asked when a survey is staged, and once more when it is published: two drafts of one wave may both have been
staged before either was in service.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pandas as pd

from etl.intake.findings import At, Finding, Level, finding

TWICE: Final = "survey.loaded_twice"
DIFFERS: Final = "survey.loaded_differs"
FOLDER: Final = "surveys"


def waves_of(overlay: Path, import_id: str) -> list[dict[str, str]]:
    """The rows of the waves that a draft's overlay brings; none for a draft of anything else."""
    path = overlay / FOLDER / f"waves_{import_id}.csv"
    if not path.is_file():
        return []
    rows = pd.read_csv(path, dtype="str", keep_default_na=False)
    return [{str(name): str(cell) for name, cell in row.items()} for row in rows.to_dict("records")]


def loaded_before(held: pd.DataFrame, wave: Mapping[str, str], import_id: str, file: str) -> list[Finding]:
    """An error when the release holds the wave already, told whether it is the same one or another.

    `held`: waves of the release in service; `wave`: wave_id, year, unit_set and sha256 of the one that is to
    come, whose id is the codebook's name and the import's id.
    """
    book = wave["wave_id"].removesuffix(import_id)
    own = held["wave_id"] == book + held["responses"].str.split("/").str[1]
    same = held[own & (held["year"].astype("str") == wave["year"]) & (held["unit_set"] == wave["unit_set"])]
    if same.empty:
        return []
    alike = same["sha256"] == wave["sha256"]
    if alike.any():
        found, check = str(same.loc[alike, "wave_id"].iloc[0]), TWICE
        what, hint = "These answers are loaded already", "nothing to do"
    else:
        found, check = str(same["wave_id"].iloc[0]), DIFFERS
        what = "Other answers are loaded for this survey and year"
        hint = "undo that import first to replace it, or give the codebook another name"
    return [finding(check, Level.ERROR, At(file), what, found=found, hint=hint)]
