"""Wiring of the comparison page: whom we stand beside is in the address, else the leader and our likes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import dash_mantine_components as dmc
import pandas as pd
from dash import Dash, Input, State, set_props

from callbacks.components import main_codes
from callbacks.provenance import component_hrefs
from callbacks.ranking import nothing
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, held_codes, known, read_subject, source_lines
from callbacks.url_state import Repair, ViewState, altered, parse, search_of
from indices.similar import PARTS, similar
from layouts import ids, text
from layouts.frames import as_rows
from layouts.pages import compare
from layouts.pages.compare_view import BENCHMARK, CompareView, Likeness, Side
from layouts.subject import Subject
from layouts.text import t

WITH, BESIDE, SHAPE = "voi", "moc", "kieu"
REGION, NATION, BEST = "vung", "ca-nuoc", "ky-luc"
BENCHMARKS = (REGION, NATION, BEST)
USUAL = (REGION, NATION)
NONE = "khong"
RADAR = "radar"
MOST, LIKES_SHOWN, LIKES_USUAL = 5, 6, 2
# What the page reads of a score row.
READ = (
    "unit_id", "unit_set", "component_code", "value", "rank", "max_score", "mean", "mean_kind", "region_mean",
    "change", "prev_year", "prev_value", "framework_id", "source_id",
)  # fmt: skip


@dataclass(frozen=True)
class Material:
    """What the release holds for the page: this year's rows of total and main components, all units."""

    tree: pd.DataFrame
    rows: pd.DataFrame
    codes: tuple[str, ...]
    units: pd.DataFrame

    @property
    def totals(self) -> pd.DataFrame:
        """Rows of the total."""
        return self.rows[self.rows["component_code"] == self.codes[0]]


def read_material(services: Services, subject: Subject) -> Material:
    """Rows and names of the year."""
    index = str(subject.index["index_code"])
    tree = known(services, "components", index, subject.year)
    codes = (index, *main_codes(tree, held_codes(services, subject, tree), index))
    limits = {"component_code": list(codes), "view": ROOT_VIEW}
    rows = services.warehouse.scores(index, subject.year, columns=READ, **limits)
    units = known(services, "units", subject.unit_set)
    return Material(tree, rows[rows["unit_set"] == subject.unit_set], codes, units)


def build_view(services: Services, state: ViewState) -> tuple[CompareView, tuple[Repair, ...]] | None:
    """The view and what had to be repaired; None when the index or our province has no figure."""
    subject = read_subject(services, state)
    if subject is None or subject.own is None or subject.internal:
        return None
    material = read_material(services, subject)
    likes = likes_of(services, subject, material)
    chosen, repairs = others_of(state, material, subject, likes)
    marks = benchmarks_of(state)
    sides = (_side(subject.own, state), *(_side(row, state) for row in chosen), *_marks(marks, state.lang))
    values = {side.key: column(services, side, material, subject) for side in sides}
    sides = tuple(side for side in sides if side.kind != BENCHMARK or values[side.key].notna().any())
    view = CompareView(
        subject=replace(subject, sources=source_lines(services, material.rows["source_id"])),
        sides=sides,
        rows=_rows(material, {side.key: values[side.key] for side in sides}),
        ranks=_rows(material, {s.key: _of(material.rows, s, "rank") for s in sides if s.kind != BENCHMARK}),
        before=_before(material.totals, sides),
        likes=_likenesses(likes, chosen, material, state, services),
        choices=tuple(
            (str(row["slug"]), text.name(row, state.lang))
            for row in as_rows(material.units)
            if row["slug"] != subject.own["slug"]
        ),
        benchmarks=tuple(
            (t(f"compare.mark.{mark}", state.lang), _toggled(mark, marks, state, services), mark in marks)
            for mark in BENCHMARKS
        ),
        radar_href=_address(state, services, **{SHAPE: "" if state.extra(SHAPE) == RADAR else RADAR}),
        radar=state.extra(SHAPE) == RADAR,
        hrefs=component_hrefs(services, replace(state, year=subject.year), material.codes),
    )
    return view, repairs


