"""Targets in words: the goal, the status, the gap, the arithmetic spelled out."""

import re
from collections.abc import Mapping

from indices.forecast import Forecast
from layouts.figures.bullet import Bullet, rank_scale, scale
from layouts.text import DASH, has, number, t, texts, tn, word
from layouts.text import name as localized
from layouts.views import Row

RISE = "yoy>"
GRAVITY = ("behind", "on_track", "cannot_say", "met")
OPERATORS = {">=": "at_least", ">": "more_than", "<=": "at_most", "rank<=": "rank", "yoy>": "yearly"}
ID = re.compile(r"[\w-]+")
PLACES_OF_A_RANK_TRACK = 63  # length of the bar when nobody says of how many


def gravity(target: Row) -> int:
    """Order in which a leader must hear of targets: behind, then on track, then unknown, then met."""
    return GRAVITY.index(target["status"])


def gravest(targets: tuple[Row, ...]) -> Row:
    """The target to hear of first."""
    return min(targets, key=gravity)


def is_rank(target: Row) -> bool:
    """True when the target is a place, so that less is better."""
    return str(target["operator"]).startswith("rank")


def name(target: Row, lang: str) -> str:
    """The target's own name."""
    return localized(target, lang)


def decimals(value: object) -> int:
    """As many decimals as the figure needs, two at most."""
    shown = round(float(value), 2)  # type: ignore[arg-type]
    return 0 if shown.is_integer() else 1 if round(shown * 10, 6).is_integer() else 2


def amount(value: object, target: Row, lang: str) -> str:
    """A value in the target's unit: "92,18 điểm", "hạng 3", "10.000 doanh nghiệp", "70%"."""
    if not has(value):
        return DASH
    shown = number(value, decimals(value), lang)
    if is_rank(target):
        return t("targets.rank", lang, value=shown)
    unit = str(target["measure_unit"] or "").replace(" ", "_")
    known = f"measure_unit.{unit}" in texts(lang)
    return (
        t(f"measure_unit.{unit}", lang, value=shown)
        if known
        else f"{shown} {target['measure_unit'] or ''}".strip()
    )


def distance(value: object, target: Row, lang: str) -> str:
    """A difference in the target's unit: places for a rank."""
    return tn("common.places", abs(float(value)), lang) if is_rank(target) else amount(value, target, lang)  # type: ignore[arg-type]


def goal(target: Row, lang: str) -> str:
    """The goal in words: "từ 92,18 điểm", "hạng 3 trở lên", "tăng qua từng năm"."""
    return t(
        f"targets.goal.{OPERATORS[target['operator']]}", lang, value=amount(target["value"], target, lang)
    )


def status(target: Row, lang: str) -> str:
    """The status in one or two words."""
    return t(f"targets.status.{target['status']}", lang)


def short(target: Row, lang: str) -> str:
    """For a pill: status and goal."""
    return f"{status(target, lang)}: {goal(target, lang)}"


def compared(target: Row) -> int:
    """How many components a "rises every year" target compares."""
    return int(target["measured_value"] + target["gap"])


def needed(target: Row, lang: str) -> str:
    """What is still missing: "còn 14 bậc", "còn thiếu 0,42 điểm"; nothing when met or unknown."""
    if target["status"] in ("met", "cannot_say") or not has(target.get("gap")) or not target["gap"]:
        return ""
    if target["operator"] == RISE:
        return t("targets.did_not_rise", lang, count=int(target["gap"]))
    return t("targets.needed", lang, value=distance(target["gap"], target, lang))


def pace(value: object, target: Row, lang: str) -> str:
    """A yearly pace in words, above 0 towards the goal: "tăng 0,42 điểm mỗi năm", "lên 7 bậc mỗi năm"."""
    if not has(value):
        return DASH
    kind = "places" if is_rank(target) else "amount"
    better = -float(value) if target["operator"] == "<=" else float(value)  # type: ignore[arg-type]
    way = "up" if better > 0 else "down" if better < 0 else "still"
    if way == "still":
        return t("targets.pace.still", lang)
    return t(f"targets.pace.{kind}_{way}", lang, value=distance(abs(float(value)), target, lang))  # type: ignore[arg-type]


def result(target: Row, lang: str) -> str:
    """The measured value with its year: "hạng 17 (2024)"."""
    if not has(target["measured_value"]):
        return t("targets.no_observation", lang)
    if target["operator"] == RISE:
        return t("targets.rose", lang, rose=number(target["measured_value"], 0, lang), of=compared(target))
    return f"{amount(target['measured_value'], target, lang)} ({target['measured_year']})"


