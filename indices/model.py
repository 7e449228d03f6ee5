"""The vocabulary of a framework: closed lists, and the frozen records that definition files are read into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LEVELS: Final = (
    "index", "field", "criterion", "sub_criterion", "source_group", "sub_index", "dimension", "sub_dimension",
    "indicator", "part", "policy", "factor", "item", "group", "pillar", "main_indicator",
)  # fmt: skip
RAW_LEVELS: Final = frozenset({"indicator", "item"})
SOURCE_TYPES: Final = (
    "", "derived", "appraised", "survey", "statistics", "sipas", "perception", "hard",
)  # fmt: skip
STATUSES: Final = ("proven", "inferred", "approximate", "unknown")
DIRECTIONS: Final = ("+", "-")
MAIN_VIEW: Final = "main"

YES_OR_BLANK: Final = ("", "1")

Missing = Literal["refuse", "renormalise"]
Imputation = Literal["", "mean", "median", "group_mean", "group_median"]
UnitGroups = Literal["", "region_code", "bloc"]
# Whether stored ranges are pooled, and over what: the years of the framework, or all years of the index.
Pooled = Literal["", "framework", "index"]
Ties = Literal["min", "dense", "max"]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Record):
    """A name in both languages of the product."""

    vi: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Notes(_Record):
    """Free text in both languages; either may be empty."""

    vi: str = ""
    en: str = ""


class Decision(_Record):
    """The document that sets a framework. `date` is ISO text, or None when not known."""

    number: str = ""
    date: str | None = None


class Scale(_Record):
    """Range and unit of the total, and the decimals it is shown with."""

    min: float
    max: float
    unit: Literal["points", "percent", "ratio"]
    decimals: int = Field(ge=0, le=6)


class Ranking(_Record):
    """Units are ranked on values rounded to `precision` decimals (None: full); ties within `tolerance`."""

    precision: int | None = None
    ties: Ties = "min"
    tolerance: float = Field(default=1e-9, ge=0)
    headline: Literal["rank", "group"] = "rank"


class Cut(_Record):
    """A group of units: from this score or percentile upwards; for `ranks` down to this rank. Best first."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    code: str = Field(min_length=1)
    name: Names
    start: float = Field(alias="from")


class Groups(_Record):
    """How totals fall into groups: by the rules of groups.py, or `none`."""

    rule: Literal["fixed", "percentiles", "ranks", "sizes", "none"] = "none"
    cuts: tuple[Cut, ...] = ()


class Outliers(_Record):
    """When an indicator counts as having outliers: both limits passed. `points`: the most set to the next."""

    skew: float = Field(default=2.0, gt=0)
    kurtosis: float = Field(default=3.5, gt=0)
    points: int = Field(default=5, ge=0)


class Preparation(_Record):
    """What is done to the leaves before they are scored; nothing unless a framework asks for it.

    `impute`: a policy of missing.py that fills gaps, over the units of one set or, for the grouped ones, of
    one group of `groups`. `coverage`: units with a smaller part of the leaves are left out. `outliers`: treat
    them (outliers.py) within these limits.
    """

    impute: Imputation = ""
    groups: UnitGroups = ""
    coverage: float = Field(default=0.0, ge=0, le=1)
    outliers: Outliers | None = None

    @model_validator(mode="after")
    def _groups_fit(self) -> Preparation:
        if self.impute.startswith("group_") != bool(self.groups):
            raise ValueError("groups go with a grouped imputation, and only with one")
        return self

    @property
    def asked(self) -> bool:
        """Whether anything is to be done at all."""
        return bool(self.impute or self.outliers or self.coverage)


class Component(_Record):
    """One row of components.csv: a node of the tree in the years it names. None = not known.

    From `log` on the columns are optional: how the component is brought to a scale (see scale.py),
    `denominator`, the code of the leaf that its figure is divided by first, `feed`, the index whose total of
    the same unit and year makes the score (the same share of the maximum), and `pooled_as`, under which
    components of several years are one indicator where ranges are pooled (blank: under their name).
    """

    code: str
    parent: str = ""
    level: str
    name_vi: str
    name_en: str
    min_score: float | None = None
    max_score: float | None = None
    weight: float | None = None
    direction: str = "+"
    normalise: str = ""
    ref_min: float | None = None
    ref_max: float | None = None
    rule: str = ""
    factor: float | None = None
    offset: float | None = None
    span: float | None = None
    source_type: str = ""
    status: str = "unknown"
    years: tuple[int, ...] = ()
    note: str = ""
    log: str = ""
    cap: str = ""
    target: float | None = None
    threshold: float | None = None
    floor: float | None = None
    reference: str = ""
    bands: str = ""
    range_min: float | None = None
    range_max: float | None = None
    denominator: str = ""
    feed: str = ""
    pooled_as: str = ""
    row: int = 0


class Parameter(_Record):
    """One row of parameters.csv: numbers of one component in one year, which override components.csv."""

    year: int
    code: str
    weight: float | None = None
    ref_min: float | None = None
    ref_max: float | None = None
    slope: float | None = None
    intercept: float | None = None
    proof: str = ""
    max_error: float | None = None
    target: float | None = None
    threshold: float | None = None
    row: int = 0


class ViewEdge(_Record):
    """One row of views.csv: `code` is a child of `parent` there (weight None: as in components.csv)."""

    view: str
    parent: str
    code: str
    weight: float | None = None
    row: int = 0


@dataclass(frozen=True)
class RawDefinition:
    """A definition folder as read, before any checking: the YAML mapping and the tables as text."""

    folder: str
    meta: dict[str, Any]
    components: list[dict[str, str]] = field(default_factory=list)
    views: list[dict[str, str]] = field(default_factory=list)
    parameters: list[dict[str, str]] = field(default_factory=list)
