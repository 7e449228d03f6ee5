"""Rows of a batch checked and made into facts: what is wrong is counted, listed with its row, and treated.

Every row ends in exactly one of: kept, set aside (wrong beyond counting), left out or refused (the system's
own statuses). The balance of a load is made of these four.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.dossiers import convert
from etl.dossiers.catalogue import UNKNOWN, Catalogue
from etl.dossiers.read import Batch
from indices.dossier_calendar import WorkCalendar
from indices.dossier_facts import settle
from indices.dossier_rules import OPTIONAL, DossierRules

Flags = npt.NDArray[np.bool_]

ASIDE, KEPT = "set aside", "kept"
# What is found in rows, and how it is treated; docs/dossiers.md tells the same.
CHECKS: Final[Mapping[str, str]] = {
    "dossier.short_row": ASIDE,
    "dossier.bad_id": ASIDE,
    "dossier.no_receipt": ASIDE,
    "dossier.bad_date": ASIDE,
    "dossier.end_before_start": ASIDE,
    "dossier.due_before_receipt": KEPT,
    "dossier.answer_before_request": KEPT,
    "dossier.unknown_unit": KEPT,
    "dossier.unknown_procedure": KEPT,
    "dossier.unknown_code": KEPT,
    "dossier.done_without_end": KEPT,
    "dossier.same_row_twice": KEPT,
    "dossier.same_id_differs": KEPT,
}
DATES: Final = ("received", "due", "finished", "asked", "answered")


@dataclass(frozen=True)
class Context:
    """What rows are told by: rules, working days, lists, and the province they are of."""

    rules: DossierRules
    calendar: WorkCalendar
    catalogue: Catalogue
    province: str


@dataclass
class Checked:
    """A batch made into facts. `found`: check -> row numbers. `left_out`, `refused`: how many rows."""

    facts: pd.DataFrame
    found: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)
    aside: int = 0
    left_out: int = 0
    refused: int = 0


@dataclass
class _Rows:
    """A batch on its way: the texts, their numbers, and what was found so far."""

    texts: pa.Table
    numbers: npt.NDArray[np.int64]
    aside: Flags
    found: dict[str, npt.NDArray[np.int64]] = field(default_factory=dict)

    def column(self, name: str) -> Any:
        """A column of texts; blank ones where the file has none."""
        if name in self.texts.column_names:
            return self.texts[name]
        return pa.chunked_array([pa.nulls(len(self.texts), pa.string())])

    def tell(self, check: str, wrong: Flags) -> None:
        """Write down the rows with a fault, once a row and check; set them aside when the check says so."""
        wrong = wrong & ~self.aside
        if wrong.any():
            self.found[check] = np.union1d(self.found.get(check, self.numbers[:0]), self.numbers[wrong])
            if CHECKS[check] == ASIDE:
                self.aside = self.aside | wrong


def check(batch: Batch, context: Context) -> Checked:
    """The facts of a batch, and everything that is odd about its rows."""
    rows = _Rows(batch.rows, batch.numbers, np.zeros(len(batch.rows), bool))
    rules = context.rules
    status = _status(rows, rules)
    out = (status == "left_out") | (status == "refused")
    counted = _Rows(batch.rows.filter(pa.array(~out)), batch.numbers[~out], np.zeros(int((~out).sum()), bool))
    dates = _dates(counted, context)
    _done_without_end(counted, status[~out], dates)
    frame = _facts(counted, dates, context)
    made = Checked(
        settle(frame[~counted.aside].reset_index(drop=True), rules, context.calendar),
        counted.found,
        int(counted.aside.sum()) + len(batch.short),
        int((status == "left_out").sum()),
        int((status == "refused").sum()),
    )
    if batch.short:
        made.found["dossier.short_row"] = np.array(batch.short, np.int64)
    return made


def _status(rows: _Rows, rules: DossierRules) -> npt.NDArray[Any]:
    return convert.codes(rows.column("status"), rules.statuses, "")


def _dates(rows: _Rows, context: Context) -> dict[str, npt.NDArray[np.datetime64]]:
    """The days of every row; what cannot be read or be true is told, in this order."""
    ids = rows.column("id")
    trimmed = pc.fill_null(pc.utf8_trim_whitespace(ids), "")
    matches = pc.match_substring_regex(trimmed, f"^({context.rules.id_form})$")
    dots = _has_letter(ids)
    rows.tell("dossier.bad_id", ~(np.asarray(matches.to_numpy(), bool) & dots))
    dates, bad = {}, {}
    for name in DATES:
        dates[name], bad[name] = convert.days(rows.column(name))
    for name in DATES:
        outside = ~np.isnat(dates[name]) & ~context.calendar.knows(dates[name])
        rows.tell("dossier.bad_date", bad[name] | outside)
    rows.tell("dossier.no_receipt", np.isnat(dates["received"]))
    rows.tell("dossier.end_before_start", dates["finished"] < dates["received"])
    rows.tell("dossier.due_before_receipt", dates["due"] < dates["received"])
    wrong = dates["answered"] < dates["asked"]
    rows.tell("dossier.answer_before_request", wrong)
    dates["answered"][wrong] = dates["asked"][wrong]
    return dates


def _has_letter(ids: Any) -> Flags:
    """Codes of dossiers hold a letter or a dot: a bare number may be a phone or an identity number."""
    found = pc.match_substring_regex(pc.fill_null(ids, ""), "[A-Za-z.]")
    return np.asarray(found.to_numpy(), bool)


def _done_without_end(
    rows: _Rows, status: npt.NDArray[Any], dates: Mapping[str, npt.NDArray[np.datetime64]]
) -> None:
    rows.tell("dossier.done_without_end", (status == "done") & np.isnat(dates["finished"]))


def _facts(rows: _Rows, dates: dict[str, npt.NDArray[np.datetime64]], context: Context) -> pd.DataFrame:
    """The columns of a fact, before its outcome is worked out."""
    made: dict[str, Any] = {
        "id": pc.utf8_trim_whitespace(rows.column("id")).to_pandas(),
        "province": context.province,
        **_where(rows, context.catalogue),
        **_how(rows, context.rules),
    }
    if context.rules.blank_due == "computed":
        _compute_due(rows, dates, context)
    made |= dates
    requests = convert.numbers(rows.column("requests"))
    asked = (~np.isnat(dates["asked"])).astype(np.int64)
    made["requests"] = np.where(np.isnan(requests), asked, requests).astype(np.int64)
    made |= _flags(rows, made, context)
    made["updated"] = convert.moments(rows.column("updated"))
    made["row"] = rows.numbers
    return pd.DataFrame(made)


def _where(rows: _Rows, catalogue: Catalogue) -> dict[str, Any]:
    """Unit and procedure by code or name, with what the lists say of them; unknown ones stay, as unknown."""
    units, procedures = catalogue.units, catalogue.procedures
    by_name = dict(zip(units["name_vi"], units["unit"], strict=True))
    by_name |= {code: code for code in units["unit"]}
    unit = convert.codes(rows.column("unit"), by_name, UNKNOWN)
    procedure = convert.codes(rows.column("procedure"), {c: c for c in procedures["procedure"]}, UNKNOWN)
    rows.tell("dossier.unknown_unit", unit == UNKNOWN)
    rows.tell("dossier.unknown_procedure", procedure == UNKNOWN)
    of_unit, of_procedure = units.set_index("unit"), procedures.set_index("procedure")
    level, told = of_unit["level"], pd.Series(procedure)
    return {
        "unit": unit,
        "level": pd.Series(unit).map(level).fillna(UNKNOWN).to_numpy(),
        "procedure": procedure,
        "field": told.map(of_procedure["field"]).fillna(UNKNOWN).to_numpy(),
        "service": told.map(of_procedure["service"]).fillna("none").to_numpy(),
        "fee": told.map(of_procedure["fee"]).fillna(0).to_numpy(np.int8),
        "needs_result": told.map(of_procedure["needs_result"]).fillna(0).to_numpy(np.int8),
    }


def _how(rows: _Rows, rules: DossierRules) -> dict[str, Any]:
    """Channel and kind of service as the system codes them; a code nobody knows counts as direct, none."""
    channel = convert.codes(rows.column("channel"), rules.channels, UNKNOWN)
    rows.tell("dossier.unknown_code", channel == UNKNOWN)
    made: dict[str, Any] = {"channel": np.where(channel == UNKNOWN, "direct", channel)}
    if "service" in rows.texts.column_names:
        service = convert.codes(rows.column("service"), rules.services, UNKNOWN)
        rows.tell("dossier.unknown_code", service == UNKNOWN)
        made["service"] = np.where(service == UNKNOWN, "none", service)
    return made


def _flags(rows: _Rows, made: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The yes and no columns that the file has, and those that follow from them."""
    true = frozenset(context.rules.true_values)
    flags: dict[str, Any] = {
        name: convert.flags(rows.column(name), true) if name in rows.texts.column_names else None
        for name in OPTIONAL
    }
    if "waived" in rows.texts.column_names:
        waived = convert.flags(rows.column("waived"), true)
        flags["fee"] = (made["fee"] * (1 - waived)).astype(np.int8)
    electronic = flags["e_result"]
    # Online only counts with an electronic result, where the procedure ends in a paper one.
    flags["online_ok"] = (
        None if electronic is None else _online_ok(made["needs_result"], electronic, made["finished"])
    )
    return flags


