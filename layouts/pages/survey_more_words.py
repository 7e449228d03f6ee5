"""Sentences of the lower parts of the survey page."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from layouts.figures.drivers import FIRST, Driver
from layouts.pages.survey_view import SurveyView
from layouts.pages.survey_words import share
from layouts.text import has, listing, name, number, percent, t

MOST = 3
Row = Mapping[Hashable, Any]


def driver_title(rows: Sequence[Driver], lang: str) -> str:
    """The questions that matter for sure and do worse than the others, the weightiest first."""
    first = [row for row in rows if row.sure and row.what == FIRST][:MOST]
    if not first:
        return t("survey_more.drivers_none_first", lang)
    return t("survey_more.drivers_first", lang, names=listing([f"“{row.name}”" for row in first], lang))


def driver_scope(view: SurveyView, lang: str) -> str:
    """Whose answers they are."""
    own = view.drivers.iloc[0]["unit_id"] == view.unit_id
    told = {"n": number(view.drivers.iloc[0]["n"], 0, lang), "province": view.province}
    return t(f"survey_more.scope.{'own' if own else 'all'}", lang, **told)


def driver_caption(view: SurveyView, rows: Sequence[Driver], lang: str) -> str:
    """How much is explained, how many questions stand out, and what that does not prove."""
    sure = sum(row.sure for row in rows)
    explained = percent(view.drivers.iloc[0]["explained"], 0, lang)
    return t("survey_more.drivers_caption", lang, explained=explained, sure=sure, count=len(rows))


def gap_title(rows: Sequence[Row], lang: str) -> str:
    """What is sure of the goals."""
    met = [percent(row["target"] / 100, 0, lang) for row in rows if row["verdict"] == "met"]
    missed = [percent(row["target"] / 100, 0, lang) for row in rows if row["verdict"] == "missed"]
    if met:
        return t("survey_more.goal.met", lang, goals=listing(met, lang))
    if missed:
        return t("survey_more.goal.missed", lang, goals=listing(missed, lang))
    return t("survey_more.goal.cannot_say", lang)


def gap(row: Row, lang: str) -> str:
    """One goal: the gap with its interval, what that says, and how many answers would tell."""
    told = {
        "goal": percent(row["target"] / 100, 0, lang), "gap": number(abs(row["gap"]), 1, lang),
        "low": number(row["gap_low"], 1, lang), "high": number(row["gap_high"], 1, lang),
        "side": t(f"survey_more.side.{'above' if row['gap'] >= 0 else 'below'}", lang),
        "verdict": t(f"survey_more.verdict.{row['verdict']}", lang),
    }  # fmt: skip
    first = t("survey_more.gap", lang, **told)
    needed = row["n_tell"]
    if row["verdict"] != "cannot_say" or not has(needed) or needed == float("inf"):
        return first
    sizes = {"n": number(row["n"], 0, lang), "needed": number(needed, 0, lang)}
    return f"{first} {t('survey_more.needed', lang, **sizes)}"


def map_title(rows: pd.DataFrame, lang: str) -> str:
    """The highest and the lowest of the provinces asked."""
    order = rows.sort_values("value").to_dict("records")
    ends = {"low": name(order[0], lang), "high": name(order[-1], lang)}
    values = {
        "low_value": share(order[0]["value"], lang),
        "high_value": share(order[-1]["value"], lang),
    }
    return t("survey_more.map_title", lang, **ends, **values)


def tile(label: str, shares: pd.DataFrame, unit: str, lang: str) -> str:
    """What a tile says on hover."""
    if unit not in shares.index:
        return t("survey_more.not_asked", lang)
    row = shares.loc[unit]
    reach = f"{number(row['low'], 1, lang)}–{number(row['high'], 1, lang)}"
    return f"<b>{label}</b><br>{share(row['value'], lang)} ({reach})"


def years_title(rows: Sequence[Row], lang: str) -> str:
    """From the first year that compares with the last one to the last; or that nothing compares."""
    places = [at for at, row in enumerate(rows) if row["broken"]]
    series = [row for row in rows[places[-1] if places else 0 :] if has(row["published"])]
    if len(series) < 2:
        return t("survey_more.years", lang)
    first, last = series[0], series[-1]
    change = last["published"] - first["published"]
    side = "same" if abs(change) < 0.05 else "up" if change > 0 else "down"
    told = {"first": first["year"], "last": last["year"], "points": number(abs(change), 1, lang)}
    return t(f"survey_more.years_{side}", lang, **told)


def years_caption(rows: Sequence[Row], lang: str) -> str:
    """Why the line is broken, else how to read the years."""
    reasons = [
        t("survey_more.broken", lang, year=row["year"], reason=row["reason"]) for row in rows if row["broken"]
    ]
    return " ".join(reasons) if reasons else t("survey.years_caption", lang)
