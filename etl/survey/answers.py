"""From the columns of a survey file to coded answers: one row a respondent, nothing that names a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.intake.findings import At, Finding, Level, finding
from etl.mapping import UnitNames, fold, nearest
from etl.survey.codebook import Codebook, Item, Profile, Scale
from etl.survey.listed import Listed, named

ROW, UNIT, STRATUM, CLUSTER, WEIGHT = "row", "unit_id", "stratum", "cluster", "weight"
ITEM, PROFILE = "item_", "profile_"
DONT_KNOW, REFUSED = -1, -2
MOST_NAMED: Final = 5
# A longer cell is no code of any scale, and may be anybody's name or number: it is not repeated.
LONGEST_CODE: Final = 3
# Numbers of simulated respondents begin with this: real answers never do.
MADE_UP: Final = "MOPHONG-"


@dataclass
class Answers:
    """Coded answers. `frame`: row (of the file, from 1 for the first respondent), unit_id, stratum, cluster,
    weight, then item_<code> (nullable whole numbers: a code of the scale, DONT_KNOW, REFUSED; missing: no
    answer) and profile_<name>. `respondents`: what tells respondents apart, for checks only, never stored.
    `listed`: the rows in which something was found."""

    codebook: Codebook
    file: str
    frame: pd.DataFrame
    findings: list[Finding] = field(default_factory=list)
    respondents: pd.Series | None = None
    listed: list[Listed] = field(default_factory=list)

    @property
    def items(self) -> list[str]:
        """Columns of the items."""
        return [ITEM + item.code for item in self.codebook.items]


def code_answers(table: pa.Table, codebook: Codebook, names: UnitNames, file: str) -> Answers:
    """Code the columns of a file that holds no personal data any more.

    Columns that the codebook names and the file lacks, unknown units and impossible codes are findings of
    level error; what could be coded is there all the same, for a look.
    """
    made = _Coding(table, codebook, file)
    made.check_columns()
    columns: dict[str, Any] = {ROW: np.arange(1, table.num_rows + 1, dtype=np.int32)}
    columns[UNIT] = made.units(names)
    columns |= {STRATUM: made.texts(codebook.stratum), CLUSTER: made.texts(codebook.cluster)}
    columns[WEIGHT] = made.weights()
    columns |= {ITEM + item.code: made.item(item) for item in codebook.items}
    columns |= {PROFILE + one.name: made.profile(one) for one in codebook.profile}
    respondents = made.texts(codebook.respondent) if codebook.respondent in table.column_names else None
    return Answers(codebook, file, pd.DataFrame(columns), made.findings, respondents, made.listed)


@dataclass
class _Coding:
    table: pa.Table
    codebook: Codebook
    file: str
    findings: list[Finding] = field(default_factory=list)
    listed: list[Listed] = field(default_factory=list)

    def check_columns(self) -> None:
        held = self.table.column_names
        for name in self.codebook.columns:
            if name not in held:
                near = ", ".join(nearest(name, held, limit=2))
                hint = f"nearest: {near}" if near else ""
                self.tell(
                    "survey.column_missing",
                    Level.ERROR,
                    name,
                    "A column of the codebook is missing",
                    hint=hint,
                )

    def tell(self, check: str, level: Level, found: str, what: str, row: int = 0, **more: str) -> None:
        """A finding; `row` counts respondents from 1, so that the file's row is one more."""
        column = self.table.column_names.index(found) + 1 if row and found in self.table.column_names else 0
        at = At(self.file, "", row + 1 if row else 0, column)
        self.findings.append(finding(check, level, at, what, found=found, **more))

    def _coded(self, column: str, code: Callable[[Any], Any]) -> tuple[list[Any], np.ndarray[Any, Any]]:
        """Distinct values of a column coded once, and which of them each row has (-1: blank)."""
        if column not in self.table.column_names:
            return [], np.full(self.table.num_rows, -1)
        encoded = self.table[column].combine_chunks().dictionary_encode()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.combine_chunks()
        places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        return [code(value) for value in encoded.dictionary.to_pylist()], places

    def texts(self, column: str) -> pd.Series:
        """A column as texts, missing where blank."""
        values, places = self._coded(column, as_text)
        return _spread(values, places, "str")

    def units(self, names: UnitNames) -> pd.Series:
        """Unit ids of the rows; unknown and ambiguous names are told once each."""
        book = self.codebook
        if book.unit_name:
            found = names.find(book.unit_set, book.unit_name).unit_id
            if found is None:
                self.tell("survey.unknown_unit", Level.ERROR, book.unit_name, "The unit is not known")
            return pd.Series([found] * self.table.num_rows, dtype="str")
        raw, places = self._coded(book.unit, as_text)
        matches = [names.find(book.unit_set, text) if text else None for text in raw]
        for place, match in enumerate(matches):
            if match is not None and match.unit_id is None:
                rows = np.flatnonzero(places == place)
                near = ", ".join(match.near or match.candidates)
                # A name of no unit may be a person's that slid into the column: it is not repeated.
                told = {"found": named(rows + 1), "hint": f"nearest known: {near}" if near else ""}
                self._tell_rows("survey.unknown_unit", (book.unit, rows), "The unit is not known", told)
        blank = np.flatnonzero(places < 0)
        if len(blank) and book.unit in self.table.column_names:
            told = {"found": named(blank + 1), "expected": "n = 0"}
            self._tell_rows("survey.no_unit", (book.unit, blank), "Rows name no unit", told)
        return _spread([m.unit_id if m else None for m in matches], places, "str")

    def _tell_rows(
        self, check: str, cells: tuple[str, np.ndarray[Any, Any]], what: str, more: Mapping[str, str]
    ) -> None:
        """An error in cells of a column, placed at the first; every row (places from 0) is listed."""
        column, rows = cells
        at = At(self.file, "", int(rows[0]) + 2, self.table.column_names.index(column) + 1)
        self.listed.append(Listed(check, column, rows + 1))
        self.findings.append(finding(check, Level.ERROR, at, what, **more))

    def weights(self) -> pd.Series:
        """Weights of the rows; 1 where the design has none. Missing, zero and negative ones are errors."""
        column = self.codebook.weight
        if not column:
            return pd.Series(np.ones(self.table.num_rows))
        values, places = self._coded(column, as_number)
        weights = _spread(values, places, "float64")
        wrong = np.flatnonzero(~((weights > 0) & np.isfinite(weights)))
        if len(wrong) and column in self.table.column_names:
            told = {"found": named(wrong + 1), "expected": "> 0"}
            self._tell_rows("survey.weight", (column, wrong), "Weights are missing or not above zero", told)
        return weights

    def item(self, item: Item) -> pd.Series:
        """Codes of one item; impossible ones are told with how many there are, and missing in the frame."""
        scale = self.codebook.scales[item.scale]
        read = _reader(scale)
        values, places = self._coded(item.column, read)
        if item.column in self.table.column_names:
            self._impossible(item, values, places)
        return _spread([None if value is _IMPOSSIBLE else value for value in values], places, "Int16")

    def _impossible(self, item: Item, values: list[Any], places: np.ndarray[Any, Any]) -> None:
        bad = [place for place, value in enumerate(values) if value is _IMPOSSIBLE]
        rows = np.flatnonzero(np.isin(places, bad))
        if not len(rows):
            return
        raw = self.table[item.column].combine_chunks()
        texts = (as_text(raw[int(row)].as_py()) or "" for row in rows[:200])
        shown = dict.fromkeys(text for text in texts if len(text) <= LONGEST_CODE)
        scale = self.codebook.scales[item.scale]
        known = ", ".join(map(str, (*scale.codes, *scale.dont_know, *scale.refused)))
        codes = ", ".join(list(shown)[:MOST_NAMED])
        found = "; ".join(part for part in (codes, named(rows + 1)) if part)
        told = {"found": found, "expected": known, "hint": f"{len(rows)} rows of {item.column}"}
        self._tell_rows("survey.impossible_code", (item.column, rows), "An answer is not on its scale", told)

    def profile(self, profile: Profile) -> pd.Series:
        """Classes of one trait; values the codebook does not know are missing, and told."""
        classes = {fold(text): kind for text, kind in profile.values.items()}
        values, places = self._coded(profile.column, lambda value: classes.get(fold(as_text(value) or "")))
        nowhere = [place for place, value in enumerate(values) if value is None]
        rows = np.flatnonzero(np.isin(places, nowhere))
        if len(rows):
            what, hint = "Values of a trait are in no class", named(rows + 1)
            self.listed.append(Listed("survey.profile_unknown", profile.column, rows + 1))
            self.tell("survey.profile_unknown", Level.NOTE, profile.column, what, hint=hint)
        return _spread(values, places, "str")


