"""One assignment: how it stands in a sentence, its "6 rõ", reports, documents, comments, history."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from layouts.components.controls import NavLink
from layouts.components.notice import empty, notice
from layouts.components.pill import pill
from layouts.pages import plan_form, plan_parts, plan_results
from layouts.pages.plan_view import Report, Work, WorkView
from layouts.text import day, number, t, tn

# The "6 rõ" in their usual order: what must be clear, and the fields that make it clear.
SIX = {
    "who": ("lead", "partners"),
    "what": ("task",),
    "when": ("deadline",),
    "answerable": ("target", "target_value"),
    "product": ("product",),
    "authority": ("authority",),
}
PLACES = 2
ALL = 100  # percent


def layout(view: WorkView, lang: str) -> Component:
    """The page of one assignment; where it does not stand, what became of it."""
    back = NavLink(t("plan.back", lang, province=view.province), view.back)
    path = html.Nav(back, className="path", **{"aria-label": t("plan.path", lang)})
    if view.work is None:
        told = empty(t("plan.unknown", lang), t("plan.unknown_help", lang))
        return html.Article([path, html.H1(t("nav.plan", lang)), told], className="page-plan")
    body = _live(view, view.work, lang) if view.live else _deleted(view, lang)
    title = html.H1(view.work.values["task"])
    past = plan_form.history(view.history, lang)
    return html.Article([path, title, *body, past], className="page-plan page-work")


def _deleted(view: WorkView, lang: str) -> list[Component]:
    """A deleted assignment: who deleted it, and the button that brings it back."""
    last = view.gone[0]
    said = t("plan.work_deleted", lang, by=last.by, at=last.at)
    bring = html.Button(
        t("plan.restore", lang),
        id=plan_form.press_id(plan_form.RESTORE, plan_form.row_key(last.kind, last.id, last.version)),
        type="button",
        className="button button-main",
    )
    row = html.Div(bring, className="button-row")
    return [notice(said, "info", lang), plan_form.desk(view.desk, None, lang), row]


def _live(view: WorkView, work: Work, lang: str) -> list[Component]:
    parts = [
        html.P(sentence(work, lang), className="lede"),
        html.P(pill(plan_parts.PILLS[work.standing], t(f"plan.standing.{work.standing}", lang))),
        plan_form.desk(view.desk, view.form, lang),
        plan_form.layout(view.form, lang) if view.form else _actions(view, lang),
        _six(view, work, lang),
        plan_results.of_one(view.outcome, lang) if view.outcome else None,
        _reports(view, lang),
        _remarks(view, lang),
        plan_form.gone(view.gone, lang),
    ]
    return [part for part in parts if part is not None]


def sentence(work: Work, lang: str) -> str:
    """The assignment in a sentence: who, until when, how late, how far."""
    said = [t("plan.work.lede", lang, lead=work.values["lead"], day=day(work.values["deadline"], lang))]
    if work.late:
        said.append(tn("plan.work.late", work.late, lang))
    if work.percent is None or work.reported is None:
        said.append(t("plan.work.no_report", lang))
    else:
        said.append(t("plan.work.percent", lang, percent=work.percent, day=day(work.reported, lang)))
        if work.percent >= ALL and work.values["status"] == "open":
            said.append(t("plan.work.asks", lang))  # closed by whoever handed it out, not by the body itself
    return " ".join(said)


def _actions(view: WorkView, lang: str) -> Component | None:
    keys = ("progress", "comment") if view.may_report else ()
    keys += ("edit",) if view.desk.may_write else ()
    links = [
        NavLink(
            t(f"plan.act.{key}", lang),
            view.links[key],
            className="button button-main" if key == "progress" else "button",
        )
        for key in keys
    ]
    return html.Div(links, className="button-row no-print") if links else None


def _six(view: WorkView, work: Work, lang: str) -> Component:
    """The "6 rõ", each with its value or with the word that it is not clear, and the criterion."""
    items = [
        html.Div([html.Dt(t(f"plan.six.{key}", lang)), html.Dd(_values(work, fields, lang))])
        for key, fields in SIX.items()
    ]
    about: Any = plan_parts.criterion(work, lang)
    about = NavLink(about, view.criterion_href) if view.criterion_href else about
    items.append(html.Div([html.Dt(t("plan.field.criterion", lang)), html.Dd(about)]))
    return html.Section([html.H2(t("plan.six.title", lang)), html.Dl(items, className="plan-six")])


def _values(work: Work, fields: tuple[str, ...], lang: str) -> list[Any]:
    told = [_value(name, work.values[name], lang) for name in fields if work.values[name] not in ("", None)]
    if not told:
        return [html.Span(t("plan.not_clear", lang), className="plan-late")]
    return [html.Div(one) for one in told]


def _value(field: str, value: Any, lang: str) -> str:
    if field == "deadline":
        return day(value, lang)
    if field == "target_value":
        return t("plan.points_wanted", lang, value=number(value, PLACES, lang))
    return t("plan.with", lang, bodies=value) if field == "partners" else str(value)


def _reports(view: WorkView, lang: str) -> Component:
    title = html.H2(t("plan.reports", lang))
    if not view.reports:
        return html.Section([title, html.P(t("plan.no_reports", lang), className="note")])
    items = [_report(report, lang) for report in view.reports]
    return html.Section([title, html.Ol(items, className="plan-list", reversed=True)])


def _report(report: Report, lang: str) -> Component:
    said = t("plan.percent", lang, percent=report.percent, day=day(report.day, lang))
    proofs = [
        html.Li(
            [
                html.A(proof.title, href=proof.address, target="_blank", rel="noopener noreferrer nofollow"),
                " ",
                NavLink(
                    t("plan.edit", lang),
                    proof.edit,
                    className="no-print",
                    **{"aria-label": f"{t('plan.edit', lang)}: {proof.title}"},
                ),
            ]
        )
        for proof in report.proofs
    ]
    edit = t("plan.edit", lang)
    more = [
        t("plan.by", lang, by=report.by),
        " · ",
        NavLink(edit, report.edit, **{"aria-label": f"{edit}: {said}"}),
        " · ",
        NavLink(t("plan.add.evidence", lang), report.add_proof),
    ]
    return html.Li(
        [
            html.Div([plan_parts.bar(report.percent, said), html.Strong(said)], className="plan-progress"),
            html.P(report.text, className="plan-text"),
            html.Ul(proofs, className="plan-proofs", **{"aria-label": t("plan.proofs", lang)})
            if proofs
            else None,
            html.P(more, className="note"),
        ]
    )


def _remarks(view: WorkView, lang: str) -> Component | None:
    if not view.remarks:
        return None
    items = [
        html.Li(
            [
                html.P(remark.text, className="plan-text"),
                html.P(
                    [
                        t("plan.said", lang, by=remark.by, at=remark.at),
                        " · ",
                        NavLink(
                            t("plan.edit", lang),
                            remark.edit,
                            **{"aria-label": f"{t('plan.edit', lang)}: {remark.by} {remark.at}"},
                        ),
                    ],
                    className="note",
                ),
            ]
        )
        for remark in view.remarks
    ]
    return html.Section([html.H2(t("plan.remarks", lang)), html.Ul(items, className="plan-list")])
