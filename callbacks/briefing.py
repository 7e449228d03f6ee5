"""Wiring of the conference page: what the pack will say, a job that makes it, the files to take away."""

from collections import Counter
from dataclasses import replace
from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, no_update, set_props
from flask import Flask, Response, abort, send_file

from callbacks import duties, issued
from callbacks.briefing_jobs import MEDIA
from callbacks.briefing_written import gather
from callbacks.duties import table_of, view_of
from callbacks.records import records
from callbacks.services import Page, Rendered, Services
from callbacks.subject import ROOT_VIEW, known
from callbacks.url_state import ViewState, parse, search_of
from etl.warehouse.briefing import read_briefing
from exports.briefing.build import build
from exports.briefing.deck import deck
from exports.briefing.model import (
    Briefing,
    Chapter,
    Chart,
    Frames,
    NothingToBriefError,
    Table,
    Wish,
    Written,
)
from exports.briefing.pack import FORMATS, documents
from exports.briefing.report import Heading, blocks
from exports.briefing.scope import bodies, same
from layouts import ids
from layouts.figure_ref import ref_of
from layouts.pages import briefing
from layouts.pages import duties as duties_page
from layouts.pages import issued as issued_page
from layouts.pages.briefing import BriefingView, Made
from layouts.text import short_name, t

INDICES, COMPARE, BODY, TOKEN = "chi-so", "voi", "don-vi", "goi"
COMPARISONS = ("leaders", "region")


def chosen_year(services: Services, state: ViewState) -> int:
    """The year asked for; without one, that in which the province has most totals, the latest of equals."""
    if state.year is not None:
        return state.year
    units = known(services, "units")
    ids_of = units[units["slug"] == state.province]["unit_id"].tolist()
    leading = set(known(services, "indices").query("leader_card")["index_code"])
    rows = services.warehouse.scores(sorted(leading), unit_id=ids_of, level="index", view=ROOT_VIEW)
    rows = rows[rows["component_code"].isin(leading) & rows["value"].notna()]
    counts = Counter(rows["year"].astype(int))
    return max(counts, key=lambda year: (counts[year], year), default=max(services.facts().years(None)))


def wish_of(services: Services, state: ViewState) -> Wish:
    """What the address asks for; unknown codes and comparisons are left out."""
    held = {row["index_code"] for row in records(known(services, "indices")) if row["scope"] == "province"}
    indices = tuple(code for code in state.extra(INDICES).split(",") if code in held)
    compare = state.extra(COMPARE)
    compare = compare if compare in COMPARISONS else COMPARISONS[0]
    body = " ".join(state.extra(BODY).split())
    return Wish(state.province, chosen_year(services, state), indices, state.lang, compare, body)


def made_of(services: Services, wish: Wish, written: Written) -> Briefing | NothingToBriefError:
    """The briefing of a wish, or why there is none; made once per release and what people wrote."""

    def make() -> Briefing | NothingToBriefError:
        queries = services.warehouse.pinned()
        frames = Frames(**read_briefing(queries, wish.province, wish.year, list(wish.indices) or None))
        try:
            return build(frames, wish, written)
        except NothingToBriefError as refusal:
            return refusal

    found: Briefing | NothingToBriefError = services.kept(("briefing", wish, written), make)
    return found


