"""What people give to a briefing: causes and tasks of the workspace, the province's table of lead bodies.

A briefing is made of the release; what people wrote comes on top. So where either of the two cannot be read,
the documents are made without it and the page says which and why.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from callbacks.duties import table_of
from callbacks.services import Services
from callbacks.subject import known
from etl.duties import read_duties
from etl.warehouse.briefing import known_components
from exports.briefing.model import Duty, Wish, Written
from exports.briefing.written import written_of
from indices.errors import DataError
from workspace import store
from workspace.models import Assignment, Cause

Found = TypeVar("Found")
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Gathered:
    """What people wrote as far as it could be read. `no_workspace`, `no_duties`: why the causes and tasks, or
    the table of lead bodies, could not be; "" where they were read or are not kept here.
    """

    written: Written
    no_workspace: str = ""
    no_duties: str = ""


def gather(services: Services, wish: Wish) -> Gathered:
    """All that people wrote for a wish, without what cannot be read."""
    duties, no_duties = _tried(lambda: _duties(services))
    written, no_workspace = _tried(lambda: _written(services, wish, duties or ()))
    return Gathered(written or Written(duties=duties or ()), no_workspace, no_duties)


def _tried(read: Callable[[], Found]) -> tuple[Found | None, str]:
    """What `read` gives, or why it could not."""
    try:
        return read(), ""
    except (DataError, OSError) as error:
        logger.warning("a briefing goes without what people wrote: %s", error)
        return None, str(error)


def _written(services: Services, wish: Wish, duties: tuple[Duty, ...]) -> Written:
    units = known(services, "units")
    own = units[(units["slug"] == wish.province) & units["province_unit_id"].isna()]
    if services.shelf is None or not len(own):
        return Written(duties=duties)
    with services.shelf.workspace().reading() as session:
        causes, works = store.listed(session, Cause), store.listed(session, Assignment)
        return written_of(causes, works, (str(own["unit_id"].iloc[0]), wish.year), duties)


def _duties(services: Services) -> tuple[Duty, ...]:
    """The rows of the table of lead bodies that the server is given, read again when the file changed."""
    path = table_of(services)
    if path is None:
        return ()

    def read() -> tuple[Duty, ...]:
        return tuple(Duty(*row) for row in read_duties(path, known_components(services.warehouse.pinned())))

    found: tuple[Duty, ...] = services.kept(("duties", path, path.stat().st_mtime_ns), read)
    return found
