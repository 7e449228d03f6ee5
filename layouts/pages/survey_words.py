"""Sentences of the survey page."""

import pandas as pd

from layouts.frames import as_rows
from layouts.pages.survey_view import SurveyView
from layouts.text import has, listing, name, number, percent, t, word
from layouts.views import Row

MET, MISSED, CANNOT_SAY = "met", "missed", "cannot_say"


def kicker(view: SurveyView, lang: str) -> str:
    """Which survey, of which year."""
    return " · ".join((name(view.wave, lang), t("survey.measured", lang, year=view.wave["year"])))


def headline(view: SurveyView, lang: str) -> str:
    """How many are satisfied, or that the province was not asked."""
    if view.top is None:
        return t("survey.head_none", lang, province=view.province)
    told = {"province": view.province, "value": share(view.top["value"], lang)}
    whole = view.headline == view.wave["index_code"]
    return (
        t("survey.head", lang, **told)
        if whole
        else t("survey.head_part", lang, what=name(view.top, lang, "label"), **told)
    )


def lede(view: SurveyView, lang: str) -> list[str]:
    """How sure that is, how many were asked, and what it says of the targets."""
    asked = {key: number(view.wave[f"n_{key}"], 0, lang) for key in ("rows", "items", "units")}
    if view.top is None:
        return [t("survey.asked", lang, **asked)]
    reach = t("survey.sure", lang, reach=interval(view.top, lang), n=number(view.top["n"], 0, lang))
    return [reach, *(against(view.top, row, lang) for row in view.targets)]


def against(top: Row, target: Row, lang: str) -> str:
    """Whether a target is met for sure, missed for sure, or neither can be said."""
    goal = float(target["value"])
    verdict = MET if top["low"] >= goal else MISSED if top["high"] < goal else CANNOT_SAY
    gap = number(abs(top["value"] - goal), 1, lang)
    return t(f"survey.target.{verdict}", lang, goal=share(goal, lang), gap=gap, document=target["document"])


def goals(view: SurveyView) -> list[float]:
    """Where targets stand."""
    return sorted({float(row["value"]) for row in view.targets})


def assumption(view: SurveyView, lang: str) -> str:
    """What was taken where nobody has said how questions make a component."""
    return t(f"survey.assumed.{view.assumed}", lang) if view.assumed else ""


def finding(rows: pd.DataFrame, lang: str) -> tuple[str, str]:
    """Title and caption about the lowest and the highest; whether their intervals keep them apart."""
    order = as_rows(rows.sort_values("value"))
    low, high = order[0], order[-1]
    told = {
        "low": name(low, lang, "label"), "low_value": share(low["value"], lang),
        "high": name(high, lang, "label"), "high_value": share(high["value"], lang),
    }  # fmt: skip
    kind = "single" if len(order) == 1 else "apart" if low["high"] < high["low"] else "close"
    return t(f"survey.finding.{kind}", lang, **told), t(f"survey.reading.{kind}", lang, **told)


def share(value: float, lang: str) -> str:
    """A share in percent, one place."""
    return percent(value / 100, 1, lang)


def interval(row: Row, lang: str) -> str:
    """Both ends of the interval."""
    return f"{number(row['low'], 1, lang)}–{number(row['high'], 1, lang)}%"


def trait(code: str, lang: str) -> str:
    """A trait in words."""
    return word("survey.trait", code, lang)


def of_class(code: str, lang: str) -> str:
    """A class of a trait in words."""
    return word("survey.class", code, lang)


def group_title(found: pd.DataFrame, code: str, lang: str) -> str:
    """Which differences between the classes of a trait hold, the clearest first."""
    sure = found[found["differs"].fillna(False)].sort_values("p_adjusted")
    if sure.empty:
        return t("survey.no_difference", lang, trait=trait(code, lang))
    first = sure.iloc[0]
    up, down = ("a", "b") if first["difference"] > 0 else ("b", "a")
    told = {"more": of_class(first[up], lang), "less": of_class(first[down], lang)}
    points = number(abs(first["difference"]), 1, lang)
    return t("survey.difference", lang, points=points, what=name(first, lang, "label"), **told)


def group_caption(found: pd.DataFrame, lang: str) -> str:
    """How many differences were looked at, and how many hold."""
    sure = found[found["differs"].fillna(False)]
    named = listing([name(row, lang, "label") for row in as_rows(sure.head(4))], lang)
    told = {"count": number(len(found), 0, lang), "sure": number(len(sure), 0, lang), "names": named}
    return t(f"survey.compared.{'some' if has(named) else 'none'}", lang, **told)
