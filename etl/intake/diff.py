"""What a draft would change in the release in service: figures, ranks, sums that do not add up, conflicts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from etl.filekinds import ALTERNATIVE
from etl.reconcile import is_listed
from indices.model import MAIN_VIEW
from indices.reconcile import DIFFERS

KEY: Final = ["index_code", "year", "unit_set", "unit_id", "component_code"]
NEW, CHANGED, GONE = "new", "changed", "gone"
# Two computations of one figure may differ in the last binary digits.
_SLACK: Final = 1e-9
_COMPARED: Final = ("value", "value_kind", "self_score", "rank")
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "changes": (
        *KEY, "view", "change", "old", "new", "old_kind", "new_kind", "old_self", "new_self", "place",
        "old_place", "old_source",
    ),
    "ranks": (*KEY, "view", "old", "new"),
    "unreconciled": (*KEY, "view", "published", "recomputed", "residual", "place"),
    "conflicts": (
        *KEY, "old", "new", "old_rank", "new_rank", "old_source", "old_file", "old_place", "place",
    ),
}  # fmt: skip


def _none(table: str) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series([], dtype="object") for name in COLUMNS[table]})


@dataclass(frozen=True)
class Diff:
    """A draft against the release `base_release`; frames as in COLUMNS, all values in the component's unit.

    `changes`: score rows that are new, changed (value, how it came about, own score) or gone; each figure
    once, in the main tree where it stands there. `ranks`: units that were there before and whose rank moved.
    `unreconciled`: published values that differ from the recomputed beyond tolerance, and did not before.
    `conflicts`: figures held already that the draft's displace, where they are not the same.
    `confirmed`: figures held already that the draft repeats.
    """

    base_release: str
    changes: pd.DataFrame = field(default_factory=lambda: _none("changes"))
    ranks: pd.DataFrame = field(default_factory=lambda: _none("ranks"))
    unreconciled: pd.DataFrame = field(default_factory=lambda: _none("unreconciled"))
    conflicts: pd.DataFrame = field(default_factory=lambda: _none("conflicts"))
    confirmed: int = 0

    @property
    def summary(self) -> dict[str, int]:
        """How many of each: new, changed, gone, ranks, total_ranks, unreconciled, conflicts, confirmed."""
        counts = self.changes["change"].value_counts()
        totals = self.ranks["component_code"] == self.ranks["index_code"]
        return {
            **{kind: int(counts.get(kind, 0)) for kind in (NEW, CHANGED, GONE)},
            "ranks": len(self.ranks),
            "total_ranks": int(totals.sum()),
            "unreconciled": len(self.unreconciled),
            "conflicts": len(self.conflicts),
            "confirmed": self.confirmed,
        }

    def to_json(self) -> str:
        """The diff as it is stored beside its draft: columns and rows of each table."""
        tables = {name: _plain(getattr(self, name)) for name in COLUMNS}
        told = {"base_release": self.base_release, "summary": self.summary, "confirmed": self.confirmed}
        return json.dumps({**told, **tables}, ensure_ascii=False) + "\n"

    def same_as(self, other: Diff) -> bool:
        """Would both change the same figures in the same way, whatever release they were compared with?"""
        tables = all(_plain(getattr(self, name)) == _plain(getattr(other, name)) for name in COLUMNS)
        return tables and self.confirmed == other.confirmed


def diff_from_json(text: str) -> Diff:
    """The diff that `to_json` wrote."""
    told = json.loads(text)
    frames = {name: pd.DataFrame(told[name]["rows"], columns=list(COLUMNS[name])) for name in COLUMNS}
    return Diff(told["base_release"], **frames, confirmed=told["confirmed"])


def _plain(frame: pd.DataFrame) -> dict[str, Any]:
    ordered = frame.sort_values([name for name in (*KEY, "view") if name in frame], kind="stable")
    plain = ordered.astype(object).where(ordered.notna(), None)
    rows = [[_scalar(value) for value in row] for row in plain.itertuples(index=False, name=None)]
    return {"columns": list(frame.columns), "rows": rows}


def _scalar(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


def compare(base_release: str, old: pd.DataFrame, new: pd.DataFrame, known: pd.DataFrame) -> Diff:
    """Two score tables of one index, before and after; `known`: differences that are written down."""
    both = _one_view(old).merge(
        _one_view(new), on=KEY, how="outer", suffixes=("_old", "_new"), indicator=True
    )
    both = both.assign(view=both["view_new"].fillna(both["view_old"]))
    return Diff(
        base_release,
        changes=_changes(both)[list(COLUMNS["changes"])],
        ranks=_ranks(both)[list(COLUMNS["ranks"])],
        unreconciled=_unreconciled(old, new, known)[list(COLUMNS["unreconciled"])],
    )


def _one_view(scores: pd.DataFrame) -> pd.DataFrame:
    """Each figure once: in the main tree, else in the first view that has it."""
    ordered = scores.sort_values("view", key=lambda view: view != MAIN_VIEW, kind="stable")
    return ordered.drop_duplicates(KEY)[[*KEY, "view", *_COMPARED, "place", "source_id"]]


def _changes(both: pd.DataFrame) -> pd.DataFrame:
    kind = both["_merge"].map({"left_only": GONE, "right_only": NEW, "both": ""}).astype("str")
    names = ("value", "value_kind", "self_score")
    same = pd.concat([_same(both, name) for name in names], axis=1).all(axis=1)
    kind = kind.mask((both["_merge"] == "both") & ~same, CHANGED)
    renamed = {"value": "", "value_kind": "_kind", "self_score": "_self"}
    pairs = {f"{n}_{side}": f"{side}{short}" for n, short in renamed.items() for side in ("old", "new")}
    places = {"place_new": "place", "place_old": "old_place", "source_id_old": "old_source"}
    return both.assign(change=kind)[kind != ""].rename(columns=pairs | places)


def _same(both: pd.DataFrame, name: str) -> pd.Series[bool]:
    old, new = both[f"{name}_old"], both[f"{name}_new"]
    numbers = pd.api.types.is_float_dtype(old.dtype) and pd.api.types.is_float_dtype(new.dtype)
    alike = (old - new).abs() <= _SLACK if numbers else old == new
    return alike.fillna(False).astype(bool) | (old.isna() & new.isna())


def _ranks(both: pd.DataFrame) -> pd.DataFrame:
    moved = (both["_merge"] == "both") & ~_same(both, "rank")
    return both[moved].rename(columns={"rank_old": "old", "rank_new": "new"})


def _unreconciled(old: pd.DataFrame, new: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    keys = [*KEY, "view"]
    differs = new[(new["residual_class"] == DIFFERS) & ~is_listed(new, known)]
    before = old.loc[old["residual_class"] == DIFFERS, keys]
    fresh = differs.merge(before, on=keys, how="left", indicator=True)["_merge"] == "left_only"
    return differs[fresh.to_numpy()].reset_index(drop=True)


def displaced(facts: pd.DataFrame, import_id: str) -> tuple[pd.DataFrame, int]:
    """Figures that an import displaces and that are not the same as its own, and how many it repeats."""
    held = facts[(facts["superseded_by"] == import_id) & (facts["use"] == ALTERNATIVE)]
    own = facts[(facts["import_id"] == import_id) & facts["use"].ne(ALTERNATIVE)]
    both = held.merge(own, on=KEY, suffixes=("_old", "_new"))
    unranked = both["published_rank_old"].isna() | both["published_rank_new"].isna()
    same = _same(both, "published") & (_same(both, "published_rank") | unranked)
    names = {"published": "", "published_rank": "_rank"}
    pairs = {f"{n}_{side}": f"{side}{short}" for n, short in names.items() for side in ("old", "new")}
    places = {
        "source_id_old": "old_source",
        "file_old": "old_file",
        "place_old": "old_place",
        "place_new": "place",
    }
    renamed = both[~same].rename(columns=pairs | places)
    return renamed[list(COLUMNS["conflicts"])].reset_index(drop=True), int(same.sum())
