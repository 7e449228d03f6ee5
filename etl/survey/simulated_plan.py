"""The plan of simulated respondents: plan.yaml as plain values, and the codebook of what is made by it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import BaseModel, ConfigDict

from etl.facts import fact_rows, typed_facts, unit_names
from etl.filekinds import IN_USE, SIMULATED
from etl.pack import Pack
from etl.survey.codebook import Codebook, codebook_of
from indices.errors import Problem, SourceError

PLAN = Path(__file__).with_name("plan.yaml")
SCALE: Final = {"codes": [1, 2, 3, 4, 5], "satisfied": [4, 5], "dont_know": [9]}


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Published(_Model):
    """Which published figures the answers follow."""

    index: str
    year: int
    unit: str


class Factor(_Model):
    """A factor: how many questions, its name, and how much it drives the overall answer."""

    items: int
    vi: str
    en: str
    drives: float


class Overall(_Model):
    """The question about everything."""

    code: str
    vi: str
    en: str


class Words(_Model):
    """What questions, strata and clusters are called."""

    item: Mapping[str, str]
    stratum: str
    cluster: str


class Variance(_Model):
    """Parts of the variance of an answer; what is left of 1 is the question's own."""

    cluster: float
    general: float
    factor: float

    @property
    def own(self) -> float:
        """Variance that questions do not share."""
        return 1.0 - self.cluster - self.general - self.factor


class Stratum(_Model):
    """How far a stratum lies from the mean, in standard deviations, and its share of the population."""

    shift: float
    share: float


class Plan(_Model):
    """All of it; shares from 0 to 1, `item_range` in percentage points."""

    name: str
    title: Mapping[str, str]
    published: Published
    years: tuple[int, ...]
    unit_set: str
    factors: Mapping[str, Factor]
    words: Words
    overall: Overall
    goals: tuple[float, ...]
    item_range: float
    variance: Variance
    strata: tuple[Stratum, ...]
    clusters: int
    unit_spread: float
    yearly: float
    below: tuple[float, float, float]
    best: float
    blank: float
    dont_know: float
    weight_spread: float
    source: Mapping[str, str]


def load_plan(path: Path = PLAN) -> Plan:
    """The plan of a file."""
    content: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Plan.model_validate(content)


def published_shares(plan: Plan, pack: Pack) -> dict[str, float]:
    """Satisfied share (0-1) of each factor of the plan, as published. Raises SourceError where the pack
    has none in use."""
    about, rows = plan.published, fact_rows(pack, unit_names(pack))
    rows = rows[(rows["unit"] == about.unit) & (rows["index_code"] == about.index)]
    facts = typed_facts(rows[rows["use"].isin(IN_USE) & rows["unit_id"].notna()])
    facts = facts[(facts["year"] == about.year) & facts["published"].notna()]
    held = dict(zip(facts["component_code"], facts["published"], strict=True))
    lost = [code for code in plan.factors if code not in held]
    if lost:
        place, found = f"{about.unit} {about.year}", ", ".join(lost)
        raise SourceError([Problem("Figures to calibrate by are not in the pack", about.index, place, found)])
    return {code: float(held[code]) / 100.0 for code in plan.factors}


def item_codes(plan: Plan) -> dict[str, list[str]]:
    """Codes of the questions of each factor."""
    return {
        code: [f"q{code}_{number}" for number in range(1, factor.items + 1)]
        for code, factor in plan.factors.items()
    }


def simulated_codebook(plan: Plan, year: int) -> Codebook:
    """The codebook of the file of one year, simulated by its source's trust and by its title."""
    codes, word = item_codes(plan), plan.words.item
    items = [
        {"code": item, "column": item, "component": factor, "scale": "five",
         "label_vi": f"{about.vi}, {word['vi']} {place}", "label_en": f"{about.en}, {word['en']} {place}"}
        for factor, about in plan.factors.items() for place, item in enumerate(codes[factor], 1)
    ]  # fmt: skip
    top = plan.overall
    items.append(
        {"code": top.code, "column": top.code, "component": "", "scale": "five",
         "label_vi": top.vi, "label_en": top.en}
    )  # fmt: skip
    told = {
        "name": f"{plan.name}_{year}", "title_vi": f"{plan.title['vi']} {year}",
        "title_en": f"{plan.title['en']} {year}", "index": plan.published.index, "year": year,
        "unit_set": plan.unit_set, "unit": "unit", "stratum": "stratum", "cluster": "cluster",
        "weight": "weight", "respondent": "respondent", "items": items, "scales": {"five": SCALE},
        "overall": top.code, "goals": plan.goals, "roll_up": "mean",
        "source": {**plan.source, "trust": SIMULATED},
    }  # fmt: skip
    return codebook_of(told, plan.name)
