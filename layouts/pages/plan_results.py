"""What the plan promised against what the next figures show: a sentence, then criterion by criterion."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from indices.promises import (
    CHANGED,
    FELL,
    GONE,
    IMPROVED,
    MERGED,
    REACHED,
    SAME,
    SHORT,
    SPLIT,
    UNCONFIRMED,
    WAITING,
    WITHHELD,
    tally,
)
from layouts.components.controls import NavLink
from layouts.components.figure import figure_mark
from layouts.components.pill import pill
from layouts.components.twin import Column, Table, buttons, store
from layouts.pages.plan_view import Heir, Outcome, PlanView
from layouts.text import DASH, listing, number, signed, t, tn, upper_first

PILLS = {
    REACHED: "met", IMPROVED: "on_track", SHORT: "on_track", SAME: "behind", FELL: "behind",
    CHANGED: "cannot_say", WITHHELD: "cannot_say", GONE: "cannot_say", WAITING: "none",
    MERGED: "cannot_say", SPLIT: "cannot_say", UNCONFIRMED: "cannot_say",
}  # fmt: skip
TABLE_ID = "plan-results"
ENDED = (MERGED, SPLIT, UNCONFIRMED, GONE)
HEADS = ("criterion", "work", "before", "target_value", "after", "outcome")


def section(view: PlanView, lang: str) -> Component | None:
    """The promises that can be judged; nothing while the next figures of none are out."""
    told = [one for one in view.outcomes if one.result.kind != WAITING]
    if not told:
        return None
    title = t("plan.result.title", lang)
    heads = [html.Th(_head(name, lang), scope="col", className=_align(name)) for name in HEADS]
    body = [_row(one, lang) for one in told]
    table = html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)], className="data-table plan-results")
    frame = html.Div(table, className="table-scroll", tabIndex=0, role="region", **{"aria-label": title})
    taken = taken_away(view, lang)
    said = html.P(finding(view, lang))
    note = html.P(t("plan.result.help", lang), className="note")
    return html.Section([html.H2(title), said, note, frame, buttons(taken, lang), store(taken)])


def finding(view: PlanView, lang: str) -> str:
    """How many promises ended in each way, and how many still wait for figures."""
    counts = tally(one.result for one in view.outcomes)
    waiting = counts.pop(WAITING, 0)
    parts = [tn(f"plan.result.count.{kind}", count, lang) for kind, count in counts.items()]
    said = tn("plan.result.finding", sum(counts.values()), lang, parts=listing(parts, lang))
    return f"{said} {tn('plan.result.waiting', waiting, lang)}" if waiting else said


def of_one(outcome: Outcome, lang: str) -> Component:
    """How the promise of one assignment ended, in a sentence with its figures."""
    kind = outcome.result.kind
    mark = pill(PILLS[kind], t(f"plan.result.kind.{kind}", lang))
    said = html.P([mark, " ", sentence(outcome, lang)])
    return html.Section([html.H2(t("plan.result.title_one", lang)), said])


def sentence(outcome: Outcome, lang: str) -> str:
    """What was, what was promised, what came."""
    result, values = outcome.result, outcome.work.values
    told = {
        "year": result.year or "",
        "from_year": values["year"],
        "before": _number(outcome, "before", lang),
        "after": _number(outcome, "after", lang),
        "target": _number(outcome, "target", lang),
    }
    if result.kind == WAITING:
        return t("plan.result.say.waiting", lang, **told)
    if result.kind in (*ENDED, WITHHELD, CHANGED):
        said = [t(f"plan.result.say.{result.kind}", lang, **told), *followed(outcome, lang)]
        return " ".join(filter(None, said))
    key = "moved" if result.before is not None else "first"
    said = [t(f"plan.result.say.{key}", lang, **told)]
    if result.target is not None:
        said.append(t("plan.result.say.target", lang, **told))
    if result.rescaled:
        said.append(t("plan.result.say.rescaled", lang))
    return " ".join(said)


def followed(outcome: Outcome, lang: str) -> list[str]:
    """Where the criterion went: its name of before where the code now stands for something else, and the
    criteria that go on with it, with their own scores, which are not compared.
    """
    result, said = outcome.result, []
    told = {"year": result.year or "", "from_year": outcome.work.values["year"], "code": result.code}
    if outcome.old_name:
        names = {"before": outcome.old_name, "after": outcome.criterion}
        said.append(t("plan.result.say.other_name", lang, **names, **told))
    if outcome.heirs:
        names = listing([_heir(one, lang) for one in outcome.heirs], lang)
        said.append(t(f"plan.result.heirs.{outcome.link}", lang, names=names, **told))
    return said


def _heir(heir: Heir, lang: str) -> str:
    key = "scored" if heir.value else "named"
    return t(f"plan.result.heirs.{key}", lang, code=heir.code, name=heir.name, value=heir.value)


def _number(outcome: Outcome, field: str, lang: str) -> str:
    value = getattr(outcome.result, field)
    return DASH if value is None else number(value, outcome.places, lang)


def _head(name: str, lang: str) -> str:
    return t(f"plan.result.head.{name}", lang)


def _align(name: str) -> str:
    return "num" if name in ("before", "target_value", "after") else "text"


def _row(one: Outcome, lang: str) -> Component:
    values, result = one.work.values, one.result
    criterion = t("plan.criterion", lang, name=one.criterion, index=one.work.index, year=values["year"])
    renamed = result.code and result.code != values["component_code"]
    moved = t("plan.result.now_code", lang, code=result.code, year=result.year or "") if renamed else ""
    work = [html.Div(values["lead"], className="plan-card-lead"), NavLink(values["task"], one.work.href)]
    outcome: list[Any] = [pill(PILLS[result.kind], t(f"plan.result.kind.{result.kind}", lang))]
    outcome += [html.Div(line, className="note") for line in followed(one, lang)]
    if result.change is not None:
        outcome.append(html.Div(_change(one, lang), className="note"))
    return html.Tr(
        [
            html.Th([criterion, html.Div(moved, className="note") if moved else None], scope="row",
                    className="text"),
            html.Td(work, className="text"),
            html.Td(_figure(one, "before", one.before_ref, lang), className="num"),
            html.Td(_number(one, "target", lang), className="num"),
            html.Td(_figure(one, "after", one.after_ref, lang), className="num"),
            html.Td(outcome, className="text"),
        ]
    )  # fmt: skip


def _change(one: Outcome, lang: str) -> str:
    change = one.result.change
    told = signed(change, one.places, lang)
    return t("plan.result.change", lang, change=told) + (
        f" {upper_first(t('plan.result.say.rescaled', lang))}" if one.result.rescaled else ""
    )


def _figure(one: Outcome, field: str, ref: str, lang: str) -> Any:
    """A published figure that opens its source; one that was rescaled is nobody's figure and opens none."""
    shown = _number(one, field, lang)
    return shown if one.result.rescaled and field == "before" else figure_mark(shown, ref, lang)


def taken_away(view: PlanView, lang: str) -> Table:
    """All promises as a file, those that wait for figures too."""
    names = ("lead", "task", "index_code", "component_code", "year")
    columns = [Column(name, t(f"plan.field.{name}", lang)) for name in names]
    columns.append(Column("criterion", t("plan.field.criterion", lang)))
    columns += [Column(name, _head(name, lang), 2) for name in ("before", "target_value", "after", "change")]
    columns += [Column(name, _head(name, lang)) for name in ("next_year", "outcome", "followed")]
    rows = [
        {name: str(one.work.values[name]) for name in names}
        | {
            "criterion": one.criterion,
            "before": one.result.before,
            "target_value": one.result.target,
            "after": one.result.after,
            "change": one.result.change,
            "next_year": str(one.result.year or ""),
            "outcome": t(f"plan.result.kind.{one.result.kind}", lang),
            "followed": " ".join(followed(one, lang)),
        }
        for one in view.outcomes
    ]
    return Table(TABLE_ID, t("plan.result.title", lang), columns, rows, meta=view.meta)
