"""Tables of a release, in SQLAlchemy Core.

Scores are `Double` everywhere: `Float` is 32 bits in DuckDB and loses the sixth decimal. There are no primary
keys: DuckDB would build an index for each and a release is written once, checked and then only read; the
checks of `etl.warehouse.load.verify_release` stand for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from indices.dossier_rules import MEASURES

# Raised when the meaning of a table changes without a change of code that the content hash would see.
SCHEMA_VERSION = "6"

metadata = sa.MetaData()


def _text(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String) for name in names.split()]


def _key(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.String, nullable=False) for name in names.split()]


def _integer(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer) for name in names.split()]


def _count(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Integer, nullable=False) for name in names.split()]


def _double(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Double) for name in names.split()]


def _flag(names: str) -> list[sa.Column[Any]]:
    return [sa.Column(name, sa.Boolean, nullable=False) for name in names.split()]


def _table(name: str, *groups: list[sa.Column[Any]]) -> sa.Table:
    return sa.Table(name, metadata, *[column for group in groups for column in group])


# Keys: release_id, built_at, pack_date, schema_version, simulated (1: every figure is made up), imports.
release_info = _table("release_info", _key("key value"))


def listed_imports(told: Mapping[str, str]) -> tuple[str, ...]:
    """Ids of the imports that a release says it holds, in the order in which they were published."""
    return tuple(filter(None, told.get("imports", "").split(";")))


index_info = _table(
    "index_info",
    _key("index_code"),
    _count("order_no"),
    _text("short_name_vi short_name_en name_vi name_en publisher_vi publisher_en"),
    _flag("leader_card"),
    _text("scope"),
    _integer("first_year"),
    _text("about_vi about_en"),
)

framework = _table(
    "framework",
    _key("framework_id index_code"),
    _text("name_vi name_en decision_number decision_date years"),
    _integer("first_year last_year"),
    _text("unit_set"),
    _double("scale_min scale_max"),
    _text("scale_unit"),
    _integer("decimals rank_precision"),
    _text("rank_ties"),
    _double("rank_tolerance"),
    _text("headline missing tolerance groups_rule notes_vi notes_en"),
    # The whole definition as JSON: what a trace or an analysis scores with, from the release alone.
    _text("definition"),
)

component = _table(
    "component",
    _key("framework_id index_code"),
    _count("year"),
    _key("view component_code"),
    _text("parent_code level"),
    _count("depth order_no"),
    _text("name_vi name_en"),
    _double("min_score max_score weight"),
    _text("direction normalise"),
    _double("ref_min ref_max"),
    _text("rule source_type status"),
    _flag("is_leaf"),
    _text("formula series_code"),
)

source = _table("source", _key("source_id"), _text("publisher document address date trust note"))

unit = _table(
    "unit",
    _key("unit_id unit_set"),
    _text("code name_vi name_en short_vi"),
    _key("slug"),
    _text("type_vi region_code region_vi region_en valid_from valid_to"),
    _count("sort_order"),
    _text("bloc bloc_vi bloc_en province_unit_id"),
)

unit_alias = _table("unit_alias", _key("unit_set alias unit_id"))

merger = _table("merger", _key("new_unit_id old_unit_id"), _flag("hosts_centre"))

population = _table(
    "population",
    _key("unit_id"),
    _count("year"),
    _double("population"),
    _text("basis quality"),
    _flag("use_for_weights"),
    _text("source_id"),
)

tile = _table(
    "tile",
    _key("unit_set"),
    _text("unit_id label_vi label_en"),
    _count("row col"),
    _text("belongs_to"),
)

fact = _table(
    "fact",
    _key("index_code"),
    _count("year"),
    _key("unit_set unit_id component_code"),
    _double("published max_score"),
    _integer("decimals published_rank"),
    _key("use"),
    _text("source_id place note"),
    _key("file"),
    _count("row"),
    _double("self_score"),
    _text("rank_place self_place import_id superseded_by"),
)

# Which files of people are in the release: `fact.import_id` leads here, `fact.place` to the cell.
import_record = _table(
    "import_record", _key("import_id file_name sha256 mapping who imported_at kind"), _count("rows")
)

aggregate = _table(
    "aggregate",
    _key("index_code"),
    _count("year"),
    _key("unit_set scope component_code statistic"),
    _double("value"),
    _integer("decimals"),
    _key("use"),
    _text("source_id note"),
)

publication = _table(
    "publication",
    _key("index_code"),
    _count("year"),
    _key("unit_set"),
    _integer("n_units"),
    _flag("complete publishes_rank"),
    _text("withheld note_vi note_en source_id"),
)

score_group = _table(
    "score_group",
    _key("index_code"),
    _count("year order_no"),
    _key("group_code"),
    _text("name_vi name_en"),
    _integer("n_units"),
    _double("score_from score_to"),
    _text("source_id"),
)

standard_error = _table(
    "standard_error",
    _key("index_code"),
    _count("year"),
    _key("unit_set unit_id component_code"),
    _double("score standard_error ci_low ci_high ci_level n_respondents"),
    _text("source_id note"),
)

# Answers themselves lie beside the imports, in `responses` (a path in their folder): see etl.survey.
survey_wave = _table(
    "survey_wave",
    _key("wave_id index_code"),
    _count("year"),
    _key("unit_set name_vi name_en"),
    _count("n_rows n_items n_units"),
    _flag("weighted stratified clustered simulated"),
    _key("responses sha256 source_id roll_up overall goals"),
)

survey_item = _table(
    "survey_item",
    _key("wave_id code component_code"),
    _text("label_vi label_en"),
    _count("order_no"),
)

# Small cells are hidden here already: no figure of few people is in a release.
survey_estimate = _table(
    "survey_estimate",
    _key("wave_id unit_id trait class code measure"),
    _double("value se low high"),
    _integer("n n_clusters df"),
    _double("deff"),
    _key("method hidden"),
)

survey_difference = _table(
    "survey_difference",
    _key("wave_id unit_id trait code a b"),
    _double("difference se low high"),
    _integer("df"),
    _double("p p_adjusted"),
    _flag("differs"),
)

# Which questions go with overall satisfaction, from sums of products by cluster.
survey_driver = _table(
    "survey_driver",
    _key("wave_id unit_id code"),
    _double("slope se low high importance importance_low importance_high performance"),
    _key("what"),
    _double("explained"),
    _count("n left_out df"),
)

# What the dossiers beside the pack held when the release was built (etl.tables_dossiers): flows by month.
dossier_count = _table(
    "dossier_count",
    _key("province cut month"),
    _text("unit level field procedure service channel"),
    _count(" ".join(MEASURES)),
)

# No person is in any row; `state`: settled in the month, or open at its end.
dossier_late = _table(
    "dossier_late",
    _key("province month state id unit level field procedure received"),
    _text("due finished overdue_from"),
    _count("late_days days"),
)

dossier_late_days = _table("dossier_late_days", _key("province month"), _count("late_days count"))

dossier_unit = _table("dossier_unit", _key("unit name_vi name_en level"))

dossier_procedure = _table(
    "dossier_procedure",
    _key("procedure name_vi name_en field field_vi field_en service"),
    _count("fee needs_result"),
)

dossier_load = _table(
    "dossier_load",
    _count("number"),
    _key("province first_month last_month at sha256"),
    _count("n_read n_kept n_aside n_left_out n_refused n_twice n_odd"),
    _key("source_id"),
)

# Keys: store_id, simulated, absent (columns that some load did not have), rules and given (JSON).
dossier_info = _table("dossier_info", _key("key value"))

series_break = _table(
    "series_break",
    _key("index_code"),
    _count("from_year to_year"),
    _key("component_code"),
    _text("component_from"),
    _integer("n_units"),
    _double("mean_from mean_to shift_sd correlation"),
    _text("source_id note"),
)

survey_sample = _table(
    "survey_sample",
    _key("index_code"),
    _count("year"),
    _key("scope"),
    _integer("respondents districts communes villages"),
    _text("source_id note"),
)

comparability = _table(
    "comparability",
    _key("index_code"),
    _count("from_year to_year"),
    _text("component_code"),
    _key("class"),
    _text("reason_vi reason_en"),
)

target = _table(
    "target",
    _key("target_id"),
    _text("document clause unit_id unit_name area name_vi name_en operator"),
    _double("value"),
    _text("measure_unit"),
    _integer("due_year"),
    _text("cadence"),
    _integer("baseline_year"),
    _text("measure owner note_vi note_en source_id"),
)

observation = _table(
    "observation",
    _key("observation_id"),
    _text("target_id unit_id unit_name name_vi name_en period"),
    _integer("year"),
    _double("value"),
    _text("measure_unit relation qualifier note_vi note_en source_id"),
)

target_status = _table(
    "target_status",
    _key("target_id"),
    _text("unit_id"),
    _key("status"),
    _text("reason_code operator"),
    _double("target_value"),
    _integer("due_year measured_year"),
    _double("measured_value"),
    _text("measured_unit_id"),
    _double("gap"),
    _integer("years_left"),
    _double("required_pace"),
    _integer("previous_year"),
    _double("previous_value recent_pace"),
    _integer("n_components n_improved"),
    _text("breakdown observation_id"),
)

known_difference = _table(
    "known_difference",
    _key("index_code"),
    _count("year"),
    _key("component_code"),
    _text("unit_id"),
    _double("max_abs"),
    _text("reason_vi reason_en"),
)

reconciliation = _table(
    "reconciliation",
    _key("index_code"),
    _count("year"),
    _key("component_code"),
    _text("level"),
    _key("view"),
    _count("cells exact within_rounding within_tolerance approximate differs listed summed not_computable"),
    _double("max_abs_residual"),
)

theme = _table(
    "theme",
    _count("order_no"),
    _key("theme_code name_vi name_en index_code"),
    _text("framework_id"),
    _key("component_code"),
    _text("why_vi why_en"),
)

theme_weakness = _table(
    "theme_weakness",
    _key("unit_id"),
    _count("as_of_year"),
    _key("theme_code"),
    _flag("flagged"),
    _count("n_weak n_seen"),
    _text("weak_indices seen_indices"),
    _count("n_components"),
    _double("worst_share"),
)

theme_evidence = _table(
    "theme_evidence",
    _key("unit_id"),
    _count("as_of_year"),
    _key("theme_code index_code"),
    _count("year"),
    _key("framework_id component_code"),
    _flag("weak"),
)

backcast_rule = _table(
    "backcast_rule", _key("index_code rule"), _double("min_coverage"), _text("why_vi why_en")
)

backcast = _table(
    "backcast",
    _key("index_code"),
    _count("year"),
    _key("component_code"),
    _text("level"),
    _integer("order_no"),
    _key("unit_set unit_id"),
    _double("value"),
    _key("kind rule"),
    _text("constituents"),
    _count("n_constituents n_present"),
    _double("coverage"),
    _text("reason"),
    _integer("rank"),
)

score = _table(
    "score",
    _key("index_code framework_id"),
    _count("year"),
    _key("unit_set unit_id view component_code"),
    _text("parent_code level"),
    _count("depth order_no"),
    _double("published"),
    _integer("decimals"),
    _double("recomputed residual"),
    _text("residual_class"),
    _double("value"),
    _text("value_kind"),
    _double("min_score max_score share lost lost_share"),
    _integer("rank"),
    _text("rank_kind"),
    _integer("n_ranked"),
    _text("group_code"),
    _integer("n_values prev_year"),
    _double("prev_value change change_share"),
    _integer("prev_rank rank_change"),
    _text("series_code prev_code prev_link comparability"),
    _double("mean"),
    _text("mean_kind"),
    _double("median gap_mean region_mean gap_region"),
    _text("leader_unit_id"),
    _double("leader_value gap_leader"),
    _text("four_way"),
    _flag("flag_lost flag_rank flag_falling flag_low"),
    _integer("low_years weak_count"),
    _double("self_score"),
    _double("entered"),
    _text("treatment"),
    _integer("n_imputed"),
    _text("source_id place note component_name_vi component_name_en unit_name_vi unit_name_en unit_slug"),
    _integer("unit_order"),
    _text("leader_name_vi leader_name_en"),
    _count("position"),
)
