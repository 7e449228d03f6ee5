"""The register of briefings issued: which files, of which release, by whom and when; never changed again."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, no_update, set_props

from callbacks.people import author, current
from callbacks.plan_base import own_units
from callbacks.plan_rights import must_write_all
from callbacks.plan_write import told
from callbacks.services import Services
from callbacks.url_state import ViewState
from indices.errors import DataError, Problem
from layouts import ids
from layouts.components.notice import notice
from layouts.pages import issued
from layouts.pages.issued import IssuedFile, IssuedView, One
from layouts.text import moment, t
from people.rights import PLAN_WRITE
from workspace import store
from workspace.errors import WorkspaceError
from workspace.models import Briefing
from workspace.records import BriefingRecord

DONE = "done"


class NotIssuedError(WorkspaceError):
    """Documents that cannot go into the register: `code` says why, for a screen to translate."""

    def __init__(self, code: str) -> None:
        """unfinished: no pack is done; other_release: made on another one; already: they stand there."""
        self.code = code
        super().__init__([Problem("These documents cannot be written into the register", found=code)])


@dataclass(frozen=True)
class Asked:
    """What the address of the conference page asks for: the pack, and the year and indices of its wish."""

    state: ViewState
    token: str
    year: int
    indices: str


def view_of(services: Services, state: ViewState, made: Any) -> IssuedView | None:
    """The register of the province, the latest first; None where this server keeps nothing people write."""
    if services.shelf is None:
        return None
    own, person = own_units(services, state), current()
    try:
        with services.shelf.workspace().reading() as session:
            rows = [row for row in store.listed(session, Briefing) if row.unit_id in own.unit_ids]
    except DataError as error:
        return IssuedView(problem=str(error))
    return IssuedView(
        rows=tuple(_one(row, state.lang) for row in reversed(rows)),
        ready=made is not None and person.may(PLAN_WRITE),
        person=person.name if person.signed_in else "",
    )


def _one(row: Briefing, lang: str) -> One:
    files = tuple(IssuedFile(one["name"], one["sha256"], one["bytes"]) for one in row.content["files"])
    return One(row.title, moment(row.created_at, lang), row.created_by, row.release_id, row.indices, files)


def issue(services: Services, asked: Asked, who: str) -> None:
    """Write a finished pack into the register, with the hash of every file.

    Raises a DataError: nothing is finished, a file is of another release than the one served now, no name.
    """
    must_write_all()
    files, state = files_of(services, asked.token), asked.state
    release_id = services.release_id()
    other = [one["name"] for one in files if release_id not in one["name"]]
    if not files or other:
        raise NotIssuedError("other_release" if other else "unfinished")
    own = own_units(services, state)
    record = BriefingRecord.checked(
        {
            "unit_id": own.unit_ids[0],
            "year": asked.year,
            "indices": asked.indices or t("briefing.all_indices", state.lang),
            "release_id": release_id,
            "title": t("briefing.title", state.lang, province=own.name, year=asked.year),
            "digest": digest_of(files),
            "content": {"files": files},
        }
    )
    with services.shelf.workspace().writing() as session:
        if store.listed(session, Briefing, digest=record.digest, unit_id=record.unit_id):
            raise NotIssuedError("already")
        store.add(session, record, who)


def files_of(services: Services, token: str) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of every file of a finished pack; none while it is not finished."""
    seen = services.jobs.look(token) if services.jobs is not None and token else None
    if seen is None or seen.state != DONE:
        return []
    found = []
    for name, size in sorted(seen.files):
        path = services.jobs.file(token, name)
        if path is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found.append({"name": name, "bytes": size, "sha256": digest})
    return found


def digest_of(files: list[dict[str, Any]]) -> str:
    """One hash for all files: the SHA-256 of the lines that `sha256sum` writes about them."""
    lines = "".join(f"{one['sha256']}  {one['name']}\n" for one in files)
    return hashlib.sha256(lines.encode()).hexdigest()


def register(app: Dash, services: Services, asked_of: Callable[[str | None], Asked]) -> None:
    """Attach the button of the register; `asked_of` reads the address of the conference page."""

    @app.callback(
        Output(issued.TELL, "children"),
        Input(issued.PRESS, "n_clicks"),
        State(issued.WHO, "value"),
        State(ids.URL, "search"),
        prevent_initial_call=True,
    )
    def _issue(clicks: int | None, who: str | None, search: str | None) -> Any:
        if not clicks or services.shelf is None:
            return no_update
        asked = asked_of(search)
        try:
            issue(services, asked, author(who))
        except NotIssuedError as error:
            return [notice(t(f"issued.fault.{error.code}", asked.state.lang), "failure", asked.state.lang)]
        except DataError as error:
            return told(error, asked.state.lang)
        set_props(ids.URL, {"search": search})
        return []
