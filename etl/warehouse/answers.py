"""Answers in pages: the lists that programs may ask for, their columns, whole tables by index and year.

Every list has one order, so that pages of it fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import pandas as pd
import sqlalchemy as sa

from etl.warehouse import schema as t
from etl.warehouse import selects
from etl.warehouse.dictionary import Field, fields_of
from etl.warehouse.selects import Select, Value

Filters = Mapping[str, Value]


@dataclass(frozen=True)
class Window:
    """Which rows of an answer: at most `limit` after the first `offset`."""

    limit: int
    offset: int = 0


@dataclass(frozen=True)
class Page:
    """Some rows of an answer, and how many it has in all."""

    rows: pd.DataFrame
    total: int


def _whole(table: sa.Table, order: str) -> Callable[[Filters], Select]:
    return lambda filters: selects.whole(table, order, **dict(filters))


def _among(statement: Select, filters: Filters) -> Select:
    """A statement that joins or counts, limited by columns of its own answer."""
    columns = statement.selected_columns
    for name, value in filters.items():
        if value is not None:
            many = [value] if isinstance(value, str | int) else list(value)
            statement = statement.where(columns[name].in_(many))
    return statement


def _coverage(filters: Filters) -> Select:
    held = selects.coverage().order_by(None).subquery("coverage")
    order = (held.c.index_code, held.c.year, held.c.unit_set)
    return selects.filtered(sa.select(*held.c), held, filters).order_by(*order)


ANSWERS: Final[Mapping[str, Callable[[Filters], Select]]] = {
    "index_info": _whole(t.index_info, "order_no"),
    "coverage": _coverage,
    "framework": lambda filters: _among(selects.frameworks(), filters),
    "component": _whole(t.component, "framework_id,year,view,order_no,component_code"),
    "unit": _whole(t.unit, "unit_set,sort_order,unit_id"),
    "score": selects.scores,
    "target": lambda filters: _among(selects.targets(None), filters),
    "source": _whole(t.source, "source_id"),
    "reconciliation": _whole(t.reconciliation, "index_code,year,view,component_code"),
}


@cache
def answer_fields(name: str) -> tuple[Field, ...]:
    """What the columns of an answer are, in their order."""
    return fields_of(name, ANSWERS[name]({}).selected_columns)


def paged(name: str, filters: Filters, window: Window) -> Select:
    """The rows of one page of an answer."""
    return ANSWERS[name](filters).limit(window.limit).offset(window.offset)


def counted(name: str, filters: Filters) -> Select:
    """How many rows the whole answer has, as `n`."""
    return size_of(ANSWERS[name](filters))


def size_of(statement: Select) -> Select:
    """How many rows a statement gives, as `n`."""
    whole = statement.order_by(None).subquery("answer")
    return sa.select(sa.func.count().label("n")).select_from(whole)


def sizes_of(statements: Mapping[str, Select]) -> Select:
    """How many rows each of several statements gives, in one question: `name` and `n`."""
    counted = [size_of(each).add_columns(sa.literal(name).label("name")) for name, each in statements.items()]
    every = sa.union_all(*counted).subquery("sizes")
    return sa.select(every.c.name, every.c.n)


def whole_table(name: str, filters: Filters) -> Select:
    """A table of the release, limited where it has the columns. Raises KeyError for an unknown table."""
    table = t.metadata.tables[name]
    held = {column: value for column, value in filters.items() if column in table.c}
    query: sa.Select[Any] = selects.filtered(sa.select(table), table, held)
    return query.order_by(table.c.position) if "position" in table.c else query
