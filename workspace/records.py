"""What people may write, checked: one model for each kind of row. Text is cleaned, never interpreted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
)

from workspace.errors import Fault, InvalidError
from workspace.models import (
    ADDRESS,
    LINE,
    NAME,
    Assignment,
    Briefing,
    Cause,
    Comment,
    Evidence,
    Progress,
    Row,
    Saved,
)

PARAGRAPH = 8000  # characters of one text; a cell of a workbook holds 32 767
SCHEMES = ("http://", "https://")
# Control characters but tab and line feed: XML and PostgreSQL refuse them. Half a surrogate is no character.
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def cleaned(value: object) -> object:
    """Text in one form of Unicode (NFC) with plain line ends, no control characters and no blank ends."""
    if not isinstance(value, str):
        return value
    plain = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", CONTROL.sub("", plain)).strip()


def one_line(value: object) -> object:
    """Cleaned text on one line."""
    found = cleaned(value)
    return " ".join(found.split()) if isinstance(found, str) else found


Name = Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=NAME)]
Line = Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=LINE)]
Paragraph = Annotated[str, BeforeValidator(cleaned), Field(min_length=1, max_length=PARAGRAPH)]
ParagraphOrNone = Annotated[str, BeforeValidator(cleaned), Field(max_length=PARAGRAPH)]
DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def day_typed(value: object) -> object:
    """A day as people here type it, 31/12/2000, as a machine writes it."""
    found = DAY.fullmatch(value.strip()) if isinstance(value, str) else None
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else value


NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?")


def number_typed(value: object) -> object:
    """A number as people here type it, 7,5 or 7.5, as a machine writes it; blank means none."""
    if not isinstance(value, str):
        return value
    plain = value.strip()
    return (plain.replace(",", ".") if NUMBER.fullmatch(plain) else plain) or None


Amount = Annotated[float, Field(allow_inf_nan=False, ge=0, le=1_000_000)]
Points = Annotated[Amount | None, BeforeValidator(number_typed)]
Day = Annotated[date, BeforeValidator(day_typed)]
Year = Annotated[int, Field(ge=1000, le=9999)]


class Record(BaseModel):
    """What a person writes in one row. `ROW` is its table, `FROZEN` says that it never changes once made,
    `UNIQUE` names values that no two rows share while both are live."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ROW: ClassVar[type[Row]]
    FROZEN: ClassVar[bool] = False
    UNIQUE: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def table(cls) -> str:
        """Name of the kind of row, which is that of its table."""
        return str(cls.ROW.__tablename__)

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """The record of these values; raises InvalidError with every fault."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise InvalidError(cls.table(), [_fault(one) for one in error.errors()]) from None

    @classmethod
    def of(cls, row: Row) -> Self:
        """What stands in a row, without its version and dates."""
        return cls.model_construct(**{name: getattr(row, name) for name in cls.model_fields})

    def values(self) -> dict[str, Any]:
        """What it says as JSON has it, dates as 2000-12-31: for history and comparison."""
        return self.model_dump(mode="json")

    def parents(self) -> list[tuple[str, str]]:
        """(kind, id) of the rows that must stand before this one can."""
        return []


# Pydantic's kinds of errors, by how they begin, as the few kinds that a screen tells.
FAULTS = {
    "too_short": "missing",
    "string_too_short": "missing",
    "missing": "missing",
    "too_long": "long",
    "string_too_long": "long",
    "string_pattern": "form",
    "string": "text",
    "literal": "choice",
    "int": "number",
    "float": "decimal",
    "finite": "decimal",
    "greater": "range",
    "less": "range",
    "date": "date",
    "extra": "unknown",
    "value_error": "address",
}


def _fault(error: Mapping[str, Any]) -> Fault:
    """Pydantic's error as a fault of one field."""
    code = next((told for start, told in FAULTS.items() if error["type"].startswith(start)), error["type"])
    return Fault(".".join(map(str, error["loc"])), code, str(error.get("input", ""))[:LINE])


class AboutRecord(Record):
    """A record about one criterion of one unit in one year."""

    unit_id: Name
    index_code: Name
    component_code: Name
    year: Year


class CauseRecord(AboutRecord):
    """A cause, as somebody sees it."""

    ROW = Cause
    kind: Literal["objective", "subjective"]
    text: Paragraph


class AssignmentRecord(AboutRecord):
    """Work handed out. Who, what and until when must stand; the rest of the "6 rõ" may follow."""

    ROW = Assignment
    target: ParagraphOrNone = ""
    target_value: Points = None
    task: Paragraph
    lead: Line
    partners: ParagraphOrNone = ""
    deadline: Day
    product: ParagraphOrNone = ""
    authority: ParagraphOrNone = ""
    status: Literal["open", "done", "stopped"] = "open"


class ProgressRecord(Record):
    """A report on an assignment."""

    ROW = Progress
    assignment_id: Name
    day: Day
    percent: Annotated[int, Field(ge=0, le=100)]
    text: Paragraph

    def parents(self) -> list[tuple[str, str]]:
        """Its assignment."""
        return [(Assignment.__tablename__, self.assignment_id)]


class EvidenceRecord(Record):
    """A document that bears a report out; its address opens in a browser, so only the web's are taken."""

    ROW = Evidence
    progress_id: Name
    title: Line
    address: Annotated[str, BeforeValidator(one_line), Field(min_length=1, max_length=ADDRESS)]

    @field_validator("address")
    @classmethod
    def of_the_web(cls, value: str) -> str:
        """Refuse what a browser would run, such as javascript:."""
        if not value.lower().startswith(SCHEMES) or " " in value:
            raise ValueError("address")
        return value

    def parents(self) -> list[tuple[str, str]]:
        """Its report."""
        return [(Progress.__tablename__, self.progress_id)]


class CommentRecord(Record):
    """A remark on a row of another kind."""

    ROW = Comment
    about_kind: Literal["cause", "assignment", "progress", "evidence", "saved", "briefing"]
    about_id: Name
    text: Paragraph

    def parents(self) -> list[tuple[str, str]]:
        """The row it is about."""
        return [(self.about_kind, self.about_id)]


class SavedRecord(Record):
    """A scenario or a view under a name."""

    ROW = Saved
    UNIQUE = ("kind", "name")
    kind: Literal["scenario", "view"]
    name: Name
    path: Annotated[str, BeforeValidator(one_line), Field(pattern="^/[a-z0-9-]*$", max_length=NAME)]
    query: ParagraphOrNone = ""
    release_id: Name


class BriefingRecord(Record):
    """A briefing as it was issued."""

    ROW = Briefing
    FROZEN = True
    unit_id: Name
    year: Year
    indices: Line
    release_id: Name
    title: Line
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    content: JsonValue


RECORDS: dict[str, type[Record]] = {
    record.ROW.__tablename__: record
    for record in (
        CauseRecord,
        AssignmentRecord,
        ProgressRecord,
        EvidenceRecord,
        CommentRecord,
        SavedRecord,
        BriefingRecord,
    )
}
