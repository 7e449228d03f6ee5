"""The conference page: what the pack will say, the choices, and the documents to take away."""

from collections.abc import Mapping
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from layouts.components.controls import chips
from layouts.components.figure import figure_mark
from layouts.components.notice import empty, notice
from layouts.pages import duties
from layouts.pages.duties import DutiesView
from layouts.pages.issued import IssuedView, section
from layouts.text import number, t, tn

MAKE = "briefing-make"
TELL = "briefing-tell"
TICK = "briefing-tick"
STATUS = "briefing-status"
FORMATS = ("docx", "pptx", "xlsx", "pdf")
EVERY_MS = 1000
KIB = 1024
FILE_ADDRESS = "/briefings/{token}/{name}"


@dataclass(frozen=True)
class Made:
    """The documents of a job so far. state: as of the job; files: (name, bytes)."""

    token: str
    state: str
    files: tuple[tuple[str, int], ...] = ()
    wanted: int = 0
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class BriefingView:
    """What the page shows. `refusal`: why there is nothing to make; `contents`: (heading, tables, charts);
    `positions`: (sentence, key of its figure); `indices`, `compare`, `bodies`: (label, address, chosen),
    without bodies where no lead body is known; `written`: how many causes and tasks people wrote, None where
    nothing can be written here; `no_workspace`, `no_duties`: why what people wrote, or the table of lead
    bodies, could not be read.
    """

    province: str
    year: int
    headlines: tuple[str, ...] = ()
    positions: tuple[tuple[str, str], ...] = ()
    contents: tuple[tuple[str, int, int], ...] = ()
    slides: int = 0
    indices: tuple[tuple[str, str, bool], ...] = ()
    compare: tuple[tuple[str, str, bool], ...] = ()
    bodies: tuple[tuple[str, str, bool], ...] = ()
    written: tuple[int, int] | None = None
    refusal: str = ""
    can_make: bool = True
    made: Made | None = None
    release_id: str = ""
    issued: IssuedView | None = None
    no_workspace: str = ""
    no_duties: str = ""
    duties: DutiesView | None = None


def layout(view: BriefingView, lang: str) -> Component:
    """The page."""
    title = t("briefing.title", lang, province=view.province, year=view.year)
    head = [html.H1(title), html.P(t("briefing.lede", lang), className="lede"), *_missing(view, lang)]
    if view.refusal:
        refused = empty(view.refusal, t("briefing.refused", lang))
        return html.Article([*head, _choices(view, lang), refused, duties.section(view.duties, lang)],
                            className="page-briefing")  # fmt: skip
    return html.Article(
        [
            *head,
            html.Div([_preview(view, lang), _side(view, lang)], className="briefing-columns"),
            duties.section(view.duties, lang),
            section(view.issued, lang),
        ],
        className="page-briefing",
    )


def _missing(view: BriefingView, lang: str) -> list[Component]:
    """What could not be read, what that leaves out of the documents, and why."""
    told = (("no_workspace", view.no_workspace), ("no_duties", view.no_duties))
    return [
        notice(t(f"briefing.{key}", lang, problem=why.rstrip(". ")), "failure", lang)
        for key, why in told
        if why
    ]


def _preview(view: BriefingView, lang: str) -> Component:
    """The headline sentences as they will stand in the documents, then the contents."""
    return html.Section(
        [
            html.H2(t("briefing.says", lang)),
            html.Ul([html.Li(text) for text in view.headlines], className="briefing-headlines bulleted"),
            html.Ul(
                [_position(*one, lang=lang) for one in view.positions],
                className="briefing-positions bulleted",
            ),
            html.H2(t("briefing.contents", lang)),
            html.Ol(
                [html.Li(_content(*row, lang=lang)) for row in view.contents], className="briefing-contents"
            ),
            html.P(_written(view, lang), className="note"),
        ]
    )


def _position(sentence: str, key: str, lang: str) -> Component:
    """Where an index stands, with the way to the source of its figure."""
    source = figure_mark(t("provenance.source", lang), key, lang, "briefing-source no-print") if key else None
    return html.Li([sentence, " ", source] if source else sentence)


def _content(heading: str, tables: int, charts: int, lang: str) -> list[Component | str]:
    told = ", ".join(
        filter(None, [tn("briefing.tables", tables, lang) if tables else "",
                      tn("briefing.charts", charts, lang) if charts else ""])
    )  # fmt: skip
    return [heading, html.Span(f" ({told})", className="muted") if told else ""]


