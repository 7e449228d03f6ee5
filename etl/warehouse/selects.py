"""The statements behind the query layer, as SQLAlchemy selects; values from outside are bound parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on

from etl.filekinds import IN_USE, SELF
from etl.warehouse import schema as t

Value = str | int | Sequence[str] | Sequence[int] | None
Select = sa.Select[Any]


def filtered(query: Select, table: sa.FromClause, filters: Mapping[str, Value]) -> Select:
    """`query` limited by column values; None means no limit, a list means any of its values."""
    for name, value in filters.items():
        if value is None:
            continue
        column = table.c[name]
        one = isinstance(value, str | int)
        query = query.where(column == value) if one else query.where(column.in_(list(value)))  # type: ignore[arg-type]
    return query


def whole(table: sa.Table, order: str, **filters: Value) -> Select:
    """All columns of a table in the order of the columns named in `order` (comma separated)."""
    columns = [table.c[name] for name in order.split(",")]
    return filtered(sa.select(table), table, filters).order_by(*columns)


def scores(filters: Mapping[str, Value]) -> Select:
    """Score rows, which hold the names of component, unit and leader, in display order."""
    columns = [column for column in t.score.columns if column.name != "position"]
    return filtered(sa.select(*columns), t.score, filters).order_by(t.score.c.position)


def coverage() -> Select:
    """What the pack holds of each index, year and unit set."""
    s, p = t.score.c, t.publication.c
    total = s.component_code == s.index_code
    main = s.view == "main"
    keys = (s.index_code, s.year, s.unit_set)
    held = (
        sa.select(
            *keys,
            sa.func.min(s.framework_id).label("framework_id"),
            sa.func.count(s.published).filter(main, total).label("n_totals"),
            sa.func.count(s.rank).filter(main, total, s.rank_kind == "published").label("n_ranks"),
            sa.func.count(s.component_code.distinct())
            .filter(main, s.published.is_not(None))
            .label("n_components"),
            sa.func.count(s.published).filter(main).label("n_published_cells"),
        )
        .group_by(*keys)
        .subquery("held")
    )
    same = [p[k] == held.c[k] for k in ("index_code", "year", "unit_set")]
    joined = held.outerjoin(t.publication, sa.and_(*same))
    columns = (*held.c, p.n_units, p.complete, p.publishes_rank, p.withheld, p.note_vi, p.note_en)
    return sa.select(*columns).select_from(joined).order_by(held.c.index_code, held.c.year, held.c.unit_set)


def years(index_code: str) -> Select:
    """Years of which the pack holds anything of an index, with the unit sets and framework."""
    s = t.score.c
    query = sa.select(s.year, s.unit_set, s.framework_id).where(s.index_code == index_code).distinct()
    return query.order_by(s.year, s.unit_set)


def targets(unit_id: str | None) -> Select:
    """Targets joined with their status."""
    a, b = t.target, t.target_status
    measured = [c for c in b.columns if c.name not in a.c]
    query = sa.select(a, *measured).select_from(a.outerjoin(b, a.c.target_id == b.c.target_id))
    return filtered(query, a, {"unit_id": unit_id}).order_by(a.c.target_id)


def facts(filters: Mapping[str, Value]) -> Select:
    """Every value found, used or not, with its source."""
    f, s = t.fact, t.source
    about = [s.c[n].label(f"source_{n}") for n in ("publisher", "document", "address", "date", "trust")]
    query = sa.select(f, *about).select_from(f.outerjoin(s, f.c.source_id == s.c.source_id))
    order = (f.c.index_code, f.c.year, f.c.component_code, f.c.unit_id, f.c.use, f.c.row)
    return filtered(query, f, filters).order_by(*order)


def conflicts() -> Select:
    """Keys with more than one value: the one in use beside each other one."""
    used, other, unit = t.fact.alias("used"), t.fact.alias("other"), t.unit
    keys = ("index_code", "year", "unit_id", "component_code")
    same = sa.and_(used.c.use.in_(IN_USE), *[used.c[k] == other.c[k] for k in keys])
    joined = other.outerjoin(used, same).outerjoin(unit, unit.c.unit_id == other.c.unit_id)
    query = sa.select(
        *[other.c[k] for k in keys],
        other.c.unit_set,
        unit.c.name_vi.label("unit_name_vi"),
        unit.c.name_en.label("unit_name_en"),
        used.c.published.label("value_used"),
        used.c.published_rank.label("rank_used"),
        used.c.source_id.label("source_used"),
        other.c.published.label("value_other"),
        other.c.published_rank.label("rank_other"),
        other.c.source_id.label("source_other"),
        other.c.use,
        other.c.note,
    ).select_from(joined)
    several = sa.select(*[t.fact.c[k] for k in keys]).group_by(*[t.fact.c[k] for k in keys])
    twice = several.having(sa.func.count() > 1).subquery("twice")
    held = sa.exists().where(*[twice.c[k] == other.c[k] for k in keys])
    order = (other.c.index_code, other.c.year, unit.c.sort_order, other.c.component_code, other.c.row)
    return query.where(other.c.use.not_in((*IN_USE, SELF)), held).order_by(*order)


def component_words() -> Select:
    """Every roll-up and level that a component of the release has."""
    c = t.component.c
    return sa.select(c.view, c.level).distinct().order_by(c.view, c.level)


def component_statuses(view: str) -> Select:
    """How many components of one roll-up have each status, by framework and year: the count is `n`."""
    c = t.component.c
    keys = (c.framework_id, c.year, c.status)
    return sa.select(*keys, sa.func.count().label("n")).where(c.view == view).group_by(*keys).order_by(*keys)


def heat(index_code: str, year: int, level: str) -> Select:
    """Share of the maximum, value and rank of every unit and component of one level (main tree)."""
    s = t.score.c
    names = (s.unit_id, s.unit_name_vi, s.unit_name_en, s.unit_slug, s.component_code, s.order_no)
    columns = (*names, s.component_name_vi, s.component_name_en)
    numbers = (s.value, s.min_score, s.max_score, s.share, s.rank, s.n_ranked, s.lost, s.lost_share)
    limits: dict[str, Value] = {"index_code": index_code, "year": year, "level": level, "view": "main"}
    return filtered(sa.select(*columns, *numbers), t.score, limits).order_by(s.unit_order, s.order_no)


def theme_weaknesses(filters: Mapping[str, Value]) -> Select:
    """What the indices say of each theme, by unit and year, with the names of unit and theme."""
    w, u = t.theme_weakness, t.unit
    names = sa.select(t.theme.c.theme_code, t.theme.c.name_vi, t.theme.c.name_en, t.theme.c.order_no)
    first = names.ext(distinct_on(t.theme.c.theme_code)).order_by(t.theme.c.theme_code, t.theme.c.order_no)
    theme = first.subquery("theme_name")
    columns: list[Any] = [
        *w.columns,
        *[theme.c[name].label(f"theme_{name}") for name in ("name_vi", "name_en")],
        *[u.c[name].label(f"unit_{name}") for name in ("name_vi", "name_en", "slug")],
    ]
    joined = w.join(theme, theme.c.theme_code == w.c.theme_code).join(u, u.c.unit_id == w.c.unit_id)
    order = (w.c.as_of_year, u.c.sort_order, w.c.n_weak.desc(), w.c.worst_share, theme.c.order_no)
    return filtered(sa.select(*columns).select_from(joined), w, filters).order_by(*order)


def theme_evidence(filters: Mapping[str, Value]) -> Select:
    """The figures behind the themes: score rows of the components that speak of each."""
    e, s = t.theme_evidence, t.score
    keys = ("unit_id", "index_code", "framework_id", "year", "component_code")
    same = sa.and_(*[s.c[name] == e.c[name] for name in keys], s.c.view == "main")
    own = [column for column in s.columns if column.name not in e.c and column.name != "position"]
    query = sa.select(e, *own).select_from(e.join(s, same))
    order = (e.c.as_of_year, s.c.unit_order, e.c.theme_code, e.c.weak.desc(), s.c.position)
    return filtered(query, e, filters).order_by(*order)


def backcast(filters: Mapping[str, Value]) -> Select:
    """Estimates for new units before the merger, with names and the reason for the rule."""
    b, u, c, r = t.backcast, t.unit, t.component, t.backcast_rule
    named = sa.and_(*[c.c[n] == b.c[n] for n in ("index_code", "year", "component_code")], c.c.view == "main")
    columns: list[Any] = [
        *b.columns,
        r.c.min_coverage,
        *[r.c[name].label(f"rule_{name}") for name in ("why_vi", "why_en")],
        *[u.c[name].label(f"unit_{name}") for name in ("name_vi", "name_en", "slug")],
        *[c.c[name].label(f"component_{name}") for name in ("name_vi", "name_en")],
    ]
    joined = b.join(r, r.c.index_code == b.c.index_code).join(u, u.c.unit_id == b.c.unit_id)
    query = sa.select(*columns).select_from(joined.outerjoin(c, named))
    return filtered(query, b, filters).order_by(b.c.index_code, b.c.year, b.c.order_no, u.c.sort_order)


def frameworks() -> Select:
    """The frameworks but for the definitions themselves, in the order of their years."""
    table = t.framework
    columns = [column for column in table.columns if column.name != "definition"]
    return sa.select(*columns).order_by(table.c.index_code, table.c.first_year, table.c.framework_id)


def definitions(index_code: str, framework_id: str | None = None) -> Select:
    """The definitions of an index, or one of them, as they were written into the release."""
    limits: dict[str, Value] = {"index_code": index_code, "framework_id": framework_id}
    return filtered(sa.select(t.framework.c.definition), t.framework, limits).order_by(
        t.framework.c.first_year
    )


def framework_of(index_code: str, year: int) -> Select:
    """Id of the framework of an index in a year."""
    c = t.component.c
    return sa.select(c.framework_id).where(c.index_code == index_code, c.year == year).limit(1)


def used_facts(index_code: str, year: int, unit_id: str, alone: bool) -> Select:
    """The facts in use of an index and year: of one unit, or of all units of its set."""
    f = t.fact
    mine = (f.c.index_code == index_code, f.c.year == year, f.c.use.in_(IN_USE))
    if alone:
        return sa.select(f).where(*mine, f.c.unit_id == unit_id)
    unit_set = sa.select(t.unit.c.unit_set).where(t.unit.c.unit_id == unit_id).scalar_subquery()
    return sa.select(f).where(*mine, f.c.unit_set == unit_set)


def values(index_code: str, year: int) -> Select:
    """Values of every unit and component of an index and year in the main tree."""
    s = t.score.c
    columns = (s.index_code, s.year, s.view, s.unit_id, s.component_code, s.value)
    mine = (s.index_code == index_code, s.year == year, s.view == "main", s.value.is_not(None))
    return sa.select(*columns).where(*mine)


def prepared(index_code: str, year: int, view: str) -> Select:
    """Leaves of an index, year and view that were filled or treated before they were scored."""
    s = t.score.c
    filled = sa.case((s.value_kind == "imputed", s.value))
    columns = (s.unit_id, s.component_code, s.entered, s.treatment, filled.label("imputed"))
    mine = (s.index_code == index_code, s.year == year, s.view == view, s.entered.is_not(None))
    return sa.select(*columns).where(*mine)


def facts_about_release() -> Select:
    """Key and value pairs written when the release was built."""
    return sa.select(t.release_info)


def count_sources() -> Select:
    """How many sources the release names."""
    return sa.select(sa.func.count().label("n")).select_from(t.source)
