"""A component over the years: its lines, breaks with their reasons, frameworks as bands, table rows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from callbacks.records import records
from callbacks.services import Services
from callbacks.subject import known
from indices.registry import COMPARABLE, REWEIGHTED
from layouts import text
from layouts.figure_ref import ref_of
from layouts.figures.history import Band, Line, Year
from layouts.renumbered import ENDED, ended_reason
from layouts.subject import Subject
from layouts.text import has, t

JOINED = (COMPARABLE, REWEIGHTED)
LONGEST_BAND = 12
Row = Mapping[str, Any]


def reasons_of(written: pd.DataFrame, lang: str) -> dict[tuple[int, int, str], str]:
    """Why two years do not compare: (from, to, component or "") -> words."""
    return {
        (int(row["from_year"]), int(row["to_year"]), str(row["component_code"] or "")): text.name(
            row, lang, "reason"
        )
        for row in records(written)
    }


def shares_only(rows: list[Row]) -> bool:
    """Maxima that differ between years make only shares comparable to the eye."""
    most = {row["max_score"] for row in rows}
    return len(most) > 1 and all(has(one) for one in most)


def _scaled(value: Any, row: Row, by_share: bool) -> float:
    return 100.0 * float(value) / float(row["max_score"]) if by_share else float(value)


def own_years(
    rows: list[Row], reasons: dict[tuple[int, int, str], str], by_share: bool, lang: str
) -> list[Year]:
    """Our years as they are drawn: joined to the one before, or why not."""
    made: list[Year] = []
    for row in rows:
        broken = bool(made) and row["comparability"] not in JOINED
        skipped = bool(made) and row["year"] - made[-1].year > 1
        why = break_words(row, reasons, lang) if broken else ""
        if skipped and not broken:
            why = t("trends.skipped", lang, years=_between(made[-1].year, row["year"]))
        rank = (
            t("trends.rank", lang, rank=text.rank_of(row["rank"], row["n_ranked"]))
            if has(row["rank"])
            else ""
        )
        value = _scaled(row["value"], row, by_share)
        made.append(Year(int(row["year"]), value, bool(made) and not why, why, rank, broken))
    return made


def _between(first: int, last: int) -> str:
    years = [str(year) for year in range(first + 1, last)]
    return ", ".join(years)


def break_words(row: Row, reasons: dict[tuple[int, int, str], str], lang: str) -> str:
    """Why a year does not compare with the one before: what is written, else that the framework changed."""
    if row["prev_link"] in ENDED:
        return ended_reason(row, lang)
    pair = (row["prev_year"], row["year"])
    for component in (row["component_code"], ""):
        if found := reasons.get((*pair, component)):
            return found
    return t("trends.break", lang, before=row["prev_year"])


def run_of(own: list[Year]) -> list[Year]:
    """The years since the last break; a year that was only not published does not break a run."""
    return own[max((n for n, year in enumerate(own) if year.broken), default=0) :]


def lines_of(rows: list[Row], own: list[Year], by_share: bool, subject: Subject, lang: str) -> list[Line]:
    """Ours, the best, the national and the regional mean, in the years of ours."""
    made = [Line(subject.province, own, "own")]
    for look, field, name in (
        ("best", "leader_value", t("trends.best", lang)),
        ("nation", "mean", t("trends.nation", lang)),
        ("region", "region_mean", t("trends.region", lang)),
    ):
        years = [
            Year(y.year, _scaled(row[field], row, by_share), y.joined, more=_more(row, look, lang))
            for row, y in zip(rows, own, strict=True)
            if has(row[field]) and not (look == "nation" and row["mean_kind"] == "partial")
        ]
        made.append(Line(name, _unjoined(years), look))
    return [line for line in made if line.years]


def _unjoined(years: list[Year]) -> list[Year]:
    """A line that misses a year is broken there too."""
    return [
        replace(year, joined=year.joined and n > 0 and years[n - 1].year == year.year - 1)
        for n, year in enumerate(years)
    ]


def _more(row: Row, look: str, lang: str) -> str:
    return text.name(row, lang, "leader_name") if look == "best" and has(row["leader_name_vi"]) else ""


def bands_of(rows: list[Row], services: Services, lang: str) -> list[Band]:
    """The frameworks that scored the years, each with its first and last."""
    names = {row["framework_id"]: _short(row, lang) for row in records(known(services, "frameworks"))}
    made: list[Band] = []
    last = ""
    for row in rows:
        if made and row["framework_id"] == last:
            made[-1] = replace(made[-1], last=int(row["year"]))
        else:
            made.append(Band(names[row["framework_id"]], int(row["year"]), int(row["year"])))
        last = row["framework_id"]
    return made


def _short(framework: Row, lang: str) -> str:
    """What a framework is called over its years: the number of its decision, else its years."""
    long, short = t("decision_start.order", lang), t("decision_start.short", lang)
    number = text.decision(framework, lang).partition("/")[0].replace(f"{long} ", f"{short} ", 1)
    first, last = framework["first_year"], framework["last_year"]
    years = str(first) if first == last else f"{first}–{last}"
    return number if 0 < len(number) <= LONGEST_BAND else years


def table_of(rows: list[Row], reasons: dict[tuple[int, int, str], str], lang: str) -> list[dict[str, Any]]:
    """A row a year for the table under the lines, with the figures that open their source."""
    made: list[dict[str, Any]] = []
    for row in rows:
        broken = made and row["comparability"] not in JOINED
        kept = (
            "year",
            "value",
            "max_score",
            "share",
            "rank",
            "n_ranked",
            "region_mean",
            "leader_value",
            "change",
        )
        made.append(
            {name: row[name] for name in kept}
            | {
                "mean": None if row["mean_kind"] == "partial" else row["mean"],
                "leader": text.name(row, lang, "leader_name") if has(row["leader_name_vi"]) else "",
                "reason": break_words(row, reasons, lang) if broken else "",
                "refs": refs_of(row),
            }
        )
    return made


def refs_of(row: Row) -> dict[str, str]:
    """The published figures of a year: ours and the leader's."""
    return {"value": ref_of(row), "leader_value": ref_of(row, unit_id=row["leader_unit_id"])}