def build_view(services: Services, state: ViewState) -> BriefingView:
    """All that the page shows."""
    wish = wish_of(services, state)
    gathered = gather(services, wish)
    written, reached = gathered.written, services.shelf is not None and not gathered.no_workspace
    leads = {one.lead.casefold() for one in written.duties}
    found = made_of(services, wish, written)
    province = next(c.name(state.lang) for c in services.facts().provinces if c.key == state.province)
    made = job_of(services, state.extra(TOKEN))
    view = BriefingView(
        province=province,
        year=wish.year,
        indices=index_links(services, state, wish),
        compare=compare_links(services, state, wish),
        bodies=body_links(services, state, wish, bodies(written)),
        written=(len(written.causes), len(written.assignments)) if reached else None,
        can_make=services.jobs is not None,
        made=made,
        release_id=services.release_id(),
        issued=issued.view_of(services, state, made) if reached else None,
        no_workspace=gathered.no_workspace,
        no_duties=gathered.no_duties,
        duties=view_of(services, (len(written.duties), len(leads)), gathered.no_duties, state.lang),
    )
    if isinstance(found, NothingToBriefError):
        return replace(
            view, refusal=". ".join(p.what + (f"; {p.hint}" if p.hint else "") for p in found.problems)
        )
    return replace(
        view,
        headlines=found.headlines,
        positions=tuple((one.sentences.get("position", ""), total_key(one)) for one in found.chapters),
        contents=contents(found),
        slides=len(deck(found)),
    )


def total_key(chapter: Chapter) -> str:
    """The key of the published total that a chapter is about; "" for an estimate or none."""
    return ref_of(chapter.total, view=ROOT_VIEW) if chapter.status in ("published", "rank_only") else ""


def contents(found: Briefing) -> tuple[tuple[str, int, int], ...]:
    """(heading, tables, charts) of every part of the report."""
    rows: list[list[Any]] = []
    for block in blocks(found):
        if isinstance(block, Heading) and block.level == 1:
            rows.append([block.text.partition(". ")[2] or block.text, 0, 0])
        elif rows and isinstance(block, Table):
            rows[-1][1] += 1
        elif rows and isinstance(block, Chart):
            rows[-1][2] += 1
    return tuple((str(name), int(tables), int(charts)) for name, tables, charts in rows)


def index_links(services: Services, state: ViewState, wish: Wish) -> tuple[tuple[str, str, bool], ...]:
    """All indices, and each that leaders look at to put in or take out."""
    rows = [row for row in records(known(services, "indices")) if row["leader_card"]]
    every = (
        t("briefing.all_indices", state.lang),
        address(services, state, **{INDICES: ""}),
        not wish.indices,
    )
    links = [every]
    for row in rows:
        code, chosen = str(row["index_code"]), set(wish.indices)
        after = chosen ^ {code}
        order = ",".join(str(one["index_code"]) for one in rows if one["index_code"] in after)
        leads = address(services, state, **{INDICES: order})
        links.append((short_name(row, state.lang), leads, code in chosen))
    return tuple(links)


def compare_links(services: Services, state: ViewState, wish: Wish) -> tuple[tuple[str, str, bool], ...]:
    """Whom to stand beside."""
    return tuple(
        (
            t(f"briefing.with.{one}", state.lang),
            address(services, state, **{COMPARE: "" if one == COMPARISONS[0] else one}),
            wish.compare == one,
        )
        for one in COMPARISONS
    )


def body_links(
    services: Services, state: ViewState, wish: Wish, names: tuple[str, ...]
) -> tuple[tuple[str, str, bool], ...]:
    """The whole province, and each lead body that an assignment or the table of responsibilities names."""
    if not names and not wish.department:
        return ()
    shown = names if not wish.department or any(same(wish.department, n) for n in names) else (
        *names, wish.department)  # fmt: skip
    every = (t("briefing.whole", state.lang), address(services, state, **{BODY: ""}), not wish.department)
    return (
        every,
        *((n, address(services, state, **{BODY: n}), same(n, wish.department)) for n in shown),
    )


def address(services: Services, state: ViewState, **changes: str) -> str:
    """The address of this page with some of its own parameters changed; a pack made before is let go."""
    kept = dict(state.extras) | {TOKEN: ""} | changes
    extras = tuple(sorted((name, value) for name, value in kept.items() if value))
    return PAGE.path + search_of(replace(state, extras=extras), services.facts())


def job_of(services: Services, token: str) -> Made | None:
    """How far the job of a token is; None without one."""
    if not token or services.jobs is None:
        return None
    seen = services.jobs.look(token)
    return Made(token, seen.state, seen.files, seen.wanted, seen.problems)


