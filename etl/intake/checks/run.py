"""All checks in the order of the documentation, and how they are run over an extract."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Final

from etl.intake.checks import (
    columns,
    components,
    copies,
    feeds,
    history,
    precision,
    profiles,
    ranges,
    ranks,
    rollup,
    selfscore,
    units,
    years,
)
from etl.intake.checks.context import CheckContext
from etl.intake.checks.incoming import incoming
from etl.intake.checks.register import TABLE, Check, Hit
from etl.intake.checks.texts import told
from etl.intake.extract import Extract
from etl.intake.findings import At, Finding, finding

CHECKS: Final[tuple[Check[Any], ...]] = (
    components.no_figures,
    components.not_a_number,
    components.no_framework,
    components.unknown_component,
    components.missing_components,
    units.unknown_unit,
    units.doubled_rows,
    units.missing_units,
    units.partial_units,
    units.other_set,
    units.abolished_units,
    units.wrong_bloc,
    profiles.slipped_units,
    profiles.exchanged_units,
    units.blank_units,
    units.holes,
    units.zeros,
    ranges.over_maximum,
    ranges.under_minimum,
    ranges.percent_or_points,
    ranges.maximum_too_large,
    ranges.maximum_lowered,
    ranges.maxima_add_up,
    rollup.parts_make_the_whole,
    rollup.parts_make_the_whole_by_a_believed_rule,
    rollup.views_make_the_whole,
    rollup.self_scores_make_the_whole,
    ranks.rank_against_score,
    ranks.rank_shared,
    ranks.rank_in_range,
    ranks.rank_sequence,
    columns.exchanged_columns,
    columns.slipped_columns,
    columns.estranged_columns,
    columns.identical_columns,
    columns.constant_columns,
    history.jump,
    history.apart,
    history.level,
    history.digits_of_a_column,
    history.digits_of_a_cell,
    precision.decimals_lost,
    copies.same_file,
    copies.nothing_new,
    copies.units_alike,
    copies.another_year,
    copies.units_of_another_year,
    copies.column_of_another_year,
    feeds.feed_disagrees,
    ranges.self_over_maximum,
    selfscore.claimed_more,
    selfscore.claimed_less,
    selfscore.columns_exchanged,
    selfscore.self_missing,
    years.banner_of_another_year,
    years.file_of_another_year,
)


def check(extract: Extract, context: CheckContext) -> list[Finding]:
    """Everything the checks have to say of the rows of an extract; what reading found is not repeated.

    Errors are certain; a warning is only suspicious and must be confirmed by a person; notes only tell. Hits
    of one check in one column beyond the limit `alike` are counted in a last finding without a cell.
    """
    seen = incoming(extract, context)
    found: list[Finding] = []
    for each in CHECKS:
        looked_at = seen.tables if each.scope == TABLE else (seen,)
        hits = [hit for thing in looked_at for hit in each.find(thing)]
        found += [_finding(each, hit) for hit in _bounded(hits, context.limits.alike)]
    return found


def _finding(each: Check[Any], hit: Hit) -> Finding:
    texts = told(each.id, "en")
    what, hint = (texts.title, texts.mend) if texts else (each.id, "")
    return finding(each.id, each.level, hit.at, what, found=hit.found, expected=hit.expected, hint=hint)


def _bounded(hits: Iterable[Hit], most: int) -> Iterator[Hit]:
    """The first so many hits of each column, then one that counts the others."""
    by_column: defaultdict[tuple[str, int], list[Hit]] = defaultdict(list)
    for hit in hits:
        by_column[hit.at.sheet, hit.at.column].append(hit)
    for (sheet, _), mine in by_column.items():
        yield from mine[:most]
        if len(mine) > most:
            yield replace(mine[0], at=At(mine[0].at.file, sheet), found=f"+ {len(mine) - most}", expected="")
