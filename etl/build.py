"""From pack and definitions to a served release: read, check, score, write, publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd

from etl import publish
from etl.content import content_id
from etl.crosschecks import check_facts, make_context
from etl.crossrefs import check_references
from etl.definitions import Definitions, load_definitions
from etl.facts import ENGINE_COLUMNS, fact_rows, typed_facts, unit_names
from etl.filekinds import IN_USE, SUMMED
from etl.lock import only_builder
from etl.pack import Pack, read_pack
from etl.ranges import range_problems
from etl.reconcile import summarise
from etl.settings import Settings
from etl.tables_backcast import backcast_tables
from etl.tables_definitions import definition_tables, with_defined_groups
from etl.tables_reference import reference_tables
from etl.tables_scores import named_scores
from etl.tables_themes import theme_tables
from etl.validate import check_cells
from etl.warehouse.connect import Pointer
from etl.warehouse.schema import SCHEMA_VERSION
from indices.analysis import AnalysisInputs, analyse
from indices.continuity import carried_on
from indices.errors import DefinitionError, Problem, ReleaseError, SourceError
from indices.registry import Registry
from indices.targets import evaluate_targets

Progress = Callable[[str], None]
STEPS = ("definitions", "reading", "checking", "scoring", "writing", "publishing")


@dataclass(frozen=True)
class Built:
    """Outcome of a build. `changed`: the pointer moved. `reused`: the release was on disk already."""

    pointer: Pointer
    changed: bool
    reused: bool
    rows: dict[str, int] = field(default_factory=dict)
    removed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """Definitions and pack that passed every check."""

    definitions: Definitions
    registry: Registry
    pack: Pack


def silent(step: str) -> None:
    """Progress that tells nobody."""


def load_material(settings: Settings, progress: Progress = silent, ranges: bool = True) -> Material:
    """Read and check everything. Raises DefinitionError or SourceError with every problem found.

    `ranges`: check pooled ranges too, which the command that mends them leaves out.
    """
    progress("definitions")
    definitions = load_definitions(settings.definitions_dir)
    progress("reading")
    pack = read_pack(settings.data_dir)
    progress("checking")
    problems = [*pack.problems, *check_cells(pack)]
    if definitions.registry is not None:
        context = make_context(pack, definitions.registry)
        problems += [*check_facts(context), *check_references(context)]
        definitions.problems += range_problems(context) if ranges else []
    if definitions.problems or definitions.registry is None:
        raise DefinitionError([*definitions.problems, *problems])
    if problems:
        raise SourceError(problems)
    return Material(definitions, definitions.registry, pack)


def build(settings: Settings, force: bool = False, hold: bool = False, progress: Progress = silent) -> Built:
    """Build and serve the release of the present pack and definitions.

    A release that is on disk and verifies is served as it is unless `force`. With `hold`, a release that a
    person rolled back from is not served again until its inputs change. Raises a DataError; what is served
    is then untouched.
    """
    with only_builder(settings.releases_dir):
        publish.remove_unfinished(settings.releases_dir)
        release_id = content_id(settings)
        current = publish.served_or_none(settings.releases_dir)
        if hold and current is not None and current.rolled_back_from == release_id:
            return Built(current, changed=False, reused=True)
        ready = None if force else _ready(settings, release_id)
        if ready is not None:
            return _serve(settings, current, ready, reused=True)
        material = load_material(settings, progress)
        if content_id(settings) != release_id:
            raise ReleaseError(
                [Problem("Files changed while the build was reading them", hint="build again")]
            )
        frames = make_tables(material, progress)
        frames["release_info"] = _release_info(release_id, frames["source"])
        progress("writing")
        publish.store(settings.releases_dir, release_id, frames)
        progress("publishing")
        pointer = publish.pointer_to(settings.releases_dir, release_id)
        built = _serve(settings, current, pointer, reused=False)
        return Built(**{**vars(built), "changed": True, "rows": {k: len(f) for k, f in frames.items()}})


def _ready(settings: Settings, release_id: str) -> Pointer | None:
    try:
        return publish.pointer_to(settings.releases_dir, release_id)
    except ReleaseError:
        return None


def _serve(settings: Settings, current: Pointer | None, pointer: Pointer, reused: bool) -> Built:
    changed = pointer != current
    if changed:
        publish.serve(settings.releases_dir, pointer)
    removed = tuple(publish.prune(settings.releases_dir, settings.keep_releases)) if changed else ()
    return Built(pointer, changed, reused, removed=removed)


def make_tables(material: Material, progress: Progress = silent) -> dict[str, pd.DataFrame]:
    """Every table of the release but release_info, scored."""
    progress("scoring")
    pack, registry = material.pack, material.registry
    names = unit_names(pack)
    frames = definition_tables(material.definitions, registry) | reference_tables(pack, names)
    facts = typed_facts(fact_rows(pack, names))
    score = analyse(registry, _inputs(facts, frames))
    frames["fact"] = facts.sort_values(["index_code", "year", "component_code", "unit_id"], kind="stable")
    frames["score"] = named_scores(score, frames["component"], frames["unit"])
    lasting = carried_on(score, frames["merger"], registry)
    frames["target_status"] = evaluate_targets(frames["target"], frames["observation"], lasting)
    frames["score_group"] = with_defined_groups(frames["score_group"], registry)
    frames |= theme_tables(pack, registry, score) | backcast_tables(pack, score, frames["component"])
    frames["reconciliation"] = summarise(_inner(score, frames["component"]), frames["known_difference"])
    return frames


def _inner(score: pd.DataFrame, component: pd.DataFrame) -> pd.DataFrame:
    """Scores of components that have children: nothing else can be recomputed."""
    keys = ["framework_id", "year", "view", "component_code"]
    return score.merge(component.loc[~component["is_leaf"], keys], on=keys)


def _inputs(facts: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> AnalysisInputs:
    used = facts[facts["use"].isin(IN_USE)].reset_index(drop=True)
    unit_columns = ["unit_id", "unit_set", "region_code", "bloc"]
    return AnalysisInputs(
        facts=used[list(ENGINE_COLUMNS)].assign(summed=used["use"] == SUMMED),
        publication=frames["publication"],
        aggregates=frames["aggregate"],
        groups=frames["score_group"],
        units=frames["unit"][unit_columns],
    )


def _release_info(release_id: str, sources: pd.DataFrame) -> pd.DataFrame:
    dates = sources["date"][sources["date"].str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    told = {
        "release_id": release_id,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "pack_date": max(dates, default=""),
        "schema_version": SCHEMA_VERSION,
    }
    return pd.DataFrame({"key": list(told), "value": list(told.values())})
