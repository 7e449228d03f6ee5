"""The method manual: every rule from its own metadata and spec, and the hand-written sections around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from indices.rules import Rule

INTRODUCTION: Final = """# Method

How the figures of the score table come about. Generated from the rules, their spec files and the
sections in `indices/method_doc.py`; write it again with `python -m tests.spec.write_method`.

An index is a tree. Its definition says which components it has in which years, their maxima or weights,
and by which rule of the closed list below a node comes from its children. Definitions hold names of
rules and numbers, never code. A year is scored by the framework of that year.
"""

RULES_HEAD: Final = """## Rules

Notation: v_i is the value of child i, w_i its weight, z_i its value brought to 0-1. A child counts as
published where it was, else as recomputed: every node is recomputed one step from its children, so that
a residual shows at the step where it arises.

**Missing children.** The definition says what a roll-up does with a missing child: `refuse` (the parent
cannot be computed) or `renormalise` (the children that are present carry the whole weight; for points,
the share of their maximum that was reached counts for the whole maximum). Children of weight zero are
ignored, missing or not. Straight lines with fitted coefficients always refuse. Before that a definition
may ask for gaps to be filled and outliers to be treated (`prepare`), over the units of one set and year.
"""

SECTIONS: Final[tuple[str, ...]] = (
    """## Scales

Score and maximum travel together. A value printed on another maximum than its component's (percent of a
field where the field has points) is turned into points where the component's maximum is known, and its
rounding is turned with it. Where the component's maximum is not known, the row keeps the printed
maximum, and the share of it is right all the same. Where the maximum is the unit's own (criteria that
do not apply were taken out), the row always keeps it. An unknown maximum stays unknown: no share, no
lost points, no weak flags. A value left on another scale than its component enters no rule, no mean and
no share of lost points, and is not ranked among values in points.
""",
    """## Published and recomputed: residual classes

`value` is the published figure where there is one, else the recomputed one (`value_kind` says which;
`rank_only` is a published rank without a score, `imputed` a leaf filled in as its definition asks, which
is in no rank, mean, gap or change). `residual` = published - recomputed. Its class, the first that holds:

- `not_published`: there is no published value.
- `not_computable`: there is nothing to compare with: a leaf, a missing child, an unknown rule, no
  coefficients.
- `summed`: the value in use was itself added up for the pack from the published parts, so agreement
  would prove nothing; it is not counted among the cells compared.
- `exact`: at most 0.000001 apart.
- `within_rounding`: explained by the printed decimals: half a unit of the last decimal of the value,
  plus, for every child, the slope of the rule times half a unit of the child's last decimal.
- `within_tolerance`: beyond that, within the tolerance that the definition sets for the level.
- `approximate`: beyond that, under a rule known to be inferred or approximate.
- `differs`: beyond that, under a proven rule: a finding, which must be listed in
  `known_differences.csv`.

Decimals are those that a source prints a component with (its longest cell, since 0.50 is often written
0.5); more than six count as full precision and explain nothing. A child that was itself recomputed
passes on what its own children leave open.
""",
    """## Ranks and groups

The publisher's rank counts where it is known. Else a rank is computed, but only where the pack holds
every unit the publisher ranked: for a total, the publication table says so and as many totals are held;
for a component, as many values are held as the index ranks units. "x of n": n is the number of units
ranked, not the number of provinces.

Totals are ranked on values rounded as the definition says (no precision: full); components on full
precision. Values no further apart than the tolerance tie. Ties share the better rank (`min`); a
definition may ask for `dense` or `max`. Where less is better, the smallest is first. Internal units are
ranked inside their bloc.

Groups are the definition's fixed cuts (on the rounded total), or the sizes or lowest scores of the
year's groups, which are data.
""",
    """## Gaps

- **To last year**: `prev_year` is the latest earlier year with a value of the same unit and component.
  `change` is value minus previous value, only between comparable years on one maximum; `change_share`
  is the same in shares of the maximum and also bridges a changed maximum. `rank_change` is previous
  rank minus rank: positive is better.
- **To the national mean and median**: computed where all ranked units are held; else the publisher's
  figure. A mean of the units that happen to be held is labelled `partial`, and no gap is taken to it.
- **To the region**: the mean of the region's units where all of them are held, else the publisher's
  figure.
- **To the leader**: value minus the best value of the ranked units; where not all are held, of the unit
  with published rank 1 if its value is known. Equal leaders: the first by unit code. Where less is
  better, the gap to the leader is positive.
- **To a chosen peer**: value minus the peer's value, component by component; swapping the two only
  changes signs.
""",
    """## Comparability

Every pair of a value and its previous value has a class: `comparable`, `reweighted` (the same things
under other weights or maxima), `not_comparable`, or `no_previous`. Inside one framework years are
comparable, across two they are not, unless `comparability.csv` says otherwise for the pair, for the
whole index or for one component. Over several years the worst step counts, unless a row names the very
pair. Numbers of raw indicators are given anew by publishers: the same number under another name is
another indicator and not comparable, unless a row for that component says so.
""",
    """## Lost points

`share` = value / maximum; `lost` = maximum - value, for components with a known maximum (not for raw
indicators). `lost_share` is the component's part of all points that the unit lost at that level of the
tree. Points are counted as they cost the index: lost times the pull of the component on the total (how
many index points one of its points is worth, from the rules above it). Where points simply add up the
pull is one. Two points of ten lost on a weight of 5 cost as much as ten of ten lost on a weight of 1.
Where the pull is not known for the whole level, lost points count as they stand. Where not every
component of the level is known, the points lost by the total stand for the sum, so that the share is
still one of all lost points.
""",
    """## Weak components