def _written(view: BriefingView, lang: str) -> str:
    """What people wrote for it, and that the rest stays blank."""
    told = ""
    if view.written is not None and any(view.written):
        counts = (tn("briefing.causes", view.written[0], lang), tn("briefing.tasks", view.written[1], lang))
        told = t("briefing.written", lang, causes=counts[0], tasks=counts[1]) + " "
    return told + t("briefing.blank", lang)


def _bodies(view: BriefingView, lang: str) -> list[Component]:
    """The scope of one lead body; where none is known, how to name them."""
    head = html.H2(t("briefing.body", lang))
    if not view.bodies:
        return [head, html.P(t("briefing.no_bodies", lang), className="note")]
    return [head, chips(list(view.bodies), t("briefing.body", lang))]


def _choices(view: BriefingView, lang: str) -> Component:
    return html.Div(
        [
            html.H2(t("briefing.indices", lang)),
            chips(list(view.indices), t("briefing.indices", lang)),
            html.H2(t("briefing.compare", lang)),
            chips(list(view.compare), t("briefing.compare", lang)),
            *_bodies(view, lang),
        ]
    )


def _side(view: BriefingView, lang: str) -> Component:
    """The choices, the buttons, and how far the documents are."""
    kinds = [
        html.Li([html.Strong(t(f"briefing.kind.{one}", lang)), " ", t(f"briefing.about.{one}", lang)])
        for one in FORMATS
    ]
    buttons = [_button("all", lang)]
    buttons += [_button(one, lang) for one in FORMATS]
    making = [html.Div(buttons, className="briefing-buttons")] if view.can_make else [
        html.P(t("briefing.closed", lang), className="note")
    ]  # fmt: skip
    running = view.made is not None and view.made.state == "running"
    return html.Aside(
        [
            _choices(view, lang),
            html.H2(t("briefing.documents", lang)),
            html.Ul(kinds, className="briefing-kinds"),
            *making,
            html.Div(id=TELL, role="alert"),
            html.Div(progress(view.made, lang), id=STATUS, role="status", **{"aria-live": "polite"}),
            dcc.Interval(id=TICK, interval=EVERY_MS, disabled=not running),
            html.P(t("briefing.release", lang, release=view.release_id), className="note"),
        ],
        className="briefing-side",
    )


def _button(kind: str, lang: str) -> Component:
    """One document, or all of them: what most people want stands out."""
    label = t("briefing.make" if kind == "all" else f"briefing.kind.{kind}", lang)
    look = "button button-main" if kind == "all" else "button"
    return html.Button(label, id={"type": MAKE, "format": kind}, n_clicks=0, type="button", className=look)


def validation() -> list[Component]:
    """The parts that callbacks name before the page is drawn."""
    return [html.Div(id=TELL), html.Div(id=STATUS), dcc.Interval(id=TICK, disabled=True)]


def progress(made: Made | None, lang: str) -> list[Component]:
    """How far the documents are: a bar while they are made, links as they appear, what went wrong."""
    if made is None:
        return []
    found: list[Component] = []
    if made.state == "running":
        share = 100 * len(made.files) / max(made.wanted, 1)
        label = t("briefing.running", lang, done=len(made.files), wanted=made.wanted)
        found.append(html.P(label))
        found.append(dmc.Progress(value=max(share, 4), **{"aria-label": label}))
    elif made.state != "done":
        found.append(html.P(t(f"briefing.state.{made.state}", lang), className="briefing-problem"))
        found += [html.P(problem) for problem in made.problems]
    if made.files:
        found.append(
            html.Ul([_file(made.token, *file, lang=lang) for file in made.files], className="briefing-files")
        )
    return found


def _file(token: str, name: str, size: int, lang: str) -> Component:
    address = FILE_ADDRESS.format(token=token, name=name)
    return html.Li(
        [
            html.A(name, href=address, download=name),
            html.Span(f" {number(size / KIB, 0, lang)} kB", className="muted"),
        ]
    )


def said(key: str, lang: str, **values: Mapping[str, object]) -> list[Component]:
    """A line of the form itself."""
    return [html.P(t(key, lang, **values), className="briefing-problem")]