def options_of(services: Services, wish: Wish, formats: tuple[str, ...]) -> list[str]:
    """A wish as options of `python -m exports briefing`; the workspace is that of the settings, as here.

    What cannot be read now is not asked for: the documents are made without it.
    """
    gathered = gather(services, wish)
    options = ["--province", wish.province, "--year", str(wish.year), "--format", ",".join(formats)]
    options += ["--language", wish.lang, "--compare", wish.compare]
    options += ["--index", ",".join(wish.indices)] if wish.indices else []
    options += [f"--department={wish.department}"] if wish.department else []
    options += ["--workspace"] if services.shelf is not None and not gathered.no_workspace else []
    path = table_of(services) if not gathered.no_duties else None
    return [*options, "--responsibilities", str(path.resolve())] if path is not None else options


def render(services: Services, state: ViewState) -> Rendered:
    """The page of a state."""
    view = build_view(services, state)
    return Rendered(briefing.layout(view, state.lang), f"{view.province} · {t('nav.briefing', state.lang)}")


def register(app: Dash, services: Services) -> None:
    """Attach the buttons and the clock."""
    issued.register(app, services, lambda search: asked_to_issue(services, search))
    duties.register(app, services, lambda search: parse(search, services.facts(), False, PAGE.extras)[0].lang)

    @app.callback(
        Output(briefing.TELL, "children"),
        Input({"type": briefing.MAKE, "format": ALL}, "n_clicks"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _make(_clicks: Any, search: str | None) -> Any:
        button = ctx.triggered_id
        if not button or not ctx.triggered[0]["value"] or services.jobs is None:
            return no_update
        state = parse(search, services.facts(), False, PAGE.extras)[0]
        return start(services, state, str(button["format"]))

    @app.callback(
        Output(briefing.STATUS, "children"),
        Output(briefing.TICK, "disabled"),
        Input(briefing.TICK, "n_intervals"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _look(_n: int, search: str | None) -> Any:
        state = parse(search, services.facts(), False, PAGE.extras)[0]
        made = job_of(services, state.extra(TOKEN))
        return briefing.progress(made, state.lang), made is None or made.state != "running"


def asked_to_issue(services: Services, search: str | None) -> issued.Asked:
    """What of an address the register of issued documents keeps."""
    state = parse(search, services.facts(), False, PAGE.extras)[0]
    wish = wish_of(services, state)
    return issued.Asked(state, state.extra(TOKEN), wish.year, ", ".join(wish.indices))


def start(services: Services, state: ViewState, kind: str) -> Any:
    """Start a pack and lead to its address; told when too many are being made."""
    formats = FORMATS if kind not in FORMATS else (kind,)
    wish = wish_of(services, state)
    token = services.jobs.start(options_of(services, wish, formats), len(documents(formats)))
    if not token:
        return briefing.said("briefing.busy", state.lang)
    query = address(services, state, **{TOKEN: token}).partition("?")[2]
    set_props(ids.URL, {"search": f"?{query}"})
    return []


def add_routes(server: Flask, services: Services) -> None:
    """Where the files of a pack are taken from; the token is the key."""

    @server.get(briefing.FILE_ADDRESS.format(token="<token>", name="<name>"))
    def file(token: str, name: str) -> Response:
        path = services.jobs.file(token, name) if services.jobs is not None else None
        if path is None:
            abort(404)
        response = send_file(path, mimetype=MEDIA[path.suffix], as_attachment=True, download_name=name)
        response.headers["Cache-Control"] = "no-store"
        return response


PAGE = Page(
    id="briefing",
    path="/hoi-nghi",
    group="action",
    controls=("province", "year"),
    render=render,
    extras=(INDICES, COMPARE, BODY, TOKEN),
    register=register,
    validation=lambda: [*briefing.validation(), *issued_page.placeholders(), *duties_page.placeholders()],
    live=True,
    tied=(TOKEN,),
)
