"""One index of one province: from the rows of a release to the card that is drawn."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from callbacks.records import records
from callbacks.url_state import ViewState, fold
from etl.warehouse.queries import Queries
from layouts.figures.strip import Strip
from layouts.figures.trend import Point
from layouts.narrative import mean_name
from layouts.text import has, t
from layouts.views import CardView, Neighbour, Row, Scale

MAIN = "main"
SHOWN_OF_OTHERS = [
    "index_code",
    "year",
    "unit_set",
    "unit_id",
    "unit_name_vi",
    "unit_name_en",
    "value",
    "value_kind",
    "rank",
]


@dataclass(frozen=True)
class Tables:
    """What the cards read, asked once. history: totals of the province in the years shown, by year."""

    history: tuple[Row, ...]
    everyone: tuple[Row, ...]
    publication: tuple[Row, ...]
    comparability: tuple[Row, ...]
    frameworks: tuple[Row, ...]
    groups: tuple[Row, ...]


def read_tables(
    warehouse: Queries, unit_ids: list[str], codes: list[str], limit: int | None
) -> dict[str, Tables]:
    """The tables of each index for one province; limit: no year after this one."""
    history = warehouse.scores(codes, unit_id=unit_ids, level="index", view=MAIN).sort_values("year")
    history = history[history["year"] <= limit] if limit else history
    latest = history[history["value"].notna()].groupby("index_code")["year"].max()
    years = sorted({int(y) for y in latest}) or None
    everyone = warehouse.scores(codes, years, columns=SHOWN_OF_OTHERS, component_code=codes, view=MAIN)
    everyone = everyone[everyone["year"] == everyone["index_code"].map(latest)]
    judged = warehouse.comparability(codes)
    found = (
        history,
        everyone,
        warehouse.publication(codes),
        judged[judged["component_code"].fillna("") == ""],
        warehouse.frameworks(),
        warehouse.groups(codes),
    )
    split = [_by_index(records(frame)) for frame in found]
    return {code: Tables(*(part.get(code, ()) for part in split)) for code in codes}


def _by_index(rows: list[Row]) -> Mapping[str, tuple[Row, ...]]:
    split: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        split[row["index_code"]].append(row)
    return {code: tuple(own) for code, own in split.items()}


def build_card(info: Row, tables: Tables, state: ViewState) -> CardView:
    """The card of one index: its latest measured year. `tables`: those of this index."""
    measured = one_set([row for row in tables.history if has(row["value"])])
    withheld = withheld_years(tables.publication, state)
    if not measured:
        ranks = [row for row in tables.history if has(row["rank"])]
        return CardView(
            info, scale_of(tables.frameworks, None), later_ranks=tuple(ranks[-1:]), withheld=withheld
        )
    last = measured[-1]
    row = {**last, "n_units": announced(tables.publication, last)}
    others, scale = like_with_like(tables.everyone, row), scale_of(tables.frameworks, row["framework_id"])
    reasons = reasons_of(tables.comparability, state.lang)
    return CardView(
        info,
        scale,
        row,
        group=group_name(tables.groups, row, state.lang),
        strip=strip_of(others, row, scale, state.lang),
        trend=trend_of(measured, reasons, state.lang),
        reason=reasons.get((row["prev_year"], row["year"]), ""),
        runner_up=second(others, row, state.lang),
        first_known=any(other["rank"] == 1 for other in others),
        later_ranks=later_ranks(tables.history, row["year"]),
        withheld=withheld,
    )


def one_set(history: list[Row]) -> list[Row]:
    """The rows of one unit set, that with the latest year; between two, the longer history."""
    sets: dict[str, list[Row]] = defaultdict(list)
    for row in history:
        sets[row["unit_set"]].append(row)
    return max(sets.values(), key=lambda rows: (rows[-1]["year"], len(rows)), default=[])


def like_with_like(everyone: tuple[Row, ...], row: Row) -> list[Row]:
    """Scores of the same year and set; beside a published score only published ones."""
    kinds = ("published",) if row["value_kind"] == "published" else ("published", "recomputed")
    same = [
        other for other in everyone if (other["year"], other["unit_set"]) == (row["year"], row["unit_set"])
    ]
    return [other for other in same if has(other["value"]) and other["value_kind"] in kinds]


def scale_of(frameworks: tuple[Row, ...], framework_id: str | None) -> Scale:
    """How the index is written in this framework (the latest one when none is given)."""
    row = next((f for f in frameworks if f["framework_id"] == framework_id), frameworks[-1])
    return Scale(row["decimals"], row["scale_max"], row["scale_unit"], row["headline"])


def announced(publication: tuple[Row, ...], row: Row) -> int | None:
    """How many units the publisher scored that year; None when nobody says."""
    key = (row["year"], row["unit_set"])
    return next((p["n_units"] for p in publication if (p["year"], p["unit_set"]) == key), None)


def group_name(groups: tuple[Row, ...], row: Row, lang: str) -> str:
    """The publisher's name of the group the province is in; "" when there are no groups."""
    if not has(row["group_code"]):
        return ""
    key = (row["year"], row["group_code"])
    named = next((g for g in groups if (g["year"], g["group_code"]) == key), None)
    told = str((named[f"name_{lang}"] or named["name_vi"]) if named else row["group_code"])
    word = t("card.group", lang, group="").strip(" :")
    if told.lower().startswith(word.lower()):  # the card says "group" itself
        return told[len(word) :].strip()
    return told[:1].lower() + told[1:] if len(told) > 2 else told