def related(target: Row, lang: str) -> str:
    """The figure beside a target that nothing measures, for reference only, with its year."""
    row = target["related"]
    shown = f"{amount(row['value'], target, lang)} ({row['year']})"
    return t("targets.beside", lang, name=row[f"name_{lang}"] or row["name_vi"], value=shown)


def note(target: Row, names: Mapping[str, str], lang: str) -> str:
    """The note of a target; a target that it names by id (the keys of `names`) stands there by its name."""
    said = localized(target, lang, "note") if has(target["note_vi"]) else ""
    return ID.sub(lambda found: f"“{names[found[0]]}”" if found[0] in names else found[0], said)


def due(target: Row, lang: str) -> str:
    """By when: a year, or every year."""
    if has(target["due_year"]):
        return str(target["due_year"])
    return word("cadence", target["cadence"], lang) or DASH


def arithmetic(target: Row, lang: str) -> str:
    """The status as a line of arithmetic that a reader can redo from the numbers beside it."""
    if not has(target["measured_value"]):
        return ""
    if target["operator"] == RISE:
        return _rises(target, lang)
    parts = [
        t("targets.line.compare", lang, result=result(target, lang), goal=goal(target, lang)),
        _difference(target, lang),
    ]
    if has(target["required_pace"]) and target["gap"]:
        parts.append(
            t(
                "targets.line.required",
                lang,
                due=due(target, lang),
                pace=pace(target["required_pace"], target, lang),
            )
        )
    if has(target["recent_pace"]):
        parts.append(t("targets.line.recent", lang, pace=pace(target["recent_pace"], target, lang)))
    return "; ".join(part for part in parts if part) + "."


def _rises(target: Row, lang: str) -> str:
    """ "12/23 thành phần tăng: PCI 2024 3/10; PAPI 2024 9/13": the parts as the engine gives them."""
    parts = [
        part.split(":") for part in str(target.get("breakdown") or "").split(";") if part.count(":") == 2
    ]
    told = ", ".join(f"{index} {year} {rose}" for index, year, rose in parts)
    return f"{result(target, lang)}{': ' if told else ''}{told}."


def _difference(target: Row, lang: str) -> str:
    if not has(target["value"]):
        return ""
    ahead = (target["value"] - target["measured_value"]) * (1 if is_rank(target) else -1)
    shown = round(ahead, 2)
    if not shown:
        return t("targets.line.exactly", lang)
    return t(
        f"targets.line.{'beyond' if shown > 0 else 'short'}", lang, value=distance(abs(shown), target, lang)
    )


def outlook(found: Forecast, target: Row, lang: str) -> str:
    """The forecast with its interval, how much the interval can promise and the back-test error; else why
    there is none.
    """
    if found.value is None:
        return t(f"forecast.{found.reason}", lang, n=found.points)
    return t(
        "forecast.told",
        lang,
        year=found.year,
        value=amount(found.value, target, lang),
        low=amount(found.low, target, lang),
        high=amount(found.high, target, lang),
        coverage=number((found.coverage or 0) * 100, 0, lang),
        error=amount(found.error, target, lang),
        tests=found.tests,
        method=t(f"forecast.method_{found.method}", lang),
    )


def reason(target: Row, lang: str) -> str:
    """Why nothing can be concluded, or what the verdict rests on, from the reason code."""
    return word("targets.reason", target["reason_code"], lang) if has(target.get("reason_code")) else ""


def bullet_of(target: Row, lang: str) -> Bullet:
    """The bar of a target, from zero (or from the last rank) to the goal or the result, whichever is more."""
    value, aim = target["measured_value"], target["value"]
    if target["operator"] == RISE:
        places = scale(value, compared(target) if has(value) else 1, 0, compared(target) if has(value) else 1)
    elif is_rank(target):
        places = rank_scale(value, aim, max(PLACES_OF_A_RANK_TRACK, value or 0))
    else:
        top = 100.0 if target["measure_unit"] in ("%", "points") else max(aim, value or 0) * 1.1
        places = scale(value, aim, 0, max(top, aim, value or 0))
    label = f"{name(target, lang)}: {result(target, lang)}; {goal(target, lang)}; {status(target, lang)}"
    return Bullet(places[0], places[1], target["status"], label)