def _side(unit: Any, state: ViewState) -> Side:
    return Side(str(unit["slug"]), text.name(unit, state.lang), unit_id=str(unit["unit_id"]))


def _marks(marks: Iterable[str], lang: str) -> list[Side]:
    return [Side(mark, t(f"compare.mark.{mark}", lang), BENCHMARK) for mark in marks]


def benchmarks_of(state: ViewState) -> tuple[str, ...]:
    """The benchmarks asked for, in their own order; unknown words are left out."""
    asked = state.extra(BESIDE)
    wanted = set(asked.split(",")) if asked else set(USUAL)
    return tuple(mark for mark in BENCHMARKS if mark in wanted)


def likes_of(services: Services, subject: Subject, material: Material) -> pd.DataFrame:
    """Provinces like ours by the profile of this year, population and region (indices.similar)."""
    parts = material.rows[material.rows["component_code"] != material.codes[0]]
    profile = parts.pivot_table(index="unit_id", columns="component_code", values="value", aggfunc="first")
    people = known(services, "population")
    sizes = (
        people.sort_values("year").drop_duplicates("unit_id", keep="last").set_index("unit_id")["population"]
    )
    regions = material.units.set_index("unit_id")["region_code"]
    return similar(profile, sizes, regions, subject.own_id)


def others_of(
    state: ViewState, material: Material, subject: Subject, likes: pd.DataFrame
) -> tuple[list[dict[str, Any]], tuple[Repair, ...]]:
    """Unit rows of the provinces to stand beside, and a repair for each name that is none."""
    by_slug = {row["slug"]: row for row in as_rows(material.units)}
    asked = [slug for slug in dict.fromkeys(state.extra(WITH).split(",")) if slug]
    if asked == [NONE]:
        return [], ()
    own = str(subject.own["slug"]) if subject.own is not None else ""
    found = [by_slug[slug] for slug in asked if slug in by_slug and slug != own][:MOST]
    wrong = [slug for slug in asked if slug not in by_slug]
    if found or (asked and not wrong):
        shown = text.listing([text.name(row, state.lang) for row in found], state.lang)
        return found, tuple(Repair("value", slug, shown) for slug in wrong)
    usual = usual_others(material, subject, likes)
    shown = text.listing([text.name(row, state.lang) for row in usual], state.lang)
    return usual, tuple(Repair("value", slug, shown) for slug in wrong)


def usual_others(material: Material, subject: Subject, likes: pd.DataFrame) -> list[dict[str, Any]]:
    """The best of the others and our two nearest likes."""
    ranked = material.totals[material.totals["unit_id"] != subject.own_id]
    best = ranked.sort_values("value", ascending=False)["unit_id"].head(1).tolist()
    wanted = list(dict.fromkeys([*best, *likes.index[: LIKES_USUAL + 1]]))[: LIKES_USUAL + 1]
    units = {row["unit_id"]: row for row in as_rows(material.units)}
    return [units[unit] for unit in wanted if unit in units]


def column(services: Services, side: Side, material: Material, subject: Subject) -> pd.Series:
    """Values of one side by component code."""
    if side.kind != BENCHMARK:
        return _of(material.rows, side, "value")
    own = material.rows[material.rows["unit_id"] == subject.own_id].set_index("component_code")
    if side.key == REGION:
        return own["region_mean"].astype("float64")
    if side.key == NATION:
        return own["mean"].where(own["mean_kind"] != "partial").astype("float64")
    return best_ever(services, material, subject)


def best_ever(services: Services, material: Material, subject: Subject) -> pd.Series:
    """The highest value any province ever had in each component under the framework of the year."""
    index = str(subject.index["index_code"])
    limits = {"component_code": list(material.codes), "view": ROOT_VIEW}
    rows = services.warehouse.scores(index, columns=("component_code", "framework_id", "value"), **limits)
    same = rows[(rows["framework_id"] == material.rows["framework_id"].iloc[0])]
    return same.groupby("component_code")["value"].max()


