"""One decision of a proposal: what was decided, how sure it is, and why, for people and for screens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

# Below it a person must confirm or give the value.
SURE: Final = 0.6
# Nothing that was guessed is certain; only what a person said is.
MOST: Final = 0.98

# Why, by key: the sentence in English. Screens translate the key and fill in the same facts.
REASONS: Final[dict[str, str]] = {
    "said": "given by the person",
    "none": "nothing in the file says it",
    "index.names": "{index} is named in {places}; {matched} of {columns} columns fit its components",
    "index.fit": "no name of an index stands in the file; {matched} of {columns} columns fit {index}",
    "index.contested": "{index} and {second} both fit: {matched} and {second_matched} columns",
    "year.stated": "{year} stands in {places}",
    "year.contested": "{places} say {years}",
    "year.sheets": "the names of the sheets say their years",
    "year.column": "column {column} holds the years {years}",
    "framework.covers": "{framework} covers {year}",
    "framework.only": "the only framework of {index}",
    "framework.best": "of {count} frameworks of {index}, {framework} fits most columns; the year decides",
    "framework.none_for_year": "no framework of {index} covers {year}; {framework} is the newest",
    "framework.other_fits": "{framework} covers {year}, but {other} fits more columns",
    "unit_set.more": "{units} different units fit the set {unit_set}, {other} the next",
    "unit_set.whole": "all {units} units of the set {unit_set} and no other",
    "unit_set.year": "the names are in several sets; in {year} the set {unit_set} was in force",
    "unit_set.open": "the names are in several sets and nothing says which",
    "source.publisher": "the file does not say who published it; {publisher} publishes {index}",
    "source.stated": "{publisher} is named in {places}",
    "layout.wide": "units stand in the rows, figures in the columns",
    "layout.long": "a unit stands in several rows; column {column} tells them apart",
    "layout.pairs": "{count} columns of units, each with figures of its own",
    "layout.annex": "criteria stand in the rows of one unit",
    "layout.blocks": "{count} units each head a block of criteria",
    "layout.across": "units stand across the columns; no layout reads that: turn the table",
    "layout.none": "no column holds names of units and no column holds criteria",
    "header.rows": "{count} rows of headers above the first unit",
    "header.words": "{count} rows of headers above the first unit; {words} are known words",
    "header.missing": "no row of headers stands above the figures",
    "header.bare": "figures in {figures} have no header: the headers may have moved",
    "header.shifted": "columns {headed} have a header and no figures, {figures} figures and no header",
    "rows.units": "{units} units in {rows} rows",
    "rows.unknown": "{units} units in {rows} rows; {count} cells are no known unit: {names}",
    "rows.repeated": "{units} units in {rows} rows; {names} stand more than once",
    "rows.second": "after these rows a second table begins, which is not read",
    "unit.names": "{matched} of {rows} cells are names of units",
    "unit.same": "{matched} of {rows} cells are names of units; {others} name the same",
    "unit.contested": "columns {others} name other units in the same rows",
    "unit.inside": "{unit} is named in {places}",
    "unit.several": "{places} name different units",
    "unit.headings": "{units} units head {count} blocks",
    "components.all": "all {count} texts are components of the framework",
    "components.lost": "{matched} of {count} texts are components of the framework; unknown: {names}",
    "components.maxima": "{count} maxima differ from those of the framework: {names}",
    "unit_of": "the units are those of {unit}",
    "unit_of.open": "units of these names are known in {names}",
    "sets.told": "told by the names beside them: {names}",
    "sets.dropped": "rows with {names} name no units and are left out",
    "skip.words": "{names} are no units",
    "column.name": "the header says {name}",
    "column.code": "the header holds the code {code}",
    "column.total": "the header says the total",
    "column.only_score": "the only column of scores",
    "column.sheet": "the name of the sheet says {name}",
    "column.alias": "the header says whose points they are; {code} holds such, if the decision divides so",
    "column.not_every_year": "{code} is no component in {years}",
    "column.near": "the header is near {name}; next is {second}",
    "column.contested": "{others} may be the same component",
    "column.code_against_name": "the code {code} and the name {name} disagree",
    "column.nameless": "the only column of scores without a name; it may be the total",
    "column.role": "the header says {role}",
    "column.roles": "several columns say {role}",
    "column.over_maximum": "{count} criteria have more points than their maximum",
    "column.rank_agrees": "the ranks follow the scores of column {column}",
    "column.rank_beside": "stands beside the scores of column {column}",
    "column.rank_differs": "the ranks do not follow the scores of column {column}",
    "column.outside": "values from {low} to {high} lie outside {least} to {most}",
    "column.factor": "values from {low} to {high} of at most {most}: times {factor}",
    "column.scale_open": "values from {low} to {high} of at most {most}: points or shares cannot be told",
    "column.percent_open": "percents, and the maximum of the component is not known",
    "column.shifted": "headers and figures of this table may be shifted",
    "unread.raw": "{count} columns hold raw indicators, which are read by a mapping of their own",
    "unread.unknown": "{count} columns of figures fit no component: {names}",
    "numbers.ambiguous": "how decimals are written cannot be told: {sample}",
    "sheet.read": "{count} columns are read",
    "sheet.hidden": "the sheet is hidden",
    "sheet.covered": "the same figures stand in {others}",
    "sheet.differs": "its components stand in {others} too, but figures differ, as in {cell}",
    "sheet.nothing": "no column fits a component",
}  # fmt: skip


@dataclass(frozen=True)
class Decision:
    """What was decided. `what`: index, year, layout, column ...; `value`: blank when nothing could be.

    `confidence`: 0 to 1; below SURE a person must confirm. `reason`: a key of REASONS, filled with `facts`.
    `sheet`, `column` (a letter): what it is about; blank for the whole file.
    """

    what: str
    value: str
    confidence: float
    reason: str
    facts: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    column: str = ""

    @property
    def sure(self) -> bool:
        """Whether the decision can stand without a person."""
        return bool(self.value) and self.confidence >= SURE

    @property
    def why(self) -> str:
        """The reason as a sentence in English."""
        return REASONS[self.reason].format(**self.facts)

    def as_json(self) -> dict[str, Any]:
        """Plain values, with the reason as a sentence too."""
        told = asdict(self) | {"facts": dict(self.facts), "confidence": round(self.confidence, 2)}
        return told | {"sure": self.sure, "why": self.why}


def decide(what: str, value: object, confidence: float, reason: str, **facts: object) -> Decision:
    """A decision, with facts as texts; `sheet` and `column` among them say what it is about too."""
    texts = {name: str(fact) for name, fact in facts.items()}
    limited = max(0.0, min(confidence, MOST if reason != "said" else 1.0))
    place = {"sheet": texts.get("sheet", ""), "column": texts.get("at", "")}
    return Decision(what, str(value), limited, reason, texts, **place)
