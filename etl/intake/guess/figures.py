"""Columns of figures as parts of a mapping: component, role, factor, style of numbers, each with how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import cast

from etl.intake.context import Context, Known
from etl.intake.decisions import Decision, decide
from etl.intake.guess.columns import FIGURE_ROLES, Column
from etl.intake.guess.match import Fit, assign
from etl.intake.guess.ranks import place_ranks
from etl.intake.guess.scale import number_style, scaled
from etl.intake.guess.sheet import About, Mapped, letter, names
from etl.intake.guess.tables import Table
from etl.intake.mapping_file import ColumnMap, Role
from etl.intake.vocabulary import words

_BESIDE_EACH_OTHER = 4


@dataclass
class Figures:
    """The columns of figures of a table: those that are read, those that hold raw indicators (or scores, if
    indicators are read), and those that fit nothing."""

    mapped: list[Mapped]
    other_kind: list[Column]
    unknown: list[Column]


def map_figures(table: Table, about: About, context: Context) -> Figures:
    """Component and role of every column of figures of a table."""
    known = context.known(about.framework, about.year)
    wanted_raw = about.kind == "indicators"
    index = about.framework.index
    by_role: dict[str, dict[int, Fit]] = {}
    for role in FIGURE_ROLES:
        by_role[role] = assign(_with_sheet_name(table, role), known, index)
    scores = {at: fit for at, fit in by_role["score"].items() if fit.known.raw == wanted_raw}
    scores = _only_score(table, scores, known, wanted_raw)
    mapped = [
        _mapped(table, column, scores[column.at], "score") for column in table.scores if column.at in scores
    ]
    mapped = _in_order(mapped)
    mapped += [] if wanted_raw else _ranks(table, scores, by_role["rank"])
    for role in ("self_score", "max_score"):
        fits = by_role[role]
        mapped += [_mapped(table, c, fits[c.at], role) for c in table.of_role(role) if c.at in fits]
    read = {m.decision.column for m in mapped}
    left = [c for role in FIGURE_ROLES for c in table.of_role(role) if letter(c.at) not in read]
    fits = by_role["score"]
    other = [c for c in left if c.at in fits and fits[c.at].known.raw != wanted_raw]
    return Figures(sorted(mapped, key=lambda m: _at(m)), other, [c for c in left if c not in other])


def _at(mapped: Mapped) -> tuple[int, str]:
    column = mapped.decision.column
    return len(column), column


def _with_sheet_name(table: Table, role: str) -> list[Column]:
    """Columns of a role; one whose header only counts ("Sub-Index 4") may be named by the sheet."""
    columns = table.of_role(role)
    counted = [column for column in columns if column.said.ordinal and not column.said.total_of]
    if len(counted) != 1:
        return columns
    title = words(table.sheet.name)
    said = replace(counted[0].said, names=(*counted[0].said.names, title))
    named = replace(counted[0], said=said)
    return [named if column is counted[0] else column for column in columns]


def _only_score(table: Table, fits: dict[int, Fit], known: Sequence[Known], raw: bool) -> dict[int, Fit]:
    """A single column of scores without a name of its own may hold the total, if no other does."""
    total = next((k for k in known if k.is_total), None)
    nameless = [c for c in table.scores if c.parts and not (c.said.names or c.said.codes or c.at in fits)]
    has_total = any(fit.known.is_total for fit in fits.values())
    if raw or total is None or has_total or len(nameless) != 1:
        return fits
    reason = "column.only_score" if len(table.scores) == 1 else "column.nameless"
    return fits | {nameless[0].at: Fit(total, 0.0, None, 0.0, reason)}


def _mapped(table: Table, column: Column, fit: Fit, role: str) -> Mapped:
    scale = scaled(column.figures, fit.known)
    style, open_text = number_style(column.figures.texts)
    confidence = fit.confidence * (0.55 if open_text else 1.0) * _trust(scale.trust)
    reason, facts = _reason(table, column, fit)
    if scale.reason and scale.trust < 0.9:
        reason, facts = scale.reason, {**scale.facts}
    if open_text:
        reason, facts = "numbers.ambiguous", {"sample": open_text}
    facts |= {"sheet": table.sheet.name, "at": letter(column.at)}
    decision = decide("column", f"{fit.known.code} {role}", confidence, reason, **facts)
    plan = ColumnMap(
        column=letter(column.at),
        header=column.header,
        component=fit.known.code,
        role=cast(Role, role),
        factor=scale.factor if role != "rank" else 1.0,
        numbers=style,
        percent=_percent(column, scale.factor),
        unit_column=letter(table.list_of(column)) if table.units.lists else "",
    )
    return Mapped(plan, decision, fit.known.order)


def _percent(column: Column, factor: float) -> bool | None:
    """Percents where all are; said too where a factor would make other cells wrong."""
    if column.figures.percents:
        return column.figures.percents == len(column.figures.values)
    return None if factor == 1 else False


def _trust(scale: float) -> float:
    """A factor that was found by the values is trusted less than none; one that cannot be told, little."""
    return scale if scale < 0.9 else 1.0


def _reason(table: Table, column: Column, fit: Fit) -> tuple[str, dict[str, object]]:
    if fit.reason == "column.contested":
        return fit.reason, {"others": ", ".join(letter(rival.at) for rival in fit.rivals)}
    if column.said.ordinal and fit.likeness < 100 and words(table.sheet.name) in fit.known.names:
        return "column.sheet", {"name": table.sheet.name}
    facts: dict[str, object] = {"name": _best_name(column, fit.known), "code": fit.known.code}
    facts["second"] = fit.second.code if fit.second else "-"
    if fit.reason == "column.code_against_name":
        facts["code"] = ", ".join(column.said.codes)
    return fit.reason, facts


def _best_name(column: Column, known: Known) -> str:
    """The name of the component in the language of the header."""
    said = set(" ".join(column.said.names).split())
    return max(known.shown, key=lambda name: len(said & set(words(name).split())))


def _in_order(mapped: list[Mapped]) -> list[Mapped]:
    """Columns that stand in the order of the framework confirm each other."""
    orders = [one.order for one in mapped]
    if len(orders) < _BESIDE_EACH_OTHER:
        return mapped
    start = 1 if orders[-1] == min(orders) or orders[0] == min(orders) else 0
    inner = sorted(orders)[start:]
    following = [order for order in orders if order in inner]
    ordered = sum(b > a for a, b in pairwise(following)) / max(len(following) - 1, 1)
    if ordered < 0.9:
        return mapped
    return [replace(one, decision=_firmer(one.decision)) for one in mapped]


def _firmer(decision: Decision) -> Decision:
    if decision.reason not in ("column.name", "column.near", "column.total", "column.code", "column.sheet"):
        return decision
    return replace(decision, confidence=decision.confidence + (1 - decision.confidence) * 0.4)


def _ranks(table: Table, scores: Mapping[int, Fit], named: Mapping[int, Fit]) -> list[Mapped]:
    placed = place_ranks(table, scores, {at: fit for at, fit in named.items() if not fit.known.raw})
    mapped = []
    for column in table.of_role("rank"):
        if column.at not in placed:
            continue
        code, confidence, reason, facts = placed[column.at]
        place = {"sheet": table.sheet.name, "at": letter(column.at)}
        decision = decide("column", f"{code} rank", confidence, reason, **facts, **place)
        unit_column = letter(table.list_of(column)) if table.units.lists else ""
        plan = ColumnMap(
            column=letter(column.at),
            header=column.header,
            component=code,
            role="rank",
            unit_column=unit_column,
        )
        mapped.append(Mapped(plan, decision, 0))
    return mapped


def left_out(table: Table, figures: Figures) -> list[Decision]:
    """What is said about columns of figures that are not read."""
    told = []
    sheet = table.sheet.name
    if figures.other_kind:
        count = len(figures.other_kind)
        told.append(decide("unread", f"{count} columns", 0.8, "unread.raw", count=count, sheet=sheet))
    if figures.unknown:
        headers = [f"{letter(c.at)} {c.header}".strip() for c in figures.unknown]
        told.append(
            decide(
                "unread",
                names(headers),
                0.5,
                "unread.unknown",
                count=len(headers),
                names=names(headers),
                sheet=sheet,
            )
        )
    return told