def _of(rows: pd.DataFrame, side: Side, field: str) -> pd.Series:
    mine = rows[rows["unit_id"] == side.unit_id]
    return mine.set_index("component_code")[field].astype("float64")


def _rows(material: Material, columns: dict[str, pd.Series]) -> pd.DataFrame:
    tree = material.tree.set_index("component_code")
    tree = tree.loc[[code for code in material.codes if code in tree.index]]
    own_most = material.rows.groupby("component_code")["max_score"].first()
    frame = tree[["name_vi", "name_en", "max_score"]].assign(
        max_score=tree["max_score"].fillna(own_most), **columns
    )
    return frame.reset_index()


def _before(totals: pd.DataFrame, sides: Iterable[Side]) -> dict[str, tuple[int, float]]:
    """Year and value of each province's total before, where the two years can be compared."""
    found = {}
    for side in sides:
        mine = totals[(totals["unit_id"] == side.unit_id) & totals["change"].notna()]
        if side.unit_id and len(mine):
            found[side.key] = (int(mine["prev_year"].iloc[0]), float(mine["prev_value"].iloc[0]))
    return found


def _likenesses(
    likes: pd.DataFrame,
    chosen: list[dict[str, Any]],
    material: Material,
    state: ViewState,
    services: Services,
) -> tuple[Likeness, ...]:
    units = {row["unit_id"]: row for row in as_rows(material.units)}
    slugs = [str(row["slug"]) for row in chosen]
    made = []
    for unit, row in likes.head(LIKES_SHOWN).iterrows():
        slug = str(units[unit]["slug"])
        rest = [one for one in slugs if one != slug]
        wanted = rest if slug in slugs else [*rest[-(MOST - 1) :], slug]
        href = _address(state, services, **{WITH: ",".join(wanted) or NONE})
        parts = {part: float(row[part]) for part in PARTS}
        made.append(
            Likeness(text.name(units[unit], state.lang), float(row["distance"]), parts, href, slug in slugs)
        )
    return tuple(made)


def _toggled(mark: str, marks: tuple[str, ...], state: ViewState, services: Services) -> str:
    wanted = [one for one in BENCHMARKS if (one in marks) != (one == mark)]
    return _address(state, services, **{BESIDE: ",".join(wanted) or NONE})


def _address(state: ViewState, services: Services, **changes: str) -> str:
    return PAGE.path + search_of(altered(state, changes), services.facts())


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    made = build_view(services, state)
    title = t("nav.compare", state.lang)
    if made is None:
        subject = read_subject(services, state)
        if subject is None:
            return Rendered(nothing(state), title)
        return Rendered(compare.nothing_of_ours(subject, state.lang), title)
    view, repairs = made
    return Rendered(compare.layout(view, state.lang), f"{title} {view.subject.label(state.lang)}", repairs)


def chosen_others(slugs: list[str] | None, search: str | None, services: Services) -> str | None:
    """The query string after other provinces were chosen; None when the URL already says so."""
    facts = services.facts()
    state, _ = parse(search, facts, True, PAGE.extras)
    made = build_view(services, state)
    if made is None or slugs is None or [side.key for side in made[0].others] == slugs:
        return None
    return search_of(altered(state, {WITH: ",".join(slugs[:MOST]) or NONE}), facts)


def register(app: Dash, services: Services) -> None:
    """Attach the select of provinces: it only writes the URL."""

    @app.callback(Input(compare.OTHERS, "value"), State(ids.URL, "search"), prevent_initial_call=True)
    def _choose(slugs: list[str] | None, search: str | None) -> None:
        changed = chosen_others(slugs, search, services)
        if changed is not None:
            set_props(ids.URL, {"search": changed})


PAGE = Page(
    id="compare",
    path="/so-sanh",
    group="results",
    controls=("province", "index", "year"),
    render=render,
    extras=(WITH, BESIDE, SHAPE),
    register=register,
    validation=lambda: [dmc.MultiSelect(id=compare.OTHERS)],
)
