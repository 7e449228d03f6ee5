"""Tables with criteria in their rows as a mapping: the annex of one unit, and blocks of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from etl.intake.context import Context, Known
from etl.intake.decisions import Decision, decide
from etl.intake.guess.cells import about as roughly
from etl.intake.guess.columns import Column
from etl.intake.guess.header import JOIN, header_parts
from etl.intake.guess.listing import Listing
from etl.intake.guess.match import assign
from etl.intake.guess.scale import number_style
from etl.intake.guess.sheet import About, SheetGuess, letter, names
from etl.intake.layouts.codes import is_code
from etl.intake.mapping_file import ColumnMap, KeyColumn, Role, SheetMap
from etl.intake.vocabulary import words
from etl.readers.workbook import cell_name

# Where a criterion fits no component, a person must look.
_OPEN = 0.55
_ROLES: tuple[Role, ...] = ("score", "self_score", "max_score", "rank")


def guess_listing(listing: Listing, about: About, context: Context, places: Mapping[str, str]) -> SheetGuess:
    """How criteria in rows are read. `places`: texts that may name the unit, by the name of the place."""
    blocks = len(listing.headings) > 1
    guess = SheetGuess(listing.sheet, "blocks" if blocks else "annex", year=about.year)
    columns, told_columns = _columns(listing, about)
    components, told_components = _components(listing, about, context)
    unit, told_unit = _heading(listing) if blocks else _unit(listing, context, places)
    guess.decisions = [*_structure(listing, guess.layout), told_components, told_unit, *told_columns]
    if columns:
        last_is_total = any(words(text) in context.vocabulary.totals for text in components)
        guess.plan = SheetMap(
            sheet=listing.sheet.name,
            layout="blocks" if blocks else "annex",
            header_rows=listing.header,
            first_row=listing.first,
            last_row=listing.last if listing.tail and not last_is_total else 0,
            component_from=_key(listing, listing.code or listing.name),
            columns=tuple(columns),
            components=components,
            skip=tuple(text for text in listing.skips if text not in components),
            **unit,
        )
    return guess


def _structure(listing: Listing, layout: str) -> list[Decision]:
    sheet, rows = listing.sheet.name, ", ".join(map(str, listing.header))
    known = names([c.header for c in listing.columns if c.said.role])
    facts = {"count": len(listing.header), "words": known, "sheet": sheet}
    return [
        decide("layout", layout, 0.9, f"layout.{layout}", count=len(listing.headings), sheet=sheet),
        decide("header_rows", rows, 0.9, "header.words", **facts),
    ]


def _key(listing: Listing, at: int) -> KeyColumn:
    return KeyColumn(column=letter(at), header=JOIN.join(header_parts(listing.sheet, listing.header, at)))


def _columns(listing: Listing, about: About) -> tuple[list[ColumnMap], list[Decision]]:
    """Columns of figures, one a role; several that say the same role leave it open."""
    columns: list[ColumnMap] = []
    decisions: list[Decision] = []
    for role in _ROLES:
        said = [c for c in listing.columns if c.said.role == role and c.at != listing.heading]
        found = [c for c in said if c.figures.numeric]
        decisions += [_decided(listing, column, role, len(found)) for column in found]
        for column in found[:1]:
            style, _ = number_style(column.figures.texts)
            beside = role != "max_score" and _beside_headings(listing, column.at)
            total = about.framework.index if beside else ""
            columns.append(
                ColumnMap(
                    column=letter(column.at), header=column.header, component=total, role=role, numbers=style
                )
            )
    return columns, decisions


def _decided(listing: Listing, column: Column, role: str, rivals: int) -> Decision:
    _, open_text = number_style(column.figures.texts)
    over = 0 if role in ("max_score", "rank") else _over_maximum(listing, column)
    facts = {
        "role": role,
        "count": over,
        "sample": open_text,
        "sheet": listing.sheet.name,
        "at": letter(column.at),
    }
    if open_text:
        return decide("column", role, 0.45, "numbers.ambiguous", **facts)
    if over:
        return decide("column", role, 0.5, "column.over_maximum", **facts)
    if rivals > 1:
        return decide("column", role, 0.4, "column.roles", **facts)
    return decide("column", role, 0.9, "column.role", **facts)


def _over_maximum(listing: Listing, column: Column) -> int:
    """Number of criteria with more points than the column of maxima allows."""
    maxima = next((c for c in listing.columns if c.said.role == "max_score" and c.figures.numeric), None)
    if maxima is None:
        return 0
    rows = [row.at for row in listing.rows]
    pairs = [(roughly(listing.sheet.at(r, column.at)), roughly(listing.sheet.at(r, maxima.at))) for r in rows]
    return sum(points > most + 1e-9 for points, most in pairs if points is not None and most is not None)


def _beside_headings(listing: Listing, at: int) -> bool:
    return any(roughly(listing.sheet.at(row, at)) is not None for row in listing.headings)


def _components(listing: Listing, about: About, context: Context) -> tuple[dict[str, str], Decision]:
    """Codes of the rows: none are needed where a column holds the codes of the framework themselves."""
    known = context.known(about.framework, about.year)
    fits = assign(listing.criteria, known, about.framework.index)
    codes = {k.code for k in known}
    found: dict[str, str] = {}
    lost: list[str] = []
    doubt = 0.95
    for row in listing.criteria:
        label = _label(listing, row)
        if label.rstrip(".)") in codes and (
            row.at not in fits or fits[row.at].known.code == label.rstrip(".)")
        ):
            found[label] = label.rstrip(".)")
        elif row.at in fits:
            found[label] = fits[row.at].known.code
            doubt = min(doubt, fits[row.at].confidence)
        else:
            lost.append(label)
    for text in listing.skips:
        if words(text) in context.vocabulary.totals:
            found[text] = about.framework.index
    count = len(listing.criteria)
    share = 1 - len(lost) / max(count, 1)
    facts = {"count": count, "matched": count - len(lost), "names": names(lost), "sheet": listing.sheet.name}
    reason = "components.lost" if lost else "components.all"
    other = _other_maxima(listing, found, known)
    if other:
        reason, doubt = "components.maxima", 0.5
        facts |= {"count": len(other), "names": names(other)}
    doubt = min(doubt, _OPEN * share) if lost else doubt
    decision = decide("components", f"{count - len(lost)} of {count}", doubt, reason, **facts)
    same = {text for text, code in found.items() if text.rstrip(".)") == code and is_code(text)}
    return {text: code for text, code in found.items() if text not in same}, decision


def _other_maxima(listing: Listing, found: Mapping[str, str], known: Sequence[Known]) -> list[str]:
    """Criteria whose maximum in the file is not that of the framework: it may be another one."""
    column = next((c for c in listing.columns if c.said.role == "max_score" and c.figures.numeric), None)
    highest = {k.code: k.high for k in known if k.high is not None}
    if column is None:
        return []
    told = {_label(listing, row): roughly(listing.sheet.at(row.at, column.at)) for row in listing.criteria}
    pairs = [(label, most, highest.get(found.get(label, ""))) for label, most in told.items()]
    return [
        label
        for label, most, high in pairs
        if most is not None and high is not None and abs(most - high) > 1e-6
    ]


def _label(listing: Listing, row: Column) -> str:
    """The cell that tells the component: its code, or its text where there is no column of codes."""
    return listing.sheet.text(row.at, listing.code or listing.name)


def _heading(listing: Listing) -> tuple[dict[str, KeyColumn], Decision]:
    """Blocks: the column in which the units head their blocks."""
    sheet, at = listing.sheet.name, letter(listing.heading)
    units = len(set(listing.headings.values()))
    facts = {"count": len(listing.headings), "units": units, "sheet": sheet, "at": at}
    confidence = 0.9 if units == len(listing.headings) else 0.45
    return {"unit": _key(listing, listing.heading)}, decide("unit", at, confidence, "unit.headings", **facts)


def _unit(listing: Listing, context: Context, places: Mapping[str, str]) -> tuple[dict[str, str], Decision]:
    """Annex: whose sheet it is. A cell over the table that names a unit, or the name of the sheet or file."""
    sheet = listing.sheet
    named: dict[str, tuple[frozenset[str], dict[str, str]]] = {}
    for row in range(1, listing.header[0]):
        for column, _ in sheet.cells(row):
            ids = context.heading_unit(sheet.text(row, column))
            if ids:
                cell = cell_name(row, column)
                named[cell] = (ids, {"unit_cell": cell})
    in_cells = bool(named)
    for place, text in places.items():
        ids = context.unit_inside(text)
        if ids and not (in_cells and place.startswith("title")):
            named.setdefault(place, (ids, {"unit_name": context.unit_name(ids)}))
    if not named:
        return {}, decide("unit", "", 0, "none", sheet=sheet.name)
    first, (ids, fields) = next(iter(named.items()))
    unit = context.unit_name(ids)
    others = [place for place, (other, _) in named.items() if not other & ids]
    if others or len({one.split(":")[-1] for one in ids}) > 1:
        told = ", ".join([first, *others])
        return fields, decide("unit", unit, 0.4, "unit.several", places=told, sheet=sheet.name)
    confidence = 0.9 if "unit_cell" in fields or len(named) > 1 else 0.75
    return fields, decide(
        "unit", unit, confidence, "unit.inside", unit=unit, places=", ".join(named), sheet=sheet.name
    )
