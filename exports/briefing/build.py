"""From the frames of one release to the briefing: a chapter an index, then what is said over all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from exports.briefing import charts, leaders, losses, overall, standing
from exports.briefing.evidence import evidence
from exports.briefing.model import (
    Briefing,
    Chapter,
    Chart,
    Evidence,
    Frames,
    NothingToBriefError,
    Pin,
    Row,
    Table,
    Wish,
    Written,
)
from exports.briefing.parts import Part
from exports.briefing.scope import codes_of, same
from exports.briefing.words import DASH, Words, has, rank_of
from indices.errors import Problem

DAY = 10  # characters of an ISO date


def build(frames: Frames, wish: Wish, written: Written | None = None) -> Briefing:
    """The briefing of a wish. Raises NothingToBriefError where there is nothing true to say."""
    written = written or Written()
    w = Words(wish.lang)
    refuse(frames, wish, w)
    unit = frames.unit or {}
    province = w.name(unit)
    scopes = codes_of(frames, wish, written) if wish.department else None
    parts = [
        Part(info, frames, w, scopes[info["index_code"]] if scopes else None)
        for info in frames.rows("indices")
        if scopes is None or info["index_code"] in scopes
    ]
    chapters = [chapter(part, wish, province) for part in parts]
    chapters = [c for c in chapters if c.status != "absent" or _ever(c, parts)]
    if scopes is not None:
        written = _of_department(written, wish, scopes)
    found = tuple(item for c in chapters for item in c.evidence)
    shown = [part for part in parts if part.code in {c.code for c in chapters}]
    years = leaders.years(shown)
    names = {key: name for part in shown for key, name in part.names.items()}
    tables = _tables(chapters, wish, province, found, written, frames, years, names)
    figures = (
        charts.standing_chart(chapters, province, w, wish.year),
        charts.ranks_chart(years, province, w),
    )
    return Briefing(
        wish=wish,
        pin=pin(frames.release, w),
        province=province,
        province_kind=str(unit.get("type_vi") or ""),
        region=w.name(unit, "region") if has(unit.get("region_vi")) else "",
        chapters=tuple(chapters),
        headlines=overall.headlines(chapters, wish, province, found),
        tables=tables,
        charts={chart.key: chart for chart in figures if chart is not None},
        evidence=found,
        trees=_trees(frames),
        written=written,
    )


def pin(release: Row, w: Words) -> Pin:
    """The identity of the frozen figures."""
    return Pin(
        str(release["release_id"]),
        w.day(str(release["built_at"])[:DAY]),
        w.day(release["pack_date"]) if release["pack_date"] else "",
        int(release["sources_count"]),
        bool(release["simulated"]),
    )


def refuse(frames: Frames, wish: Wish, w: Words) -> None:
    """Say clearly when there is nothing: an unknown province or index, a year without any figure."""
    if frames.unit is None:
        raise NothingToBriefError(
            [Problem(w.t("refuse.province"), found=wish.province, hint=w.t("refuse.province_hint"))]
        )
    missing = sorted(set(wish.indices) - set(frames.indices["index_code"]))
    if missing or not len(frames.indices):
        raise NothingToBriefError([Problem(w.t("refuse.index"), found=", ".join(missing))])
    told = any(Part(info, frames, w).status not in ("absent",) for info in frames.rows("indices"))
    if not told:
        years = ", ".join(map(str, frames.years)) or DASH
        what = w.t("refuse.year", province=w.name(frames.unit), year=wish.year)
        raise NothingToBriefError([Problem(what, hint=w.t("refuse.year_hint", years=years))])


def _ever(one: Chapter, parts: list[Part]) -> bool:
    """Whether the province ever had a figure of the index: an index that never was is not missed."""
    return next(part for part in parts if part.code == one.code).totals != []


def chapter(part: Part, wish: Wish, province: str) -> Chapter:
    """The chapter of one index."""
    w, total = part.words, dict(part.total or _estimate(part) or {})
    if part.total is not None:
        total |= {"_group": part.group, "_leader_sure": standing.leader_sure(part)}
        total["_region_rank"] = rank_of(*part.region_rank) if part.region_rank else None
    made = _part_tables(part, wish, province)
    said = standing.sentences(part, province) | {
        "fourway": losses.fourway_sentence(made.get("fourway"), part),
        "scope": losses.scope_sentence(part),
        "lost": losses.lost_sentence(made.get("lost"), part),
        "sources": losses.sources_sentence(made.get("sources"), part),
        "selfscore": losses.selfscore_sentence(made.get("selfscore"), part),
        "classes": losses.classes_sentence(made.get("classes"), part),
        "leaders": leaders.leaders_sentence(made.get("leaders"), part),
    }
    return Chapter(
        code=part.code,
        short=part.short,
        name=w.name(part.info),
        publisher=w.name(part.info, "publisher"),
        status=part.status,
        decimals=part.decimals,
        maximum=total.get("max_score") or part.framework["scale_max"],
        unit=part.unit,
        total=total,
        sentences={slot: text for slot, text in said.items() if text},
        tables=made,
        charts=_part_charts(made, part),
        evidence=evidence(part) if part.status == "published" else (),
        sources=leaders.source_lines(part),
    )


def _estimate(part: Part) -> Row | None:
    return next((r for r in part.estimates if r["component_code"] == part.code and has(r["value"])), None)


def _part_tables(part: Part, wish: Wish, province: str) -> dict[str, Table]:
    two_years = losses.fields(part)
    made = (
        standing.facts(part, province),
        two_years,
        losses.fourway(two_years, part),
        losses.lost(part),
        losses.sources(part),
        losses.selfscore(part),
        losses.classes(part),
        losses.overcome(part),
        leaders.leaders(part, wish.compare),
        leaders.full(part),
    )
    return {
        table.key: table for table in made if table is not None and (table.rows or table.key == "selfscore")
    }


def _part_charts(tables: dict[str, Table], part: Part) -> dict[str, Chart]:
    drawers: tuple[tuple[str, Callable[[Table | None, Part], Chart | None]], ...] = (
        ("fields", charts.fields_chart),
        ("lost", charts.lost_chart),
        ("leaders", charts.leaders_chart),
        ("sources", charts.sources_chart),
    )
    made = (draw(tables.get(key), part) for key, draw in drawers)
    return {chart.key: chart for chart in made if chart is not None}


def _tables(
    chapters: list[Chapter],
    wish: Wish,
    province: str,
    found: tuple[Evidence, ...],
    *rest: object,
) -> dict[str, Table]:
    written, frames, years, names = rest
    w = Words(wish.lang)
    used = tuple(line for one in chapters for line in one.sources)
    made = (
        overall.overview(chapters, wish, province),
        overall.compare(chapters, wish),
        years,
        overall.weak(found, w),
        overall.causes(found, written, names, w),
        overall.assignments(found, written, names, w),
        overall.targets(frames.targets, wish) if not wish.department else None,
        overall.source_table(frames.sources, used, w),
    )
    return {table.key: table for table in made if table is not None}


def _of_department(written: Written, wish: Wish, scopes: Mapping[str, frozenset[str]]) -> Written:
    """Only the causes of the body's components and the tasks that it leads."""
    causes = tuple(one for one in written.causes if one.code in scopes.get(one.index, ()))
    own = tuple(one for one in written.assignments if same(one.lead, wish.department))
    return Written(causes, own, written.duties)


def _trees(frames: Frames) -> dict:
    """The trees of the year with the factor, offset and span of every rule, for formulas."""
    made = {}
    for code, tree in frames.trees.items():
        factors = frames.factors.get(code, {})
        told = [factors.get(str(name), (1.0, 0.0, 1.0)) for name in tree["component_code"]]
        made[code] = tree.assign(
            factor=[t[0] for t in told], offset=[t[1] for t in told], span=[t[2] for t in told]
        )
    return made
