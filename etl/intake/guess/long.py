"""Long tables as a mapping: which columns are keys, which hold figures, which rows are kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from etl.intake.context import Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.columns import Column
from etl.intake.guess.figures import left_out, map_figures
from etl.intake.guess.longtable import LongKeys
from etl.intake.guess.match import assign
from etl.intake.guess.scale import number_style
from etl.intake.guess.sheet import About, Mapped, SheetGuess, letter, names
from etl.intake.guess.tables import Table
from etl.intake.guess.wide import structure_of, unit_key
from etl.intake.mapping_file import ColumnMap, Filter, KeyColumn, Role, SheetMap
from etl.intake.vocabulary import holds, words

_KNOWN_UNITS = 0.5
# Where a text of the component column fits nothing, a person must look.
_OPEN = 0.55


def guess_long(table: Table, keys: LongKeys, about: About, context: Context) -> SheetGuess:
    """How a long table is read."""
    sheet = table.sheet.name
    free = replace(table, columns=[c for c in table.columns if c.at not in keys.used], apart=tuple(keys.used))
    guess = SheetGuess(table.sheet, "long", year=about.year)
    apart = keys.component or keys.year
    told = f"{letter(apart.at)} {apart.header}".strip() if apart else ""
    guess.decisions = [decide("layout", "long", 0.92, "layout.long", column=told, sheet=sheet)]
    guess.decisions += [one for one in structure_of(free, context) if one.what != "rows"]
    components: dict[str, str] = {}
    if keys.component is not None:
        columns, told_columns = _values(free)
        components, decision = _components(keys, about, context, sheet)
        guess.decisions += [*told_columns, decision]
    else:
        figures = map_figures(free, about, context)
        columns = [one.plan for one in figures.mapped]
        told_columns = [_in_every_year(one, keys, about, context) for one in figures.mapped]
        guess.decisions += [*told_columns, *left_out(free, figures)]
    sets, filters, decisions = _sets(keys, context, sheet)
    guess.decisions += decisions
    if columns and table.header:
        guess.plan = SheetMap(
            sheet=sheet,
            layout="long",
            header_rows=table.header,
            first_row=table.rows.first,
            last_row=table.rows.last if table.rows.tail else 0,
            unit=unit_key(table),
            year_from=_key(keys.year),
            component_from=_key(keys.component),
            unit_set_from=_key(keys.unit_set) if len(set(sets.values())) > 1 else None,
            columns=tuple(columns),
            filters=filters,
            components=components,
            unit_sets=sets if len(set(sets.values())) > 1 else {},
        )
    return guess


def _key(column: Column | None) -> KeyColumn | None:
    return KeyColumn(column=letter(column.at), header=column.header) if column is not None else None


def _in_every_year(mapped: Mapped, keys: LongKeys, about: About, context: Context) -> Decision:
    """The decision about a column; doubted where a year of the table has no such component."""
    code, index = mapped.plan.component, about.framework.index
    frameworks = {year: f for f in context.frameworks(index) for year in f.years if year in keys.years}
    lacking = [y for y, f in frameworks.items() if code not in {k.code for k in context.known(f, y)}]
    if not lacking:
        return mapped.decision
    years = ", ".join(map(str, sorted(lacking)))
    facts = {"code": code, "years": years, "sheet": mapped.decision.sheet, "at": mapped.decision.column}
    return decide("column", mapped.decision.value, 0.4, "column.not_every_year", **facts)


def _values(table: Table) -> tuple[list[ColumnMap], list[Decision]]:
    """Columns of figures whose component stands in the row: one a role."""
    columns: list[ColumnMap] = []
    decisions: list[Decision] = []
    roles: dict[Role, Role] = {role: role for role in ("score", "rank", "self_score", "max_score")}
    for role in roles:
        found = table.of_role(role)
        said = [c for c in found if c.said.role == role] or found
        for column in said:
            style, open_text = number_style(column.figures.texts)
            confidence = (0.9 if len(said) == 1 else 0.4) * (0.5 if open_text else 1.0)
            place = {"sheet": table.sheet.name, "at": letter(column.at)}
            decisions.append(decide("column", role, confidence, "column.role", role=role, **place))
        for column in said[:1]:
            style, _ = number_style(column.figures.texts)
            columns.append(
                ColumnMap(column=letter(column.at), header=column.header, role=role, numbers=style)
            )
    return columns, decisions


def _components(
    keys: LongKeys, about: About, context: Context, sheet: str
) -> tuple[dict[str, str], Decision]:
    """Codes of the texts in the component column; none are needed where they are the codes themselves."""
    known = context.known(about.framework, about.year)
    fits = assign(keys.values, known, about.framework.index)
    found = {value.header: fits[value.at].known.code for value in keys.values if value.at in fits}
    codes = {k.code for k in known}
    found |= {value.header: value.header for value in keys.values if value.header in codes}
    lost = [value.header for value in keys.values if value.header not in found]
    share = len(found) / max(len(keys.values), 1)
    weakest = min(
        (fits[v.at].confidence for v in keys.values if v.at in fits and v.header not in codes), default=0.95
    )
    at = letter(keys.component.at) if keys.component else ""
    facts = {"count": len(keys.values), "matched": len(found), "names": names(lost), "sheet": sheet, "at": at}
    reason = "components.lost" if lost else "components.all"
    decision = decide(
        "components",
        f"{len(found)} of {len(keys.values)}",
        min(weakest, _OPEN * share if lost else 1),
        reason,
        **facts,
    )
    same = all(text == code for text, code in found.items())
    return ({} if same else found), decision


def _sets(
    keys: LongKeys, context: Context, sheet: str
) -> tuple[dict[str, str], tuple[Filter, ...], list[Decision]]:
    """The set of units that each text of a column stands for, and which texts are about no units at all."""
    if keys.unit_set is None or not keys.sets:
        return {}, (), []
    found: dict[str, str] = {}
    open_texts: list[str] = []
    for text, shares in keys.sets.items():
        best = max(shares.values())
        fitting = [name for name, share in shares.items() if share >= best - 0.02]
        said = _said_set(text, context)
        if best < _KNOWN_UNITS:
            continue
        found[text] = said if said in fitting else fitting[0]
        if len(fitting) > 1 and said not in fitting:
            open_texts.append(text)
    dropped = [text for text in keys.sets if text not in found]
    told = "; ".join(f"{text} = {unit_set}" for text, unit_set in found.items())
    place = {"sheet": sheet, "at": letter(keys.unit_set.at)}
    confidence = 0.45 if open_texts or not found else 0.9
    decisions = [
        decide(
            "unit_set_from", told, confidence, "sets.told", names=names(open_texts or list(found)), **place
        )
    ]
    if not dropped:
        return found, (), decisions
    decisions.append(decide("filter", told, 0.8, "sets.dropped", names=names(dropped), **place))
    key = _key(keys.unit_set) or KeyColumn()
    return found, (Filter(column=key.column, header=key.header, values=tuple(found)),), decisions


def _said_set(text: str, context: Context) -> str:
    told = words(text)
    sets: Iterable[tuple[str, tuple[str, ...]]] = context.vocabulary.unit_sets.items()
    return next((name for name, phrases in sets if told == name or any(holds(p, told) for p in phrases)), "")