Four flags, each visible by itself; `weak_count` is how many are set. Only for components with a known
maximum above raw indicators, never for the total. A flag that cannot be judged is not set.

- `flag_lost`: the component is among the fewest that together make half of all lost points of the level
  (equal ones stand or fall together); only where the whole level is known.
- `flag_rank`: its rank is worse than the unit's overall rank by more than five places, or by more than
  a tenth of the units ranked where that is more.
- `flag_falling`: comparable with the previous year, and worse.
- `flag_low`: low for three years in a row, this one included: in the bottom third by rank where all
  units are held, else below the published national median. A missing year, or one that is not
  comparable, begins a new count (`low_years`).

Beside the flags, for how many years running a component stayed under its maximum
(`indices.persistence.years_under`): counted back from the year shown; a full score, a year without a
figure or maximum, or one that is not comparable with the one before, begins a new count. The components
page sorts criteria by it into three: keep the maximum; improve (under it, no flag set); overcome (under
it, any flag set).
""",
    """## Four-way class

The headline of the yearly conference: score first, then rank, against the previous comparable year.
`up_up`, `up_down`, `down_up`, `down_down`; a tie counts as not down. `kept_full`: the maximum in both
years. Where the maximum changed, the change of the share decides. Not given where the years are not
comparable or a rank is not known.
""",
    """## Target status

The latest measurement decides. A score or a rank comes from the score table (a published rank without a
score counts for a rank); an observed figure must measure the target itself, not something related to
it. Several figures of one period (parts of the province) must all meet the target: the furthest from it
counts. A figure stated as "above x" meets a target of at least x or less, and otherwise says nothing.

- `met`, `latest_meets`: the latest measurement satisfies the target.
- `met`, `all_rose`: every comparable component of the named indices rose in its latest year.
- `on_track`, `pace_meets_required`: not met yet, due later, and the recent pace is at least the
  required one.
- `behind`, `missed_this_year`: not met, and it is to be met every year.
- `behind`, `due_year_passed`: not met, and the measurement is of the due year or later.
- `behind`, `pace_below_required`: not met yet, due later, and the recent pace is too low.
- `behind`, `some_did_not_rise`: at least one comparable component did not rise.
- `cannot_say`, `no_measurement`: nothing was measured.
- `cannot_say`, `only_related`: only figures related to the target.
- `cannot_say`, `lower_bound_only`: the source only says that the figure lies above a value short of the
  target.
- `cannot_say`, `no_previous`: not met yet, due later, and nothing earlier to take a pace from.
- `cannot_say`, `no_due_year`: not met, and no year is set.
- `cannot_say`, `nothing_comparable`: no component can be compared with its previous year.

`gap` is what is still needed; required pace = gap / years left from the measured year to the due year;
recent pace = gain towards the target since the previous measurement / years between. Scores are only
compared with a comparable year; ranks mean the same under every framework. A component that kept its
maximum cannot rise and is not counted.
""",
)


class Named(Protocol):
    """An entry of any closed list that the manual tells: scales, policies for missing figures, groups."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def formula(self) -> str: ...
    @property
    def units(self) -> str: ...
    @property
    def source(self) -> str: ...


def method_markdown(
    rules: Iterable[Rule],
    specs: Mapping[str, Mapping[str, Any]] | None = None,
    lists: Mapping[str, Iterable[Named]] | None = None,
) -> str:
    """The manual as Markdown: for each rule its formula, units, source and the cases of its spec.

    `specs` maps rule names to spec files (`says`, `cases` with name, values, expected, source); rules
    without a spec are told without cases. `lists` maps a heading to the entries of another closed list.
    """
    told = [_rule_section(rule, (specs or {}).get(rule.name, {})) for rule in rules]
    more = [_list_section(heading, entries) for heading, entries in (lists or {}).items()]
    return "\n".join([INTRODUCTION, RULES_HEAD, *told, *more, *SECTIONS])


def _list_section(heading: str, entries: Iterable[Named]) -> str:
    told = [(f"`{e.name}`", e.title, e.formula, e.units, e.source) for e in entries]
    rows = [f"| {' | '.join(map(_cell, cells))} |" for cells in told]
    head = ["| name | | formula | units | source |", "|---|---|---|---|---|"]
    return "\n".join([f"## {heading}", "", *head, *rows, ""])


def _cell(text: str) -> str:
    """Text that may stand in a Markdown table."""
    return text.replace("|", "\\|")


def _rule_section(rule: Rule, spec: Mapping[str, Any]) -> str:
    lines = [
        f"### {rule.title} (`{rule.name}`)",
        "",
        *([spec["says"], ""] if "says" in spec else []),
        f"- Formula: {rule.formula}",
        f"- Units: {rule.units}.",
        f"- Used for: {rule.source}.",
        *([f"- Needs: {', '.join(sorted(rule.needs))}."] if rule.needs else []),
        *(["- Takes exactly one child."] if rule.lone_child else []),
        "",
    ]
    cases = spec.get("cases", [])
    head = ["| case | children | result |", "|---|---|---|"] if cases else []
    return "\n".join([*lines, *head, *(_case_row(case) for case in cases), ""])


def _case_row(case: Mapping[str, Any]) -> str:
    """One case of a spec: its name and source, each unit's children, each unit's result."""
    source = f" ({case['source']})" if "source" in case else ""
    units = "; ".join(_numbers(row) for row in case["values"])
    return f"| {case['name']}{source} | {units} | {'; '.join(map(_number, case['expected']))} |"


def _numbers(row: Sequence[float | None]) -> str:
    return ", ".join(map(_number, row))


def _number(value: float | None) -> str:
    return "missing" if value is None else f"{value:g}" if abs(value) < 1000 else f"{value:.6f}"