def unit_name(row: Row, lang: str) -> str:
    """The name of the unit of a score row."""
    return str(row[f"unit_name_{lang}"] or row["unit_name_vi"])


def strip_of(others: list[Row], row: Row, scale: Scale, lang: str) -> Strip | None:
    """All scores of the year; None when ours is the only one known. A mean of a part of them is not drawn."""
    if len(others) < 2:
        return None
    mean = row["mean"] if row["mean_kind"] != "partial" else None
    label = mean_name(row, lang, short=True) if has(mean) else ""
    values = tuple((unit_name(other, lang), other["value"]) for other in others)
    return Strip(values, unit_name(row, lang), row["value"], mean, label, scale.decimals)


def second(others: list[Row], row: Row, lang: str) -> Neighbour | None:
    """Who is second when we are first: by rank, for the best of the scores held need not be the second."""
    if row["rank"] != 1:
        return None
    found = [other for other in others if other["rank"] == 2]
    return Neighbour(unit_name(found[0], lang), found[0]["value"]) if found else None


def reasons_of(comparability: tuple[Row, ...], lang: str) -> dict[tuple[int, int], str]:
    """Why two years of a whole index may not be compared directly, as the definitions say."""
    whole = [row for row in comparability if not row["component_code"]]
    told = [((row["from_year"], row["to_year"]), row[f"reason_{lang}"] or row["reason_vi"]) for row in whole]
    return {years: reason for years, reason in told if reason}


def trend_of(measured: list[Row], reasons: Mapping[tuple[int, int], str], lang: str) -> tuple[Point, ...]:
    """The years with a score; a year joins the one before it only when adjacent and comparable."""
    points = []
    for row in measured:
        adjacent = row["prev_year"] == row["year"] - 1
        broken = row["comparability"] == "not_comparable"
        why = reasons.get((row["prev_year"], row["year"]), t("trend.break", lang)) if broken else ""
        points.append(Point(row["year"], row["value"], adjacent and not broken, why))
    return tuple(points)


def later_ranks(history: tuple[Row, ...], year: int) -> tuple[Row, ...]:
    """Years after the measured one of which only the rank is known."""
    return tuple(row for row in history if row["year"] > year and not has(row["value"]) and has(row["rank"]))


def withheld_years(publication: tuple[Row, ...], state: ViewState) -> tuple[Row, ...]:
    """Years in which the publisher named the province as not published, with the publisher's reason."""
    own = fold(state.province)
    told = [
        row for row in publication if own in {fold(part) for part in str(row["withheld"] or "").split(";")}
    ]
    shown = [row for row in told if state.year is None or row["year"] <= state.year]
    return tuple(
        {**row, "reason": str(row[f"note_{state.lang}"] or row["note_vi"] or "").partition(";")[0]}
        for row in sorted(shown, key=lambda row: row["year"])
    )
