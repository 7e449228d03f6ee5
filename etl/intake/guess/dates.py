"""The year of every sheet: one for the whole file where nothing speaks against it, else each by its own."""

from __future__ import annotations

from collections.abc import Sequence

from etl.intake.context import Context
from etl.intake.decisions import Decision, decide
from etl.intake.guess.shapes import Shape
from etl.intake.guess.sheet import letter
from etl.intake.guess.years import FILE, HEADER, SHEET, TITLE, Place, decide_year, years_in

Years = dict[str, int | None]


def decide_years(
    file: str, shapes: Sequence[Shape], context: Context, given: int | None
) -> tuple[Years, list[Decision]]:
    """The year by sheet (None: not known, or in a column), and the decisions."""
    if given is not None:
        return {shape.sheet.name: given for shape in shapes}, [decide("year", given, 1, "said")]
    by_column = [shape for shape in shapes if shape.keys and shape.keys.years]
    others = [shape for shape in shapes if shape not in by_column]
    years: Years = {}
    decisions: list[Decision] = []
    for shape in by_column:
        years[shape.sheet.name], told = _of_column(shape)
        decisions.append(told)
    own = {shape.sheet.name: _own(shape, context) for shape in others}
    if len({year for year in own.values() if year}) > 1:
        for shape in others:
            decision = _by_sheet(shape, own[shape.sheet.name], context)
            years[shape.sheet.name] = int(decision.value) if decision.value else None
            decisions.append(decision)
    elif others or not shapes:
        decision = decide_year(_places(file, others), context)
        years |= {shape.sheet.name: int(decision.value) if decision.value else None for shape in others}
        decisions.append(decision)
    return years, decisions


def _of_column(shape: Shape) -> tuple[int | None, Decision]:
    found = shape.keys.years if shape.keys else ()
    column = shape.keys.year if shape.keys else None
    at = letter(column.at) if column else ""
    told = ", ".join(map(str, found)) if len(found) <= 3 else f"{found[0]}-{found[-1]}"
    decision = decide("year", told, 0.95, "year.column", column=at, years=told, sheet=shape.sheet.name, at=at)
    return (found[0] if len(found) == 1 else None), decision


def _own(shape: Shape, context: Context) -> int | None:
    """The one year that the name of the sheet says, or its titles."""
    for texts in ((shape.sheet.name,), shape.titles):
        found = {year for text in texts for year in years_in(text, context)[0]}
        if len(found) == 1:
            return next(iter(found))
    return None


def _by_sheet(shape: Shape, own: int | None, context: Context) -> Decision:
    """The year of one sheet among sheets of several years: headers that all of them share say nothing."""
    sheet = shape.sheet.name
    if own is not None and years_in(sheet, context)[0] == {own}:
        return decide("year", own, 0.95, "year.sheets", sheet=sheet)
    return decide_year([Place("title", shape.titles, TITLE), Place("sheet", (sheet,), SHEET)], context, sheet)


def _places(file: str, shapes: Sequence[Shape]) -> list[Place]:
    """Everything in a file that may say its year; of the headers those of totals."""
    return [
        Place("title", tuple(text for shape in shapes for text in shape.titles), TITLE),
        Place("file", (file.rsplit(".", 1)[0],), FILE),
        Place("sheet", tuple(shape.sheet.name for shape in shapes), SHEET),
        Place("header", tuple(text for shape in shapes for text in shape.totals), HEADER),
    ]
