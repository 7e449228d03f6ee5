"""A codebook: which columns of a survey file are items, on which scale, whose weights and strata.

Shipped ones lie in data/codebooks/, those that people write beside their imports.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from etl.intake.mapping_file import NAME, SUFFIX, SourceOfFile
from etl.mapping import nearest
from etl.plain_yaml import loaded
from etl.settings import Settings
from indices.errors import Problem, SourceError

FOLDER = "codebooks"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Scale(_Strict):
    """The answers an item may have: `codes`, from worst to best; `satisfied`, those that count as satisfied;
    `dont_know`, `refused`: answers that are none; `labels`: texts of a file -> code (accents and case do
    not matter)."""

    codes: tuple[int, ...] = Field(min_length=2)
    satisfied: tuple[int, ...]
    dont_know: tuple[int, ...] = ()
    refused: tuple[int, ...] = ()
    labels: dict[str, int] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _within(self) -> Self:
        known = {*self.codes, *self.dont_know, *self.refused}
        if not set(self.satisfied) <= set(self.codes):
            raise ValueError("satisfied: only codes of the scale")
        if not set(self.labels.values()) <= known:
            raise ValueError("labels: only codes of the scale, of dont_know or refused")
        return self


class Item(_Strict):
    """One question. `component`: the node of the framework it counts for; `code`: its own name."""

    code: str
    column: str
    component: str
    scale: str
    label_vi: str
    label_en: str = ""


class Profile(_Strict):
    """What is known of a respondent in broad classes: `values` texts or codes of the file -> class."""

    name: str
    column: str
    values: dict[str, str]


class Plan(_Strict):
    """What the sample was meant to be: respondents a stratum; a stratum with less than `least` of its plan is
    told."""

    strata: dict[str, int] = Field(default_factory=dict)
    least: float = 0.8


class Codebook(_Strict):
    """A whole codebook.

    `unit`: column with the name of the province or unit, or `unit_name` where the file is of one. `weight`,
    `stratum`, `cluster`: columns of the design, blank where there is none. `respondent`: column that tells
    respondents apart, used to find doubles and never stored. `straight_line`: at least so many answered items
    of one scale that are all alike count as answered without looking. `roll_up`: how items make a component
    for which the framework gives no rule (`mean` of their shares, or all answers `pooled`; blank: not at
    all). `overall`: the item that asks about everything, which the others are to explain; blank: none.
    `goals`: satisfied shares (percent) that it is held against. `least`: figures of fewer respondents are not
    shown.
    """

    name: str = Field(pattern=NAME)
    title_vi: str
    title_en: str = ""
    index: str
    year: int
    unit_set: str = "63"
    unit: str = ""
    unit_name: str = ""
    weight: str = ""
    stratum: str = ""
    cluster: str = ""
    respondent: str = ""
    items: tuple[Item, ...] = Field(min_length=1)
    scales: dict[str, Scale]
    profile: tuple[Profile, ...] = ()
    plan: Plan = Plan()
    straight_line: int = Field(default=10, ge=3)
    roll_up: Literal["", "mean", "pooled"] = ""
    overall: str = ""
    goals: tuple[float, ...] = ()
    least: int = Field(default=10, ge=2)
    source: SourceOfFile
    version: int = 1

    @model_validator(mode="after")
    def _whole(self) -> Self:
        lost = sorted({item.scale for item in self.items} - self.scales.keys())
        if lost:
            raise ValueError(f"items name scales that are not there: {', '.join(lost)}")
        for what in ("code", "column"):
            named = [getattr(item, what) for item in self.items]
            twice = sorted({one for one in named if named.count(one) > 1})
            if twice:
                raise ValueError(f"items share a {what}: {', '.join(twice)}")
        if self.overall and self.overall not in {item.code for item in self.items}:
            raise ValueError("overall: the code of an item")
        if bool(self.unit) == bool(self.unit_name):
            raise ValueError("either unit (a column) or unit_name (the one unit of the file)")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of the file that the codebook names."""
        design = (self.unit, self.weight, self.stratum, self.cluster, self.respondent)
        named = [*design, *(item.column for item in self.items), *(one.column for one in self.profile)]
        return tuple(dict.fromkeys(name for name in named if name))


def codebook_of(content: object, name: str) -> Codebook:
    """The codebook that plain values describe. Raises SourceError naming every field that is wrong."""
    try:
        return Codebook.model_validate(content)
    except ValidationError as error:
        raise SourceError(
            Problem(
                "The codebook is wrong",
                name,
                ".".join(map(str, told["loc"])),
                str(told["input"])[:80],
                told["msg"],
            )
            for told in error.errors()
        ) from error


def load_codebook(path: Path) -> Codebook:
    """The codebook of a file. Raises SourceError."""
    try:
        content = loaded(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError([Problem("The codebook cannot be read", path.name, found=str(error))]) from error
    return codebook_of(content, path.name)


def find_codebook(settings: Settings, name: str) -> Codebook:
    """A codebook by the path of its file or by name, people's own before shipped ones. Raises SourceError."""
    folders = (settings.imports_dir / FOLDER, settings.data_dir / FOLDER)
    tried = [Path(name), *(folder / f"{name}{SUFFIX}" for folder in folders)]
    found = next((path for path in tried if path.is_file()), None)
    if found is None:
        known = sorted({path.stem for folder in folders for path in folder.glob(f"*{SUFFIX}")})
        near = ", ".join(nearest(name, known)) or ", ".join(known)
        raise SourceError([Problem("There is no such codebook", found=name, hint=f"known: {near}")])
    return load_codebook(found)
