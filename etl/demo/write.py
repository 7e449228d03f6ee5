"""Writes the simulated pack: a data folder, definitions, files to practise importing with, its release."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from etl.build import Material, load_material
from etl.definitions import META_FILE
from etl.demo.framework import Leaf, component_rows, leaves, meta_yaml, view_rows
from etl.demo.growth import Growth, commune_rows, copy_index, longer
from etl.demo.microdata import answers, dossiers
from etl.demo.plan import Plan
from etl.demo.scorecards import Key, Scorecard, known_totals, scorecard, totals, with_sums
from etl.demo.tables import read_rows, write_rows
from etl.facts import fact_rows, typed_facts, unit_names
from etl.filekinds import IN_USE, KINDS, SIMULATED
from etl.settings import Settings
from etl.survey.codebook import Codebook, Item, find_codebook
from indices.framework import Framework

SOURCE = "MP001"
KEPT = ("reference", "mappings", "codebooks", "vocabulary")
UNIT_SET = "63"
AS_PLANNED = Growth()


@dataclass(frozen=True)
class Demo:
    """Where the simulated pack was written, and how many rows of each kind it has."""

    settings: Settings
    files: Path
    rows: dict[str, int]


def settings_of(folder: Path) -> Settings:
    """The settings of a simulated installation under `folder`."""
    data = folder / "data"
    return Settings(
        data_dir=data,
        definitions_dir=folder / "definitions",
        releases_dir=folder / "releases",
        imports_dir=folder / "imports",
    )


def write_demo(plan: Plan, real: Settings, folder: Path, growth: Growth = AS_PLANNED) -> Demo:
    """Write everything but the release under `folder`, which is emptied first.

    `real`: the pack whose units, names and published totals are taken. `growth`: how much larger than
    planned. Raises a DataError when the pack is wrong.
    """
    maker = _Maker(longer(plan, growth.years), load_material(real, imports=()), real, settings_of(folder))
    shutil.rmtree(folder, ignore_errors=True)
    maker.copy()
    maker.definitions()
    maker.settle(growth.communes)
    counts = maker.scores()
    for number in range(2, growth.indices + 1):
        counts[copy_index(plan, maker.target, number)] = counts[plan.index]
    counts |= maker.files(folder / "files")
    return Demo(maker.target, folder / "files", counts)


class _Maker:
    """The steps; every draw comes from one seeded generator, so that the same plan makes the same pack."""

    def __init__(self, plan: Plan, material: Material, real: Settings, target: Settings) -> None:
        self.plan, self.material, self.real, self.target = plan, material, real, target
        self.draw = np.random.default_rng(plan.seed)
        names = unit_names(material.pack)
        rows = fact_rows(material.pack, names)
        self.facts = typed_facts(rows[rows["use"].isin(IN_USE)])
        provinces = material.pack["provinces"]
        kept = provinces[
            (provinces["unit_set"] == UNIT_SET) & (provinces["valid_to"] == provinces["valid_to"].max())
        ]
        self.units = dict(zip(kept["unit_id"], kept["name_vi"], strict=True))
        self.leaves: list[Leaf] = leaves(plan.framework)
        self.like: Framework = next(f for f in material.registry.frameworks if f.id == plan.framework.like)
        self.satisfied: dict[Key, float] = self._satisfied()
        self.cards: dict[Key, Scorecard] = self._cards()
        self.own: list[str] = []

    def _satisfied(self) -> dict[Key, float]:
        about, known = self.plan.satisfaction_survey, known_totals(self.facts, self.plan.satisfaction)
        made = {}
        for year in dict.fromkeys([*self.plan.framework.years, *about.years]):
            for unit in self.units:
                drawn = float(np.clip(self.draw.normal(about.mean, about.spread), 60, 97))
                made[unit, year] = known.get((unit, year), round(drawn, 2))
        return made

    def _cards(self) -> dict[Key, Scorecard]:
        about, years = self.plan.scores, self.plan.framework.years
        known = known_totals(self.facts, self.plan.index)
        wanted = totals(list(self.units), years, known, about, self.draw)
        return {
            key: scorecard(self.leaves, total, self.satisfied[key], about, self.draw)
            for key, total in wanted.items()
        }

    def copy(self) -> None:
        """Reference tables and what helps to import, as they are; the other frameworks too."""
        for name in KEPT:
            shutil.copytree(self.real.data_dir / name, self.target.data_dir / name)
        taken = [f.id for f in self.material.registry.frameworks if f.index == self.plan.index]
        shutil.copytree(
            self.real.definitions_dir, self.target.definitions_dir, ignore=shutil.ignore_patterns(*taken)
        )
        themes = self.target.data_dir / "reference/themes.csv"
        for path in [*self.target.definitions_dir.glob("*.csv"), themes]:
            self._without_index(path)

    def _without_index(self, path: Path) -> None:
        """Rows that speak of the frameworks left out; the list of indices stays whole."""
        rows = read_rows(path)
        if rows and "order" not in rows[0]:
            write_rows(
                path, list(rows[0]), [row for row in rows if row.get("index_code") != self.plan.index] or []
            )

    def definitions(self) -> None:
        """The folder of the simulated framework."""
        plan, folder = self.plan.framework, self.target.definitions_dir / self.plan.framework.id
        folder.mkdir(parents=True)
        meta = yaml.safe_load((self.real.definitions_dir / plan.like / META_FILE).read_text(encoding="utf-8"))
        (folder / META_FILE).write_text(meta_yaml(plan, meta), encoding="utf-8")
        header = list(read_rows(self.real.definitions_dir / plan.like / "components.csv")[0])
        rows = component_rows(plan, self.like, self.plan.satisfaction)
        header += [name for name in rows[0] if name not in header]
        write_rows(folder / "components.csv", header, rows)
        write_rows(folder / "views.csv", ["view", "parent", "code", "weight"], view_rows(plan, self.like))

    def settle(self, communes: int) -> None:
        """Add made-up communes to the units of the province whose internal index is simulated."""
        path = self.target.data_dir / "reference/units.csv"
        rows = read_rows(path)
        rows += commune_rows(self.plan.internal_units.communes, self._owner(), communes)
        write_rows(path, list(rows[0]), rows)
        self.own = [row["name_vi"] for row in rows if row["province_unit_id"] == self._owner()]

    def _owner(self) -> str:
        wanted = self.plan.internal_units.province
        return str(next(unit for unit, name in self.units.items() if name == wanted))

    def scores(self) -> dict[str, int]:
        """Score, publication and source files; how many rows of each index."""
        pack = self.material.pack
        cited = pack["sources"][pack["sources"]["source_id"].isin(pack["population"]["source_id"])]
        source = {"source_id": SOURCE, "trust": SIMULATED, **self.plan.source}
        write_rows(
            self.target.data_dir / "sources/sources.csv", _header("sources"), [source, *records(cited)]
        )
        return {
            self.plan.index: self._write_scores(self.plan.index, self._par_rows()),
            self.plan.satisfaction: self._write_scores(self.plan.satisfaction, self._satisfaction_rows()),
            self.plan.internal: self._write_scores(self.plan.internal, self._internal_rows(), "units"),
        }

    def _write_scores(self, index: str, rows: Iterable[Mapping[str, Any]], unit_set: str = UNIT_SET) -> int:
        folder, count = self.target.data_dir / "sources" / index, 0
        frame = pd.DataFrame(list(rows)).fillna("").assign(unit_set=unit_set, source_id=SOURCE)
        for year, group in frame.groupby("year"):
            write_rows(folder / f"scores_{year}.csv", _header("scores"), records(group))
            count += len(group)
        told = [
            {
                "year": year,
                "unit_set": unit_set,
                "n_units": group["unit"].nunique(),
                "complete": 1,
                "publishes_rank": 0,
                "source_id": SOURCE,
            }
            for year, group in frame.groupby("year")
        ]
        write_rows(folder / "publication.csv", _header("publication"), told)
        return count

    def _par_rows(self) -> Iterable[dict[str, Any]]:
        rows = component_rows(self.plan.framework, self.like, self.plan.satisfaction)
        parents = {row["code"]: row["parent"] for row in rows}
        sources = {
            row["code"]: row["parent"]
            for row in view_rows(self.plan.framework, self.like)
            if row["parent"] != self.plan.index
        }
        for (unit, year), card in self.cards.items():
            points = with_sums(self.leaves, card.leaves, parents)
            by_source = with_sums(self.leaves, card.leaves, sources)
            for code, value in {**by_source, **points}.items():
                own = f"{card.own[code]:.2f}" if code in card.own else ""
                yield {
                    "year": year,
                    "unit": self.units[unit],
                    "component": code,
                    "score": f"{value:.2f}",
                    "self_score": own,
                }

    def _satisfaction_rows(self) -> Iterable[dict[str, Any]]:
        for year in self.plan.satisfaction_survey.years:
            for unit, name in self.units.items():
                yield {
                    "year": year,
                    "unit": name,
                    "component": self.plan.satisfaction,
                    "score": f"{self.satisfied[unit, year]:.2f}",
                }

    def _internal_rows(self) -> Iterable[dict[str, Any]]:
        about = self.plan.internal_units
        top, part = self.plan.internal, self._part_of(self.plan.internal)
        for year in about.years:
            for name in self.own:
                most = float(self.draw.choice(about.maxima))
                points = round(float(self.draw.uniform(0.72, 0.97)) * most, 2)
                unit = f"{about.province} › {name}"
                yield {
                    "year": year,
                    "unit": unit,
                    "component": part,
                    "score": f"{points:.2f}",
                    "max_score": f"{most:g}",
                }
                yield {"year": year, "unit": unit, "component": top, "score": f"{100 * points / most:.2f}"}

    def _part_of(self, index: str) -> str:
        framework = next(f for f in self.material.registry.frameworks if f.index == index)
        return next(component.code for component in framework.components if component.parent == index)

    def files(self, folder: Path) -> dict[str, int]:
        """Files to practise importing with: answers of the last year, dossiers."""
        folder.mkdir(parents=True)
        about = self.plan.satisfaction_survey
        book = with_overall(find_codebook(self.target, about.codebook), about.overall.item)
        satisfied = {unit: self.satisfied[unit, about.years[-1]] for unit in self.units}
        asked = answers(book, satisfied, self.units, about, self.draw)
        asked.to_parquet(folder / "survey.parquet", index=False)
        told = book.model_dump(mode="json", exclude_defaults=True)
        told |= {
            "name": f"{book.name}_demo",
            "year": about.years[-1],
            "source": {**self.plan.source, "trust": SIMULATED},
        }
        (folder / "survey.yaml").write_text(
            yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8"
        )
        made = dossiers(self.plan.dossiers, self._dossier_units(), self.draw)
        made.to_csv(folder / "dossiers.csv", index=False, encoding="utf-8")
        return {"answers": len(asked), "dossiers": len(made)}

    def _dossier_units(self) -> dict[str, Sequence[str]]:
        names = list(self.material.pack["units"]["name_vi"].drop_duplicates())
        return {level: names[place::3][:12] for place, level in enumerate(self.plan.dossiers.levels)}


def with_overall(book: Codebook, told: Mapping[str, str]) -> Codebook:
    """A codebook with a question about everything, first in the form."""
    item = Item.model_validate(told)
    return book.model_copy(update={"items": (item, *book.items), "overall": item.code})


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a frame by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _header(kind: str) -> list[str]:
    return list(next(k.header for k in KINDS if k.name == kind))
