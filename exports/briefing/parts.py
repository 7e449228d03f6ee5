"""One index of a briefing before any words: its rows, its scale, and which of its components matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from exports.briefing.model import Frames, Row
from exports.briefing.rows import records
from exports.briefing.shares import of_total
from exports.briefing.words import Words, has
from indices.rounding import rounded

OF_EVERYONE = ["unit_id", "unit_slug", "unit_order", "unit_name_vi", "unit_name_en", "value", "rank"]
FULL = 1 - 1e-9  # share of the maximum from which the maximum counts as reached
LEAST = 2  # so many components make a level worth a table


@dataclass(frozen=True)
class Part:
    """One index of the province and year; everything that its chapter is written from."""

    info: Row
    frames: Frames
    words: Words
    scope: frozenset[str] | None = None  # only these components, where a briefing is of one body

    @property
    def code(self) -> str:
        """Index code."""
        return str(self.info["index_code"])

    @property
    def short(self) -> str:
        """Short name of the index."""
        return self.words.name(self.info, "short_name")

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """Own rows of all years to the one asked for."""
        return self.frames.of("history", self.code)

    @cached_property
    def own(self) -> list[dict[str, Any]]:
        """Own rows of the year, in display order; `lost_share` of all that the index lost."""
        rows = [row for row in self.history if row["year"] == self.frames.year]
        return of_total(sorted(rows, key=lambda row: row["order_no"] or 0), self.code)

    @cached_property
    def totals(self) -> list[dict[str, Any]]:
        """Own totals with a score or a rank, earliest first."""
        found = [row for row in self.history if row["component_code"] == self.code]
        return sorted(
            (r for r in found if has(r["value"]) or has(r["rank"])), key=lambda row: int(row["year"])
        )

    @cached_property
    def total(self) -> Row | None:
        """Our total of the year, or None."""
        return next((row for row in self.totals if row["year"] == self.frames.year), None)

    @cached_property
    def everyone(self) -> list[dict[str, Any]]:
        """Totals of all units in the year."""
        frame = self.frames.everyone  # thousands of rows: only those needed are made plain
        if not len(frame):
            return []
        own = (frame["index_code"] == self.code) & (frame["component_code"] == self.code)
        return records(frame.loc[own, OF_EVERYONE])

    @cached_property
    def publication(self) -> Row | None:
        """What the publisher published in the year for this set of units."""
        unit = self.frames.unit or {}
        for row in self.frames.of("publication", self.code):
            if (row["index_code"], row["year"], row["unit_set"]) == (
                self.code, self.frames.year, unit["unit_set"]
            ):  # fmt: skip
                return row
        return None

    @cached_property
    def framework(self) -> Row:
        """The framework that scores the year; the latest where the year has none."""
        rows = self.frames.of("frameworks", self.code)
        if self.total is not None:
            return next((r for r in rows if r["framework_id"] == self.total["framework_id"]), rows[-1])
        years = str(self.frames.year)
        return next((r for r in rows if years in str(r["years"]).split(";")), rows[-1])

    @property
    def decimals(self) -> int:
        """Decimals of its scores."""
        return int(self.framework["decimals"])

    @property
    def unit(self) -> str:
        """points | percent | ratio."""
        return str(self.framework["scale_unit"])

    @cached_property
    def estimates(self) -> list[dict[str, Any]]:
        """Estimates of the year for a new province, in display order."""
        return self.frames.of("estimates", self.code)

    @cached_property
    def components(self) -> list[dict[str, Any]]:
        """Own rows with a score, apart from the total, within the scope."""
        rows = [row for row in self.own if has(row["value"]) and row["component_code"] != self.code]
        return [row for row in rows if self.scope is None or row["component_code"] in self.scope]

    @cached_property
    def top(self) -> list[dict[str, Any]]:
        """The shallowest level with at least two own scores."""
        return self._level(min)

    @cached_property
    def leaves(self) -> list[dict[str, Any]]:
        """Own scores under which there is no other own score."""
        parents = {row["parent_code"] for row in self.components}
        return [row for row in self.components if row["component_code"] not in parents]

    @cached_property
    def focus(self) -> list[dict[str, Any]]:
        """What causes and tasks are written for: one level over the deepest, else the deepest itself."""
        if not self.leaves:
            return []
        deepest = max(int(row["depth"]) for row in self.leaves)
        above = [row for row in self.components if int(row["depth"]) == deepest - 1]
        return above if deepest > 1 and len(above) >= LEAST else self.leaves

    def _level(self, choose: Any) -> list[dict[str, Any]]:
        by_depth: dict[int, list[dict[str, Any]]] = {}
        for row in self.components:
            by_depth.setdefault(int(row["depth"]), []).append(row)
        least = LEAST if self.scope is None else 1
        wide = [depth for depth, rows in by_depth.items() if len(rows) >= least]
        return by_depth[choose(wide)] if wide else []

    @cached_property
    def held(self) -> tuple[int, int]:
        """(own scores at the level of the top components, components the framework has there)."""
        if not self.top:
            return 0, 0
        if self.scope is not None:
            return len(self.top), len(self.top)
        tree = self.frames.trees.get(self.code)
        depth = int(self.top[0]["depth"])
        return len(self.top), int((tree["depth"] == depth).sum()) if tree is not None else len(self.top)

    @property
    def partial(self) -> str:
        """Where only some components of the level have a score, the words that say so; "" where all have."""
        held, known = self.held
        return self.words.t("s.partial", held=held, known=known) if held < known else ""

    def below(self, code: str) -> list[dict[str, Any]]:
        """Own scores right under a component."""
        return [row for row in self.components if row["parent_code"] == code]

    def amount(self, value: Any) -> str:
        """A score with its unit: "92,18 điểm"."""
        return self.words.number(value, self.decimals) + self.words.t(f"unit.{self.unit}")

    def difference(self, value: Any) -> str:
        """A difference without sign, with its unit."""
        return self.words.number(abs(value), self.decimals) + self.words.t(f"change_unit.{self.unit}")

    def named(self, row: Mapping[str, Any], field: str = "component_name") -> str:
        """A component's name with its number in front, where the index numbers them."""
        name, code = self.words.name(row, field), str(row["component_code"])
        numbered = code.replace(".", "").isdigit()
        return f"{code}. {name}" if numbered and not name.startswith(code) else name

    @cached_property
    def names(self) -> dict[tuple[str, str], str]:
        """Every component of the year as it is called beside those of other indices."""
        rows = [*records(self.frames.trees.get(self.code, pd.DataFrame())), *self.own]
        found = {}
        for row in rows:
            field = "component_name" if "component_name_vi" in row else "name"
            found[self.code, str(row["component_code"])] = f"{self.short}: {self.named(row, field)}"
        return found

    def peers(self, compare: str) -> list[dict[str, Any]]:
        """Up to three named provinces to compare with: those before us, those of the region, those asked
        for. Best first; never ourselves.
        """
        unit = self.frames.unit or {}
        rows = [r for r in self.everyone if has(r["value"]) and r["unit_id"] != unit["unit_id"]]
        if compare == "region":
            rows = [row for row in rows if row["unit_id"] in self.region_ids]
        elif compare != "leaders":
            wanted = {part.strip() for part in compare.split(",")}
            rows = [row for row in rows if row["unit_slug"] in wanted]
        return sorted(rows, key=lambda row: (-row["value"], row["unit_order"]))[:3]

    @cached_property
    def region_ids(self) -> set[str]:
        """Units of our region in the year, ours included."""
        unit = self.frames.unit or {}
        return {
            str(row["unit_id"])
            for row in self.frames.rows("units")
            if row["region_code"] == unit.get("region_code")
            and row["unit_set"] == unit.get("unit_set")
            and (not has(row["valid_to"]) or int(str(row["valid_to"])[:4]) >= self.frames.year)
        }

    @cached_property
    def region_rank(self) -> tuple[int, int] | None:
        """(rank, of how many) in the region; None unless every unit of the region has a score."""
        if self.total is None or not has(self.total["value"]) or not has(self.info.get("index_code")):
            return None
        held = [r for r in self.everyone if r["unit_id"] in self.region_ids and has(r["value"])]
        if len(held) < len(self.region_ids) or len(held) < LEAST:
            return None
        own = rounded(self.total["value"], self.decimals)
        better = sum(rounded(row["value"], self.decimals) > own for row in held)
        return better + 1, len(held)

    @cached_property
    def group(self) -> str:
        """The publisher's name of our group; "" without groups."""
        code = self.total["group_code"] if self.total is not None else None
        if not has(code):
            return ""
        rows = self.frames.of("groups", self.code)
        found = next((r for r in rows if r["index_code"] == self.code and r["group_code"] == code), None)
        told, word = (self.words.name(found) if found else str(code)), self.words.t("c.group")
        return told[len(word) :].strip() if told.lower().startswith(word.lower() + " ") else told

    @cached_property
    def reason(self) -> str:
        """Why this year may not be compared with the one before, as the definitions say."""
        total = self.total or {}
        for row in self.frames.of("comparability", self.code):
            same = (row["from_year"], row["to_year"]) == (total.get("prev_year"), total.get("year"))
            if row["index_code"] == self.code and same and not has(row["component_code"]):
                told = row[f"reason_{self.words.lang}"] or row["reason_vi"]
                if has(told):
                    return str(told).rstrip(". ")
        return self.words.t("s.framework_changed")

    @property
    def status(self) -> str:
        """published | rank_only | estimate | withheld | absent."""
        if self.total is not None:
            return "published" if has(self.total["value"]) else "rank_only"
        if any(row["component_code"] == self.code and has(row["value"]) for row in self.estimates):
            return "estimate"
        return "withheld" if self.withheld_reason is not None else "absent"

    @cached_property
    def withheld_reason(self) -> str | None:
        """The publisher's reason for withholding us ("" where none is given); None where we are not."""
        row, unit = self.publication, self.frames.unit or {}
        names = str((row or {}).get("withheld") or "").split(";")
        if row is None or unit.get("name_vi") not in [name.strip() for name in names]:
            return None
        return str(row[f"note_{self.words.lang}"] or row["note_vi"] or "").partition(";")[0]
