"""Tables with a row a unit: wide, and pairs, in which every component has its own column of units."""

from __future__ import annotations

from dataclasses import replace

from etl.intake.context import Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.figures import left_out, map_figures
from etl.intake.guess.header import JOIN, header_parts
from etl.intake.guess.sheet import About, SheetGuess, letter, names
from etl.intake.guess.tables import Table
from etl.intake.mapping_file import KeyColumn, Layout, SheetMap
from etl.intake.vocabulary import words


def guess_wide(table: Table, about: About, context: Context) -> SheetGuess:
    """How a table with a row a unit is read."""
    layout: Layout = "pairs" if table.units.lists else "wide"
    figures = map_figures(table, about, context)
    structure = structure_of(table, context)
    mapped = figures.mapped
    if any(one.reason in ("header.shifted", "header.bare") for one in structure):
        mapped = [replace(one, decision=_doubted(one.decision)) for one in mapped]
    guess = SheetGuess(table.sheet, layout, year=about.year, table=table)
    guess.decisions = [
        _layout(table), *structure, *(one.decision for one in mapped), *left_out(table, figures)
    ]  # fmt: skip
    if mapped and table.header:
        guess.plan = SheetMap(
            sheet=table.sheet.name,
            layout=layout,
            header_rows=table.header,
            first_row=table.rows.first,
            last_row=table.rows.last if table.rows.tail else 0,
            unit=KeyColumn() if table.units.lists else unit_key(table),
            columns=tuple(one.plan for one in mapped),
            skip=tuple(table.rows.skips),
        )
    return guess


def unit_key(table: Table) -> KeyColumn:
    """The column of units with its header."""
    at = table.units.main.column
    return KeyColumn(column=letter(at), header=JOIN.join(header_parts(table.sheet, table.header, at)))


def _layout(table: Table) -> Decision:
    sheet = table.sheet.name
    if table.units.lists:
        confidence = 0.5 if table.units.rivals or not table.units.sorted else 0.9
        return decide(
            "layout", "pairs", confidence, "layout.pairs", count=len(table.units.lists), sheet=sheet
        )
    return decide("layout", "wide", 0.9 if table.columns else 0.3, "layout.wide", sheet=sheet)


def _doubted(decision: Decision) -> Decision:
    return replace(
        decision, confidence=min(0.5, decision.confidence), reason="column.shifted", facts=decision.facts
    )


def structure_of(table: Table, context: Context) -> list[Decision]:
    """Decisions about header, rows and columns of units, alike in every layout with units in rows."""
    return [decide_header(table, context), _rows(table), decide_unit(table, context), *_skips(table)]


def decide_header(table: Table, context: Context) -> Decision:
    """The rows of the header: sure when words of headers stand in them, not when figures have no header."""
    sheet, rows = table.sheet.name, table.header
    if not rows:
        return decide("header_rows", "", 0, "header.missing", sheet=sheet)
    value = ", ".join(map(str, rows))
    if table.unheaded and table.empty:
        headed, bare = (", ".join(letter(c.at) for c in some) for some in (table.empty, table.unheaded))
        return decide("header_rows", value, 0.3, "header.shifted", headed=headed, figures=bare, sheet=sheet)
    if table.unheaded:
        bare = ", ".join(letter(c.at) for c in table.unheaded)
        return decide("header_rows", value, 0.5, "header.bare", figures=bare, sheet=sheet)
    known = {word for phrases in context.vocabulary.roles.values() for word in phrases}
    unit_header = header_parts(table.sheet, rows, table.units.main.column)
    found = [text for text in unit_header if words(text) in known]
    found += [c.header for c in table.columns if c.said.role or c.said.total_of]
    if found:
        facts = {"count": len(rows), "words": names(found, 3), "sheet": sheet}
        return decide("header_rows", value, 0.95, "header.words", **facts)
    return decide("header_rows", value, 0.65, "header.rows", count=len(rows), sheet=sheet)


def _rows(table: Table) -> Decision:
    rows = table.rows
    value = f"{rows.first}-{rows.last}"
    facts = {"units": rows.distinct, "rows": rows.last - rows.first + 1, "sheet": table.sheet.name}
    if rows.unknown:
        confidence = 0.8 if len(rows.unknown) <= 0.05 * len(rows.units) else 0.5
        told = facts | {"count": len(rows.unknown), "names": names(rows.unknown)}
        return decide("rows", value, confidence, "rows.unknown", **told)
    if rows.repeated:
        return decide("rows", value, 0.5, "rows.repeated", names=names(rows.repeated), **facts)
    if rows.second:
        return decide("rows", value, 0.5, "rows.second", **facts)
    return decide("rows", value, 0.95, "rows.units", **facts)


def decide_unit(table: Table, context: Context) -> Decision:
    """The column of units: sure when nearly all its cells are names and no other column names other units."""
    units, sheet = table.units, table.sheet.name
    at = letter(units.main.column)
    place = {"sheet": sheet, "at": at}
    value = ", ".join(letter(one.column) for one in units.lists) or at
    if units.rivals:
        others = ", ".join(letter(one.column) for one in units.rivals)
        return decide("unit", value, 0.4, "unit.contested", others=others, **place)
    facts = {"matched": len(units.main.hits), "rows": units.main.texts} | place
    confidence = min(0.98, 0.3 + 0.7 * units.main.share)
    if not any(words(part) for part in header_parts(table.sheet, table.header, units.main.column)):
        confidence *= 0.95
    if units.same:
        others = ", ".join(letter(one.column) for one in units.same)
        return decide("unit", value, confidence, "unit.same", others=others, **facts)
    return decide("unit", value, confidence, "unit.names", **facts)


def _skips(table: Table) -> list[Decision]:
    if not table.rows.skips:
        return []
    told = names(table.rows.skips)
    return [decide("skip", told, 0.85, "skip.words", names=told, sheet=table.sheet.name)]