def _online_ok(
    needs: npt.NDArray[np.int8], electronic: npt.NDArray[np.int8], finished: npt.NDArray[np.datetime64]
) -> npt.NDArray[np.int8]:
    """A dossier in process has no result yet, so none is missing."""
    return np.where((needs == 1) & ~np.isnat(finished), electronic, 1).astype(np.int8)


def _compute_due(rows: _Rows, dates: dict[str, npt.NDArray[np.datetime64]], context: Context) -> None:
    """Promised days from the time limit, for dossiers that promise none: working days, or working hours."""
    limit = convert.numbers(rows.column("limit"))
    hours = convert.flags(rows.column("limit_unit"), frozenset(context.rules.hour_units)) == 1
    blank = np.isnat(dates["due"]) & (limit > 0) & ~rows.aside
    by_day, by_hour = blank & ~hours, blank & hours
    if by_day.any():
        start = dates["received"][by_day]
        dates["due"][by_day] = context.calendar.add_days(start, np.ceil(limit[by_day]).astype(np.int64))
    if by_hour.any():
        moment = convert.moments(rows.column("received")).astype("datetime64[m]")[by_hour]
        ends = context.calendar.add_hours(moment, limit[by_hour])
        dates["due"][by_hour] = ends.astype("datetime64[D]")
