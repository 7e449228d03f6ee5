"""Tables of dossiers as people hand them in: form II.06a, how late, online by level against its target."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from indices import dossier_rules as names
from indices.dossier_rules import OnlineTarget

# The figures of form II.06a/VPCP/KSTT, columns 3 to 13; 1 is the number, 2 the field.
FORM_FIGURES: Final = (
    "tiep_nhan_tong", "tiep_nhan_truc_tuyen", "tiep_nhan_truc_tiep_bcci", "ky_truoc",
    "da_gq_tong", "da_gq_truoc_han", "da_gq_dung_han", "da_gq_qua_han",
    "dang_gq_tong", "dang_gq_trong_han", "dang_gq_qua_han",
)  # fmt: skip
LEVELS: Final = ("provincial", "district", "commune")


def form_figures(row: Mapping[Hashable, Any]) -> dict[str, int]:
    """Columns 3 to 13 of form II.06a of a row of counts: all that came in is received and carried over."""
    received, online, carried = row[names.RECEIVED], row["received_online"], row[names.CARRIED]
    settled = (row[name] for name in (names.SETTLED, names.EARLY, names.ON_TIME, names.LATE))
    open_ = (row[name] for name in (names.OPEN, names.OPEN_WITHIN, names.OPEN_LATE))
    figures = (received + carried, online, received - online, carried, *settled, *open_)
    return dict(zip(FORM_FIGURES, map(int, figures), strict=True))


def form(counts: pd.DataFrame) -> list[dict[str, Any]]:
    """The form: a line a level (I, II, III) with its fields numbered under it, the total last.

    `counts`: one row by `level` and `field`. `kind` tells level, field and total lines apart; words come from
    the caller. Levels and the total are sums of the lines, never figures of their own.
    """
    rows = counts.to_dict("records")
    figures = [{"level": row["level"], "field": row["field"], **form_figures(row)} for row in rows]
    levels = {figure["level"] for figure in figures}
    lines: list[dict[str, Any]] = []
    for number, level in enumerate([*(one for one in LEVELS if one in levels), *sorted(levels - {*LEVELS})]):
        part = sorted((one for one in figures if one["level"] == level), key=lambda one: str(one["field"]))
        lines.append({"stt": _roman(number + 1), "kind": "level", "name": level, **_sums(part)})
        lines += [
            {"stt": str(place), "kind": "field", "name": one["field"]}
            | {key: one[key] for key in FORM_FIGURES}
            for place, one in enumerate(part, start=1)
        ]
    return [*lines, {"stt": "", "kind": "total", "name": "", **_sums(figures)}]


def _sums(part: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    return {name: sum(one[name] for one in part) for name in FORM_FIGURES}


def _roman(number: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1]


def late_bands(days: pd.DataFrame, bounds: Sequence[int]) -> list[dict[str, Any]]:
    """How many dossiers are late by how many working days: up to the first bound, up to the next, more.

    `days`: `count` dossiers each of `late_days`, zero for those late only because the citizen was asked too
    often.
    """
    places = np.searchsorted(bounds, days["late_days"].to_numpy(np.int64))
    found = np.zeros(len(bounds) + 1, np.int64)
    np.add.at(found, places, days["count"].to_numpy(np.int64))
    lows = [0, *(bound + 1 for bound in bounds)]
    highs = [*bounds, None]
    return [
        {"low": low, "high": high, "count": int(found[place])}
        for place, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]


def online_by_level(counts: pd.DataFrame, targets: Sequence[OnlineTarget], year: int) -> list[dict[str, Any]]:
    """Share received online by level in percent, against the next target of the year.

    `counts`: one row by `level`. `gap`: points of percent over (or under) the target; `needed`: dossiers more
    that would have had to come online.
    """
    target = next((one for one in sorted(targets, key=lambda t: t.year) if one.year >= year), None)
    rows = []
    for row in sorted(counts.to_dict("records"), key=lambda r: _order(r["level"])):
        received, online = float(row[names.RECEIVED]), float(row["received_online"])
        share = 100 * online / received if received else None
        told: dict[str, Any] = {"level": row["level"], "received": received, "online": online, "share": share}
        if target and share is not None:
            told |= {
                "target": target.percent,
                "target_year": target.year,
                "gap": share - target.percent,
                "needed": max(int(np.ceil(target.percent / 100 * received - online - 1e-9)), 0),
            }
        rows.append(told)
    return rows


def _order(level: Any) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)
