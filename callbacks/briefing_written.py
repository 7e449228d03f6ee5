"""What people give to a briefing: causes and tasks of the workspace, the province's table of lead bodies."""

from callbacks.services import Services
from callbacks.subject import known
from etl.duties import read_duties
from etl.warehouse.briefing import known_components
from exports.briefing.model import Duty, Wish, Written
from exports.briefing.written import written_of
from workspace import store
from workspace.models import Assignment, Cause


def written_by_people(services: Services, wish: Wish) -> Written:
    """Causes and assignments of the workspace, and the province's table of lead bodies; empty without them.

    Raises WorkspaceError and SourceError where they are there and cannot be read.
    """
    duties = _duties(services)
    units = known(services, "units")
    own = units[(units["slug"] == wish.province) & units["province_unit_id"].isna()]
    if services.shelf is None or not len(own):
        return Written(duties=duties)
    with services.shelf.workspace().reading() as session:
        causes, works = store.listed(session, Cause), store.listed(session, Assignment)
        return written_of(causes, works, (str(own["unit_id"].iloc[0]), wish.year), duties)


def _duties(services: Services) -> tuple[Duty, ...]:
    """The rows of the table of lead bodies that the server is given, read again when the file changed."""
    path = services.responsibilities
    if path is None:
        return ()

    def read() -> tuple[Duty, ...]:
        return tuple(Duty(*row) for row in read_duties(path, known_components(services.warehouse.pinned())))

    found: tuple[Duty, ...] = services.kept(("duties", path, path.stat().st_mtime_ns), read)
    return found
