"""From pack and definitions to a served release: read, check, score, write, publish."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd

from etl import publish
from etl.content import content_id
from etl.crosschecks import check_facts, make_context
from etl.crossrefs import check_references
from etl.definitions import Definitions, load_definitions
from etl.facts import engine_facts, fact_rows, imported_files, typed_facts, unit_names
from etl.filekinds import SIMULATED
from etl.layers import imports_in_force, layers_of
from etl.lock import only_builder
from etl.pack import Pack, read_pack
from etl.ranges import range_problems
from etl.reconcile import summarise
from etl.settings import Settings
from etl.tables_backcast import backcast_tables
from etl.tables_definitions import definition_tables, with_defined_groups
from etl.tables_dossiers import dossier_tables
from etl.tables_reference import reference_tables
from etl.tables_scores import named_scores
from etl.tables_survey import Wave, read_waves, survey_tables, with_roll_up
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
    waves: list[Wave] = field(default_factory=list)
    dossiers: dict[str, pd.DataFrame] = field(default_factory=dict)


def silent(step: str) -> None:
    """Progress that tells nobody."""


def load_material(
    settings: Settings,
    progress: Progress = silent,
    imports: Sequence[str] | None = None,
    ranges: bool = True,
) -> Material:
    """Read and check everything, with these imports over the pack (None: those of the release in service).

    `ranges`: check pooled ranges too, which the command that mends them leaves out. Raises DefinitionError or
    SourceError with every problem found.
    """
    layers = layers_of(settings, imports)
    progress("definitions")
    definitions = load_definitions(layers.definitions)
    progress("reading")
    pack = read_pack(layers.data)
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
    waves, told = read_waves(pack, layers), dossier_tables(settings.dossiers_dir)
    return Material(definitions, definitions.registry, pack, waves, told)


def build(settings: Settings, force: bool = False, hold: bool = False, progress: Progress = silent) -> Built:
    """Build and serve the release of the present pack and definitions, with the imports in service.

    A release that is on disk and verifies is served as it is unless `force`. With `hold`, a release that a
    person rolled back from is not served again until its inputs change. Raises a DataError; what is served
    is then untouched.
    """
    with only_builder(settings.releases_dir):
        current = publish.served_or_none(settings.releases_dir)
        if hold and current is not None and _rolled_back(settings, current):
            return Built(current, changed=False, reused=True)
        return build_with(settings, imports_in_force(settings), force, progress)


def _rolled_back(settings: Settings, current: Pointer) -> bool:
    """Would a build, with the imports of then, serve again what a person stepped back from?"""
    left = current.rolled_back_from
    return bool(left) and left == content_id(settings, publish.imports_of(settings.releases_dir, left))


def build_with(
    settings: Settings, imports: Sequence[str], force: bool = False, progress: Progress = silent
) -> Built:
    """Build and serve the release with exactly these imports; the caller holds the lock of the releases."""
    publish.remove_unfinished(settings.releases_dir)
    release_id = content_id(settings, imports)
    current = publish.served_or_none(settings.releases_dir)
    ready = None if force else _ready(settings, release_id)
    if ready is not None:
        return _serve(settings, current, ready, reused=True)
    material = load_material(settings, progress, imports)
    if content_id(settings, imports) != release_id:
        raise ReleaseError([Problem("Files changed while the build was reading them", hint="build again")])
    frames = make_tables(material, progress)
    frames["release_info"] = _release_info(release_id, frames, imports)
    progress("writing")
    publish.store(settings.releases_dir, release_id, frames)
    progress("publishing")
    pointer = publish.pointer_to_stored(settings.releases_dir, release_id)
    built = _serve(settings, current, pointer, reused=False)
    return Built(**{**vars(built), "changed": True, "rows": {k: len(f) for k, f in frames.items()}})


def _ready(settings: Settings, release_id: str) -> Pointer | None:
    """A pointer to that release where it is on disk and whole."""
    if not publish.release_path(settings.releases_dir, release_id).is_file():
        return None
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
    facts = imported_files(typed_facts(fact_rows(pack, names)), frames["import_record"])
    score = analyse(registry, engine_inputs(facts, frames))
    frames["fact"] = facts.sort_values(["index_code", "year", "component_code", "unit_id"], kind="stable")
    frames["score"] = named_scores(score, frames["component"], frames["unit"])
    lasting = carried_on(score, frames["merger"], registry)
    frames["target_status"] = evaluate_targets(frames["target"], frames["observation"], lasting)
    frames["score_group"] = with_defined_groups(frames["score_group"], registry)
    frames |= theme_tables(pack, registry, score) | backcast_tables(pack, score, frames["component"])
    frames["survey_wave"] = with_roll_up(frames["survey_wave"], material.waves)
    frames |= survey_tables(material.waves, registry)
    frames["reconciliation"] = summarise(_inner(score, frames["component"]), frames["known_difference"])
    return frames | _with_dossiers(frames["source"], material.dossiers)


def _with_dossiers(source: pd.DataFrame, told: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables of dossiers, and their sources after those of the pack."""
    return told | {"source": pd.concat([source, told["source"]], ignore_index=True)}


def _inner(score: pd.DataFrame, component: pd.DataFrame) -> pd.DataFrame:
    """Scores of components that have children: nothing else can be recomputed."""
    keys = ["framework_id", "year", "view", "component_code"]
    return score.merge(component.loc[~component["is_leaf"], keys], on=keys)


def engine_inputs(facts: pd.DataFrame, frames: dict[str, pd.DataFrame]) -> AnalysisInputs:
    """What the engine is given: the facts in use and four tables of the release."""
    unit_columns = ["unit_id", "unit_set", "region_code", "bloc"]
    return AnalysisInputs(
        facts=engine_facts(facts),
        publication=frames["publication"],
        aggregates=frames["aggregate"],
        groups=frames["score_group"],
        units=frames["unit"][unit_columns],
    )


def _release_info(release_id: str, frames: dict[str, pd.DataFrame], imports: Sequence[str]) -> pd.DataFrame:
    # Sources of populations, targets or dossiers alone say nothing of how new or how real the figures are.
    sources = frames["source"]
    cited = sources[sources["source_id"].isin(frames["fact"]["source_id"])]
    dates = cited["date"][cited["date"].str.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?")]
    told = {
        "release_id": release_id,
        "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "pack_date": max(dates, default=""),
        "schema_version": SCHEMA_VERSION,
        "simulated": str(int((cited["trust"] == SIMULATED).any())),
        "imports": ";".join(imports),
    }
    return pd.DataFrame({"key": list(told), "value": list(told.values())})