_IMPOSSIBLE: Final = object()


def _spread(values: list[Any], places: np.ndarray[Any, Any], kind: str) -> pd.Series:
    """The value of every row from the distinct ones; missing where a row has none."""
    pool = pd.Series([*values, None], dtype=kind)
    return pool.take(np.where(places < 0, len(values), places)).reset_index(drop=True)


def as_text(value: Any) -> str | None:
    """A cell as text: whole numbers without ".0", blank for nothing."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(str(value).split()) or None if value is not None else None


def as_number(value: Any) -> float | None:
    """A cell as a number, with a point or a comma; None for anything else."""
    text = (as_text(value) or "").replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def _reader(scale: Scale) -> Callable[[Any], Any]:
    """How one cell of an item is read: a code or a label of the scale, else impossible."""
    labels = {fold(text): code for text, code in scale.labels.items()}
    known = {**{code: code for code in scale.codes}, **dict.fromkeys(scale.dont_know, DONT_KNOW)}
    known |= dict.fromkeys(scale.refused, REFUSED)

    def read(value: Any) -> Any:
        text = as_text(value)
        if text is None:
            return None
        code = int(text) if text.lstrip("-").isdecimal() else labels.get(fold(text))
        return known.get(code, _IMPOSSIBLE) if code is not None else _IMPOSSIBLE

    return read


def on_scale(scale: Scale) -> Callable[[Any], bool]:
    """Whether a cell is a code or a label of the scale."""
    read = _reader(scale)
    return lambda value: read(value) is not _IMPOSSIBLE
