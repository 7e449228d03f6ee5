"""Tables of dossiers as people hand them in: form II.06a, how late, online by level against its target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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


def form_figures(counts: pd.DataFrame) -> pd.DataFrame:
    """Columns 3 to 13 of form II.06a of each row of counts: all that came in is received and carried over."""
    online = counts["received_online"]
    return pd.DataFrame(
        {
            "tiep_nhan_tong": counts[names.RECEIVED] + counts[names.CARRIED],
            "tiep_nhan_truc_tuyen": online,
            "tiep_nhan_truc_tiep_bcci": counts[names.RECEIVED] - online,
            "ky_truoc": counts[names.CARRIED],
            "da_gq_tong": counts[names.SETTLED],
            "da_gq_truoc_han": counts[names.EARLY],
            "da_gq_dung_han": counts[names.ON_TIME],
            "da_gq_qua_han": counts[names.LATE],
            "dang_gq_tong": counts[names.OPEN],
            "dang_gq_trong_han": counts[names.OPEN_WITHIN],
            "dang_gq_qua_han": counts[names.OPEN_LATE],
        },
        index=counts.index,
    )


def form(counts: pd.DataFrame) -> list[dict[str, Any]]:
    """The form: a line a level (I, II, III) with its fields numbered under it, the total last.

    `counts`: one row by `level` and `field`. `kind` tells level, field and total lines apart; words come from
    the caller. Levels and the total are sums of the lines, never figures of their own.
    """
    figures = pd.concat([counts[["level", "field"]], form_figures(counts)], axis=1)
    lines: list[dict[str, Any]] = []
    held = [level for level in LEVELS if (figures["level"] == level).any()]
    for number, level in enumerate([*held, *sorted(set(figures["level"]) - set(LEVELS))]):
        part = figures[figures["level"] == level].sort_values("field")
        lines.append({"stt": _roman(number + 1), "kind": "level", "name": level, **_sums(part)})
        lines += list(_fields(part))
    return [*lines, {"stt": "", "kind": "total", "name": "", **_sums(figures)}]


def _fields(part: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for number, row in enumerate(part.to_dict("records")):
        yield {"stt": str(number + 1), "kind": "field", "name": row["field"]} | {
            str(key): int(row[key]) for key in FORM_FIGURES
        }


def _sums(part: pd.DataFrame) -> dict[str, int]:
    return {name: int(part[name].sum()) for name in FORM_FIGURES}


def _roman(number: int) -> str:
    return ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")[number - 1]


def late_bands(days: pd.Series[int], bounds: Sequence[int]) -> list[dict[str, Any]]:
    """How many dossiers are late by how many working days: up to the first bound, up to the next, more.

    `days`: working days late, zero for those late only because the citizen was asked too often.
    """
    edges = [-np.inf, *bounds, np.inf]
    placed = pd.cut(days, edges, labels=False)
    found = pd.Series(placed).value_counts()
    lows = [0, *(bound + 1 for bound in bounds)]
    highs = [*bounds, None]
    return [
        {"low": low, "high": high, "count": int(found.get(place, 0))}
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
