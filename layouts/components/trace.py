"""The derivation of a figure as a tree that opens: each part with weight, contribution, formula, source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dash.development.base_component import Component

from indices.rules import RULES
from indices.trace import Step
from layouts import html, text
from layouts.components.controls import NavLink
from layouts.components.figure import figure_mark
from layouts.components.twin import Column, Table, plain
from layouts.text import has, number, t

DEEPEST = 2  # levels under the figure at most: what lies deeper has a page of its own
MOST_STEPS = 60  # of which so many fit on a page that opens at once
EXACT = 6  # significant decimals of what enters a formula
POINT = re.compile(r"(?<=\d)\.(?=\d)")


@dataclass(frozen=True)
class TraceView:
    """A derivation with what it needs to be read.

    decimals: of the scores; refs: key of a step's figure, by code; hrefs: page of a component, by code;
    files: source id to "publisher, document".
    """

    step: Step
    decimals: int
    refs: Mapping[str, str]
    hrefs: Mapping[str, str]
    files: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


def deepest(step: Step) -> int:
    """The deepest level shown: two under the figure, or one where two are too many for a page."""
    levels = [one.depth for one in step.walk()]
    for under in range(DEEPEST, 1, -1):
        if sum(level <= step.depth + under for level in levels) <= MOST_STEPS:
            return step.depth + under
    return step.depth + 1


def steps(step: Step) -> Iterator[Step]:
    """The steps that are shown: the figure and the levels under it."""
    last = deepest(step)
    return (one for one in step.walk() if one.depth <= last)


def trace_tree(view: TraceView, lang: str) -> Component:
    """The tree: the figure first, its parts under it, closed from the second level on."""
    return html.Ul(_item(view.step, None, view, lang), className="trace")


def _item(step: Step, parent: Step | None, view: TraceView, lang: str) -> Component:
    line = _line(step, parent, view, lang)
    body = [part for part in (_formula(step, lang), _parts(step, view, lang)) if part]
    if not body:
        return html.Li(line)
    what = t("trace.formula_parts", lang, count=len(step.children))
    said = html.Span(f": {text.name(_names(step), lang)}", className="sr-only")
    return html.Li([line, html.Details([html.Summary([what, said]), *body], open=step is view.step)])


def _names(step: Step) -> dict[str, str]:
    return {"name_vi": step.name_vi, "name_en": step.name_en}


def _line(step: Step, parent: Step | None, view: TraceView, lang: str) -> Component:
    """Name, value, what it brings to what stands over it, and where the figure stands."""
    name: Any = text.numbered(step.code, text.name(_names(step), lang))
    href = view.hrefs.get(step.code, "")
    label = NavLink(name, href, className="trace-name") if href and step is not view.step else name
    value = figure_mark(value_words(step, view, lang), view.refs.get(step.code, ""), lang, "figures")
    beside = [html.Span(counted(step, parent, lang)), html.Span(source_words(step, view, lang))]
    return html.Div(
        [
            html.Span(label, className="trace-label"),
            html.Span(value, className="trace-value"),
            html.Span([one for one in beside if one.children], className="trace-part muted"),
        ],
        className="trace-line",
    )


def value_words(step: Step, view: TraceView, lang: str) -> str:
    """The value that counts, with its kind where it is not a published one."""
    places = _places(step, view)
    shown = number(step.value, places, lang)
    return (
        shown if step.kind in ("published", "missing") else f"{shown} ({t(f'trace.kind.{step.kind}', lang)})"
    )


def _places(step: Step, view: TraceView) -> int:
    if step.level == "indicator" and step.source is not None and step.source.decimals is not None:
        return min(step.source.decimals, 3)
    return view.decimals


def counted(step: Step, parent: Step | None, lang: str) -> str:
    """ "trọng số 5 · chuẩn hóa thành 6,21 (min-max) · góp 3,58"."""
    said = []
    weighed = parent is not None and parent.rule and "weight" in RULES[parent.rule].needs
    if weighed and has(step.weight_used):
        said.append(t("trace.weight", lang, weight=exact(step.weight_used, lang)))
    if step.normalisation:
        way = t(f"trace.normalise.{step.normalisation}", lang)
        said.append(t("trace.normalised", lang, value=exact(step.entering, lang), way=way))
    if has(step.contribution):
        said.append(t("trace.brings", lang, part=exact(step.contribution, lang)))
    return " · ".join(said)


def exact(value: float, lang: str) -> str:
    """A number with the decimals it has, four at most."""
    digits = f"{abs(value):.4f}".rstrip("0").partition(".")[2]
    return number(value, len(digits), lang)


def worded(formula: str, step: Step, lang: str) -> str:
    """A formula with numbers as the language writes them; a code that looks like a number in brackets."""
    made, rest = "", formula
    for child in step.children:
        if child.code[:1].isdigit() and (found := _code(child.code).search(rest)):
            made += _numbers(rest[: found.start()], lang) + f"[{child.code}]"
            rest = rest[found.end() :]
    return made + _numbers(rest, lang)


def _code(code: str) -> re.Pattern[str]:
    """The code where it stands by itself or after a times sign, not as the beginning of a number."""
    return re.compile(rf"(?:(?<=× )|(?<=\+ )|(?<=\()|^){re.escape(code)}(?![\d.])(?! ×)")


def _numbers(words: str, lang: str) -> str:
    return POINT.sub(",", words) if lang == "vi" else words


def _formula(step: Step, lang: str) -> Component | None:
    """The rule in words, with the codes, with the numbers, and how it compares with what was published."""
    if step.formula is None:
        return None
    lines = [html.P(t(f"criterion.rule.{step.rule}", lang))]
    symbols, numbers = worded(step.formula.symbols, step, lang), _numbers(step.formula.numbers, lang)
    for told in dict.fromkeys((symbols, numbers)):
        lines.append(html.P(html.Code(told), className="trace-formula"))
    lines.append(html.P(outcome(step, lang), className="trace-outcome"))
    return html.Div(lines, className="trace-how")


def outcome(step: Step, lang: str) -> str:
    """ "= 73,3965; công bố 73,3965; chênh 0,0000"."""
    places = 4
    said = t("trace.result", lang, value=number(step.recomputed, places, lang))
    if not has(step.residual):
        return said
    published, gap = number(step.published, places, lang), text.signed(step.residual, places, lang)
    return f"{said}; {t('trace.against', lang, value=published, gap=gap)}"


def source_words(step: Step, view: TraceView, lang: str) -> str:
    """Who published the figure, where in the document, in which file and row it is kept here."""
    source = step.source
    if source is None:
        return ""
    where = t("provenance.row", lang, file=source.file, row=source.row)
    parts = [view.files.get(source.source_id, source.source_id), source.place, where]
    return " · ".join(part for part in parts if part)


def _parts(step: Step, view: TraceView, lang: str) -> Component | None:
    if not step.children:
        return None
    if step.depth >= deepest(view.step):
        href = view.hrefs.get(step.code, "")
        return html.P(NavLink(t("trace.deeper", lang), href), className="note") if href else None
    return html.Ul([_item(child, step, view, lang) for child in step.children])


def trace_table(view: TraceView, title: str, lang: str) -> Table:
    """The same derivation as a table: a row a step, parents first."""
    numbers = {"value": view.decimals, "weight_used": 4, "entering": 4, "contribution": 4, "recomputed": 4}
    texts = ("name", "kind", "formula", "source")
    order = (
        "name",
        "value",
        "kind",
        "weight_used",
        "entering",
        "contribution",
        "recomputed",
        "formula",
        "source",
    )
    columns = [
        Column(key, t(f"trace.column.{key}", lang), None if key in texts else numbers[key]) for key in order
    ]
    rows = [_row(step, view, lang) for step in steps(view.step)]
    return Table("criterion-trace", title, columns, rows, note=t("trace.table_note", lang), meta=view.meta)


def _row(step: Step, view: TraceView, lang: str) -> dict[str, Any]:
    name = f"{'– ' * (step.depth - view.step.depth)}{step.code} {text.name(_names(step), lang)}"
    return {
        "name": name,
        "kind": t(f"trace.kind.{step.kind}", lang),
        "formula": _numbers(step.formula.numbers, lang) if step.formula else None,
        "source": source_words(step, view, lang) or None,
        "refs": {"value": view.refs.get(step.code, "")},
        **{
            key: plain(getattr(step, key))
            for key in ("value", "weight_used", "entering", "contribution", "recomputed")
        },
    }
